"""Modules filled in from a course package: added below what is typed, and by its writers only."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from curriculum_pages.enums import MemberRole
from submission_portal.enums import Step
from submission_portal.models import SubmissionStep
from submission_portal.packages import Kind, Package, PackageItem
from submission_portal.services import StaleStep, save_step
from submission_portal.services.files import remove_file
from submission_portal.services.prefilling import fill_in_modules, modules_of, propose_modules
from submission_portal.steps import MAX_ROWS, forms_of

from .uploads import MANIFEST, World, archive, browser, make_other, make_world, page_of

pytestmark = pytest.mark.django_db
ONE_ITEM = "<item><title>{}</title></item>"


@pytest.fixture
def world(settings: Any) -> World:
    shutil.rmtree(Path(settings.CLEARINGHOUSE_PRIVATE_ROOT), ignore_errors=True)
    return make_world()


def package(world: World, more: str = "", name: str = "course.zip") -> Any:
    return world.add(name, archive("imsmanifest.xml", MANIFEST.format(more).encode()))


def address(row: Any) -> str:
    return reverse("portal_prefill", args=[row.uid])


def typed(world: World, version: int = 0, **fields: str) -> SubmissionStep:
    content = {
        "class_size": ["12 to 24"],
        "modules-TOTAL_FORMS": ["1"],
        "modules-INITIAL_FORMS": ["0"],
        "modules-0-uid": ["8b9e8ad8-5a35-4be1-a8d7-6ee5b2b39c7d"],
        "modules-0-title": ["Opening"],
    } | {name.replace("__", "-"): [text] for name, text in fields.items()}
    return save_step(
        submission_id=world.submission.pk,
        step=Step.MODULES,
        content=content,
        version=version,
        actor=world.owner,
    )


def stored(world: World) -> SubmissionStep:
    return SubmissionStep.objects.get(submission=world.submission, step=Step.MODULES.value)


def test_a_package_fills_in_modules_below_those_that_are_typed(world: World) -> None:
    row = package(world)
    before = typed(world).content
    world.add("plain.zip", archive("a.txt"))
    client = browser(world.owner)
    html = client.get(page_of(world)).content.decode()
    assert html.count("Fill in modules from this package") == 1
    assert address(row) in html
    shown = client.get(address(row)).content.decode()
    assert "Listening, 50 minutes</li>" in shown
    assert "Distance (with a test)</li>" in shown
    assert stored(world).version == 1
    answer = client.post(address(row), {"version": "1"})
    assert answer["Location"] == reverse("portal_step", args=[world.submission.uid, "modules"])
    step = stored(world)
    assert step.version == 2
    assert step.content.items() >= (before | {"modules-TOTAL_FORMS": ["3"]}).items()
    given = forms_of(Step.MODULES, step.content, bound=True).cleaned["modules"]
    told = [(each["title"], each["contact_minutes"], each["assessments"]) for each in given]
    assert told == [
        ("Opening", None, []),
        ("Listening", 50, []),
        ("Distance", None, ["Test of distance"]),
    ]
    assert len({each["uid"] for each in given}) == 3
    # Once more adds nothing a second time.
    again = client.get(address(row)).content.decode()
    assert "2 modules of the package stand in your list already" in again
    assert "Add these modules" not in again
    refused = client.post(address(row), {"version": "2"}, follow=True).content.decode()
    assert "no module that could be added" in refused
    assert stored(world).version == 2


def test_a_step_that_was_saved_since_is_not_overwritten(world: World) -> None:
    row = package(world)
    typed(world)
    theirs = typed(world, 1, modules__0__title="Their opening").content
    client = browser(world.owner)
    for version in ("1", "0", "", "x", "9" * 30):
        answer = client.post(address(row), {"version": version})
        assert answer.status_code == 409
    html = answer.content.decode()
    assert "changed the modules in the meantime" in html
    assert 'name="version" value="2"' in html
    assert stored(world).content == theirs
    with pytest.raises(StaleStep):
        fill_in_modules(
            submission_id=world.submission.pk, file_id=row.pk, version=1, actor=world.owner
        )


def test_only_who_writes_for_the_provider_fills_in(world: World) -> None:
    row = package(world)
    viewer = world.member("viewer", MemberRole.VIEWER)
    stranger = world.member("stranger", MemberRole.OWNER, make_other())
    for user, status in ((None, 302), (stranger, 404), (viewer, 403)):
        assert browser(user).get(address(row)).status_code == status
        assert browser(user).post(address(row), {"version": "0"}).status_code == status
    for user in (viewer, stranger):
        with pytest.raises(PermissionDenied):
            fill_in_modules(
                submission_id=world.submission.pk, file_id=row.pk, version=0, actor=user
            )
    assert "Fill in modules" not in browser(viewer).get(page_of(world)).content.decode()
    world.move_to("screening")
    assert browser(world.owner).post(address(row), {"version": "0"}).status_code == 403
    assert not SubmissionStep.objects.exists()


def test_what_cannot_be_read_or_is_gone_is_told(world: World) -> None:
    hostile = '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><manifest>&x;</manifest>'
    row = world.add("bad.zip", archive("imsmanifest.xml", hostile.encode()))
    client = browser(world.owner)
    for answer in (client.get(address(row), follow=True), client.post(address(row), follow=True)):
        assert "declares a document type" in answer.content.decode()
    remove_file(submission_id=world.submission.pk, file_id=row.pk, actor=world.owner)
    assert client.get(address(row)).status_code == 404
    with pytest.raises(ValidationError, match="in the meantime"):
        fill_in_modules(
            submission_id=world.submission.pk, file_id=row.pk, version=0, actor=world.owner
        )
    assert not SubmissionStep.objects.exists()


def test_no_more_modules_than_the_list_takes(world: World) -> None:
    row = package(world, "".join(ONE_ITEM.format(f"Part {number}") for number in range(50)))
    proposed = propose_modules(row)
    assert (len(proposed.modules), proposed.left_out) == (MAX_ROWS, 12)
    assert "12 more modules do not fit" in browser(world.owner).get(address(row)).content.decode()
    assert (
        fill_in_modules(
            submission_id=world.submission.pk, file_id=row.pk, version=0, actor=world.owner
        )
        == MAX_ROWS
    )
    assert stored(world).content["modules-TOTAL_FORMS"] == [str(MAX_ROWS)]


def item(title: str, depth: int, minutes: int | None = None) -> PackageItem:
    return PackageItem(title, minutes, is_assessment=False, depth=depth)


def test_a_single_topmost_item_is_the_course_and_minutes_are_summed_if_all_are_stated() -> None:
    items = (
        item("Course", 0),
        item("One", 1),
        item("One a", 2, 10),
        item("One b", 2, 20),
        item("Two", 1),
        item("Two a", 2, 10),
        item("Two b", 2),
        item("one", 1, 5),
    )
    told = modules_of(Package(Kind.SCORM_12, "Course", items))
    assert [(module.title, module.minutes) for module in told] == [("One", 30), ("Two", None)]
    alone = modules_of(Package(Kind.CMI5, "Course", (item("All", 0, 5),)))
    assert [(module.title, module.minutes) for module in alone] == [("All", 5)]
    assert modules_of(Package(Kind.CMI5, "Course", ())) == []
