"""What the catalog's and the library's page show of a query: filters, chips, orders, sentences.

Made from queries and answers only; the search itself is behind `search.selectors`, markup in
`templates/search/`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from search.enums import Kind, Sort
from search.facets import facets_for
from search.query import DEFAULT_PAGE_SIZE, Bucket, CatalogAnswer, CatalogQuery, FacetAnswer, Fault

FOLD_AFTER = 8
"""Values of one filter that are shown before the rest is folded away."""
OPEN_FILTERS = 4
"""Filters that stand open on arrival; those with a choice always do."""

_SORT_LABELS: Mapping[Sort, str] = {
    Sort.RELEVANCE: gettext_noop("Best match"),
    Sort.TITLE: gettext_noop("Title, A to Z"),
    Sort.TITLE_DESC: gettext_noop("Title, Z to A"),
    Sort.NEWEST: gettext_noop("Newest first"),
    Sort.OLDEST: gettext_noop("Oldest first"),
    Sort.HOURS: gettext_noop("Shortest first"),
    Sort.HOURS_DESC: gettext_noop("Longest first"),
}
_PARAMETER_LABELS = {
    "q": gettext_noop("Search words"),
    "sort": gettext_noop("Order"),
    "page": gettext_noop("Page"),
    "page_size": gettext_noop("Results on a page"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """A checkbox of a filter; `depth` is its level in a tree."""

    value: str
    label: str
    count: int
    selected: bool
    depth: int
    id: str


@dataclass(frozen=True, slots=True)
class Group:
    """A filter: what is always shown of it, and what is folded."""

    name: str
    label: str
    options: tuple[Option, ...]
    folded: tuple[Option, ...]
    is_open: bool
    chosen: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that can be taken back by a link."""

    label: str
    url: str
    group: str


@dataclass(frozen=True, slots=True)
class SortOption:
    """An order; the default one is the empty value, so that it follows the text."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault of the address in the reader's language, with the id of its field if it has one."""

    label: str
    message: str
    target: str


@dataclass(frozen=True, slots=True)
class Browsing:
    """Everything that the template of one result page needs, apart from the Wagtail page."""

    kind: Kind
    query: CatalogQuery
    answer: CatalogAnswer
    groups: tuple[Group, ...]
    chips: tuple[Chip, ...]
    sorts: tuple[SortOption, ...]
    result_line: str
    title_suffix: str
    faults: tuple[ShownFault, ...] = ()
    typed: str = ""
    suggestion_url: str = ""
    collections: Sequence[Any] = ()

    @property
    def chosen(self) -> int:
        """How many filter values are chosen."""
        return sum(len(values) for values in self.query.selections.values())

    @property
    def first(self) -> int:
        """The number of the first result on this page."""
        return (self.query.page - 1) * self.query.page_size + 1

    @property
    def narrowing(self) -> str:
        """The address's part that narrows the result, with an `&` before it where there is any."""
        state = urlencode(self.query.narrowing())
        return f"&{state}" if state else ""

    @property
    def page_size(self) -> int | None:
        """The page size where it is not the default one."""
        size = self.query.page_size
        return None if size == DEFAULT_PAGE_SIZE else size


def address(query: CatalogQuery) -> str:
    """Return the query as a relative address; the page itself where it is the default."""
    state = urlencode(query.parameters())
    return f"?{state}" if state else "."


def browsing_of(
    answer: CatalogAnswer,
    *,
    faults: Iterable[Fault] = (),
    typed: str | None = None,
    collections: Sequence[Any] = (),
) -> Browsing:
    """Return what to show of an answer; `typed` is the text as it stands in the box."""
    query = answer.query
    kind = query.kind or Kind.CURRICULUM
    return Browsing(
        kind=kind,
        query=query,
        answer=answer,
        groups=tuple(_groups(answer)),
        chips=tuple(_chips(answer)),
        sorts=tuple(_sorts(query)),
        result_line=result_line(answer),
        title_suffix=_title_suffix(answer),
        faults=tuple(_shown_fault(fault, kind) for fault in faults),
        typed=query.text if typed is None else typed,
        suggestion_url=address(query.with_text(answer.suggestion)) if answer.suggestion else "",
        collections=() if query.is_narrowed or query.page > 1 else collections,
    )


