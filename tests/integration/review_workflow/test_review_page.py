"""The review's page at Wagtail's workflow address: for its reviewer, and for nobody else."""

import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.viewsets.pages import page_viewset_registry
from wagtail.models import ModelLogEntry, Page, PageLogEntry, TaskState

from curriculum_pages.models import CurriculumFile, CurriculumPage, StoredFile
from review_workflow.models import (
    Assignment,
    AuditEntry,
    DiscussionPost,
    OutgoingMessage,
    Rating,
    Review,
    ReviewDraft,
    ReviewRound,
)
from review_workflow.services import declare_conflicts
from review_workflow.viewsets.review_page import ReviewActionView

from .panels import Panel, make_overseer, make_panel, make_user
from .reviewing import action_url, as_posted, field, file_one, review_data, start_reviews


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    return panel.submit()


@pytest.fixture
def seats(panel: Panel, round_: ReviewRound) -> list[Assignment]:
    found = start_reviews(panel, round_)
    round_.refresh_from_db()
    return found


def browser_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def reviewer(panel: Panel, seats: list[Assignment]) -> Client:
    """The browser of the first reviewer, who can write."""
    return browser_of(panel.reviewers[0])


def everything() -> tuple[int, ...]:
    models = (Review, Rating, ReviewDraft, DiscussionPost, AuditEntry, OutgoingMessage)
    return tuple(model.objects.count() for model in models)


def test_the_page_shows_the_frozen_version_beside_the_form(
    reviewer: Client, round_: ReviewRound
) -> None:
    answer = reviewer.get(action_url(round_))
    assert answer.status_code == 200
    page = answer.content.decode()
    preview = reverse(
        "wagtailadmin_pages:workflow_preview",
        args=[round_.case.page_id, TaskState.objects.get(pk=round_.task_state_id).task_id],
    )
    assert f'src="{preview}"' in page
    for domain in round_.edition_snapshot["domains"]:
        for criterion in domain["criteria"]:
            assert criterion["text"] in page
            assert all(level["descriptor"] in page for level in criterion["levels"])
    assert all(title in page for _uid, title in round_.units)


def test_the_preview_is_the_frozen_version_and_may_stand_in_the_page(
    reviewer: Client, panel: Panel, round_: ReviewRound
) -> None:
    page = CurriculumPage.objects.get(pk=round_.case.page_id)
    page.title = "Edited behind the panel's back"
    page.save_revision()
    address = reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, panel.task.pk])
    answer = reviewer.get(address)
    assert answer.status_code == 200
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "Course" in answer.content.decode()
    assert "behind the panel" not in answer.content.decode()
    for user in (panel.editor, panel.reviewers[3]):
        assert browser_of(user).get(address).status_code == 302


def test_saving_keeps_everything_and_files_nothing(reviewer: Client, round_: ReviewRound) -> None:
    data = {field(round_, "A2", "level"): "1", "comment": "  Half a sen"}
    answer = reviewer.post(action_url(round_), as_posted(round_, "save", data))
    assert answer.status_code == 302
    assert answer["Location"] == action_url(round_)
    page = reviewer.get(action_url(round_)).content.decode()
    assert "  Half a sen</textarea>" in page
    assert 'name="version" value="1"' in page
    assert f'value="1" id="{field(round_, "A2", "level")}-1" checked' in page
    assert not Review.objects.exists()


def test_filing_leads_to_the_others_reviews(
    reviewer: Client, panel: Panel, round_: ReviewRound
) -> None:
    file_one(round_, panel.reviewers[1], comment="The second's comment.")
    assert "The second's comment" not in reviewer.get(action_url(round_)).content.decode()
    posted = as_posted(round_, "file", review_data(round_))
    answer = reviewer.post(action_url(round_), posted)
    assert answer["Location"] == action_url(round_, "amend")
    review = Review.objects.get(assignment__reviewer=panel.reviewers[0])
    assert review.ratings.count() == 4
    page = reviewer.get(action_url(round_, "amend")).content.decode()
    assert "The second&#x27;s comment." in page
    assert "Reviewer 2 · Mental- or behavioral-health clinician" in page
    assert panel.reviewers[1].first_name not in page
    # The same button pressed twice.
    before = everything()
    assert reviewer.post(action_url(round_), posted)["Location"] == action_url(round_, "amend")
    assert everything() == before


