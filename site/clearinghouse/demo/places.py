"""Seeds jurisdictions and what training they require."""

from collections.abc import Iterator

from curriculum_pages.models import Jurisdiction, TrainingRequirement
from resource_library.enums import Vocabulary

from .content import Record, lasting_id, load
from .library import source, terms


def seed_jurisdictions() -> int:
    """Create the jurisdictions that are missing; return how many the content has."""
    records = load("jurisdictions")["jurisdiction"]
    for record in records:
        parent = record.get("parent")
        Jurisdiction.objects.get_or_create(
            slug=record["slug"],
            defaults={
                "uid": lasting_id("jurisdiction", record["slug"]),
                "name": record["name"],
                "kind": record["kind"],
                "code": record.get("code", ""),
                "parent": Jurisdiction.objects.get(slug=parent) if parent else None,
            },
        )
    return len(records)


def seed_requirements() -> int:
    """Create the requirements that are missing; return how many the content has."""
    records = list(_requirements())
    for record in records:
        requirement, created = TrainingRequirement.objects.get_or_create(
            uid=lasting_id("requirement", f"{record['jurisdiction']}/{record['title']}"),
            defaults={
                "jurisdiction": Jurisdiction.objects.get(slug=record["jurisdiction"]),
                "title": record["title"],
                "text": record["text"],
                "basis": record["basis"],
                "requirement_status": record["status"],
                "minimum_minutes": record.get("minutes"),
                "minimum_minutes_part": record.get("minutes_part"),
                "period_months": record.get("period_months"),
                "from_on": record.get("from_on"),
                "from_year": record.get("from_year"),
                "source": source(record["source"]),
                "locator": record["locator"],
                "note": record.get("note", ""),
            },
        )
        if created:
            requirement.stages.set(terms(Vocabulary.STAGE, record.get("stages", [])))
            requirement.audiences.set(terms(Vocabulary.AUDIENCE, record.get("audiences", [])))
    return len(records)


def _requirements() -> Iterator[Record]:
    content = load("jurisdictions")
    yield from content["requirement"]
    shared = content["legislation_since_2020"]
    for slug in shared["jurisdictions"]:
        yield {**shared, "jurisdiction": slug}
