"""Opening a case through a conflict of interest: with a reason, for a time, and never unnoticed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from review_workflow.forms.seats import BreakGlassForm
from review_workflow.models import Case
from review_workflow.permissions import can_break_glass
from review_workflow.services import break_glass
from review_workflow.services.conflicts import BREAK_GLASS_HOURS


class BreakGlassView(WagtailAdminTemplateMixin, TemplateView):
    """Asks for the reason, and for the case's number where the address does not name the case.

    Nothing of the case is shown before the glass is broken. Not found for whoever may not break it.
    """

    template_name = "review_workflow/admin/seats/break_glass.html"
    page_title = gettext_lazy("Open a case through a conflict")
    header_icon = "warning"
    _show_breadcrumbs = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Raise Http404 for whoever may not do this."""
        super().setup(request, *args, **kwargs)
        if not can_break_glass(request.user):
            raise Http404

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    @property
    def is_named(self) -> bool:
        """Whether the address names the case."""
        return "uid" in self.kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form."""
        form = kwargs.pop("form", None) or BreakGlassForm(is_named=self.is_named)
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"form": form, "hours": BREAK_GLASS_HOURS, "media": form.media}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open the case and lead to it, or show what is wrong."""
        form = BreakGlassForm(request.POST, is_named=self.is_named)
        case = self._case(form) if form.is_valid() else None
        if case is not None:
            try:
                break_glass(case_id=case.pk, reason=form.cleaned_data["reason"], actor=request.user)
            except ValidationError as error:
                form.refuse(error)
        if case is None or form.errors:
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.warning(request, _("The case is open to you; the chair and overseers are told."))
        return redirect("clearinghouse_case", case.uid)

    def _case(self, form: BreakGlassForm) -> Case | None:
        named = (
            {"uid": self.kwargs["uid"]}
            if self.is_named
            else {"number": form.cleaned_data["number"]}
        )
        case = Case.objects.filter(**named).first()
        if case is None:
            form.add_error(None if self.is_named else "number", _("There is no such case."))
        return case
