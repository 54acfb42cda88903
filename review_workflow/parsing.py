"""Reading what a reviewer hands in: the one way from plain data to typed values.

A form's POST, an autosave's JSON and what Wagtail passes to a task's action are the same flat
mapping: `c<criterion>-level` (a level's points, or `na`), `-reason`, `-note`, `-unit-<row>`,
`-place-<row>`, and `recommendation`, `conditions`, `comment`, `confidential`.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .reviewing import (
    TEXTS,
    Amendment,
    Faults,
    FiledLocator,
    FiledRating,
    FiledReview,
    FinalRating,
    Sheet,
    SheetCriterion,
    amendment_faults,
    level_faults,
    no_such_level,
    review_faults,
)

NOT_APPLICABLE = "na"
_OF_CRITERION = re.compile(r"c(\d{1,18})-(level|reason|note|(?:unit|place)-\d{1,2}|final|why)")
_REVIEW_PARTS = frozenset({"level", "reason", "note", "unit", "place"})
_AMENDMENT_PARTS = frozenset({"final", "why"})
_OF_DRAFT = ("recommendation", *TEXTS, "tab", "edit")


def clean_text(text: str) -> str:
    """Return `text` without what no database stores: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().replace("\r\n", "\n")


def parse_review(data: Mapping[str, Any], sheet: Sheet) -> FiledReview:
    """Return the review that `data` holds; raises ValidationError naming every field at fault."""
    faults: Faults = {}
    parts, texts = _sorted_out(data, sheet, {*TEXTS, "recommendation"}, _REVIEW_PARTS, faults)
    ratings = tuple(
        rating
        for criterion in sheet.criteria.values()
        if (rating := _rating(criterion, parts.get(criterion.id, {}), faults)) is not None
    )
    filed = FiledReview(
        texts.get("recommendation", ""), ratings, *(texts.get(name, "") for name in TEXTS)
    )
    _raise(_merged(faults, review_faults(filed, sheet)))
    return filed


def parse_draft(data: Mapping[str, Any], sheet: Sheet) -> dict[str, str]:
    """Return what a draft keeps of `data`, as it was typed; raises ValidationError by field.

    Apart from the review's own fields, `tab` names the window and `edit` counts its changes.
    """
    faults: Faults = {}
    _sorted_out(data, sheet, set(_OF_DRAFT), _REVIEW_PARTS, faults)
    _raise(faults)
    return {name: clean_text(str(value)) for name, value in data.items() if value is not None}


def parse_amendment(data: Mapping[str, Any], sheet: Sheet) -> Amendment:
    """Return the amendment that `data` holds; raises ValidationError naming every field at fault.

    `c<criterion>-final` is a level or `na`, `c<criterion>-why` its reason; an empty one stays.
    """
    faults: Faults = {}
    names = {*TEXTS, "recommendation", "reason"}
    parts, texts = _sorted_out(data, sheet, names, _AMENDMENT_PARTS, faults)
    finals: dict[int, FinalRating] = {}
    for criterion_id, given in parts.items():
        text = given.get("final", "")
        if not text:
            continue
        name, why = f"c{criterion_id}-final", given.get("why", "")
        level = _level(text, sheet.criteria[criterion_id], name, faults)
        if name not in faults:
            finals[criterion_id] = FinalRating(level, level is None, why)
    amendment = Amendment(
        finals,
        texts.get("recommendation"),
        conditions=texts.get("conditions"),
        comment=texts.get("comment"),
        confidential=texts.get("confidential"),
        reason=texts.get("reason", ""),
    )
    _raise(_merged(faults, amendment_faults(amendment, sheet)))
    return amendment


def _sorted_out(
    data: Mapping[str, Any],
    sheet: Sheet,
    names: set[str],
    allowed: frozenset[str],
    faults: Faults,
) -> tuple[dict[int, dict[str, str]], dict[str, str]]:
    """Return the texts of `data` by criterion and part, and those that belong to no criterion."""
    parts: dict[int, dict[str, str]] = {}
    texts: dict[str, str] = {}
    for raw_name, value in data.items():
        name = clean_text(str(raw_name))[:80]
        found = _OF_CRITERION.fullmatch(name)
        text = _text(name, value, faults)
        if found and found[2].partition("-")[0] in allowed:
            if int(found[1]) in sheet.criteria:
                parts.setdefault(int(found[1]), {})[found[2]] = text
            else:
                faults[name] = _("This criterion is not one of this round.")
        elif name in names:
            texts[name] = text
        else:
            faults[name] = _("A review has no such field.")
    return parts, texts


def _text(name: str, value: Any, faults: Faults) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**9 else "…"
    if value is None:
        return ""
    if not isinstance(value, str):
        faults[name] = _("Give text here, nothing else.")
        return ""
    return clean_text(value).strip()


def _rating(
    criterion: SheetCriterion, given: Mapping[str, str], faults: Faults
) -> FiledRating | None:
    name, text = f"c{criterion.id}-level", given.get("level", "")
    if not text:
        if any(given.values()):
            words = _("Choose a level for %(code)s, or empty what you wrote there.")
            faults.setdefault(name, words % {"code": criterion.code})
        return None
    level = _level(text, criterion, name, faults)
    if name in faults:
        return None
    return FiledRating(
        criterion.id,
        level,
        not_applicable=level is None,
        reason=given.get("reason", "") if level is None else "",
        note=given.get("note", ""),
        locators=_locators(given),
    )


def _locators(given: Mapping[str, str]) -> tuple[FiledLocator, ...]:
    """Return the rows in which anything stands, closed up."""
    rows = {int(part.rpartition("-")[2]) for part in given if part.startswith(("unit", "place"))}
    pairs = [(given.get(f"unit-{row}", ""), given.get(f"place-{row}", "")) for row in sorted(rows)]
    return tuple(FiledLocator(unit or None, place) for unit, place in pairs if unit or place)


def _level(text: str, criterion: SheetCriterion, name: str, faults: Faults) -> int | None:
    """Return the level that a text names, None for “does not apply”; a fault stands in `faults`."""
    if text == NOT_APPLICABLE:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 6:  # noqa: PLR2004 - a small integer
        level_faults(int(text), False, criterion, name, faults)
        return int(text)
    faults[name] = no_such_level(text[:20], criterion)
    return None


def _merged(first: Faults, second: Faults) -> Faults:
    return second | first


def _raise(faults: Faults) -> None:
    if faults:
        raise ValidationError(faults)
