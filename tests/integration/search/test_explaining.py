"""The admin explains a search: visible or hidden, part by part, choices, place."""

import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupPagePermission, PageViewRestriction

from search.engines.elasticsearch import ElasticsearchEngine
from search.enums import Hidden, Kind, Tier
from search.explaining import SearchExplanation, candidates, explain_search
from search.models import SearchRecord, Synonym
from search.query import InvalidQuery
from search.rebuilding import rebuild_copy
from tests.hostile import TEXTS
from tests.integration.search.building import TODAY, Catalog, person, term, topic

ADDRESS = "/admin/explain-search/"
pytestmark = pytest.mark.django_db


def explained(page: Any, kind: Kind | None = None, **asked: str) -> SearchExplanation:
    return explain_search(page, kind, {name: [value] for name, value in asked.items()})


def may_edit(catalog: Catalog) -> None:
    """Let the keepers of the index edit all pages, too."""
    GroupPagePermission.objects.create(
        group=Group.objects.get(name__contains="change_searchrecord"),
        page=catalog.root,
        permission=Permission.objects.get(
            content_type__app_label="wagtailcore", codename="change_page"
        ),
    )


def test_what_is_found_has_tier_and_place(catalog: Catalog, committed: Any) -> None:
    with committed():
        first = catalog.resource("Listening well", summary="x")
        second = catalog.resource("Second", summary="Listening")
        third = catalog.resource("Third", summary="x", body="<p>Listening</p>")
        other = catalog.resource("Other", summary="x")
    found = [explained(page, q="listening") for page in (first, second, third, other)]
    assert [(row.place, row.is_found) for row in found] == [
        (1, True),
        (2, True),
        (3, True),
        (None, False),
    ]
    tiers = [row.text.tier if row.text else "" for row in found]
    assert tiers == [Tier.TITLE, Tier.HEAD, Tier.ANYWHERE, None]


@pytest.mark.elasticsearch
def test_elasticsearch_gives_the_same_explanation(
    catalog: Catalog, committed: Any, settings: Any
) -> None:
    with committed():
        page = catalog.resource("Listening well", summary="x")
        catalog.resource("Second", summary="Listening")
    by_database = explained(page, q="listening")
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_URL"]
    settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX = f"integration-{uuid.uuid4().hex}"
    settings.CLEARINGHOUSE_ELASTICSEARCH_SECONDS = 30.0
    engine = ElasticsearchEngine(
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL, settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX
    )
    try:
        rebuild_copy(engine)
        found = explained(page, q="listening")
    finally:
        engine.drop()
    assert found.answer.engine == "elasticsearch"
    assert (found.text, found.place) == (by_database.text, by_database.place)


def test_synonyms_of_the_site_are_used_and_named(catalog: Catalog, committed: Any) -> None:
    with committed():
        page = catalog.resource("Talk", summary="x")
        Synonym.objects.create(terms="parley = talk")
    found = explained(page, q="parley")
    assert (found.is_found, found.place) == (True, 1)
    assert found.text is not None
    (group,) = found.text.groups
    assert [way.asked for way in group.ways if way.matches] == [("talk",)]


def test_what_is_hidden_says_why(catalog: Catalog, committed: Any) -> None:
    past = TODAY - timedelta(days=400)
    with committed():
        private = catalog.resource("Private")
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        pages = {
            (Hidden.DRAFT,): catalog.resource("Draft", live=False),
            (Hidden.PRIVATE,): private,
            (Hidden.DRAFT, Hidden.UNAPPROVED): catalog.curriculum("Unapproved", approve=False),
            (Hidden.DRAFT, Hidden.EXPIRED): catalog.curriculum(
                "Expired", approved_on=past, expires_on=TODAY - timedelta(days=1)
            ),
            (): catalog.curriculum("Last day", approved_on=past, expires_on=TODAY),
        }
    for reasons, page in pages.items():
        page.refresh_from_db()
        found = explained(page, q=page.title)
        assert (found.hidden, found.is_found) == (reasons, not reasons), page.title
        assert (found.place is None) is bool(reasons)
    early = pages[()]
    before = explain_search(early, None, {}, today=past - timedelta(days=1))
    assert before.hidden == (Hidden.NOT_YET,)
    after = explain_search(early, None, {}, today=TODAY + timedelta(days=1))
    assert (after.hidden, after.place) == ((Hidden.EXPIRED,), None)


