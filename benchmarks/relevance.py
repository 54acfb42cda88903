"""How well the engines answer the judged queries: nDCG@10 by query and the mean, for each engine.

    python benchmarks/relevance.py [--accept]

Asks the database of `DATABASE_URL` (a SQLite file of its own where it is not set), and
Elasticsearch where `ELASTICSEARCH_URL` names one, in an index of its own. Everything is rolled
back. `--accept` writes the figures as the baseline that the tests hold every later change to.
"""

import argparse
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402 - the path first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from search.engines import EngineChoice, SearchEngine  # noqa: E402
from search.engines.database import DatabaseEngine  # noqa: E402
from search.engines.elasticsearch import ElasticsearchEngine  # noqa: E402
from search.models import SearchRecord  # noqa: E402
from tests.contract.search.corpus import Index  # noqa: E402
from tests.contract.search.relevance.judged import (  # noqa: E402
    BASELINE,
    Asked,
    ask_all,
    corpus,
    engine_key,
    read_baseline,
)
from tests.contract.search.relevance.judging import mean  # noqa: E402

INDEX = "clearinghouse-judged-queries"


def answered(engine: SearchEngine) -> list[Asked]:
    """Return how an engine answers every judged query; nothing of it stays."""
    with transaction.atomic():
        SearchRecord.objects.all().delete()
        index = Index(EngineChoice(engine), {})
        index.store(corpus())
        found = ask_all(index.choice)
        transaction.set_rollback(True)
    return found


def main() -> None:
    """Ask, print, and write what is accepted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--accept", action="store_true", help="write the baseline of the tests")
    accept = parser.parse_args().accept
    call_command("migrate", verbosity=0)
    found = {engine_key("database", connection.vendor): answered(DatabaseEngine())}
    if url := os.environ.get("ELASTICSEARCH_URL"):
        engine = ElasticsearchEngine(url, INDEX)
        engine.clear()
        try:
            found[engine_key("elasticsearch", "")] = answered(engine)
        finally:
            engine.drop()
    scores = {key: {a.judged.query: a.score for a in asked} for key, asked in found.items()}
    accepted = read_baseline()
    table = Table(title="nDCG@10", caption="in brackets: accepted")
    table.add_column("query")
    for key in scores:
        table.add_column(key, justify="right")
    for query in next(iter(scores.values())):
        cells = [(scores[key][query], accepted.get(key, {}).get(query)) for key in scores]
        table.add_row(query, *(_cell(now, before) for now, before in cells))
    table.add_section()
    means = [(mean(own), accepted.get(key)) for key, own in scores.items()]
    table.add_row("mean", *(_cell(now, mean(own) if own else None) for now, own in means))
    Console().print(table)
    if accept:
        _write({**accepted, **scores})


def _cell(now: float, before: float | None) -> str:
    return f"{now:.3f} (new)" if before is None else f"{now:.3f} ({before:.3f})"


def _write(scores: dict[str, dict[str, float]]) -> None:
    content = {
        key: {"mean": round(mean(own), 4), "queries": {q: round(s, 4) for q, s in own.items()}}
        for key, own in sorted(scores.items())
    }
    BASELINE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
