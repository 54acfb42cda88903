"""Records of approved curricula; without an approval in force there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from curriculum_pages.hours import MINUTES_PER_HOUR, ModuleTime, Totals, totals
from curriculum_pages.models import CurriculumPage, Module
from review_workflow.enums import IN_FORCE
from review_workflow.models import Approval
from search.enums import Kind
from search.facets import hours_value

from .attached import NO_FILES, Files, files_of_curricula
from .batch import (
    Label,
    Vocabulary,
    all_labelled,
    is_public,
    labelled,
    links,
    slugs,
    tags,
)
from .evidence import evidence_of_curricula
from .plain import joined, plain_text, stream_text
from .record import MAX_BODY_LENGTH, CatalogRecord

_TERM_FIELDS = ("audiences", "key_elements", "stages")


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is read for all curricula of a batch at once, by page."""

    vocabulary: Vocabulary
    approvals: dict[int, Approval]
    topics: dict[int, list[int]]
    terms: dict[str, dict[int, list[int]]]
    modules: dict[int, list[Module]]
    methods: dict[int, list[int]]
    tags: dict[int, list[str]]
    files: dict[int, Files]
    evidence: dict[int, tuple[dict[str, Any], ...]]

    def labels(self, name: str, page: CurriculumPage) -> list[Label]:
        return self.vocabulary.labels(self.terms[name].get(page.pk, []))

    def method_labels(self, page: CurriculumPage) -> list[Label]:
        """Return the main and further methods of the modules."""
        found: dict[int, None] = {}
        for module in self.modules.get(page.pk, ()):
            if module.method_id is not None:
                found[module.method_id] = None
            found.update(dict.fromkeys(self.methods.get(module.pk, ())))
        return self.vocabulary.labels(found)

    def time(self, page: CurriculumPage) -> Totals:
        modules = self.modules.get(page.pk, ())
        return totals(
            (ModuleTime(module.contact_minutes or 0, None, None) for module in modules),
            page.claimed_hours,
        )


def curriculum_records(
    page_ids: Sequence[int], vocabulary: Vocabulary, private: tuple[str, ...]
) -> Iterator[CatalogRecord]:
    """Yield the records of the public curricula among these pages whose approval stands.

    The calendar is not asked: the record says from which day to which it counts.
    """
    approvals = {
        approval.page_id: approval
        for approval in Approval.objects.filter(
            page__in=page_ids, is_current=True, standing__in=[status.value for status in IN_FORCE]
        ).defer("snapshot")
    }
    pages = [
        page
        for page in CurriculumPage.objects.filter(pk__in=list(approvals)).select_related(
            "locale", "provider__organisation"
        )
        if is_public(page, private)
    ]
    keys = [page.pk for page in pages]
    if not keys:
        return
    batch = _read_batch(keys, vocabulary, approvals)
    for page in pages:
        parts = page.get_url_parts()
        if parts is not None and parts[2] is not None:
            yield _record(page, parts[2], batch)


def _read_batch(
    keys: Sequence[int], vocabulary: Vocabulary, approvals: dict[int, Approval]
) -> _Batch:
    modules: dict[int, list[Module]] = {}
    for module in Module.objects.filter(page__in=keys).order_by("page_id", "sort_order", "pk"):
        modules.setdefault(module.page_id, []).append(module)
    module_keys = [module.pk for found in modules.values() for module in found]
    return _Batch(
        vocabulary=vocabulary,
        approvals=approvals,
        topics=links(CurriculumPage, "core_topics", keys),
        terms={name: links(CurriculumPage, name, keys) for name in _TERM_FIELDS},
        modules=modules,
        methods=links(Module, "further_methods", module_keys) if module_keys else {},
        tags=tags(CurriculumPage.tags.through, keys),
        files=files_of_curricula(keys),
        evidence=evidence_of_curricula(keys, vocabulary),
    )


