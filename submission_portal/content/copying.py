"""What would have to be typed for a page to be as it is: for a new version of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from curriculum_pages.models import CurriculumPage, EvidenceStudy, Module
from submission_portal.enums import Step
from submission_portal.wording import plain

from .mapping import (
    IN_PROVIDERS_WORDS,
    MANY_TERMS,
    MODULE_LISTS,
    NOT_ON_THE_PAGE,
    ONE_TERM,
    PLAIN,
    YES_NO,
)


def content_from(page: CurriculumPage) -> dict[str, dict[str, list[str]]]:
    """Return the steps as if the page's content had been typed in them."""
    content = {step: _fields_typed(page, step) for step in Step if step not in NOT_ON_THE_PAGE}
    content[Step.ABOUT]["description"] = [plain(page.description)]
    content[Step.AUDIENCE]["objectives"] = [_lines(page.objectives)]
    content[Step.MODULES] |= _typed_rows("modules", map(_module_typed, page.modules.all()))
    content[Step.ASSESSMENT] |= _typed_rows(
        "scenario_exercises", map(_scenario_typed, page.scenario_exercises)
    )
    studies = [row.study for row in page.evidence.all()]
    content[Step.EVIDENCE]["studies"] = [str(study.uid) for study in studies if study.pk]
    content[Step.EVIDENCE] |= _typed_rows(
        "citations", (_citation_typed(study) for study in studies if not study.pk)
    )
    return {
        step.value: {name: texts for name, texts in typed.items() if any(texts)}
        for step, typed in content.items()
    }


def _fields_typed(page: CurriculumPage, step: Step) -> dict[str, list[str]]:
    typed = {name: [_text(getattr(page, name))] for name in PLAIN.get(step, ())}
    typed |= {name: [getattr(page, name)] for name in YES_NO.get(step, ())}
    for name in ONE_TERM.get(step, {}):
        typed[name] = [_slug(getattr(page, name))]
    for name in MANY_TERMS.get(step, {}):
        typed[name] = [row.slug for row in getattr(page, name).all()]
    return typed


def _typed_rows(name: str, rows: Iterable[Mapping[str, list[str]]]) -> dict[str, list[str]]:
    listed = list(rows)
    typed = {f"{name}-TOTAL_FORMS": [str(len(listed))], f"{name}-INITIAL_FORMS": ["0"]}
    for number, row in enumerate(listed):
        typed |= {f"{name}-{number}-{field}": texts for field, texts in row.items()}
    return typed


def _module_typed(module: Module) -> dict[str, list[str]]:
    return {
        "uid": [str(module.uid)],
        "title": [module.title],
        "contact_minutes": [_text(module.contact_minutes)],
        "core_topic": [_slug(module.core_topic)],
        "method": [_slug(module.method)],
        "further_methods": [row.slug for row in module.further_methods.all()],
        **{name: [_lines(getattr(module, name))] for name in MODULE_LISTS},
    }


def _scenario_typed(block: Any) -> dict[str, list[str]]:
    return {
        "uid": [str(block.id or "")],
        "title": [block.value["title"]],
        "description": [block.value["description"]],
        "minutes": [_text(block.value["minutes"])],
    }


def _citation_typed(study: EvidenceStudy) -> dict[str, list[str]]:
    found = study.limitations.removeprefix(IN_PROVIDERS_WORDS).lstrip("\n")
    return {
        "uid": [str(study.uid)],
        "citation": [study.citation],
        "url": [study.source.url if study.source else ""],
        "design": [_slug(study.design)],
        "year": [_text(study.year)],
        "found": [found],
    }


def _slug(row: Any) -> str:
    return row.slug if row is not None else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def _lines(stream: Any) -> str:
    return "\n".join(" ".join(block.value.split("\n")) for block in stream)
