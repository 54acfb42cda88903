"""A rebuild in a process of its own, while the public searches and editors publish."""

from collections import Counter
from collections.abc import Iterable

import pytest

from benchmarks.catalog import OurEngine, name_values
from benchmarks.corpus import MadeRecord, records
from search.comparing import differences
from search.engines.elasticsearch import ElasticsearchEngine
from search.rebuilding import rebuild_copy
from search.selectors import stand_ready
from tests.integration.search.building import Catalog, ask

from .conftest import Further
from .public import Public, Search

pytestmark = [
    pytest.mark.fault,
    pytest.mark.postgresql,
    pytest.mark.elasticsearch,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("migrated_rows"),
]
FEW, MANY = 2_000, 100_000
NAMED = ("core_topic", "stage")
WORD = "dispatcher"
MOST_SECONDS = 2.0
MOST_GROWTH = 40
"""Megabytes that a rebuild may take beyond those that its first fifth took."""
SECONDS = 3_600


def counted(made: Iterable[MadeRecord]) -> list[Search]:
    """Return a search for each value of two facets, and one for a word, counted by hand."""
    values: Counter[tuple[str, str]] = Counter()
    for record in made:
        values.update((name, value) for name in NAMED for value in record.facets[name])
        values["q", f'"{WORD}"'] += WORD in f"{record.title} {record.summary} {record.body}".split()
    return [
        Search("/api/v1/curricula", {name: [value]}, count)
        for (name, value), count in values.items()
    ]


def test_nobody_notices_a_rebuild(
    elasticsearch: ElasticsearchEngine,
    catalog: Catalog,
    further: Further,
    request: pytest.FixtureRequest,
) -> None:
    size = MANY if request.config.getoption("full") else FEW
    name_values()
    OurEngine().add(records(size))
    rebuild_copy(elasticsearch)
    stand_ready()
    before = elasticsearch.life.serving()
    searches = [*counted(records(size)), Search("/api/v1/curricula", {}, size)]
    published = 0
    with Public(20, searches) as public:
        process = further("rebuild")
        while process.poll() is None:
            published += 1
            page = catalog.resource(f"Published meanwhile as number{published}")
            page.save_revision().publish()
            assert [hit.title for hit in ask(q=f"number{published}").hits] == [page.title]
    output, _ = process.communicate(timeout=SECONDS)
    early, last = map(int, output.split())
    figures = f"{len(public.statuses)} searches, {published} publications, slowest {public.slowest}"
    print(f"{figures} s; {early} MB, at last {last}")  # noqa: T201 - whoever runs it notes them
    assert process.returncode == 0
    assert len(public.statuses) > len(searches)
    assert set(public.statuses) == {200}
    assert public.wrong == []
    assert public.slowest < MOST_SECONDS
    assert "elasticsearch" in public.engines
    assert last - early < MOST_GROWTH
    assert elasticsearch.life.serving() != before
    assert list(differences(elasticsearch)) == []
    answer = ask(page_size="1")
    assert (answer.engine, answer.count) == ("elasticsearch", size + published)
