"""What a curriculum lacks: one answer for everybody, by the edition in force, and no way around."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import WorkflowState

from curriculum_pages.completeness import DEFAULTS, Code, Severity
from curriculum_pages.enums import FileRole, Visibility
from curriculum_pages.models import (
    CODE_LABELS,
    CompletenessSetting,
    CurriculumPage,
    Module,
    severities_of,
)
from curriculum_pages.models.findings import SENTENCES
from curriculum_pages.selectors import completeness_of
from curriculum_pages.services import set_severities
from review_workflow.enums import EditionState, Outcome
from review_workflow.models import (
    FixedRowError,
    IncompletePage,
    ReviewRound,
    StandardsEdition,
)
from review_workflow.services import copy_edition
from review_workflow.services.responses import start_next_round
from tests.integration.complete import complete_curriculum
from tests.integration.review_workflow.panels import Panel, make_edition, make_panel, make_user

pytestmark = pytest.mark.django_db
USUAL = {code.value: severity.value for code, severity in DEFAULTS.items() if severity}


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def codes(page: CurriculumPage, *severities: Severity) -> set[str]:
    wanted = severities or tuple(Severity)
    return {each.code for each in completeness_of(page) if each.severity in wanted}


def revised(page: CurriculumPage, **fields: Any) -> CurriculumPage:
    """Save a revision with other fields; return the page."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision()
    return page


def test_every_rule_has_a_label_and_a_sentence() -> None:
    assert set(CODE_LABELS) == set(SENTENCES) == set(Code)


def test_a_stored_page_its_revision_and_an_unsaved_one_lack_the_same(panel: Panel) -> None:
    unsaved = complete_curriculum(provider=panel.provider, slug="two", pre_test="no")
    unsaved.modules.add(Module(title="Untimed", sort_order=2))
    answer = completeness_of(unsaved)
    assert {"pre-test", "module-minutes", "module-topic", "files-hidden"} <= codes(unsaved)
    panel.catalog.add_child(instance=unsaved)
    revision = unsaved.save_revision()
    stored = CurriculumPage.objects.get(pk=unsaved.pk)
    assert completeness_of(stored) == answer
    assert completeness_of(revision.as_object()) == answer
    sentence = next(each.message for each in answer if each.code == "module-minutes")
    assert sentence == "A module states no minutes: Untimed. Give its contact time."


def test_sentences_name_what_lacks_by_its_number(panel: Panel) -> None:
    page = complete_curriculum(provider=panel.provider)
    for title in ("Third", "Fourth"):
        page.modules.add(Module(title=title, sort_order=2))
    found = {each.code: each.message for each in completeness_of(page)}
    assert found["module-topic"].startswith("2 modules have no main topic: Fourth; Third.")
    page = complete_curriculum(provider=panel.provider, claimed_hours=5)
    (error,) = [each for each in completeness_of(page) if each.is_blocking]
    assert error.field == "claimed_hours"
    assert "300 minutes are claimed, and the modules have 240" in error.message


def test_files_that_reviewers_open_are_no_warning(panel: Panel) -> None:
    page = complete_curriculum(provider=panel.provider, files_for=Visibility.REVIEWERS)
    assert "files-hidden" not in codes(page)
    page.files = [row for row in page.files.all() if row.role != FileRole.INSTRUCTOR_GUIDE]
    assert codes(page, Severity.ERROR) == {"instructor-guide"}


def test_queries_do_not_grow(panel: Panel) -> None:
    def queries(page: CurriculumPage) -> int:
        page = CurriculumPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        with CaptureQueriesContext(connection) as captured:
            completeness_of(page)
        return len(captured)

    small, large = panel.make_curriculum("small"), panel.make_curriculum("large")
    topic = large.core_topics.first()
    for place in range(30):
        large.modules.add(Module(title=f"M{place}", core_topic=topic, sort_order=place))
    large.save_revision()
    assert queries(small) == queries(large)


def test_an_incomplete_revision_starts_no_workflow(panel: Panel) -> None:
    page = revised(panel.make_curriculum(), pre_test="unknown")
    with pytest.raises(IncompletePage, match="No pre-test is stated") as raised:
        page.get_workflow().start(page, panel.editor)
    assert isinstance(raised.value, PermissionDenied)
    assert [each.code for each in raised.value.findings] == ["pre-test"]
    assert not WorkflowState.objects.exists()
    assert not ReviewRound.objects.exists()
    assert panel.submit(revised(page, pre_test="yes")).number == 1


