"""The ways people take: an editor publishes and the public finds; a program reads the API."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import ServedSite, log_in

pytestmark = pytest.mark.browser


def test_editor_publishes_and_the_public_finds(
    page: Page, context: BrowserContext, served_site: ServedSite
) -> None:
    log_in(page, served_site, "editor")
    library = context.request.get("/api/v2/pages/?type=clearinghouse_library.ResourceIndexPage")
    parent = library.json()["items"][0]["id"]
    page.goto(f"/admin/pages/add/clearinghouse_library/resourcepage/{parent}/")
    page.locator("[name=title]").fill("Sample listening drills for dispatch rooms")
    page.locator("[name=summary]").fill("Drills of ten minutes for the start of a shift.")
    page.get_by_role("tab", name="Subject").click()
    page.locator("[name=resource_type]").select_option(label="Training tool")
    page.get_by_label("Communication skills", exact=True).check()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text(re.compile("created and published")).first).to_be_visible()

    visitor = page.context.browser.new_context(base_url=served_site.url)  # type: ignore[union-attr]  # launched
    public = visitor.new_page()
    public.goto("/library/")
    public.get_by_role("combobox", name="Search the library").fill("listening drill")
    public.keyboard.press("Enter")
    expect(public).to_have_url(re.compile(r"q=listening(\+|%20)drill"))
    found = public.get_by_role("link", name="Sample listening drills for dispatch rooms")
    expect(found).to_be_visible()
    found.click()
    expect(public.get_by_role("heading", level=1)).to_have_text(
        "Sample listening drills for dispatch rooms"
    )
    visitor.close()


def test_public_filters_without_javascript(page: Page, served_site: ServedSite) -> None:
    plain = page.context.browser.new_context(  # type: ignore[union-attr]  # launched
        base_url=served_site.url, java_script_enabled=False
    )
    visitor = plain.new_page()
    visitor.goto("/catalog/")
    everything = visitor.locator("main article").count()
    visitor.locator("label[for=core_topic-tactical-skills]").click()
    visitor.get_by_role("button", name="Apply filters").click()
    expect(visitor).to_have_url(re.compile("core_topic=tactical-skills"))
    narrowed = visitor.locator("main article").count()
    assert 0 < narrowed < everything
    visitor.get_by_role("link", name=re.compile("Clear all")).first.click()
    expect(visitor).to_have_url(re.compile(r"/catalog/\??$"))
    plain.close()


def test_filtering_works_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/library/")
    page.get_by_role("combobox", name="Search the library").focus()
    page.keyboard.type("guide")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=guide"))
    box = page.get_by_role("checkbox").first
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("core_topic="))


def test_program_reads_the_api(context: BrowserContext, served_site: ServedSite) -> None:
    answer = context.request.get("/api/v1/curricula?core_topic=communication-skills&sort=-hours")
    assert answer.status == 200
    body = answer.json()
    assert body["count"] == len(body["results"]) > 0
    assert all(
        "communication-skills" in [topic["slug"] for topic in record["core_topics"]]
        for record in body["results"]
    )
    detail = context.request.get(f"/api/v1/curricula/{body['results'][0]['slug']}")
    assert detail.json()["id"] == body["results"][0]["id"]
    tag = answer.headers["etag"]
    again = context.request.get(answer.url, headers={"If-None-Match": tag})
    assert again.status == 304
    refused = context.request.get("/api/v1/curricula?core_topics=typo")
    assert refused.status == 422
    assert "core_topics" in refused.text()
