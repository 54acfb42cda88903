"""Admin views of editions: copying, putting in force, comparing, and editing a draft's parts.

The list and the page of an edition are in `viewsets.standards`.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from review_workflow.forms.standards import (
    CopyEditionForm,
    CriterionForm,
    DifferenceForm,
    DomainForm,
    LevelFormSet,
    PutInForceForm,
)
from review_workflow.models import Criterion, Domain, ReviewRule, StandardsEdition
from review_workflow.selectors.standards import (
    edition_difference,
    edition_faults,
    edition_in_force,
)
from review_workflow.services.standards import changed_draft, copy_edition, copy_rule, put_in_force

ADD_EDITION = "clearinghouse_review.add_standardsedition"
CHANGE_EDITION = "clearinghouse_review.change_standardsedition"
VIEW_EDITION = "clearinghouse_review.view_standardsedition"
ADD_RULE = "clearinghouse_review.add_reviewrule"


def edition_url(edition: StandardsEdition) -> str:
    """Return the address of an edition's page."""
    return reverse("standards:inspect", args=[edition.pk])


class PermittedView(WagtailAdminTemplateMixin):
    """A view for whoever has one of `permissions`; `_show_breadcrumbs` as in Wagtail's own."""

    permissions: tuple[str, ...] = (CHANGE_EDITION,)
    header_icon = "list-ul"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever lacks the permission, whatever the method."""
        if not any(request.user.has_perm(name) for name in self.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def trail(self) -> list[tuple[str, str]]:
        """Return addresses and titles between the list and this page."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here from the list of editions."""
        between = [
            (reverse("standards:index"), str(_("Editions of the standards"))),
            *self.trail(),
            ("", str(self.get_page_title())),
        ]
        return [
            *self.breadcrumbs_items,
            *({"url": url, "label": label} for url, label in between),
        ]


class EditionFormView(PermittedView, FormView):  # type: ignore[type-arg] # no generic at run time
    """A form about one edition, named by `pk`."""

    template_name = "review_workflow/admin/standards/form.html"
    submit_label = gettext_lazy("Save")

    @cached_property
    def edition(self) -> StandardsEdition:
        """The edition that this is about."""
        return get_object_or_404(StandardsEdition, pk=self.kwargs["pk"])

    def trail(self) -> list[tuple[str, str]]:
        """Return the edition's page."""
        return [(edition_url(self.edition), str(self.edition))]

    def get_success_url(self) -> str:
        """Return the edition's page."""
        return edition_url(self.edition)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form's page shows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "action_url": self.request.path,
            "submit_button_label": self.submit_label,
            "submit_button_active_label": _("Saving…"),
            "has_unsaved_changes": context["form"].is_bound,
            "edition": self.edition,
            "back_url": self.get_success_url(),
            "media": context["form"].media,
        }

    def refuse(self, form: Any, error: ValidationError) -> HttpResponse:
        """Show the form again with what a service refused."""
        if hasattr(error, "error_dict"):
            for name, faults in error.message_dict.items():
                form.add_error(name if name in form.fields else None, faults)
        else:
            form.add_error(None, error)
        return self.form_invalid(form)


class CopyEditionView(EditionFormView):
    """Starts a draft from any edition."""

    permissions = (ADD_EDITION,)
    form_class = CopyEditionForm
    page_title = gettext_lazy("Copy as a new draft")
    submit_label = gettext_lazy("Copy")

    def form_valid(self, form: Form) -> HttpResponse:
        """Copy, and go to the draft."""
        try:
            copy = copy_edition(
                edition=self.edition, label=form.cleaned_data["label"], actor=self.request.user
            )
        except ValidationError as error:
            return self.refuse(form, error)
        messages.success(self.request, _("The draft %(edition)s was made.") % {"edition": copy})
        return redirect(edition_url(copy))


class PutInForceView(EditionFormView):
    """Puts a draft in force after a confirmation, or says what it lacks."""

    form_class = PutInForceForm
    template_name = "review_workflow/admin/standards/put_in_force.html"
    page_title = gettext_lazy("Put in force")
    submit_label = gettext_lazy("Put in force")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the draft lacks and which edition it takes the place of."""
        context = super().get_context_data(**kwargs)
        return context | {
            "faults": edition_faults(self.edition),
            "present": edition_in_force(),
        }

    def form_valid(self, form: Form) -> HttpResponse:
        """Put the draft in force."""
        try:
            put_in_force(
                edition=self.edition,
                effective_on=form.cleaned_data["effective_on"],
                actor=self.request.user,
            )
        except ValidationError as error:
            return self.refuse(form, error)
        messages.success(self.request, _("%(edition)s is in force.") % {"edition": self.edition})
        return redirect(edition_url(self.edition))


class EditionDifferenceView(PermittedView, TemplateView):
    """Shows how two editions differ; they are named by the query parameters `old` and `new`."""

    permissions = (VIEW_EDITION, CHANGE_EDITION, ADD_EDITION)
    template_name = "review_workflow/admin/standards/difference.html"
    page_title = gettext_lazy("Difference of two editions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form, and the difference where both editions are named."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = DifferenceForm(self.request.GET or None)
        if form.is_valid():
            old, new = form.cleaned_data["old"], form.cleaned_data["new"]
            context |= {"old": old, "new": new, "difference": edition_difference(old, new)}
        return context | {"form": form}


class PartView(EditionFormView):
    """A form about a part of a draft; the part is `instance`."""

    title_new: Any
    title_old: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go back to the edition's page where it is no draft."""
        allowed = any(request.user.has_perm(name) for name in self.permissions)
        if allowed and not self.edition.is_draft:
            messages.warning(request, _("This edition is in use: copy it and change the copy."))
            return redirect(edition_url(self.edition))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def instance(self) -> Any:
        """The part, stored or new."""
        raise NotImplementedError

    def get_page_title(self) -> str:
        """Return what is done to which part."""
        return str(self.title_old if self.instance.pk else self.title_new)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its part."""
        return {**super().get_form_kwargs(), "instance": self.instance}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where the part can be deleted."""
        context = super().get_context_data(**kwargs)
        return context | {"delete_url": self.delete_url() if self.instance.pk else ""}

    def delete_url(self) -> str:
        """Return where this part can be deleted."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        """Save the part while the draft is locked."""
        try:
            with changed_draft(self.edition.pk, actor=self.request.user):
                self.save(form)
        except ValidationError as error:
            return self.refuse(form, error)
        messages.success(self.request, _("“%(part)s” was saved.") % {"part": self.instance})
        return redirect(self.get_success_url())

    def save(self, form: Any) -> None:
        """Write the part."""
        form.save()


class DomainView(PartView):
    """One domain: `pk` is that of the edition for a new one, else `domain` names it."""

    form_class = DomainForm
    title_new = gettext_lazy("Add a domain")
    title_old = gettext_lazy("Edit a domain")

    @cached_property
    def instance(self) -> Domain:
        """The domain; a new one goes to the end."""
        if "domain" in self.kwargs:
            return get_object_or_404(
                Domain.objects.select_related("edition"), pk=self.kwargs["domain"]
            )
        edition = get_object_or_404(StandardsEdition, pk=self.kwargs["pk"])
        return Domain(edition=edition, order=edition.domains.count())

    @cached_property
    def edition(self) -> StandardsEdition:
        """The domain's edition."""
        return self.instance.edition

    def delete_url(self) -> str:
        """Return where this domain can be deleted."""
        return reverse("clearinghouse_domain_delete", args=[self.instance.pk])


