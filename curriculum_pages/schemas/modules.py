"""A curriculum's modules and the time that they take."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from curriculum_pages.models import Module
from curriculum_pages.selectors import CurriculumDetails, Share
from resource_library.schemas import Reference


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


def statements(stream: Any) -> list[str]:
    """Return the items of a list of statements."""
    return [str(block.value) for block in stream or ()]
