"""The self-assessment: asked by the reviewers' criteria, frozen, and read when the rule lets it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from review_workflow.enums import SelfAssessmentShown
from review_workflow.models import Criterion, RatingLevel, ReviewRound
from review_workflow.selectors.verdicts import verdict_of
from review_workflow.services import copy_edition, put_in_force
from submission_portal.enums import Step, SubmissionState
from submission_portal.models import Submission, SubmissionVersion, SubmittedRevision
from submission_portal.selectors.self_assessment import own_views_of, self_assessment_of
from submission_portal.services import create_submission, save_step
from submission_portal.steps import forms_of, typed_texts
from submission_portal.steps.self_assessment import SelfAssessmentForm
from tests.integration.review_workflow.panels import (
    Panel,
    make_edition,
    make_overseer,
    make_panel,
    make_user,
)
from tests.integration.review_workflow.reviewing import action_url, file_one, start_reviews

from .planting import make_member, make_provider

pytestmark = pytest.mark.django_db
WORD, PLACE = "Quincebloom", "Thistlewick manual, page 4"


def login(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def criteria(edition: Any) -> dict[str, Criterion]:
    return {each.code: each for each in Criterion.objects.filter(domain__edition=edition)}


def named(criterion: Criterion, **parts: str) -> dict[str, list[str]]:
    return {f"c{criterion.pk}-{part}": [text] for part, text in parts.items()}


def next_edition(edition: Any) -> Any:
    """Return the edition that follows: without B2, and A2 without its highest level."""
    draft = copy_edition(edition=edition, label="2027.1", actor=None)
    found = criteria(draft)
    RatingLevel.objects.filter(criterion=found["A2"], value=2).update(value=3)
    found["B2"].delete()
    return put_in_force(edition=draft, effective_on=timezone.localdate(), actor=None)


def submitted(panel: Panel, content: dict[str, list[str]], edition: Any = None) -> ReviewRound:
    """Return the round on a revision that was made from a version with this self-assessment."""
    round_ = panel.submit()
    submission = Submission.objects.create(
        provider=panel.provider,
        created_by=panel.editor,
        title="Course",
        state=SubmissionState.ACCEPTED.value,
        page_id=round_.case.page_id,
        case=round_.case,
    )
    version = SubmissionVersion.objects.create(
        submission=submission,
        number=1,
        content={Step.SELF_ASSESSMENT.value: content},
        edition_uid=(edition or panel.edition).uid,
        sha256="0" * 64,
        submitted_by=panel.editor,
    )
    SubmittedRevision.objects.create(version=version, revision=round_.revision)
    return round_


def test_the_form_asks_what_applies_and_hides_no_answer() -> None:
    edition = make_edition(applies_when={"A1": {"modality": ["online"]}, "B1": {"stages": ["x"]}})
    found = criteria(edition)
    empty = SelfAssessmentForm({})
    assert empty.is_valid()
    assert not empty.skipped
    (domain, asked), _other = empty.groups
    assert (domain.code, [each.criterion.code for each in asked]) == ("A", ["A1", "A2"])
    assert [meaning for _option, meaning in asked[0].options][1] == "Absent, seen in the materials."
    # Only what is known keeps a criterion out: nothing was said of the stages.
    empty.facts = {"modality": "in-person", "stages": []}
    assert [each.code for each in empty.skipped] == ["A1"]
    empty.facts = {"modality": "online", "stages": ["y"]}
    assert [each.code for each in empty.skipped] == ["B1"]
    full = SelfAssessmentForm(
        named(found["A1"], level="na", note=WORD) | named(found["A2"], level="2", place=PLACE)
    )
    full.facts = {"modality": "in-person"}
    assert full.is_valid()
    doubtful = {each.criterion.code: each.is_doubtful for _d, rows in full.groups for each in rows}
    assert doubtful == {"A1": True, "A2": False, "B1": False, "B2": False}
    for wrong in (
        named(found["A1"], level="7"),
        named(found["A1"], note="x" * 5001),
        named(found["A1"], place="x" * 201),
    ):
        assert list(SelfAssessmentForm(wrong).errors) == list(wrong)


def test_without_standards_nothing_is_asked() -> None:
    form = SelfAssessmentForm()
    assert (form.groups, form.skipped, list(form.fields)) == ([], [], [])


def test_a_later_edition_keeps_what_was_typed() -> None:
    before = make_edition()
    old = criteria(before)
    new = criteria(next_edition(before))
    typed = (
        named(old["A1"], level="1", note=WORD)
        | named(old["A2"], level="2", place=PLACE)
        | named(old["B2"], note="Gone.")
        | named(old["B1"], note="Earlier.")
        | named(new["B1"], note="Later.")
    )
    form = forms_of(Step.SELF_ASSESSMENT, typed, bound=True).form
    assert form.is_valid()
    given = {name: value for name, value in form.cleaned_data.items() if value}
    assert given == {
        f"c{new['A1'].pk}-level": "1",
        f"c{new['A1'].pk}-note": WORD,
        f"c{new['A2'].pk}-place": PLACE,
        f"c{new['B1'].pk}-note": "Later.",
    }
    assert typed_texts(Step.SELF_ASSESSMENT, typed)[0] == ("Why", WORD)


def test_the_step_is_typed_kept_and_shown_again() -> None:
    edition = make_edition(applies_when={"B2": {"modality": ["online"]}})
    found = criteria(edition)
    provider = make_provider("Academy")
    owner = make_member(provider, "olga")
    submission = create_submission(provider=provider, actor=owner)
    save_step(
        submission_id=submission.pk,
        step=Step.MODULES,
        content={"modality": ["in-person"]},
        version=0,
        actor=owner,
    )
    client = login(owner)
    address = reverse("portal_step", args=[submission.uid, Step.SELF_ASSESSMENT.value])
    page = client.get(address).content.decode()
    assert all(text in page for text in ("What A1 asks for.", "Partly there, seen in", "Not asked"))
    assert page.count('type="radio"') == 3 * 5
    assert f'name="c{found["B2"].pk}-level"' not in page
    sent = named(found["A1"], level="1", note=WORD) | named(found["A2"], level="7", place=PLACE)
    answer = client.post(address, sent | {"version": "0", "save": "continue", "c999-note": "x"})
    assert answer["Location"] == address
    saved = submission.steps.get(step=Step.SELF_ASSESSMENT.value)
    assert saved.content == sent
    page = client.get(address).content.decode()
    assert f'href="#id_c{found["A2"].pk}-level_0"' in page
    assert all(text in page for text in (WORD, PLACE))
    # A window that was opened before the edition changed saves under the criteria of the new one.
    now = criteria(next_edition(edition))
    again = named(found["A1"], level="0", note="Newer.")
    answer = client.post(address, again | {"version": "1", "save": "continue"})
    saved.refresh_from_db()
    assert saved.content == named(now["A1"], level="0", note="Newer.")


def test_a_frozen_version_speaks_of_each_criterion_by_its_lineage(site_tree: Any) -> None:
    panel = make_panel(site_tree)
    old = criteria(panel.edition)
    typed = (
        named(old["A2"], level="2", place=PLACE)
        | named(old["A1"], level="na", note=WORD)
        | named(old["B1"], level="", note=" ")
        | {"c0-note": ["x"], "c987654-note": ["x"], "other": ["x"]}
    )
    round_ = submitted(panel, typed)
    frozen = self_assessment_of(SubmissionVersion.objects.get())
    assert [(each.code, each.words) for each in frozen.ratings] == [
        ("A1", "Does not apply"),
        ("A2", "2 · There"),
    ]
    assert frozen.by_criterion[old["A2"].pk].place == PLACE
    later = criteria(next_edition(panel.edition))
    assert frozen.by_lineage[later["A1"].lineage].note == WORD
    views = own_views_of(round_)
    assert set(views) == {old["A1"].pk, old["A2"].pk}
    assert views[old["A1"].pk].other_edition == ""
    for domain in round_.edition_snapshot["domains"]:
        for criterion in domain["criteria"]:
            if criterion["code"] in later:
                criterion["id"] = later[criterion["code"]].pk
    views = own_views_of(round_)
    assert set(views) == {later["A1"].pk, later["A2"].pk}
    assert views[later["A2"].pk].rating == "2 · There"
    assert views[later["A2"].pk].other_edition == str(panel.edition)


def readable(user: Any, round_: ReviewRound) -> set[str]:
    """Return the pages of the round on which the word stands, of all that answer."""
    seat = round_.assignments.filter(reviewer=user).first()
    case, page = round_.case.uid, round_.case.page_id
    addresses = {
        "review": action_url(round_),
        "amend": action_url(round_, "amend"),
        "case": reverse("clearinghouse_case", args=[case]),
        "decide": reverse("clearinghouse_case_decide", args=[case]),
        "compare": reverse("clearinghouse_case_compare", args=[case]),
        "discussion": reverse("clearinghouse_discussion", args=[round_.uid]),
        "queue": reverse("clearinghouse_reviews"),
        "preview": reverse(
            "wagtailadmin_pages:workflow_preview", args=[page, round_.task_state.task_id]
        ),
    }
    if seat is not None:
        addresses["autosave"] = reverse("clearinghouse_review_autosave", args=[seat.uid])
        addresses["seat"] = reverse("clearinghouse_assignment", args=[seat.uid])
    client = login(user)
    found = set()
    for name, address in addresses.items():
        answer = client.get(address)
        if answer.status_code == 200 and WORD in answer.content.decode():
            found.add(name)
    return found


@pytest.mark.parametrize(
    ("shown", "writing", "filed"),
    [
        (SelfAssessmentShown.AFTER_OWN_REVIEW, set(), {"amend", "case"}),
        (SelfAssessmentShown.FROM_THE_START, {"review"}, {"amend", "case"}),
        (SelfAssessmentShown.NEVER, set(), set()),
    ],
)
def test_the_panel_reads_it_as_the_rule_says(
    site_tree: Any, shown: SelfAssessmentShown, writing: set[str], filed: set[str]
) -> None:
    panel = make_panel(site_tree, self_assessment_shown=shown.value)
    found = criteria(panel.edition)
    round_ = submitted(panel, named(found["A1"], level="0", note=WORD))
    seats = start_reviews(panel, round_, 3)
    reviewer, other, _third, spare = panel.reviewers
    round_.refresh_from_db()
    for user in (spare, panel.editor, make_user("stranger")):
        assert readable(user, round_) == set()
    assert readable(reviewer, round_) == writing
    client = login(reviewer)
    autosave = reverse("clearinghouse_review_autosave", args=[seats[0].uid])
    kept = {"version": 0, "content": {"comment": "Half a sen"}}
    answer = client.post(autosave, kept, content_type="application/json")
    assert answer.status_code == 200
    assert WORD not in answer.content.decode()
    file_one(round_, reviewer)
    assert readable(reviewer, round_) == filed
    assert readable(other, round_) == writing
    for user in (panel.chair, make_overseer()):
        assert readable(user, round_) == {"case"}
    page = login(panel.chair).get(reverse("clearinghouse_case", args=[round_.case.uid]))
    assert "self-assessment, not counted" in page.content.decode()


def test_it_counts_for_nothing_and_costs_the_same_however_much_it_says(site_tree: Any) -> None:
    panel = make_panel(site_tree)
    round_ = submitted(panel, {})
    start_reviews(panel, round_, 3)
    for reviewer in panel.reviewers[:3]:
        file_one(round_, reviewer)
    address = reverse("clearinghouse_case", args=[round_.case.uid])
    client = login(panel.chair)
    client.get(address)
    before, counts = verdict_of(round_), []
    version = SubmissionVersion.objects.get()
    found = list(criteria(panel.edition).values())
    for number in (1, len(found)):
        content: dict[str, list[str]] = {}
        for criterion in found[:number]:
            content |= named(criterion, level="0", note=WORD)
        rewrite(version, content)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).content.decode().count(WORD) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert verdict_of(round_) == before


def rewrite(version: SubmissionVersion, content: dict[str, list[str]]) -> None:
    """Give the revision another version's self-assessment: versions themselves never change."""
    submitted_revision = SubmittedRevision.objects.get()
    newer = SubmissionVersion.objects.create(
        submission=version.submission,
        number=version.submission.versions.count() + 1,
        content={Step.SELF_ASSESSMENT.value: content},
        edition_uid=version.edition_uid,
        sha256="0" * 64,
        submitted_by=version.submitted_by,
    )
    SubmittedRevision.objects.filter(pk=submitted_revision.pk).update(version=newer)
