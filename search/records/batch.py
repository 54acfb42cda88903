"""What the records of a batch of pages share, read by a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from wagtail.models import Page, PageViewRestriction

from curriculum_pages.models import CurriculumPage
from resource_library.enums import Vocabulary as Vocabularies
from resource_library.models import CoreTopicArea, ResourcePage, Term

Label = tuple[str, str]
"""Slug and label of a vocabulary's value."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms and topics by primary key; topics also with the key of the topic they are part of."""

    terms: Mapping[int, Label]
    topics: Mapping[int, tuple[str, str, int | None]]
    order: Mapping[int, int]
    languages: Mapping[str, Label]

    def language(self, page: ResourcePage | CurriculumPage) -> Label | None:
        """Return the language a page states, else its tree's; a translation is in its tree's."""
        code = page.locale.language_code
        stated = self.label(page.language_id) if code == settings.LANGUAGE_CODE else None
        return stated or self.languages.get(code)

    def labels(self, term_ids: Iterable[int | None]) -> list[Label]:
        """Return the labels of terms in the vocabulary's order."""
        known = (key for key in term_ids if key is not None and key in self.terms)
        return [self.terms[key] for key in sorted(known, key=self.order.__getitem__)]

    def label(self, term_id: int | None) -> Label | None:
        """Return the label of one term."""
        return self.terms.get(term_id) if term_id is not None else None

    def topic_labels(self, topic_ids: Iterable[int]) -> tuple[Label, ...]:
        """Return the labels of topics as a record lists them."""
        return tuple(self.topics[key][:2] for key in topic_ids if key in self.topics)

    def with_ancestors(self, topic_ids: Iterable[int]) -> tuple[str, ...]:
        """Return the slugs of topics and of everything they are part of."""
        slugs: dict[str, None] = {}
        for key in topic_ids:
            seen: set[int] = set()
            current: int | None = key
            while current is not None and current in self.topics and current not in seen:
                seen.add(current)
                slug, _, parent = self.topics[current]
                slugs[slug] = None
                current = parent
        return tuple(slugs)


def read_vocabulary() -> Vocabulary:
    """Read all terms and topics: two queries."""
    terms = list(
        Term.objects.order_by("sort_order", "label").values_list(
            "pk", "slug", "label", "vocabulary"
        )
    )
    topics = CoreTopicArea.objects.values_list("pk", "slug", "label", "parent_id")
    return Vocabulary(
        {key: (slug, label) for key, slug, label, _ in terms},
        {key: (slug, label, parent) for key, slug, label, parent in topics},
        {key: place for place, (key, *_) in enumerate(terms)},
        {slug: (slug, label) for _, slug, label, name in terms if name == Vocabularies.LANGUAGE},
    )


def links(model: type[models.Model], name: str, page_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the related keys of a many-to-many field by page, in the order of the relation."""
    field: Any = model._meta.get_field(name)
    through = field.remote_field.through
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    rows = (
        through._default_manager.filter(**{f"{own}__in": page_ids})
        .order_by("pk")
        .values_list(f"{own}_id", f"{other}_id")
    )
    found: dict[int, list[int]] = {}
    for page_id, related in rows:
        found.setdefault(page_id, []).append(related)
    return found


def tags(through: type[models.Model], page_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of free tags by page."""
    rows = (
        through._default_manager.filter(content_object__in=page_ids)
        .order_by("tag__name")
        .values_list("content_object_id", "tag__name")
    )
    found: dict[int, list[str]] = {}
    for page_id, name in rows:
        found.setdefault(page_id, []).append(name)
    return found


def private_paths() -> tuple[str, ...]:
    """Return the tree paths below which nothing is public."""
    return tuple(PageViewRestriction.objects.values_list("page__path", flat=True))


def is_public(page: Page, private: tuple[str, ...]) -> bool:
    """Return whether anyone may read the page at an address of its own."""
    return bool(page.live and page.alias_of_id is None and not page.path.startswith(private))


def labelled(label: Label | None) -> dict[str, str] | None:
    """Return a label as JSON shows it."""
    return {"slug": label[0], "label": label[1]} if label else None


def all_labelled(labels: Iterable[Label]) -> list[dict[str, str]]:
    """Return labels as JSON shows them."""
    return [{"slug": slug, "label": label} for slug, label in labels]


def slugs(*labels: Label | None) -> tuple[str, ...]:
    """Return the slugs of the labels that are there, each once."""
    return tuple(dict.fromkeys(label[0] for label in labels if label))
