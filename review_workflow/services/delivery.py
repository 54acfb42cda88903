"""Delivering the outbox: claim a message, send it, mark it as sent; the collecting of digests.

A message is sent **at least once**. It is claimed in a transaction of its own, under a lock of its
row that other processes skip: the claim counts the try and puts the next one a lease ahead, so that
nobody else sends it meanwhile, and no lock or transaction is open while a mail server is spoken to.
Then it is sent, then marked. A process that dies between sending and marking leaves a message that
is sent again when the lease has passed: losing a decision's letter would be worse than a second
copy. Both copies carry the same Message-ID, made from the message's key, by which mail programs and
people recognise the second.
"""

import datetime as dt
import hashlib
import logging
import smtplib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from review_workflow.enums import MailFrequency
from review_workflow.models import Case, MailPreference, OutgoingMessage
from review_workflow.permissions import visible_cases

from .audit import record
from .messages import TO_PARTY
from .wording import digest, framed

logger = logging.getLogger(__name__)

AT_ONCE = 200
"""How many messages one call sends; the next call sends the next ones."""
LEASE = dt.timedelta(minutes=10)
"""How long a claimed message is left alone; far longer than sending one takes."""
DIGEST_HOUR = 7
"""The local hour from which the digest of a day goes out."""
SERVER_PAUSE_MINUTES = 10
"""The longest pause after a mail server did not answer."""
MESSAGE_PAUSE_MINUTES = 6 * 60
"""The longest pause after a mail server refused one message."""
_REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)
"""What a mail server answers to one message: a refused recipient or text."""
DIGEST = "digest:"
"""How the key of a digest begins; the user's key and the local day follow."""


@dataclass(frozen=True, slots=True)
class _Mail:
    """A claimed message as it is to be sent, and the rows that are sent with it."""

    message: OutgoingMessage
    subject: str
    body: str
    rows: tuple[int, ...]


def deliver_due_messages() -> int:
    """Send what is due and return how many mails went out; not to be called in a transaction.

    A server that does not answer ends the call: what waits is tried again after a pause that grows,
    for ever. A refused message waits alone. Whoever may not see the case any more gets nothing.
    """
    collect_digests()
    sent = 0
    for _attempt in range(AT_ONCE):
        if not waiting().exists():
            break
        mail = _claim()
        if mail is None:
            continue
        try:
            _email(mail).send()
        except (OSError, ValueError) as error:  # every fault of smtplib is an OSError
            if _is_refusal(error):
                _postpone(mail, error, longest=MESSAGE_PAUSE_MINUTES)
                continue
            pause = _postpone(mail, error, longest=SERVER_PAUSE_MINUTES)
            waiting().order_by().update(due_at=timezone.now() + pause)
            break
        else:
            OutgoingMessage.objects.filter(pk__in=mail.rows).update(
                sent_at=timezone.now(), error=""
            )
            sent += 1
    return sent


def waiting() -> "QuerySet[OutgoingMessage]":
    """Return the messages that are due now, those apart that a digest carries or will carry."""
    daily = MailPreference.objects.filter(frequency=MailFrequency.DAILY.value).values("user")
    return _unsent().filter(
        Q(can_wait=False) | Q(recipient=None) | ~Q(recipient__in=daily), digest=None
    )


def _unsent() -> "QuerySet[OutgoingMessage]":
    return OutgoingMessage.objects.filter(
        sent_at=None, dropped_at=None, due_at__lte=timezone.now()
    ).order_by("due_at", "pk")


@transaction.atomic(durable=True)
def _claim() -> _Mail | None:
    """Take the first message that nobody else has; None where it is dropped or there is none."""
    message = waiting().select_for_update(skip_locked=True).first()
    if message is None:
        return None
    message.tries += 1
    message.due_at = timezone.now() + LEASE
    message.save(update_fields=["tries", "due_at"])
    parts = list(message.parts.filter(sent_at=None, dropped_at=None).order_by("due_at", "pk"))
    open_parts = [part for part in parts if not _drop_if_hidden(part)]
    if _drop_if_hidden(message):
        return None
    if not message.key.startswith(DIGEST):
        return _Mail(message, message.subject, framed(message), (message.pk,))
    if not open_parts:
        OutgoingMessage.objects.filter(pk=message.pk).update(dropped_at=timezone.now())
        return None
    words = digest(open_parts)
    rows = (message.pk, *(part.pk for part in open_parts))
    return _Mail(message, words.subject, words.body, rows)


