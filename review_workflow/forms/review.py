"""The review's form as its page shows it: what stands in each field, and what is wrong with it.

Reading what comes back is `parsing`'s business; this is the way out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from review_workflow.enums import CriterionKind
from review_workflow.models import ReviewRound
from review_workflow.models.labels import RECOMMENDATIONS
from review_workflow.parsing import NOT_APPLICABLE
from review_workflow.reviewing import MAX_LOCATORS, TEXTS
from review_workflow.selectors.reviews import ReadReview
from review_workflow.selectors.self_assessment import OwnView

CONTROLS = frozenset(
    {"csrfmiddlewaretoken", "do", "version", "stored", "revision", "tab", "edit", "next"}
)
"""What the page sends beside the review itself."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, what stands in it, what is wrong with it."""

    name: str
    value: str
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a field with a closed list of them."""

    value: str
    label: str
    descriptor: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CriterionFields:
    """Everything about one criterion: what it asks, the fields that answer."""

    criterion: Mapping[str, Any]
    is_essential: bool
    level: Field
    options: Sequence[Option]
    reason: Field
    note: Field
    rows: Sequence[tuple[Field, Field]]
    own_view: OwnView | None


@dataclass(frozen=True, slots=True)
class AmendFields:
    """The fields that amend the rating of one criterion."""

    criterion: Mapping[str, Any]
    is_essential: bool
    final: Field
    options: Sequence[Option]
    why: Field


class _Form:
    """Fields by name over a flat mapping of texts and the faults found in it."""

    def __init__(
        self,
        round_: ReviewRound,
        values: Mapping[str, str],
        faults: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.round = round_
        self.values = values
        self.faults = dict(faults or {})
        self._shown: list[str] = []

    def field(self, name: str) -> Field:
        """Return one field; its faults are part of the summary from now on."""
        self._shown.append(name)
        return Field(name, self.values.get(name, ""), self.faults.get(name, ()))

    def recommendations(self) -> list[Option]:
        """Return the recommendations, the chosen one marked."""
        chosen = self.values.get("recommendation", "")
        return [
            Option(each.value, str(label), "", is_chosen=each.value == chosen)
            for each, label in RECOMMENDATIONS.items()
        ]

    def summary(self) -> list[tuple[str, str]]:
        """Return every fault with the name of its field, in the order of the page.

        The name is empty where the page has no such field.
        """
        shown = {name: place for place, name in enumerate(self._shown)}
        names = sorted(self.faults, key=lambda name: shown.get(name, -1))
        return [
            (name if name in shown else "", fault) for name in names for fault in self.faults[name]
        ]

    def _criteria(self) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        for domain in self.round.edition_snapshot["domains"]:
            for criterion in domain["criteria"]:
                yield domain, criterion


class ReviewForm(_Form):
    """The whole review; `more` is the criterion that is given one more row for evidence.

    `own_views` is what the provider says by criterion, as far as its reviewer may read it now.
    """

    def __init__(
        self,
        round_: ReviewRound,
        values: Mapping[str, str],
        faults: Mapping[str, Sequence[str]] | None = None,
        *,
        more: int = 0,
        own_views: Mapping[int, OwnView] | None = None,
    ) -> None:
        super().__init__(round_, values, faults)
        self._own_views = own_views or {}
        self.units = [(str(uid), title) for uid, title in round_.units]
        self.domains: list[tuple[Mapping[str, Any], list[CriterionFields]]] = []
        for domain, criterion in self._criteria():
            if not self.domains or self.domains[-1][0] is not domain:
                self.domains.append((domain, []))
            self.domains[-1][1].append(self._fields(criterion, more=more == criterion["id"]))
        self.recommendation = self.field("recommendation")
        self.texts = {name: self.field(name) for name in TEXTS}

    @property
    def number_of_criteria(self) -> int:
        """How many criteria are to be rated."""
        return sum(len(criteria) for _domain, criteria in self.domains)

    @property
    def number_rated(self) -> int:
        """How many of them have an answer."""
        return sum(
            bool(fields.level.value) for _domain, criteria in self.domains for fields in criteria
        )

    def _fields(self, criterion: Mapping[str, Any], *, more: bool) -> CriterionFields:
        prefix = f"c{criterion['id']}"
        level = self.field(f"{prefix}-level")
        return CriterionFields(
            criterion=criterion,
            is_essential=criterion["kind"] == CriterionKind.ESSENTIAL.value,
            level=level,
            options=levels_of(criterion, level.value),
            reason=self.field(f"{prefix}-reason"),
            rows=self._rows(prefix, more=more),
            note=self.field(f"{prefix}-note"),
            own_view=self._own_views.get(criterion["id"]),
        )

    def _rows(self, prefix: str, *, more: bool) -> list[tuple[Field, Field]]:
        given = [
            (unit, place)
            for row in range(100)  # a row's number has two digits at most
            if (unit := self.values.get(f"{prefix}-unit-{row}", "")).strip()
            + (place := self.values.get(f"{prefix}-place-{row}", "")).strip()
        ]
        if not given or (more and len(given) < MAX_LOCATORS):
            given.append(("", ""))
        rows = []
        for row, (unit, place) in enumerate(given):
            names = f"{prefix}-unit-{row}", f"{prefix}-place-{row}"
            self._shown.extend(names)
            rows.append(
                (
                    Field(names[0], unit, self.faults.get(names[0], ())),
                    Field(names[1], place, self.faults.get(names[1], ())),
                )
            )
        return rows


class AmendForm(_Form):
    """What can be amended of a filed review; without `values` it holds what stands now."""

    def __init__(
        self,
        round_: ReviewRound,
        own: ReadReview,
        values: Mapping[str, str] | None = None,
        faults: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(round_, standing_values(own) if values is None else values, faults)
        self.criteria = {
            criterion["id"]: self._fields(criterion) for _domain, criterion in self._criteria()
        }
        self.recommendation = self.field("recommendation")
        self.texts = {name: self.field(name) for name in TEXTS}
        self.reason = self.field("reason")

    def _fields(self, criterion: Mapping[str, Any]) -> AmendFields:
        final = self.field(f"c{criterion['id']}-final")
        return AmendFields(
            criterion=criterion,
            is_essential=criterion["kind"] == CriterionKind.ESSENTIAL.value,
            final=final,
            options=levels_of(criterion, final.value),
            why=self.field(f"c{criterion['id']}-why"),
        )


def levels_of(criterion: Mapping[str, Any], chosen: str) -> list[Option]:
    """Return the answers to one criterion, from the lowest level on, then “does not apply”."""
    options = [
        Option(
            str(level["value"]),
            f"{level['value']} · {level['label']}",
            level["descriptor"],
            is_chosen=str(level["value"]) == chosen,
        )
        for level in sorted(criterion["levels"], key=lambda level: level["value"])
    ]
    return [
        *options,
        Option(
            NOT_APPLICABLE,
            _("Does not apply"),
            _("Only with a reason, below."),
            is_chosen=chosen == NOT_APPLICABLE,
        ),
    ]


def standing_values(own: ReadReview) -> dict[str, str]:
    """Return what the form of an amendment holds while nothing is changed."""
    values = {
        "recommendation": own.recommendation,
        "conditions": own.conditions,
        "comment": own.comment,
        "confidential": own.confidential or "",
    }
    for criterion_id, rating in own.ratings.items():
        if rating.final is not None:
            level = rating.final.level
            values[f"c{criterion_id}-final"] = NOT_APPLICABLE if level is None else str(level)
            values[f"c{criterion_id}-why"] = rating.final.reason
    return values


def form_data(posted: Mapping[str, Any]) -> dict[str, str]:
    """Return the review that a POST holds, as flat data, without the page's own controls."""
    return {name: posted[name] for name in posted if name not in CONTROLS}
