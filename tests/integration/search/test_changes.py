"""Every kind of change that can alter an answer, by the answer before and after."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Locale, PageViewRestriction, Site
from wagtail.models import Page as WagtailPage

from resource_library.models import ResourceIndexPage
from review_workflow.enums import ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import record_approval_event
from search.enums import Kind
from search.models import SearchRecord, Synonym
from search.selectors import generation_key, search_catalog
from tests.integration.search.building import (
    TODAY,
    Catalog,
    ask,
    counts,
    organisation,
    term,
    titles,
    topic,
)

pytestmark = pytest.mark.django_db


def test_drafts_appear_when_they_are_published_and_go_when_they_are_not(
    catalog: Catalog, committed: Any
) -> None:
    with committed():
        page = catalog.resource("Listening", live=False)
    assert titles() == []
    with committed():
        page.save_revision().publish()
    assert titles() == ["Listening"]
    page.title = "Listening well"
    with committed():
        revision = page.save_revision()
    assert titles(q="listening") == ["Listening"]
    with committed():
        revision.publish()
    assert titles(q="well") == ["Listening well"]
    page.refresh_from_db()
    with committed():
        page.unpublish()
    assert titles() == []


def test_deleted_pages_go_and_keep_a_hidden_row(catalog: Catalog, committed: Any) -> None:
    with committed():
        page = catalog.resource("Listening")
    uid = page.uid
    with committed():
        page.delete()
    assert titles() == []
    row = SearchRecord.objects.get(uid=uid)
    assert (row.page_id, row.payload, row.body) == (None, None, "")


def test_pages_go_with_their_parent(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening")
    with committed():
        WagtailPage.objects.get(pk=catalog.library.pk).delete()
    assert titles(q="listening") == []


def test_moved_pages_have_their_new_address(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening", slug="listening")
    with committed():
        other = catalog.root.add_child(instance=ResourceIndexPage(title="Old", slug="old"))
        catalog.library.refresh_from_db()
        catalog.library.get_children().first().move(other, pos="last-child")
    assert [hit.path for hit in ask().hits] == ["/old/listening/"]


def test_moved_parents_take_their_pages_along(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening", slug="listening")
        shelf = catalog.root.add_child(instance=ResourceIndexPage(title="Shelf", slug="shelf"))
    with committed():
        catalog.library.refresh_from_db()
        shelf.refresh_from_db()
        catalog.library.move(shelf, pos="last-child")
    assert [hit.path for hit in ask().hits] == ["/shelf/library/listening/"]


def test_a_renamed_ancestor_changes_the_addresses_below(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening", slug="listening")
    catalog.library.refresh_from_db()
    catalog.library.slug = "books"
    with committed():
        catalog.library.save_revision().publish()
    assert [hit.path for hit in ask().hits] == ["/books/listening/"]


def test_aliases_do_not_appear_until_they_stand_for_themselves(
    catalog: Catalog, committed: Any
) -> None:
    with committed():
        page = catalog.resource("Listening")
    with committed():
        alias = CreatePageAliasAction(page, parent=catalog.library, update_slug="copy").execute(
            skip_permission_checks=True
        )
    assert ask().count == 1
    page.title = "Listening well"
    with committed():
        page.save_revision().publish()
    assert titles() == ["Listening well"]
    alias = alias.specific
    alias.refresh_from_db()
    alias.alias_of = None
    with committed():
        alias.save()
    assert ask().count == 2
    assert len({hit.uid for hit in ask().hits}) == 2


def test_translations_answer_in_their_language(catalog: Catalog, committed: Any) -> None:
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    with committed():
        page = catalog.resource("Listening")
        page.copy_for_translation(spanish, copy_parents=True)
    assert ask().count == 1
    translated = page.get_translation(spanish).specific
    translated.title = "Escuchar"
    with committed():
        translated.save_revision().publish()
    assert titles() == ["Listening"]
    answer = search_catalog(None, {}, language="es", today=TODAY)
    assert [(hit.title, hit.path.startswith("/es/")) for hit in answer.hits] == [("Escuchar", True)]


@pytest.mark.parametrize("inherited", [False, True])
def test_private_pages_go_and_return(catalog: Catalog, committed: Any, *, inherited: bool) -> None:
    with committed():
        page = catalog.resource("Listening")
    target = catalog.library if inherited else page
    with committed():
        restriction = PageViewRestriction.objects.create(
            page_id=target.pk, restriction_type=PageViewRestriction.LOGIN
        )
    assert titles() == []
    with committed():
        restriction.restriction_type = PageViewRestriction.GROUPS
        restriction.save()
        restriction.groups.add(Group.objects.first())
    assert titles() == []
    with committed():
        restriction.delete()
    assert titles() == ["Listening"]


def test_only_approved_curricula_appear_and_only_while_approved(
    catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.curriculum("Draft", approve=False)
        page = catalog.curriculum("Calm", expires_on=TODAY + dt.timedelta(days=2))
    assert titles() == ["Calm"]
    last = TODAY + dt.timedelta(days=2)
    assert titles(today=last) == ["Calm"]
    assert titles(today=last + dt.timedelta(days=1)) == []
    assert counts(ask(Kind.CURRICULUM, today=last + dt.timedelta(days=1)), "year") == {}
    approval = page.approvals.get()
    for kind, found in (
        (ApprovalEventKind.REVIEW_OPENED, ["Calm"]),
        (ApprovalEventKind.SUSPENDED, []),
        (ApprovalEventKind.REINSTATED, ["Calm"]),
        (ApprovalEventKind.WITHDRAWN, []),
    ):
        with committed():
            record_approval_event(approval=approval, event=Event(kind, TODAY), reason="Test")
        assert titles() == found


def test_renamed_words_of_the_vocabulary_are_renamed_in_answers(
    catalog: Catalog, committed: Any
) -> None:
    parent = topic("speaking")
    child = topic("hearing", parent=parent)
    guide = term("resource_type", "guide")
    publisher = organisation("Old Press")
    with committed():
        catalog.resource("Listening", core_topics=[child], publisher=publisher)
    with committed():
        child.label = "Hearing well"
        child.save()
        guide.label = "Handbook"
        guide.save()
        publisher.name = "New Press"
        publisher.save()
    (hit,) = ask(q="new press").hits
    assert hit.core_topics == (("hearing", "Hearing well"),)
    assert hit.fields["resource_type"]["label"] == "Handbook"
    assert hit.fields["publisher"]["label"] == "New Press"
    labels = {bucket.value: bucket.label for f in ask().facets for bucket in f.buckets}
    assert labels["hearing"] == "Hearing well"
    assert labels["guide"] == "Handbook"
    assert labels["old-press"] == "New Press"


def test_a_topic_that_moves_in_the_tree_counts_elsewhere(catalog: Catalog, committed: Any) -> None:
    first, second = topic("first"), topic("second")
    child = topic("child", parent=first)
    with committed():
        catalog.resource("Listening", core_topics=[child])
    assert counts(ask(), "core_topic") == {"first": 1, "child": 1}
    child.parent = second
    with committed():
        child.save()
    assert counts(ask(), "core_topic") == {"second": 1, "child": 1}
    assert titles(core_topic="second") == ["Listening"]


def test_a_provider_of_another_sector_counts_there(catalog: Catalog, committed: Any) -> None:
    with committed():
        page = catalog.curriculum("Calm", provider="Police")
    assert counts(ask(), "sector") == {"public": 1}
    party = page.provider.organisation
    party.sector = "private"
    with committed():
        party.save()
    assert counts(ask(), "sector") == {"private": 1}


def test_synonyms_are_expanded_as_soon_as_they_are_saved(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Talking people down")
    assert titles(q="persuasion") == []
    with committed():
        synonym = Synonym.objects.create(terms="persuasion = talking down = talking people down")
    assert titles(q="persuasion") == ["Talking people down"]
    with committed():
        synonym.delete()
    assert titles(q="persuasion") == []


def test_a_renamed_tag_is_found(catalog: Catalog, committed: Any) -> None:
    with committed():
        page = catalog.resource("Listening", live=False)
        page.tags.add("ancient")
        page.save_revision().publish()
    tag = page.tags.get()
    assert titles(q="ancient") == ["Listening"]
    tag.name = "modern"
    with committed():
        tag.save()
    assert titles(q="modern") == ["Listening"]


def test_another_root_of_the_site_changes_addresses(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening", slug="listening")
    site = Site.objects.get(is_default_site=True)
    site.root_page = WagtailPage.objects.get(pk=catalog.library.pk)
    with committed():
        site.save()
    assert [hit.path for hit in ask().hits] == ["/listening/"]


def test_every_public_change_is_another_generation(catalog: Catalog, committed: Any) -> None:
    keys = [generation_key()]

    def changed() -> bool:
        keys.append(generation_key())
        return keys[-1] != keys[-2]

    with committed():
        page = catalog.resource("Listening")
        assert changed()  # already within the transaction
    changed()
    page.title = "Draft only"
    with committed():
        page.save_revision()
    assert not changed()
    with committed():
        organisation("Another")
    assert changed()
    with committed():
        home = WagtailPage.objects.get(pk=catalog.root.pk)
        home.title = "Another title"
        home.save_revision().publish()
    assert changed()
    with committed():
        Locale.objects.get_or_create(language_code="es")
    assert changed()
    assert not changed()


def test_a_rolled_back_change_leaves_no_trace(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening")
    key = generation_key()

    with transaction.atomic():
        catalog.resource("Never")
        transaction.set_rollback(True)
    assert titles() == ["Listening"]
    assert generation_key() == key
