"""Reads of the catalog: the search that pages and API share, known values, the generation."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import get_language, gettext
from wagtail.models import Locale

from resource_library.models import CoreTopicArea, Organisation, Term
from resource_library.models.organisation import SECTOR_CHOICES
from search.answers import Labels, answer_of
from search.engines import (
    EngineChoice,
    EngineUnavailable,
    Question,
    State,
    copy_engine,
    database_engine,
)
from search.enums import Kind
from search.facets import FACETS, HOUR_RANGES
from search.indexing import all_copied
from search.keeping import KEPT_ANSWERS
from search.models import (
    IndexGeneration,
    SearchRecord,
    SearchRecordQuerySet,
    SiteChange,
    Synonym,
)
from search.query import CatalogAnswer, CatalogQuery, KnownValues, PageOutOfRange, parse
from search.text import SynonymTable, parse_text

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
class _Reference:
    """What queries are read against, valid for one generation and language."""

    labels: Labels
    synonyms: SynonymTable


_cache: dict[str, tuple[str, _Reference]] = {}
_cache_lock = threading.Lock()
_read: ContextVar[list[tuple[str, State]] | None] = ContextVar("read_generation", default=None)


def search_catalog(
    kind: Kind | None,
    parameters: Mapping[str, Sequence[str]],
    *,
    strict_names: bool = False,
    language: str | None = None,
    today: date | None = None,
) -> CatalogAnswer:
    """Answer URL parameters; `language` narrows to the pages of that language's tree.

    Without it, the records of all languages answer, and topics are named in the active one.

    Raises InvalidQuery with every fault, and PageOutOfRange for a page past the last.
    """
    key, state = _generation()
    reference = _reference(key, content_language(language))
    query = parse(kind, parameters, known=reference.labels.known, strict_names=strict_names)
    return _answer(query, (key, state), reference, language, today)


def answer_query(
    query: CatalogQuery, *, language: str | None = None, today: date | None = None
) -> CatalogAnswer:
    """Answer a query that is already well-formed. Raises PageOutOfRange."""
    key, state = _generation()
    reference = _reference(key, content_language(language))
    return _answer(query, (key, state), reference, language, today)


def _answer(
    query: CatalogQuery,
    generation: tuple[str, State],
    reference: _Reference,
    locale: str | None,
    today: date | None,
) -> CatalogAnswer:
    key, state = generation
    choice = _choice(state)
    question = _question(query, state, reference, locale, today)
    if choice.engine is database_engine() or not state.token:  # it keeps what it needs itself
        answer = answer_of(choice, question, reference.labels, reference.synonyms)
    else:
        answer = _kept_answer(key, choice, question, reference)
    if query.page > answer.last_page:
        raise PageOutOfRange(query.page, answer.last_page)
    return answer


def _kept_answer(
    key: str, choice: EngineChoice, question: Question, reference: _Reference
) -> CatalogAnswer:
    """Return what the cluster answered to the same question in this generation, or answers now."""
    query = question.query
    asked = (query.kind, query.parameters(), question.locale, question.today, get_language())
    answer = KEPT_ANSWERS.find(key, asked)
    if answer is None:
        answer = answer_of(choice, question, reference.labels, reference.synonyms)
        if not answer.degraded:
            KEPT_ANSWERS.keep(key, asked, answer)
    return answer


def _question(
    query: CatalogQuery,
    state: State,
    reference: _Reference,
    locale: str | None,
    today: date | None,
) -> Question:
    return Question(
        query=query,
        expression=parse_text(query.text, reference.synonyms),
        locale=locale,
        today=today or timezone.localdate(),
        state=state,
    )


def asking(
    query: CatalogQuery, *, language: str | None = None, today: date | None = None
) -> tuple[EngineChoice, Question]:
    """Return the engine that answers now, and the query as a question to it."""
    key, state = _generation()
    reference = _reference(key, content_language(language))
    return _choice(state), _question(query, state, reference, language, today)


def _choice(state: State) -> EngineChoice:
    """Return the engine that answers; a copy that lacks something or rests is not asked."""
    copy = copy_engine()
    if copy is None:
        return EngineChoice(database_engine())
    try:
        if not copy.rests() and all_copied(state) and copy.is_current():
            return EngineChoice(copy)
    except EngineUnavailable:
        pass  # whoever asked it has noted that
    return EngineChoice(database_engine(), degraded=True)


@dataclass(frozen=True, slots=True)
class Serving:
    """Which engine answers now, whether it stands in, and how far the index lags."""

    engine: str
    degraded: bool
    waiting: int
    not_copied: int
    lag_seconds: int


def serving() -> Serving:
    """Return the state of the search for whoever watches the site."""
    choice = _choice(_generation()[1])
    pending, uncopied = SearchRecord.objects.pending(), SearchRecord.objects.none()
    if copy_engine() is not None:
        uncopied = SearchRecord.objects.uncopied()
    oldest = [
        found
        for rows in (pending, uncopied)
        if (found := rows.aggregate(oldest=Min("changed_at"))["oldest"]) is not None
    ]
    lag = (timezone.now() - min(oldest)).total_seconds() if oldest else 0
    return Serving(
        choice.engine.name, choice.degraded, pending.count(), uncopied.count(), round(lag)
    )


def failed_records() -> SearchRecordQuerySet:
    """Return the records whose last write failed, with their pages, the newest failure first."""
    return (
        SearchRecord.objects.filter(attempts__gt=0)
        .select_related("page")
        .defer("payload", "body", "vocabulary", "facets")
        .order_by("-attempts", "pk")
    )


def known_values(language: str | None = None) -> KnownValues:
    """Return every value that a query may name, with its label, by facet."""
    locale = content_language(language)
    key, _ = _generation()
    return _reference(key, locale).labels.known


def generation_key() -> str:
    """Return an opaque name of what the public can see, apart from the calendar. One query."""
    return _generation()[0]


def content_language(language: str | None) -> str:
    """Return the language whose records are asked for: one that content is written in."""
    asked = language or get_language() or settings.LANGUAGE_CODE
    general = asked.split("-")[0]
    codes = [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]
    return next((code for code in (asked, general) if code in codes), codes[0])


@contextmanager
def one_generation() -> Iterator[None]:
    """Let everything inside read the generation once: the tag and the answer of one request."""
    token = _read.set([])
    try:
        yield
    finally:
        _read.reset(token)


def _generation() -> tuple[str, State]:
    kept = _read.get()
    if kept is None:
        return _read_generation()
    if not kept:
        kept.append(_read_generation())
    return kept[0]


def _read_generation() -> tuple[str, State]:
    generation, changes = IndexGeneration._meta.db_table, SiteChange._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT seq FROM {generation} LIMIT 1),"  # noqa: S608 - our own names
            f" (SELECT token FROM {generation} LIMIT 1), count(*), max(id) FROM {changes}"
        )
        seq, token, waiting, last = cursor.fetchone()
    state = State(seq or 0, token or "")
    return f"{state.seq}-{state.token[:12]}-{waiting}-{last or 0}", state


def _reference(key: str, locale: str) -> _Reference:
    """Return what queries are read against; read anew when the generation changed."""
    language = get_language() or ""
    kept = _cache.get(f"{locale}/{language}")
    if kept is not None and kept[0] == key:
        return kept[1]
    reference = _read_reference(locale)
    with _cache_lock:
        _cache[f"{locale}/{language}"] = (key, reference)
    return reference


def _read_reference(locale: str) -> _Reference:
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
    return _Reference(Labels(known, {"core_topic": parents}, names), synonyms)


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
