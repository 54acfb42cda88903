"""Mail leaves once, after commit, to whoever may still be told; a dead server loses none."""

import datetime as dt
import smtplib
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from review_workflow.enums import MailFrequency
from review_workflow.models import (
    Assignment,
    AuditEntry,
    KnownConflict,
    MailPreference,
    OutgoingMessage,
)
from review_workflow.services import Message, deliver_due_messages, queue_messages, retry_message
from review_workflow.services.messages import TO_PARTY

from .panels import make_panel, make_user

NOON = (
    dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    .astimezone(timezone.get_default_timezone())
    .replace(hour=12)
)
BACKEND = f"{__name__}.FailingBackend"


class FailingBackend(EmailBackend):
    """A mail server of the tests: it answers with the next of `answers`, then takes everything."""

    answers: list[Exception] = []

    def send_messages(self, messages):
        if self.answers:
            raise self.answers.pop(0)
        return super().send_messages(messages)


@pytest.fixture
def server():
    """Return the answers that the mail server will give before it works."""
    FailingBackend.answers.clear()
    changed = (
        {"MAILERS": {"default": {"BACKEND": BACKEND}}}
        if settings.DJANGO_IS_6_1
        else {"EMAIL_BACKEND": BACKEND}
    )
    with override_settings(**changed):
        yield FailingBackend.answers


@pytest.fixture
def panel(site_tree):
    with time_machine.travel(NOON, tick=False):
        yield make_panel(site_tree)


@pytest.fixture
def case(panel):
    """A case with a chair and one invited reviewer, and nothing in the outbox yet."""
    round_ = panel.submit()
    Assignment.objects.create(
        round=round_,
        reviewer=panel.reviewers[0],
        role_class="clinician",
        seat=1,
        respond_by=timezone.now() + dt.timedelta(days=7),
    )
    OutgoingMessage.objects.all().delete()
    return round_.case


def queue(*recipients, case=None, key="told", **fields):
    queue_messages(
        Message(
            key=f"{key}:{number}",
            recipient=recipient,
            subject=f"Subject {number}",
            body=f"Body {number}",
            case=case,
            **fields,
        )
        for number, recipient in enumerate(recipients)
    )
    return list(OutgoingMessage.objects.filter(key__startswith=f"{key}:").order_by("key"))


def addresses():
    return [message.to[0] for message in mail.outbox]


def test_a_message_goes_out_once_in_the_form_of_a_mail(panel, case):
    queue(panel.chair, case=case)
    assert [deliver_due_messages(), deliver_due_messages()] == [1, 0]
    (sent,) = mail.outbox
    assert sent.to == ["chair@example.org"]
    assert sent.subject == "Subject 0"
    assert sent.from_email == settings.DEFAULT_FROM_EMAIL
    assert sent.body == (
        "Body 0\n\n"
        f"Go there: http://127.0.0.1:8000/admin/reviews/cases/{case.uid}/\n\n"
        "You get this message because you have a part in a review. How often messages come you "
        "choose here: http://127.0.0.1:8000/admin/reviews/mail/\n"
    )
    headers = sent.message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Id"] == "Reviews <reviews.127.0.0.1>"
    assert headers["Message-ID"].endswith("@127.0.0.1>")
    row = OutgoingMessage.objects.get()
    assert (row.sent_at, row.tries, row.error) == (timezone.now(), 1, "")


def test_a_reviewers_mail_leads_to_the_seat(panel, case):
    queue(panel.reviewers[0], case=case)
    deliver_due_messages()
    seat = Assignment.objects.get()
    assert f"/admin/reviews/assignments/{seat.uid}/" in mail.outbox[0].body


def test_a_letter_is_sent_as_it_was_frozen_and_leads_nowhere(panel, case):
    queue(panel.editor, case=case, key=f"{TO_PARTY}letter")
    deliver_due_messages()
    assert [(message.to, message.body) for message in mail.outbox] == [
        (["editor@example.org"], "Body 0\n")
    ]


def test_what_is_not_due_waits(panel, case):
    queue(panel.chair, case=case, due_at=timezone.now() + dt.timedelta(hours=1))
    assert deliver_due_messages() == 0
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        assert deliver_due_messages() == 1


def test_a_subject_of_two_lines_becomes_one(panel):
    OutgoingMessage.objects.create(
        key="x", recipient=panel.chair, subject="One\nBcc: all@example.org", body="…"
    )
    deliver_due_messages()
    assert mail.outbox[0].subject == "One Bcc: all@example.org"
    assert mail.outbox[0].recipients() == ["chair@example.org"]


