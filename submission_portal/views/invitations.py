"""An invitation for whoever got it: what it is about, and accepting it."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from submission_portal.enums import InvitationKind
from submission_portal.models import Invitation
from submission_portal.selectors.people import InvitationState, masked, state_of
from submission_portal.services import accept_invitation
from submission_portal.services.invitations import may_accept, uid_of

LEADS_TO = {
    InvitationKind.PROVIDER_MEMBER: "portal_home",
    InvitationKind.PROVIDER: "portal_provider_new",
    InvitationKind.REVIEWER: "wagtailadmin_home",
}


class InvitationView(TemplateView):
    """Shown to whoever has the link, logged in or not; only a POST of the right person acts.

    It hints at the invited address and tells nothing of whether somebody has an account with it.
    """

    template_name = "submission_portal/people/invitation.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and forbid keeping the answer."""
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        # The address lets somebody in: no other site learns of it. With "no-referrer", browsers
        # would send the form as if it came from nowhere, and the check of its token refuses that.
        response["Referrer-Policy"] = "same-origin"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the invitation, whether it is open, and whether it is the reader's."""
        invitation, state = self._found()
        return super().get_context_data(**kwargs) | {
            "invitation": invitation,
            "address": masked(invitation.email) if invitation else "",
            "state": state.value,
            "is_theirs": invitation is not None and may_accept(self.request.user, invitation),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Accept it, and lead on; show the page again where that cannot be."""
        invitation, state = self._found()
        if invitation is None or state is not InvitationState.OPEN:
            return self.get(request, *args, **kwargs)
        try:
            accept_invitation(invitation_id=invitation.pk, actor=request.user)
        except (PermissionDenied, ValidationError):
            return self.get(request, *args, **kwargs)  # which says why
        messages.success(request, _("You have accepted the invitation."))
        return redirect(LEADS_TO[InvitationKind(invitation.kind)])

    def _found(self) -> tuple[Invitation | None, InvitationState]:
        """Return the invitation and its state; no invitation where the link is past its time."""
        try:
            uid = uid_of(self.kwargs["token"])
        except signing.SignatureExpired:
            return None, InvitationState.EXPIRED
        except signing.BadSignature as error:
            raise Http404 from error
        rows = Invitation.objects.select_related("provider__organisation", "invited_by")
        invitation = rows.filter(uid=uid).first()
        if invitation is None:
            raise Http404
        return invitation, state_of(invitation)
