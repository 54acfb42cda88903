"""What a reviewer hands in, as typed values, and what is wrong with it; `parsing` reads it.

Faults stand under the name of the form's field. Who may hand in is decided elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .enums import CriterionKind, Recommendation

MAX_LOCATORS, MAX_PLACE, MAX_NOTE, MAX_TEXT = 20, 200, 5_000, 20_000
TEXTS = ("conditions", "comment", "confidential")


@dataclass(frozen=True, slots=True)
class PageFinding:
    """What a page under review lacks, in a sentence; a blocking one keeps a review from beginning.

    `field` is the page's field that it concerns, `severity` the page's own word for its weight.
    """

    code: str
    severity: str
    field: str
    message: str
    is_blocking: bool


@dataclass(frozen=True, slots=True)
class SheetCriterion:
    """What a rating of one criterion is held against."""

    id: int
    code: str
    is_essential: bool
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The criteria of a round and the units that its reviewers may cite."""

    criteria: Mapping[int, SheetCriterion]
    units: frozenset[str]

    @classmethod
    def of(cls, edition: Mapping[str, Any], units: Iterable[Sequence[str]]) -> "Sheet":
        """Return the sheet of a round, from the snapshots that were frozen when it opened."""
        criteria = (
            SheetCriterion(
                id=each["id"],
                code=each["code"],
                is_essential=each["kind"] == CriterionKind.ESSENTIAL.value,
                levels=tuple(level["value"] for level in each["levels"]),
            )
            for domain in edition["domains"]
            for each in domain["criteria"]
        )
        return cls({each.id: each for each in criteria}, frozenset(str(unit[0]) for unit in units))


@dataclass(frozen=True, slots=True)
class FiledLocator:
    """Where a rating finds its evidence; without a unit, in the curriculum as a whole."""

    unit_uid: str | None
    place: str


@dataclass(frozen=True, slots=True)
class FiledRating:
    """The rating of one criterion; exactly one of `level` and `not_applicable` is given."""

    criterion_id: int
    level: int | None = None
    not_applicable: bool = False
    reason: str = ""
    note: str = ""
    locators: tuple[FiledLocator, ...] = ()


@dataclass(frozen=True, slots=True)
class FiledReview:
    """A whole review as it is filed."""

    recommendation: str
    ratings: tuple[FiledRating, ...]
    conditions: str = ""
    comment: str = ""
    confidential: str = ""


