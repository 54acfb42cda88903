"""What the catalog's engine is measured against, over the same records and queries.

Three anchors: Wagtail's own search with `.facet()` per facet, plain SQL with a GROUP BY per facet,
and one raw request to Elasticsearch.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Protocol

import urllib3
from django.core.management import call_command
from django.db import connection
from wagtail.search.backends import get_search_backend

from benchmarks.anchor.models import FACETS, AnchorRecord
from benchmarks.corpus import MadeQuery, MadeRecord
from search.engines.database.fulltext import TABLE
from search.engines.database.fulltext_postgresql import query_text
from search.engines.database.fulltext_sqlite import match_text
from search.text import parse_text

PAGE = 20
BATCH = 1000


class Anchor(Protocol):
    """Something that answers a made query with twenty hits, a total and eight facets."""

    name: str

    def ask(self, query: MadeQuery) -> int:
        """Answer the query; return the total."""


class ModelSearch:
    """Wagtail's search, one `.facet()` call per facet; on the site's database where not told."""

    name = "Wagtail's search, .facet() per facet"

    def __init__(self, backend: str = "default") -> None:
        self._backend = backend

    def fill(self, records: Iterable[MadeRecord]) -> None:
        """Store the records without indexing them."""
        AnchorRecord.objects.all()._raw_delete("default")
        rows = map(self._row, records)
        while batch := list(islice(rows, BATCH)):
            AnchorRecord.objects.bulk_create(batch)

    def _row(self, record: MadeRecord) -> AnchorRecord:
        return AnchorRecord(
            title=record.title,
            summary=record.summary,
            body=record.body,
            **{name: record.facets[name][0] for name in FACETS},
        )

    def index(self) -> None:
        """Index the records with Wagtail's own command."""
        call_command("update_index", backend_name=self._backend, verbosity=0)
        if self._backend == "default":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def ask(self, query: MadeQuery) -> int:
        """Answer the query; return the total."""
        return int(self.answer(query)["count"])

    def answer(self, query: MadeQuery) -> dict[str, Any]:
        """Answer with a search per disjunctive facet, as a site on Wagtail's search has to."""
        backend = get_search_backend(self._backend)

        def results(but: str = "") -> Any:
            rows = AnchorRecord.objects.all()
            for name, values in query.selections.items():
                if name != but:
                    rows = rows.filter(**{f"{name}__in": values})
            if query.text:
                return backend.search(query.text, rows, operator="and")
            return backend.search(_match_all(), rows)

        found = results()
        return {
            "results": [{"title": row.title, "summary": row.summary} for row in found[:PAGE]],
            "count": found.count(),
            "facets": {name: dict(results(but=name).facet(name)) for name in FACETS},
        }


def _match_all() -> Any:
    from wagtail.search.query import MATCH_ALL

    return MATCH_ALL


class GroupBy:
    """SQL over the catalog's own tables: match, rank, and one GROUP BY per facet."""

    name = "plain SQL, GROUP BY per facet"

    def ask(self, query: MadeQuery) -> int:
        """Answer with one statement for the hits, one for the total and one per facet."""
        expression = parse_text(query.text) if query.text else None
        match, rank, parameters = "", "record.id", []
        source = "clearinghouse_search_searchrecord record"
        if expression is not None:
            source += f" JOIN {TABLE} text ON "
            if connection.vendor == "sqlite":
                source += "text.rowid = record.id"
                match, rank = f" AND {TABLE} MATCH %s", f"bm25({TABLE}, 10, 4, 1, 5, 2, 0.5)"
                source = source.replace(" text ON text.", f" ON {TABLE}.")
                parameters = [match_text(expression)]
            else:
                source += "text.record_id = record.id"
                match = " AND text.vector @@ %s::tsquery"
                rank = "-ts_rank(text.vector, %s::tsquery)"
                parameters = [query_text(expression)]
        ranked = [*parameters, *parameters] if rank.count("%s") else parameters
        with connection.cursor() as cursor:
            where, values = self._where(query.selections)
            cursor.execute(
                f"SELECT record.id, record.payload FROM {source}"
                f" WHERE record.payload IS NOT NULL{match}{where}"
                f" ORDER BY {rank} LIMIT {PAGE}",
                [*parameters, *values, *(parameters if ranked is not parameters else [])],
            )
            cursor.fetchall()
            cursor.execute(
                f"SELECT count(*) FROM {source} WHERE record.payload IS NOT NULL{match}{where}",
                [*parameters, *values],
            )
            (total,) = cursor.fetchone()
            for name in FACETS:
                others = {key: chosen for key, chosen in query.selections.items() if key != name}
                where, values = self._where(others)
                cursor.execute(
                    f"SELECT facet.value, count(*) FROM {source}"
                    " JOIN clearinghouse_search_searchfacet facet ON facet.record_id = record.id"
                    f" WHERE facet.facet = %s{match}{where} GROUP BY facet.value",
                    [name, *parameters, *values],
                )
                cursor.fetchall()
        return int(total)

    def _where(self, selections: dict[str, Sequence[str]]) -> tuple[str, list[str]]:
        sql, parameters = "", []
        for name, values in selections.items():
            marks = ", ".join(["%s"] * len(values))
            sql += (
                " AND record.id IN (SELECT record_id FROM clearinghouse_search_searchfacet"
                f" WHERE facet = %s AND value IN ({marks}))"
            )
            parameters += [name, *values]
        return sql, parameters


