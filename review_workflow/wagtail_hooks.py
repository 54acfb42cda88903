"""What the review workflow adds to the admin: the register, the form, buttons on gated pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from resource_library.viewsets import MENU_HOOK

from .models import RequiresApproval
from .permissions import can_record_approval
from .viewsets import ApprovalsRegister

register = ApprovalsRegister()
register.register_with_wagtail()


@hooks.register(MENU_HOOK)
def register_menu_item() -> MenuItem:
    """Put the register into the group."""
    return register.get_menu_item()


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Give the form and the documents their addresses."""
    return [path("", include("review_workflow.urls"))]


@hooks.register("register_page_header_buttons")
def record_from_page_header(
    page: Any,
    user: Any,
    view_name: str,  # noqa: ARG001 - Wagtail passes it
    next_url: str | None = None,  # noqa: ARG001 - Wagtail passes it
) -> Iterator[Button]:
    """Offer recording an approval in the header of a page that needs one."""
    yield from _record_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def record_from_listing(
    page: Any,
    user: Any,
    next_url: str | None = None,  # noqa: ARG001 - Wagtail passes it
) -> Iterator[Button]:
    """Offer recording an approval in lists of pages."""
    yield from _record_button(page, user)


def _record_button(page: Any, user: Any) -> Iterator[Button]:
    gated = issubclass(page.specific_class or type(page), RequiresApproval)
    if gated and not page.alias_of_id and can_record_approval(user):
        yield Button(
            _("Record an outside approval"),
            f"{reverse('clearinghouse_record_approval')}?{urlencode({'page': page.pk})}",
            icon_name="success",
            priority=45,
        )