class CriterionView(PartView):
    """One criterion with its levels: `domain` is that of a new one, else `criterion` names it."""

    form_class = CriterionForm
    template_name = "review_workflow/admin/standards/criterion.html"
    title_new = gettext_lazy("Add a criterion")
    title_old = gettext_lazy("Edit a criterion")

    @cached_property
    def instance(self) -> Criterion:
        """The criterion; a new one goes to the end of its domain."""
        if "criterion" in self.kwargs:
            return get_object_or_404(
                Criterion.objects.select_related("domain__edition"), pk=self.kwargs["criterion"]
            )
        domain = get_object_or_404(
            Domain.objects.select_related("edition"), pk=self.kwargs["domain"]
        )
        return Criterion(domain=domain, order=domain.criteria.count())

    @cached_property
    def edition(self) -> StandardsEdition:
        """The criterion's edition."""
        return self.instance.domain.edition

    @cached_property
    def levels(self) -> Any:
        """The formset of the rating levels."""
        data = self.request.POST if self.request.method == "POST" else None
        return LevelFormSet(data, instance=self.instance, prefix="levels")

    def delete_url(self) -> str:
        """Return where this criterion can be deleted."""
        return reverse("clearinghouse_criterion_delete", args=[self.instance.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the levels."""
        return super().get_context_data(**kwargs) | {"levels": self.levels}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save criterion and levels together, or show what is wrong with either."""
        form = self.get_form()
        # Both are asked, so that all faults are shown at once.
        if all([form.is_valid(), self.levels.is_valid()]):
            return self.form_valid(form)
        return self.form_invalid(form)

    def save(self, form: Any) -> None:
        """Write the criterion, then its levels."""
        form.save()
        self.levels.save()


class DeletePartView(PermittedView, TemplateView):
    """Deletes a domain or a criterion of a draft after a confirmation by POST."""

    model: Any = None
    template_name = "review_workflow/admin/standards/confirm_delete.html"
    page_title = gettext_lazy("Delete")

    @cached_property
    def part(self) -> Any:
        """The domain or criterion."""
        return get_object_or_404(self.model, pk=self.kwargs["pk"])

    @cached_property
    def edition(self) -> StandardsEdition:
        """The edition that it belongs to."""
        return StandardsEdition.objects.get(
            **{"domains" if self.model is Domain else "domains__criteria": self.part.pk}
        )

    def trail(self) -> list[tuple[str, str]]:
        """Return the edition's page."""
        return [(edition_url(self.edition), str(self.edition))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the part and what would go with it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        criteria = self.part.criteria.count() if self.model is Domain else 0
        return context | {
            "part": self.part,
            "criteria": criteria,
            "back_url": edition_url(self.edition),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete; say so where the edition is no draft any more."""
        back = edition_url(self.edition)
        try:
            with changed_draft(self.edition.pk, actor=request.user):
                self.part.delete()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("“%(part)s” was deleted.") % {"part": self.part})
        return redirect(back)


class CopyRuleView(PermittedView, TemplateView):
    """Makes the next version of a rule after a confirmation by POST."""

    permissions = (ADD_RULE,)
    template_name = "review_workflow/admin/standards/copy_rule.html"
    page_title = gettext_lazy("Copy as the next version")
    header_icon = "cogs"

    @cached_property
    def rule(self) -> ReviewRule:
        """The rule to copy."""
        return get_object_or_404(ReviewRule, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here from the list of rules."""
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("review_rules:index"),
                "label": capfirst(ReviewRule._meta.verbose_name_plural),
            },
            {"url": "", "label": self.get_page_title(), "sublabel": str(self.rule)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rule."""
        return {**super().get_context_data(**kwargs), "rule": self.rule}

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Copy, and go to the copy's form."""
        copy = copy_rule(rule=self.rule, actor=request.user)
        messages.success(request, _("%(rule)s was made; nothing uses it yet.") % {"rule": copy})
        return redirect(reverse("review_rules:edit", args=[copy.pk]))
