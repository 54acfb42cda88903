"""Pages around the portal's form: passkeys, the end of a session, each page as axe-core sees it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.integration.submission_portal.uploads import MANIFEST, archive

from .axe import faults_at_both_widths, violations_at_both_widths
from .conftest import ROOT, ServedSite, sign_in, watched_tab
from .portal_data import PASSWORD
from .stage import Stage, check

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A key inside the device that knows its owner and needs no touch."""
TABS = {
    "new": True,
    "screening": False,
    "returned": True,
    "waiting": True,
    "overdue": False,
    "done": True,
    "all": True,
}
"""The parts of the queue, and whether one has rows here."""


@pytest.fixture(scope="module")
def planted(served_site: ServedSite) -> dict[str, str]:
    """Where the planted provider's pages are, and the sessions of its people."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.portal_data"],
        cwd=ROOT,
        env=served_site.environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    answer: dict[str, str] = json.loads(made.stdout)
    return answer


@pytest.fixture(scope="module")
def stage(browser: Browser, served_site: ServedSite) -> Stage:
    """Everybody's own browser."""
    return Stage(browser, served_site)


@pytest.fixture
def enter(
    context: BrowserContext, planted: dict[str, str], served_site: ServedSite
) -> Callable[[str], Page]:
    """Return a function that opens a tab in which one of the planted people is signed in."""

    def open_as(who: str) -> Page:
        context.clear_cookies()
        cookie: Any = {"name": "sessionid", "value": planted[who], "url": served_site.url}
        context.add_cookies([cookie])
        return watched_tab(context)

    return open_as


def look(page: Page, address: str = "") -> None:
    """Open a page, or take the one that is open, and find nothing wrong with it."""
    if address:
        answer = page.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, 200)
    assert (page.url, faults_at_both_widths(page)) == (page.url, {})