class RawElasticsearch:
    """One request a search over a bare HTTP connection, as plain as Elasticsearch allows."""

    index_name = "clearinghouse-benchmark"

    def __init__(self, url: str, *, highlights: bool = False) -> None:
        self.name = "raw Elasticsearch, one request"
        self._highlight: dict[str, Any] = {}
        if highlights:  # as the catalog's answers have them
            self.name += ", with highlights"
            self._highlight = {"highlight": {"fields": {"summary": {}, "body": {}}}}
        self._pool = urllib3.connection_from_url(url, maxsize=2)

    def _send(self, method: str, path: str, body: str = "") -> Any:
        answer = self._pool.request(
            method, path, body=body.encode(), headers={"Content-Type": "application/json"}
        )
        return json.loads(answer.data)

    def clear(self) -> None:
        """Make the index anew with the built-in English analyzer."""
        text = {"type": "text", "analyzer": "english"}
        mapping = dict.fromkeys(("title", "summary", "body"), text)
        mapping |= {name: {"type": "keyword"} for name in FACETS}
        self._send("DELETE", f"/{self.index_name}")
        self._send(
            "PUT",
            f"/{self.index_name}",
            json.dumps(
                {
                    "settings": {"number_of_shards": 1, "number_of_replicas": 0},
                    "mappings": {"properties": mapping},
                }
            ),
        )

    def add(self, records: Iterable[MadeRecord]) -> None:
        """Store records in bulk, and merge them into one segment."""
        lines: list[str] = []
        for record in records:
            document = {
                "title": record.title,
                "summary": record.summary,
                "body": record.body,
                **{name: list(record.facets[name]) for name in FACETS},
            }
            lines += ['{"index": {}}', json.dumps(document)]
            if len(lines) >= 2 * BATCH:
                self._bulk(lines)
                lines = []
        if lines:
            self._bulk(lines)
        self._send("POST", f"/{self.index_name}/_forcemerge?max_num_segments=1")
        self._send("POST", f"/{self.index_name}/_refresh")

    def _bulk(self, lines: list[str]) -> None:
        answer = self._send("POST", f"/{self.index_name}/_bulk", "\n".join(lines) + "\n")
        if answer["errors"]:
            message = f"refused: {answer['items'][0]}"
            raise RuntimeError(message)

    def ask(self, query: MadeQuery) -> int:
        """Send the request and read the answer."""
        answer = self._send(
            "POST",
            f"/{self.index_name}/_search?request_cache=false",
            json.dumps(self._body(query)),
        )
        return int(answer["hits"]["total"]["value"])

    def _body(self, query: MadeQuery) -> dict[str, Any]:
        text = {
            "multi_match": {
                "query": query.text,
                "type": "cross_fields",
                "operator": "and",
                "fields": ["title^10", "summary^4", "body"],
            }
        }

        def chosen(but: str = "") -> dict[str, Any]:
            filters = [
                {"terms": {name: list(values)}}
                for name, values in query.selections.items()
                if name != but
            ]
            return {"bool": {"filter": filters}}

        return {
            **(self._highlight if query.text else {}),
            "size": PAGE,
            "track_total_hits": True,
            "query": text if query.text else {"match_all": {}},
            "post_filter": chosen(),
            "_source": ["title", "summary", *FACETS],
            "aggs": {
                name: {
                    "filter": chosen(but=name),
                    "aggs": {"values": {"terms": {"field": name, "size": 100}}},
                }
                for name in FACETS
            },
        }
