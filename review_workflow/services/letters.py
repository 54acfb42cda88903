"""The decision letter: built from a round's results by template, kept free of reviewers' names.

Plain text. The chair edits what is built here; `decide` freezes what the chair sends.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from review_workflow.enums import BlindMode, Outcome
from review_workflow.models import Assignment, Case, Decision, ReviewRound
from review_workflow.models.labels import OUTCOMES, RECOMMENDATIONS
from review_workflow.selectors.matrix import Matrix, criteria_of, ratings_matrix
from review_workflow.selectors.reviews import ReadReview

from .messages import TO_PARTY, Message, queue_messages

MAX_LETTER = 100_000
_SHORTEST_NAME = 3
"""Shorter single names are words too often to be taken out of every text."""
_BETWEEN = r"[\s.,_-]*"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose name must not be told."""

    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True)
class LetterCondition:
    """A condition as the letter words it."""

    criterion_id: int | None
    evidence_wanted: str
    due_on: dt.date


class Redactor:
    """Takes people's names and addresses out of texts and leaves a visible mark."""

    def __init__(self, people: Iterable[Person]) -> None:
        whole: set[str] = set()
        single: set[str] = set()
        for person in people:
            first, last = _spelt(person.first_name), _spelt(person.last_name)
            whole |= {re.escape(_spelt(person.email))} if person.email else set()
            if first and last:
                whole |= {_joined(first, last), _joined(last, first)}
            single |= {re.escape(name) for name in (first, last) if len(name) >= _SHORTEST_NAME}
        self._whole = _any_of(whole, re.IGNORECASE)
        self._single = _any_of(single, 0)

    def clean(self, text: str) -> str:
        """Return `text` with a mark in the place of every name, first or last name and address."""
        mark = _("[name removed]")
        text = _spelt(text)
        for pattern in (self._whole, self._single):
            if pattern is not None:
                text = pattern.sub(mark, text)
        return text

    def names_somebody(self, text: str) -> bool:
        """Return whether a whole name or an address stands in `text`."""
        return self._whole is not None and self._whole.search(_spelt(text)) is not None


def _spelt(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _joined(*names: str) -> str:
    return _BETWEEN.join(re.escape(part) for name in names for part in name.split())


def _any_of(patterns: set[str], flags: int) -> "re.Pattern[str] | None":
    if not patterns:
        return None
    longest_first = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", flags)


def reviewers_redactor(case: Case) -> Redactor:
    """Return what takes everybody who was ever offered a seat in the case out of a text."""
    users = get_user_model().objects.filter(
        pk__in=Assignment.objects.filter(round__case=case).values("reviewer")
    )
    return Redactor(
        Person(*names) for names in users.values_list("first_name", "last_name", "email")
    )


def is_anonymous(round_: ReviewRound) -> bool:
    """Return whether the provider must not learn the reviewers' names."""
    return bool(round_.rule_snapshot["blind_mode"] != BlindMode.OPEN)


def letter_fault(round_: ReviewRound, letter: str) -> str:
    """Return why this letter may not go out, or an empty text: it tells who reviewed."""
    if is_anonymous(round_) and reviewers_redactor(round_.case).names_somebody(letter):
        return _("The letter names a reviewer; the provider must not learn who reviewed.")
    return ""


def letter_for(
    round_: ReviewRound,
    reviews: Sequence[ReadReview],
    *,
    outcome: Outcome,
    sentence: str,
    conditions: Sequence[LetterCondition] = (),
    expires_on: dt.date | None = None,
) -> str:
    """Return the letter on `round_` with that outcome, for the chair to edit.

    Confidential comments never stand in it; where reviewers are anonymous to the provider, every
    text that is quoted went through the redactor.
    """
    redactor = reviewers_redactor(round_.case) if is_anonymous(round_) else Redactor(())
    names = {key: f"{each['code']} {each['title']}" for key, each in criteria_of(round_).items()}
    matrix = ratings_matrix(round_, reviews)
    context = {
        "round": round_,
        "case": round_.case,
        "title": round_.revision.content["title"],
        "edition": round_.edition_snapshot,
        "outcome": outcome.value,
        "outcome_words": OUTCOMES[outcome],
        "sentence": redactor.clean(sentence),
        "recommendations": _recommendations(reviews),
        "domains": _domains(matrix, redactor),
        "comments": [
            (_author(round_, review), redactor.clean(review.comment))
            for review in reviews
            if review.comment
        ],
        "conditions": [
            (
                names.get(condition.criterion_id or 0, ""),
                redactor.clean(condition.evidence_wanted),
                condition.due_on,
            )
            for condition in conditions
        ],
        "expires_on": expires_on,
    }
    text = render_to_string("review_workflow/letters/decision.txt", context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _recommendations(reviews: Sequence[ReadReview]) -> list[str]:
    given = [review.recommendation for review in reviews]
    return [
        f"{label}: {_reviewers(given.count(value.value))}"
        for value, label in RECOMMENDATIONS.items()
        if value.value in given
    ]


def _domains(matrix: Matrix, redactor: Redactor) -> list[tuple[str, list[tuple[Any, ...]]]]:
    return [
        (
            domain.title,
            [
                (
                    row.name,
                    row.is_essential,
                    "; ".join(f"{label}: {_reviewers(number)}" for label, number in row.counts()),
                    [redactor.clean(rating.note) for rating in row.given if rating.note],
                )
                for row in domain.rows
            ],
        )
        for domain in matrix.domains
    ]


def _author(round_: ReviewRound, review: ReadReview) -> str:
    seat = _("Reviewer %(seat)d") % {"seat": review.assignment.seat}
    if is_anonymous(round_) or review.reviewer is None:
        return seat
    return f"{seat} ({review.reviewer})"


def _reviewers(number: int) -> str:
    return ngettext("%(number)d reviewer", "%(number)d reviewers", number) % {"number": number}


def provider_contact(round_: ReviewRound) -> Any:
    """Return who submitted the page, else who owns it; None where both are gone."""
    task_state = round_.task_state
    submitter = task_state.workflow_state.requested_by if task_state else None
    return submitter or round_.case.page.owner


def queue_letter(decision: Decision) -> None:
    """Put the frozen letter of `decision` into the outbox for the provider's contact.

    Its key says that it goes to a party: a provider may not see the case, and gets the letter.
    """
    round_ = decision.round
    contact = provider_contact(round_)
    if contact is None:
        return
    queue_messages(
        [
            Message(
                key=f"{TO_PARTY}letter:{decision.uid}",
                recipient=contact,
                case=round_.case,
                subject=_("Decision on “%(title)s” (case %(number)s)")
                % {
                    "title": round_.revision.content["title"][:100],
                    "number": round_.case.number,
                },
                body=decision.letter,
                can_wait=False,
            )
        ]
    )