def _record(page: CurriculumPage, path: str, batch: _Batch) -> CatalogRecord:
    approval = batch.approvals[page.pk]
    time = batch.time(page)
    topic_ids = batch.topics.get(page.pk, [])
    return CatalogRecord(
        page_id=page.pk,
        uid=page.uid,
        kind=Kind.CURRICULUM,
        locale=page.locale.language_code,
        slug=page.slug,
        title=page.title,
        summary=page.summary,
        body=_body(page, batch)[:MAX_BODY_LENGTH],
        path=path,
        core_topics=batch.vocabulary.topic_labels(topic_ids),
        facets={
            "core_topic": batch.vocabulary.with_ancestors(topic_ids),
            "audience": slugs(*batch.labels("audiences", page)),
            "key_element": slugs(*batch.labels("key_elements", page)),
            "stage": slugs(*batch.labels("stages", page)),
            "modality": slugs(batch.vocabulary.label(page.modality_id)),
            "method": slugs(*batch.method_labels(page)),
            "hours": _present(hours_value(time.minutes)),
            "sector": _present(page.provider.organisation.sector if page.provider else None),
            "provider": slugs(_provider(page)),
            "language": slugs(batch.vocabulary.language(page)),
            "year": (str(approval.approved_on.year),),
        },
        fields=_fields(page, batch, approval, time),
        day=approval.approved_on,
        minutes=time.minutes,
        valid_from=approval.approved_on,
        valid_until=approval.expires_on,
        attachments=batch.files.get(page.pk, NO_FILES).digests,
        modules=tuple(_module(module, batch) for module in batch.modules.get(page.pk, ())),
        evidence=batch.evidence.get(page.pk, ()),
    )


def _module(module: Module, batch: _Batch) -> dict[str, Any]:
    topics = [module.core_topic_id] if module.core_topic_id is not None else []
    methods = batch.vocabulary.labels(
        dict.fromkeys([module.method_id, *batch.methods.get(module.pk, ())])
    )
    return {
        "title": module.title,
        "minutes": module.contact_minutes,
        "core_topic": list(batch.vocabulary.with_ancestors(topics)),
        "method": list(slugs(*methods)),
    }


def _fields(
    page: CurriculumPage, batch: _Batch, approval: Approval, time: Totals
) -> dict[str, Any]:
    return {
        "acronym": page.acronym,
        "version_label": page.version_label,
        "provider": labelled(_provider(page)),
        "sector": (page.provider.organisation.sector or None) if page.provider else None,
        "modality": labelled(batch.vocabulary.label(page.modality_id)),
        "stages": all_labelled(batch.labels("stages", page)),
        "methods": all_labelled(batch.method_labels(page)),
        "audiences": all_labelled(batch.labels("audiences", page)),
        "key_elements": all_labelled(batch.labels("key_elements", page)),
        "minutes": time.minutes,
        "hours": round(time.minutes / MINUTES_PER_HOUR, 2) if time.minutes is not None else None,
        "hours_claimed": time.is_claimed,
        "language": labelled(batch.vocabulary.language(page)),
        "year": approval.approved_on.year,
        "date": approval.approved_on.isoformat(),
        "approval": {
            "number": approval.number,
            "status": approval.standing,
            "basis": approval.basis,
            "approved_on": approval.approved_on.isoformat(),
            "expires_on": approval.expires_on.isoformat(),
        },
        "tags": batch.tags.get(page.pk, []),
    }


def _body(page: CurriculumPage, batch: _Batch) -> str:
    """Return what is searched beside title and summary."""
    organisation = page.provider.organisation if page.provider else None
    return joined(
        page.acronym,
        plain_text(page.description),
        stream_text(page.objectives),
        " ".join(module.title for module in batch.modules.get(page.pk, ())),
        stream_text(page.scenario_exercises),
        page.origin,
        page.prerequisites,
        page.tailoring_notes,
        page.authors,
        f"{organisation.name} {organisation.acronym}".strip() if organisation else "",
        " ".join(batch.tags.get(page.pk, ())),
        *batch.files.get(page.pk, NO_FILES).texts,
    )


def _provider(page: CurriculumPage) -> Label | None:
    if page.provider is None:
        return None
    return page.provider.organisation.slug, page.provider.organisation.name


def _present(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
