"""The site's own pages as the public sees them."""

import json
from typing import Any

import html5lib
import pytest
from django.test import Client
from wagtail.models import Locale, PageViewRestriction

from home.models import InformationPage, SiteInformation

XHTML = "{http://www.w3.org/1999/xhtml}"
OWN = [
    "/",
    "/about/",
    "/standards/",
    "/key-elements/",
    "/faq/",
    "/experts/",
    "/policy-brief/",
]


def parse(client: Client, path: str, status: int = 200) -> Any:
    response = client.get(path)
    assert response.status_code == status
    return html5lib.parse(response.content.decode(), treebuilder="etree")


def texts(tree: Any, tag: str) -> list[str]:
    return [" ".join("".join(node.itertext()).split()) for node in tree.iter(XHTML + tag)]


def test_every_page_has_a_frame_and_no_inline_code(
    client: Client, told_tree: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for path in OWN:
        with subtests.test(path):
            tree = parse(client, path)
            assert tree.get("lang") == "en"
            assert len(texts(tree, "h1")) == 1
            assert len(list(tree.iter(XHTML + "main"))) == 1
            assert texts(tree, "title")[0].endswith("| Clearinghouse")
            skip = next(tree.iter(XHTML + "a"))
            assert (skip.get("href"), texts(tree, "a")[0]) == (
                "#main-content",
                "Skip to main content",
            )
            for script in tree.iter(XHTML + "script"):
                assert script.get("src") or script.get("type") == "application/ld+json"
            assert not list(tree.iter(XHTML + "style"))
            assert not [node for node in tree.iter() if node.get("style") or node.get("onclick")]
            ids = [node.get("id") for node in tree.iter() if node.get("id")]
            assert len(ids) == len(set(ids))
            footer = texts(tree, "footer")[0]
            assert "15JCOPS-24-GK-01371-DETX" in footer
            assert "15JCOPS-25-GK-00003-DETX" in footer


def test_the_menu_lists_public_pages_in_menus_only(
    client: Client, told_tree: dict[str, Any]
) -> None:
    told_tree["experts"].unpublish()
    PageViewRestriction.objects.create(
        page=told_tree["policy-brief"], restriction_type=PageViewRestriction.LOGIN
    )
    faq = told_tree["faq"]
    faq.show_in_menus = False
    faq.save_revision().publish()
    tree = parse(client, "/about/")
    links = [
        (" ".join("".join(a.itertext()).split()), a.get("href"), a.get("aria-current"))
        for a in tree.iter(XHTML + "a")
        if "usa-nav-link" in (a.get("class") or "")
    ]
    assert links == [
        ("Catalog", "/catalog/", None),
        ("Library", "/library/", None),
        ("Requirements", "/requirements/", None),
        ("Standards", "/standards/", None),
        ("Key elements", "/key-elements/", None),
        ("About", "/about/", "page"),
    ]


def test_home_offers_both_searches(client: Client, told_tree: dict[str, Any]) -> None:
    tree = parse(client, "/")
    forms = [
        (
            form.get("action"),
            form.get("method"),
            [i.get("name") for i in form.iter(XHTML + "input")],
        )
        for form in tree.iter(XHTML + "form")
    ]
    assert forms == [("/catalog/", "get", ["q"]), ("/library/", "get", ["q"])]


def test_a_key_element_leads_to_its_curricula(client: Client, told_tree: dict[str, Any]) -> None:
    tree = parse(client, "/key-elements/")
    hrefs = {a.get("href") for a in tree.iter(XHTML + "a")}
    assert "/catalog/?key_element=time-as-a-resource" in hrefs


def test_answers_are_readable_without_javascript_and_as_data(
    client: Client, told_tree: dict[str, Any]
) -> None:
    tree = parse(client, "/faq/")
    answer = next(node for node in tree.iter() if node.get("id") == "answer-1")
    assert answer.get("hidden") is None
    data = next(s.text for s in tree.iter(XHTML + "script") if s.get("type"))
    question = json.loads(data)["mainEntity"][0]
    assert question["name"] == "What is it?"
    assert question["acceptedAnswer"]["text"].strip() == "A way </script> of working."


def test_the_brief_shows_each_judgement(client: Client, told_tree: dict[str, Any]) -> None:
    tree = parse(client, "/policy-brief/")
    assert texts(tree, "h2") == [
        "Expected impact areas",
        "What training needs around it",
        "Sources",
    ]
    row = texts(tree, "tr")[1]
    assert row == "Community trustLikelyLikely to grow."


def test_languages_are_offered_where_a_public_translation_exists(
    client: Client, told_tree: dict[str, Any]
) -> None:
    spanish = Locale.objects.create(language_code="es")
    about = told_tree["about"].copy_for_translation(spanish, copy_parents=True)

    def offered(path: str) -> list[tuple[str, str]]:
        return [
            (a.get("hreflang"), a.get("href"))
            for a in parse(client, path).iter(XHTML + "a")
            if a.get("hreflang")
        ]

    assert offered("/about/") == []
    about.title = "Acerca de"
    about.save_revision().publish()
    assert offered("/about/") == [("en", "/about/"), ("es", "/es/about/")]
    assert parse(client, "/es/about/").get("lang") == "es"
    assert offered("/faq/") == []


def test_the_footer_shows_what_the_settings_say(client: Client, told_tree: dict[str, Any]) -> None:
    SiteInformation.objects.update(
        disclaimer="Only <ours>.", grant_numbers="A-1\n\n B-2 ", operator="Sample Institute"
    )
    footer = texts(parse(client, "/about/"), "footer")[0]
    assert footer.endswith("Operated by Sample Institute. Only <ours>. Grant numbers: A-1, B-2")


def test_reading_writes_nothing(client: Client, told_tree: dict[str, Any]) -> None:
    SiteInformation.objects.all().delete()
    assert "15JCOPS" in texts(parse(client, "/about/"), "footer")[0]
    assert not SiteInformation.objects.exists()


def test_an_unknown_address_gets_the_frame(client: Client, told_tree: dict[str, Any]) -> None:
    tree = parse(client, "/nothing/", status=404)
    assert texts(tree, "h1") == ["Page not found"]
    assert "Catalog" in texts(tree, "a")


def test_an_information_page_lists_public_pages_below(
    client: Client, told_tree: dict[str, Any]
) -> None:
    about = told_tree["about"]
    about.add_child(instance=InformationPage(title="Open", slug="open"))
    about.add_child(instance=InformationPage(title="Draft", slug="draft", live=False))
    links = texts(parse(client, "/about/"), "a")
    assert "Open" in links
    assert "Draft" not in links


@pytest.mark.parametrize("path", ["/sitemap.xml", "/robots.txt"])
def test_crawlers_find_their_way(client: Client, told_tree: dict[str, Any], path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert {"/sitemap.xml": "/policy-brief/", "/robots.txt": "Sitemap: http"}[
        path
    ] in response.content.decode()
