"""From a draft over screening to a panel and back: who may do what, once, with which mail."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import CurriculumPage, ProviderMember
from review_workflow.enums import CaseState, Outcome
from review_workflow.models import (
    Affiliation,
    AppendOnlyError,
    Case,
    Criterion,
    OutgoingMessage,
    ReviewerProfile,
    ReviewRound,
)
from submission_portal.enums import EventKind, ReasonKind, Stage, Step, SubmissionState
from submission_portal.models import (
    ScreeningReason,
    Submission,
    SubmissionEvent,
    SubmissionVersion,
    SubmittedRevision,
)
from submission_portal.permissions import access_to_submission, screened, visible_submissions
from submission_portal.selectors.drafts import content_of
from submission_portal.services import (
    IncompleteSubmission,
    StaleStep,
    accept_to_review,
    create_submission,
    find_out_of_scope,
    return_to_provider,
    revert_screening,
    save_step,
    send_message,
    submit,
    withdraw_submission,
)
from submission_portal.stages import stage_of
from tests.integration.review_workflow.panels import make_panel

from .planting import Portal, make_member, make_person, make_portal, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(site_tree: dict[str, Any]) -> Portal:
    return make_portal(make_panel(site_tree))


@pytest.fixture
def reason() -> ScreeningReason:
    return ScreeningReason.objects.create(
        code="no-scenario",
        label="No scenario",
        letter="Describe one.",
        kind=ReasonKind.RETURN.value,
    )


def events(submission: Submission) -> list[str]:
    return list(submission.events.order_by("seq").values_list("kind", flat=True))


def mails(part: str) -> list[str]:
    found = OutgoingMessage.objects.filter(key__contains=part).order_by("recipient__email")
    return [message.recipient.email for message in found]


def test_from_draft_to_panel(portal: Portal) -> None:
    submission = portal.draft()
    version = submit(submission_id=submission.pk, actor=portal.owner)
    assert submit(submission_id=submission.pk, actor=portal.owner) == version
    submission.refresh_from_db()
    assert (submission.state, version.number) == (SubmissionState.SCREENING, 1)
    assert submission.number.endswith("-0001")
    assert mails("submitted:1") == ["pat@example.org", "screener@example.org"]
    assert not CurriculumPage.objects.filter(title=submission.title).exists()

    accept_to_review(submission_id=submission.pk, actor=portal.screener, note="Complete.")
    submission.refresh_from_db()
    page = submission.page
    round_ = ReviewRound.objects.get(case=submission.case)
    assert (submission.state, page.live, page.owner) == ("accepted", False, portal.owner)
    assert [module.title for module in round_.revision.as_object().modules.all()] == [
        "Listening",
        "Scenarios",
    ]
    assert SubmittedRevision.objects.get(version=version).revision == round_.revision
    assert round_.task_state.workflow_state.requested_by == portal.owner
    assert [file.name for file in round_.revision.as_object().files.all()] == [
        "curriculum.pdf",
        "instructor_guide.pdf",
    ]
    assert events(submission) == ["created", "submitted", "accepted"]
    with pytest.raises(PermissionDenied):
        accept_to_review(submission_id=submission.pk, actor=portal.screener)
    assert Case.objects.count() == 1


def test_a_response_opens_the_next_round(portal: Portal) -> None:
    submission = portal.submitted()
    accept_to_review(submission_id=submission.pk, actor=portal.screener)
    round_ = ReviewRound.objects.get(case__submissions=submission)
    for seat in portal.panel.ready(round_):
        portal.panel.file(seat)
    portal.panel.decide(round_, Outcome.REVISE_AND_RESUBMIT, override_reason="A test is missing.")
    submission.refresh_from_db()
    access = access_to_submission(portal.owner, submission)
    assert access.can_edit
    with pytest.raises(ValidationError, match="Answer every point"):
        submit(submission_id=submission.pk, actor=portal.owner)
    assert SubmissionVersion.objects.count() == 1  # nothing half done stays behind
    item = round_.response_items.get()
    item.answer = "We added one."
    item.save()
    typed = content_of(submission)[Step.ABOUT.value] | {"version_label": ["2.0"]}
    save_step(
        submission_id=submission.pk, step=Step.ABOUT, content=typed, version=1, actor=portal.owner
    )
    submit(submission_id=submission.pk, actor=portal.owner)
    second = ReviewRound.objects.get(case=submission.case, number=2)
    assert second.revision.as_object().version_label == "2.0"
    assert second.revision.object_id == str(submission.page_id)
    before, after = (
        [module.uid for module in each.revision.as_object().modules.all()]
        for each in (round_, second)
    )
    assert before == after
    assert events(submission)[-1] == EventKind.RESPONDED


def test_incomplete_is_refused_and_changes_nothing(portal: Portal) -> None:
    submission = portal.draft()
    typed = content_of(submission)[Step.ASSESSMENT.value] | {"pre_test": ["unknown"]}
    save_step(
        submission_id=submission.pk,
        step=Step.ASSESSMENT,
        content=typed,
        version=1,
        actor=portal.owner,
    )
    with pytest.raises(IncompleteSubmission) as raised:
        submit(submission_id=submission.pk, actor=portal.owner)
    assert [finding.field for finding in raised.value.findings] == ["pre_test"]
    submission.refresh_from_db()
    assert (submission.state, submission.number) == ("draft", None)
    assert not SubmissionVersion.objects.exists()


def test_return_revert_and_out_of_scope(portal: Portal, reason: ScreeningReason) -> None:
    submission = portal.submitted()
    key = {"submission_id": submission.pk, "actor": portal.screener}
    with pytest.raises(ValidationError) as raised:
        return_to_provider(**key, reasons=["no-such"], words=" ")
    assert set(raised.value.message_dict) == {"reasons", "words"}
    return_to_provider(**key, reasons=[reason.code], words="Please describe one.", note="By mail.")
    submission.refresh_from_db()
    assert access_to_submission(portal.owner, submission).can_edit
    client = Client()
    client.force_login(portal.owner)
    page = client.get(f"/portal/submissions/{submission.uid}/").text
    assert page.index("Please describe one.") < page.index('id="messages"')
    assert "By mail." not in page
    letter = OutgoingMessage.objects.get(key__contains="event:3", recipient=portal.owner)
    assert "Please describe one." in letter.body
    assert "By mail." not in letter.body
    revert_screening(**key, note="Sent by mistake.")
    with pytest.raises(PermissionDenied):
        revert_screening(**key, note="Again.")
    ScreeningReason.objects.create(
        code="not-training", label="x", letter="x", kind=ReasonKind.OUT_OF_SCOPE.value
    )
    with pytest.raises(ValidationError):
        find_out_of_scope(**key, reasons=[reason.code], words="No.")  # a reason of the other kind
    find_out_of_scope(**key, reasons=["not-training"], words="This is no training.")
    submission.refresh_from_db()
    assert submission.state == SubmissionState.OUT_OF_SCOPE
    assert not access_to_submission(portal.owner, submission).can_edit
    assert events(submission)[-4:] == ["submitted", "returned", "reverted", "out_of_scope"]


def test_withdrawing_a_draft_and_a_case(portal: Portal) -> None:
    draft, submission = portal.draft("One"), portal.submitted("Two")
    with pytest.raises(ValidationError):
        withdraw_submission(submission_id=draft.pk, actor=portal.owner, reason=" ")
    withdraw_submission(submission_id=draft.pk, actor=portal.owner, reason="No longer taught.")
    accept_to_review(submission_id=submission.pk, actor=portal.screener)
    colleague = make_member(portal.provider, "colleague", MemberRole.EDITOR)
    for _twice in range(2):
        withdraw_submission(submission_id=submission.pk, actor=colleague, reason="Outdated.")
    submission.refresh_from_db()
    assert submission.case.state == CaseState.WITHDRAWN
    assert stage_of(submission.state) is Stage.WITHDRAWN
    assert SubmissionEvent.objects.filter(kind="withdrawn").count() == 2
    withdrawn = f"{submission.uid}:event:4"
    assert mails(withdrawn) == [
        "colleague@example.org",
        "pat@example.org",
        "screener@example.org",
    ]


def test_nobody_overwrites_a_step(portal: Portal) -> None:
    submission = create_submission(provider=portal.provider, actor=portal.owner)
    colleague = make_member(portal.provider, "colleague", MemberRole.EDITOR)
    step = {"submission_id": submission.pk, "step": Step.ABOUT}
    first = save_step(**step, content={"title": ["One"]}, version=0, actor=portal.owner)
    with pytest.raises(StaleStep) as raised:
        save_step(**step, content={"title": ["Two"]}, version=0, actor=colleague)
    assert raised.value.theirs == first
    assert save_step(**step, content={"title": ["One"]}, version=0, actor=portal.owner).version == 1
    with pytest.raises(ValidationError):
        save_step(**step, content={"title": ["x" * 400_000]}, version=1, actor=portal.owner)
    submission.refresh_from_db()
    assert submission.title == "One"


def test_a_new_version_copies_everything_forward(portal: Portal) -> None:
    submission = portal.draft()
    criterion = Criterion.objects.filter(domain__edition__state="in_force").order_by("pk")[0]
    own_view = {f"c{criterion.pk}-note": ["See the guide."], f"c{criterion.pk}-level": ["2"]}
    step = {"submission_id": submission.pk, "step": Step.SELF_ASSESSMENT, "actor": portal.owner}
    save_step(**step, content=own_view, version=0)
    submit(submission_id=submission.pk, actor=portal.owner)
    accept_to_review(submission_id=submission.pk, actor=portal.screener)
    page = CurriculumPage.objects.get(submissions=submission)
    newer = create_submission(provider=portal.provider, actor=portal.owner, page=page)
    typed, before = content_of(newer), content_of(submission)
    for each in (typed, before):
        each[Step.ASSESSMENT].pop("scenario_exercises-0-uid", None)  # given when it was first saved
    steps = ("about", "audience", "modules", "assessment", "implementation", "self-assessment")
    assert [typed[step] for step in steps] == [before[step] for step in steps]
    assert newer.files.count() == 2
    with pytest.raises(ValidationError, match="begun already"):
        create_submission(provider=portal.provider, actor=portal.owner, page=page)
    other = make_provider("Somebody else")
    with pytest.raises(ValidationError, match="not this provider's"):
        create_submission(provider=other, actor=make_member(other, "sam"), page=page)


def test_who_may_do_nothing(portal: Portal, reason: ScreeningReason) -> None:
    submission = portal.submitted()
    other = make_provider("Somebody else")
    viewer = make_member(portal.provider, "viewer", MemberRole.VIEWER)
    former = make_member(portal.provider, "former")
    ProviderMember.objects.filter(user=former).update(ended_at=submission.created_at)
    gone = make_member(portal.provider, "gone", is_active=False)
    strangers = [make_member(other, "sam"), make_person("nobody"), former, gone]
    key = {"submission_id": submission.pk}
    for actor in (viewer, portal.owner, *strangers):
        for act in (
            lambda actor=actor: accept_to_review(**key, actor=actor),
            lambda actor=actor: return_to_provider(
                **key, actor=actor, reasons=[reason.code], words="x"
            ),
            lambda actor=actor: find_out_of_scope(
                **key, actor=actor, reasons=[reason.code], words="x"
            ),
        ):
            with pytest.raises(PermissionDenied):
                act()
    for actor in (viewer, portal.screener, *strangers):
        with pytest.raises(PermissionDenied):
            withdraw_submission(**key, actor=actor, reason="x")
        with pytest.raises(PermissionDenied):
            save_step(**key, step=Step.ABOUT, content={}, version=1, actor=actor)
        with pytest.raises(PermissionDenied):
            submit(**key, actor=actor)
    for actor in (viewer, *strangers):
        with pytest.raises(PermissionDenied):
            send_message(**key, body="x", actor=actor)
    assert not visible_submissions(strangers[0]).exists()
    assert events(submission) == ["created", "submitted"]


def test_screeners_see_no_drafts_and_nothing_they_are_tied_to(portal: Portal) -> None:
    portal.draft("Hidden")
    submission = portal.submitted()
    assert list(screened(portal.screener)) == [submission]
    profile = ReviewerProfile.objects.create(user=portal.screener, role_class="legal_policy")
    Affiliation.objects.create(
        profile=profile, organisation=portal.provider.organisation, from_year=2020
    )
    assert not screened(portal.screener).exists()
    with pytest.raises(PermissionDenied):
        accept_to_review(submission_id=submission.pk, actor=portal.screener)


def test_what_was_submitted_never_changes(portal: Portal) -> None:
    portal.submitted()
    version = SubmissionVersion.objects.get()
    with pytest.raises(AppendOnlyError):
        version.save()
    with pytest.raises(AppendOnlyError):
        SubmissionEvent.objects.first().delete()
