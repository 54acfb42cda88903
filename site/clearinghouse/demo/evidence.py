"""Seeds evidence: studies, and sourced claims about studies, curricula and jurisdictions."""

from typing import Any

from wagtail.models import Page

from curriculum_pages.models import Claim, CurriculumPage, EvidenceStudy, Jurisdiction
from resource_library.enums import Vocabulary

from .content import Record, lasting_id, load
from .library import source, term


def study(slug: str) -> EvidenceStudy:
    """Return a study by its name in the data files."""
    return EvidenceStudy.objects.get(uid=lasting_id("study", slug))


def studies_of(curriculum: str) -> list[EvidenceStudy]:
    """Return the studies that concern a curriculum, in the order of the content."""
    return [
        study(record["slug"])
        for record in load("evidence")["study"]
        if curriculum in record["curricula"]
    ]


def seed_studies() -> int:
    """Create the studies that are missing; return how many the content has."""
    records = load("evidence")["study"]
    for record in records:
        EvidenceStudy.objects.get_or_create(
            uid=lasting_id("study", record["slug"]),
            defaults={
                "title": record["title"],
                "citation": record["citation"],
                "source": source(record["source"]),
                "design": term(Vocabulary.STUDY_DESIGN, record.get("design")),
                "site": record.get("site", ""),
                "year": record.get("year"),
                "limitations": record.get("limitations", ""),
            },
        )
    return len(records)


def seed_claims(catalog: Page) -> int:
    """Create the claims that are missing; return how many the content has."""
    records = load("evidence")["claim"]
    for record in records:
        kind, name = _subject(record)
        Claim.objects.get_or_create(
            uid=lasting_id("claim", f"{kind}/{name}/{record['outcome']}"),
            defaults={
                **_subject_field(kind, name, catalog),
                "outcome": record["outcome"],
                "statement": record["statement"],
                "impact_area": term(Vocabulary.IMPACT_AREA, record.get("impact_area")),
                "direction": record.get("direction", ""),
                "value": record.get("value"),
                "unit": record.get("unit", ""),
                "source": source(record["source"]),
                "locator": record["locator"],
                "flag": record.get("flag", ""),
                "resolution": record.get("resolution", ""),
            },
        )
    return len(records)


def _subject(record: Record) -> tuple[str, str]:
    kind = next(kind for kind in ("study", "curriculum", "jurisdiction") if kind in record)
    return kind, record[kind]


def _subject_field(kind: str, name: str, catalog: Page) -> dict[str, Any]:
    if kind == "study":
        return {"study": study(name)}
    if kind == "curriculum":
        return {"curriculum": CurriculumPage.objects.child_of(catalog).get(slug=name)}
    return {"jurisdiction": Jurisdiction.objects.get(slug=name)}
