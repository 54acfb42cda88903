"""How Elasticsearch stores a record: the mapping, the index's settings, a record as a document.

The texts arrive analysed (`search.text`), so analyzers only split on spaces, and one also cuts
words to their beginnings: both engines hold the same words and match the same records.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from elasticsearch.dsl import (
    Boolean,
    Date,
    Document,
    Integer,
    Keyword,
    Nested,
    Object,
    Text,
    analyzer,
    token_filter,
)

from search.engines import IndexedRecord, Removal
from search.facets import FACETS
from search.text import stems_of_term

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
MAX_RESULT_WINDOW = 10_000_000
"""Numbered pages reach the end of any catalog; only ids are sorted that deep."""

STEM_FIELDS = ("title", "summary", "body")
WORD_FIELDS = ("title_words", "summary_words", "body_words")

MIN_BEGINNING, MAX_BEGINNING = 2, 20
"""Lengths of the beginnings of a title's words that are terms of their own."""
BEGINNINGS = analyzer(
    "beginnings",
    tokenizer="whitespace",
    filter=[
        token_filter("beginnings", "edge_ngram", min_gram=MIN_BEGINNING, max_gram=MAX_BEGINNING)
    ],
)


class CatalogDocument(Document):
    """The explicit, strict mapping of a record."""

    uid = Keyword()
    visible = Boolean()
    kind = Keyword()
    locale = Keyword()
    title = Text(analyzer="whitespace")
    summary = Text(analyzer="whitespace")
    body = Text(analyzer="whitespace")
    title_words = Text(analyzer="whitespace", index_options="docs", norms=False)
    title_beginnings = Text(
        analyzer=BEGINNINGS, search_analyzer="whitespace", index_options="docs", norms=False
    )
    summary_words = Text(analyzer="whitespace", index_options="docs", norms=False)
    body_words = Text(analyzer="whitespace", index_options="docs", norms=False)
    vocabulary = Keyword()
    sort_title = Keyword()
    sort_date = Date()
    minutes = Integer()
    valid_from = Date()
    valid_until = Date()
    modules = Nested(
        dynamic="strict",
        properties={
            "title": Text(analyzer="whitespace"),
            "minutes": Integer(),
            "core_topic": Keyword(),
            "method": Keyword(),
        },
    )
    evidence = Nested(
        dynamic="strict",
        properties={
            "outcome": Text(analyzer="whitespace"),
            "direction": Keyword(),
            "flag": Keyword(),
            "impact_area": Keyword(),
            "study_design": Keyword(),
            "independence": Keyword(),
            "year": Integer(),
        },
    )
    facets = Object(properties={facet.name: Keyword() for facet in FACETS}, dynamic="strict")
    payload = Object(enabled=False)
    plain_body = Keyword(index=False, doc_values=False)

    class Meta:
        dynamic = "strict"


def index_body() -> dict[str, Any]:
    """Return settings and mapping of a new index."""
    return {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",  # a copy where there is a second node
            "max_result_window": MAX_RESULT_WINDOW,
            "refresh_interval": "1s",
            "analysis": BEGINNINGS.get_analysis_definition(),
        },
        "mappings": CatalogDocument._doc_type.mapping.to_dict(),  # noqa: SLF001 - the only way to the mapping,
    }


def document_of(record: IndexedRecord) -> Mapping[str, Any]:
    """Return the visible record as Elasticsearch stores it."""
    streams = dict(
        zip(
            (*STEM_FIELDS, *WORD_FIELDS),
            map(" ".join, record.analysis.streams()),
            strict=True,
        )
    )
    return {
        "uid": record.uid,
        "visible": True,
        "kind": record.kind,
        "locale": record.locale,
        **streams,
        "title_beginnings": streams["title_words"],
        "vocabulary": sorted({*record.analysis.title_words, *record.analysis.summary_words}),
        "sort_title": record.sort_title,
        "sort_date": record.sort_date and record.sort_date.isoformat(),
        "minutes": record.minutes,
        "valid_from": (record.valid_from or FIRST_DAY).isoformat(),
        "valid_until": (record.valid_until or LAST_DAY).isoformat(),
        "modules": _analysed(record.parts.get("modules", ()), "title"),
        "evidence": _analysed(record.parts.get("evidence", ()), "outcome"),
        "facets": {name: list(values) for name, values in record.facets.items()},
        "payload": dict(record.payload),
        "plain_body": record.body,
    }


def _analysed(rows: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    """Return nested rows with one text as stems."""
    return [{**row, name: " ".join(stems_of_term(row[name]))} for row in rows]


def tombstone_of(removal: Removal) -> Mapping[str, Any]:
    """Return the hidden document that stands for a removed record.

    It keeps the record's version: a late write of an older state is refused by it.
    """
    return {"uid": removal.uid, "visible": False}
