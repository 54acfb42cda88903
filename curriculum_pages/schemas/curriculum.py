"""A curriculum with all its structured fields; its parts come from the modules beside this one."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from curriculum_pages.selectors import CurriculumDetails
from resource_library.schemas import Reference

from .approval import ApprovalDetail
from .evidence import ClaimDetail, StudyDetail
from .files import CurriculumFileDetail
from .modules import ModuleDetail, TimeDetail, statements


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


class ScenarioDetail(Schema):
    """A scenario exercise."""

    title: str
    description: str
    minutes: int | None


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
        is_operators = provider is not None and provider.is_operator
        return cls(
            id=page.uid,
            url=url,
            language_code=page.locale.language_code,
            provider=None if provider is None else ProviderDetail.of(provider),
            disclosure=_disclosure() if is_operators or details.was_operators_case else None,
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


def _disclosure() -> str:
    return _(
        "The organisation that operates this site also provides this curriculum; its own "
        "submissions need a chair from outside."
    )
