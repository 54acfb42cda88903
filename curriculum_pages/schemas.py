"""What the API says about a curriculum: every structured field, evidence and approval.

Schemas only describe and convert; they read nothing that was not fetched before.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from curriculum_pages.models import Claim, CurriculumFile, EvidenceStudy, Module
from curriculum_pages.selectors import CurriculumDetails, Share, StudyEvidence
from resource_library.models import Source
from resource_library.schemas import Reference
from review_workflow.models import Approval, ApprovalEvent


class ProviderDetail(Schema):
    """Who provides the curriculum."""

    slug: str
    label: str
    sector: str | None = Field(description="`public` or `private`, where it is known.")
    type: str | None
    url: str | None

    @classmethod
    def of(cls, organisation: Any) -> "ProviderDetail":
        """Return the provider that an organisation is."""
        return cls(
            slug=organisation.slug,
            label=organisation.name,
            sector=organisation.sector or None,
            type=organisation.kind or None,
            url=organisation.url or None,
        )


class ModuleDetail(Schema):
    """One unit; its minutes count for one topic and one method."""

    id: UUID
    title: str
    minutes: int | None
    core_topic: Reference | None
    method: Reference | None
    further_methods: list[Reference]
    objectives: list[str]
    materials: list[str]
    assessments: list[str]

    @classmethod
    def of(cls, module: Module) -> "ModuleDetail":
        """Return the description of a module whose relations are loaded."""
        return cls(
            id=module.uid,
            title=module.title,
            minutes=module.contact_minutes,
            core_topic=Reference.of(module.core_topic),
            method=Reference.of(module.method),
            further_methods=Reference.each(module.further_methods.all()),
            objectives=statements(module.objectives),
            materials=statements(module.materials),
            assessments=statements(module.assessments),
        )


class ShareDetail(Schema):
    """The part of the total time that counts for one method or topic."""

    label: str
    minutes: int

    @classmethod
    def each(cls, shares: Iterable[Share]) -> "list[ShareDetail]":
        """Return the shares in their order."""
        return [cls(label=share.label, minutes=share.minutes) for share in shares]


class TimeDetail(Schema):
    """Totals computed from the modules, and the provider's claim beside them."""

    minutes: int | None = Field(description="The sum of the modules, else the claim, else null.")
    hours: float | None
    is_claimed: bool = Field(description="Whether the total is the claim: no module states any.")
    claimed_minutes: int | None
    difference_minutes: int | None = Field(description="Modules minus claim, where both are known.")
    by_method: list[ShareDetail]
    by_topic: list[ShareDetail]

    @classmethod
    def of(cls, details: CurriculumDetails) -> "TimeDetail":
        """Return the totals of a curriculum."""
        time = details.time
        return cls(
            minutes=time.minutes,
            hours=None if time.hours is None else round(float(time.hours), 2),
            is_claimed=time.is_claimed,
            claimed_minutes=details.claimed_minutes,
            difference_minutes=time.difference,
            by_method=ShareDetail.each(details.by_method),
            by_topic=ShareDetail.each(details.by_topic),
        )


class ScenarioDetail(Schema):
    """A scenario exercise."""

    title: str
    description: str
    minutes: int | None


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


class EventDetail(Schema):
    """A published entry of an approval's history."""

    event: str
    effective_on: dt.date
    until: dt.date | None
    wording: str

    @classmethod
    def of(cls, event: ApprovalEvent) -> "EventDetail":
        """Return what readers may know of an event."""
        return cls(
            event=event.kind,
            effective_on=event.effective_on,
            until=event.until,
            wording=event.public_wording,
        )


class ApprovalDetail(Schema):
    """The approval that counts today; basis `sample` stands for no real decision."""

    number: str
    status: str
    basis: str
    approved_on: dt.date
    expires_on: dt.date = Field(description="The last day on which it counts.")
    history: list[EventDetail] = Field(description="Newest first.")

    @classmethod
    def of(cls, approval: Approval, events: Iterable[ApprovalEvent]) -> "ApprovalDetail":
        """Return an approval with its public history."""
        return cls(
            number=approval.number,
            status=approval.status_today.value,
            basis=approval.basis,
            approved_on=approval.approved_on,
            expires_on=approval.expires_on,
            history=[EventDetail.of(event) for event in events],
        )


class CurriculumFileDetail(Schema):
    """A public file of the curriculum."""

    id: UUID
    title: str
    role: str
    name: str
    size: int = Field(description="In bytes.")
    content_type: str
    sha256: str
    url: str

    @classmethod
    def of(cls, row: CurriculumFile, url: str) -> "CurriculumFileDetail":
        """Return a public file whose stored content is loaded."""
        return cls(
            id=row.uid,
            title=row.title,
            role=row.role,
            name=row.name,
            size=row.stored_file.size,
            content_type=row.stored_file.content_type,
            sha256=row.stored_file.sha256,
            url=url,
        )


