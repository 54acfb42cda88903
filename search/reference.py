"""What queries are read against: values with their labels, the parents of topics, synonyms.

Read once for a generation and a language.
"""

import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.utils.translation import get_language, gettext
from wagtail.models import Locale

from resource_library.models import CoreTopicArea, Organisation, Term
from resource_library.models.organisation import SECTOR_CHOICES
from search.answers import Labels
from search.facets import FACETS, HOUR_RANGES
from search.models import Synonym
from search.text import SynonymTable

FIRST_YEAR, LAST_YEAR = 1900, 2100
_VOCABULARIES = {
    "audience": "audience",
    "key_element": "key_element",
    "stage": "stage",
    "modality": "modality",
    "method": "method",
    "resource_type": "resource_type",
    "language": "language",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What queries are read against, valid for one generation and language."""

    labels: Labels
    synonyms: SynonymTable


_cache: dict[str, tuple[str, Reference]] = {}
_cache_lock = threading.Lock()


def reference_for(key: str, locale: str) -> Reference:
    """Return what queries are read against in a generation, in the active language."""
    language = get_language() or ""
    kept = _cache.get(f"{locale}/{language}")
    if kept is not None and kept[0] == key:
        return kept[1]
    reference = _read_reference(locale)
    with _cache_lock:
        _cache[f"{locale}/{language}"] = (key, reference)
    return reference


def _read_reference(locale: str) -> Reference:
    rows = _reference_rows()
    topics, parents = _topics(rows["topic"], locale)
    terms: dict[str, dict[str, str]] = {facet: {} for facet in _VOCABULARIES}
    facets = {vocabulary: facet for facet, vocabulary in _VOCABULARIES.items()}
    for row in rows["term"]:
        if row.group in facets:
            terms[facets[row.group]][row.slug] = row.name
    organisations = {row.slug: row.name for row in rows["organisation"]}
    known = {
        **terms,
        "core_topic": topics,
        "sector": {value: str(label) for value, label in SECTOR_CHOICES},
        "provider": organisations,
        "publisher": organisations,
        "hours": {hours.value: gettext(hours.label) for hours in HOUR_RANGES},
        "year": {str(year): str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)},
    }
    synonyms = SynonymTable(Synonym(terms=row.name).term_list for row in rows["synonym"])
    names = {facet.name: gettext(facet.label) for facet in FACETS}
    return Reference(Labels(known, {"core_topic": parents}, names), synonyms)


class _Row(NamedTuple):
    """A topic, term, organisation or synonym; `group` is its language or vocabulary."""

    source: str
    key: int
    group: str
    slug: str
    name: str
    parent: int | None
    place: int


def _reference_rows() -> dict[str, list[_Row]]:
    """Return what queries are read against by its source, each in its order. One query."""
    topic, term, organisation, synonym, locale = (
        connection.ops.quote_name(model._meta.db_table)
        for model in (CoreTopicArea, Term, Organisation, Synonym, Locale)
    )
    sql = f"""
        SELECT 'topic', topic.id, locale.language_code, topic.slug, topic.label,
            topic.parent_id, topic.sort_order
        FROM {topic} topic JOIN {locale} locale ON locale.id = topic.locale_id
        UNION ALL SELECT 'term', id, vocabulary, slug, label, NULL, sort_order FROM {term}
        UNION ALL SELECT 'organisation', id, '', slug, name, NULL, 0 FROM {organisation}
        UNION ALL SELECT 'synonym', id, '', '', terms, NULL, 0 FROM {synonym}
        ORDER BY 7, 5, 2
    """  # noqa: S608 - our own names
    found: dict[str, list[_Row]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for row in map(_Row._make, cursor.fetchall()):
            found[row.source].append(row)
    return found


def _topics(rows: Sequence[_Row], locale: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return labels of topics in tree order, and the parents, by slug.

    A topic without a translation keeps the label it has elsewhere.
    """
    slug_of = {row.key: row.slug for row in rows}
    labels: dict[str, str] = {}
    parents: dict[str, str] = {}
    children: dict[str | None, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.group != locale):
        slug = row.slug
        if slug in labels:
            continue
        labels[slug] = row.name
        parent = slug_of.get(row.parent) if row.parent is not None else None
        if parent is not None:
            parents[slug] = parent
        children.setdefault(parent, []).append(slug)
    ordered: dict[str, str] = {}
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        slug = waiting.pop()
        if slug not in ordered:
            ordered[slug] = labels[slug]
            waiting += reversed(children.get(slug, []))
    return ordered | {slug: label for slug, label in labels.items() if slug not in ordered}, parents
