"""The page of an edition that says how severe each thing is that a curriculum can lack."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from curriculum_pages.forms import SeveritiesForm
from curriculum_pages.models import severities_of
from curriculum_pages.services import set_severities
from review_workflow.models import StandardsEdition
from review_workflow.views.standards import CHANGE_EDITION, VIEW_EDITION, EditionFormView


def completeness_button(edition: StandardsEdition) -> Iterator[HeaderButton]:
    """Lead from an edition's page to what it sets here."""
    yield HeaderButton(
        _("Completeness"),
        url=reverse("clearinghouse_edition_completeness", args=[edition.pk]),
        icon_name="list-ul",
    )


class CompletenessView(EditionFormView):
    """A select for each rule; only to read unless the edition is a draft that the user changes."""

    permissions = (CHANGE_EDITION, VIEW_EDITION)
    template_name = "curriculum_pages/admin/severities.html"
    form_class = SeveritiesForm
    page_title = gettext_lazy("What a curriculum must not lack")

    @cached_property
    def may_change(self) -> bool:
        """Whether this user changes this edition."""
        return bool(self.edition.is_draft and self.request.user.has_perm(CHANGE_EDITION))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Add what the edition sets now."""
        return super().get_form_kwargs() | {
            "severities": severities_of(pk=self.edition.pk),
            "may_change": self.may_change,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether there is anything to save."""
        return super().get_context_data(**kwargs) | {"may_change": self.may_change}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; refuse whoever may only read."""
        if not request.user.has_perm(CHANGE_EDITION):
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        """Save the severities of a draft; say so where it is none any more."""
        try:
            set_severities(
                edition_id=self.edition.pk,
                severities=form.cleaned_data,
                actor=self.request.user,
            )
        except ValidationError as error:
            return self.refuse(form, error)
        messages.success(self.request, _("The severities are saved."))
        return redirect(self.get_success_url())
