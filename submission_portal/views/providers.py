"""Verifying providers in the admin: those that wait, and what is done with one of them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from curriculum_pages.models import Provider
from submission_portal.forms.people import MergeForm, VerifyForm
from submission_portal.permissions import VERIFY
from submission_portal.selectors.people import members_of, namesakes_of, unverified_providers
from submission_portal.services import merge_provider, verify_provider

from .staff import StaffView


def may_verify(user: Any) -> bool:
    """Return whether `user` verifies providers."""
    return bool(user.is_active and user.has_perm(VERIFY))


class ProvidersView(StaffView):
    """The providers that wait for verification."""

    template_name = "submission_portal/admin/providers.html"
    header_icon = "group"

    def may_enter(self) -> bool:
        """Return whether the user verifies."""
        return may_verify(self.request.user)

    def get_page_title(self) -> str:
        """Return the title."""
        return _("Providers to verify")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add those that wait."""
        return super().get_context_data(**kwargs) | {
            "waiting": unverified_providers(self.request.user)
        }


class ProviderView(ProvidersView):
    """One provider: what it states, who acts for it, organisations that it may be."""

    template_name = "submission_portal/admin/provider.html"

    @cached_property
    def provider(self) -> Provider:
        """The provider; raises Http404 for one that waits for nothing."""
        return get_object_or_404(unverified_providers(self.request.user), uid=self.kwargs["uid"])

    def get_page_title(self) -> str:
        """Return the stated name."""
        return self.provider.stated_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the list, this provider."""
        before = {"url": reverse("clearinghouse_providers"), "label": _("Providers to verify")}
        items = super().get_breadcrumbs_items()
        return [*items[:-1], before, items[-1]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the page shows."""
        namesakes = namesakes_of(self.provider)
        return super().get_context_data(**kwargs) | {
            "provider": self.provider,
            "members": members_of(self.provider),
            "namesakes": namesakes,
            "verify_form": kwargs.get("verify_form")
            or VerifyForm(initial={"name": self.provider.stated_name}),
            "merge_form": kwargs.get("merge_form") or MergeForm(namesakes=namesakes),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Verify, or merge, as the button says."""
        merges = request.POST.get("do") == "merge"
        form: Any = (
            MergeForm(request.POST, namesakes=namesakes_of(self.provider))
            if merges
            else VerifyForm(request.POST)
        )
        if form.is_valid():
            try:
                self._act(form)
            except ValidationError as error:
                form.take(error)
            else:
                messages.success(request, _("The provider is verified."))
                return redirect("clearinghouse_providers")
        name = "merge_form" if merges else "verify_form"
        return self.render_to_response(self.get_context_data(**{name: form}))

    def _act(self, form: Any) -> None:
        number, actor = self.provider.pk, self.request.user
        if isinstance(form, MergeForm):
            merge_provider(
                provider_id=number,
                organisation_id=form.cleaned_data["organisation"],
                actor=actor,
            )
        else:
            verify_provider(provider_id=number, name=form.cleaned_data["name"], actor=actor)
