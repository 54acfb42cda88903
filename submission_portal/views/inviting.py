"""Invitations by staff in the admin: reviewers, and providers that an agency suggests."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from submission_portal.enums import InvitationKind
from submission_portal.forms.people import StaffInviteForm
from submission_portal.models import Invitation
from submission_portal.models.labels import INVITATION_KINDS
from submission_portal.selectors.people import state_of
from submission_portal.services import invite_provider, invite_reviewer, revoke_invitation
from submission_portal.services.invitations import RIGHTS
from submission_portal.throttling import INVITE, allows

from .staff import StaffView

SHOWN = 100


def may_invite(user: Any) -> list[InvitationKind]:
    """Return as what `user` may invite people."""
    return [kind for kind, right in RIGHTS.items() if user.is_active and user.has_perm(right)]


class InvitingView(StaffView):
    """The latest invitations of the kinds that the user may send, and the form for another."""

    template_name = "submission_portal/admin/invitations.html"
    header_icon = "mail"

    @cached_property
    def kinds(self) -> list[InvitationKind]:
        """As what the user may invite people."""
        return may_invite(self.request.user)

    def may_enter(self) -> bool:
        """Return whether the user may invite anybody."""
        return bool(self.kinds)

    def get_page_title(self) -> str:
        """Return the title."""
        return _("Invitations")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form and the rows."""
        rows = self._rows().select_related("invited_by")[:SHOWN]
        return super().get_context_data(**kwargs) | {
            "form": kwargs.get("form") or StaffInviteForm(kinds=self.kinds),
            "rows": [(each, state_of(each).value) for each in rows],
            "labels": INVITATION_KINDS,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take an invitation back, or send one."""
        if "revoke" in request.POST:
            return self._revoke(request)
        form = StaffInviteForm(request.POST, kinds=self.kinds)
        if form.is_valid() and not allows(request, INVITE):
            form.add_error(None, _("Too many invitations; try again later."))
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        given = form.cleaned_data
        if given["kind"] == InvitationKind.REVIEWER.value:
            invite_reviewer(email=given["email"], actor=request.user)
        else:
            invite_provider(
                email=given["email"], suggestion=given["suggestion"], actor=request.user
            )
        messages.success(request, _("The invitation is on its way."))
        return redirect("clearinghouse_invitations")

    def _revoke(self, request: HttpRequest) -> HttpResponse:
        number = request.POST["revoke"]
        invitation = get_object_or_404(self._rows(), pk=int(number) if number.isdigit() else 0)
        try:
            revoke_invitation(invitation_id=invitation.pk, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The invitation is taken back."))
        return redirect("clearinghouse_invitations")

    def _rows(self) -> "QuerySet[Invitation]":
        return Invitation.objects.filter(kind__in=[kind.value for kind in self.kinds])
