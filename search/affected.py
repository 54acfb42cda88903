"""Which pages a change of something else concerns; reads only."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Q
from taggit.models import Tag
from wagtail.models import Page

from curriculum_pages.models import (
    Claim,
    CurriculumEvidence,
    CurriculumPage,
    EvidenceStudy,
    Module,
)
from resource_library.models import CoreTopicArea, Organisation, ResourcePage

_CARRIERS: tuple[tuple[type[Model], str], ...] = (
    (ResourcePage, "pk"),
    (CurriculumPage, "pk"),
    (Module, "page_id"),
    (CurriculumEvidence, "page_id"),
    (EvidenceStudy, "curricula__page_id"),
    (Claim, "curriculum_id"),
    (Claim, "study__curricula__page_id"),
)
"""Models that carry vocabulary, and where each names its page."""


def pages_below(path: str) -> list[int]:
    """Return the page at a tree path and everything below it."""
    return list(Page.objects.filter(path__startswith=path).values_list("pk", flat=True))


def all_pages() -> list[int]:
    """Return every page of the catalog."""
    pages: list[int] = []
    for model in (ResourcePage, CurriculumPage):
        pages += model._default_manager.filter(live=True).values_list("pk", flat=True)
    return pages


def pages_with(instances: Sequence[Model]) -> list[int]:
    """Return the pages that point at any of these rows of one model, or what they hold does."""
    pages: set[int] = set()
    for carrier, page_field in _CARRIERS:
        for field in carrier._meta.get_fields():
            if not _points_at(field, type(instances[0])):
                continue
            found = carrier._default_manager.filter(
                **{f"{field.name}__in": [instance.pk for instance in instances]}
            )
            pages.update(found.values_list(page_field, flat=True))
    return sorted(page for page in pages if page is not None)


def _points_at(field: Any, model: type[Model]) -> bool:
    forward = (field.many_to_one or field.many_to_many) and not field.auto_created
    return bool(forward and field.related_model is model)


def pages_with_claim(claim: Claim) -> list[int]:
    """Return the curriculum that a claim is about, or those of the study that it is about."""
    if claim.study_id is not None:
        studied = CurriculumEvidence.objects.filter(study=claim.study_id)
        return list(studied.values_list("page_id", flat=True))
    return [claim.curriculum_id] if claim.curriculum_id is not None else []


def pages_with_topic(topic: CoreTopicArea) -> list[int]:
    """Return the pages of a topic and of the topics below it."""
    family = {topic.pk: topic}
    level = [topic]
    while level:
        children = CoreTopicArea.objects.filter(parent__in=level)
        level = [child for child in children if child.pk not in family]
        family.update((child.pk, child) for child in level)
    return pages_with(list(family.values()))


def pages_with_file() -> list[int]:
    """Return the resources that have a file."""
    with_file = ResourcePage.objects.filter(file__isnull=False)
    return list(with_file.values_list("pk", flat=True))


def pages_of_organisation(organisation: Organisation) -> list[int]:
    """Return what an organisation publishes, and what it provides."""
    provided = CurriculumPage.objects.filter(provider__organisation=organisation)
    return [*pages_with([organisation]), *provided.values_list("pk", flat=True)]


def pages_with_tag(tag: Tag) -> list[int]:
    """Return the pages that carry a tag."""
    pages: list[int] = []
    for model in (ResourcePage, CurriculumPage):
        tagged = model._default_manager.filter(Q(tagged_items__tag=tag))
        pages += tagged.values_list("pk", flat=True)
    return pages