def test_what_expired_or_waits_says_so(catalog: Catalog, committed: Any) -> None:
    with committed():
        gone, page = catalog.resource("Gone"), catalog.resource("Waiting")
    with committed():
        gone.live, gone.expired = False, True
        gone.save()
    assert explained(gone).hidden == (Hidden.EXPIRED,)
    record = SearchRecord.objects.get(page=page)
    record.version += 1
    record.save()
    assert (explained(page).hidden, explained(page).change_waits) == ((), True)
    record.payload = None
    record.save()
    assert explained(page).hidden == (Hidden.WAITING,)
    record.version = record.indexed_version
    record.save()
    assert explained(page).hidden == (Hidden.NO_ADDRESS,)


def test_choices_and_kind_exclude(catalog: Catalog, committed: Any) -> None:
    crisis, talk = topic("crisis-recognition"), topic("communication-skills")
    with committed():
        page = catalog.resource("Listening", core_topics=[talk], audiences=[])
        catalog.resource(core_topics=[crisis], audiences=[term("audience", "patrol-officers")])
    found = explained(page, core_topic=crisis.slug, audience="patrol-officers")
    assert [(row.facet, row.chosen, row.own) for row in found.excluding] == [
        ("core_topic", (crisis.label,), (talk.label,)),
        ("audience", (term("audience", "patrol-officers").label,), ()),
    ]
    assert (found.is_found, found.place) == (False, None)
    assert explained(page, core_topic=talk.slug).is_found
    other = explained(page, Kind.CURRICULUM)
    assert (other.is_other_kind, other.is_found, other.place) == (True, False, None)


def test_what_makes_no_query_names_its_faults(catalog: Catalog, committed: Any) -> None:
    with committed():
        page = catalog.resource("Listening")
    with pytest.raises(InvalidQuery):
        explained(page, audience="nobody")
    beside = {"page": ["7"], "sort": ["x"], "page_size": ["0"]}
    assert explain_search(page, None, beside).is_found


