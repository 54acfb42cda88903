"""The provider's response as staff enter it, and the next round that it leads to."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from review_workflow.enums import CaseState
from review_workflow.forms.response import ResponseForm
from review_workflow.models import IncompletePage
from review_workflow.services.responses import respond, start_next_round

from .case import OneCaseView


class ResponseView(OneCaseView):
    """Answer each point; then submit the latest version to the same reviewers."""

    template_name = "review_workflow/admin/case/response.html"
    page_title = gettext_lazy("Response of the provider")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever does not manage the case; lead back where no response is awaited."""
        if not self.access.manages:
            raise PermissionDenied
        if self.case.state != CaseState.AWAITING_RESPONSE:
            messages.info(request, _("This case does not wait for a response."))
            return redirect(self.case_url)
        return super().dispatch(request, *args, **kwargs)

    @property
    def round_number(self) -> None:
        """Always the last round: only that one can be answered."""
        return

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the points with their answers, and whether a newer version was saved."""
        form = kwargs.pop("form", None) or ResponseForm(items=self._items())
        has_new_version = self.case.page.latest_revision_id != self.round.revision_id
        return super().get_context_data(**kwargs) | {
            "case": self.case,
            "round": self.round,
            "form": form,
            "has_new_version": has_new_version,
        }

    def _items(self) -> list[Any]:
        items = self.round.response_items.select_related("criterion")
        return list(items.order_by("order", "pk"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the answers; with `step=start` also open the next round."""
        form = ResponseForm(request.POST, items=self._items())
        starts = request.POST.get("step") == "start"
        if form.is_valid() and self._respond(form, starts=starts):
            if starts:
                messages.success(request, _("The next round is open."))
                return redirect(self.case_url)
            messages.success(request, _("The response is saved."))
            return redirect(request.path)
        messages.validation_error(request, _("The response was not saved."), form)
        return self.render_to_response(self.get_context_data(form=form))

    def _respond(self, form: ResponseForm, *, starts: bool) -> bool:
        try:
            with transaction.atomic():
                respond(round_id=self.round.pk, answers=form.answers(), actor=self.request.user)
                if starts:
                    start_next_round(round_id=self.round.pk, actor=self.request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return False
        except IncompletePage as error:
            form.add_error(None, [finding.message for finding in error.findings])
            return False
        return True