@dataclass(frozen=True, slots=True)
class FinalRating:
    """A rating given after the discussion; `reason` says why it differs from the first one."""

    level: int | None = None
    not_applicable: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a reviewer changes of a filed review; a text that is None stays as it was filed."""

    finals: Mapping[int, FinalRating]
    recommendation: str | None = None
    conditions: str | None = None
    comment: str | None = None
    confidential: str | None = None
    reason: str = ""


Faults = dict[str, str]


def review_faults(filed: FiledReview, sheet: Sheet) -> Faults:
    """Return what is wrong with a review as it would be filed, by field; empty where nothing is."""
    faults: Faults = {}
    recommendation_faults(filed.recommendation, filed.conditions, faults)
    rated: set[int] = set()
    for rating in filed.ratings:
        criterion = sheet.criteria.get(rating.criterion_id)
        name = f"c{rating.criterion_id}-level"
        if criterion is None:
            faults[name] = _("This criterion is not one of this round.")
        elif rating.criterion_id in rated:
            faults[name] = _("%(code)s is rated twice.") % {"code": criterion.code}
        else:
            _rating_faults(rating, criterion, sheet, faults)
        rated.add(rating.criterion_id)
    if filed.recommendation != Recommendation.ABSTAIN.value:
        for criterion in sheet.criteria.values():
            if criterion.id not in rated:
                faults[f"c{criterion.id}-level"] = _(
                    "Rate %(code)s: choose a level, or say why it does not apply."
                ) % {"code": criterion.code}
    elif not (filed.comment or filed.confidential):
        faults["confidential"] = _("Say why you abstain, here or in the comment to the provider.")
    for name in TEXTS:
        _length(name, getattr(filed, name), MAX_TEXT, faults)
    return faults


def amendment_faults(amendment: Amendment, sheet: Sheet) -> Faults:
    """Return what is wrong with an amendment apart from what was filed before, by field."""
    faults: Faults = {}
    for criterion_id, final in amendment.finals.items():
        criterion, name = sheet.criteria.get(criterion_id), f"c{criterion_id}-final"
        if criterion is None:
            faults[name] = _("This criterion is not one of this round.")
            continue
        level_faults(final.level, final.not_applicable, criterion, name, faults)
        if final.not_applicable and not final.reason:
            faults[f"c{criterion_id}-why"] = _not_applicable_why(criterion)
        _length(f"c{criterion_id}-why", final.reason, MAX_NOTE, faults)
    for name in (*TEXTS, "reason"):
        _length(name, getattr(amendment, name) or "", MAX_TEXT, faults)
    return faults


def recommendation_faults(recommendation: str, conditions: str, faults: Faults) -> None:
    """Add what is wrong with a recommendation to `faults`."""
    if recommendation not in {each.value for each in Recommendation}:
        faults["recommendation"] = _("Choose one of the recommendations.")
    elif recommendation == Recommendation.APPROVE_WITH_CONDITIONS.value and not conditions:
        faults["conditions"] = _("Say what the approval should depend on.")


def level_faults(
    level: int | None,
    not_applicable: bool,  # noqa: FBT001 - the two halves of one answer
    criterion: SheetCriterion,
    name: str,
    faults: Faults,
) -> None:
    """Add to `faults`, under `name`, what is wrong with the answer to one criterion."""
    if not_applicable == (level is not None):
        faults[name] = _("Choose a level for %(code)s, or that it does not apply.") % {
            "code": criterion.code
        }
    elif level is not None and level not in criterion.levels:
        faults[name] = no_such_level(str(level), criterion)


def no_such_level(given: str, criterion: SheetCriterion) -> str:
    """Return the sentence that refuses a level outside the criterion's scale."""
    return _("%(code)s has no level %(given)s; choose one of %(levels)s.") % {
        "code": criterion.code,
        "given": given,
        "levels": ", ".join(map(str, criterion.levels)),
    }


def _not_applicable_why(criterion: SheetCriterion) -> str:
    return _("Say why %(code)s does not apply.") % {"code": criterion.code}


def _rating_faults(
    rating: FiledRating, criterion: SheetCriterion, sheet: Sheet, faults: Faults
) -> None:
    prefix = f"c{criterion.id}"
    level_faults(rating.level, rating.not_applicable, criterion, f"{prefix}-level", faults)
    if rating.not_applicable and not rating.reason:
        faults[f"{prefix}-reason"] = _not_applicable_why(criterion)
    _length(f"{prefix}-reason", rating.reason, MAX_NOTE, faults)
    _length(f"{prefix}-note", rating.note, MAX_NOTE, faults)
    if criterion.is_essential and not rating.not_applicable and not rating.locators:
        faults[f"{prefix}-place-0"] = _(
            "%(code)s is essential: say where its evidence stands, at least once."
        ) % {"code": criterion.code}
    if len(rating.locators) > MAX_LOCATORS:
        faults[f"{prefix}-place-0"] = _("Give at most %(most)d places.") % {"most": MAX_LOCATORS}
    for row, locator in enumerate(rating.locators):
        if locator.unit_uid is not None and locator.unit_uid not in sheet.units:
            faults[f"{prefix}-unit-{row}"] = _("This unit is not one of the reviewed version.")
        if not locator.place:
            faults[f"{prefix}-place-{row}"] = _("Say where: page, slide or timecode.")
        _length(f"{prefix}-place-{row}", locator.place, MAX_PLACE, faults)


def _length(name: str, text: str, most: int, faults: Faults) -> None:
    if len(text) > most:
        faults[name] = ngettext(
            "Shorten this text by %(more)d character.",
            "Shorten this text by %(more)d characters.",
            len(text) - most,
        ) % {"more": len(text) - most}
