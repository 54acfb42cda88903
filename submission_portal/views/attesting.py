"""The end of the guided form: what still stands in the way, and the one button that submits."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from submission_portal.enums import Step
from submission_portal.models import Submission
from submission_portal.models.labels import STEPS
from submission_portal.selectors.places import step_address
from submission_portal.selectors.progress import Progress, progress_of
from submission_portal.services import IncompleteSubmission, submit
from submission_portal.steps import forms_of
from submission_portal.throttling import SUBMIT, allows

_STATEMENTS = ("entitled", "true")


def attest_context(
    submission: Submission, content: Mapping[str, Sequence[str]] | None
) -> dict[str, Any]:
    """Return what the last step shows beside its form: everything that is missing, by step.

    Statements that were made for a version before are made again for this one.
    """
    progress = progress_of(submission)
    context: dict[str, Any] = {"progress": progress, "lacking": _lacking(submission, progress)}
    saved = submission.steps.filter(step=Step.ATTEST.value).first()
    submitted = submission.submitted_at
    if content and saved and submitted and saved.saved_at <= submitted:
        again = {name: texts for name, texts in content.items() if name not in _STATEMENTS}
        forms = forms_of(Step.ATTEST, again, bound=False)
        context |= {"forms": forms, "form": forms.form}
    return context


def _lacking(submission: Submission, progress: Progress) -> list[dict[str, Any]]:
    return [
        {
            "label": STEPS[each.step],
            "address": step_address(submission, each.step),
            "progress": each,
        }
        for each in progress.steps
        if each.step is not Step.ATTEST and each.missing
    ]


def submit_and_answer(request: HttpRequest, submission: Submission) -> HttpResponseRedirect:
    """Submit; lead to the status page, or back to the last step with what is in the way."""
    back = HttpResponseRedirect(step_address(submission, Step.ATTEST))
    if not allows(request, SUBMIT):
        messages.error(request, _("You have submitted very often; try again in an hour."))
        return back
    try:
        submit(submission_id=submission.pk, actor=request.user)
    except IncompleteSubmission as incomplete:
        messages.error(request, str(incomplete))
        return back
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return back
    except PermissionDenied as denied:
        messages.error(request, str(denied))
        return back
    messages.success(request, _("Your curriculum is submitted."))
    return redirect("portal_submission", submission.uid)