def test_what_cannot_be_filed_comes_back_with_everything_typed(
    reviewer: Client, round_: ReviewRound
) -> None:
    name = field(round_, "A2", "place-0")
    data = review_data(round_, comment="Do not lose me.")
    del data[name], data[field(round_, "A2", "unit-0")]
    data[field(round_, "B2", "level")] = "999"
    answer = reviewer.post(action_url(round_), as_posted(round_, "file", data))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Do not lose me.</textarea>" in page
    assert f'<a href="#{name}">A2 is essential' in page
    assert f'id="{name}-faults"' in page
    assert "B2 has no level 999; choose one of 0, 1, 2." in page
    assert not Review.objects.exists()
    assert ReviewDraft.objects.get().content["comment"] == "Do not lose me."


def test_another_place_is_added_without_a_script(reviewer: Client, round_: ReviewRound) -> None:
    criterion = field(round_, "A2", "").strip("c-")
    data = {f"c{criterion}-unit-0": round_.units[0][0], f"c{criterion}-place-0": "page 3"}
    posted = as_posted(round_, f"more-{criterion}", data)
    answer = reviewer.post(action_url(round_), posted)
    assert answer["Location"] == f"{action_url(round_)}?more={criterion}#c{criterion}"
    page = reviewer.get(answer["Location"]).content.decode()
    assert f'name="c{criterion}-place-0" value="page 3"' in page
    assert f'name="c{criterion}-place-1" value=""' in page


def test_an_older_window_is_shown_the_conflict_and_chooses(
    reviewer: Client, round_: ReviewRound
) -> None:
    address = action_url(round_)
    reviewer.post(address, as_posted(round_, "save", {"comment": "first"}))
    answer = reviewer.post(address, as_posted(round_, "file", review_data(round_)))
    assert answer.status_code == 200
    assert "Another window saved this draft" in answer.content.decode()
    assert "Sound.</textarea>" in answer.content.decode()
    assert ReviewDraft.objects.get().content["comment"] == "first"
    assert not Review.objects.exists()
    posted = as_posted(round_, "replace", {"comment": "second"}, stored="1")
    assert reviewer.post(address, posted).status_code == 302
    assert ReviewDraft.objects.get().content["comment"] == "second"


def test_a_form_of_another_version_is_refused(reviewer: Client, round_: ReviewRound) -> None:
    before = everything()
    posted = as_posted(round_, "file", review_data(round_), revision="1")
    answer = reviewer.post(action_url(round_), posted)
    assert "written on another version" in answer.content.decode()
    assert "Sound.</textarea>" in answer.content.decode()
    assert everything() == before


def test_hostile_fields_are_refused_by_name(reviewer: Client, round_: ReviewRound) -> None:
    before = everything()
    data = review_data(round_) | {"c999-level": "1", "<script>": "1"}
    page = reviewer.post(action_url(round_), as_posted(round_, "file", data)).content.decode()
    assert "This criterion is not one of this round." in page
    assert "<script>:" not in page
    assert everything() == before


def people(panel: Panel) -> dict[str, Any]:
    return {
        "reviewer without a seat": panel.reviewers[3],
        "editor and author": panel.editor,
        "superuser": make_user("root", is_superuser=True, is_staff=True),
        "overseer": make_overseer(),
        "chair": panel.chair,
        "reader of the admin": make_user("nobody"),
    }


@pytest.mark.parametrize("action", ["review", "amend"])
def test_nobody_else_writes_there(
    panel: Panel, round_: ReviewRound, seats: list[Assignment], action: str
) -> None:
    file_one(round_, panel.reviewers[1])
    before = everything()
    data = review_data(round_, reason="Because.")
    for name, user in people(panel).items():
        for do in ("save", "file", "replace", "amend"):
            answer = browser_of(user).post(action_url(round_, action), as_posted(round_, do, data))
            assert (name, answer.status_code) in {(name, 302), (name, 404)}
        page = browser_of(user).get(action_url(round_, action))
        assert (name, page.status_code) in {(name, 302), (name, 404)}
    assert everything() == before


