"""What the pages about one submission share: found among the user's own, or not there at all."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from submission_portal.permissions import SubmissionAccess, access_to_submission
from submission_portal.selectors.status import own_with_standing


class PrivateMixin(LoginRequiredMixin):
    """Asks for a login first; no browser or proxy keeps the page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and forbid keeping the answer."""
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Cache-Control"] = "private, no-store"
        return response


class OwnSubmissionView(PrivateMixin, TemplateView):
    """A page about one submission of a provider that the user acts for.

    Whatever else the address names is 404: nobody learns what exists.
    """

    submission: Any
    access: SubmissionAccess

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the submission for whoever is logged in; raises Http404 where it is not theirs."""
        super().setup(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return  # `dispatch` leads to the login
        self.submission = own_with_standing(request.user, self.kwargs["uid"])
        if self.submission is None:
            raise Http404
        self.access = access_to_submission(request.user, self.submission)

    def only_for_writers(self) -> None:
        """Raise PermissionDenied for a member who reads only: they may know, and not write."""
        if not self.access.writes:
            raise PermissionDenied

    def to_status(self, anchor: str = "") -> HttpResponse:
        """Return the way back to the status page."""
        response = redirect("portal_submission", uid=self.submission.uid)
        if anchor:
            response["Location"] += f"#{anchor}"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what every such page names; never the submission itself."""
        called = self.submission.number or self.submission.title or _("Without a title")
        return super().get_context_data(**kwargs) | {"uid": self.submission.uid, "called": called}
