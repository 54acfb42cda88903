"""How many SQL statements a submission, a filing and a decision take: independent of all others."""

import itertools
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, Page

from curriculum_pages.models import CurriculumPage
from review_workflow.enums import AssignmentState, Outcome, Recommendation, RoleClass
from review_workflow.models import (
    Assignment,
    Case,
    CaseParty,
    Rating,
    Review,
    ReviewerProfile,
    ReviewRound,
)
from review_workflow.services.responses import start_next_round

from .panels import Panel, make_panel, make_reviewer

pytestmark = pytest.mark.django_db
SUBMIT, FILE, REVISE, RESUBMIT = 68, 20, 52, 75
APPROVE = {"sqlite": 132, "postgresql": 131}
"""Of a complete curriculum with two modules and two files, publication and snapshot included.

Submitting looks for what it lacks: the edition's severities, the topics, and the lists of terms.

Wagtail's own search index of a page is written by one statement less on PostgreSQL.
"""


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    """A panel of which one case has gone its way: what is read once per process is read."""
    panel = make_panel(site_tree, seats=1, quorum=1, composition={}, distinct_organisations=False)
    ReviewerProfile.objects.update(capacity=1000)
    round_ = panel.submit(panel.make_curriculum("warm"))
    panel.file(panel.ready(round_, panel.reviewers[:1])[0])
    panel.decide(round_)
    return panel


def with_seats(panel: Panel, number: int) -> list[Any]:
    """Let the rule have so many seats; return their reviewers."""
    panel.rule = type(panel.rule).objects.create(
        name=f"For {number}",
        seats=number,
        quorum=number,
        composition={},
        distinct_organisations=False,
        used_at=timezone.now(),
    )
    panel.task.rule = panel.rule
    panel.task.save()
    return [make_reviewer(f"r-{number}-{place}", RoleClass.LEGAL) for place in range(number)]


def seated(panel: Panel, people: list[Any], slug: str, filed: int | None = None) -> ReviewRound:
    """Return a running round in which `people` have seats, and the first `filed` have filed."""
    round_ = panel.submit(panel.make_curriculum(slug))
    ReviewRound.objects.filter(pk=round_.pk).update(state="reviewing", opened_at=timezone.now())
    filed = len(people) if filed is None else filed
    now = timezone.now()
    seats = Assignment.objects.bulk_create(
        Assignment(
            round=round_,
            reviewer=person,
            role_class=RoleClass.LEGAL.value,
            seat=place,
            state=(AssignmentState.FILED if place <= filed else AssignmentState.IN_PROGRESS).value,
            respond_by=now,
            review_by=now,
            filed_at=now if place <= filed else None,
        )
        for place, person in enumerate(people, 1)
    )
    reviews = Review.objects.bulk_create(
        Review(assignment=seat, recommendation=Recommendation.APPROVE.value)
        for seat in seats[:filed]
    )
    Rating.objects.bulk_create(
        Rating(review=review, criterion_id=criterion["id"], kind="initial", level=2)
        for review in reviews
        for criterion in panel.criteria(round_).values()
    )
    return ReviewRound.objects.get(pk=round_.pk)


def add_open_cases(panel: Panel, number: int, people: list[Any]) -> None:
    """Put so many further cases of the same provider and reviewers into review."""
    catalog = Page.objects.get(pk=panel.catalog.pk)
    model = ContentType.objects.get_for_model(CurriculumPage)
    locale = Locale.get_default()
    pages = Page.objects.bulk_create(
        Page(
            path=f"{catalog.path}Z{place:03}",
            depth=catalog.depth + 1,
            title=f"Other {place}",
            draft_title=f"Other {place}",
            slug=f"other-{place}",
            url_path=f"{catalog.url_path}other-{place}/",
            content_type=model,
            locale=locale,
            live=False,
            owner=panel.editor,
        )
        for place in range(number)
    )
    template = ReviewRound.objects.order_by("pk").last()
    cases = Case.objects.bulk_create(
        Case(number=f"1999-{place:04}", page=page) for place, page in enumerate(pages)
    )
    CaseParty.objects.bulk_create(
        CaseParty(case=case, organisation=panel.provider.organisation) for case in cases
    )
    rounds = ReviewRound.objects.bulk_create(
        ReviewRound(
            case=case,
            number=1,
            revision=template.revision,
            rule=template.rule,
            edition=template.edition,
            rule_snapshot=template.rule_snapshot,
            edition_snapshot=template.edition_snapshot,
            chair=panel.chair,
            state="reviewing",
        )
        for case in cases
    )
    Assignment.objects.bulk_create(
        Assignment(
            round=round_,
            reviewer=person,
            role_class=RoleClass.LEGAL.value,
            seat=1,
            state=AssignmentState.IN_PROGRESS.value,
            respond_by=timezone.now(),
        )
        for round_, person in zip(rounds, itertools.cycle(people), strict=False)
    )


def statements(action: Any) -> int:
    """Return how many statements `action` sends, the marks of transactions apart."""
    with CaptureQueriesContext(connection) as captured:
        action()
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


@pytest.mark.parametrize("open_cases", [1, 300])
@pytest.mark.parametrize("seats", [3, 50])
def test_statements(panel: Panel, seats: int, open_cases: int) -> None:
    people = with_seats(panel, seats)
    add_open_cases(panel, open_cases - 1, people)
    page = panel.make_curriculum("measured")
    workflow = page.get_workflow()
    submitting = statements(lambda: workflow.start(page, panel.editor))

    almost = seated(panel, people, "almost", filed=seats - 1)
    last = Assignment.objects.select_related("reviewer", "round").get(
        round=almost, state=AssignmentState.IN_PROGRESS.value
    )
    filing = statements(lambda: panel.file(last))

    approving = statements(lambda: panel.decide(almost))

    back = seated(panel, people, "back")
    revising = statements(
        lambda: panel.decide(back, Outcome.REVISE_AND_RESUBMIT, override_reason="See the points.")
    )
    back.response_items.update(answer="Done.")
    resubmitting = statements(lambda: start_next_round(round_id=back.pk, actor=panel.editor))
    assert {
        "submit": submitting,
        "file": filing,
        "approve": approving,
        "revise": revising,
        "resubmit": resubmitting,
    } == {
        "submit": SUBMIT,
        "file": FILE,
        "approve": APPROVE[connection.vendor],
        "revise": REVISE,
        "resubmit": RESUBMIT,
    }