def test_a_conflict_hides_the_page_the_draft_and_the_files(
    panel: Panel, round_: ReviewRound, seats: list[Assignment], reviewer: Client
) -> None:
    declare_conflicts(
        assignment_id=seats[0].pk, kinds=["family"], details="Kin.", actor=panel.reviewers[0]
    )
    before = everything()
    for address in (
        action_url(round_),
        action_url(round_, "amend"),
        reverse("clearinghouse_review_autosave", args=[seats[0].uid]),
        reverse("clearinghouse_discussion", args=[round_.uid]),
        reverse("clearinghouse_review_file", args=[round_.uid, seats[0].uid]),
    ):
        assert (address, reviewer.get(address).status_code) == (address, 404)
        assert reviewer.post(address, review_data(round_)).status_code in {404, 405}
    preview = reverse(
        "wagtailadmin_pages:workflow_preview", args=[round_.case.page_id, panel.task.pk]
    )
    assert reviewer.get(preview).status_code == 302
    assert everything() == before


def test_anothers_task_state_in_the_address_is_not_found(
    panel: Panel, round_: ReviewRound, reviewer: Client
) -> None:
    other = panel.submit(panel.make_curriculum("other"))
    before = everything()
    crossed = action_url(round_, page=other.case.page)
    posted = as_posted(round_, "file", review_data(round_))
    assert reviewer.get(crossed).status_code == 404
    assert reviewer.post(crossed, posted).status_code == 404
    # And the round of a case in which the reviewer holds no seat.
    assert reviewer.post(action_url(other), posted).status_code == 404
    assert everything() == before


def test_the_stock_window_is_led_to_the_page_and_cannot_file(
    reviewer: Client, round_: ReviewRound
) -> None:
    before = everything()
    headers = {"x-requested-with": "XMLHttpRequest"}
    answer = reviewer.get(action_url(round_), headers=headers)
    assert answer.json() == {"step": "success", "redirect": action_url(round_)}
    reviewer.post(action_url(round_), {"comment": "Fine."}, headers=headers)
    collect = reverse(
        "wagtailadmin_pages:collect_workflow_action_data",
        args=[round_.case.page_id, "review", round_.task_state_id],
    )
    reviewer.post(collect, {"comment": "Fine."}, headers=headers)
    edit = reverse("wagtailadmin_pages:edit", args=[round_.case.page_id])
    extra = json.dumps({"score": 999, "recommendation": "approve"})
    reviewer.post(
        edit,
        {
            "action-workflow-action": "true",
            "workflow-action-name": "review",
            "workflow-action-extra-data": extra,
        },
    )
    assert everything() == before


