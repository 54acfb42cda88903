"""The dossier of a case: everything on record in one ZIP, internal or redacted.

The redacted one holds no names, addresses, keys of users, confidential comments or discussion. The
same state of a case gives the same bytes.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from review_workflow.models import (
    Assignment,
    AuditEntry,
    Case,
    Condition,
    ConflictDeclaration,
    Decision,
    DiscussionPost,
    ReviewRound,
)
from review_workflow.permissions import CaseAccess, access_to
from review_workflow.selectors.matrix import criteria_of
from review_workflow.selectors.reviews import ReadReview, reviews_for

from .audit import record
from .letters import Person, Redactor

SCHEMA = 1
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: a ZIP knows none earlier, and the record has its own."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
RATING_COLUMNS = (
    "round seat role criterion title essential initial initial_label final final_label "
    "not_applicable reason note evidence"
).split()


@dataclass(frozen=True, slots=True)
class _Reading:
    """How far a dossier goes: who is named, and what is taken out of texts."""

    redacted: bool
    redactor: Redactor

    def text(self, text: str) -> str:
        return self.redactor.clean(text) if self.redacted else text

    def person(self, user: Any) -> str | None:
        return None if self.redacted or user is None else f"{user} <{user.email}>"


@transaction.atomic
def export_dossier(*, case_id: int, file: IO[bytes], redacted: bool, actor: Any = None) -> Case:
    """Write the dossier into `file`, record the export, and return the case.

    `actor` None is the command line. Raises PermissionDenied for whoever does not manage the case.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    round_ = case.rounds.order_by("-number").first()
    if actor is not None and not (round_ and access_to(actor, round_).manages):
        raise PermissionDenied(_("The dossier is for whoever manages the case."))
    write_dossier(case, file, redacted=redacted)
    record(case=case, kind="dossier_exported", actor=actor, redacted=redacted)
    return case


def write_dossier(case: Case, file: IO[bytes], *, redacted: bool) -> None:
    """Write the dossier of `case` into `file`; asks nobody's permission and records nothing."""
    reading = _Reading(redacted, Redactor(_people(case)) if redacted else Redactor(()))
    rounds = list(case.rounds.select_related("chair", "revision__user").order_by("number"))
    # Whoever writes a dossier manages the case: `export_dossier` has asked.
    everything = CaseAccess(can_see=True, is_overseer=True)
    reviews = {round_.pk: reviews_for(everything, round_) for round_ in rounds}
    decisions = list(
        Decision.objects.filter(round__case=case)
        .select_related("decided_by", "round")
        .order_by("round__number", "decided_at", "pk")
    )
    content = {
        "schema": SCHEMA,
        "redacted": redacted,
        "case": _case(case, reading),
        "rounds": [_round(round_, reviews[round_.pk], reading) for round_ in rounds],
        "decisions": [_decision(decision, reading) for decision in decisions],
        "audit": [_entry(entry, reading) for entry in case.audit_entries.order_by("seq")],
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "case.json", _json(content))
        _add(archive, "ratings.csv", _csv(_rating_rows(rounds, reviews, reading)))
        for number, decision in enumerate(decisions, 1):
            name = f"letters/{number}-round-{decision.round.number}.txt"
            _add(archive, name, reading.text(decision.letter))


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, text.encode())


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"


def _people(case: Case) -> Iterator[Person]:
    """Return everybody whom the record of the case could name."""
    named: tuple[tuple[Any, str], ...] = (
        (Assignment.objects.filter(round__case=case), "reviewer"),
        (ReviewRound.objects.filter(case=case), "chair"),
        (ReviewRound.objects.filter(case=case), "revision__user"),
        (Decision.objects.filter(round__case=case), "decided_by"),
        (Condition.objects.filter(decision__round__case=case), "verifier"),
        (Condition.objects.filter(decision__round__case=case), "met_by"),
        (DiscussionPost.objects.filter(round__case=case), "author"),
        (AuditEntry.objects.filter(case=case), "actor"),
        (Case.objects.filter(pk=case.pk), "opened_by"),
        (Case.objects.filter(pk=case.pk), "page__owner"),
    )
    keys = {key for rows, name in named for key in rows.values_list(name, flat=True)}
    users = get_user_model().objects.filter(pk__in=keys - {None}).order_by("pk")
    for names in users.values_list("first_name", "last_name", "email"):
        yield Person(*names)


def _case(case: Case, reading: _Reading) -> dict[str, Any]:
    return {
        "uid": case.uid,
        "number": case.number,
        "kind": case.kind,
        "state": case.state,
        "page": {"id": case.page_id, "title": reading.text(case.page.title)},
        "is_operators": case.is_operators,
        "parties": [party.organisation.name for party in _parties(case)],
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        **_named(reading, opened_by=case.opened_by),
    }


def _parties(case: Case) -> Any:
    return case.parties.select_related("organisation").order_by("organisation__name", "pk")


def _named(reading: _Reading, **people: Any) -> dict[str, Any]:
    """Return people by what they did; nothing in a redacted dossier."""
    if reading.redacted:
        return {}
    return {name: reading.person(user) for name, user in people.items()}


