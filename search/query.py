"""What a client asks and what it is answered: URL parameters, queries, answers.

Pure: no framework, no engine. Reasons of faults are message ids, translated where shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from search.enums import Kind, Sort
from search.facets import FACETS, facets_for, gettext_noop

__all__ = [
    "DEFAULT_PAGE_SIZE",
    "MAX_PAGE_SIZE",
    "MAX_TEXT_LENGTH",
    "Bucket",
    "CatalogAnswer",
    "CatalogQuery",
    "FacetAnswer",
    "Fault",
    "Hit",
    "InvalidQuery",
    "Kind",
    "KnownValues",
    "PageOutOfRange",
    "Sort",
    "clip",
    "parse",
    "read_text",
]

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_TEXT_LENGTH = 500
_MAX_PAGE_DIGITS = 18
_MAX_FAULT_VALUE = 100

SHOWING_NAMES = ("sort", "page", "page_size")
"""Parameters that say how a list is shown, and narrow nothing."""
_SINGLE_NAMES = ("q", *SHOWING_NAMES)

KnownValues = Mapping[str, Mapping[str, str]]
"""Facet name → value → label of every value that a query may name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a query: which parameter, which value, and why."""

    parameter: str
    value: str
    reason: str


class InvalidQuery(ValueError):  # noqa: N818 - says what is wrong, as the other errors do
    """The parameters do not make a query; `faults` names every one."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.parameter}: {fault.reason}" for fault in self.faults))


class PageOutOfRange(LookupError):  # noqa: N818 - see InvalidQuery
    """The query is fine, its page is past the last one."""

    def __init__(self, page: int, last: int) -> None:
        self.page = page
        self.last = last
        super().__init__(f"page {page} of {last}")


@dataclass(frozen=True, slots=True)
class CatalogQuery:
    """A well-formed question to the catalog.

    `selections` holds only facets with a choice, in declared order, each with sorted values.
    """

    kind: Kind | None
    text: str = ""
    selections: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    sort: Sort = None  # type: ignore[assignment]  # filled in below: depends on the text
    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE

    def __post_init__(self) -> None:
        if not self.sort:
            object.__setattr__(self, "sort", self.default_sort)
        ordered = {
            facet.name: tuple(sorted(set(self.selections[facet.name])))
            for facet in FACETS
            if self.selections.get(facet.name)
        }
        object.__setattr__(self, "selections", MappingProxyType(ordered))

    @property
    def default_sort(self) -> Sort:
        """Relevance where there is a text to be relevant to, else the title."""
        return Sort.RELEVANCE if self.text else Sort.TITLE

    @property
    def effective_sort(self) -> Sort:
        """The order to apply: relevance without text means the title."""
        if self.sort is Sort.RELEVANCE and not self.text:
            return Sort.TITLE
        return self.sort

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the kind narrows the result."""
        return bool(self.text or self.selections)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Canonical URL state: stable order, defaults left out."""
        pairs: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name, values in self.selections.items() for value in values]
        if self.sort is not self.default_sort:
            pairs.append(("sort", self.sort.value))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        if self.page_size != DEFAULT_PAGE_SIZE:
            pairs.append(("page_size", str(self.page_size)))
        return tuple(pairs)

    def narrowing(self) -> tuple[tuple[str, str], ...]:
        """The part of the URL state that narrows the result; order and pages are left out."""
        return CatalogQuery(self.kind, text=self.text, selections=self.selections).parameters()

    def with_page(self, page: int) -> "CatalogQuery":
        """Return the same query at another page."""
        return replace(self, page=page)

    def with_sort(self, sort: Sort) -> "CatalogQuery":
        """Return the same query in another order, from its first page."""
        return replace(self, sort=sort, page=1)

    def with_text(self, text: str) -> "CatalogQuery":
        """Return the same selections for another text, in the default order."""
        return CatalogQuery(
            self.kind, text=text, selections=self.selections, page_size=self.page_size
        )

    def toggling(self, facet: str, value: str) -> "CatalogQuery":
        """Return the query with this value chosen, or not chosen where it was."""
        chosen = self.selections.get(facet, ())
        if value in chosen:
            return self.without(facet, value)
        return replace(self, selections={**self.selections, facet: (*chosen, value)}, page=1)

    def without(self, facet: str, value: str) -> "CatalogQuery":
        """Return the query without this chosen value."""
        left = tuple(chosen for chosen in self.selections.get(facet, ()) if chosen != value)
        return replace(self, selections={**self.selections, facet: left}, page=1)

    def cleared(self) -> "CatalogQuery":
        """Return the query for everything of its kind."""
        return CatalogQuery(self.kind, page_size=self.page_size)


