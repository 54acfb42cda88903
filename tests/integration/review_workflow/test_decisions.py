"""The chair decides: the approval, Wagtail's workflow, the case and the record, in one stroke."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from curriculum_pages.models import CurriculumPage
from review_workflow.enums import Outcome, Recommendation
from review_workflow.models import (
    Approval,
    Assignment,
    AuditEntry,
    Case,
    Condition,
    Decision,
    OutgoingMessage,
    ResponseItem,
    ReviewRound,
)
from review_workflow.services.responses import start_next_round

from .panels import Panel, in_days, make_overseer, make_panel, make_user, take_seat, task_state_of

pytestmark = pytest.mark.django_db
APPROVE, REVISE, DECLINE = (
    Recommendation.APPROVE,
    Recommendation.REVISE_AND_RESUBMIT,
    Recommendation.DECLINE,
)


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


def standing(round_: ReviewRound) -> dict[str, Any]:
    """Return where round, case, task and workflow stand, as the database has it."""
    state = task_state_of(round_)
    return {
        "round": ReviewRound.objects.get(pk=round_.pk).state,
        "case": Case.objects.get(pk=round_.case_id).state,
        "task": state.status,
        "workflow": state.workflow_state.status,
        "live": CurriculumPage.objects.get(pk=round_.case.page_id).live,
    }


UNDECIDED = {
    "round": "reviewing",
    "case": "in_review",
    "task": "in_progress",
    "workflow": "in_progress",
    "live": False,
}


class TestApproving:
    def test_everything_follows(self, panel: Panel) -> None:
        round_ = panel.reviewed()
        decision = panel.decide(round_)
        assert standing(round_) == {
            "round": "decided",
            "case": "decided",
            "task": "approved",
            "workflow": "approved",
            "live": True,
        }
        letter = "This is what we decided."
        assert Decision.objects.values(
            "round",
            "outcome",
            "rule_outcome",
            "sentence",
            "override_reason",
            "decided_by",
            "letter",
            "letter_sha256",
            "is_superseded",
        ).get() == {
            "round": round_.pk,
            "outcome": "approve",
            "rule_outcome": "approve",
            "sentence": "The reviews give 48 of 48 possible points (100.0 %); the rule needs 85 %."
            " 3 of 3 reviews recommend approval.",
            "override_reason": "",
            "decided_by": panel.chair.pk,
            "letter": letter,
            "letter_sha256": hashlib.sha256(letter.encode()).hexdigest(),
            "is_superseded": False,
        }
        today = timezone.localdate()
        assert Approval.objects.values(
            "number",
            "basis",
            "page",
            "revision",
            "decision",
            "edition",
            "standing",
            "approved_on",
            "is_current",
        ).get() == {
            "number": f"CH-{round_.case.number}",
            "basis": "panel",
            "page": round_.case.page_id,
            "revision": round_.revision_id,
            "decision": decision.pk,
            "edition": panel.edition.pk,
            "standing": "active",
            "approved_on": today,
            "is_current": True,
        }
        # Five years to the day before the anniversary.
        assert Approval.objects.get().expires_on + dt.timedelta(days=1) in {
            dt.date(today.year + 5, today.month, day) for day in (today.day, 28)
        }
        entry = AuditEntry.objects.get(kind="decided")
        assert (entry.actor, entry.payload) == (
            panel.chair,
            {
                "round": 1,
                "decision": str(decision.uid),
                "outcome": "approve",
                "rule_outcome": "approve",
                "is_override": False,
                "letter_sha256": decision.letter_sha256,
            },
        )
        assert list(
            OutgoingMessage.objects.filter(key__endswith=f"letter:{decision.uid}").values_list(
                "recipient", "body"
            )
        ) == [(panel.editor.pk, letter)]

    def test_its_address_answers(self, panel: Panel, client: Any) -> None:
        round_ = panel.reviewed()
        assert client.get("/catalog/course/").status_code == 404
        panel.decide(round_)
        assert client.get("/catalog/course/").status_code == 200

    def test_the_reviewed_version_is_published_whatever_was_drafted_since(
        self, panel: Panel
    ) -> None:
        round_ = panel.reviewed()
        page = CurriculumPage.objects.get(pk=round_.case.page_id)
        page.title = "Nobody has read this"
        later = page.save_revision()
        panel.decide(round_)
        page = CurriculumPage.objects.get(pk=page.pk)
        assert (page.title, page.live_revision_id) == ("Course", round_.revision_id)
        assert (page.latest_revision_id, page.has_unpublished_changes) == (later.pk, True)
        assert standing(round_)["workflow"] == "approved"
        assert ReviewRound.objects.count() == 1

    def test_with_conditions_it_is_provisional(self, panel: Panel) -> None:
        round_ = panel.reviewed(
            None, APPROVE, Recommendation.APPROVE_WITH_CONDITIONS, Recommendation.APPROVE
        )
        decision = panel.decide(round_, Outcome.APPROVE_WITH_CONDITIONS)
        assert standing(round_)["live"]
        assert Approval.objects.get().standing == "provisional"
        assert Condition.objects.values(
            "decision",
            "order",
            "criterion__code",
            "evidence_wanted",
            "due_on",
            "verifier",
            "met_at",
        ).get() == {
            "decision": decision.pk,
            "order": 0,
            "criterion__code": "A2",
            "evidence_wanted": "A test after the course.",
            "due_on": in_days(30),
            "verifier": panel.chair.pk,
            "met_at": None,
        }

    def test_the_chair_may_set_the_last_day(self, panel: Panel) -> None:
        panel.decide(panel.reviewed(), expires_on=in_days(100))
        assert Approval.objects.get().expires_on == in_days(100)

    def test_wagtails_history_names_nobody_of_the_panel(self, panel: Panel) -> None:
        round_ = panel.reviewed()
        panel.decide(round_)
        state = task_state_of(round_)
        assert (state.finished_by, state.comment) == (None, "")

        people = {panel.chair.pk, *(reviewer.pk for reviewer in panel.reviewers)}
        for entries in (PageLogEntry, ModelLogEntry):
            assert not entries.objects.filter(user__in=people).exists()


class TestOtherOutcomes:
    def test_revise_and_resubmit(self, panel: Panel) -> None:
        round_ = panel.reviewed(None, REVISE, REVISE, APPROVE)
        panel.decide(round_, Outcome.REVISE_AND_RESUBMIT, override_reason="The points mislead.")
        assert standing(round_) == {
            "round": "decided",
            "case": "awaiting_response",
            "task": "rejected",
            "workflow": "needs_changes",
            "live": False,
        }
        assert list(
            ResponseItem.objects.values_list("round", "criterion__code", "asked", "answer")
        ) == [(round_.pk, "A2", "A test after the course.", "")]
        assert not Approval.objects.exists()
        assert not Condition.objects.exists()

    @pytest.mark.parametrize("outcome", [Outcome.DECLINE, Outcome.OUT_OF_SCOPE])
    def test_a_last_word(self, panel: Panel, outcome: Outcome) -> None:
        round_ = panel.reviewed(None, DECLINE, DECLINE, APPROVE)
        panel.decide(round_, outcome, override_reason="It is about something else.")
        assert standing(round_) == {
            "round": "decided",
            "case": "decided",
            "task": "rejected",
            "workflow": "cancelled",
            "live": False,
        }
        assert not Approval.objects.exists()
        assert not AuditEntry.objects.filter(kind="withdrawn").exists()

    def test_a_declined_page_can_be_submitted_anew(self, panel: Panel) -> None:
        round_ = panel.reviewed(None, DECLINE, DECLINE, DECLINE)
        panel.decide(round_, Outcome.DECLINE, override_reason="Its points mislead.")
        again = panel.submit(CurriculumPage.objects.get(pk=round_.case.page_id))
        assert (again.number, again.case.number > round_.case.number) == (1, True)


class TestTheNextRound:
    @pytest.fixture
    def sent_back(self, panel: Panel) -> ReviewRound:
        round_ = panel.reviewed(None, REVISE, REVISE, APPROVE)
        panel.decide(round_, Outcome.REVISE_AND_RESUBMIT, override_reason="See the comments.")
        return round_

    def answer(self, round_: ReviewRound) -> None:
        round_.response_items.update(answer="Done.")

    def test_the_same_reviewers_are_invited_on_the_new_version(
        self, panel: Panel, sent_back: ReviewRound
    ) -> None:
        self.answer(sent_back)
        page = CurriculumPage.objects.get(pk=sent_back.case.page_id)
        page.title = "Revised"
        revision = page.save_revision(user=panel.editor)
        round_ = start_next_round(round_id=sent_back.pk, actor=panel.editor)
        assert (round_.case_id, round_.number, round_.revision_id, round_.state, round_.chair) == (
            sent_back.case_id,
            2,
            revision.pk,
            "reviewing",
            panel.chair,
        )
        assert list(
            Assignment.objects.filter(round=round_).values_list("reviewer", "seat", "state")
        ) == [
            (reviewer.pk, seat, "invited") for seat, reviewer in enumerate(panel.reviewers[:3], 1)
        ]
        assert standing(round_) == UNDECIDED
        invited = OutgoingMessage.objects.filter(subject__endswith="a revised version to review")
        assert {message.recipient for message in invited} == set(panel.reviewers[:3])

    def test_it_can_be_approved(self, panel: Panel, sent_back: ReviewRound) -> None:
        self.answer(sent_back)
        round_ = start_next_round(round_id=sent_back.pk, actor=panel.editor)

        for seat in Assignment.objects.filter(round=round_):
            take_seat(seat)
            panel.file(seat)
        panel.decide(round_)
        assert standing(round_)["live"]
        assert Approval.objects.get().number == f"CH-{round_.case.number}"

    def test_a_panel_with_a_gap_waits_for_its_chair(
        self, panel: Panel, sent_back: ReviewRound
    ) -> None:
        self.answer(sent_back)
        panel.reviewers[0].reviewer_profile.is_active = False
        panel.reviewers[0].reviewer_profile.save()
        round_ = start_next_round(round_id=sent_back.pk, actor=panel.editor)
        assert round_.state == "assembling"
        assert set(Assignment.objects.filter(round=round_).values_list("reviewer", flat=True)) == {
            reviewer.pk for reviewer in panel.reviewers[1:3]
        }

    def test_open_points_keep_wagtail_from_resubmitting(
        self, panel: Panel, sent_back: ReviewRound
    ) -> None:
        workflow = task_state_of(sent_back).workflow_state
        with pytest.raises(PermissionDenied, match="Answer every point"), transaction.atomic():
            workflow.resume(user=panel.editor)
        assert standing(sent_back)["workflow"] == "needs_changes"
        assert ReviewRound.objects.count() == 1

    def test_withdrawing_instead(self, panel: Panel, sent_back: ReviewRound) -> None:
        task_state_of(sent_back).workflow_state.cancel(user=panel.editor)
        assert standing(sent_back) == {
            "round": "decided",
            "case": "withdrawn",
            "task": "rejected",
            "workflow": "cancelled",
            "live": False,
        }


class TestOverrides:
    def test_departing_from_the_rule_needs_a_reason(self, panel: Panel) -> None:
        round_ = panel.reviewed()
        with pytest.raises(ValidationError) as refusal:
            panel.decide(round_, Outcome.DECLINE, override_reason="  ")
        assert refusal.value.message_dict == {
            "override_reason": ["Say why the decision departs from the rule."]
        }
        assert standing(round_) == UNDECIDED
        decision = panel.decide(round_, Outcome.DECLINE, override_reason=" Plagiarised. ")
        assert (decision.is_override, decision.override_reason, decision.rule_outcome) == (
            True,
            "Plagiarised.",
            "approve",
        )
        assert AuditEntry.objects.get(kind="decided").payload["is_override"] is True

    def test_so_does_deciding_where_the_rule_does_not(self, panel: Panel) -> None:
        round_ = panel.submit()
        panel.file(panel.ready(round_)[0])
        with pytest.raises(ValidationError, match="departs from the rule"):
            panel.decide(round_)
        decision = panel.decide(round_, override_reason="The others fell ill.")
        assert (decision.rule_outcome, decision.sentence) == (
            "",
            "1 review counts; the rule needs 3. The rule has no outcome; the chair decides.",
        )

    def test_a_reason_that_is_not_needed_is_no_override(self, panel: Panel) -> None:
        decision = panel.decide(panel.reviewed(), override_reason="I agree.")
        assert (decision.is_override, decision.override_reason) == (False, "")

    def test_nothing_is_approved_unread(self, panel: Panel) -> None:
        round_ = panel.submit()
        panel.ready(round_)
        with pytest.raises(ValidationError, match="before a review is filed"):
            panel.decide(round_, override_reason="I know them.")
        assert standing(round_) == UNDECIDED


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"revision_id": 0}, "revision"),
            ({"letter": " "}, "letter"),
            ({"outcome": Outcome.WITHDRAWN, "override_reason": "x"}, "outcome"),
            ({"expires_on": dt.date(2020, 1, 1)}, "expires_on"),
            (
                {
                    "outcome": Outcome.DECLINE,
                    "override_reason": "x",
                    "expires_on": dt.date(2099, 1, 1),
                },
                "expires_on",
            ),
            (
                {
                    "outcome": Outcome.REVISE_AND_RESUBMIT,
                    "override_reason": "x",
                    "conditions": [],
                },
                "conditions",
            ),
        ],
    )
    def test_faults_name_their_field(
        self, panel: Panel, changes: dict[str, Any], field: str
    ) -> None:
        round_ = panel.reviewed()
        before = AuditEntry.objects.count(), OutgoingMessage.objects.count()
        with pytest.raises(ValidationError) as refusal:
            panel.decide(round_, **changes)
        assert list(refusal.value.message_dict) == [field]
        assert standing(round_) == UNDECIDED
        assert (AuditEntry.objects.count(), OutgoingMessage.objects.count()) == before

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"criterion_id": 0}, "Condition 1 is on no criterion"),
            ({"evidence_wanted": " "}, "Condition 1 does not say"),
            ({"due_on": dt.date(2020, 1, 1)}, "Condition 1 is due on a day that has passed"),
            ({"verifier": "stranger"}, "verified by the chair or by a reviewer"),
        ],
    )
    def test_faults_of_conditions(self, panel: Panel, change: dict[str, Any], words: str) -> None:
        round_ = panel.reviewed(
            None, APPROVE, Recommendation.APPROVE_WITH_CONDITIONS, Recommendation.APPROVE
        )
        if "verifier" in change:
            change = {"verifier": make_user("stranger")}
        with pytest.raises(ValidationError, match=words):
            panel.decide(
                round_,
                Outcome.APPROVE_WITH_CONDITIONS,
                conditions=[panel.condition(round_, **change)],
            )
        assert standing(round_) == UNDECIDED

    @pytest.mark.parametrize("who", ["reviewer", "editor", "overseer", "superuser"])
    def test_nobody_else_decides(self, panel: Panel, who: str) -> None:
        round_ = panel.reviewed()
        actor = {
            "reviewer": lambda: panel.reviewers[0],
            "editor": lambda: panel.editor,
            "overseer": make_overseer,
            "superuser": lambda: make_user("root", is_superuser=True, is_staff=True),
        }[who]()
        with pytest.raises(PermissionDenied, match="Only the chair"):
            panel.decide(round_, actor=actor)
        assert standing(round_) == UNDECIDED

    def test_a_chair_behind_the_wall_does_not_decide(self, panel: Panel) -> None:
        round_ = panel.reviewed()
        panel.provider.organisation.is_operator = True
        round_.case.is_operators = True
        round_.case.save()
        panel.chair.is_staff = True
        panel.chair.save()
        with pytest.raises(PermissionDenied, match="Only the chair"):
            panel.decide(round_)

    def test_a_round_is_decided_once(self, panel: Panel) -> None:
        round_ = panel.reviewed()
        panel.decide(round_)
        with pytest.raises(PermissionDenied, match="has ended"):
            panel.decide(round_)
        assert Decision.objects.count() == Approval.objects.count() == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(
                round=round_,
                outcome="decline",
                sentence="x",
                decided_by=panel.chair,
                letter="x",
                letter_sha256="x",
            )