def _round(round_: ReviewRound, reviews: list[ReadReview], reading: _Reading) -> dict[str, Any]:
    seats = (
        Assignment.objects.filter(round=round_).select_related("reviewer").order_by("seat", "pk")
    )
    content = {
        "number": round_.number,
        "state": round_.state,
        "revision": {"id": round_.revision_id, "created_at": round_.revision.created_at},
        "rule": _without_key(round_.rule_snapshot),
        "edition": round_.edition_snapshot,
        "facts": round_.facts,
        "units": round_.units,
        "created_at": round_.created_at,
        "opened_at": round_.opened_at,
        "due_at": round_.due_at,
        "closed_at": round_.closed_at,
        "seats": [_seat(seat, reading) for seat in seats],
        "reviews": [_review(review, reading) for review in reviews],
        "response": [
            {
                "order": item.order,
                "asked": reading.text(item.asked),
                "answer": reading.text(item.answer),
            }
            for item in round_.response_items.order_by("order", "pk")
        ],
        **_named(reading, chair=round_.chair, revised_by=round_.revision.user),
    }
    if not reading.redacted:
        content |= {"conflicts": _conflicts(round_), "discussion": _discussion(round_, reading)}
    return content


def _without_key(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name != "id"}


def _seat(seat: Assignment, reading: _Reading) -> dict[str, Any]:
    content = {
        "seat": seat.seat,
        "role": seat.role_class,
        "state": seat.state,
        "invited_at": seat.invited_at,
        "respond_by": seat.respond_by,
        "responded_at": seat.responded_at,
        "review_by": seat.review_by,
        "filed_at": seat.filed_at,
    }
    if not reading.redacted:
        content |= {"closed_reason": seat.closed_reason, "suggestion": seat.suggestion}
    return content | _named(reading, reviewer=seat.reviewer)


def _review(read: ReadReview, reading: _Reading) -> dict[str, Any]:
    content = {
        "seat": read.assignment.seat,
        "recommendation": read.recommendation,
        "conditions": reading.text(read.conditions),
        "comment": reading.text(read.comment),
        "filed_at": read.review.filed_at,
        "amended_at": read.review.amended_at,
        "amend_reason": reading.text(read.review.amend_reason),
    }
    return content if reading.redacted else content | {"confidential": read.confidential}


def _conflicts(round_: ReviewRound) -> list[dict[str, Any]]:
    declared = ConflictDeclaration.objects.filter(assignment__round=round_)
    return [
        {
            "seat": each.assignment.seat,
            "kind": each.kind,
            "details": each.details,
            "declared_at": each.declared_at,
            "resolution": each.resolution,
            "reason": each.resolution_reason,
            "resolved_at": each.resolved_at,
        }
        for each in declared.select_related("assignment").order_by("declared_at", "pk")
    ]


def _discussion(round_: ReviewRound, reading: _Reading) -> list[dict[str, Any]]:
    posts = DiscussionPost.objects.filter(round=round_).select_related("author", "reply_to")
    return [
        {
            "uid": post.uid,
            "criterion": post.criterion_id,
            "reply_to": post.reply_to.uid if post.reply_to else None,
            "author": reading.person(post.author),
            "body": post.body,
            "posted_at": post.posted_at,
        }
        for post in posts.order_by("posted_at", "pk")
    ]


def _decision(decision: Decision, reading: _Reading) -> dict[str, Any]:
    return {
        "uid": decision.uid,
        "round": decision.round.number,
        "outcome": decision.outcome,
        "rule_outcome": decision.rule_outcome,
        "sentence": reading.text(decision.sentence),
        "override_reason": reading.text(decision.override_reason),
        "decided_at": decision.decided_at,
        "is_superseded": decision.is_superseded,
        "letter_sha256": decision.letter_sha256,
        "conditions": [
            {
                "criterion": condition.criterion.code if condition.criterion else None,
                "evidence_wanted": reading.text(condition.evidence_wanted),
                "due_on": condition.due_on,
                "met_at": condition.met_at,
                "evidence_note": reading.text(condition.evidence_note),
                **_named(reading, verifier=condition.verifier, met_by=condition.met_by),
            }
            for condition in decision.conditions.select_related(
                "criterion", "verifier", "met_by"
            ).order_by("order", "pk")
        ],
        **({} if reading.redacted else {"tally": decision.tally}),
        **_named(reading, decided_by=decision.decided_by),
    }


def _entry(entry: AuditEntry, reading: _Reading) -> dict[str, Any]:
    """Return one link of the chain; a redacted one without what names people by their key."""
    content = {
        "seq": entry.seq,
        "kind": entry.kind,
        "recorded_at": entry.recorded_at,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }
    if reading.redacted:
        return content
    return content | {"payload": entry.payload, "actor": entry.actor_id, "case": entry.case_id}


def _rating_rows(
    rounds: list[ReviewRound], reviews: dict[int, list[ReadReview]], reading: _Reading
) -> Iterator[list[Any]]:
    yield list(RATING_COLUMNS)
    for round_ in rounds:
        criteria = criteria_of(round_)
        for review in reviews[round_.pk]:
            for key, criterion in criteria.items():
                rating = review.ratings.get(key)
                if rating is None:
                    continue
                final = rating.final
                yield [
                    round_.number,
                    review.assignment.seat,
                    review.assignment.role_class,
                    criterion["code"],
                    criterion["title"],
                    criterion["kind"],
                    rating.initial.level,
                    rating.initial.label,
                    final.level if final else None,
                    final.label if final else "",
                    rating.standing.not_applicable,
                    reading.text(rating.standing.reason),
                    reading.text(rating.note),
                    "; ".join(reading.text(str(place)) for place in rating.locators),
                ]


def _csv(rows: Iterator[list[Any]]) -> str:
    """Return the rows as CSV, of which no cell begins a formula."""
    text = io.StringIO()
    csv.writer(text).writerows(
        [
            f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
            for cell in row
        ]
        for row in rows
    )
    return text.getvalue()
