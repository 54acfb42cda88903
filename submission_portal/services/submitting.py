"""Submitting: what was typed becomes a version that never changes; for staff, or for the panel."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from curriculum_pages.models import CurriculumPage
from curriculum_pages.selectors import completeness_of
from review_workflow.enums import EditionState
from review_workflow.models import StandardsEdition
from review_workflow.models.approval import canonical_json
from review_workflow.services.numbers import next_number
from review_workflow.services.responses import start_next_round
from review_workflow.services.wording import in_the_sites_language
from submission_portal.content import page_from
from submission_portal.enums import EventKind, Step, SubmissionState
from submission_portal.models import (
    Submission,
    SubmissionFile,
    SubmissionNumberSeries,
    SubmissionVersion,
)
from submission_portal.selectors.drafts import Content, content_of, current_files, title_in
from submission_portal.steps import Words, forms_of

from .events import move_to, record_event
from .locking import lock_submission, require
from .notices import named, tell_provider, tell_screeners
from .revisions import save_revision_of

_OWN_FORMS = tuple(step for step in Step if step is not Step.FILES)


class IncompleteSubmission(Exception):  # noqa: N818 - says what happened
    """It cannot be submitted yet: `findings` are what it lacks, `steps` those that hold faults."""

    def __init__(self, findings: Sequence[Any], steps: Sequence[Step]) -> None:
        super().__init__(_("The submission is not complete; nothing was submitted."))
        self.findings, self.steps = tuple(findings), tuple(steps)


@transaction.atomic
def submit(*, submission_id: int, actor: Any) -> SubmissionVersion:
    """Freeze what was typed as the next version, hand it over, and return it.

    A draft or a returned submission goes to screening; one whose case waits for a response opens
    the next round with the same reviewers. Submitting what is submitted already changes nothing and
    returns the version that stands. Raises IncompleteSubmission while something is missing,
    PermissionDenied for whoever may not submit, ValidationError while points lack an answer.
    """
    submission, access = lock_submission(submission_id, actor)
    if access.writes and submission.state == SubmissionState.SCREENING:
        return _last_version(submission)
    require(access.can_submit, _("This submission cannot be submitted now; nothing was changed."))
    content, files = content_of(submission), current_files(submission)
    words = Words()
    page = page_from(content, provider=submission.provider, files=files, words=words)
    version = _freeze(submission, content, files, _check(content, page, words), actor)
    if access.waits_for_response:
        _open_next_round(submission, version, actor)
    else:
        _hand_to_screening(submission, version, actor)
    return version


def _last_version(submission: Submission) -> SubmissionVersion:
    version = submission.versions.order_by("-number").first()
    if version is None:
        raise PermissionDenied(_("Nothing was submitted yet."))
    return version


def _check(content: Content, page: CurriculumPage, words: Words) -> list[Any]:
    """Return the findings that do not keep it from being submitted; raise for those that do."""
    findings = list(completeness_of(page))
    faulty = [
        step
        for step in _OWN_FORMS
        if not forms_of(step, content.get(step.value), bound=True, words=words).is_valid()
    ]
    errors = [each for each in findings if each.is_blocking]
    if errors or faulty:
        raise IncompleteSubmission(errors, faulty)
    return findings


def _freeze(
    submission: Submission,
    content: Content,
    files: Sequence[SubmissionFile],
    findings: Sequence[Any],
    actor: Any,
) -> SubmissionVersion:
    edition = StandardsEdition.objects.filter(state=EditionState.IN_FORCE.value).first()
    listed = [
        {
            "uid": str(file.uid),
            "lasting_uid": str(file.lasting_uid),
            "sha256": file.stored_file.sha256,
            "name": file.name,
        }
        for file in files
    ]
    digest = hashlib.sha256(canonical_json({"content": content, "files": listed}).encode())
    return SubmissionVersion.objects.create(
        submission=submission,
        number=submission.versions.count() + 1,
        content=content,
        files=listed,
        findings=[
            {"code": each.code, "severity": str(each.severity), "message": str(each.message)}
            for each in findings
        ],
        edition_uid=edition.uid if edition else None,
        sha256=digest.hexdigest(),
        submitted_by=actor,
    )


def _submitted(version: SubmissionVersion) -> dict[str, Any]:
    """Return what a submission keeps of its last version: staff search and sort by it."""
    return {
        "submitted_at": version.submitted_at,
        "submitted_title": title_in(version.content),
    }


def _hand_to_screening(submission: Submission, version: SubmissionVersion, actor: Any) -> None:
    fields = _submitted(version)
    if submission.number is None:
        fields["number"] = next_number(SubmissionNumberSeries)
    move_to(submission, SubmissionState.SCREENING, **fields)
    record_event(submission, EventKind.SUBMITTED, actor=actor, version=version.number)
    with in_the_sites_language():
        tell_provider(
            submission,
            key=f"submitted:{version.number}",
            subject=_("%(number)s “%(title)s” is submitted") % named(submission),
            body=_(
                "The submission has arrived. Staff check next whether it is complete and within "
                "scope; you can follow it here."
            ),
        )
        tell_screeners(
            submission,
            key=f"submitted:{version.number}",
            subject=_("%(number)s “%(title)s” waits for screening")
            % named(submission, for_staff=True),
            body=_("A provider has submitted a curriculum; it is in the queue of submissions."),
        )


def _open_next_round(submission: Submission, version: SubmissionVersion, actor: Any) -> None:
    case: Any = submission.case
    round_ = case.rounds.order_by("-number").first()
    save_revision_of(submission, version)
    opened = start_next_round(round_id=round_.pk, actor=actor)
    fields = _submitted(version)
    for name, value in fields.items():
        setattr(submission, name, value)
    submission.save(update_fields=list(fields))
    record_event(
        submission,
        EventKind.RESPONDED,
        actor=actor,
        version=version.number,
        round=opened.number,
    )
    with in_the_sites_language():
        tell_provider(
            submission,
            key=f"responded:{version.number}",
            subject=_("%(number)s “%(title)s” is submitted again") % named(submission),
            body=_("Your answers and the new version are with the reviewers."),
        )
