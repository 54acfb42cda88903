"""What supports a curriculum: studies, claims and the sources that they cite."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from curriculum_pages.models import Claim, EvidenceStudy
from curriculum_pages.selectors import StudyEvidence
from resource_library.models import Source
from resource_library.schemas import Reference


class SourceDetail(Schema):
    """What a claim or a study cites."""

    name: str
    citation: str
    url: str | None

    @classmethod
    def of(cls, source: Source | None) -> "SourceDetail | None":
        """Return a source as readers cite it."""
        if source is None:
            return None
        return cls(name=source.short_name, citation=source.citation, url=source.url or None)


class ClaimDetail(Schema):
    """One sourced finding; claims that conflict are both listed, flagged, with the resolution."""

    id: UUID
    outcome: str
    statement: str
    impact_area: Reference | None
    direction: str | None = Field(
        description="`favourable`, `null` (no significant effect), `unfavourable` or `mixed`."
    )
    value: float | None
    unit: str
    interval_low: float | None
    interval_high: float | None
    source: SourceDetail | None
    locator: str = Field(description="The place in the source.")
    flag: str | None = Field(description="`conflicting`, `implausible` or `uncertain`.")
    resolution: str = Field(description="How an editor resolved it.")

    @classmethod
    def each(cls, claims: Iterable[Claim]) -> "list[ClaimDetail]":
        """Return claims whose source and impact area are loaded."""
        return [
            cls(
                id=claim.uid,
                outcome=claim.outcome,
                statement=claim.statement,
                impact_area=Reference.of(claim.impact_area),
                direction=claim.direction or None,
                value=number(claim.value),
                unit=claim.unit,
                interval_low=number(claim.interval_low),
                interval_high=number(claim.interval_high),
                source=SourceDetail.of(claim.source),
                locator=claim.locator,
                flag=claim.flag or None,
                resolution=claim.resolution,
            )
            for claim in claims
        ]


class StudyDetail(Schema):
    """One evaluation with its claims."""

    id: UUID
    title: str
    citation: str
    design: Reference | None
    site: str
    sample_size: int | None
    began_on: dt.date | None
    ended_on: dt.date | None
    year: int | None
    funder: str
    independence: str
    limitations: str
    source: SourceDetail | None
    claims: list[ClaimDetail]

    @classmethod
    def of(cls, evidence: StudyEvidence) -> "StudyDetail":
        """Return a study whose relations are loaded."""
        study: EvidenceStudy = evidence.study
        return cls(
            id=study.uid,
            title=study.title,
            citation=study.citation,
            design=Reference.of(study.design),
            site=study.site,
            sample_size=study.sample_size,
            began_on=study.began_on,
            ended_on=study.ended_on,
            year=study.year,
            funder=study.funder,
            independence=study.independence,
            limitations=study.limitations,
            source=SourceDetail.of(study.source),
            claims=ClaimDetail.each(evidence.claims),
        )


def number(value: Decimal | None) -> float | None:
    """Return a decimal as JSON's number."""
    return None if value is None else float(value)
