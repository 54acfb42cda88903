"""Walking the record: which row of which chain of hashes is the first that does not fit.

Each `check_*` yields once for every row that it has looked at: None, or the fault of the first
broken row of a chain. Rows are streamed; of a chain only its last hash is kept, of the anchors two.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from review_workflow.models import (
    Approval,
    ApprovalEvent,
    AuditAnchor,
    AuditEntry,
    Case,
    Decision,
)
from review_workflow.models.approval import canonical_json

CHUNK = 500
_ANCHORS_AT_ONCE = 2
Heads = dict[str, list[Any]]
"""By name of a chain: the number of its last entry and that entry's hash."""
SAID = (
    "outcome",
    "rule_outcome",
    "sentence",
    "tally",
    "override_reason",
    "decided_by_id",
    "letter",
    "letter_sha256",
)
"""What of a decision its head covers; the database refuses every change of it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first broken row of one chain."""

    chain: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.chain}, {self.row}: {self.what}"


def rows_to_check(case: str | None = None) -> int:
    """Return how often the checks will yield, for whoever shows progress."""
    entries, decisions = AuditEntry.objects.all(), Decision.objects.all()
    if case is not None:
        entries = entries.filter(case__number=case)
        decisions = decisions.filter(round__case__number=case)
    silent = _cases_without_entry(case)
    return (
        entries.count() + silent.count() + decisions.count() + approvals_to_check(case).count()
    ) + AuditAnchor.objects.count()


def approvals_to_check(case: str | None = None) -> "QuerySet[Approval]":
    """Return the approvals whose histories belong to the record, without their content."""
    approvals = Approval.objects.order_by("pk").only("pk", "uid", "number")
    return approvals if case is None else approvals.filter(decision__round__case__number=case)


def check_cases(case: str | None = None) -> Iterator[Fault | None]:
    """Walk the chains of all cases, or of one."""
    entries = AuditEntry.objects.annotate(number=F("case__number")).order_by("case_id", "seq")
    if case is not None:
        entries = entries.filter(case__number=case)
    chain, previous, position, broken = None, "", 0, False
    for entry in entries.iterator(chunk_size=CHUNK):
        if entry.case_id != chain:
            chain, previous, position, broken = entry.case_id, "", 0, False
        position += 1
        what = "" if broken else _what_is_wrong(entry, position, previous)
        broken, previous = broken or bool(what), entry.hash
        yield Fault(f"case {entry.number}", f"entry {entry.seq}", what) if what else None
    for number in _cases_without_entry(case).values_list("number", flat=True):
        yield Fault(f"case {number}", "entry 1", "is missing, as is all of the record")


def _cases_without_entry(case: str | None) -> "QuerySet[Case]":
    cases = Case.objects.filter(~Exists(AuditEntry.objects.filter(case=OuterRef("pk"))))
    return cases if case is None else cases.filter(number=case)


def _what_is_wrong(entry: AuditEntry, position: int, previous: str) -> str:
    if entry.seq != position:
        return f"entry {position} is missing before it"
    if entry.prev_hash != previous:
        return "does not follow the entry before it"
    if entry.hash != entry.computed_hash():
        return "was changed after it was recorded"
    return ""


def check_decisions(case: str | None = None) -> Iterator[Fault | None]:
    """Compare every decision's letter with the hash that was taken when it was sent."""
    decisions = Decision.objects.annotate(number=F("round__case__number")).order_by("pk")
    if case is not None:
        decisions = decisions.filter(round__case__number=case)
    for decision in decisions.iterator(chunk_size=CHUNK):
        whole = sha256(decision.letter) == decision.letter_sha256
        yield (
            None
            if whole
            else Fault(
                f"case {decision.number}",
                f"decision {decision.uid}",
                "its letter was changed after it was frozen",
            )
        )


def check_anchors(case: str | None = None) -> Iterator[Fault | None]:
    """Walk the anchors: each follows the one before, and every head that it names is there.

    Given a case, only its own heads are looked up. A head that stood in the anchor before as well
    has been looked up there.
    """
    mine = None if case is None else set(_heads_of(case))
    previous_hash, known, broken = "", Heads(), False
    for anchor in AuditAnchor.objects.order_by("day").iterator(chunk_size=_ANCHORS_AT_ONCE):
        what = "" if broken else _what_is_wrong_with(anchor, previous_hash, known, mine)
        broken, previous_hash, known = broken or bool(what), anchor.hash, anchor.heads
        yield Fault("anchors", f"anchor of {anchor.day.isoformat()}", what) if what else None


