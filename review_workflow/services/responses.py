"""The provider's response to a round that asked to revise, point by point; then the next round."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import CaseState
from review_workflow.models import ResponseItem, ReviewRound
from review_workflow.parsing import clean_text
from review_workflow.permissions import access_to

from .audit import record
from .letters import provider_contact
from .locking import lock_round

MAX_ANSWER = 20_000


def may_respond(user: Any, round_: ReviewRound) -> bool:
    """Return whether `user` may enter the provider's answers.

    Its contact may, whoever the page says speaks for the party, and who manages the case.
    """
    contact = provider_contact(round_)
    is_contact = bool(user.is_active and contact is not None and contact.pk == user.pk)
    speaks = is_contact or bool(round_.case.page.specific.speaks_for_party(user))
    return speaks or access_to(user, round_).manages


@transaction.atomic
def respond(*, round_id: int, answers: Mapping[int, str], actor: Any) -> list[ResponseItem]:
    """Keep the provider's answers, by key of the point, and return the points in order.

    Every point of the round needs an answer, else ValidationError names each that lacks one, as
    `item-<key>`, and nothing is kept. The same answers again change nothing. Raises
    PermissionDenied for whoever may not respond, and once the case no longer waits for it.
    """
    round_, items, given = _open(round_id, answers, actor)
    faults = _faults_of(items, given)
    for place, item in enumerate(items, 1):
        if not given.get(item.pk):
            faults[f"item-{item.pk}"] = _("Answer point %(number)d.") % {"number": place}
    if faults:
        raise ValidationError(faults)
    _keep(round_, [item for item in items if item.answer != given[item.pk]], given, actor)
    return items


@transaction.atomic
def keep_answers(
    *,
    round_id: int,
    answers: Mapping[int, str],
    actor: Any,
    seen: Mapping[int, str] | None = None,
) -> list[ResponseItem]:
    """Keep what is answered so far, by key of the point; others stay as they are, empty or not.

    `seen` holds `digest_of` the answers that these were typed over. A point that somebody else
    changed to something else since is not overwritten: those points are returned as they stand.
    Raises ValidationError and PermissionDenied as `respond` does, apart from points without answer.
    """
    round_, items, given = _open(round_id, answers, actor)
    faults = _faults_of(items, given)
    if faults:
        raise ValidationError(faults)
    changed = [item for item in items if item.answer != given.get(item.pk, item.answer)]
    stale = [
        item
        for item in changed
        if seen is not None and seen.get(item.pk, "") != digest_of(item.answer)
    ]
    _keep(round_, [item for item in changed if item not in stale], given, actor)
    return stale


def digest_of(answer: str) -> str:
    """Return what tells one stored answer from another, short enough for a form's hidden field."""
    return hashlib.sha256(answer.encode()).hexdigest()[:16]


def _open(
    round_id: int, answers: Mapping[int, str], actor: Any
) -> tuple[ReviewRound, list[ResponseItem], dict[int, str]]:
    """Return the locked round that waits, its points, and the answers as they would be kept."""
    round_ = lock_round(round_id)
    if not may_respond(actor, round_):
        raise PermissionDenied(_("This response is not yours to give; nothing was changed."))
    _check_waits(round_)
    items = list(round_.response_items.select_for_update().order_by("order", "pk"))
    return round_, items, {key: clean_text(str(text)).strip() for key, text in answers.items()}


def _faults_of(items: Sequence[ResponseItem], given: Mapping[int, str]) -> dict[str, str]:
    faults = {f"item-{key}": _("This point is not one of this round.") for key in given}
    for place, item in enumerate(items, 1):
        faults.pop(f"item-{item.pk}", None)
        if len(given.get(item.pk, "")) > MAX_ANSWER:
            faults[f"item-{item.pk}"] = _(
                "Shorten the answer to point %(number)d to %(most)d characters."
            ) % {"number": place, "most": MAX_ANSWER}
    return faults


def _keep(
    round_: ReviewRound, changed: Sequence[ResponseItem], given: Mapping[int, str], actor: Any
) -> None:
    for item in changed:
        item.answer, item.answered_by, item.answered_at = given[item.pk], actor, timezone.now()
    if changed:
        ResponseItem.objects.bulk_update(changed, ["answer", "answered_by", "answered_at"])
        record(
            case=round_.case,
            kind="response_given",
            actor=actor,
            round=round_.number,
            items=[item.pk for item in changed],
        )


@transaction.atomic
def start_next_round(*, round_id: int, actor: Any) -> ReviewRound:
    """Submit the page's latest version to the same reviewers and return the round that opened.

    Raises ValidationError while a point of the response lacks an answer, PermissionDenied for
    whoever may not respond and where the case no longer waits for it.
    """
    round_ = lock_round(round_id)
    if not may_respond(actor, round_):
        raise PermissionDenied(_("This response is not yours to give; nothing was changed."))
    _check_waits(round_)
    open_points = round_.response_items.filter(answer="").count()
    if open_points:
        raise ValidationError(
            _("Answer every point first; %(number)d are open.") % {"number": open_points}
        )
    if round_.task_state is None:
        raise PermissionDenied(_("The workflow of this case is gone; submit the page anew."))
    state = round_.task_state.workflow_state
    if state.status != state.STATUS_NEEDS_CHANGES:
        raise PermissionDenied(_("The workflow of this case no longer waits for changes."))
    if state.current_task_state_id == round_.task_state_id:
        state.current_task_state = round_.task_state
    state.resume(user=actor)
    return ReviewRound.objects.get(case=round_.case_id, number=round_.number + 1)


def _check_waits(round_: ReviewRound) -> None:
    is_last = not ReviewRound.objects.filter(case=round_.case_id, number__gt=round_.number).exists()
    if not is_last or round_.case.state != CaseState.AWAITING_RESPONSE:
        raise PermissionDenied(_("This case does not wait for a response; nothing was changed."))
