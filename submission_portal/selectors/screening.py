"""One submission as staff read it: what was submitted, what changed since, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from curriculum_pages.selectors import completeness_of
from submission_portal.content import page_from
from submission_portal.enums import Step
from submission_portal.models import (
    ScreeningReason,
    Submission,
    SubmissionEvent,
    SubmissionFile,
    SubmissionMessage,
    SubmissionVersion,
)
from submission_portal.models.labels import STEPS
from submission_portal.steps import Answer, Difference, Words, answers_of, differences, forms_of


@dataclass(frozen=True, slots=True)
class ReadStep:
    """A step of the submitted version: what was answered, and what differs from the one before."""

    slug: str
    label: str
    answers: Sequence[Answer]
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file of the submitted version; `is_new` where the version before had another or none."""

    file: SubmissionFile
    is_new: bool


@dataclass(frozen=True, slots=True)
class Submitted:
    """The last submitted version, `before` the one before it, in the words of the form."""

    version: SubmissionVersion
    before: SubmissionVersion | None
    steps: Sequence[ReadStep]
    files: Sequence[ReadFile]
    removed_files: Sequence[str]
    findings: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with the labels of its reasons; staff read who acted, and the note."""

    event: SubmissionEvent
    reasons: Sequence[str]


def submitted_version(submission: Submission) -> Submitted | None:
    """Return what was submitted last, or None where nothing was. Drafts are never read here."""
    versions = list(submission.versions.order_by("-number")[:2])
    if not versions:
        return None
    version, before = versions[0], versions[1] if len(versions) > 1 else None
    files = files_of(version)
    words = Words()
    page = page_from(version.content, provider=submission.provider, files=files, words=words)
    old = {each["uid"] for each in before.files} if before else set()
    kept = {each["lasting_uid"] for each in version.files}
    return Submitted(
        version=version,
        before=before,
        steps=list(_steps(version, before, words)),
        files=[ReadFile(file, before is not None and str(file.uid) not in old) for file in files],
        removed_files=[
            each["name"]
            for each in (before.files if before else [])
            if each["lasting_uid"] not in kept
        ],
        findings=completeness_of(page),
    )


def submitted_files(submission: Submission) -> list[SubmissionFile]:
    """Return the files of what was submitted last, in its order."""
    version = submission.versions.order_by("-number").first()
    return files_of(version) if version else []


def files_of(version: SubmissionVersion) -> list[SubmissionFile]:
    """Return the files of a submitted version, in its order."""
    place = {each["uid"]: order for order, each in enumerate(version.files)}
    files = SubmissionFile.objects.filter(submission=version.submission_id, uid__in=list(place))
    return sorted(files.select_related("stored_file"), key=lambda file: place[str(file.uid)])


def _steps(version: SubmissionVersion, before: SubmissionVersion | None, words: Words) -> Any:
    for step in Step:
        if step is Step.FILES:
            continue
        mine = _forms(step, version, words)
        changed = differences(mine, _forms(step, before, words)) if before else []
        answers = [answer for answer in answers_of(mine) if answer.text]
        if answers or changed:
            yield ReadStep(step.value, str(STEPS[step]), answers, changed)


def _forms(step: Step, version: SubmissionVersion, words: Words) -> Any:
    return forms_of(step, version.content.get(step.value, {}), bound=False, words=words)


def happened(submission: Submission) -> list[Happened]:
    """Return the timeline for staff, the newest in front."""
    events = list(submission.events.select_related("actor").order_by("-seq"))
    codes = {code for event in events for code in event.data.get("reasons", ())}
    labels = dict(ScreeningReason.objects.filter(code__in=codes).values_list("code", "label"))
    return [
        Happened(event, [labels.get(code, code) for code in event.data.get("reasons", ())])
        for event in events
    ]


def messages_of(submission: Submission) -> list[SubmissionMessage]:
    """Return the messages of both sides, the oldest in front."""
    return list(submission.messages.select_related("author").order_by("sent_at", "pk"))
