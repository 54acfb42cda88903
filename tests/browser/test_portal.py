"""A provider at work: the whole path by keyboard alone, each step as axe-core sees it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.integration.submission_portal.planting import pdf

from .axe import faults_at_both_widths, violations_at_both_widths
from .conftest import ServedSite, log_in

pytestmark = pytest.mark.browser

MOST_STOPS = 200
"""After how many tabs something that cannot be reached is given up."""
IS_FOCUSED = "element => element === document.activeElement"


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until the element has the focus."""
    expect(wanted).to_have_count(1)
    for _stop in range(MOST_STOPS):
        if wanted.evaluate(IS_FOCUSED):
            return
        page.keyboard.press(key)
    pytest.fail(f"The keyboard does not reach {wanted}.")


def reach_back(page: Page, wanted: Locator) -> None:
    """Go back to the element with the focus."""
    reach(page, wanted, "Shift+Tab")


def labelled(page: Page, label: str) -> Locator:
    """Return the field with that label, whether it is required or not."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}( \(required\))?$"))


def write(page: Page, label: str, text: str) -> None:
    """Type into the field with that label."""
    reach(page, labelled(page, label))
    page.keyboard.insert_text(text)


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a list by typing how it begins."""
    field = labelled(page, label)
    reach(page, field)
    page.keyboard.type(option)
    expect(field.locator("option:checked")).to_have_text(option)


def tick(page: Page, group: str, label: str) -> None:
    """Tick a box, or choose the answer of a question, in the group with that name."""
    within = page.get_by_role("group", name=re.compile(f"^{re.escape(group)}"))
    box = within.get_by_label(label, exact=True)
    first = within.get_by_role("radio").first
    if first.count():
        reach(page, within.locator("input:checked").or_(first).first)
        for _answer in range(5):
            if box.is_checked():
                break
            page.keyboard.press("ArrowDown")
    else:
        reach(page, box)
        page.keyboard.press("Space")
    expect(box).to_be_checked()


def press(page: Page, name: str) -> None:
    """Press a button."""
    reach(page, page.get_by_role("button", name=name, exact=True).last)
    page.keyboard.press("Enter")


def lead_on(page: Page, following: str) -> None:
    """Look at the step, save it, and see the next one."""
    assert violations_at_both_widths(page) == {}
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_contain_text(following)


def about(page: Page) -> None:
    reach(page, page.get_by_role("link", name="About the curriculum").first)
    page.keyboard.press("Enter")
    write(page, "Title", "Sample: Keys and Calm")
    choose(page, "Kind of programme", "Course")
    choose(page, "Language", "English")
    write(page, "Summary", "A course that was typed without a mouse.")
    expect(page.get_by_role("status").filter(has_text="Saved at")).to_be_visible(timeout=10_000)
    page.reload()
    expect(labelled(page, "Title")).to_have_value("Sample: Keys and Calm")


def audience(page: Page) -> None:
    tick(page, "Audience", "Patrol officers")
    tick(page, "Training stages", "In-service")
    tick(page, "Core topic areas", "Communication skills")
    write(page, "Measurable objectives", "Names three ways to gain time.")


def modules(page: Page) -> None:
    choose(page, "Delivery", "In person")
    write(page, "Total hours", "4")
    write(page, "Instructor qualifications", "Two years as an instructor.")
    write(page, "Title", "Listening")
    write(page, "Contact minutes", "240")
    choose(page, "Main core topic area", "Communication skills")
    choose(page, "Main method", "Role-play")
    write(page, "Objectives", "Holds a talk for ten minutes.")
    write(page, "How learning is assessed", "A scored role-play.")


def assessment(page: Page) -> None:
    tick(page, "Test before the training", "Yes")
    tick(page, "Test after the training", "Yes")
    write(page, "Pass mark (%)", "80")
    write(page, "Follow-up assessment on the job", "Supervisors score two contacts.")
    write(page, "Follow-up after (months)", "6")
    write(page, "Title", "At the door")
    write(page, "Description", "Somebody does not open. Participants find out what helps.")


def files(page: Page, folder: Path) -> None:
    for use, name in (("Curriculum", "plan.pdf"), ("Instructor guide", "guide.pdf")):
        (folder / name).write_bytes(pdf(use))
        chooser = page.locator("[data-uploads] input[type=file]")
        reach(page, chooser)
        chooser.set_input_files(folder / name)  # the system's own window is out of reach
        reach_back(page, labelled(page, "Use").first)
        page.keyboard.type(use)
        press(page, "Upload")
        stored = page.locator(".usa-collection__item").filter(has_text=name)
        expect(stored).to_be_visible()
    assert violations_at_both_widths(page) == {}
    reach(page, page.get_by_role("link", name="Step after, without saving"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Self-assessment")


def attest(page: Page) -> None:
    write(page, "Your name", "Pat Sample")
    write(page, "Your position", "Director")
    for statement in ("I am entitled", "What is submitted is true"):
        reach(page, page.get_by_label(re.compile(f"^{statement}")))
        page.keyboard.press("Space")
    assert violations_at_both_widths(page) == {}
    press(page, "Submit the curriculum")


def test_a_curriculum_is_submitted_by_keyboard(
    page: Page, served_site: ServedSite, tmp_path: Path
) -> None:
    log_in(page, served_site, "provider")
    page.goto("/portal/submissions/new/")
    press(page, "Start")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations_at_both_widths(page) == {}
    about(page)
    lead_on(page, "Audience and scope")
    audience(page)
    lead_on(page, "Modules and delivery")
    modules(page)
    lead_on(page, "Assessment")
    assessment(page)
    lead_on(page, "Evidence")
    write(page, "Citation", "A report of the academy on its own course, 2026.")
    lead_on(page, "Implementation")
    lead_on(page, "Files")
    files(page, tmp_path)
    lead_on(page, "Attest and submit")
    attest(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keys and Calm")
    expect(page.get_by_text("Being checked by staff").first).to_be_visible()
    assert violations_at_both_widths(page) == {}


def test_the_portals_other_pages(page: Page, served_site: ServedSite) -> None:
    log_in(page, served_site, "provider")
    page.goto("/portal/")
    assert violations_at_both_widths(page) == {}
    statuses = page.get_by_role("link", name=re.compile("^.*Sample: "))
    addresses = {link.get_attribute("href") or "" for link in statuses.all()}
    pages = [each for each in addresses if re.search(r"/submissions/[0-9a-f-]+/$", each)]
    assert len(pages) >= 4
    people = page.get_by_role("link", name="People").first.get_attribute("href") or ""
    for address in (*pages, people, "/portal/providers/new/", "/portal/preferences/"):
        page.goto(address)
        assert (address, faults_at_both_widths(page)) == (address, {})


@pytest.mark.parametrize("address", ["login/", "signup/", "password/reset/"])
def test_pages_for_somebody_without_a_session(page: Page, address: str) -> None:
    page.goto(f"/accounts/{address}")
    assert violations_at_both_widths(page) == {}
