"""The reasons of screening in the admin: added and changed, put out of use, never deleted."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet

from resource_library.viewsets import MENU_HOOK
from submission_portal.models import ScreeningReason


class ReasonForm(WagtailAdminModelForm):
    """A reason; its code and use stay, as timelines refer to them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in ("code", "kind"):
                self.fields[name].disabled = True


class ScreeningReasonViewSet(ModelViewSet):
    """Reasons that staff can give, with the words that a letter has for them."""

    model = ScreeningReason
    name = "screening-reasons"
    icon = "list-ul"
    menu_hook = MENU_HOOK
    menu_label = _("Screening reasons")
    menu_order = 22
    list_per_page = 50
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_reference_index = False
    search_backend_name = None
    search_fields: ClassVar = ["code", "label", "letter"]
    list_filter: ClassVar = ["kind", "active"]
    list_display: ClassVar = [
        "label",
        Column("kind", label=_("Given for"), accessor="get_kind_display", sort_key="kind"),
        "code",
        BooleanColumn("active", label=_("In use"), sort_key="active"),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("label"),
            FieldPanel("code"),
            FieldPanel("kind"),
            FieldPanel("letter"),
            FieldPanel("active"),
        ],
        base_form_class=ReasonForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses without the one that deletes."""
        return [each for each in super().get_urlpatterns() if each.name != "delete"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return what all views take; none of them offers to delete."""
        return super().get_common_view_kwargs(**kwargs) | {"delete_url_name": None}
