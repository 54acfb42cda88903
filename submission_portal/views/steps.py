"""The guided form: the list of steps, one page for each step, and saving without losing a word."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from submission_portal.enums import Step
from submission_portal.models import Submission, SubmissionStep
from submission_portal.models.labels import STEPS
from submission_portal.permissions import SubmissionAccess
from submission_portal.selectors.duplicates import duplicates_to_settle
from submission_portal.selectors.places import neighbour, step_address
from submission_portal.selectors.progress import progress_of
from submission_portal.selectors.self_assessment import facts_of
from submission_portal.services import StaleStep, save_step
from submission_portal.steps import (
    StepForms,
    answers_of,
    differences,
    forms_of,
    kept,
    with_row,
    with_row_moved_up,
    without_row,
)
from submission_portal.steps.self_assessment import SelfAssessmentForm

from .attesting import attest_context, submit_and_answer
from .guarded import own_submission
from .unsaved import refusal_of, unsaved, wants_json

FORM_STEPS = tuple(step.value for step in Step if step is not Step.FILES)
"""Steps that have a form here; files have a page of their own."""


@require_safe
@never_cache
@login_required
def show_tasks(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The list of steps: what is done, what is missing, what keeps it from being submitted."""
    submission, access = own_submission(request, uid)
    progress = progress_of(submission)
    tasks: list[dict[str, Any]] = [
        {
            "label": STEPS[each.step],
            "address": step_address(submission, each.step),
            "progress": each,
        }
        for each in progress.steps
    ]
    context = {
        "submission": submission,
        "access": access,
        "progress": progress,
        "tasks": tasks,
        "duplicates": duplicates_to_settle(submission, access, user=request.user),
        # Of a step that nobody has begun, the rules need not say what it lacks.
        "said": [task for task in tasks if task["progress"].is_begun and task["progress"].findings],
    }
    return render(request, "submission_portal/steps/tasks.html", context)


