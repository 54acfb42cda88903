"""The one group of the admin's menu that all apps put their lists in."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

MENU_HOOK = "register_clearinghouse_menu_item"
"""The hook by which an app adds an item to the group; a viewset names it as `menu_hook`."""


class ClearinghouseGroup(ViewSetGroup):
    """The group; it has no items of its own."""

    menu_label = _("Clearinghouse")
    menu_name = "clearinghouse"
    menu_icon = "clipboard-list"
    menu_order = 150
    submenu_hook = MENU_HOOK
