"""The door of staff's pages: whom they are not for is refused before anything is looked up."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from submission_portal.models import Submission
from submission_portal.permissions import (
    SubmissionAccess,
    access_to_submission,
    can_screen,
    screened,
)


class StaffView(WagtailAdminTemplateMixin, TemplateView):
    """A page of the admin for whoever `may_enter`; its way is its own title."""

    _show_breadcrumbs = True

    def may_enter(self) -> bool:
        """Return whether the page is for this user."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody else."""
        if not self.may_enter():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class ScreenersView(StaffView):
    """A page of the admin for whoever screens submissions."""

    header_icon = "upload"

    def may_enter(self) -> bool:
        """Return whether the user screens."""
        return can_screen(self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the queue, then this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("clearinghouse_submissions"), "label": _("Submissions")},
            {"url": "", "label": self.get_page_title()},
        ]


class OneSubmissionView(ScreenersView):
    """A page about one submission; one that a conflict hides is not there."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep the id of the submission."""
        super().setup(request, *args, **kwargs)
        self.uid: UUID = kwargs["uid"]

    @cached_property
    def submission(self) -> Submission:
        """The submission; raises Http404 where the user may not screen it."""
        rows = screened(self.request.user).select_related("provider__organisation", "case", "page")
        return get_object_or_404(rows, uid=self.uid)

    @cached_property
    def access(self) -> SubmissionAccess:
        """What the user may do with it."""
        return access_to_submission(self.request.user, self.submission)

    @property
    def submission_url(self) -> str:
        """The page of the submission."""
        return reverse("clearinghouse_submission", args=[self.uid])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the queue, the submission, this page."""
        items = super().get_breadcrumbs_items()
        return [*items[:-1], {"url": self.submission_url, "label": str(self.submission)}, items[-1]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the submission and what may be done with it."""
        return super().get_context_data(**kwargs) | {
            "submission": self.submission,
            "access": self.access,
        }