def test_somebody_without_a_login_gets_a_message_at_the_address(db):
    OutgoingMessage.objects.create(key="x", address="a@example.org", subject="S", body="B")
    deliver_due_messages()
    assert addresses() == ["a@example.org"]


def test_whoever_may_not_see_the_case_any_more_is_told_nothing(panel, case):
    inactive, tied, stranger = panel.chair, panel.reviewers[0], make_user("stranger")
    queue(inactive, tied, stranger, panel.editor, case=case)
    inactive.is_active = False
    inactive.save()
    KnownConflict.objects.create(
        reviewer=tied, organisation=case.parties.get().organisation, source="told"
    )
    entries = case.audit_entries.count()
    assert deliver_due_messages() == 0
    assert mail.outbox == []
    assert set(OutgoingMessage.objects.values_list("dropped_at", flat=True)) == {timezone.now()}
    dropped = AuditEntry.objects.filter(case=case, seq__gt=entries).order_by("seq")
    assert [(entry.kind, entry.payload) for entry in dropped] == [
        ("message_dropped", {"message": f"told:{number}", "recipient": person.pk})
        for number, person in enumerate([inactive, tied, stranger, panel.editor])
    ]


@pytest.mark.parametrize(
    "answer",
    [
        ConnectionRefusedError(111, "Connection refused"),
        TimeoutError("timed out"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPAuthenticationError(535, b"wrong password hunter2"),
        ssl.SSLCertVerificationError(1, "certificate verify failed"),
    ],
)
def test_a_server_that_is_down_is_asked_once_and_loses_nothing(panel, case, server, answer):
    queue(panel.chair, panel.reviewers[0], case=case)
    server.extend([answer, answer])
    assert deliver_due_messages() == 0
    assert server == [answer]
    assert deliver_due_messages() == 0
    assert server == [answer]  # not asked again before the pause is over
    first = OutgoingMessage.objects.get(key="told:0")
    assert first.tries == 1
    assert first.error.startswith(type(answer).__name__)
    assert "hunter2" not in first.error
    for minutes in (2, 30):
        with time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False):
            deliver_due_messages()
    assert sorted(addresses()) == ["chair@example.org", "practitioner@example.org"]
    assert set(OutgoingMessage.objects.values_list("error", flat=True)) == {""}


@pytest.mark.parametrize(
    "answer",
    [
        smtplib.SMTPRecipientsRefused({"chair@example.org": (550, b"unknown")}),
        smtplib.SMTPDataError(554, b"spam"),
        UnicodeError("no such address"),
    ],
)
def test_a_refused_message_holds_up_no_other(panel, case, server, answer):
    queue(panel.chair, panel.reviewers[0], case=case)
    server.append(answer)
    assert deliver_due_messages() == 1
    assert addresses() == ["practitioner@example.org"]
    refused = OutgoingMessage.objects.get(key="told:0")
    assert refused.due_at == timezone.now() + dt.timedelta(minutes=1)
    assert refused.sent_at is None


