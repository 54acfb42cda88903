"""The judged set and its baseline as they lie in this folder, and what an engine makes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.answers import answer_of
from search.engines import EngineChoice, Question
from search.engines.database.reading import current_state
from search.enums import Kind
from search.models import Synonym
from search.query import CatalogAnswer, CatalogQuery
from search.records import CatalogRecord
from search.text import SynonymTable, parse_text
from tests.contract.search.corpus import LABELS, LOCALE, TODAY, make_record
from tests.contract.search.relevance.judging import DEPTH, Scores, ndcg

FOLDER = Path(__file__).parent
BASELINE = FOLDER / "baseline.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, what its searcher wants, and the grades of records by slug."""

    query: str
    wanted: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """How an engine answered a judged query."""

    judged: Judged
    suggestion: str | None
    """What was asked instead, as a person would, where nothing was found."""
    found_nothing: bool
    """Whether the query as it was typed found nothing."""
    ranking: tuple[str, ...]

    @property
    def score(self) -> float:
        """The nDCG@10."""
        return ndcg(self.ranking, self.judged.grades)


def _queries() -> Any:
    return json.loads((FOLDER / "queries.json").read_text(encoding="utf-8"))


def judged_queries() -> list[Judged]:
    """Return the queries in the order of the file."""
    return [Judged(**query) for query in _queries()["queries"]]


def synonyms() -> SynonymTable:
    """Return the synonyms that the set is judged with."""
    return SynonymTable(Synonym(terms=line).term_list for line in _queries()["synonyms"])


def corpus() -> list[CatalogRecord]:
    """Return the records of the set; all of them are made up."""
    lines = (FOLDER / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        make_record(number, **{**values, "kind": Kind(values["kind"])})
        for number, values in enumerate(map(json.loads, lines), start=1)
    ]


def ask(choice: EngineChoice, judged: Judged, table: SynonymTable) -> Asked:
    """Ask one query, and its suggestion where nothing was found."""
    first = answer = _answer(choice, judged.query, table)
    if not first.count and first.suggestion:
        answer = _answer(choice, first.suggestion, table)
    return Asked(
        judged=judged,
        suggestion=first.suggestion,
        found_nothing=not first.count,
        ranking=tuple(hit.slug for hit in answer.hits),
    )


def _answer(choice: EngineChoice, text: str, table: SynonymTable) -> CatalogAnswer:
    query = CatalogQuery(None, text=text, page_size=DEPTH)
    question = Question(query, parse_text(text, table), LOCALE, TODAY, current_state())
    return answer_of(choice, question, LABELS, table)


def ask_all(choice: EngineChoice) -> list[Asked]:
    """Ask every query of the set."""
    table = synonyms()
    return [ask(choice, judged, table) for judged in judged_queries()]


def engine_key(engine: str, vendor: str) -> str:
    """Return the name of a ranking: the databases' formulas differ, Elasticsearch's is one."""
    return vendor if engine == "database" else engine


def read_baseline() -> dict[str, Scores]:
    """Return the accepted nDCG@10 by ranking and query."""
    if not BASELINE.exists():
        return {}
    return {
        key: found["queries"]
        for key, found in json.loads(BASELINE.read_text(encoding="utf-8")).items()
    }