def test_chairs_and_overseers_are_led_to_the_case(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    case = reverse("clearinghouse_case", args=[round_.case.uid])
    for user, action in ((panel.chair, "decide"), (make_overseer(), "read")):
        answer = browser_of(user).get(action_url(round_, action))
        assert (answer.status_code, answer["Location"]) == (302, case)


def test_nothing_of_a_review_stands_in_wagtails_tables(
    panel: Panel, round_: ReviewRound, reviewer: Client
) -> None:
    words = {"comment": "Unmistakable words.", "confidential": "Confidential words."}
    logs = (PageLogEntry.objects.count(), ModelLogEntry.objects.count())
    reviewer.post(action_url(round_), as_posted(round_, "file", review_data(round_, **words)))
    reviewer.post(
        action_url(round_, "amend"), {"comment": "Other words.", "reason": "Why.", "do": "amend"}
    )
    assert Review.objects.get().comment == "Other words."
    assert (PageLogEntry.objects.count(), ModelLogEntry.objects.count()) == logs
    tables = [
        name
        for name in connection.introspection.table_names()
        if name.startswith(("wagtail", "django_session"))
    ]
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name from the database
            rows = str(cursor.fetchall())
        assert (table, "words" in rows) == (table, False)
    state = TaskState.objects.get(pk=round_.task_state_id)
    assert (state.comment, state.status, state.finished_by) == ("", "in_progress", None)


def test_amending_on_the_page(panel: Panel, round_: ReviewRound, reviewer: Client) -> None:
    file_one(round_, panel.reviewers[0])
    address, name = action_url(round_, "amend"), field(round_, "A2", "final")
    page = reviewer.post(address, {"do": "amend", name: "1"})
    assert page.status_code == 200
    assert "Say why your rating changed." in page.content.decode()
    answer = reviewer.post(
        address, {"do": "amend", name: "1", field(round_, "A2", "why"): "Page 9"}
    )
    assert answer["Location"] == address
    assert "Page 9" in reviewer.get(address).content.decode()
    assert Rating.objects.get(kind="final").level == 1


def test_discussing_on_the_page(panel: Panel, round_: ReviewRound, reviewer: Client) -> None:
    file_one(round_, panel.reviewers[0])
    address = reverse("clearinghouse_discussion", args=[round_.uid])
    answer = reviewer.post(
        address, {"criterion_id": "", "reply_to": "", "body": "Hello", "next": "//evil.example/"}
    )
    post = DiscussionPost.objects.get()
    assert answer["Location"] == f"{address}#post-{post.uid}"
    page = reviewer.post(address, {"criterion_id": "x", "reply_to": "", "body": "Keep me"})
    assert page.status_code == 200
    assert "Keep me</textarea>" in page.content.decode()
    assert "Hello" in browser_of(panel.chair).get(address).content.decode()
    for user in (panel.reviewers[1], panel.reviewers[3], panel.editor):
        assert browser_of(user).get(address).status_code == 404
        assert browser_of(user).post(address, {"body": "Hi"}).status_code == 404
    assert DiscussionPost.objects.count() == 1


# Autosave


def save(client: Client, seat: Assignment, sent: Any) -> Any:
    address = reverse("clearinghouse_review_autosave", args=[seat.uid])
    text = sent if isinstance(sent, str) else json.dumps(sent)
    return client.post(address, text, content_type="application/json")


def test_autosave_keeps_the_draft_and_tells_its_version(
    reviewer: Client, seats: list[Assignment]
) -> None:
    content = {"comment": "Half a sen\x00", "tab": "a", "edit": "1"}
    answer = save(reviewer, seats[0], {"version": 0, "content": content})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert ReviewDraft.objects.get().content == content | {"comment": "Half a sen"}
    answer = save(reviewer, seats[0], {"version": 0, "content": content | {"tab": "b"}})
    assert (answer.status_code, answer.json()["version"]) == (409, 1)
    answer = reviewer.get(reverse("clearinghouse_review_autosave", args=[seats[0].uid]))
    assert answer.json()["version"] == 1
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("{", "as JSON"),
        ([], "“content”"),
        ({"version": "0", "content": {}}, "“version”"),
        ({"version": True, "content": {}}, "“version”"),
        ({"version": 0, "content": {"evil": "1"}}, "no such field"),
        ({"version": 0, "content": {"c99999-level": "1"}}, "not one of this round"),
        ({"version": 0, "content": {"comment": ["a"]}}, "Give text"),
    ],
)
def test_autosave_refuses_what_is_no_draft(
    reviewer: Client, seats: list[Assignment], sent: Any, words: str
) -> None:
    answer = save(reviewer, seats[0], sent)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert not ReviewDraft.objects.exists()


def test_autosave_is_its_reviewers_alone_and_ends_with_filing(
    panel: Panel, round_: ReviewRound, seats: list[Assignment], reviewer: Client
) -> None:
    sent = {"version": 0, "content": {"comment": "Mine now"}}
    for user in (*people(panel).values(), panel.reviewers[1]):
        assert save(browser_of(user), seats[0], sent).status_code == 404
    assert save(Client(), seats[0], sent).status_code == 302
    file_one(round_, panel.reviewers[0])
    assert save(reviewer, seats[0], sent).status_code == 403
    assert not ReviewDraft.objects.exists()