@method_decorator([never_cache, csrf_exempt], name="dispatch")
class StepView(View):
    """One step. Its token is checked by `refusal_of`, which keeps what was typed."""

    http_method_names = ["get", "head", "post"]
    submission: Submission
    access: SubmissionAccess
    step: Step

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer whoever acts for the provider; nobody else learns that there is a submission."""
        self.step = Step(kwargs["step"])
        if request.method == "POST":
            refusal = refusal_of(request, self.step)
            if refusal is not None:
                return refusal
        elif not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.submission, self.access = own_submission(request, kwargs["uid"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the step with what is stored of it."""
        saved = self._saved()
        return self._page(saved.content if saved else None, saved.version if saved else 0)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Keep what was sent, then lead on to where the button points."""
        if "submit" in request.POST and self.access.writes and not self.access.can_edit:
            return submit_and_answer(request, self.submission)  # a second click
        blank = forms_of(self.step, None, bound=False)
        content = _with_rows_as_asked(request, blank, kept(blank, dict(request.POST.lists())))
        version = _number(request.POST.get("version", ""))
        if "edit" in request.POST and self.access.can_edit:
            return self._page(content, version)
        return self._save(request, content, version)

    def _save(
        self, request: HttpRequest, content: dict[str, list[str]], version: int
    ) -> HttpResponseBase:
        try:
            saved = save_step(
                submission_id=self.submission.pk,
                step=self.step,
                content=content,
                version=version,
                actor=request.user,
            )
        except StaleStep as stale:
            return self._conflict(content, stale.theirs)
        except ValidationError as error:
            reason = " ".join(error.messages)
            return unsaved(request, self.step, reason, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except PermissionDenied as denied:
            return unsaved(request, self.step, str(denied), status=HTTPStatus.FORBIDDEN)
        if wants_json(request):
            return JsonResponse(_said(saved))
        return self._lead_on(request, saved)

    def _lead_on(self, request: HttpRequest, saved: SubmissionStep) -> HttpResponseBase:
        here = step_address(self.submission, self.step)
        row = _row_meant(request, saved.content)
        if row:
            return HttpResponseRedirect(f"{here}#{row}")
        if request.POST.get("save") == "list":
            return redirect("portal_tasks", self.submission.uid)
        is_valid = forms_of(self.step, saved.content, bound=True).is_valid()
        if "submit" in request.POST and is_valid:
            return submit_and_answer(request, self.submission)
        following = neighbour(self.step, 1)
        if is_valid and following is not None and request.POST.get("save") != "stay":
            return HttpResponseRedirect(step_address(self.submission, following))
        if not is_valid:
            messages.warning(
                request,
                _("Saved. What is listed below still has to be put right before you submit."),
            )
        return HttpResponseRedirect(here)

    def _saved(self) -> SubmissionStep | None:
        steps = self.submission.steps.filter(step=self.step.value)
        return steps.select_related("saved_by").first()

    def _page(self, content: Mapping[str, Sequence[str]] | None, version: int) -> HttpResponse:
        forms = forms_of(self.step, content, bound=content is not None)
        context = self._frame() | {"forms": forms, "form": forms.form, "version": version}
        if isinstance(forms.form, SelfAssessmentForm):
            forms.form.facts = facts_of(self.submission)
        if self.step is Step.ATTEST:
            context |= attest_context(self.submission, content)
        if not self.access.can_edit:
            context["answers"] = answers_of(forms)
        return render(self.request, "submission_portal/steps/page.html", context)

    def _conflict(
        self, content: Mapping[str, Sequence[str]], theirs: SubmissionStep
    ) -> HttpResponseBase:
        if wants_json(self.request):
            said = _said(theirs) | {"error": "stale", "by": _name(theirs)}
            return JsonResponse(said, status=HTTPStatus.CONFLICT)
        context = self._frame() | {
            "theirs": theirs,
            "by": _name(theirs),
            "is_own": theirs.saved_by_id == self.request.user.pk,
            "differences": differences(
                forms_of(self.step, content, bound=False),
                forms_of(self.step, theirs.content, bound=False),
            ),
            "sent": [(name, text) for name, texts in content.items() for text in texts],
        }
        template = "submission_portal/steps/conflict.html"
        return render(self.request, template, context, status=HTTPStatus.CONFLICT)

    def _frame(self) -> dict[str, Any]:
        return {
            "submission": self.submission,
            "access": self.access,
            "step": self.step.value,
            "step_label": STEPS[self.step],
            "address": step_address(self.submission, self.step),
        }


def _with_rows_as_asked(
    request: HttpRequest, blank: StepForms, content: dict[str, list[str]]
) -> dict[str, list[str]]:
    name = request.POST.get("add", "")
    if name in blank.formsets:
        content = with_row(content, name)
    name, _dash, number = request.POST.get("remove", "").rpartition("-")
    if name in blank.formsets:
        content = without_row(content, name, _number(number))
    name, _dash, number = request.POST.get("up", "").rpartition("-")
    if name in blank.formsets:
        content = with_row_moved_up(content, name, _number(number))
    return content


def _row_meant(request: HttpRequest, content: Mapping[str, Sequence[str]]) -> str:
    """Return the id of the part of the page that a button about rows leads to, or nothing."""
    added = request.POST.get("add", "")
    if f"{added}-TOTAL_FORMS" in content:
        return f"{added}-{_number(content[f'{added}-TOTAL_FORMS'][0]) - 1}"
    for button in ("remove", "up"):
        name, _dash, number = request.POST.get(button, "").rpartition("-")
        if f"{name}-TOTAL_FORMS" in content:
            return f"{name}-{max(_number(number) - 1, 0)}" if button == "up" else f"{name}-list"
    return ""


def _number(text: str) -> int:
    """Return the number, or -1 for what is none: no version is that one, and no row."""
    return int(text[:9]) if text.isascii() and text.isdigit() else -1


def _said(saved: SubmissionStep) -> dict[str, Any]:
    at = date_format(timezone.localtime(saved.saved_at), "TIME_FORMAT")
    return {"version": saved.version, "saved_at": saved.saved_at.isoformat(), "at": at}


def _name(saved: SubmissionStep) -> str:
    person = saved.saved_by
    return (person.get_full_name() or person.get_username()) if person else _("somebody")
