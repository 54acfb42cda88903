"""What was found about curricula: their own claims, and those of the studies they name."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from curriculum_pages.models import Claim

from .batch import Vocabulary


def evidence_of_curricula(
    page_ids: Sequence[int], vocabulary: Vocabulary
) -> dict[int, tuple[dict[str, Any], ...]]:
    """Return the findings by page: outcome, direction, impact area, study design, independence.

    One query for a curriculum's own claims, one for those of its studies.
    """
    own = Claim.objects.filter(curriculum__in=page_ids).annotate(about=F("curriculum_id"))
    studied = Claim.objects.filter(study__curricula__page__in=page_ids).annotate(
        about=F("study__curricula__page_id")
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for claims in (own, studied):
        rows = claims.order_by("about", "outcome", "pk").values_list(
            "about",
            "outcome",
            "direction",
            "flag",
            "impact_area_id",
            "study__design_id",
            "study__independence",
            "study__year",
        )
        for page_id, outcome, direction, flag, area, design, independence, year in rows:
            found.setdefault(page_id, []).append(
                {
                    "outcome": outcome,
                    "direction": direction or None,
                    "flag": flag or None,
                    "impact_area": _slug(vocabulary, area),
                    "study_design": _slug(vocabulary, design),
                    "independence": independence,
                    "year": year,
                }
            )
    return {page_id: tuple(rows) for page_id, rows in found.items()}


def _slug(vocabulary: Vocabulary, term_id: int | None) -> str | None:
    label = vocabulary.label(term_id)
    return label[0] if label else None