class CurriculumDetail(Schema):
    """An approved curriculum with all its structured fields, evidence and approval."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    kind: str = Field(default="curriculum", json_schema_extra={"const": "curriculum"})
    id: UUID = Field(description="Kept for ever.")
    slug: str
    title: str
    url: str
    language_code: str = Field(description="The language of this description.")

    acronym: str
    version_label: str
    version_on: dt.date | None
    provider: ProviderDetail | None
    disclosure: str | None = Field(
        description="Said where the operator of this site is the provider."
    )
    authors: str
    origin: str
    programme_kind: Reference | None
    language: Reference | None = Field(description="The language of the training.")
    licence: Reference | None
    cost: str

    summary: str
    description: str = Field(description="HTML.")
    objectives: list[str]
    core_topics: list[Reference]
    key_elements: list[Reference]
    crisis_causes: list[Reference]
    tactics: list[Reference]
    less_lethal: str = Field(description="`yes`, `no` or `unknown`, as the next ones.")
    audiences: list[Reference]
    prerequisites: str
    agency_size: str
    tailoring_notes: str

    modules: list[ModuleDetail]
    time: TimeDetail
    stages: list[Reference]
    modality: Reference | None
    class_size: str
    instructor_ratio: str
    instructor_qualifications: str
    train_the_trainer: str
    refresher_months: int | None
    partner_involvement: str

    scenario_exercises: list[ScenarioDetail]
    pre_test: str
    post_test: str
    pass_mark: int | None = Field(description="In per cent.")
    follow_up_method: str
    follow_up_months: int | None

    implementation_supports: list[Reference]
    accessibility_statement: str
    files: list[CurriculumFileDetail]
    tags: list[str]

    studies: list[StudyDetail]
    claims: list[ClaimDetail] = Field(description="Claims about the curriculum itself.")
    approval: ApprovalDetail

    @classmethod
    def of(
        cls,
        page: Any,
        details: CurriculumDetails,
        *,
        url: str,
        description: str,
        file_url: Callable[[UUID], str],
    ) -> "CurriculumDetail":
        """Return the description of a page whose relations are loaded and whose approval counts."""
        assert details.approval is not None  # noqa: S101 - the route answers 410 or 404 before
        provider = page.provider.organisation if page.provider else None
        return cls(
            id=page.uid,
            url=url,
            language_code=page.locale.language_code,
            provider=None if provider is None else ProviderDetail.of(provider),
            disclosure=_disclosure() if provider is not None and provider.is_operator else None,
            description=description,
            objectives=statements(page.objectives),
            modules=[ModuleDetail.of(module) for module in page.modules.all()],
            time=TimeDetail.of(details),
            scenario_exercises=[
                ScenarioDetail(
                    title=block.value["title"],
                    description=block.value["description"],
                    minutes=block.value["minutes"],
                )
                for block in page.scenario_exercises
            ],
            files=[CurriculumFileDetail.of(row, file_url(row.uid)) for row in details.files],
            tags=sorted(tag.name for tag in page.tags.all()),
            studies=[StudyDetail.of(evidence) for evidence in details.studies],
            claims=ClaimDetail.each(details.claims),
            approval=ApprovalDetail.of(details.approval, details.events),
            **_by_name(page),
        )


_PLAIN = (
    "slug title acronym version_label version_on authors origin cost summary less_lethal "
    "prerequisites agency_size tailoring_notes class_size instructor_ratio "
    "instructor_qualifications train_the_trainer refresher_months partner_involvement pre_test "
    "post_test pass_mark follow_up_method follow_up_months accessibility_statement"
).split()
_TERM = ("programme_kind", "language", "licence", "modality")
_TERMS = (
    "core_topics key_elements crisis_causes tactics audiences stages implementation_supports"
).split()


def _by_name(page: Any) -> dict[str, Any]:
    """Return the fields whose names and values are the page's own."""
    return {
        **{name: getattr(page, name) for name in _PLAIN},
        **{name: Reference.of(getattr(page, name)) for name in _TERM},
        **{name: Reference.each(getattr(page, name).all()) for name in _TERMS},
    }


def statements(stream: Any) -> list[str]:
    """Return the items of a list of statements."""
    return [str(block.value) for block in stream or ()]


def number(value: Decimal | None) -> float | None:
    """Return a decimal as JSON's number."""
    return None if value is None else float(value)


def _disclosure() -> str:
    return _(
        "The organisation that operates this site also provides this curriculum; its own "
        "submissions need a chair from outside."
    )