def _what_is_wrong_with(
    anchor: AuditAnchor, previous_hash: str, known: Heads, mine: set[str] | None
) -> str:
    if anchor.prev_hash != previous_hash:
        return "does not follow the anchor before it"
    if anchor.hash != anchor_hash(anchor):
        return "was changed after it was recorded"
    for name in known:
        if name not in anchor.heads:
            return f"no longer names {name}"
    moved = {
        name: head
        for name, head in anchor.heads.items()
        if head != known.get(name) and (mine is None or name in mine)
    }
    return _lost_head(moved)


def _lost_head(heads: Heads) -> str:
    names = iter(heads)
    while batch := list(islice(names, CHUNK)):
        found = _hashes_of({name: heads[name][0] for name in batch})
        for name in batch:
            seq, hash_ = heads[name]
            if found.get(name) != hash_:
                return f"{name} has lost its entry {seq}, or it was changed"
    return ""


def _hashes_of(wanted: Mapping[str, int]) -> dict[str, str]:
    """Return the hash, as it stands today, of entry `seq` of each named chain."""
    by_kind: dict[str, list[str]] = {"case": [], "approval": [], "decision": []}
    for name in wanted:
        kind, _space, key = name.partition(" ")
        by_kind.setdefault(kind, []).append(key)
    seqs = set(wanted.values())
    entries = AuditEntry.objects.filter(case__number__in=by_kind["case"], seq__in=seqs)
    events = ApprovalEvent.objects.filter(approval__number__in=by_kind["approval"], seq__in=seqs)
    found = {}
    for kind, rows in (
        ("case", entries.values_list("case__number", "seq", "hash")),
        ("approval", events.values_list("approval__number", "seq", "hash")),
    ):
        for key, seq, hash_ in rows:
            if wanted.get(f"{kind} {key}") == seq:
                found[f"{kind} {key}"] = hash_
    for decision in Decision.objects.filter(uid__in=by_kind["decision"]):
        found[f"decision {decision.uid}"] = decision_hash(decision)
    return found


def heads() -> Heads:
    """Return the head of every chain by its name: cases, approvals, decisions."""
    last_entry = AuditEntry.objects.filter(case=OuterRef("case")).order_by("-seq").values("seq")
    last_event = (
        ApprovalEvent.objects.filter(approval=OuterRef("approval")).order_by("-seq").values("seq")
    )
    entries = AuditEntry.objects.filter(seq=Subquery(last_entry[:1])).order_by("case_id")
    events = ApprovalEvent.objects.filter(seq=Subquery(last_event[:1])).order_by("approval_id")
    found: Heads = {
        f"case {number}": [seq, hash_]
        for number, seq, hash_ in entries.values_list("case__number", "seq", "hash")
    }
    found |= {
        f"approval {number}": [seq, hash_]
        for number, seq, hash_ in events.values_list("approval__number", "seq", "hash")
    }
    for decision in Decision.objects.order_by("pk").iterator(chunk_size=CHUNK):
        found[f"decision {decision.uid}"] = [1, decision_hash(decision)]
    return found


def _heads_of(case: str) -> Iterator[str]:
    yield f"case {case}"
    for approval in approvals_to_check(case):
        yield f"approval {approval.number}"
    for uid in Decision.objects.filter(round__case__number=case).values_list("uid", flat=True):
        yield f"decision {uid}"


def anchor_hash(anchor: AuditAnchor) -> str:
    """Return the SHA-256 of an anchor together with the hash of the one before it."""
    content = {"day": anchor.day.isoformat(), "heads": anchor.heads}
    return sha256(anchor.prev_hash + canonical_json(content))


def decision_hash(decision: Decision) -> str:
    """Return the SHA-256 of what a decision said and who took it."""
    said = {name: getattr(decision, name) for name in SAID}
    return sha256(canonical_json({"uid": str(decision.uid)} | said))


def sha256(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