def _drop_if_hidden(message: OutgoingMessage) -> bool:
    """Drop, and record it, what its recipient may not be told any more; return whether it was.

    The wall is asked at the moment of sending. A message without a case, and one to a party of the
    case, such as a letter, need only somebody to get it.
    """
    recipient, case = message.recipient, message.case
    if recipient is None:
        may_be_told = bool(message.address)
    elif not recipient.is_active:
        may_be_told = False
    else:
        may_be_told = (
            case is None
            or message.key.startswith(TO_PARTY)
            or visible_cases(recipient).filter(pk=case.pk).exists()
        )
    if may_be_told:
        return False
    message.dropped_at = timezone.now()
    message.save(update_fields=["dropped_at"])
    if case is not None:
        locked = Case.objects.select_for_update().get(pk=case.pk)
        record(
            case=locked,
            kind="message_dropped",
            message=message.key,
            recipient=message.recipient_id,
        )
    return True


def _email(mail: _Mail) -> EmailMessage:
    message = mail.message
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname
    name = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    return EmailMessage(
        subject=" ".join(mail.subject.split()),
        body=mail.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient.email if message.recipient else message.address],
        headers={
            "Message-ID": f"<{name}@{host}>",
            "List-Id": f"Reviews <reviews.{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _postpone(mail: _Mail, error: Exception, *, longest: int) -> dt.timedelta:
    """Note what went wrong, put the next try off, and return for how long."""
    pause = dt.timedelta(minutes=min(2 ** min(mail.message.tries - 1, longest), longest))
    OutgoingMessage.objects.filter(pk=mail.message.pk).update(
        due_at=timezone.now() + pause, error=_in_words(error)
    )
    logger.warning("Message %s was not sent: %s", mail.message.pk, _in_words(error))
    return pause


def _is_refusal(error: Exception) -> bool:
    """Return whether one message is at fault: refused, or with an address that is none."""
    return isinstance(error, _REFUSED) or not isinstance(error, OSError)


def _in_words(error: Exception) -> str:
    """Return what kind of fault it was; not the server's text, which may repeat a password."""
    codes = [getattr(error, "smtp_code", None)]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    known = [str(code) for code in codes if code is not None]
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        known.append(error.strerror)
    return " ".join([type(error).__name__, *known])


def collect_digests() -> int:
    """Give everybody who wants one message a day that message; return how many were made.

    From the hour of digests on, once a local day for each person: what came later waits until
    tomorrow. What the digest says is put together when it is sent.
    """
    now = timezone.localtime()
    if now.hour < DIGEST_HOUR:
        return 0
    day = now.date().isoformat()
    parts = _unsent().filter(can_wait=True, digest=None, recipient=OuterRef("user"))
    wanting = MailPreference.objects.filter(
        Exists(parts.order_by()), frequency=MailFrequency.DAILY.value
    )
    had = {
        key.split(":")[1]
        for key in OutgoingMessage.objects.filter(
            key__startswith=DIGEST, key__endswith=f":{day}"
        ).values_list("key", flat=True)
    }
    users = [user for user in wanting.values_list("user", flat=True) if str(user) not in had]
    return sum(_collect_digest(user, day) for user in users)


@transaction.atomic
def _collect_digest(user: int, day: str) -> bool:
    MailPreference.objects.select_for_update().get(user=user)
    carrier, is_new = OutgoingMessage.objects.get_or_create(
        key=f"{DIGEST}{user}:{day}", defaults={"recipient_id": user, "can_wait": False}
    )
    if is_new:
        parts = _unsent().filter(can_wait=True, digest=None, recipient=user)
        parts.order_by().update(digest=carrier)
    return is_new


@transaction.atomic
def retry_message(*, message_id: int, actor: Any) -> OutgoingMessage:
    """Let a waiting message go out with the next delivery; one that is sent or dropped stays so."""
    message = OutgoingMessage.objects.select_for_update().get(pk=message_id)
    if message.sent_at is None and message.dropped_at is None:
        message.due_at = timezone.now()
        message.save(update_fields=["due_at"])
        if message.case is not None:
            case = Case.objects.select_for_update().get(pk=message.case.pk)
            record(case=case, kind="message_retried", actor=actor, message=message.key)
    return message
