"""Filing, amending and discussing through the services: once, by the right person, as a whole."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from review_workflow.enums import CriterionKind, EditionState
from review_workflow.models import (
    Assignment,
    AuditEntry,
    Criterion,
    Domain,
    OutgoingMessage,
    Rating,
    RatingLevel,
    Review,
    ReviewDraft,
    ReviewRound,
    StandardsEdition,
)
from review_workflow.parsing import parse_review
from review_workflow.permissions import access_to
from review_workflow.reviewing import FinalRating
from review_workflow.selectors.discussion import discussion_for
from review_workflow.selectors.reviews import reviews_for
from review_workflow.services import (
    StaleDraft,
    amend_from_data,
    amend_review,
    declare_conflicts,
    file_from_data,
    file_review,
    first_form,
    post_to_discussion,
    save_draft,
    sheet_of,
)

from .panels import (
    ROLES,
    Panel,
    make_edition,
    make_panel,
    make_reviewer,
    make_rule,
    make_user,
)
from .reviewing import field, file_one, review_data, start_reviews

FILING_STATEMENTS = 24


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


def everything() -> tuple[int, ...]:
    models = (Review, Rating, AuditEntry, OutgoingMessage)
    return tuple(model.objects.count() for model in models)


def test_a_filed_review_says_what_was_handed_in(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    data = review_data(round_, conditions="None.", confidential="Between us.")
    save_draft(assignment_id=seats[0].pk, content=data, version=0, actor=panel.reviewers[0])
    filed = parse_review(data, sheet_of(round_))
    review = file_review(assignment_id=seats[0].pk, filed=filed, actor=panel.reviewers[0])
    review.refresh_from_db()
    seats[0].refresh_from_db()
    assert first_form(review) == filed
    assert (review.recommendation, review.comment, review.confidential) == (
        "approve",
        "Sound.",
        "Between us.",
    )
    assert seats[0].state == "filed"
    assert seats[0].filed_at == review.filed_at
    assert not ReviewDraft.objects.exists()
    entry = AuditEntry.objects.get(kind="review_filed")
    assert entry.actor == panel.reviewers[0]
    assert set(entry.payload) == {"assignment", "sha256"}
    message = OutgoingMessage.objects.get(key=f"filed:{seats[0].uid}")
    assert message.recipient == panel.chair
    assert message.subject == f"Case {round_.case.number}: 1 of 3 reviews are filed"


def test_the_same_review_twice_is_one(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    first = file_one(round_, panel.reviewers[0])
    before = everything()
    assert file_one(round_, panel.reviewers[0]) == first
    assert everything() == before


def test_another_review_after_filing_is_refused_with_a_hint(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    file_one(round_, panel.reviewers[0])
    before = everything()
    with pytest.raises(ValidationError, match="amend it"):
        file_one(round_, panel.reviewers[0], level=0)
    assert everything() == before


def test_the_chair_hears_when_all_are_filed(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    for user in panel.reviewers[:3]:
        file_one(round_, user)
    ready = OutgoingMessage.objects.get(key__startswith="ready:")
    assert (ready.recipient, ready.subject) == (
        panel.chair,
        f"Case {round_.case.number} is ready to decide",
    )
    assert OutgoingMessage.objects.filter(key__startswith="filed:").count() == 2


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"c999999-level": "1"}, "c999999-level"),
        ({"A2-level": "999"}, "A2-level"),
        ({"A2-level": ""}, "A2-level"),
        ({"A1-level": "na"}, "A1-reason"),
        ({"A2-place-0": "", "A2-unit-0": ""}, "A2-place-0"),
        ({"B1-unit-0": "0"}, "B1-unit-0"),
        ({"recommendation": "burn it"}, "recommendation"),
        ({"recommendation": "approve_with_conditions"}, "conditions"),
        ({"evil": "1"}, "evil"),
        ({"A1-level": {"$gt": ""}}, "A1-level"),
    ],
)
def test_what_is_not_in_order_is_named_and_nothing_written(
    panel: Panel,
    round_: ReviewRound,
    seats: list[Assignment],
    changes: dict[str, Any],
    named: str,
) -> None:
    def name_of(text: str) -> str:
        code, _, part = text.partition("-")
        return field(round_, code, part) if code in {"A1", "A2", "B1"} else text

    data = review_data(round_) | {name_of(name): value for name, value in changes.items()}
    before = everything()
    with pytest.raises(ValidationError) as error:
        file_from_data(round_=round_, data=data, actor=panel.reviewers[0])
    assert name_of(named) in error.value.message_dict
    assert everything() == before


def test_only_the_holder_of_a_seat_files_there(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    filed = parse_review(review_data(round_), sheet_of(round_))
    before = everything()
    others = [panel.reviewers[1], panel.reviewers[3], panel.chair, panel.editor]
    for user in [*others, make_user("root", is_superuser=True, is_staff=True)]:
        with pytest.raises(PermissionDenied):
            file_review(assignment_id=seats[0].pk, filed=filed, actor=user)
        with pytest.raises(PermissionDenied):
            save_draft(assignment_id=seats[0].pk, content={}, version=0, actor=user)
    assert everything() == before
    assert not ReviewDraft.objects.exists()


def test_a_declared_conflict_closes_the_review(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    reviewer = panel.reviewers[0]
    declare_conflicts(
        assignment_id=seats[0].pk, kinds=["family"], details="A cousin", actor=reviewer
    )
    before = everything()
    with pytest.raises(PermissionDenied):
        file_one(round_, reviewer)
    with pytest.raises(PermissionDenied):
        save_draft(assignment_id=seats[0].pk, content={}, version=0, actor=reviewer)
    assert everything() == before


def test_filing_asks_the_same_of_the_database_however_large_the_panel(panel: Panel) -> None:
    counts = [_filing_statements(panel, 3), _filing_statements(_enlarged(panel), 50)]
    assert counts == [FILING_STATEMENTS, FILING_STATEMENTS]


def _enlarged(panel: Panel) -> Panel:
    """Return the panel with fifty reviewers and twenty criteria for rounds to come."""
    edition = make_edition("2027.1", state=EditionState.DRAFT)
    domain = Domain.objects.filter(edition=edition).first()
    assert domain is not None
    for number in range(16):
        criterion = Criterion.objects.create(
            domain=domain,
            code=f"X{number}",
            title="More",
            text="More.",
            order=10 + number,
            kind=CriterionKind.ESSENTIAL.value,
        )
        for value in range(3):
            RatingLevel.objects.create(criterion=criterion, value=value, label="L", descriptor="D")
    StandardsEdition.objects.filter(pk=edition.pk).update(state=EditionState.SUPERSEDED.value)
    panel.task.rule = make_rule(name="Large", seats=50, quorum=50, composition={})
    panel.task.edition = StandardsEdition.objects.get(pk=edition.pk)
    panel.task.save()
    many = [make_reviewer(f"many-{number}", ROLES[number % 3]) for number in range(50)]
    return replace(panel, reviewers=many)


def _filing_statements(panel: Panel, seats: int) -> int:
    round_ = panel.submit(panel.make_curriculum(f"course-{seats}"))
    start_reviews(panel, round_, seats)
    for user in panel.reviewers[: seats - 1]:
        file_one(round_, user)
    last = get_user_model().objects.get(pk=panel.reviewers[seats - 1].pk)
    fresh, data = ReviewRound.objects.get(pk=round_.pk), review_data(round_)
    with CaptureQueriesContext(connection) as captured:
        file_from_data(round_=fresh, data=data, actor=last)
    assert OutgoingMessage.objects.filter(key__startswith="ready:", case=round_.case).exists()
    return len(captured)


# Drafts


def test_a_draft_is_kept_as_typed(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    content = {"comment": "  half a sen", "tab": "t", "edit": "1"}
    draft = save_draft(
        assignment_id=seats[0].pk, content=content, version=0, actor=panel.reviewers[0]
    )
    draft.refresh_from_db()
    assert (draft.content, draft.version) == (content, 1)


def test_another_window_does_not_overwrite_a_draft(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    def save(text: str, tab: str, edit: int, version: int) -> ReviewDraft:
        return save_draft(
            assignment_id=seats[0].pk,
            content={"comment": text, "tab": tab, "edit": str(edit)},
            version=version,
            actor=panel.reviewers[0],
        )

    assert save("one", "a", 1, 0).version == 1
    with pytest.raises(StaleDraft) as error:
        save("two", "b", 1, 0)
    assert error.value.draft.version == 1
    # The same window goes on although the first answer never reached it.
    assert save("one and more", "a", 2, 0).version == 2
    # And what it sent before, arriving late, changes nothing.
    assert save("one", "a", 1, 0).version == 2
    assert ReviewDraft.objects.get().content["comment"] == "one and more"
    assert save("two", "b", 1, 2).version == 3


def test_a_draft_that_is_too_long_is_refused(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    with pytest.raises(ValidationError, match="too long"):
        save_draft(
            assignment_id=seats[0].pk,
            content={"comment": "x" * 1_000_001},
            version=0,
            actor=panel.reviewers[0],
        )
    assert not ReviewDraft.objects.exists()


# Amending


def finals_of(round_: ReviewRound, code: str, level: int, reason: str = "") -> dict[int, Any]:
    key = int(field(round_, code, "").strip("c-"))
    return {key: FinalRating(level=level, reason=reason)}


def test_a_final_rating_that_differs_asks_why(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    reviewer = panel.reviewers[0]
    file_one(round_, reviewer)
    before = everything()
    with pytest.raises(ValidationError) as error:
        amend_review(assignment_id=seats[0].pk, finals=finals_of(round_, "A2", 1), actor=reviewer)
    assert error.value.message_dict == {
        field(round_, "A2", "why"): ["Say why your rating changed."]
    }
    assert everything() == before


def test_an_amendment_keeps_what_was_filed(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    reviewer = panel.reviewers[0]
    review = file_one(round_, reviewer)
    filed = first_form(review)
    amend = {
        "assignment_id": seats[0].pk,
        "finals": finals_of(round_, "A2", 1, "Convinced."),
        "recommendation": "revise_and_resubmit",
        "reason": "The discussion.",
        "actor": reviewer,
    }
    review = amend_review(**amend)
    review.refresh_from_db()
    seats[0].refresh_from_db()
    assert seats[0].state == "amended"
    assert review.recommendation == "revise_and_resubmit"
    assert first_form(review) == filed
    read = reviews_for(access_to(panel.chair, round_), round_)
    rating = read[0].ratings[next(iter(amend["finals"]))]
    assert (rating.initial.level, rating.standing.level, rating.standing.reason) == (
        2,
        1,
        "Convinced.",
    )
    assert AuditEntry.objects.filter(kind="review_amended").count() == 1
    before = everything()
    amend_review(**amend)
    assert everything() == before


def test_changed_words_ask_why(panel: Panel, round_: ReviewRound, seats: list[Assignment]) -> None:
    reviewer = panel.reviewers[0]
    file_one(round_, reviewer)
    with pytest.raises(ValidationError) as error:
        amend_from_data(round_=round_, data={"comment": "Unsound."}, actor=reviewer)
    assert error.value.message_dict == {"reason": ["Say why you change what you filed."]}
    assert Review.objects.get().comment == "Sound."


def test_nobody_amends_what_is_not_filed_or_not_theirs(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    file_one(round_, panel.reviewers[0])
    before = everything()
    tries = [
        (seats[0], panel.reviewers[1]),
        (seats[1], panel.reviewers[1]),
        (seats[0], panel.chair),
    ]
    for seat, user in tries:
        with pytest.raises(PermissionDenied):
            amend_review(
                assignment_id=seat.pk, finals=finals_of(round_, "A2", 1, "Why."), actor=user
            )
    assert everything() == before


# Reading


def test_others_reviews_open_with_ones_own(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    first, second, third, spare = panel.reviewers
    file_one(round_, first, confidential="Secret of one.")
    assert reviews_for(access_to(second, round_), round_) == []
    file_one(round_, second, confidential="Secret of two.")
    read = reviews_for(access_to(second, round_), round_)
    assert [(each.name, each.is_own, each.reviewer, each.confidential) for each in read] == [
        ("Reviewer 1 · Law-enforcement practitioner", False, None, None),
        ("Reviewer 2 · Mental- or behavioral-health clinician", True, None, "Secret of two."),
    ]
    read = reviews_for(access_to(panel.chair, round_), round_)
    assert [(each.reviewer, each.confidential) for each in read] == [
        (first, "Secret of one."),
        (second, "Secret of two."),
    ]
    for user in (third, spare, panel.editor):
        assert reviews_for(access_to(user, round_), round_) == []


def test_reading_takes_three_statements(
    panel: Panel,
    round_: ReviewRound,
    seats: list[Assignment],
    django_assert_num_queries: Any,
) -> None:
    for user in panel.reviewers[:3]:
        file_one(round_, user)
        access = access_to(user, round_)
        with django_assert_num_queries(3):
            assert reviews_for(access, round_)[0].ratings


# Discussing


def test_the_discussion_is_threaded_and_by_seat(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    first, second = panel.reviewers[:2]
    file_one(round_, first)
    file_one(round_, second)
    criterion = int(field(round_, "A2", "").strip("c-"))

    def post(actor: Any, body: str, reply_to: int | None = None) -> Any:
        return post_to_discussion(
            round_id=round_.pk, criterion_id=criterion, reply_to=reply_to, body=body, actor=actor
        )

    opening = post(first, "Is it met?")
    assert post(first, "Is it met?") == opening
    post(panel.chair, "Look at page 3.", opening.pk)
    threads = discussion_for(access_to(second, round_), round_)
    assert [
        (each.author, each.post.body, [(reply.author, reply.post.body) for reply in each.replies])
        for each in threads[criterion]
    ] == [
        (
            "Reviewer 1 · Law-enforcement practitioner",
            "Is it met?",
            [("Chair", "Look at page 3.")],
        )
    ]
    told = OutgoingMessage.objects.filter(key__startswith=f"post:{opening.uid}:")
    assert {message.recipient for message in told} == {second, panel.chair}
    assert "Is it met?" not in "".join(told.values_list("body", flat=True))


def test_the_discussion_is_closed_to_whoever_has_not_filed(
    panel: Panel, round_: ReviewRound, seats: list[Assignment]
) -> None:
    file_one(round_, panel.reviewers[0])
    before = everything()
    for user in (panel.reviewers[1], panel.reviewers[3], panel.editor):
        with pytest.raises(PermissionDenied):
            post_to_discussion(
                round_id=round_.pk, criterion_id=None, reply_to=None, body="Hello", actor=user
            )
        assert discussion_for(access_to(user, round_), round_) == {}
    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"body": "  "}, "body"),
        ({"criterion_id": 999_999}, "criterion_id"),
        ({"reply_to": 999_999}, "reply_to"),
    ],
)
def test_a_post_out_of_order_is_refused(
    panel: Panel,
    round_: ReviewRound,
    seats: list[Assignment],
    changes: dict[str, Any],
    named: str,
) -> None:
    file_one(round_, panel.reviewers[0])
    before = everything()
    given = {"criterion_id": None, "reply_to": None, "body": "Hello"} | changes
    with pytest.raises(ValidationError) as error:
        post_to_discussion(round_id=round_.pk, actor=panel.reviewers[0], **given)
    assert set(error.value.message_dict) == {named}
    assert everything() == before
