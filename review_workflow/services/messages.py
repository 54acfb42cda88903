"""The outbox: queueing messages in the transaction of what they tell; delivering is apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from review_workflow.models import Case, OutgoingMessage

TO_PARTY = "to-party:"
"""How the key of a message to the provider begins: the wall before a case is not for them."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told to one person; `key` makes telling it twice impossible.

    Whoever has no login yet is named by `address`, with None for the recipient.
    """

    key: str
    recipient: Any | None
    subject: str
    body: str
    case: Case | None = None
    due_at: datetime | None = None
    can_wait: bool = True
    address: str = ""


def queue_messages(messages: Iterable[Message]) -> None:
    """Put messages into the outbox by one statement; one whose key is there already stays as is."""
    OutgoingMessage.objects.bulk_create(
        (
            OutgoingMessage(
                key=message.key,
                recipient=message.recipient,
                address=message.address,
                case=message.case,
                subject=message.subject,
                body=message.body,
                due_at=message.due_at or timezone.now(),
                can_wait=message.can_wait,
            )
            for message in messages
        ),
        ignore_conflicts=True,
    )
