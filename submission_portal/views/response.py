"""The provider's answers to a decision that asked to revise, and submitting again with them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from review_workflow.services.responses import keep_answers
from submission_portal.forms.status import AnswersForm
from submission_portal.selectors.obligations import items_of, open_round
from submission_portal.services import IncompleteSubmission, submit
from submission_portal.throttling import SUBMIT, allows

from .own import OwnSubmissionView


class ResponseView(OwnSubmissionView):
    """Keeps answers as they come; with all of them, submits the new version to the same panel."""

    template_name = "submission_portal/response.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead back to the status page where no response is awaited."""
        if request.user.is_authenticated and not self.access.waits_for_response:
            messages.info(request, _("No response is awaited at the moment."))
            return self.to_status()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the points with their answers, and what a new version still lacks."""
        form = kwargs.pop("form", None) or AnswersForm(items=items_of(self.submission))
        return super().get_context_data(**kwargs) | {
            "form": form,
            "can_edit": self.access.can_edit,
            "findings": kwargs.get("findings", ()),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the answers; with `action=submit` also submit again."""
        self.only_for_writers()
        form = AnswersForm(request.POST, items=items_of(self.submission))
        if not form.is_valid() or not self._keep(form):
            return self.render_to_response(self.get_context_data(form=form))
        if request.POST.get("action") != "submit":
            messages.success(request, _("Your answers are kept. You can go on later."))
            return redirect("portal_response", uid=self.submission.uid)
        return self._submit(form)

    def _keep(self, form: AnswersForm) -> bool:
        round_ = open_round(self.submission)
        try:
            stale = keep_answers(
                round_id=round_.pk if round_ else 0,
                answers=form.answers(),
                seen=form.seen(),
                actor=self.request.user,
            )
        except (ValidationError, PermissionDenied) as error:
            form.take(error)
        else:
            form.show_theirs(stale)
            form.renew(items_of(self.submission))
        return not form.errors

    def _submit(self, form: AnswersForm) -> HttpResponse:
        form.insist_on_answers()
        if form.errors:
            return self._again(form)
        if not allows(self.request, SUBMIT):
            form.add_error(None, _("Too many tries; your answers are kept. Try again later."))
            return self._again(form)
        try:
            submit(submission_id=self.submission.pk, actor=self.request.user)
        except IncompleteSubmission as error:
            form.add_error(None, str(error))
            found = [str(each.message) for each in error.findings]
            return self._again(form, findings=found)
        except ValidationError as error:
            form.take(error)
            return self._again(form)
        except PermissionDenied as error:
            form.add_error(None, str(error))
            return self._again(form)
        messages.success(self.request, _("Your answers and the new version are submitted."))
        return self.to_status()

    def _again(self, form: AnswersForm, **context: Any) -> HttpResponse:
        """Return the page with what keeps it from being submitted; the answers are kept."""
        return self.render_to_response(self.get_context_data(form=form, **context))
