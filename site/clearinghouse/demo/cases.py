"""Seeds review cases in every stage, played by the demonstration's people through the services."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from clearinghouse.accounts.models import User
from curriculum_pages.models import CurriculumIndexPage, CurriculumPage
from review_workflow.enums import ConflictKind, Outcome, Recommendation
from review_workflow.models import Assignment, ReviewRound
from review_workflow.permissions import access_to
from review_workflow.reviewing import FiledLocator, FiledRating, FiledReview, FinalRating
from review_workflow.selectors.reviews import reviews_for
from review_workflow.selectors.verdicts import verdict_of
from review_workflow.services import (
    accept_invitation,
    amend_review,
    decide,
    declare_conflicts,
    file_review,
    open_panel,
    post_to_discussion,
    save_draft,
    withdraw_review,
)
from review_workflow.services.conditions import meet_condition
from review_workflow.services.decisions import ConditionSpec
from review_workflow.services.letters import LetterCondition, letter_for
from review_workflow.services.responses import respond, start_next_round

from .content import Record, load
from .curricula import draft_of
from .files import sample_files

FIRST = ("reviewer", "clinician-reviewer", "researcher-reviewer")
SECOND = ("sheriff-reviewer", "crisis-reviewer", "institute-reviewer")
MONTHS_FOR_CONDITIONS = 4
WHY = "The curriculum as a whole answers the panel's main question; the letter says what is open."


def seed_cases(catalog: CurriculumIndexPage, editor: User) -> int:
    """Add the curricula that are missing and play each to its stage; return how many there are."""
    records = load("cases")["curriculum"]
    there = set(CurriculumPage.objects.child_of(catalog).values_list("slug", flat=True))
    for record in records:
        if record["slug"] not in there:
            draft = draft_of(record, editor)
            draft.files = sample_files(record["title"])  # type: ignore[misc] # a child relation
            page = catalog.add_child(instance=draft)
            page.save_revision(user=editor)
            state = page.get_workflow().start(page, editor)
            round_ = ReviewRound.objects.select_related("case").get(
                task_state=state.current_task_state_id
            )
            STAGES[record["stage"]](Play(round_, record, editor))
    return len(records)


@dataclass
class Play:
    """One case on its way, with the acts of its people."""

    round: ReviewRound
    record: Record
    editor: User

    @property
    def chair(self) -> Any:
        """Whoever chairs the round; a case without one cannot go on."""
        return self.round.chair

    def open(self, names: tuple[str, ...] = FIRST) -> None:
        """Have the chair invite these reviewers."""
        keys = [_user(name).pk for name in names]
        open_panel(round_id=self.round.pk, reviewers=keys, actor=self.chair)
        self.round.refresh_from_db()

    def seat(self, name: str) -> Assignment:
        """Return the seat of a reviewer."""
        return Assignment.objects.get(round=self.round, reviewer=_user(name))

    def accept(self, *names: str) -> None:
        """Have reviewers accept."""
        for name in names:
            accept_invitation(assignment_id=self.seat(name).pk, actor=_user(name))

    def begin(self, *names: str) -> None:
        """Have reviewers accept and declare that they have no conflict."""
        self.accept(*names)
        for name in names:
            declare_conflicts(assignment_id=self.seat(name).pk, kinds=[], actor=_user(name))

    def file(self, name: str, *, recommend: Recommendation = Recommendation.APPROVE) -> None:
        """Have a reviewer file what the record says of them; everything else is met."""
        words = self.record.get("review", {}).get(name, {})
        filed = FiledReview(
            recommendation=words.get("recommend", recommend.value),
            ratings=tuple(
                self._rating(criterion, words.get("ratings", {})) for criterion in self.criteria()
            ),
            conditions=words.get("conditions", ""),
            comment=words.get("comment", "Clear, well built and close to the job."),
            confidential=words.get("confidential", ""),
        )
        file_review(assignment_id=self.seat(name).pk, filed=filed, actor=_user(name))

    def criteria(self) -> list[Mapping[str, Any]]:
        """Return the frozen criteria."""
        domains = self.round.edition_snapshot["domains"]
        return [criterion for domain in domains for criterion in domain["criteria"]]

    def criterion_id(self, code: str) -> int:
        """Return the key of a criterion by its code."""
        return next(int(each["id"]) for each in self.criteria() if each["code"] == code)

    def _rating(self, criterion: Mapping[str, Any], given: Mapping[str, Any]) -> FiledRating:
        met = next(level["value"] for level in criterion["levels"] if level["is_met"])
        own = given.get(criterion["code"], {})
        unit = self.round.units[0][0] if self.round.units else None
        return FiledRating(
            criterion_id=criterion["id"],
            level=own.get("level", met),
            note=own.get("note", ""),
            locators=(FiledLocator(unit, own.get("place", "Lesson plan, page 4")),),
        )

    def decide(self, outcome: Outcome, expires_on: dt.date | None = None) -> None:
        """Have the chair decide with the points of the record, and a reason where it is needed."""
        verdict = verdict_of(self.round)
        due_on = timezone.localdate() + dt.timedelta(days=30 * MONTHS_FOR_CONDITIONS)
        points = [
            ConditionSpec(
                self.criterion_id(point["criterion"]), point["wanted"], due_on, self.chair
            )
            for point in self.record.get("point", [])
        ]
        letter = letter_for(
            self.round,
            reviews_for(access_to(self.chair, self.round), self.round),
            outcome=outcome,
            sentence=verdict.sentence,
            conditions=[
                LetterCondition(each.criterion_id, each.evidence_wanted, each.due_on)
                for each in points
            ],
            expires_on=expires_on,
        )
        decide(
            round_id=self.round.pk,
            outcome=outcome,
            actor=self.chair,
            revision_id=self.round.revision_id,
            letter=letter,
            override_reason="" if verdict.outcome == outcome else WHY,
            conditions=points,
        )
        self.round.refresh_from_db()


def _user(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


def assembling(_play: Play) -> None:
    """Leave the case to the chair: nobody is invited."""


def inviting(play: Play) -> None:
    """Invite; one accepted and has not declared yet, two did not answer."""
    play.open(("reviewer", "crisis-reviewer", "institute-reviewer"))
    play.accept("crisis-reviewer")


def conflict(play: Play) -> None:
    """Leave a declared conflict to the chair."""
    play.open()
    play.begin("reviewer", "clinician-reviewer")
    play.accept("researcher-reviewer")
    declare_conflicts(
        assignment_id=play.seat("researcher-reviewer").pk,
        kinds=[ConflictKind.EVALUATOR.value],
        details=play.record["conflict"],
        actor=_user("researcher-reviewer"),
    )


def reviewing(play: Play) -> None:
    """One review is filed, two are being written."""
    play.open()
    play.begin(*FIRST)
    play.file("clinician-reviewer")
    for name in ("reviewer", "researcher-reviewer"):
        content = {
            f"c{play.criterion_id(code)}-{part}": value
            for code, part, value in (
                ("A1", "level", "2"),
                ("A1", "note", "Sources are listed for each module."),
                ("B1", "level", "2"),
                ("B1", "place-0", "Scenario guide, pages 3 to 9"),
            )
        }
        save_draft(
            assignment_id=play.seat(name).pk,
            content={**content, "comment": "The scenarios are the strength of this course."},
            version=0,
            actor=_user(name),
        )


def disagreeing(play: Play) -> None:
    """All have filed and disagree; they discuss, and one changes a rating."""
    play.open()
    play.begin(*FIRST)
    for name in FIRST:
        play.file(name)
    contested = play.criterion_id("C2")
    first = None
    for name, body in play.record["discussion"]:
        post = post_to_discussion(
            round_id=play.round.pk,
            criterion_id=contested,
            reply_to=first.pk if first else None,
            body=body,
            actor=_user(name),
        )
        first = first or post
    amend_review(
        assignment_id=play.seat("researcher-reviewer").pk,
        finals={contested: FinalRating(level=1, reason=play.record["changed_mind"])},
        reason=play.record["changed_mind"],
        actor=_user("researcher-reviewer"),
    )


def approved_with_conditions(play: Play) -> None:
    """Approve with two conditions, of which one is met."""
    _all_file(play, SECOND)
    play.decide(Outcome.APPROVE_WITH_CONDITIONS)
    condition = play.round.decisions.get().conditions.order_by("order")[0]
    meet_condition(
        condition_id=condition.pk,
        note="The revised instructor guide has the safety rules on page 6.",
        file=None,
        actor=play.chair,
    )


def awaiting_response(play: Play) -> None:
    """Ask to revise; the provider has not answered."""
    _all_file(play, FIRST)
    play.decide(Outcome.REVISE_AND_RESUBMIT)


def second_round(play: Play) -> None:
    """Ask to revise, have the provider answer with a new version, and begin to review it."""
    _all_file(play, SECOND)
    play.decide(Outcome.REVISE_AND_RESUBMIT)
    page = CurriculumPage.objects.get(pk=play.round.case.page_id).get_latest_revision_as_object()
    page.follow_up_method = play.record["revised_follow_up"]
    page.version_label = "1.1"
    page.save_revision(user=play.editor)
    answers = {item.pk: play.record["answer"] for item in play.round.response_items.all()}
    respond(round_id=play.round.pk, answers=answers, actor=play.chair)
    play.round = start_next_round(round_id=play.round.pk, actor=play.chair)
    play.begin(*SECOND[:2])
    play.file(SECOND[1])


def declined(play: Play) -> None:
    """Decline."""
    _all_file(play, FIRST)
    play.decide(Outcome.DECLINE)


def withdrawn(play: Play) -> None:
    """Withdraw, as the provider may while the panel reviews."""
    play.open(SECOND)
    play.begin(SECOND[0])
    withdraw_review(round_id=play.round.pk, actor=play.editor)


def operators_own(play: Play) -> None:
    """Approve what the operator itself wrote, under the independent chair."""
    _all_file(play, SECOND)
    play.decide(Outcome.APPROVE)


def _all_file(play: Play, names: tuple[str, ...]) -> None:
    play.open(names)
    play.begin(*names)
    for name in names:
        play.file(name)


STAGES: Mapping[str, Callable[[Play], None]] = {
    "assembling": assembling,
    "inviting": inviting,
    "conflict": conflict,
    "reviewing": reviewing,
    "disagreeing": disagreeing,
    "approved_with_conditions": approved_with_conditions,
    "awaiting_response": awaiting_response,
    "second_round": second_round,
    "declined": declined,
    "withdrawn": withdrawn,
    "operators_own": operators_own,
}
"""How a case comes to the stage that its record names."""