def look_at_admin(page: Page, address: str) -> None:
    """Open a page of the admin and find nothing wrong with it."""
    answer = page.goto(address)
    assert answer is not None
    assert (address, answer.status, page.url) == (address, 200, urljoin(page.url, address))
    check(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


# Passkeys


@pytest.fixture
def keyring(browser: Browser, served_site: ServedSite) -> Iterator[Page]:
    """Return a tab with a passkey's device, at the name that passkeys need: a number is none."""
    stage = Stage(
        browser, replace(served_site, url=served_site.url.replace("127.0.0.1", "localhost"))
    )
    page = stage.visitor()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield page
    page.context.close()


def test_a_passkey_is_added_and_signs_in_alone(keyring: Page, planted: dict[str, str]) -> None:
    sign_in(keyring, planted["alone"], PASSWORD)
    look(keyring, "/accounts/2fa/")
    keyring.get_by_role("link", name="Add", exact=True).click()
    keyring.locator("[name=password]").fill(PASSWORD)
    look(keyring)
    press(keyring, "Confirm")
    keyring.get_by_label("Name").fill("My laptop")
    keyring.get_by_text("Make it a passkey").click()
    look(keyring)
    press(keyring, "Add")
    expect(keyring.get_by_role("heading", level=1)).to_have_text("Recovery Codes")
    look(keyring)
    look(keyring, "/accounts/2fa/webauthn/")
    expect(keyring.get_by_role("row").filter(has_text="My laptop")).to_contain_text("Passkey")
    look(keyring, "/accounts/logout/")
    press(keyring, "Sign Out")
    keyring.goto("/portal/")
    expect(keyring).to_have_url(re.compile(re.escape("/accounts/login/?next=/portal/")))
    press(keyring, "Sign in with a passkey")
    expect(keyring.get_by_role("heading", level=1)).to_have_text("Your submissions")
    look(keyring)
    # Nobody else is let in by a password that was enough before.
    keyring.context.clear_cookies()
    keyring.goto("/accounts/login/")
    keyring.locator("[name=login]").fill(planted["alone"])
    keyring.locator("[name=password]").fill(PASSWORD)
    press(keyring, "Sign In")
    expect(keyring).to_have_url(re.compile("/accounts/2fa/authenticate/"))
    look(keyring)


def test_a_passkey_that_fails_is_not_silent(page: Page) -> None:
    page.goto("/accounts/login/")
    notice = page.get_by_role("alert").filter(has_text="was not used")
    expect(notice).to_be_hidden()
    press(page, "Sign in with a passkey")  # at a number, where no browser has one
    expect(notice).to_be_focused()
    assert violations_at_both_widths(page) == {}


# The end of a session


@pytest.fixture
def writing(enter: Callable[[str], Page], planted: dict[str, str]) -> Page:
    """Return the owner's tab on a step, with a clock that the test winds."""
    page = enter("owner")
    page.clock.install()
    page.goto(planted["step"])
    return page


def summary(page: Page) -> Locator:
    return page.get_by_label(re.compile("^Summary"))


def warning(page: Page) -> Locator:
    return page.get_by_role("alertdialog", name=re.compile("You will be|You are signed out"))


def wait_until_warned(page: Page) -> None:
    """Let hours pass without a page, until just before the session's end."""
    seconds = int(page.locator("#session-warning").get_attribute("data-session-seconds") or "")
    page.clock.fast_forward((seconds - 299) * 1000)
    expect(warning(page)).to_be_visible()


def test_whoever_stays_goes_on_writing(writing: Page) -> None:
    expect(warning(writing)).to_be_hidden()
    summary(writing).fill("Typed before the warning.")
    wait_until_warned(writing)
    expect(warning(writing)).to_be_focused()
    assert violations_at_both_widths(writing) == {}
    with writing.expect_response("**/portal/stay/") as answer:
        press(writing, "Stay signed in")
    assert answer.value.status == 204
    assert "sessionid" in answer.value.all_headers()["set-cookie"]
    expect(warning(writing)).to_be_hidden()
    expect(summary(writing)).to_be_focused()
    expect(summary(writing)).to_have_value("Typed before the warning.")
    expect(writing.get_by_role("status").filter(has_text="Saved at")).to_be_visible()
    wait_until_warned(writing)  # the time began anew
    writing.reload()
    expect(summary(writing)).to_have_value("Typed before the warning.")


def test_a_session_that_ended_costs_no_text(
    writing: Page, context: BrowserContext, planted: dict[str, str]
) -> None:
    context.clear_cookies(name="sessionid")
    summary(writing).fill("Typed after the end.")
    wait_until_warned(writing)
    press(writing, "Stay signed in")
    expect(warning(writing)).to_contain_text("You are signed out.")
    expect(warning(writing)).to_have_accessible_name("You are signed out")
    expect(summary(writing)).to_have_value("Typed after the end.")
    assert violations_at_both_widths(writing) == {}
    with context.expect_page() as opened:
        warning(writing).get_by_role("link", name="Sign in").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Sign In")
    opened.value.locator("[name=login]").fill(planted["email"])
    opened.value.locator("[name=password]").fill(PASSWORD)
    press(opened.value, "Sign In")
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("About the curriculum")
    press(writing, "Stay signed in")  # with the token that the new sign-in has changed
    expect(warning(writing)).to_be_hidden()
    press(writing, "Save and go back to the list")
    expect(writing.get_by_role("heading", level=1)).to_have_text("Not saved yet")
    expect(writing.get_by_text("Typed after the end.")).to_be_visible()
    assert violations_at_both_widths(writing) == {}
    press(writing, "Send it again")
    expect(writing).to_have_url(re.compile("/steps/$"))
    writing.goto(planted["step"])
    expect(summary(writing)).to_have_value("Typed after the end.")


# The provider's pages


def test_a_draft_and_its_package(enter: Callable[[str], Page], planted: dict[str, str]) -> None:
    page = enter("owner")
    for address in ("/portal/", planted["draft"], planted["people"]):
        look(page, address)
    press(page, "Send the invitation")
    expect(page.get_by_role("alert")).to_contain_text("Nobody was invited")
    look(page)
    page.goto(planted["files"])
    package = {
        "name": "a_package_with_a_long_name_and_no_space_in_it_at_all_1_2.zip",
        "mimeType": "application/zip",
        "buffer": archive("imsmanifest.xml", MANIFEST.format("").encode()),
    }
    page.locator("[data-uploads] input[type=file]").set_input_files(package)  # type: ignore[arg-type]  # a FilePayload
    press(page, "Upload")
    prefill = page.get_by_role("link", name=re.compile("Fill in modules"))
    expect(prefill).to_be_visible()
    look(page)
    prefill.click()
    expect(page.get_by_text("Distance (with a test)")).to_be_visible()
    expect(page.get_by_text("1 module of the package stands in your list")).to_be_visible()
    look(page)
    press(page, "Add these modules")
    expect(page.locator("input[value=Distance]")).to_be_attached()


def test_what_waits_and_what_is_answered(
    enter: Callable[[str], Page], planted: dict[str, str]
) -> None:
    page = enter("owner")
    look(page, planted["screening"])
    look(page, f"{planted['screening']}withdraw/")
    press(page, "Withdraw")
    expect(page.get_by_role("alert")).to_contain_text("The submission was not withdrawn")
    look(page)
    look(page, planted["awaiting"])
    page.get_by_role("link", name="Answer the points").click()
    page.get_by_label("Your answer to point 1").fill("The follow-up is on page 12 now.")
    press(page, "Submit again")
    expect(page.get_by_role("link", name="Answer point 2.")).to_be_visible()
    expect(page.get_by_label("Your answer to point 1")).to_have_value(re.compile("page 12"))
    look(page)
    page.goto(planted["awaiting"])
    expect(page.get_by_text("1 of 2 answered.")).to_be_visible()


def test_a_condition_and_what_would_end_a_review(stage: Stage) -> None:
    page = stage.tab_of("provider")
    page.goto("/portal/")
    page.get_by_role("link", name=re.compile("Waiting Rooms")).click()
    page.get_by_role("link", name=re.compile("^Hand in evidence")).click()
    press(page, "Hand in")
    expect(page.get_by_role("link", name=re.compile("Say how the condition"))).to_be_visible()
    look(page)
    page.goto("/portal/")
    page.get_by_role("link", name=re.compile("Bridges and Banks")).click()
    page.get_by_role("link", name="Withdraw this submission").click()
    expect(page.get_by_text("Its review ends at once")).to_be_visible()
    look(page)


def test_an_invitation(enter: Callable[[str], Page], page: Page, planted: dict[str, str]) -> None:
    look(page, planted["invitation"])
    expect(page.get_by_role("main").get_by_role("link", name="Create an account")).to_be_visible()
    stranger = enter("stranger")
    look(stranger, planted["invitation"])
    expect(stranger.get_by_text("You are signed in with another one")).to_be_visible()
    invited = enter("invited")
    look(invited, planted["invitation"])
    press(invited, "Accept the invitation")
    expect(
        invited.get_by_role("status").or_(invited.locator(".usa-alert--success"))
    ).to_be_visible()
    look(invited, planted["invitation"])
    expect(invited.get_by_text("This invitation was accepted already.")).to_be_visible()


def test_pages_of_an_account(enter: Callable[[str], Page]) -> None:
    page = enter("invited")
    for name in ("email/", "password/change/", "2fa/webauthn/", "password/reset/done/"):
        look(page, f"/accounts/{name}")
    page.goto("/accounts/2fa/totp/activate/")
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Confirm")
    expect(page.get_by_role("img", name="QR code of the secret below")).to_be_visible()
    look(page)


def test_where_mails_lead(page: Page, planted: dict[str, str]) -> None:
    look(page, planted["choose"])
    press(page, "Change Password")
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    look(page)
    look(page, planted["confirm"])
    press(page, "Confirm")
    expect(page.locator(".usa-alert--success")).to_be_visible()
    look(page, planted["confirm"])


# Staff's pages


@pytest.mark.usefixtures("planted")
def test_the_queue(stage: Stage) -> None:
    page = stage.tab_of("screener")
    page.goto("/admin/submissions/")
    tabs = page.get_by_role("navigation", name="Parts of the queue").get_by_role("link")
    assert len(tabs.all()) == len(TABS)
    for tab, has_rows in TABS.items():
        page.goto(f"/admin/submissions/?tab={tab}")
        expect(page.get_by_role("table")).to_have_count(int(has_rows))
        if tab in {"all", "overdue"}:  # one with rows, one without: the others look like these
            check(page)
    look_at_admin(page, "/admin/submissions/figures/")
    look_at_admin(page, "/admin/screening-reasons/")


def test_one_submission(stage: Stage, planted: dict[str, str]) -> None:
    page = stage.tab_of("screener")
    look_at_admin(page, planted["first"])
    look_at_admin(page, f"{planted['first']}accept/")
    look_at_admin(page, f"{planted['first']}out-of-scope/")
    page.goto(f"{planted['first']}return/")
    press(page, "Preview the letter")
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.get_by_label("No scenario exercise is described").check()
    press(page, "Make the letter from the reasons")
    expect(page.get_by_role("heading", name="The letter as the provider")).to_be_visible()
    check(page)
    press(page, "Return to the provider")
    expect(page.get_by_text("Returned").first).to_be_visible()
    look_at_admin(page, f"{planted['first']}revert/")
    page.get_by_label("Why it is taken back").fill("It was the other one.")
    press(page, "Take back into screening")
    expect(page.get_by_text("The submission is in screening again.").first).to_be_visible()
    check(page)


def test_several_submissions(stage: Stage, planted: dict[str, str]) -> None:
    page = stage.tab_of("screener")
    look_at_admin(page, f"/admin/submissions/several/accept/?{planted['chosen']}")
    look_at_admin(page, f"/admin/submissions/several/return/?{planted['chosen']}")
    page.get_by_role("radio").first.check()
    press(page, "Return these")
    expect(page.get_by_text("Done with 2 submissions.")).to_be_visible()
    check(page)


def test_providers_invitations_and_downloads(stage: Stage, planted: dict[str, str]) -> None:
    page = stage.tab_of("admin")
    look_at_admin(page, "/admin/submissions/providers/")
    look_at_admin(page, planted["waiting"])
    look_at_admin(page, "/admin/file-downloads/")
    page.goto("/admin/submissions/invitations/")
    page.get_by_role("radio", name="Reviewer").check()
    page.get_by_label("E-mail address").fill("somebody.with.a.long.name@department.example.org")
    press(page, "Send the invitation")
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    check(page)
