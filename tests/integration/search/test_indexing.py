"""Applying, retrying, reconciling and rebuilding; what each of them costs."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from resource_library.models import CoreTopicArea, ResourcePage
from search.enums import Kind
from search.indexing import apply_changes, apply_pending, collected_changes, record_change
from search.models import IndexChange, SearchFacet, SearchRecord
from search.reconciliation import Reconciled, reconcile, reindex
from search.records import record_for, records_for
from search.selectors import generation_key
from tests.integration.search.building import Catalog, ask, term, titles, topic

pytestmark = pytest.mark.django_db
FULLTEXT = "clearinghouse_search_fulltext"


def without_fulltext() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {FULLTEXT} RENAME TO {FULLTEXT}_away")


def with_fulltext() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {FULLTEXT}_away RENAME TO {FULLTEXT}")


def test_a_change_that_cannot_be_applied_is_kept_and_applied_later(
    catalog: Catalog, committed: Any
) -> None:
    without_fulltext()
    with committed():
        catalog.resource("Listening")
        catalog.resource("Empathy")
    rows = list(SearchRecord.objects.all())
    assert [(row.attempts, FULLTEXT in row.error, row.payload) for row in rows] == [
        (1, True, None),
        (1, True, None),
    ]
    assert apply_pending().failed == 2
    assert list(SearchRecord.objects.values_list("attempts", flat=True)) == [2, 2]
    with pytest.raises(CommandError):
        call_command("apply_index_changes", verbosity=0, stdout=StringIO())
    with_fulltext()
    assert apply_pending().written == 2
    assert apply_pending().written == 0
    assert titles(q="listening") == ["Listening"]
    assert list(SearchRecord.objects.values_list("attempts", "error")) == [(0, ""), (0, "")]


def test_applying_twice_changes_nothing(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening")
    key = generation_key()
    ids = list(SearchRecord.objects.values_list("pk", flat=True))
    assert apply_changes(ids).written == 0
    assert generation_key() == key


def test_collected_changes_are_applied_as_one(catalog: Catalog, committed: Any) -> None:
    before = IndexChange.objects.count()
    with committed(), transaction.atomic(), collected_changes():
        pages = [catalog.resource(f"Resource {number}") for number in range(4)]
        assert not SearchRecord.objects.exists()
    assert len(titles()) == 4
    generations = set(IndexChange.objects.values_list("seq", flat=True)[before:])
    assert len(generations) <= 2
    assert set(SearchRecord.objects.values_list("page", flat=True)) == {p.pk for p in pages}


def test_reconciling_finds_and_repairs_every_drift(catalog: Catalog, committed: Any) -> None:
    with committed():
        right = catalog.resource("Right")
        stale = catalog.resource("Stale")
        gone = catalog.resource("Gone")
        lost = catalog.resource("Lost")
        hidden = catalog.resource("Hidden", live=False)
        deleted = catalog.resource("Deleted")
    ResourcePage.objects.filter(pk=stale.pk).update(title="Fresh")
    ResourcePage.objects.filter(pk=gone.pk).update(live=False)
    ResourcePage.objects.filter(pk=hidden.pk).update(live=True)
    SearchRecord.objects.filter(page=lost.pk).delete()
    SearchRecord.objects.filter(page=deleted.pk).update(page=None)
    ResourcePage.objects.filter(pk=deleted.pk).update(live=False)
    with committed():
        result = reconcile()
    assert result == Reconciled(checked=5, missing=2, stale=1, should_be_hidden=2)
    assert result.drift == 5
    assert titles() == ["Fresh", "Hidden", "Lost", "Right"]
    assert titles(q="fresh") == ["Fresh"]
    with committed():
        assert reconcile().drift == 0
    assert right.title in titles(q="right")


def test_commands_say_what_they_did(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening")
    for command, said in (
        ("reconcile_search_index", "1 checked: 0 missing, 0 stale, 0 to be hidden"),
        ("rebuild_search_index", "1 records written, 0 hidden."),
        ("apply_index_changes", "0 records written, 0 hidden."),
    ):
        out = StringIO()
        call_command(command, stdout=out, verbosity=0)
        assert said in out.getvalue()


def test_rebuilding_repairs_a_lost_full_text(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening")
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {FULLTEXT}")  # noqa: S608 - our own names
    call_command("rebuild_search_index", stdout=StringIO(), verbosity=0)
    assert titles(q="listening") == ["Listening"]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_records_are_read_and_written_by_a_constant_number_of_queries(
    catalog: Catalog, committed: Any, count: int
) -> None:
    topics = list(CoreTopicArea.objects.all()[:3])
    with committed():
        pages = [
            catalog.resource(core_topics=topics, audiences=[term("audience", "instructors")])
            for _ in range(count)
        ]
        pages += [
            catalog.curriculum(
                core_topics=topics, provider="Police", stages=[term("stage", "in-service")]
            )
            for _ in range(count)
        ]
    ids = [page.pk for page in pages]
    with CaptureQueriesContext(connection) as queries:
        assert len(records_for(ids)) == 2 * count
    assert len(queries) == 21
    reading = len(queries)
    with CaptureQueriesContext(connection) as queries, committed(), transaction.atomic():
        record_change(ids)
    assert len(queries) <= reading + 30
    with CaptureQueriesContext(connection) as queries:
        reindex()
    assert len(queries) <= reading + 30


def test_a_record_tells_all_of_its_page(catalog: Catalog, committed: Any) -> None:
    parent = topic("speaking", "Speaking")
    child = topic("hearing", "Hearing", parent)
    with committed():
        page = catalog.curriculum(
            "Calm",
            slug="calm",
            summary="How to stay calm.",
            description="<p>First &amp; <b>second</b></p><p>third</p>",
            acronym="CLM",
            provider="Police",
            core_topics=[child],
            audiences=[term("audience", "instructors")],
            stages=[term("stage", "in-service")],
            key_elements=[term("key_element", "time-as-a-resource")],
            modality=term("modality", "in-person"),
            minutes=480,
            approved_on=dt.date(2026, 3, 1),
            expires_on=dt.date(2027, 3, 1),
        )
    record = record_for(page.pk)
    assert record is not None
    assert record.body == "CLM\nFirst & second third\nUnit\nPolice"
    assert record.path == "/catalog/calm/"
    assert record.core_topics == (("hearing", "Hearing"),)
    assert record.facets == {
        "core_topic": ("hearing", "speaking"),
        "audience": ("instructors",),
        "key_element": ("time-as-a-resource",),
        "stage": ("in-service",),
        "modality": ("in-person",),
        "method": (),
        "hours": ("8-16",),
        "sector": ("public",),
        "provider": ("police",),
        "language": ("en",),
        "year": ("2026",),
    }
    assert (record.valid_from, record.valid_until) == (dt.date(2026, 3, 1), dt.date(2027, 3, 1))
    assert record.fields["hours"] == 8
    assert record.fields["approval"]["basis"] == "imported"
    (hit,) = ask(Kind.CURRICULUM, provider="police").hits
    assert hit.fields == record.fields
    assert SearchFacet.objects.filter(facet="core_topic").count() == 2


def test_claimed_hours_count_where_no_module_states_any(catalog: Catalog, committed: Any) -> None:
    with committed():
        claimed = catalog.curriculum("Claimed", minutes=None, claimed_hours=40)
        unknown = catalog.curriculum("Unknown", minutes=None)
    first, second = record_for(claimed.pk), record_for(unknown.pk)
    assert first is not None
    assert second is not None
    assert (first.minutes, first.fields["hours_claimed"], first.facets["hours"]) == (
        2400,
        True,
        ("40plus",),
    )
    assert (second.minutes, second.fields["hours"], second.facets["hours"]) == (None, None, ())
    assert titles(sort="hours") == ["Claimed", "Unknown"]
    assert titles(sort="-hours") == ["Claimed", "Unknown"]
