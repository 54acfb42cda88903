"""What the review workflow adds to the admin: the register, the form, buttons on gated pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from resource_library.viewsets import MENU_HOOK

from .models import RequiresApproval
from .permissions import can_record_approval
from .selectors.board import has_cases
from .views import YourReviewsPanel
from .viewsets import ApprovalsRegister, KnownConflictViewSet, ReviewerViewSet
from .viewsets.messages import OutgoingMessageViewSet
from .viewsets.review_page import ReviewedPageViewSet, reviewed_page_viewsets
from .viewsets.rules import ReviewRuleViewSet
from .viewsets.standards import StandardsViewSet

register = ApprovalsRegister()
register.register_with_wagtail()


@hooks.register(MENU_HOOK)
def register_menu_item() -> MenuItem:
    """Put the register into the group."""
    return register.get_menu_item()


@hooks.register("register_admin_viewset")
def register_standards() -> list[Any]:
    """Add the lists of editions and of rules."""
    return [StandardsViewSet(), ReviewRuleViewSet()]


class BoardMenuItem(MenuItem):
    """Leads to the board of cases; there for whoever has a case to see."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the board would hold anything for the user; asked once for a page."""
        # The menu asks each of its items twice.
        known: bool | None = getattr(request, "clearinghouse_has_cases", None)
        if known is None:
            known = has_cases(request.user)
            request.clearinghouse_has_cases = known  # type: ignore[attr-defined]
        return known


@hooks.register(MENU_HOOK)
def register_board() -> MenuItem:
    """Put the board of cases into the group."""
    return BoardMenuItem(
        _("Review cases"),
        reverse("clearinghouse_cases"),
        name="review-cases",
        icon_name="clipboard-list",
        order=10,
    )


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Give the form and the documents their addresses."""
    return [path("", include("review_workflow.urls"))]


@hooks.register("register_admin_viewset")
def register_review_pages() -> list[ReviewedPageViewSet]:
    """Put the review's page to where Wagtail performs the actions of a page under the gate."""
    return reviewed_page_viewsets()


@hooks.register("register_admin_viewset")
def register_reviewers() -> list[Any]:
    """Put the directory of reviewers and what ties them into the group."""
    return [ReviewerViewSet(), KnownConflictViewSet()]


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


@hooks.register(MENU_HOOK)
def register_queue() -> MenuItem:
    """Put what waits for the user into the group."""
    return MenuItem(
        _("Your reviews"),
        reverse_lazy("clearinghouse_reviews"),
        name="your-reviews",
        icon_name="clipboard-list",
        order=9,
    )


@hooks.register("construct_homepage_panels")
def show_your_reviews(request: HttpRequest, panels: list[Any]) -> None:
    """Say first what waits for the user in reviews."""
    panels.append(YourReviewsPanel(request))


@hooks.register("register_admin_viewset")
def register_outbox() -> OutgoingMessageViewSet:
    """Put the outbox into the group, for overseers."""
    return OutgoingMessageViewSet()
