"""Seeds what a provider has brought, played by the demonstration's people through the services."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from clearinghouse.accounts.models import User
from curriculum_pages.enums import FileRole, MemberRole, Visibility
from curriculum_pages.models import Provider, ProviderMember
from resource_library.models import Organisation
from review_workflow.enums import Outcome
from review_workflow.models import ReviewRound
from submission_portal.content import content_from
from submission_portal.enums import Step
from submission_portal.models import Submission
from submission_portal.services import (
    accept_to_review,
    create_submission,
    return_to_provider,
    save_step,
    send_message,
    submit,
)
from submission_portal.services.files import add_file

from .cases import FIRST, SECOND, Play
from .content import Record, lasting_id, load
from .curricula import draft_of
from .files import SAMPLE_FILES, sample_pdf

ATTEST = {"name": ["Pat Sample"], "position": ["Director"], "entitled": ["on"], "true": ["on"]}


def seed_submissions() -> int:
    """Add the submissions that are missing, each at its stage; return how many there are."""
    content = load("submissions")
    member = User.objects.get(email=content["member"])
    provider = _ensure_provider(content["provider"], member)
    there = set(Submission.objects.filter(provider=provider).values_list("title", flat=True))
    for given in content["submission"]:
        if given["title"] not in there:
            record = {**content["common"], "provider": content["provider"], **given}
            screener = User.objects.get(email=content["screener"])
            STAGES[record["stage"]](_typed(record, provider, member), record, member, screener)
    return len(content["submission"])


def _ensure_provider(slug: str, member: User) -> Provider:
    provider, _created = Provider.objects.get_or_create(
        organisation=Organisation.objects.get(slug=slug),
        defaults={"uid": lasting_id("provider", slug), "verified_at": timezone.now()},
    )
    ProviderMember.objects.get_or_create(
        provider=provider, user=member, ended_at=None, defaults={"role": MemberRole.OWNER.value}
    )
    return provider


def _typed(record: Record, provider: Provider, member: User) -> Submission:
    """Return a draft with the steps typed that the record names, all of them by default."""
    submission = create_submission(provider=provider, actor=member)
    content = content_from(draft_of(record, member))
    for step, name in itertools.product(content, record.get("leave_out", [])):
        content[step].pop(name, None)
    for step in record.get("steps", [step.value for step in Step]):
        if typed := content.get(step):
            save_step(
                submission_id=submission.pk,
                step=Step(step),
                content=typed,
                version=0,
                actor=member,
            )
    return Submission.objects.get(pk=submission.pk)


def _attach(submission: Submission, title: str, role: FileRole, member: User) -> None:
    add_file(
        submission_id=submission.pk,
        upload=ContentFile(sample_pdf(submission.title, title), name=f"{title}.pdf"),
        title=title,
        role=role.value,
        visibility=Visibility.REVIEWERS.value,
        actor=member,
    )


def _complete(submission: Submission, member: User) -> None:
    for role, title in SAMPLE_FILES:
        _attach(submission, title, role, member)
    save_step(
        submission_id=submission.pk, step=Step.ATTEST, content=ATTEST, version=0, actor=member
    )
    submit(submission_id=submission.pk, actor=member)


def draft(submission: Submission, record: Record, member: User, _screener: User) -> None:
    """Leave it half written, with a handout attached."""
    _attach(submission, record["handout"], FileRole.PARTICIPANT_MATERIAL, member)


def returned(submission: Submission, record: Record, member: User, screener: User) -> None:
    """Submit it; staff return it with a reason."""
    _complete(submission, member)
    return_to_provider(
        submission_id=submission.pk,
        actor=screener,
        reasons=record["reasons"],
        words=record["words"],
    )


def reviewing(submission: Submission, record: Record, member: User, screener: User) -> None:
    """Submit it; staff accept it and a panel reviews."""
    play = _accepted(submission, record, member, screener)
    play.open(FIRST)
    play.begin(*FIRST)
    play.file(FIRST[1])
    send_message(
        submission_id=submission.pk,
        body="Thank you. The panel is complete; nothing is needed from you now.",
        actor=screener,
    )


def approved_with_conditions(
    submission: Submission, record: Record, member: User, screener: User
) -> None:
    """Submit it; a panel approves it with one condition, which is open."""
    play = _accepted(submission, record, member, screener)
    play.open(SECOND)
    play.begin(*SECOND)
    for name in SECOND:
        play.file(name)
    play.decide(Outcome.APPROVE_WITH_CONDITIONS)


def _accepted(submission: Submission, record: Record, member: User, screener: User) -> Play:
    _complete(submission, member)
    accepted = accept_to_review(submission_id=submission.pk, actor=screener)
    round_ = ReviewRound.objects.select_related("case").get(case=accepted.case)
    return Play(round_, record, member)


STAGES: Mapping[str, Callable[[Submission, Record, User, User], Any]] = {
    "draft": draft,
    "returned": returned,
    "reviewing": reviewing,
    "approved_with_conditions": approved_with_conditions,
}
"""How a submission comes to the stage that its record names."""
