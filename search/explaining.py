"""Explains a search to editors: whether it finds a page, why or why not, and at which place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from review_workflow.enums import IN_FORCE
from review_workflow.models import Approval
from search.enums import Hidden, Kind
from search.explanation import TextExplanation, excluded_by, explain_text
from search.indexing import PAGE_MODELS
from search.models import SearchRecord, Synonym
from search.query import SHOWING_NAMES, CatalogAnswer, CatalogQuery, parse
from search.selectors import answer_query, known_values
from search.text import SynonymTable, parse_text, stems_of_term

FIRST = 100
"""Results among which the place of a record is looked for."""
MAX_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Excluding:
    """A facet that keeps a record out: its name, the chosen values, those of the record."""

    facet: str
    chosen: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchExplanation:
    """Everything that decides whether a query finds a page.

    `text` is None where nothing was typed, or where the page is hidden and nothing of it is
    stored. `place` counts from 1; None where the page is not among the first results.
    """

    page: Page
    query: CatalogQuery
    hidden: tuple[Hidden, ...]
    change_waits: bool
    text: TextExplanation | None
    is_other_kind: bool
    excluding: tuple[Excluding, ...]
    place: int | None
    answer: CatalogAnswer

    @property
    def is_found(self) -> bool:
        """Whether the rules say that the query finds the page."""
        text_finds = not self.query.text or (self.text is not None and self.text.matches)
        return not (self.hidden or self.is_other_kind or self.excluding) and text_finds


def candidates(user: Any, words: str) -> list[Page]:
    """Return the pages that may be meant by a uid, slug or (part of a) title, the likest first.

    Only those that the user may open in the admin, or that the public finds. At most
    `MAX_CANDIDATES`; one page alone where it is named exactly. A query for each kind.
    """
    named = Q(slug=words) | Q(title__iexact=words)
    if (uid := _uid(words)) is not None:
        named |= Q(uid=uid)
    explorable = page_permission_policy.explorable_instances(user).values("pk")
    seen = Q(pk__in=explorable) | Q(search_record__payload__isnull=False)
    found: list[tuple[bool, Page]] = []
    for _, model in PAGE_MODELS:
        manager: Any = model._default_manager
        pages = (
            manager.filter(named | Q(title__icontains=words))
            .filter(seen)
            .select_related("locale")
            .order_by("title", "pk")
        )
        found += [(_is_named(page, words, uid), page) for page in pages[:MAX_CANDIDATES]]
    exact = [page for is_exact, page in found if is_exact]
    return exact if len(exact) == 1 else [page for _, page in found][:MAX_CANDIDATES]


def _uid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _is_named(page: Any, words: str, uid: UUID | None) -> bool:
    return page.uid == uid or page.slug == words or page.title.casefold() == words.casefold()


def explain_search(
    page: Page,
    kind: Kind | None,
    parameters: Mapping[str, Sequence[str]],
    *,
    today: date | None = None,
) -> SearchExplanation:
    """Return why a query finds this page or not. Raises InvalidQuery with every fault.

    The search is that of the page's language, from the first result on and by relevance.
    """
    day = today or timezone.localdate()
    language = page.locale.language_code
    asked = {name: values for name, values in parameters.items() if name not in SHOWING_NAMES}
    known = known_values(language)
    query = parse(kind, asked | {"page_size": [str(FIRST)]}, known=known, strict_names=False)
    record = SearchRecord.objects.filter(page=page.pk).first()
    answer = answer_query(query, language=language, today=day)
    uids = [hit.uid for hit in answer.hits]
    uid = str(record.uid) if record else ""
    own_kind = next(found for found, model in PAGE_MODELS if isinstance(page, model))
    shown = record if record is not None and record.payload is not None else None
    return SearchExplanation(
        page=page,
        query=query,
        hidden=_hidden(page, own_kind, record, day),
        change_waits=record is not None and record.version > record.indexed_version,
        text=_text(query.text, shown) if shown else None,
        is_other_kind=kind is not None and kind is not own_kind,
        excluding=_excluding(query, shown, known) if shown else (),
        place=uids.index(uid) + 1 if uid in uids else None,
        answer=answer,
    )


def _hidden(page: Page, kind: Kind, record: SearchRecord | None, today: date) -> tuple[Hidden, ...]:
    """Return why the public cannot find the page; nothing where it can, apart from the query."""
    if record is not None and record.payload is not None:
        return _by_the_calendar(record.valid_from, record.valid_until, today)
    reasons: list[Hidden] = []
    if page.alias_of_id is not None:
        reasons.append(Hidden.ALIAS)
    elif not page.live:
        reasons.append(Hidden.EXPIRED if page.expired else Hidden.DRAFT)
    if page.get_view_restrictions().exists():
        reasons.append(Hidden.PRIVATE)
    if kind is Kind.CURRICULUM:
        reasons += _by_approval(page, today)
    if reasons:
        return tuple(dict.fromkeys(reasons))
    waits = record is None or record.version > record.indexed_version
    return (Hidden.WAITING if waits else Hidden.NO_ADDRESS,)


def _by_approval(page: Page, today: date) -> tuple[Hidden, ...]:
    standing = [status.value for status in IN_FORCE]
    approval = Approval.objects.filter(page=page.pk, is_current=True, standing__in=standing)
    days = approval.values_list("approved_on", "expires_on").first()
    return _by_the_calendar(*days, today) if days else (Hidden.UNAPPROVED,)


def _by_the_calendar(first: date | None, last: date | None, today: date) -> tuple[Hidden, ...]:
    if first is not None and today < first:
        return (Hidden.NOT_YET,)
    if last is not None and today > last:
        return (Hidden.EXPIRED,)
    return ()


def _text(text: str, record: SearchRecord) -> TextExplanation | None:
    """Return what the text makes of the stored record, with the synonyms as they are now."""
    synonyms = [synonym.term_list for synonym in Synonym.objects.all()]
    expression = parse_text(text, SynonymTable(synonyms))
    if expression is None:
        return None
    payload: Any = record.payload
    names = {stems_of_term(term): term for terms in synonyms for term in terms}
    return explain_text(
        expression,
        title=payload["title"],
        summary=payload["summary"],
        body=record.body,
        names=names,
    )


def _excluding(
    query: CatalogQuery, record: SearchRecord, known: Mapping[str, Mapping[str, str]]
) -> tuple[Excluding, ...]:
    def labels(facet: str, values: Sequence[str]) -> tuple[str, ...]:
        return tuple(known.get(facet, {}).get(value, value) for value in values)

    return tuple(
        Excluding(facet, labels(facet, query.selections[facet]), labels(facet, own))
        for facet in excluded_by(query.selections, record.facets)
        for own in [record.facets.get(facet, ())]
    )