class Bucket(NamedTuple):
    """One value of a facet with the number of records that choosing it would show.

    A search makes a hundred of them: a named tuple takes a third of a frozen class's time.
    """

    value: str
    label: str
    count: int  # type: ignore[assignment]  # what a tuple calls so is not asked for
    selected: bool
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class FacetAnswer:
    """A facet with its buckets in display order (a tree: parents before their children)."""

    name: str
    label: str
    buckets: tuple[Bucket, ...]


class Hit(NamedTuple):
    """One record of a result; `highlight` is escaped HTML with `<mark>` only.

    `path` is the address on this site; `fields` is the rest of the card, as plain JSON values.
    """

    kind: Kind
    uid: str
    slug: str
    title: str
    summary: str
    path: str
    highlight: str
    core_topics: tuple[tuple[str, str], ...]
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CatalogAnswer:
    """The answer to one query; `near` is filled only where nothing matched."""

    query: CatalogQuery
    count: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetAnswer, ...]
    suggestion: str | None = None
    near: tuple[Hit, ...] = ()
    engine: str = "database"
    degraded: bool = False

    @property
    def last_page(self) -> int:
        """Number of the last page; 1 where there is nothing."""
        return max(1, -(-self.count // self.query.page_size))


def parse(
    kind: Kind | None,
    parameters: Mapping[str, Sequence[str]],
    *,
    known: KnownValues,
    strict_names: bool,
) -> CatalogQuery:
    """Read a query from URL parameters.

    `strict_names` refuses parameters nobody reads (an API); a web page ignores them.
    Raises InvalidQuery with every fault, in the order of the parameters.
    """
    faults: list[Fault] = []
    facets = {facet.name for facet in facets_for(kind)}
    selections: dict[str, tuple[str, ...]] = {}
    single: dict[str, str] = {}
    for name, values in parameters.items():
        if name in facets:
            selections[name] = tuple(values)
            faults += _facet_faults(name, values, known.get(name, {}))
        elif name in _SINGLE_NAMES:
            single[name] = values[-1] if values else ""
            if len(values) > 1:
                faults.append(Fault(name, clip(values[-1]), gettext_noop("Given more than once.")))
        elif strict_names:
            faults.append(
                Fault(clip(name), clip("".join(values[:1])), gettext_noop("Unknown parameter."))
            )
    text = read_text(single.get("q", ""), faults)
    sort = _read_sort(single.get("sort"), faults)
    page = _read_number("page", single.get("page", "1"), None, faults)
    size = _read_number(
        "page_size", single.get("page_size", str(DEFAULT_PAGE_SIZE)), MAX_PAGE_SIZE, faults
    )
    if faults:
        raise InvalidQuery(faults)
    query = CatalogQuery(kind, text=text, selections=selections, page=page, page_size=size)
    return replace(query, sort=sort) if sort else query


def _facet_faults(name: str, values: Sequence[str], known: Mapping[str, str]) -> list[Fault]:
    return [
        Fault(
            name,
            clip(value),
            gettext_noop("Unknown value.") if value else gettext_noop("Empty value."),
        )
        for value in values
        if value not in known
    ]


def read_text(text: str, faults: list[Fault]) -> str:
    """Return a typed text to search for, empty where there is none; add what is wrong with it."""
    text = text.strip()
    if len(text) > MAX_TEXT_LENGTH:
        faults.append(Fault("q", clip(text), gettext_noop("Longer than 500 characters.")))
    elif any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
        faults.append(Fault("q", clip(text), gettext_noop("Contains a character without text.")))
    return text if any(char.isalnum() for char in text) else ""


def _read_sort(value: str | None, faults: list[Fault]) -> Sort | None:
    if value is None:
        return None
    try:
        return Sort(value)
    except ValueError:
        faults.append(Fault("sort", clip(value), gettext_noop("Unknown value.")))
        return None


def _read_number(name: str, value: str, most: int | None, faults: list[Fault]) -> int:
    if not (value.isascii() and value.isdecimal()) or not value.strip("0"):
        faults.append(Fault(name, clip(value), gettext_noop("Not a whole number above zero.")))
        return 1
    number = int(value.lstrip("0")[:_MAX_PAGE_DIGITS])
    if most is not None and number > most:
        faults.append(Fault(name, clip(value), gettext_noop("Greater than 100.")))
        return 1
    return number


def clip(value: str) -> str:
    """Bound what a fault repeats, without characters that no JSON can carry."""
    clipped = value[:_MAX_FAULT_VALUE].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clipped.encode("utf-8", "replace").decode("utf-8")
