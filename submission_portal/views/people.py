"""A provider's people for themselves: registering it, its members, their invitations."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import Provider
from submission_portal.forms.people import InviteForm, ProviderForm, RoleForm
from submission_portal.permissions import is_owner_of
from submission_portal.selectors.people import (
    members_of,
    open_invitations_of,
    own_provider,
    state_of,
)
from submission_portal.services import (
    change_role,
    end_membership,
    invite_member,
    register_provider,
    revoke_invitation,
)
from submission_portal.throttling import INVITE, REGISTER, allows

from .own import PrivateMixin


class RegisterView(PrivateMixin, FormView):  # type: ignore[type-arg]  # not generic at run time
    """Registers a provider; whoever does owns it."""

    template_name = "submission_portal/people/register.html"
    form_class = ProviderForm

    def form_valid(self, form: ProviderForm) -> HttpResponse:
        """Register it and lead to the overview."""
        if not allows(self.request, REGISTER):
            form.add_error(None, _("You registered several providers today; try again tomorrow."))
            context = self.get_context_data(form=form)
            return self.render_to_response(context, status=HTTPStatus.TOO_MANY_REQUESTS)
        try:
            register_provider(**form.cleaned_data, actor=self.request.user)
        except ValidationError as error:
            form.take(error)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("The provider is registered. You can start now; staff verify it meanwhile."),
        )
        return redirect("portal_home")


class OwnProviderView(PrivateMixin):
    """A page about one provider that the user acts for; every other one is 404."""

    provider: Provider

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the provider for whoever is logged in; raises Http404 where it is not theirs."""
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # a view's
        found = own_provider(request.user, kwargs["uid"])
        if found is not None:
            self.provider = found
        elif request.user.is_authenticated:  # others are led to the login
            raise Http404

    def back(self) -> HttpResponse:
        """Return the way back to the provider's people."""
        return redirect("portal_people", uid=self.provider.uid)


class PeopleView(OwnProviderView, TemplateView):
    """The members with their roles; an owner invites more."""

    template_name = "submission_portal/people/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add members and, for an owner, the form and the open invitations."""
        is_owner = is_owner_of(self.request.user, self.provider)
        found = open_invitations_of(self.provider) if is_owner else []
        return super().get_context_data(**kwargs) | {
            "provider": self.provider,
            "is_owner": is_owner,
            "members": [
                (member, RoleForm(initial={"role": member.role}, auto_id=f"id_{member.pk}_%s"))
                for member in members_of(self.provider)
            ],
            "invitations": [(each, state_of(each).value) for each in found],
            "form": kwargs.get("form") or InviteForm(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Invite somebody."""
        form = InviteForm(request.POST)
        if form.is_valid() and self._invite(form):
            messages.success(request, _("The invitation is on its way."))
            return self.back()
        limited = form.has_error(NON_FIELD_ERRORS, "limited")
        status = HTTPStatus.TOO_MANY_REQUESTS if limited else HTTPStatus.OK
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def _invite(self, form: InviteForm) -> bool:
        if not allows(self.request, INVITE):
            form.add_error(
                None, ValidationError(_("Too many invitations; try again later."), code="limited")
            )
            return False
        try:
            invite_member(
                provider_id=self.provider.pk,
                email=form.cleaned_data["email"],
                role=MemberRole(form.cleaned_data["role"]),
                actor=self.request.user,
            )
        except (ValidationError, PermissionDenied) as error:
            form.take(error)
        return not form.errors


class MemberView(OwnProviderView, View):
    """Changes one member's role, or ends the membership."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the button says; raises Http404 for nobody's member."""
        member = members_of(self.provider).filter(pk=kwargs["member"]).first()
        form = RoleForm(request.POST)
        ends = request.POST.get("do") == "end"
        if member is None or not (ends or form.is_valid()):
            raise Http404
        try:
            if ends:
                end_membership(member_id=member.pk, actor=request.user)
            else:
                role = MemberRole(form.cleaned_data["role"])
                change_role(member_id=member.pk, role=role, actor=request.user)
        except (ValidationError, PermissionDenied) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        else:
            messages.success(request, _("The change is made."))
        return redirect("portal_home") if member.user == request.user else self.back()


class RevokeView(OwnProviderView, View):
    """Takes an invitation back."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it back; raises Http404 for one of another provider."""
        invitation = open_invitations_of(self.provider).filter(uid=kwargs["invitation"]).first()
        if invitation is None:
            raise Http404
        try:
            revoke_invitation(invitation_id=invitation.pk, actor=request.user)
        except (ValidationError, PermissionDenied) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        else:
            messages.success(request, _("The invitation is taken back."))
        return self.back()
