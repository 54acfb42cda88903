"""A curriculum's whole way through a panel, by nothing but the pages: submitted, judged, public.

With CLEARINGHOUSE_SCREENSHOTS=1 the pictures of the guides are taken anew on the way.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import ServedSite
from .stage import Stage, check, from_the_dashboard, picture, wait_for

pytestmark = pytest.mark.browser

TITLE = "Sample: Crisis Negotiation Basics"
ADDRESS = "/catalog/sample-crisis-negotiation-basics/"
CONTESTED = "E2"
ESSENTIAL = {"A1", "B1", "B2", "C1", "C2", "E1", "F1"}
FIRST, SECOND, THIRD = "Clear throughout.", "Warm and practical.", "One gap, and a small one."
SENTENCE = (
    "The reviews give 240 of 270 possible points (88.8 %); the rule needs 85 %. "
    "3 of 3 reviews recommend approval."
)


@pytest.fixture
def stage(browser: Browser, served_site: ServedSite) -> Iterator[Stage]:
    """Return the site before anybody has entered; close all browsers at the end."""
    made = Stage(browser, served_site)
    yield made
    for tab in made.tabs.values():
        tab.context.close()


def submit(stage: Stage) -> None:
    """Have the editor find the draft and submit it."""
    editor = stage.tab_of("editor")
    editor.goto("/admin/pages/search/?q=negotiation+basics")
    editor.get_by_role("link", name=TITLE, exact=True).click()
    editor.get_by_role("button", name="More actions").click()
    editor.get_by_role("button", name="Submit to Panel review").click()
    expect(editor.get_by_text(re.compile("submitted for moderation")).first).to_be_visible()


def find_the_case(stage: Stage) -> None:
    """Have the chair find the case on the board, and remember its address and number."""
    chair = stage.tab_of("chair")
    chair.goto("/admin/")
    chair.get_by_role("button", name="Clearinghouse").click()
    chair.get_by_role("link", name="Review cases").click()
    chair.get_by_role("link", name=re.compile(re.escape(TITLE))).click()
    check(chair)
    stage.case = chair.url.removeprefix(stage.site.url)
    number = re.search(r"\d{4}-\d{4}", chair.get_by_role("heading", level=1).inner_text())
    assert number is not None
    stage.number = number[0]


def open_the_panel(stage: Stage) -> None:
    """Have the chair choose reviewers; too few are refused with what is missing."""
    chair = stage.tab_of("chair")
    chair.get_by_role("link", name="Put the panel together").click()
    expect(chair.get_by_role("heading", name="What the rule asks for")).to_be_visible()
    for name in ("Robin Sample", "Casey Sample"):
        chair.get_by_role("checkbox", name=name).check()
    chair.get_by_role("button", name="Open the panel and invite").click()
    lack = chair.get_by_role("alert").filter(has_text="Please correct this")
    expect(lack).to_contain_text("Academic researcher")
    expect(chair.get_by_role("checkbox", name="Robin Sample")).to_be_checked()
    check(chair)
    chair.get_by_role("checkbox", name="Wren Sample").check()
    chair.get_by_role("button", name="Check the panel").click()
    expect(chair.get_by_text("The panel is as the rule wants it.")).to_be_visible()
    picture(chair, "panel-page")
    chair.get_by_role("button", name="Open the panel and invite").click()
    expect(chair.get_by_text("its reviewers are invited").first).to_be_visible()
    for name in ("Robin", "Casey", "Wren"):
        expect(
            chair.get_by_role("heading", name=re.compile(rf"Reviewer \d: {name}"))
        ).to_be_visible()


def accept(stage: Stage, name: str) -> Page:
    """Have a reviewer accept the invitation; return their tab, where conflicts are asked for."""
    page = stage.tab_of(name)
    from_the_dashboard(page, "Accept or decline", stage.number)
    expect(page.get_by_role("heading", level=2, name=TITLE)).to_be_visible()
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_role("heading", name="Conflicts of interest")).to_be_visible()
    return page


def recuse(stage: Stage) -> None:
    """Have one reviewer declare a conflict, and the chair recuse; the seat goes to another."""
    wren = accept(stage, "researcher-reviewer")
    check(wren)
    wren.get_by_label("Evaluated the curriculum").check()
    wren.get_by_label("Details").fill("I evaluated its first version in spring.")
    wren.get_by_role("button", name="Declare").click()
    expect(wren.get_by_text("went to the chair").first).to_be_visible()
    expect(wren.locator("body")).not_to_contain_text(stage.number)
    assert stage.status("researcher-reviewer", stage.case) == 404

    chair = stage.tab_of("chair")
    chair.goto(stage.case)
    chair.get_by_role("link", name=re.compile("Resolve the conflict")).click()
    expect(chair.get_by_role("heading", name="Declared: Evaluated")).to_be_in_viewport()
    check(chair)
    chair.get_by_label("Recused").check()
    chair.get_by_role("textbox", name=re.compile(r"^Why\W*$")).fill(
        "Their own results are in the materials."
    )
    chair.get_by_role("button", name="Settle the conflict").click()
    expect(chair.get_by_text("The conflict is settled.").first).to_be_visible()


def join(stage: Stage, name: str) -> None:
    """Have a reviewer accept and declare that there is no conflict."""
    page = accept(stage, name)
    page.get_by_label("No conflict").check()
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_text("The files are open to you.").first).to_be_visible()
    page.get_by_role("link", name="Go to the review").click()
    expect(page.get_by_role("heading", name="Your review", exact=True)).to_be_visible()


def take_the_free_seat(stage: Stage) -> None:
    """Wait until due work has offered the seat to the only other researcher, who accepts."""
    sol = stage.tab_of("institute-reviewer")

    def is_invited() -> bool:
        sol.goto("/admin/reviews/")
        return sol.get_by_role("row").filter(has_text=stage.number).count() == 1

    wait_for(is_invited)
    join(stage, "institute-reviewer")
    chair = stage.tab_of("chair")
    chair.reload()
    expect(chair.get_by_role("heading", name=re.compile(r"Reviewer \d: Sol"))).to_be_visible()
    expect(chair.get_by_text("Recused · offered again")).to_be_visible()


def fill(page: Page, contested: int) -> None:
    """Choose a level for each criterion, and say where the evidence of essential ones is."""
    for criterion in page.locator("fieldset[data-review-criterion]").all():
        code = criterion.locator(".review-criterion__title").inner_text().split()[0]
        level = contested if code == CONTESTED else 2
        criterion.get_by_role("radio", name=re.compile(f"^{level} ·")).check()
        if code in ESSENTIAL:
            criterion.get_by_label("Page, slide or timecode").first.fill("Lesson plan, page 4")
            criterion.get_by_label("Unit").first.select_option(label="Holding the line")
        if code == CONTESTED:
            criterion.get_by_label("Note").fill("This is about the plan for a refresher.")


def review(stage: Stage, name: str, comment: str, contested: int = 2) -> None:
    """Have a reviewer write and file a review beside the frozen version."""
    page = stage.tab_of(name)
    frame = page.frame_locator("iframe.review-frame")
    expect(frame.get_by_role("heading", name=TITLE).first).to_be_visible()
    fill(page, contested)
    page.get_by_label("Comment to the provider").fill(comment)
    page.get_by_role("radio", name="Approve", exact=True).check()
    page.get_by_role("button", name="File review").click()
    expect(page.get_by_text("Your review is filed.").first).to_be_visible()


def see_nothing_yet(stage: Stage, name: str) -> None:
    """Try, as a reviewer who has not filed, to read what another one did."""
    filed = stage.tab_of("reviewer")
    discussion = filed.locator("form[action$='/discussion/']").first.get_attribute("action")
    amend = filed.url.removeprefix(stage.site.url)
    page = stage.tab_of(name)
    writing = page.url
    assert discussion is not None
    assert stage.status(name, discussion) == 404
    for address in (stage.case, amend, writing):
        page.goto(address)
        expect(page.get_by_text(re.compile("open .*once your")).first).to_be_visible()
        expect(page.locator("body")).not_to_contain_text(FIRST)
        expect(page.locator("body")).not_to_contain_text("Robin")
    page.goto(writing)


def discuss(stage: Stage) -> None:
    """Have the one who doubts ask, and another answer and amend; a change asks for its reason."""
    sol = stage.tab_of("institute-reviewer")
    sol.get_by_text(f"Discuss {CONTESTED}", exact=True).click()
    section = sol.get_by_role("region", name=re.compile(f"^{CONTESTED} "))
    section.get_by_label("Your post").fill("Where is a refresher planned? I found none.")
    section.get_by_role("button", name="Post").click()
    expect(section.get_by_text("I found none.")).to_be_visible()

    casey = stage.tab_of("clinician-reviewer")
    from_the_dashboard(casey, "Read and discuss", stage.number)
    section = casey.get_by_role("region", name=re.compile(f"^{CONTESTED} "))
    section.get_by_text("Reply").click()
    section.get_by_label("Your post").first.fill("You are right, only the lesson plan hints at it.")
    section.get_by_role("button", name="Post").first.click()
    expect(section.get_by_text("hints at it")).to_be_visible()
    section.get_by_text(f"Change your rating of {CONTESTED}").click()
    section.get_by_label("Final rating").select_option(label="1 · Partly met")
    casey.get_by_role("button", name="Amend review").click()
    fault = casey.get_by_role("alert").filter(has_text="Nothing was changed yet")
    fault.get_by_role("link").first.click()
    expect(section.get_by_label("Why it changed")).to_be_focused()
    section.get_by_label("Why it changed").fill("The plan names no day and nobody in charge.")
    casey.get_by_role("button", name="Amend review").click()
    expect(section.locator("q")).to_have_text("The plan names no day and nobody in charge.")
    check(casey)


def read_the_panel(stage: Stage) -> None:
    """Have the chair read matrix, spread and what the rule says."""
    chair = stage.tab_of("chair")
    chair.goto(stage.case)
    apart = chair.get_by_text("The reviewers are two points or more apart on 1 criterion:")
    expect(apart.get_by_role("link", name=CONTESTED)).to_be_visible()
    contested = chair.get_by_role("row").filter(has_text=re.compile(f"{CONTESTED} .*2 apart"))
    expect(contested.get_by_role("cell", name=re.compile("^2 · Met"))).to_have_count(1)
    expect(contested.get_by_role("cell", name=re.compile("^1 · Partly met"))).to_have_count(1)
    expect(contested.get_by_role("cell", name=re.compile("^0 · Not met"))).to_have_count(1)
    expect(contested.get_by_text("first: 2 · Met")).to_be_visible()
    verdict = chair.get_by_role("region", name="What the rule says")
    expect(verdict.get_by_text("Approve", exact=True)).to_be_visible()
    expect(verdict).to_contain_text(SENTENCE)
    check(chair)
    chair.evaluate("window.scrollTo(0, 0)")
    picture(chair, "case-page")


def decide(stage: Stage) -> None:
    """Have the chair follow the rule, write into the letter, and confirm."""
    chair = stage.tab_of("chair")
    chair.get_by_role("link", name="Decide", exact=True).click()
    expect(chair.get_by_label("Approve", exact=True)).to_be_checked()
    chair.get_by_role("button", name="Go on to the letter").click()
    letter = chair.get_by_label("Letter to the provider")
    expect(letter).to_have_value(re.compile(re.escape(FIRST)))
    expect(letter).not_to_have_value(re.compile("Robin|Casey|Sol Sample|Wren"))
    letter.fill(letter.input_value() + "\nThank you for your work.\n")
    chair.get_by_role("button", name="Confirm the decision").click()
    expect(chair.get_by_role("heading", name="Decisions")).to_be_visible()
    expect(chair.get_by_text("Thank you for your work.")).to_be_attached()
    check(chair)


def find_it_in_public(stage: Stage) -> None:
    """Have a visitor find the curriculum in the catalog and in the API."""
    visitor = stage.visitor()
    stage.tabs["visitor"] = visitor
    visitor.goto("/catalog/?q=negotiation")
    visitor.get_by_role("link", name=TITLE).click()
    expect(visitor).to_have_url(stage.site.url + ADDRESS)
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(visitor.locator("body")).not_to_contain_text("Robin")
    found = visitor.request.get("/api/v1/curricula?q=negotiation").json()["results"]
    assert TITLE in [record["title"] for record in found]


def begin(stage: Stage, name: str) -> None:
    """Have a reviewer choose the first level beside the version under review."""
    page = stage.tab_of(name)
    page.get_by_role("radio", name=re.compile("^2 ·")).first.check()
    expect(page.get_by_text("1 of 20 criteria rated")).to_be_visible()
    check(page)
    page.evaluate("window.scrollTo(0, 0)")
    picture(page, "review-page")


def test_from_submission_to_the_catalog(stage: Stage) -> None:
    submit(stage)
    find_the_case(stage)
    open_the_panel(stage)
    recuse(stage)
    take_the_free_seat(stage)
    for name in ("reviewer", "clinician-reviewer"):
        join(stage, name)
    begin(stage, "reviewer")
    review(stage, "reviewer", FIRST)
    see_nothing_yet(stage, "clinician-reviewer")
    review(stage, "clinician-reviewer", SECOND)
    review(stage, "institute-reviewer", THIRD, contested=0)
    discuss(stage)
    assert stage.status("editor", ADDRESS) == 404
    read_the_panel(stage)
    decide(stage)
    find_it_in_public(stage)
    assert stage.status("researcher-reviewer", stage.case) == 404
