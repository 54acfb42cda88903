"""The provider's overview, beginning a submission, and how messages come."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from curriculum_pages.models import CurriculumPage, Provider
from review_workflow.forms.mail import MailPreferenceForm, preference_of
from submission_portal.forms.status import NewSubmissionForm
from submission_portal.selectors.overview import overview_of, providers_acted_for, writes_for
from submission_portal.services import create_submission

from .own import PrivateMixin


class HomeView(PrivateMixin, TemplateView):
    """The submissions of the providers that the user acts for, by who acts next."""

    template_name = "submission_portal/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a page of them, of one provider where the address names one."""
        members = providers_acted_for(self.request.user)
        chosen = self.request.GET.get("provider", "")
        provider = next(
            (each.provider for each in members if str(each.provider.uid) == chosen), None
        )
        if chosen and provider is None:
            raise Http404
        overview = overview_of(
            self.request.user, provider=provider, number=self.request.GET.get("page", "")
        )
        return super().get_context_data(**kwargs) | {
            "overview": overview,
            "providers": [member.provider for member in members],
            "provider": provider,
            "can_begin": bool(writes_for(members)),
            "parameters": [("provider", chosen)] if chosen else [],
        }


class NewSubmissionView(PrivateMixin, FormView):  # type: ignore[type-arg]  # not generic at run time
    """Begins a submission: of a new curriculum, or of a new version with everything copied."""

    template_name = "submission_portal/new.html"
    form_class = NewSubmissionForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the questions; lead to the overview whoever writes for no provider."""
        if not self._providers():
            messages.info(request, _("Only an owner or editor of a provider begins a submission."))
            return redirect("portal_home")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Begin it; as `get` for whoever writes for no provider."""
        if not self._providers():
            return redirect("portal_home")
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the user's own providers and their curricula, and nothing else."""
        providers = self._providers()
        return super().get_form_kwargs() | {"providers": providers, "pages": _pages_of(providers)}

    def get_initial(self) -> dict[str, Any]:
        """Take provider and curriculum from the address, as links to this page name them."""
        return {name: self.request.GET.get(name, "") for name in ("provider", "page")}

    def form_valid(self, form: NewSubmissionForm) -> HttpResponse:
        """Begin the submission and lead to its list of steps."""
        page = form.cleaned_data["page"]
        provider = page.provider if page else form.cleaned_data["provider"]
        try:
            submission = create_submission(provider=provider, actor=self.request.user, page=page)
        except (ValidationError, PermissionDenied) as error:
            form.take(error)
        if form.errors:
            return self.form_invalid(form)
        messages.success(self.request, _("Your submission is begun. Nothing is sent yet."))
        return redirect("portal_tasks", uid=submission.uid)

    def _providers(self) -> list[Provider]:
        return writes_for(providers_acted_for(self.request.user))


class PreferencesView(PrivateMixin, FormView):  # type: ignore[type-arg]  # not generic at run time
    """How messages come to the user; the same choice as in the admin."""

    template_name = "submission_portal/preferences.html"
    form_class = MailPreferenceForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bind the form to the user's own preference."""
        return super().get_form_kwargs() | {"instance": preference_of(self.request.user)}

    def form_valid(self, form: MailPreferenceForm) -> HttpResponse:
        """Keep the choice."""
        form.keep()
        messages.success(self.request, _("Your choice is kept."))
        return redirect("portal_preferences")


def _pages_of(providers: list[Provider]) -> "QuerySet[CurriculumPage]":
    found = CurriculumPage.objects.filter(provider__in=providers).live()
    return found.select_related("provider").order_by("title", "pk")