def test_the_page_tells_it_in_words(keeper: Client, catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening", slug="listening", summary="Well")
        catalog.resource("Nothing", slug="nothing")
    asked = {"q": "listening", "record": "listening", "kind": "resource"}
    page = keeper.get(ADDRESS, asked).content.decode()
    assert "The search finds this page." in page
    assert "1 record is found; this page is number 1." in page
    assert "All of it stands in the title" in page
    asked = {"q": "listening nowhere", "record": "listening", "choices": "/library/?year=1999#x"}
    page = keeper.get(ADDRESS, asked).content.decode()
    assert "The search does not find this page." in page
    assert "Year: chosen is 1999; the page has none" in page
    assert "not in the record" in page
    page = keeper.get(ADDRESS, {"q": "the", "record": "listening"}).content.decode()
    assert "only words that are not searched" in page


def test_an_empty_form_and_a_prefilled_one_explain_nothing(keeper: Client) -> None:
    assert keeper.get(ADDRESS).context.get("explained") is None
    page = keeper.get(ADDRESS, {"q": "listening"})
    assert page.context.get("explained") is None
    assert 'value="listening"' in page.content.decode()


@pytest.mark.parametrize("how", ["slug", "uid", "title", "part"])
def test_a_page_is_named_by_slug_uid_or_title(
    keeper: Client, catalog: Catalog, committed: Any, how: str
) -> None:
    with committed():
        page = catalog.resource("Listening well", slug="lw")
        catalog.resource("Other")
    words = {"slug": "lw", "uid": str(page.uid), "title": "LISTENING WELL", "part": "tening"}[how]
    assert keeper.get(ADDRESS, {"record": words}).context["explained"].page == page


def test_one_of_several_pages_is_chosen(keeper: Client, catalog: Catalog, committed: Any) -> None:
    with committed():
        pages = [catalog.resource(f"Listening {number}") for number in range(3)]
    answer = keeper.get(ADDRESS, {"q": "a&b", "record": "Listening"})
    assert answer.context.get("explained") is None
    choices = answer.context["choices"]
    assert [page for page, _ in choices] == pages
    answer = keeper.get(ADDRESS + choices[1][1])
    assert answer.context["explained"].page == pages[1]
    assert answer.context["explained"].query.text == "a&b"


def test_a_draft_is_told_only_to_those_who_may_open_it(
    keeper: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Secret draft", slug="secret", live=False)
        catalog.resource("Public", slug="public")
    page = keeper.get(ADDRESS, {"record": "secret"}).content.decode()
    assert "No such curriculum or resource." in page
    assert "Secret draft" not in page
    assert keeper.get(ADDRESS, {"record": "public"}).context["explained"].is_found
    may_edit(catalog)
    page = keeper.get(ADDRESS, {"record": "secret"}).content.decode()
    assert "No search finds this page" in page
    assert "it is a draft" in page


def test_hostile_input_is_answered(keeper: Client, catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Listening", slug="listening")
    ways: list[Callable[[str], dict[str, str]]] = [
        lambda text: {"q": text, "record": "listening"},
        lambda text: {"record": text},
        lambda text: {"record": "listening", "choices": f"?year={text}&{text}"},
    ]
    for text, way in product(TEXTS, ways):
        answer = keeper.get(ADDRESS, way(text))
        if "\0" in text:  # no address of the admin has one
            assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
            continue
        assert answer.status_code == 200, text
        assert "<script>alert(1)" not in answer.content.decode()
        assert "<img src=x" not in answer.content.decode()


def test_too_many_parameters_are_a_fault_of_the_form(
    keeper: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Listening", slug="listening")
    asked = {"record": "listening", "choices": "?" + "a=1&" * 101}
    assert "too many parameters" in keeper.get(ADDRESS, asked).content.decode()


def test_titles_are_escaped(keeper: Client, catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("<script>alert(1)</script> one", slug="one")
        catalog.resource("<script>alert(1)</script> two", slug="two")
    for words in ("one", "script"):
        page = keeper.get(ADDRESS, {"record": words, "q": "<b>alert</b>"}).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_nobody_else_may_ask(client: Client) -> None:
    user = person("view_searchedtext")
    assert client.get(ADDRESS).status_code == 302
    client.force_login(user)
    assert client.get(ADDRESS, {"record": "x"}).status_code == 302
    assert "explain-search" not in client.get("/admin/").content.decode()


def test_the_number_of_queries_does_not_grow(
    keeper: Client, catalog: Catalog, committed: Any
) -> None:
    counts = []
    for size in (1, 3):
        with committed():
            for _ in range(size):
                catalog.resource(f"Listening in {size}")
            target = catalog.resource("Target", slug=f"target-{size}", summary="Listening")
        asked = {"q": "listening", "record": str(target.uid)}
        keeper.get(ADDRESS, asked)
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(ADDRESS, asked).context["explained"].is_found
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_candidates_take_a_query_for_each_kind(
    catalog: Catalog, committed: Any, django_user_model: Any
) -> None:
    admin = django_user_model.objects.create_superuser("root@example.org", password="x")
    with committed():
        for number in range(3):
            catalog.resource(f"Listening {number}")
    with CaptureQueriesContext(connection) as queries:
        assert len(candidates(admin, "Listening")) == 3
    assert len(queries) == 2
