"""Naming the chair of a case's last round, for overseers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from review_workflow.forms.chair import NameChairForm
from review_workflow.selectors.chairs import possible_chairs
from review_workflow.services import name_chair

from .case import OneCaseView


class NameChairView(OneCaseView):
    """Asks who chairs from now on, and why; not found for whoever does not oversee the case."""

    template_name = "review_workflow/admin/case/chair.html"
    page_title = gettext_lazy("Name the chair")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Raise Http404 for whoever may not do this, and where nothing runs any more."""
        super().setup(request, *args, **kwargs)
        if not (self.access.is_overseer and self.access.is_running):
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form."""
        form = kwargs.pop("form", None) or NameChairForm(possible=possible_chairs(self.round))
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"case": self.case, "round": self.round, "form": form, "media": form.media}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Name the chair and lead back to the case, or show what is wrong."""
        form = NameChairForm(request.POST, possible=possible_chairs(self.round))
        if form.is_valid():
            try:
                name_chair(
                    round_id=self.round.pk,
                    chair=form.cleaned_data["chair"],
                    reason=form.cleaned_data["reason"],
                    actor=request.user,
                )
            except ValidationError as error:
                form.refuse(error)
        if form.errors:
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(request, _("The chair is named, and told."))
        return redirect(self.case_url)
