"""What the mails of a review say around and apart from the event itself; the links that lead there.

The services that queue a message word its event beside what they do. Here are the frame that every
mail gets when it is sent, the digest, and the reminders and escalations. None holds anything of a
review; to a provider none names a reviewer.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from review_workflow.models import Assignment, Condition, OutgoingMessage, ReviewRound
from review_workflow.selectors.queue import address_for

from .messages import TO_PARTY


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text of a mail."""

    subject: str
    body: str


def in_the_sites_language() -> override:
    """Return the context in which mails are worded: the site's language, whoever acts."""
    return override(settings.LANGUAGE_CODE)


def absolute(address: str) -> str:
    """Return the address with the site's own in front of it, as a mail needs it."""
    return urljoin(settings.WAGTAILADMIN_BASE_URL, address)


def framed(message: OutgoingMessage) -> str:
    """Return the text of one mail: what happened, where to go, why it came."""
    parts = [message.body.strip()]
    with in_the_sites_language():
        if message.recipient and message.case and not message.key.startswith(TO_PARTY):
            parts += [_where(message), _why()]
    return "\n\n".join(parts) + "\n"


def digest(parts: Sequence[OutgoingMessage]) -> Words:
    """Return the one mail that carries what could wait."""
    with in_the_sites_language():
        subject = ngettext(
            "Your day in reviews: %(count)d message",
            "Your day in reviews: %(count)d messages",
            len(parts),
        ) % {"count": len(parts)}
        texts = [
            "\n".join([part.subject, part.body.strip(), _where(part)]).strip() for part in parts
        ]
        return Words(subject, "\n\n".join([*texts, _why()]) + "\n")


def _where(message: OutgoingMessage) -> str:
    """Return the line with the link; nothing where the message is about no case."""
    if message.case is None:
        return ""
    return _("Go there: %(address)s") % {
        "address": absolute(address_for(message.recipient, message.case))
    }


def _why() -> str:
    return _(
        "You get this message because you have a part in a review. How often messages come you "
        "choose here: %(address)s"
    ) % {"address": absolute(reverse("clearinghouse_mail_preference"))}


def answer_reminder(assignment: Assignment) -> Words:
    """Return what reminds of an invitation, or a declaration, that waits."""
    words = _words(assignment.round, assignment.respond_by)
    return Words(
        _("Case %(number)s: your answer is due on %(day)s") % words,
        _(
            "You are invited to review in case %(number)s. Please accept or decline, and say "
            "whether you have a conflict of interest, by %(day)s. Without an answer the seat is "
            "offered to somebody else."
        )
        % words,
    )


def review_reminder(assignment: Assignment, *, is_late: bool) -> Words:
    """Return what reminds of a review to file, before or after its day."""
    words = _words(assignment.round, assignment.review_by)
    if is_late:
        return Words(
            _("Case %(number)s: your review was due on %(day)s") % words,
            _(
                "Your review in case %(number)s was due on %(day)s. You can still file it while "
                "the round is open. If you cannot, please tell the chair."
            )
            % words,
        )
    return Words(
        _("Case %(number)s: your review is due on %(day)s") % words,
        _("Please file your review in case %(number)s by %(day)s.") % words,
    )


def late_review(assignment: Assignment) -> Words:
    """Return what tells the chair of a review past its day, by its seat."""
    words = _words(assignment.round, assignment.review_by) | {"seat": assignment.seat}
    return Words(
        _("Case %(number)s: a review was due on %(day)s") % words,
        _(
            "In case %(number)s the review of seat %(seat)d was due on %(day)s and is not filed. "
            "You can wait, release the seat, or invite somebody else."
        )
        % words,
    )


def late_round(round_: ReviewRound) -> Words:
    """Return what tells chair and overseers that a round is past its day."""
    words = _words(round_, round_.due_at)
    return Words(
        _("Case %(number)s: round %(round)d was due on %(day)s") % words,
        _(
            "Round %(round)d of case %(number)s was due on %(day)s and is not decided. Please see "
            "what it waits for."
        )
        % words,
    )


def chairless_round(round_: ReviewRound) -> Words:
    """Return what tells overseers that nobody chairs a round."""
    words = _words(round_, None)
    return Words(
        _("Case %(number)s has no chair") % words,
        _(
            "Nobody chairs round %(round)d of case %(number)s: the chairs of its task have a "
            "conflict of interest or are no longer active. Please name another."
        )
        % words,
    )


def condition_to_verify(condition: Condition) -> Words:
    """Return what reminds a verifier of a condition that is due."""
    words = _condition_words(condition)
    return Words(
        _("Case %(number)s: a condition is due on %(day)s") % words,
        _(
            "The approval in case %(number)s depends on a condition that is due on %(day)s and "
            "that you verify. Please look at the evidence, or ask for it."
        )
        % words,
    )


def condition_to_meet(condition: Condition) -> Words:
    """Return what reminds the provider of a condition: the letter's own words, and no names."""
    words = _condition_words(condition)
    return Words(
        _("Case %(number)s: evidence for a condition is due on %(day)s") % words,
        _(
            "The approval of your curriculum (case %(number)s) depends on a condition. Please "
            "send the evidence by %(day)s:\n\n%(wanted)s"
        )
        % words,
    )


def _condition_words(condition: Condition) -> dict[str, object]:
    round_ = condition.decision.round
    return {
        "number": round_.case.number,
        "day": date_format(condition.due_on, "DATE_FORMAT"),
        "wanted": condition.evidence_wanted,
    }


def _words(round_: ReviewRound, moment: dt.datetime | None) -> dict[str, object]:
    return {
        "number": round_.case.number,
        "round": round_.number,
        "day": "" if moment is None else date_format(timezone.localtime(moment), "DATE_FORMAT"),
    }
