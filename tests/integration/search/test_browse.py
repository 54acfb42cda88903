"""The catalog's and the library's page: its form, its sentences, and what an address may hold."""

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from resource_library.models import ResourceCollectionPage
from search.browsing import FOLD_AFTER, browsing_of
from search.enums import Kind
from search.query import Bucket, CatalogAnswer, CatalogQuery, FacetAnswer
from tests.hostile import NUMBERS, QUERY_STRINGS, TEXTS
from tests.integration.search.building import TODAY, Catalog, organisation, term, topic

pytestmark = pytest.mark.django_db


def html_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_form_shows_results_counts_and_the_state_of_the_address(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        listening = topic("listening", "Listening")
        catalog.curriculum(
            "Listening first",
            provider="Kestrel Academy",
            minutes=960,
            core_topics=[listening],
            modality=term("modality", "blended"),
        )
        catalog.curriculum("Driving", minutes=None, claimed_hours=16)
    page = html_of(client.get("/catalog/?q=listening&core_topic=listening&utm_source=mail&sort="))
    assert "Showing 1–1 of 1 curriculum for “listening”" in page
    assert '<a href="/catalog/listening-first/">' in page or "Listening first</a>" in page
    assert "<mark>" not in page or "&lt;mark" not in page
    assert "Kestrel Academy" in page
    assert "16 h" in page
    assert re.search(r'id="core_topic-listening"[^>]* value="listening"[^>]* checked', page)
    assert 'href="?core_topic=listening"' in page  # the chip of the text
    assert 'href="?q=listening"' in page  # the chip of the topic
    assert "<title>“listening”, Listening – Catalog" in page
    assert re.search(
        r'rel="canonical" href="[^"]*/catalog/\?q=listening&amp;core_topic=listening"', page
    )
    assert "csrf" not in page
    everything = html_of(client.get("/catalog/"))
    assert "16 h (claimed)" in everything
    assert "Showing 1–2 of 2 curricula" in everything


def test_unknown_hours_are_said(client: Client, catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.curriculum("Unmeasured", minutes=None)
    assert "Hours: not stated" in html_of(client.get("/catalog/"))


def test_what_matched_is_marked_and_nothing_else_is_markup(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Bait", summary="<script>alert(1)</script> listening & more")
    page = client.get("/library/?q=listening").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>listening</mark> &amp; more" in page
    assert "<script>alert" not in page
    assert (
        "<script>alert"
        not in client.get("/library/", {"q": '"><script>alert(1)</script>'}).content.decode()
    )


def test_faults_in_the_address_come_back_as_a_form(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.curriculum("Listening first", core_topics=[topic("listening")])
    for address in (
        "?core_topic=nope",
        "?core_topic=",
        "?sort=best",
        "?page=0",
        "?page=one",
        "?page_size=1000",
        "?q=a%00b",
        "?q=" + "x" * 10_000,
        "?core_topic=%00",
        "?hours=4-8&hours=5",
    ):
        response = client.get("/catalog/" + address)
        assert response.status_code == 422, address
        assert 'id="error-summary-heading"' in html_of(response)
    response = client.get("/catalog/?core_topic=nope&core_topic=listening&q=first")
    page = html_of(response)
    assert "“nope”: Unknown value." in page
    assert re.search(r'id="core_topic-listening"[^>]* checked', page)
    assert 'value="first"' in page
    assert "Showing" not in page.split("result-line")[0]


def test_a_page_past_the_last_is_not_found_and_leads_to_the_first(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Listening")
    response = client.get("/library/?q=listening&page=9")
    assert response.status_code == 404
    assert 'href="/library/?q=listening"' in html_of(response)
    assert client.get("/library/?page=1000000000").status_code == 404
    assert client.get("/catalog/?page=1").status_code == 200


def test_pages_keep_the_whole_state(client: Client, catalog: Catalog, committed: Any) -> None:
    with committed():
        for _ in range(3):
            catalog.resource(audiences=[term("audience", "leaders")])
    page = html_of(client.get("/library/?audience=leaders&page_size=1&page=2&sort=-title"))
    assert "Showing 2–2 of 3 resources" in page
    assert 'href="?audience=leaders&amp;sort=-title&amp;page_size=1&amp;page=3"' in page
    assert 'href="?audience=leaders&amp;sort=-title&amp;page_size=1"' in page
    assert '<input type="hidden" name="page_size" value="1">' in page
    assert '<option value="-title" selected>' in page


def test_nothing_found_offers_help_apart_from_the_results(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Listening under pressure", summary="Training for calm voices.")
    typo = html_of(client.get("/library/?q=presure"))
    assert "No resources found for “presure”" in typo
    assert 'href="?q=pressure"' in typo
    most = html_of(client.get("/library/?q=listening+pressure+zebra"))
    assert "Matches most of your words" in most
    assert most.index("No resources found") < most.index("Matches most of your words")
    narrowed = html_of(client.get("/library/?q=listening&resource_type=guide&language=spanish"))
    assert "Clear all filters" in narrowed or "error-summary" in narrowed


def test_collections_stand_on_the_library_until_something_is_chosen(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.library.add_child(
            instance=ResourceCollectionPage(title="Start here", slug="start-here")
        )
        catalog.library.add_child(
            instance=ResourceCollectionPage(title="Unfinished", slug="unfinished", live=False)
        )
        catalog.resource("Listening")
    page = html_of(client.get("/library/"))
    assert "Start here" in page
    assert "Unfinished" not in page
    assert "Start here" not in html_of(client.get("/library/?q=listening"))


def test_private_and_unapproved_pages_are_not_listed(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        secret = catalog.resource("Secret plan")
        catalog.curriculum("Unapproved", approve=False)
        catalog.curriculum("Lapsed", expires_on=TODAY - dt.timedelta(days=1))
        PageViewRestriction.objects.create(
            page=secret, restriction_type=PageViewRestriction.PASSWORD, password="open sesame"
        )
    assert "Secret plan" not in html_of(client.get("/library/"))
    catalog_page = html_of(client.get("/catalog/"))
    assert "Unapproved" not in catalog_page
    assert "Lapsed" not in catalog_page


def test_a_private_library_asks_for_its_password_first(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Secret plan")
        PageViewRestriction.objects.create(
            page=catalog.library,
            restriction_type=PageViewRestriction.PASSWORD,
            password="open sesame",
        )
    response = client.get("/library/")
    assert 'name="password"' in response.content.decode()
    assert "Secret plan" not in response.content.decode()


def test_previews_show_the_introduction_and_the_first_results(
    catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Listening")
        catalog.curriculum("Driving")
    for index, title in ((catalog.library, "Listening"), (catalog.curricula, "Driving")):
        index.introduction = "<p>A draft of a word of welcome.</p>"
        response = index.make_preview_request()
        page = html_of(response.render() if hasattr(response, "render") else response)
        assert "A draft of a word of welcome." in page
        assert title in page


def test_a_list_of_20_takes_the_queries_of_a_list_of_one(
    client: Client, catalog: Catalog, committed: Any, django_assert_max_num_queries: Any
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(60) as captured:
            assert client.get("/library/").status_code == 200
        return len(captured)

    with committed():
        publisher = organisation("Kestrel Press")
        catalog.resource(core_topics=[topic("listening")], publisher=publisher)
    queries()
    one = queries()
    with committed():
        for _ in range(19):
            catalog.resource(core_topics=[topic("listening")], publisher=publisher)
    queries()
    assert queries() == one


def test_long_lists_fold_whole_trees_and_never_a_choice() -> None:
    buckets = [Bucket(f"v{number}", f"V{number}", 1, number == 12) for number in range(14)]
    buckets.insert(1, Bucket("child", "Child", 1, selected=False, parent="v0"))
    facet = FacetAnswer("core_topic", "Core topic area", tuple(buckets))
    answer = CatalogAnswer(CatalogQuery(Kind.RESOURCE), 3, (), (facet,))
    (group,) = browsing_of(answer).groups
    shown = [(option.value, option.depth) for option in group.options]
    assert shown == [
        ("v0", 0),
        ("child", 1),
        *((f"v{number}", 0) for number in range(1, FOLD_AFTER)),
        ("v12", 0),
    ]
    assert [option.value for option in group.folded] == ["v8", "v9", "v10", "v11", "v13"]
    assert group.chosen == 1


def test_the_order_by_hours_is_offered_for_curricula_only() -> None:
    def values(kind: Kind, text: str = "") -> list[str]:
        answer = CatalogAnswer(CatalogQuery(kind, text=text), 0, (), ())
        return [option.value for option in browsing_of(answer).sorts]

    assert values(Kind.RESOURCE) == ["", "-title", "newest", "oldest"]
    assert values(Kind.CURRICULUM, "calm") == [
        "",
        "title",
        "-title",
        "newest",
        "oldest",
        "hours",
        "-hours",
    ]


def test_hostile_addresses_get_an_answer_or_a_clear_refusal(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.curriculum("Listening first", core_topics=[topic("communication-skills")])
    addresses = [
        *(urlencode({"q": text}, errors="surrogatepass") for text in TEXTS),
        *(urlencode({name: number}) for name in ("page", "page_size") for number in NUMBERS),
        *(urlencode({name: text}) for name in ("sort", "hours") for text in TEXTS[:20]),
        *QUERY_STRINGS,
    ]
    for address in addresses:
        status = client.get(f"/catalog/?{address}").status_code
        assert status in {200, 400, 404, 422}, (status, address[:200])
