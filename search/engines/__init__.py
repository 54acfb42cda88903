"""What an engine is: the protocol, what it is asked, what it finds. Engines do not know each other.

An engine matches, ranks and counts. Reading parameters, labels, bucket order, highlights and
suggestions are the same for every engine and live in `search.selectors` and `search.answers`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.conf import settings

from search.query import CatalogQuery
from search.similarity import Subject
from search.text import Analysis, Expression


@dataclass(frozen=True, slots=True)
class State:
    """The state of the index that an answer is made from (`IndexGeneration`)."""

    seq: int
    token: str


@dataclass(frozen=True, slots=True)
class Question:
    """One query as an engine needs it: text already parsed, day decided.

    `locale` narrows to the pages of one language's tree; None asks for all of them.
    """

    query: CatalogQuery
    expression: Expression | None
    locale: str | None
    today: date
    state: State


@dataclass(frozen=True, slots=True)
class Found:
    """A record of a result: what `CatalogRecord.payload` holds, and its plain body."""

    payload: Mapping[str, Any]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What an engine found: the total, the page of records, and facet → value → count.

    Counts of a facet ignore its own selection; values without a record may be left out.
    """

    count: int
    records: tuple[Found, ...]
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Nearest:
    """What comes near a text that found nothing; `corrected` tells whether that would find any."""

    records: tuple[Found, ...] = ()
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """A visible record for an engine to store; `version` orders the writes of one record."""

    id: int
    uid: str
    version: int
    kind: str
    locale: str
    payload: Mapping[str, Any]
    facets: Mapping[str, Sequence[str]]
    analysis: Analysis
    body: str = ""
    parts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    sort_title: str = ""
    sort_date: date | None = None
    minutes: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A record that is no longer visible."""

    id: int
    uid: str
    version: int


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """What a copy holds of a record: its version, and whether it can be found."""

    uid: str
    version: int
    visible: bool


@dataclass(frozen=True, slots=True)
class Build:
    """An index being built: its name, the state it began at, the last record it was given."""

    index: str
    began: State
    last: int


class EngineUnavailable(Exception):  # noqa: N818 - a state, not a fault
    """The engine's server is away, or lacks what it was asked for; the database can answer."""


class RecordsRefused(Exception):  # noqa: N818 - a state, not a fault
    """The engine stored all records but these; `reasons` are by `uid`."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(f"{len(reasons)} record(s) refused")
        self.reasons = reasons


class SearchEngine(Protocol):
    """An index of the catalog that can be asked and written."""

    name: str

    def search(self, question: Question) -> Findings:
        """Return the page that the question asks for; past the last page it has no records."""

    def nearest(self, question: Question, corrected: Expression | None, limit: int) -> Nearest:
        """Return records that match most words of a text which found nothing."""

    def complete(self, question: Question, limit: int) -> tuple[Found, ...]:
        """Return the first records by title whose title alone holds all of the text.

        Selections do not count. Of the payload at least kind, uid, slug, title and path come back.
        """

    def similar(self, question: Question, subject: Subject, limit: int) -> tuple[Found, ...]:
        """Return other records of the kind and language with the most points, best first.

        What shares nothing with the subject is left out; ties are in the order of `uid`.
        """

    def after(self, question: Question, uid: str | None, limit: int) -> tuple[Found, ...]:
        """Return the first records of the whole result whose `uid` is greater, in its order.

        Sort and page do not count. However deep, it costs what the first records cost.
        """

    def vocabulary(self, state: State) -> Mapping[str, int]:
        """Return the folded words of titles and summaries with the number of their records."""

    def write(self, records: Sequence[IndexedRecord], removals: Sequence[Removal] = ()) -> None:
        """Store and remove records; writing one again changes nothing."""

    def clear(self) -> None:
        """Forget every record."""


class IndexVersions(Protocol):
    """The versions of a copy, one of which serves; every method may raise EngineUnavailable."""

    def unfinished(self) -> Build | None:
        """Return the build that was interrupted and can go on."""

    def begin(self, state: State) -> Build:
        """Make an empty version beside the one that serves."""

    def note(self, build: Build) -> None:
        """Keep how far a build came, for whoever goes on with it."""

    def finish(self, build: Build) -> None:
        """Make a built version readable and safe against the loss of a server."""

    def swap(self, index: str) -> str | None:
        """Let this version serve, in one step; return the one that served before."""

    def previous(self) -> str | None:
        """Return the version that served before this one, if it is kept."""

    def remove(self, name: str) -> None:
        """Delete a version."""

    def remove_all_but(self, *kept: str | None) -> None:
        """Delete every version but these."""


class CopyEngine(SearchEngine, Protocol):
    """An engine beside the database that holds a copy; every method may raise EngineUnavailable."""

    @property
    def life(self) -> IndexVersions:
        """The versions of this engine's index."""

    def beside(self, index: str) -> "CopyEngine":
        """Return the engine over a version that does not serve yet."""

    def exists(self) -> bool:
        """Return whether there is an index."""

    def prepare(self) -> None:
        """Make an empty index where there is none."""

    def is_current(self) -> bool:
        """Return whether the index has the form that this version reads and writes."""

    def rests(self) -> bool:
        """Return whether the server failed so lately that it is not asked."""

    def write(
        self,
        records: Sequence[IndexedRecord],
        removals: Sequence[Removal] = (),
        *,
        patient: bool = True,
    ) -> None:
        """Store and remove records; without patience in no more time than a search has."""

    def stored_versions(self) -> Iterator[StoredVersion]:
        """Yield what is stored, hidden records too, in the order of `uid`."""

    def differing(self, records: Sequence[IndexedRecord]) -> list[str]:
        """Return the `uid` of the records that are not stored as they are given."""

    def forget(self, uids: Sequence[str]) -> None:
        """Delete what is stored under these, as if it had never been."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """The engine that answers, and whether it stands in for the configured one."""

    engine: SearchEngine
    degraded: bool = field(default=False)


def database_engine() -> SearchEngine:
    """Return the engine that the site's own database is."""
    from search.engines.database import DATABASE_ENGINE  # noqa: PLC0415 - needs loaded models

    return DATABASE_ENGINE


def copy_engine() -> CopyEngine | None:
    """Return the engine beside the database that the settings name, or None."""
    if not settings.CLEARINGHOUSE_ELASTICSEARCH_URL:
        return None
    from search.engines.elasticsearch import ElasticsearchEngine  # noqa: PLC0415 - optional, heavy

    return ElasticsearchEngine(
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL, settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX
    )