def result_line(answer: CatalogAnswer) -> str:
    """Return the sentence that says which results are shown of how many."""
    query = answer.query
    first = (query.page - 1) * query.page_size + 1
    words = {
        "first": first,
        "last": min(first + query.page_size - 1, answer.count),
        "count": answer.count,
        "text": query.text,
    }
    if answer.count == 0:
        return _nothing_line(query) % words
    if query.kind is Kind.RESOURCE:
        line = ngettext(
            "Showing %(first)s–%(last)s of %(count)s resource",
            "Showing %(first)s–%(last)s of %(count)s resources",
            answer.count,
        )
    else:
        line = ngettext(
            "Showing %(first)s–%(last)s of %(count)s curriculum",
            "Showing %(first)s–%(last)s of %(count)s curricula",
            answer.count,
        )
    return _with_text(line, query) % words


def _nothing_line(query: CatalogQuery) -> str:
    if query.kind is Kind.RESOURCE:
        return _with_text(_("No resources found"), query)
    return _with_text(_("No curricula found"), query)


def _with_text(line: str, query: CatalogQuery) -> str:
    return _("%(line)s for “%(text)s”") % {"line": line, "text": "%(text)s"} if query.text else line


def _title_suffix(answer: CatalogAnswer) -> str:
    """Return what tells this page from the others of its index in a window's title."""
    query = answer.query
    parts = [_("“%(text)s”") % {"text": query.text}] if query.text else []
    parts += [chip.label for chip in _chips(answer) if chip.group]
    if query.page > 1:
        parts.append(
            _("page %(page)s of %(last)s") % {"page": query.page, "last": answer.last_page}
        )
    return ", ".join(parts)


def _chips(answer: CatalogAnswer) -> Iterator[Chip]:
    query = answer.query
    if query.text:
        yield Chip(
            label=_("“%(text)s”") % {"text": query.text}, url=address(query.with_text("")), group=""
        )
    for facet in answer.facets:
        for bucket in facet.buckets:
            if bucket.selected:
                url = address(query.without(facet.name, bucket.value))
                yield Chip(label=bucket.label, url=url, group=facet.label)


def _sorts(query: CatalogQuery) -> Iterator[SortOption]:
    for sort, label in _SORT_LABELS.items():
        if sort is Sort.RELEVANCE and not query.text:
            continue
        if sort in {Sort.HOURS, Sort.HOURS_DESC} and query.kind is Kind.RESOURCE:
            continue
        is_default = sort is query.default_sort
        yield SortOption(
            "" if is_default else sort.value, _(label), selected=sort is query.effective_sort
        )


def _groups(answer: CatalogAnswer) -> Iterator[Group]:
    for place, facet in enumerate(facet for facet in answer.facets if facet.buckets):
        shown, folded = _fold(_trees(facet))
        chosen = sum(bucket.selected for bucket in facet.buckets)
        yield Group(
            name=facet.name,
            label=facet.label,
            options=tuple(shown),
            folded=tuple(folded),
            is_open=place < OPEN_FILTERS or bool(chosen),
            chosen=chosen,
        )


def _trees(facet: FacetAnswer) -> list[list[Option]]:
    """Return the buckets as trees: each top value followed by what is below it."""
    values = {bucket.value for bucket in facet.buckets}
    below: dict[str | None, list[Bucket]] = {}
    for bucket in facet.buckets:
        below.setdefault(bucket.parent if bucket.parent in values else None, []).append(bucket)

    def branch(bucket: Bucket, depth: int) -> Iterator[Option]:
        yield Option(
            bucket.value,
            _(bucket.label) if facet.name == "hours" else bucket.label,
            bucket.count,
            bucket.selected,
            depth,
            f"{facet.name}-{bucket.value}",
        )
        for child in below.get(bucket.value, ()):
            yield from branch(child, depth + 1)

    return [list(branch(bucket, 0)) for bucket in below.get(None, ())]


def _fold(trees: list[list[Option]]) -> tuple[list[Option], list[Option]]:
    """Divide whole trees into shown and folded; one with a choice is always shown."""
    shown: list[Option] = []
    folded: list[Option] = []
    for place, tree in enumerate(trees):
        chosen = any(option.selected for option in tree)
        (shown if place < FOLD_AFTER or chosen else folded).extend(tree)
    if len(folded) == 1:
        return [*shown, *folded], []
    return shown, folded


def _shown_fault(fault: Fault, kind: Kind) -> ShownFault:
    facets = {facet.name: facet.label for facet in facets_for(kind)}
    label = facets.get(fault.parameter) or _PARAMETER_LABELS.get(fault.parameter, fault.parameter)
    message = _(fault.reason)
    if fault.value and fault.parameter != "q":
        message = _("“%(value)s”: %(reason)s") % {"value": fault.value, "reason": message}
    target = {"q": "catalog-q", "sort": "catalog-sort"}.get(
        fault.parameter, f"filter-{fault.parameter}" if fault.parameter in facets else ""
    )
    return ShownFault(_(label), message, target)
