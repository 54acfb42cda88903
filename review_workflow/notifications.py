"""Reminders and escalations of reviews, found by the calendar; which mails Wagtail leaves to us.

Everything goes through the outbox under a key that names the thing, its day and the reminder, so
that however often this runs, and in however many processes, nobody is told twice. Of reminders
whose days have passed since the last run only the latest is sent.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState

from .enums import APPROVING, CAN_REVIEW, RUNNING_ROUNDS, AssignmentState
from .models import (
    Approval,
    Assignment,
    Condition,
    OutgoingMessage,
    RequiresApproval,
    ReviewRound,
)
from .permissions import overseers_of
from .services import Message, queue_messages
from .services.delivery import DIGEST_HOUR
from .services.letters import provider_contact
from .services.messages import TO_PARTY
from .services.wording import (
    Words,
    answer_reminder,
    chairless_round,
    condition_to_meet,
    condition_to_verify,
    in_the_sites_language,
    late_review,
    late_round,
    review_reminder,
)

PAUSE_SECONDS = 600
"""How long due work waits before it looks at the calendar again."""
_ANSWERING = (AssignmentState.INVITED.value, AssignmentState.ACCEPTED.value)
_WRITING = tuple(sorted(state.value for state in CAN_REVIEW))
_RUNNING = tuple(sorted(state.value for state in RUNNING_ROUNDS))
_FROZEN = ("edition_snapshot", "units", "facts")
LATE, CHAIRLESS = "late-round", "no-chair"


def remind_when_due() -> int:
    """Do `send_reminders`, but not more often than every ten minutes in one process."""
    return send_reminders() if cache.add("clearinghouse-reminders", 1, PAUSE_SECONDS) else 0


def send_reminders() -> int:
    """Queue what the calendar asks for and was not queued before; return how many messages.

    The number of statements grows only with the rounds that escalate now.
    """
    with in_the_sites_language():
        messages = {
            message.key: message
            for message in (*_seat_reminders(), *_escalations(), *_condition_reminders())
        }
    known = OutgoingMessage.objects.filter(key__in=messages).values_list("key", flat=True)
    new = messages.keys() - set(known)
    queue_messages(messages[key] for key in sorted(new))
    return len(new)


def reminder_due(
    days: Iterable[int], *, due_on: dt.date, since: dt.date, today: dt.date
) -> int | None:
    """Return which reminder is the latest whose day has come, in days before `due_on`, or None.

    One whose day is not after `since`, when the clock began, is none: it was just begun.
    """
    passed = [day for day in days if since < due_on - dt.timedelta(days=day) <= today]
    return min(passed, default=None)


def _seat_reminders() -> Iterator[Message]:
    today = timezone.localdate()
    seats = (
        Assignment.objects.filter(round__state__in=_RUNNING, state__in=(*_ANSWERING, *_WRITING))
        .select_related("reviewer", "round__case", "round__chair")
        .defer(*(f"round__{name}" for name in _FROZEN))
    )
    for seat in seats.iterator():
        writes = seat.state in _WRITING
        due_at = seat.review_by if writes else seat.respond_by
        if due_at is None:
            continue
        due_on = timezone.localdate(due_at)
        since = timezone.localdate((seat.responded_at if writes else None) or seat.invited_at)
        days = seat.round.rule_snapshot["reminder_days"]
        day = reminder_due(days, due_on=due_on, since=since, today=today)
        if day is None:
            continue
        tell = partial(_message, case=seat.round.case)
        kind = "review" if writes else "answer"
        key = f"reminder:{kind}:{seat.uid}:{due_on.isoformat()}:{day}"
        is_late = day < 0
        words = review_reminder(seat, is_late=is_late) if writes else answer_reminder(seat)
        yield tell(key, seat.reviewer, words)
        if writes and is_late and seat.round.chair is not None:
            yield tell(f"{key}:chair", seat.round.chair, late_review(seat))


def _escalations() -> Iterator[Message]:
    """Yield what chair and overseers are told of rounds past their day, or without a chair."""
    rounds = list(
        ReviewRound.objects.filter(
            Q(due_at__lt=timezone.now()) | Q(chair=None) | Q(chair__is_active=False),
            state__in=_RUNNING,
        )
        .select_related("case", "chair")
        .defer("rule_snapshot", *_FROZEN)
    )
    told = OutgoingMessage.objects.filter(
        Q(key__startswith=f"{LATE}:") | Q(key__startswith=f"{CHAIRLESS}:"),
        case__in=[round_.case_id for round_ in rounds],
    )
    known = {key.rpartition(":")[0] for key in told.values_list("key", flat=True)}
    for round_ in rounds:
        matters: list[tuple[str, Callable[[ReviewRound], Words]]] = []
        if round_.due_at is not None and round_.due_at < timezone.now():
            day = timezone.localdate(round_.due_at).isoformat()
            matters.append((f"{LATE}:{round_.uid}:{day}", late_round))
        if round_.chair is None or not round_.chair.is_active:
            matters.append((f"{CHAIRLESS}:{round_.uid}", chairless_round))
        matters = [(key, words) for key, words in matters if key not in known]
        if not matters:
            continue
        people = {person.pk: person for person in overseers_of(round_.case)}
        for key, words in matters:
            chair = {round_.chair_id: round_.chair} if words is late_round and round_.chair else {}
            for person in (chair | people).values():
                yield _message(f"{key}:{person.pk}", person, words(round_), case=round_.case)


def _condition_reminders() -> Iterator[Message]:
    today = timezone.localdate()
    stands = Approval.objects.filter(decision=OuterRef("decision"), is_current=True)
    conditions = (
        Condition.objects.filter(
            Exists(stands),
            met_at=None,
            decision__is_superseded=False,
            decision__outcome__in=[outcome.value for outcome in APPROVING],
        )
        .select_related(
            "verifier",
            "decision__round__case__page__owner",
            "decision__round__task_state__workflow_state__requested_by",
        )
        .defer("decision__letter", *(f"decision__round__{name}" for name in _FROZEN))
    )
    for condition in conditions.iterator():
        round_ = condition.decision.round
        day = reminder_due(
            round_.rule_snapshot["reminder_days"],
            due_on=condition.due_on,
            since=timezone.localdate(condition.decision.decided_at),
            today=today,
        )
        if day is None:
            continue
        key = f"condition:{condition.uid}:{condition.due_on.isoformat()}:{day}"
        tell = partial(_message, case=round_.case)
        yield tell(key, condition.verifier, condition_to_verify(condition))
        contact = provider_contact(round_)
        if contact is not None:
            yield tell(f"{TO_PARTY}{key}", contact, condition_to_meet(condition))


def _message(key: str, recipient: Any, words: Words, *, case: Any) -> Message:
    """Return a reminder: it goes out at once, but in the morning rather than in the night."""
    now = timezone.localtime()
    due_at = now.replace(hour=DIGEST_HOUR, minute=0) if now.hour < DIGEST_HOUR else now
    return Message(
        key=key,
        recipient=recipient,
        case=case,
        subject=words.subject,
        body=words.body,
        due_at=due_at,
        can_wait=False,
    )


def keep_wagtails_mails_from_gated_pages() -> None:
    """Let Wagtail's own workflow mails pass by pages under the gate; others keep them.

    They would go out inside the transaction of a decision, to superusers whom a conflict keeps away
    and to the submitter before the letter. The notifiers ask `can_handle` before anything else.
    """
    from wagtail.admin import signal_handlers  # noqa: PLC0415 - loaded once apps are ready

    for notifier in (
        signal_handlers.task_submission_email_notifier,
        signal_handlers.workflow_submission_email_notifier,
        signal_handlers.workflow_approval_email_notifier,
        signal_handlers.workflow_rejection_email_notifier,
    ):
        notifier.can_handle = partial(_can_handle, notifier.can_handle)


def _can_handle(wagtails: Callable[..., bool], instance: Any, **kwargs: Any) -> bool:
    return not _is_gated(instance) and wagtails(instance, **kwargs)


def _is_gated(instance: Any) -> bool:
    state = instance.workflow_state if isinstance(instance, TaskState) else instance
    if not isinstance(state, WorkflowState):
        return False
    model = ContentType.objects.get_for_id(state.content_type_id).model_class()
    return model is not None and issubclass(model, RequiresApproval)