def test_the_pause_grows_up_to_six_hours_and_nothing_is_given_up(panel, case, server):
    (message,) = queue(panel.chair, case=case)
    now, pauses = NOON, []
    for _try in range(12):
        server[:] = [smtplib.SMTPDataError(451, b"later")]
        with time_machine.travel(now, tick=False):
            deliver_due_messages()
        message.refresh_from_db()
        pauses.append((message.due_at - now) // dt.timedelta(minutes=1))
        now = message.due_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    with time_machine.travel(now, tick=False):
        assert deliver_due_messages() == 1


def test_after_a_crash_before_marking_the_same_mail_goes_out_a_second_time(panel, case):
    (message,) = queue(panel.chair, case=case)
    deliver_due_messages()
    claimed = dt.timedelta(minutes=10)
    OutgoingMessage.objects.update(sent_at=None, due_at=timezone.now() + claimed)
    assert deliver_due_messages() == 0  # the claim still holds
    with time_machine.travel(NOON + claimed, tick=False):
        assert deliver_due_messages() == 1
    first, second = (sent.message()["Message-ID"] for sent in mail.outbox)
    assert first == second
    message.refresh_from_db()
    assert message.tries == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("migrated_rows")
def test_nothing_is_sent_inside_a_transaction():
    user = make_user("somebody")
    queue(user)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        deliver_due_messages()
    assert mail.outbox == []


def test_a_rolled_back_decision_sends_nothing(panel, case):
    with transaction.atomic():
        queue(panel.chair, case=case)
        transaction.set_rollback(True)
    assert deliver_due_messages() == 0


def test_an_overseer_lets_a_failed_message_be_tried_at_once(panel, case, server):
    (message,) = queue(panel.chair, case=case)
    server.append(smtplib.SMTPDataError(451, b"later"))
    deliver_due_messages()
    assert deliver_due_messages() == 0
    retry_message(message_id=message.pk, actor=panel.chair)
    assert deliver_due_messages() == 1
    before = OutgoingMessage.objects.get()
    assert retry_message(message_id=message.pk, actor=panel.chair).sent_at == before.sent_at
    assert deliver_due_messages() == 0
    assert [entry.kind for entry in case.audit_entries.order_by("seq")][-1] == "message_retried"


@pytest.fixture
def daily(panel, case):
    """The chair wants one message a day."""
    MailPreference.objects.create(user=panel.chair, frequency=MailFrequency.DAILY.value)
    return panel.chair


def travel(*, days=0, hour=12):
    return time_machine.travel(NOON.replace(hour=hour) + dt.timedelta(days=days), tick=False)


def test_a_digest_carries_once_a_day_what_can_wait(panel, case, daily):
    with travel(hour=6):
        queue(daily, daily, case=case)
        queue(daily, case=case, key="urgent", can_wait=False)
        queue(panel.reviewers[0], case=case, key="other")
        assert deliver_due_messages() == 2
    with travel(hour=8):
        assert deliver_due_messages() == 1
        queue(daily, case=case, key="later")
        assert deliver_due_messages() == 0
    with travel(days=1, hour=6):
        assert deliver_due_messages() == 0
    with travel(days=1, hour=7):
        assert [deliver_due_messages(), deliver_due_messages()] == [1, 0]
    first, second = mail.outbox[2:]
    assert first.to == second.to == [daily.email]
    assert first.subject == "Your day in reviews: 2 messages"
    assert [first.body.count(f"Subject {n}\nBody {n}\n") for n in (0, 1)] == [1, 1]
    assert second.subject == "Your day in reviews: 1 message"
    assert not OutgoingMessage.objects.filter(sent_at=None).exists()


def test_a_digest_leaves_out_what_its_reader_may_no_longer_see(panel, case, daily):
    other = panel.submit(panel.make_curriculum("other")).case
    OutgoingMessage.objects.all().delete()
    queue(daily, case=case)
    queue(daily, case=other, key="other")
    other.rounds.update(chair=None)
    deliver_due_messages()
    (sent,) = mail.outbox
    assert (case.number in sent.body, str(case.uid) in sent.body) == (False, True)
    assert str(other.uid) not in sent.body
    assert OutgoingMessage.objects.get(key="other:0").dropped_at is not None


def test_a_digest_of_nothing_is_not_sent(panel, case, daily):
    queue(daily, case=case)
    case.rounds.update(chair=None)
    assert deliver_due_messages() == 0
    assert mail.outbox == []
    assert not OutgoingMessage.objects.filter(sent_at=None, dropped_at=None).exists()


def test_a_digest_outlives_a_server_that_is_down(panel, case, daily, server):
    queue(daily, daily, case=case)
    server.append(ConnectionRefusedError(111, "Connection refused"))
    assert deliver_due_messages() == 0
    with travel(hour=13):
        assert deliver_due_messages() == 1
    assert mail.outbox[0].subject == "Your day in reviews: 2 messages"


def test_whoever_no_longer_wants_digests_gets_each_message(panel, case, daily):
    with travel(hour=6):
        queue(daily, daily, case=case)
        assert deliver_due_messages() == 0
    MailPreference.objects.update(frequency=MailFrequency.EACH.value)
    assert deliver_due_messages() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("migrated_rows")
def test_eight_processes_send_each_message_once(rounds):
    user = make_user("somebody")
    for number in range(rounds):
        OutgoingMessage.objects.all().delete()
        mail.outbox.clear()
        queue(*[user] * 40, key=f"race-{number}")
        start = threading.Barrier(8)

        def deliver(start=start):
            try:
                start.wait()
                return deliver_due_messages()
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            sent = [future.result() for future in [pool.submit(deliver) for _ in range(8)]]
        assert sum(sent) == 40
        assert len({message.message()["Message-ID"] for message in mail.outbox}) == 40
        assert len(mail.outbox) == 40
        assert not OutgoingMessage.objects.exclude(tries=1).exists()
