"""What stands in public attached files is found, and nothing else of what is attached."""

import io
import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import docx
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from clearinghouse.due import do_due_work
from curriculum_pages.models import CurriculumFile, CurriculumPage
from curriculum_pages.services import store_file
from resource_library.enums import TextState, Unreadable
from resource_library.models import ResourcePage
from resource_library.services import MOST_ATTEMPTS
from search.attachments import read_waiting
from search.engines.elasticsearch import ElasticsearchEngine
from search.models import AttachedText, SearchRecord
from search.reconciliation import reconcile
from search.records import records_for
from tests.integration.curriculum_pages.conftest import approve
from tests.integration.search.building import Catalog, ask, titles

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["database", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def engine(request: Any, settings: Any) -> Iterator[str]:
    """The engine that answers."""
    if request.param == "database":
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = ""
        yield request.param
        return
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_URL"]
    settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX = f"integration-{uuid.uuid4().hex}"
    yield request.param
    ElasticsearchEngine(
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL, settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX
    ).drop()


def word_file(*paragraphs: str) -> bytes:
    written = docx.Document()
    for paragraph in paragraphs:
        written.add_paragraph(paragraph)
    buffer = io.BytesIO()
    written.save(buffer)
    return buffer.getvalue()


def document(content: bytes, *, hashed: bool = True, **values: Any) -> Document:
    made = Document(title="Attached", file=ContentFile(content, name="a.docx"), **values)
    if hashed:
        made._set_document_file_metadata()
    made.save()
    return made


def curriculum(catalog: Catalog, **contents: bytes) -> CurriculumPage:
    """Publish a curriculum with a file for each visibility that is named."""
    page = catalog.curriculum("Attached to", slug="attached-to", approve=False)
    page.files = [
        CurriculumFile(
            title=who,
            visibility=who,
            name="a.docx",
            stored_file=store_file(content=ContentFile(content, name="a.docx"), name="a.docx"),
        )
        for who, content in contents.items()
    ]
    approve(page)
    return CurriculumPage.objects.get(pk=page.pk)


def states() -> list[tuple[str, str]]:
    return sorted(AttachedText.objects.values_list("state", "reason"))


def test_what_stands_in_the_file_of_a_resource_is_found(
    engine: str, catalog: Catalog, committed: Any
) -> None:
    with committed():
        page = catalog.resource(
            "Handout", file=document(word_file("Speak of heliotropes & calm")), body="<p>Own</p>"
        )
    assert titles(q="heliotropes") == []
    assert states() == [("waiting", "")]
    with committed():
        do_due_work()
    answer = ask(q="heliotrope")
    assert (answer.engine, [hit.title for hit in answer.hits]) == (engine, ["Handout"])
    assert "<mark>heliotropes</mark> &amp; calm" in answer.hits[0].highlight
    assert SearchRecord.objects.get(page=page).body == "Own\nSpeak of heliotropes & calm"


def test_only_public_files_of_a_curriculum_are_read(
    engine: str, catalog: Catalog, committed: Any
) -> None:
    with committed():
        curriculum(
            catalog,
            public=word_file("heliotrope"),
            reviewers=word_file("amaranth"),
            staff=word_file("celandine"),
        )
    with committed():
        do_due_work()
        reconcile()
        do_due_work()
    assert titles(q="heliotrope") == ["Attached to"]
    assert titles(q="amaranth") == titles(q="celandine") == []
    assert list(AttachedText.objects.values_list("text", flat=True)) == ["heliotrope"]


def test_a_file_that_is_not_public_any_more_is_never_read(catalog: Catalog, committed: Any) -> None:
    with committed():
        page = curriculum(catalog, public=word_file("heliotrope"))
    assert states() == [("waiting", "")]
    CurriculumFile.objects.filter(page=page).update(visibility="staff")
    with committed():
        assert read_waiting() == 1
    assert not AttachedText.objects.exists()


def test_a_document_in_a_private_collection_is_not_read_and_one_that_becomes_so_is_forgotten(
    catalog: Catalog, committed: Any
) -> None:
    root = Collection.get_first_root_node()
    closed = root.add_child(instance=Collection(name="Closed"))
    below = closed.add_child(instance=Collection(name="Below"))
    with committed():
        catalog.resource("Handout", file=document(word_file("heliotrope"), collection=below))
        read_waiting()
    with committed():
        read_waiting()
    assert titles(q="heliotrope") == ["Handout"]
    with committed():
        restriction = CollectionViewRestriction.objects.create(
            collection=closed, restriction_type=CollectionViewRestriction.LOGIN
        )
    assert titles(q="heliotrope") == []
    assert titles() == ["Handout"]
    with committed():
        reconcile()
    assert not AttachedText.objects.exists()
    with committed():
        restriction.delete()
    with committed():
        read_waiting()
    assert titles(q="heliotrope") == ["Handout"]


def test_a_broken_file_hinders_no_publication(
    engine: str, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Handout", file=document(word_file("heliotrope")[:-300]))
    with committed():
        do_due_work()
    assert titles(q="handout") == ["Handout"]
    assert states() == [(TextState.UNREADABLE, Unreadable.DAMAGED)]
    assert read_waiting() == 0


def test_a_file_that_is_not_there_hinders_nothing(catalog: Catalog, committed: Any) -> None:
    attached = document(word_file("heliotrope"))
    attached.file.storage.delete(attached.file.name)
    with committed():
        catalog.resource("Handout", file=attached)
    with committed():
        read_waiting()
    assert titles(q="handout") == ["Handout"]
    assert states() == [(TextState.UNREADABLE, Unreadable.MISSING)]


def test_the_text_goes_with_the_file(engine: str, catalog: Catalog, committed: Any) -> None:
    with committed():
        page = catalog.resource("Handout", file=document(word_file("heliotrope")))
    with committed():
        read_waiting()
    assert titles(q="heliotrope") == ["Handout"]
    page = ResourcePage.objects.get(pk=page.pk)
    page.file = document(word_file("amaranth"))
    with committed():
        page.save_revision().publish()
    with committed():
        read_waiting()
    assert (titles(q="heliotrope"), titles(q="amaranth")) == ([], ["Handout"])


def test_a_document_whose_content_is_replaced_is_read_anew(
    catalog: Catalog, committed: Any
) -> None:
    attached = document(word_file("heliotrope"))
    with committed():
        catalog.resource("Handout", file=attached)
    with committed():
        read_waiting()
    attached.file = ContentFile(word_file("amaranth"), name="a.docx")
    attached._set_document_file_metadata()
    with committed():
        attached.save()
    with committed():
        read_waiting()
    assert (titles(q="heliotrope"), titles(q="amaranth")) == ([], ["Handout"])


@pytest.mark.parametrize("hashed", [True, False])
def test_the_text_of_a_shared_file_is_read_once(
    catalog: Catalog, committed: Any, *, hashed: bool
) -> None:
    attached = document(word_file("heliotrope"), hashed=hashed)
    with committed():
        catalog.resource("First", file=attached)
        catalog.resource("Second", file=attached)
    with committed():
        assert read_waiting() == 1
    assert sorted(titles(q="heliotrope")) == ["First", "Second"]
    with committed():
        catalog.resource("Third", file=attached)
        assert read_waiting() == 0
    assert sorted(titles(q="heliotrope")) == ["First", "Second", "Third"]


def test_a_claimed_file_is_left_alone_until_its_claim_ends(
    catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Handout", file=document(word_file("heliotrope")))
    AttachedText.objects.update(attempts=1, changed_at=timezone.now())
    assert read_waiting() == 0
    AttachedText.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    with committed():
        assert read_waiting() == 1
    assert titles(q="heliotrope") == ["Handout"]


def test_a_file_over_which_workers_die_is_given_up(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Handout", file=document(word_file("heliotrope")))
    AttachedText.objects.update(
        attempts=MOST_ATTEMPTS, changed_at=timezone.now() - timedelta(hours=1)
    )
    with committed():
        read_waiting()
    assert states() == [(TextState.UNREADABLE, Unreadable.INTERRUPTED)]


def test_reconciling_finds_files_that_nobody_noted(catalog: Catalog, committed: Any) -> None:
    with committed():
        page = catalog.resource("Handout")
    ResourcePage.objects.filter(pk=page.pk).update(file=document(word_file("heliotrope")))
    with committed():
        reconcile()
    with committed():
        read_waiting()
    assert titles(q="heliotrope") == ["Handout"]


def test_a_turn_is_bounded(catalog: Catalog, committed: Any, settings: Any) -> None:
    with committed():
        for number in range(6):
            catalog.resource(file=document(word_file(f"heliotrope {number}")))
    settings.CLEARINGHOUSE_EXTRACTION_SECONDS = 0
    assert read_waiting() == 0
    settings.CLEARINGHOUSE_EXTRACTION_SECONDS = 60
    with committed():
        assert (read_waiting(), read_waiting()) == (5, 1)
    assert len(titles(q="heliotrope")) == 6


@pytest.mark.parametrize("count", [1, 3])
def test_texts_are_read_by_a_constant_number_of_queries(
    catalog: Catalog, committed: Any, django_assert_num_queries: Any, count: int
) -> None:
    with committed():
        pages = [
            catalog.resource(file=document(word_file(f"heliotrope {number}")))
            for number in range(count)
        ]
    with committed():
        read_waiting()
    with django_assert_num_queries(11):
        found = records_for([page.pk for page in pages])
    assert [record.body for record in found.values()] == [
        f"heliotrope {number}" for number in range(count)
    ]
