"""The guided form in a browser: it leads to the end, and no word that was typed is ever lost."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum_pages.enums import FileRole, MemberRole, Visibility
from curriculum_pages.models import CurriculumPage, EvidenceStudy, Provider, ProviderMember
from submission_portal.enums import Step, SubmissionState
from submission_portal.models import Submission, SubmissionVersion
from submission_portal.selectors.progress import progress_of
from submission_portal.services import create_submission, save_step
from submission_portal.services.files import add_file
from submission_portal.services.revisions import save_revision_of

from .planting import make_provider, pdf
from .typing import ATTESTED, CITED, FIRST, SECOND, rows, typed

pytestmark = pytest.mark.django_db
FORM_STEPS = [step for step in Step if step not in {Step.FILES, Step.SELF_ASSESSMENT}]


def make_member(provider: Provider, name: str, role: MemberRole = MemberRole.OWNER) -> Any:
    user = get_user_model().objects.create_user(
        f"{name}@example.org", first_name=name.title(), last_name="Sample"
    )
    ProviderMember.objects.create(provider=provider, user=user, role=role.value)
    return user


@pytest.fixture
def provider() -> Provider:
    return make_provider("Academy")


@pytest.fixture
def owner(provider: Provider) -> Any:
    return make_member(provider, "olga")


@pytest.fixture
def submission(provider: Provider, owner: Any) -> Submission:
    return create_submission(provider=provider, actor=owner)


def browser(user: Any = None, **options: Any) -> Client:
    client = Client(**options)
    if user is not None:
        client.force_login(user)
    return client


def address(submission: Submission, step: Step) -> str:
    return reverse("portal_step", args=[submission.uid, step.value])


def fill(submission: Submission, owner: Any, *, without: tuple[str, ...] = ()) -> None:
    for step, content in typed().items():
        if step not in without:
            save_step(
                submission_id=submission.pk,
                step=Step(step),
                content=content,
                version=0,
                actor=owner,
            )


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def add_files(submission: Submission, owner: Any) -> None:
    for role in (FileRole.CURRICULUM, FileRole.INSTRUCTOR_GUIDE):
        add_file(
            submission_id=submission.pk,
            upload=ContentFile(pdf(role.value), name=f"{role.value}.pdf"),
            title=role.value,
            role=role.value,
            visibility=Visibility.REVIEWERS.value,
            actor=owner,
        )


def stored(submission: Submission, step: Step) -> dict[str, list[str]]:
    return submission.steps.get(step=step.value).content


def test_the_whole_path_leads_to_one_submitted_version(submission: Submission, owner: Any) -> None:
    client = browser(owner)
    for step in FORM_STEPS[:-1]:
        sent = typed().get(step.value, {})
        response = client.post(address(submission, step), sent | {"version": "0"})
        assert response.status_code == 302
        assert response["Location"] != address(submission, step)
    add_files(submission, owner)
    last = address(submission, Step.ATTEST)
    refused = client.post(last, {"name": ["Pat"], "version": "0", "submit": "yes"})
    assert refused["Location"] == last
    assert "This field is required" in text_of(client.get(last))
    done = client.post(last, ATTESTED | {"version": "1", "submit": "yes"})
    again = client.post(last, ATTESTED | {"version": "1", "submit": "yes"})
    assert (
        done["Location"] == again["Location"] == reverse("portal_submission", args=[submission.uid])
    )
    submission.refresh_from_db()
    assert submission.state == SubmissionState.SCREENING
    assert submission.versions.count() == 1
    assert submission.versions.get().content["modules"]["modules-0-uid"] == [FIRST]


def test_what_is_missing_blocks_and_is_linked_to_its_step(
    submission: Submission, owner: Any
) -> None:
    fill(submission, owner, without=("modules",))
    content = typed()["assessment"] | {"post_test": ["no"]}
    save_step(
        submission_id=submission.pk, step=Step.ASSESSMENT, content=content, version=1, actor=owner
    )
    client = browser(owner)
    last = address(submission, Step.ATTEST)
    assert client.post(last, ATTESTED | {"version": "0", "submit": "yes"})["Location"] == last
    page = text_of(client.get(last))
    assert "nothing was submitted" in page
    assert address(submission, Step.MODULES) in page
    assert address(submission, Step.ASSESSMENT) in page
    submission.refresh_from_db()
    assert (submission.state, submission.versions.count()) == (SubmissionState.DRAFT, 0)


def test_what_is_invalid_is_kept_and_told(submission: Submission, owner: Any) -> None:
    client = browser(owner)
    sent = typed()["about"] | {"version_on": "soon", "unknown": "x", "title": ["A\x00B"]}
    response = client.post(address(submission, Step.ABOUT), sent | {"version": "0"})
    assert response["Location"] == address(submission, Step.ABOUT)
    kept = stored(submission, Step.ABOUT)
    assert (kept["version_on"], kept["title"]) == (["soon"], ["AB"])
    assert not {"unknown", "version", "csrfmiddlewaretoken"} & kept.keys()
    page = text_of(client.get(address(submission, Step.ABOUT)))
    assert 'href="#id_version_on"' in page
    assert 'value="soon"' in page
    assert "A course of one day on slowing down." in page


def test_rows_are_added_and_removed_without_a_script(submission: Submission, owner: Any) -> None:
    client = browser(owner)
    here = address(submission, Step.MODULES)
    added = client.post(here, typed()["modules"] | {"version": "0", "add": "modules"})
    assert added["Location"] == f"{here}#modules-2"
    kept = stored(submission, Step.MODULES)
    assert kept["modules-TOTAL_FORMS"] == ["3"]
    assert len({kept[f"modules-{number}-uid"][0] for number in range(3)}) == 3
    assert 'id="modules-2"' in text_of(client.get(here))
    moved = client.post(here, kept | {"version": "1", "up": "modules-1"})
    assert moved["Location"] == f"{here}#modules-0"
    kept = stored(submission, Step.MODULES)
    assert [kept["modules-0-uid"], kept["modules-1-uid"]] == [[SECOND], [FIRST]]
    removed = client.post(here, kept | {"version": "2", "remove": "modules-1"})
    assert removed["Location"] == f"{here}#modules-list"
    kept = stored(submission, Step.MODULES)
    assert (kept["modules-TOTAL_FORMS"], kept["modules-0-uid"]) == (["2"], [SECOND])
    assert kept["modules-0-title"] == ["Speaking"]


def test_two_people_see_both_versions(
    provider: Provider, submission: Submission, owner: Any
) -> None:
    other = make_member(provider, "edgar", MemberRole.EDITOR)
    here = address(submission, Step.ABOUT)
    first, second = browser(owner), browser(other)
    theirs, mine = typed()["about"], typed()["about"] | {"title": ["Mine"], "licence": ["other"]}
    first.post(here, theirs | {"version": "0"})
    response = second.post(here, mine | {"version": "0"})
    assert response.status_code == 409
    page = text_of(response)
    assert "Olga Sample" in page
    assert re.search(r"Yours</dt><dd>Mine</dd>.*Stored</dt><dd>Time and distance</dd>", page)
    assert stored(submission, Step.ABOUT)["title"] == ["Time and distance"]
    editing = second.post(here, mine | {"version": "1", "edit": "yes"})
    assert 'value="Mine"' in text_of(editing)
    assert stored(submission, Step.ABOUT)["title"] == ["Time and distance"]
    kept = second.post(here, mine | {"version": "1", "save": "stay"})
    assert kept.status_code == 302
    assert stored(submission, Step.ABOUT)["title"] == ["Mine"]
    submission.refresh_from_db()
    assert submission.title == "Mine"


def test_a_script_saves_and_is_told_of_conflicts(submission: Submission, owner: Any) -> None:
    client = browser(owner, headers={"accept": "application/json"})
    here = address(submission, Step.ABOUT)
    answer = client.post(here, {"title": "One", "version": "0"})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert client.post(here, {"title": "One", "version": "0"}).json()["version"] == 1
    stale = client.post(here, {"title": "Two", "version": "0"})
    assert (stale.status_code, stale.json()["by"]) == (409, "Olga Sample")
    long = client.post(here, {"title": "x" * 310_000, "version": "1"})
    assert long.status_code == 413
    assert stored(submission, Step.ABOUT)["title"] == ["One"]


def test_a_session_that_ended_costs_no_word(submission: Submission, owner: Any) -> None:
    here = address(submission, Step.ABOUT)
    nowhere = here.replace(str(submission.uid), FIRST)
    pages = []
    for place in (here, nowhere):
        assert browser().get(place).status_code == 302
        told = browser(headers={"accept": "application/json"}).post(place, {"title": "One"})
        assert (told.status_code, told.json()["error"]) == (401, "signed_out")
        response = browser().post(place, {"title": "My <title>", "version": "0", "save": "list"})
        assert response.status_code == 401
        uid = place.split("/")[3]
        pages.append(text_of(response).replace(uid, ""))
    assert 'name="title" value="My &lt;title&gt;"' in pages[0]
    assert 'name="save" value="list"' in pages[0]
    without_token = [re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page) for page in pages]
    assert without_token[0] == without_token[1]
    assert not submission.steps.exists()


def test_a_token_from_before_the_sign_in_costs_no_word(submission: Submission, owner: Any) -> None:
    client = browser(owner, enforce_csrf_checks=True)
    here = address(submission, Step.ABOUT)
    sent = {"title": "One", "version": "0"}
    assert client.post(here, sent).status_code == 403
    elsewhere = client.post(here, sent, headers={"origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    assert 'value="One"' not in text_of(elsewhere)
    response = client.post(here, sent, headers={"origin": "http://testserver"})
    assert response.status_code == 403
    assert 'name="title" value="One"' in text_of(response)
    assert not submission.steps.exists()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', text_of(response))
    assert token is not None
    again = client.post(here, sent | {"csrfmiddlewaretoken": token[1]})
    assert again.status_code == 302
    assert stored(submission, Step.ABOUT)["title"] == ["One"]


def test_who_may_read_cannot_write_and_others_learn_nothing(
    provider: Provider, submission: Submission, owner: Any
) -> None:
    fill(submission, owner)
    viewer = browser(make_member(provider, "vera", MemberRole.VIEWER))
    page = text_of(viewer.get(address(submission, Step.MODULES)))
    assert "Slowing down" in page
    assert 'id="step-form"' not in page
    refused = viewer.post(address(submission, Step.ABOUT), {"title": "X", "version": "1"})
    assert refused.status_code == 403
    assert stored(submission, Step.ABOUT)["title"] == ["Time and distance"]
    foreign = browser(make_member(make_provider("Rival"), "rita"))
    root = browser(get_user_model().objects.create_superuser("root@example.org", "a password"))
    for client in (foreign, root):
        for name in ("portal_tasks", "portal_preview"):
            assert client.get(reverse(name, args=[submission.uid])).status_code == 404
        for step in FORM_STEPS:
            assert client.get(address(submission, step)).status_code == 404
            assert client.post(address(submission, step), {"version": "1"}).status_code == 404
    assert stored(submission, Step.ABOUT)["title"] == ["Time and distance"]


def test_a_submission_that_went_on_gives_the_text_back(submission: Submission, owner: Any) -> None:
    Submission.objects.update(state=SubmissionState.SCREENING.value)
    client = browser(owner)
    response = client.post(
        address(submission, Step.ABOUT),
        {"title": "Too late", "summary": "My words", "version": "0"},
    )
    assert response.status_code == 403
    assert "My words" in text_of(response)
    assert not submission.steps.exists()
    assert "cannot be changed now" in text_of(client.get(address(submission, Step.ABOUT)))


def test_statements_are_made_again_for_the_next_version(submission: Submission, owner: Any) -> None:
    fill(submission, owner)
    save_step(
        submission_id=submission.pk, step=Step.ATTEST, content=ATTESTED, version=0, actor=owner
    )
    client = browser(owner)
    assert "checked" in text_of(client.get(address(submission, Step.ATTEST)))
    saved = submission.steps.get(step=Step.ATTEST.value)
    Submission.objects.update(
        state=SubmissionState.RETURNED.value, submitted_at=saved.saved_at, number="S-1"
    )
    page = text_of(client.get(address(submission, Step.ATTEST)))
    assert 'value="Pat Sample"' in page
    assert "checked" not in page


def test_a_named_study_is_kept_once_when_the_page_is_made(
    site_tree: dict[str, Any], submission: Submission, owner: Any
) -> None:
    for number in (1, 2):
        version = SubmissionVersion.objects.create(
            submission=submission, number=number, content=typed(), sha256="", submitted_by=owner
        )
        save_revision_of(submission, version)
    study = EvidenceStudy.objects.select_related("source").get()
    assert (str(study.uid), study.source.url) == (CITED, "https://example.org/trial")
    assert study.limitations.startswith("Named by the provider; not checked by staff yet.")
    page = submission.page.get_latest_revision_as_object()
    assert [row.study for row in page.evidence.all()] == [study]
    assert not study.claims.exists()


def test_the_preview_is_the_page_and_writes_nothing(
    site_tree: dict[str, Any], submission: Submission, owner: Any
) -> None:
    fill(submission, owner)
    before = (CurriculumPage.objects.count(), EvidenceStudy.objects.count())
    response = browser(owner).get(reverse("portal_preview", args=[submission.uid]))
    page = text_of(response)
    assert "Preview: not approved, not public" in page
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert "Somebody sits on a sill." in page
    assert "Named by the provider; not checked by staff yet." in page
    assert response["X-Robots-Tag"] == "noindex"
    assert "private" in response["Cache-Control"]
    assert (CurriculumPage.objects.count(), EvidenceStudy.objects.count()) == before
    empty = create_submission(provider=submission.provider, actor=owner)
    assert browser(owner).get(reverse("portal_preview", args=[empty.uid])).status_code == 200


def test_the_list_tells_how_far_it_is(submission: Submission, owner: Any) -> None:
    client = browser(owner)
    tasks = reverse("portal_tasks", args=[submission.uid])
    assert progress_of(submission).percent == 0
    fill(submission, owner, without=("evidence", "implementation"))
    some = progress_of(submission)
    assert some.of(Step.MODULES).is_done
    assert not some.of(Step.EVIDENCE).is_begun
    assert 0 < some.percent < 100
    page = text_of(client.get(tasks))
    assert f"{some.percent} % complete" in page
    assert "Not started" in page
    fill(submission, owner, without=tuple(set(typed()) - {"evidence", "implementation"}))
    assert progress_of(submission).percent > some.percent


@pytest.mark.parametrize("name", ["tasks", "modules"])
def test_more_modules_ask_nothing_more(name: str, submission: Submission, owner: Any) -> None:
    fill(submission, owner)
    module = {"title": ["M"], "method": ["lecture"], "core_topic": ["tactical-skills"]}
    client = browser(owner)
    place = (
        reverse("portal_tasks", args=[submission.uid])
        if name == "tasks"
        else address(submission, Step.MODULES)
    )
    counts = []
    for number in (1, 3):
        content = typed()["modules"] | rows("modules", *[module] * number)
        step = submission.steps.get(step=Step.MODULES.value)
        step.content = content
        step.save()
        client.get(place)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(place).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
