"""Editions and rules: copied, put in force, compared; fixed afterwards in model and database."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from review_workflow.enums import EditionState
from review_workflow.models import (
    Criterion,
    Domain,
    FixedRowError,
    RatingLevel,
    ReviewRule,
    StandardsEdition,
)
from review_workflow.selectors.standards import edition_difference, edition_faults, edition_in_force
from review_workflow.services import copy_edition, copy_rule, put_in_force

from .panels import make_edition, make_rule

pytestmark = pytest.mark.django_db
LATER = dt.date(2026, 6, 1)


@pytest.fixture
def officer() -> Any:
    return get_user_model().objects.create_user("officer@example.org")


def content(edition: StandardsEdition) -> list[Any]:
    return [
        (domain.code, domain.title, domain.order, [
            (c.lineage, c.code, c.title, c.text, c.kind, c.weight, c.applies_when,
             list(c.levels.values_list("value", "label", "descriptor", "is_met")))
            for c in domain.criteria.all()
        ])
        for domain in edition.domains.all()
    ]  # fmt: skip


def test_a_copy_is_a_draft_with_the_same_content_and_lineage(officer: Any) -> None:
    edition = make_edition(applies_when={"A1": {"modality": ["blended"]}})
    copy = copy_edition(edition=edition, label=" 2027.1 ", actor=officer)
    assert (copy.label, copy.state, copy.copied_from, copy.effective_on) == (
        "2027.1",
        EditionState.DRAFT,
        edition,
        None,
    )
    assert content(copy) == content(edition)
    uids = Criterion.objects.values_list("uid", flat=True)
    assert len(set(uids)) == len(uids) == 8
    assert ModelLogEntry.objects.get().user == officer


def test_copying_takes_the_same_statements_for_any_edition(officer: Any) -> None:
    edition = make_edition()

    def statements(label: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            copy_edition(edition=edition, label=label, actor=officer)
        return len(queries)

    statements("warm")
    small = statements("small")
    draft = copy_edition(edition=edition, label="large", actor=officer)
    domain = draft.domains.get(code="A")
    for number in range(20):
        criterion = Criterion.objects.create(domain=domain, code=f"X{number}", title="X", text="X")
        RatingLevel.objects.create(criterion=criterion, value=0, label="No", descriptor="No.")
    edition = draft
    assert statements("largest") == small


@pytest.mark.parametrize("label", ["", "  ", "2026.1", "x" * 61])
def test_a_copy_needs_a_label_of_its_own(label: str, officer: Any) -> None:
    edition = make_edition()
    with pytest.raises(ValidationError) as error:
        copy_edition(edition=edition, label=label, actor=officer)
    assert list(error.value.message_dict) == ["label"]
    assert StandardsEdition.objects.count() == 1
    assert Criterion.objects.count() == 4


def test_a_draft_in_force_takes_the_place_of_the_one_before(officer: Any) -> None:
    before = make_edition()
    draft = copy_edition(edition=before, label="2026.2", actor=officer)
    assert edition_in_force() == before
    put_in_force(edition=draft, effective_on=LATER, actor=officer)
    assert list(
        StandardsEdition.objects.order_by("pk").values_list("label", "state", "effective_on")
    ) == [
        ("2026.1", "superseded", dt.date(2026, 1, 1)),
        ("2026.2", "in_force", LATER),
    ]


def empty(draft: StandardsEdition) -> None:
    draft.domains.all().delete()


def no_criteria(draft: StandardsEdition) -> None:
    Criterion.objects.filter(domain__edition=draft, code__startswith="B").delete()


def one_level(draft: StandardsEdition) -> None:
    RatingLevel.objects.filter(criterion__domain__edition=draft, value__gt=0).delete()


def no_words(draft: StandardsEdition) -> None:
    level_of(draft, "A1", 1).update(descriptor="  ")


def never_met(draft: StandardsEdition) -> None:
    level_of(draft, "A1", 2).update(is_met=False)


def always_met(draft: StandardsEdition) -> None:
    level_of(draft, "A1", 0).update(is_met=True)


def met_in_between(draft: StandardsEdition) -> None:
    RatingLevel.objects.create(
        criterion=draft.domains.get(code="A").criteria.get(code="A1"),
        value=3,
        label="Best",
        descriptor="Best.",
    )


def none_essential(draft: StandardsEdition) -> None:
    Criterion.objects.filter(domain__edition=draft).update(kind="weighted")


def same_code(draft: StandardsEdition) -> None:
    Criterion.objects.filter(domain__edition=draft, code="B1").update(code="A1")


def level_of(draft: StandardsEdition, code: str, value: int) -> Any:
    return RatingLevel.objects.filter(
        criterion__domain__edition=draft, criterion__code=code, value=value
    )


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (empty, "The edition has no domain."),
        (no_criteria, "Domain B Domain B has no criterion."),
        (one_level, "Criterion A1 Criterion A1 needs two rating levels or more."),
        (no_words, "Level 1 Partly there of criterion A1 Criterion A1 is not described."),
        (never_met, "No level of criterion A1 Criterion A1 counts as met."),
        (always_met, "The lowest level of criterion A1 Criterion A1 counts as met."),
        (
            met_in_between,
            "A level of criterion A1 Criterion A1 above a met one does not count as met.",
        ),
        (none_essential, "No criterion is essential."),
        (same_code, "Two criteria have the code A1."),
    ],
)
def test_an_unfinished_draft_stays_a_draft(
    spoil: Callable[[StandardsEdition], None], sentence: str, officer: Any
) -> None:
    before = make_edition()
    draft = copy_edition(edition=before, label="2026.2", actor=officer)
    assert edition_faults(draft) == []
    spoil(draft)
    with pytest.raises(ValidationError) as error:
        put_in_force(edition=draft, effective_on=LATER, actor=officer)
    assert sentence in error.value.messages
    assert edition_in_force() == before
    draft.refresh_from_db()
    assert draft.is_draft


def test_only_a_draft_and_only_from_a_fitting_day(officer: Any) -> None:
    before = make_edition(effective_on=dt.date(2026, 5, 5))
    draft = copy_edition(edition=before, label="2026.2", actor=officer)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    for edition, day, sentence in (
        (before, LATER, "Only a draft"),
        (draft, tomorrow, "future"),
        (draft, dt.date(2026, 5, 4), "later than this"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            put_in_force(edition=edition, effective_on=day, actor=officer)
    assert edition_in_force() == before


def test_the_difference_follows_the_lineage(officer: Any) -> None:
    old = make_edition()
    new = copy_edition(edition=old, label="2026.2", actor=officer)
    assert edition_difference(old, new).unchanged == 4
    criterion = Criterion.objects.get(domain__edition=new, code="A2")
    criterion.code, criterion.kind, criterion.weight = "A9", "weighted", 5
    criterion.applies_when = {"modality": ["blended", "virtual"]}
    criterion.save()
    level_of(new, "B1", 1).update(descriptor="Half of it.")
    Criterion.objects.get(domain__edition=new, code="B2").delete()
    added = Criterion.objects.create(
        domain=new.domains.get(code="A"), code="A3", title="New", text="New."
    )
    found = edition_difference(old, new)
    assert (found.added, found.unchanged) == ((added,), 1)
    assert [criterion.code for criterion in found.removed] == ["B2"]
    assert {
        changed.old.code: [(each.name, each.before, each.after) for each in changed.fields]
        for changed in found.changed
    } == {
        "A2": [
            ("code", "A2", "A9"),
            ("kind", "Essential", "Weighted"),
            ("weight", "3", "5"),
            ("applies_when", "always", "modality: blended, virtual"),
        ],
        "B1": [
            (
                "levels",
                (
                    "0 Absent: Absent, seen in the materials.\n"
                    "1 Partly there: Partly there, seen in the materials.\n"
                    "2 There (met): There, seen in the materials."
                ),
                (
                    "0 Absent: Absent, seen in the materials.\n"
                    "1 Partly there: Half of it.\n"
                    "2 There (met): There, seen in the materials."
                ),
            )
        ],
    }


@pytest.mark.parametrize("state", [EditionState.IN_FORCE, EditionState.SUPERSEDED])
def test_the_models_refuse_to_touch_an_edition_that_is_no_draft(state: EditionState) -> None:
    edition = make_edition(state=state)
    other = make_edition("2027.1", state=EditionState.DRAFT)
    domain = edition.domains.get(code="A")
    criterion = domain.criteria.get(code="A1")
    level = criterion.levels.get(value=0)
    for row in (edition, domain, criterion, level):
        with pytest.raises(FixedRowError):
            row.save()
        with pytest.raises(FixedRowError):
            row.delete()
    # Neither a way in nor a way out: the stored parent counts as well as the new one.
    domain.edition = other
    criterion.domain = other.domains.get(code="A")
    level.criterion = criterion.domain.criteria.get(code="A1")
    for row in (
        domain,
        criterion,
        level,
        Domain(edition=edition, code="Z", title="Z"),
        Criterion(domain=edition.domains.get(code="A"), code="Z", title="Z", text="Z"),
        RatingLevel(
            criterion=Criterion.objects.get(domain__edition=edition, code="A1"),
            value=9,
            label="Z",
            descriptor="Z",
        ),
    ):
        with pytest.raises(FixedRowError):
            row.save()


def refused(write: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="copied, never changed"), transaction.atomic():
        write()


@pytest.mark.parametrize("state", [EditionState.IN_FORCE, EditionState.SUPERSEDED])
def test_the_database_refuses_it_too(state: EditionState) -> None:
    edition = make_edition(state=state)
    draft = make_edition("2027.1", state=EditionState.DRAFT)
    here = {"domain__edition": edition, "code": "A1"}
    rows = {
        StandardsEdition: StandardsEdition.objects.filter(pk=edition.pk),
        Domain: edition.domains.filter(code="A"),
        Criterion: Criterion.objects.filter(**here),
        RatingLevel: RatingLevel.objects.filter(criterion__in=Criterion.objects.filter(**here)),
    }
    changes = {
        StandardsEdition: [{"title": "Other"}, {"state": "draft"}, {"effective_on": None}],
        Domain: [{"title": "Other"}, {"edition": draft}],
        Criterion: [{"text": "Other"}, {"domain": draft.domains.get(code="B")}],
        RatingLevel: [{"is_met": True}],
    }
    for model, found in rows.items():
        for change in changes[model]:
            refused(lambda found=found, change=change: found.update(**change))
        refused(lambda found=found: found._raw_delete(using="default"))
    refused(lambda: draft.domains.filter(code="A").update(edition=edition, code="Q"))
    refused(lambda: Domain.objects.bulk_create([Domain(edition=edition, code="Z", title="Z")]))
    refused(
        lambda: Criterion.objects.bulk_create(
            [Criterion(domain=edition.domains.get(code="A"), code="Z", title="Z", text="Z")]
        )
    )
    refused(
        lambda: RatingLevel.objects.bulk_create(
            [RatingLevel(criterion=rows[Criterion].get(), value=9, label="Z", descriptor="Z")]
        )
    )


def test_a_draft_can_be_changed_and_deleted() -> None:
    draft = make_edition(state=EditionState.DRAFT)
    draft.title = "Other"
    draft.save()
    level_of(draft, "A1", 0).update(label="None")
    draft.delete()
    assert not RatingLevel.objects.exists()


def test_a_superseded_edition_never_comes_back() -> None:
    edition = make_edition(state=EditionState.SUPERSEDED)
    refused(
        lambda: StandardsEdition.objects.filter(pk=edition.pk).update(
            state=EditionState.IN_FORCE.value
        )
    )
    edition.state = EditionState.IN_FORCE.value
    with pytest.raises(FixedRowError):
        edition.save(update_fields=["state"])


def test_a_used_rule_is_replaced_by_its_next_version(officer: Any) -> None:
    rule = make_rule(reminder_days=[5, 1], threshold_percent=70)
    rule.seats = 5
    rule.save()
    ReviewRule.objects.filter(pk=rule.pk).update(used_at=timezone.now())
    for write in (rule.save, rule.delete):
        with pytest.raises(FixedRowError):
            write()
    stored = ReviewRule.objects.filter(pk=rule.pk)
    refused(lambda: stored.update(seats=7))
    refused(lambda: stored.update(self_assessment_shown="never"))
    refused(lambda: stored.update(used_at=None))
    refused(lambda: stored._raw_delete(using="default"))
    copy = copy_rule(rule=rule, actor=officer)
    assert (copy.name, copy.version, copy.previous, copy.used_at) == ("Standard", 2, rule, None)
    assert (copy.seats, copy.reminder_days, copy.composition) == (5, [5, 1], rule.composition)
    copy.seats = 7
    copy.save()
    assert copy_rule(rule=rule, actor=officer).version == 3
