"""Reads of the catalog: the search that pages and API share, known values, the generation."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import get_language

from search.answers import answer_of
from search.engines import (
    EngineChoice,
    EngineUnavailable,
    Question,
    State,
    copy_engine,
    database_engine,
)
from search.enums import Kind
from search.indexing import all_copied
from search.keeping import KEPT_ANSWERS
from search.models import (
    IndexGeneration,
    SearchRecord,
    SearchRecordQuerySet,
    SiteChange,
)
from search.query import (
    DEFAULT_PAGE_SIZE,
    CatalogAnswer,
    CatalogQuery,
    KnownValues,
    PageOutOfRange,
    parse,
)
from search.reference import Reference, reference_for
from search.text import parse_text

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
    reference = reference_for(key, content_language(language))
    query = parse(kind, parameters, known=reference.labels.known, strict_names=strict_names)
    return _answer(query, (key, state), reference, language, today)


def answer_query(
    query: CatalogQuery, *, language: str | None = None, today: date | None = None
) -> CatalogAnswer:
    """Answer a query that is already well-formed. Raises PageOutOfRange."""
    key, state = _generation()
    reference = reference_for(key, content_language(language))
    return _answer(query, (key, state), reference, language, today)


def _answer(
    query: CatalogQuery,
    generation: tuple[str, State],
    reference: Reference,
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
    key: str, choice: EngineChoice, question: Question, reference: Reference
) -> CatalogAnswer:
    """Return what the cluster answered to the same question in this generation, or answers now."""
    query = question.query
    asked = (query.kind, query.parameters(), question.locale, question.today, get_language())
    answer = KEPT_ANSWERS.find(key, asked)
    if answer is None:
        answer = answer_of(choice, question, reference.labels, reference.synonyms)
        if not answer.degraded and query.page_size <= DEFAULT_PAGE_SIZE:  # small ones only
            KEPT_ANSWERS.keep(key, asked, answer)
    return answer


def _question(
    query: CatalogQuery,
    state: State,
    reference: Reference,
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
    reference = reference_for(key, content_language(language))
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


def stand_ready() -> None:
    """Read what the first search of a process would have to: seconds, of a large catalog.

    So the database answers at once where it stands in for the cluster. A few queries later on.
    """
    key, state = _generation()
    reference = reference_for(key, content_language(None))
    database_engine().search(_question(CatalogQuery(None), state, reference, None, None))


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
    return reference_for(key, locale).labels.known


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