# Files


@pytest.fixture
def with_files(panel: Panel) -> CurriculumPage:
    """A curriculum with a file of each visibility, to be submitted."""
    page = panel.make_curriculum("with-files")
    for visibility in ("public", "reviewers", "staff"):
        stored = StoredFile(sha256=visibility * 4, size=4, content_type="text/plain")
        stored.file.save(f"{visibility}.txt", ContentFile(visibility.encode()), save=False)
        stored.save()
        page.files.add(
            CurriculumFile(
                title=f"For {visibility}",
                name=f"{visibility}.txt",
                visibility=visibility,
                stored_file=stored,
            )
        )
    page.save_revision()
    return CurriculumPage.objects.get(pk=page.pk)


def test_reviewers_open_the_files_of_the_frozen_version(
    panel: Panel, with_files: CurriculumPage
) -> None:
    round_ = panel.submit(with_files)
    files = round_.revision.as_object().files.all()
    frozen = {row.title: row for row in files if row.title.startswith("For ")}

    def ask(user: Any, title: str) -> tuple[int, bytes, Any]:
        address = reverse("clearinghouse_review_file", args=[round_.uid, frozen[title].uid])
        answer = browser_of(user).get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else b""
        return answer.status_code, content, answer.headers

    def statuses(user: Any) -> dict[str, int]:
        return {title: ask(user, title)[0] for title in frozen}

    closed = dict.fromkeys(frozen, 404)
    reviewer = panel.reviewers[0]
    assert statuses(reviewer) == closed
    start_reviews(panel, round_)
    opened = {"For public": 200, "For reviewers": 200, "For staff": 404}
    assert statuses(reviewer) == opened
    assert statuses(panel.chair) == opened
    for user in (panel.reviewers[3], make_user("nobody"), panel.editor):
        assert statuses(user) == closed
    # A file taken out of a later draft stays open to the panel; one put in does not open.
    page = CurriculumPage.objects.get(pk=with_files.pk).get_latest_revision_as_object()
    page.files = [row for row in page.files.all() if row.visibility == "staff"]
    page.save_revision()
    status, content, headers = ask(reviewer, "For reviewers")
    assert (status, content) == (200, b"reviewers")
    assert headers["Content-Disposition"] == 'attachment; filename="reviewers.txt"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    listed = browser_of(reviewer).get(action_url(round_)).content.decode()
    assert "For public" in listed
    assert "For reviewers" in listed
    assert "For staff" not in listed


# The registry


def test_only_pages_under_the_gate_have_the_review_page(site_tree: dict[str, Any]) -> None:
    gated = page_viewset_registry.get_by_type(CurriculumPage)
    assert gated.workflow_action_view_class is ReviewActionView
    assert (
        page_viewset_registry.get_by_type(Page).workflow_action_view_class is not ReviewActionView
    )
    # The explorer lists curricula as ever, and the list of curricula keeps its address.
    catalog = type(site_tree["catalog"])
    assert page_viewset_registry.get_by_parent_model(catalog) is page_viewset_registry.get_by_type(
        Page
    )
    root = browser_of(make_user("root", is_superuser=True))
    explorer = reverse("wagtailadmin_explore", args=[site_tree["catalog"].pk])
    assert root.get(explorer).status_code == 200
    assert root.get(reverse("curricula:index")).status_code == 200


def test_the_page_asks_the_same_of_the_database_with_more_reviews(
    panel: Panel, round_: ReviewRound, reviewer: Client
) -> None:
    file_one(round_, panel.reviewers[0])
    address = action_url(round_, "amend")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert reviewer.get(address).status_code == 200
        return len(captured)

    statements()
    alone = statements()
    file_one(round_, panel.reviewers[1])
    file_one(round_, panel.reviewers[2])
    assert statements() == alone