def test_the_next_round_asks_again(panel: Panel) -> None:
    round_ = panel.reviewed()
    panel.decide(round_, Outcome.REVISE_AND_RESUBMIT, override_reason="See the points.")
    round_.response_items.update(answer="Done.")
    page = CurriculumPage.objects.get(pk=round_.case.page_id)
    revised(page.get_latest_revision_as_object(), follow_up_method="")
    with pytest.raises(IncompletePage, match="no follow-up assessment"):
        start_next_round(round_id=round_.pk, actor=panel.editor)
    assert ReviewRound.objects.count() == 1
    url = reverse("clearinghouse_case_response", args=[round_.case.uid])
    item = round_.response_items.get()
    posted = {f"item-{item.pk}": "Done.", "step": "start"}
    response = browser(panel.chair).post(url, posted)
    assert response.status_code == 200
    assert "There is no follow-up assessment." in response.content.decode()
    assert ReviewRound.objects.count() == 1
    revised(page.get_latest_revision_as_object(), follow_up_method="Supervisors ask.")
    assert start_next_round(round_id=round_.pk, actor=panel.editor).number == 2


def test_reviewer_and_chair_read_what_the_editor_reads(panel: Panel) -> None:
    page = panel.make_curriculum()
    round_ = panel.submit(page)
    seat = panel.ready(round_)[0]
    frozen = [each.message for each in completeness_of(page)]
    assert "No evidence is cited." in " ".join(frozen)
    revised(page, cost="Free.")  # later than what is under review
    review = reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, "review", round_.task_state_id]
    )
    case = reverse("clearinghouse_case", args=[round_.case.uid])
    for user, url in ((seat.reviewer, review), (panel.chair, case)):
        content = browser(user).get(url).content.decode()
        assert [message for message in frozen if message not in content] == []
        assert f"What the curriculum lacks: {len(frozen)} points" in content
    edit = reverse("wagtailadmin_pages:edit", args=[panel.make_curriculum("other").pk])
    content = browser(panel.editor).get(edit).content.decode()
    assert [message for message in frozen if message not in content] == []


def test_each_edition_sets_its_own_severities(panel: Panel) -> None:
    page = panel.make_curriculum()
    assert "evidence" in codes(page, Severity.WARNING)
    draft = make_edition("2027.1", state=EditionState.DRAFT)
    changes = {"evidence": "error", "accessibility": "off"}
    set_severities(edition_id=draft.pk, severities=USUAL | changes, actor=panel.chair)
    assert "evidence" in codes(page, Severity.WARNING), "a draft sets nothing yet"
    StandardsEdition.objects.filter(pk=panel.edition.pk).update(state="superseded")
    StandardsEdition.objects.filter(pk=draft.pk).update(state="in_force")
    assert codes(page, Severity.ERROR) == {"evidence"}
    assert "accessibility" not in codes(page)
    with pytest.raises(IncompletePage, match="No evidence is cited"):
        panel.submit(page)

    copy = copy_edition(edition=draft, label="2028.1", actor=panel.chair)
    assert severities_of(pk=copy.pk) == severities_of(pk=draft.pk)
    assert severities_of(pk=copy.pk)[Code.ACCESSIBILITY] is None
    copy.delete()
    assert set(CompletenessSetting.objects.values_list("edition", flat=True)) == {draft.pk}


def test_an_edition_in_use_is_not_changed(panel: Panel) -> None:
    with pytest.raises(ValidationError, match="in use"):
        set_severities(edition_id=panel.edition.pk, severities=USUAL, actor=panel.chair)
    row = CompletenessSetting(edition=panel.edition, code="evidence", severity="off")
    with pytest.raises(FixedRowError):
        row.save()
    with pytest.raises(DatabaseError, match="copied, never changed"), transaction.atomic():
        CompletenessSetting.objects.bulk_create([row])
    assert not CompletenessSetting.objects.exists()


def test_the_page_of_an_editions_severities(panel: Panel) -> None:
    officer, reader = make_user("officer"), make_user("reader")
    view = Permission.objects.get(codename="view_standardsedition")
    reader.user_permissions.add(view)
    officer.user_permissions.add(view, Permission.objects.get(codename="change_standardsedition"))
    draft = make_edition("2027.1", state=EditionState.DRAFT)
    url = reverse("clearinghouse_edition_completeness", args=[draft.pk])
    inspected = browser(officer).get(reverse("standards:inspect", args=[draft.pk]))
    assert url in inspected.content.decode()

    posted = USUAL | {"evidence": "error"}
    assert browser(reader).post(url, posted).status_code != 200
    assert browser(panel.editor).post(url, posted).status_code == 302  # led away, as Wagtail does
    assert not CompletenessSetting.objects.exists()
    assert 'name="evidence" disabled' not in browser(officer).get(url).content.decode()
    browser(officer).post(url, posted)
    assert severities_of(pk=draft.pk)[Code.EVIDENCE] is Severity.ERROR
    assert len(severities_of(pk=draft.pk)) == len(Code)
    response = browser(officer).post(url, posted | {"evidence": "fatal"})
    assert "fatal is not one of the available choices" in response.content.decode()

    fixed = reverse("clearinghouse_edition_completeness", args=[panel.edition.pk])
    content = browser(officer).get(fixed).content.decode()
    assert "Only to read" in content
    assert '<button type="submit" class="button">' not in content
    browser(officer).post(fixed, posted)
    assert severities_of(pk=panel.edition.pk) == {}
