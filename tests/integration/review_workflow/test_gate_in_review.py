"""While a panel reviews a page, nothing but the chair's decision publishes or deletes it."""

import copy
import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from wagtail.models import Locale, Page, Task, TaskState, WorkflowPage, WorkflowState

from curriculum_pages.models import CurriculumPage
from home.services import ensure_site_tree
from review_workflow.enums import DecisionRule
from review_workflow.models import Approval, Case, ReviewRound
from review_workflow.models.gate import NotApproved
from review_workflow.selectors.verdicts import verdict_of
from review_workflow.services import withdraw_review

from .panels import Panel, make_edition, make_panel, make_rule, task_state_of
from .test_gate import form, is_live

pytestmark = pytest.mark.django_db
STREAMS = ("objectives", "materials", "assessments")
"""Of a module: filled by JavaScript, without which their counts are missing."""


@pytest.fixture(scope="module")
def _reviewed(_planted_tree: None, django_db_blocker: Any) -> tuple[Panel, ReviewRound]:
    """A panel and its round, made once for the module beside the planted tree."""
    with django_db_blocker.unblock():
        panel = make_panel(ensure_site_tree())
        return panel, panel.reviewed()


@pytest.fixture
def _own(_reviewed: tuple[Panel, ReviewRound], db: None) -> tuple[Panel, ReviewRound]:
    """Copies of both, so that no test sees what another did to them."""
    return copy.deepcopy(_reviewed)


@pytest.fixture
def panel(_own: tuple[Panel, ReviewRound]) -> Panel:
    return _own[0]


@pytest.fixture
def round_(_own: tuple[Panel, ReviewRound]) -> ReviewRound:
    """A round with all reviews filed, of a page that is not public yet."""
    return _own[1]


@pytest.fixture
def page(round_: ReviewRound) -> CurriculumPage:
    return CurriculumPage.objects.get(pk=round_.case.page_id)


def runs_on(round_: ReviewRound) -> bool:
    """Return whether the review goes on as if nothing had happened, and nothing is public."""
    state = task_state_of(round_)
    return (
        ReviewRound.objects.get(pk=round_.pk).state,
        Case.objects.get(pk=round_.case_id).state,
        state.status,
        state.workflow_state.status,
        is_live(round_.case.page),
        Approval.objects.exists(),
    ) == ("reviewing", "in_review", "in_progress", "in_progress", False, False)


class TestPublishing:
    def test_in_the_editor(self, browser: Any, page: Any, round_: ReviewRound) -> None:
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        streams = {
            f"modules-{place}-{name}-count": "0"
            for place in range(page.modules.count())
            for name in STREAMS
        }
        data = form(browser, address, title="Mine", **streams)
        assert browser.post(address, data).status_code < 500
        assert runs_on(round_)
        assert CurriculumPage.objects.get(pk=page.pk).latest_revision_id == round_.revision_id

    def test_in_bulk(self, browser: Any, page: Any, round_: ReviewRound) -> None:
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        assert browser.post(f"{address}?id={page.pk}&next=/admin/").status_code < 500
        assert runs_on(round_)

    def test_by_the_admin_api(self, browser: Any, page: Any, round_: ReviewRound) -> None:
        address = reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"])
        assert browser.post(address).status_code == 403
        assert runs_on(round_)

    def test_by_programme(self, publisher: Any, page: Any, round_: ReviewRound) -> None:
        for arguments in ({"user": publisher}, {}, {"skip_permission_checks": True}):
            with pytest.raises(PermissionDenied), transaction.atomic():
                page.get_latest_revision().publish(**arguments)
        page.live = True
        with pytest.raises(NotApproved), transaction.atomic():
            page.save()
        assert runs_on(round_)

    def test_by_the_calendar(self, page: Any, round_: ReviewRound) -> None:
        page.revisions.update(approved_go_live_at=timezone.now() - dt.timedelta(hours=1))
        with pytest.raises(NotApproved), transaction.atomic():
            call_command("publish_scheduled")
        assert runs_on(round_)

    @pytest.mark.parametrize("action", ["approve", "reject", "review", "amend", "decide", "x"])
    def test_by_the_stock_actions(
        self, browser: Any, page: Any, round_: ReviewRound, action: str
    ) -> None:
        address = reverse(
            "wagtailadmin_pages:workflow_action", args=[page.pk, action, round_.task_state_id]
        )
        assert browser.post(address, {"comment": "Fine."}).status_code < 500
        assert runs_on(round_)

    def test_by_the_task_state_itself(self, publisher: Any, page: Any, round_: ReviewRound) -> None:
        with pytest.raises(PermissionDenied), transaction.atomic():
            task_state_of(round_).approve(user=publisher)
        with pytest.raises(PermissionDenied), transaction.atomic():
            task_state_of(round_).workflow_state.finish(user=publisher)
        assert runs_on(round_)

    def test_copying(self, browser: Any, page: Any, panel: Panel, round_: ReviewRound) -> None:
        browser.post(
            reverse("wagtailadmin_pages:copy", args=[page.pk]),
            {
                "new_title": "Copy",
                "new_slug": "copy",
                "new_parent_page": panel.catalog.pk,
                "publish_copies": "on",
            },
        )
        assert not Page.objects.filter(slug="copy", live=True).exists()
        assert runs_on(round_)

    def test_a_translation_has_a_review_of_its_own(
        self, page: Any, publisher: Any, round_: ReviewRound
    ) -> None:
        spanish = Locale.objects.get_or_create(language_code="es")[0]
        translation = page.copy_for_translation(spanish, copy_parents=True)
        assert not translation.live
        assert translation.current_workflow_state is None
        with pytest.raises(PermissionDenied), transaction.atomic():
            translation.get_latest_revision().publish(user=publisher)
        assert runs_on(round_)

    def test_an_alias_is_not_reviewed_and_not_served(
        self, page: Any, panel: Panel, round_: ReviewRound, client: Any
    ) -> None:
        alias = page.create_alias(parent=panel.catalog, update_slug="alias")
        assert alias.get_workflow() is None
        # An alias has no revisions of its own, so Wagtail fails before a panel could refuse.
        with pytest.raises((PermissionDenied, IntegrityError)), transaction.atomic():
            panel.workflow.start(alias, panel.editor)
        Page.objects.filter(pk=alias.pk).update(live=True)
        assert client.get("/catalog/alias/").status_code == 404
        assert runs_on(round_)


class TestDeleting:
    @pytest.mark.parametrize("which", ["page", "catalog", "home"])
    def test_in_the_admin(
        self, browser: Any, round_: ReviewRound, site_tree: Any, which: str
    ) -> None:
        target = round_.case.page if which == "page" else site_tree[which]
        for address in (
            reverse("wagtailadmin_pages:delete", args=[target.pk]),
            reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
            + f"?id={target.pk}&next=/admin/",
            reverse("wagtailadmin_api:pages:action", args=[target.pk, "delete"]),
        ):
            answer = browser.post(address, {"confirm_site_name": "Clearinghouse"})
            assert answer.status_code < 500
        assert runs_on(round_)

    def test_by_programme(self, page: Any, panel: Panel, round_: ReviewRound) -> None:
        for target in (page, panel.catalog):
            with pytest.raises(ProtectedError), transaction.atomic():
                target.delete()
        assert runs_on(round_)


class TestWorkflows:
    def test_the_workflow_is_unassigned(self, panel: Panel, round_: ReviewRound) -> None:
        WorkflowPage.objects.filter(workflow=panel.workflow).delete()
        assert runs_on(round_)
        page = CurriculumPage.objects.get(pk=round_.case.page_id)
        assert page.get_workflow() is None
        panel.decide(round_)
        assert is_live(page)

    def test_the_workflow_is_deactivated(self, panel: Panel, round_: ReviewRound) -> None:
        panel.workflow.deactivate(user=panel.editor)
        assert not is_live(round_.case.page)
        round_.refresh_from_db()
        assert (round_.state, round_.case.state) == ("cancelled", "withdrawn")
        with pytest.raises(PermissionDenied, match="has ended"):
            panel.decide(round_)

    @pytest.mark.parametrize("specific", [True, False])
    def test_the_task_is_deactivated(
        self, panel: Panel, round_: ReviewRound, *, specific: bool
    ) -> None:
        task = Task.objects.get(pk=panel.task.pk)
        if specific:
            task.specific.deactivate(user=panel.editor)
            assert not Task.objects.get(pk=task.pk).active
        else:
            # Wagtail's own way skips the task and ends the workflow well.
            with pytest.raises(PermissionDenied), transaction.atomic():
                task.deactivate(user=panel.editor)
        assert runs_on(round_)
        panel.decide(round_)
        assert is_live(round_.case.page)

    def test_the_task_is_disabled_in_the_admin(
        self, browser: Any, panel: Panel, round_: ReviewRound
    ) -> None:
        address = reverse("wagtailadmin_workflows:disable_task", args=[panel.task.pk])
        assert browser.post(address).status_code == 302
        assert runs_on(round_)

    def test_the_task_state_is_cancelled(self, panel: Panel, round_: ReviewRound) -> None:
        with pytest.raises(PermissionDenied), transaction.atomic():
            task_state_of(round_).cancel(user=panel.editor)
        assert runs_on(round_)

    def test_the_author_withdraws(self, panel: Panel, round_: ReviewRound) -> None:
        withdraw_review(round_id=round_.pk, actor=panel.editor)
        state = task_state_of(round_)
        assert (state.status, state.workflow_state.status) == ("cancelled", "cancelled")
        assert (Case.objects.get().state, ReviewRound.objects.get().state) == (
            "withdrawn",
            "cancelled",
        )
        assert not is_live(round_.case.page)
        again = panel.submit(CurriculumPage.objects.get(pk=round_.case.page_id))
        assert (again.number, Case.objects.count()) == (1, 2)

    @pytest.mark.parametrize("who", ["reviewer", "superuser"])
    def test_nobody_else_withdraws(self, panel: Panel, round_: ReviewRound, who: str) -> None:
        actor = panel.reviewers[0]
        if who == "superuser":
            actor.is_superuser = True
            actor.save()
        with pytest.raises(PermissionDenied, match="Only whoever submitted"):
            withdraw_review(round_id=round_.pk, actor=actor)
        assert runs_on(round_)

    def test_an_approval_is_not_cancelled_by_an_old_page_of_the_editor(
        self, panel: Panel, round_: ReviewRound
    ) -> None:
        read_before = WorkflowState.objects.get(task_states=round_.task_state_id)
        panel.decide(round_)
        with pytest.raises(PermissionDenied, match="ended with an approval"):
            read_before.cancel(user=panel.editor)
        assert task_state_of(round_).workflow_state.status == "approved"
        assert is_live(round_.case.page)
        assert Case.objects.get().state == "decided"

    def test_a_workflow_gone_altogether_leaves_the_decision_to_the_chair(
        self, panel: Panel, round_: ReviewRound
    ) -> None:
        panel.workflow.delete()
        assert not TaskState.objects.exists()
        round_.refresh_from_db()
        assert (round_.task_state_id, is_live(round_.case.page)) == (None, False)
        panel.decide(round_)
        assert is_live(round_.case.page)


class TestChangesMidReview:
    def test_of_rule_edition_and_task(self, panel: Panel, round_: ReviewRound) -> None:
        before = verdict_of(round_)
        other = make_rule(
            name="Other", quorum=1, seats=1, decision_rule=DecisionRule.MAJORITY.value
        )
        newer = make_edition("2027.1")
        panel.task.rule, panel.task.edition = other, newer
        panel.task.save()
        panel.task.chairs.clear()
        round_ = ReviewRound.objects.get(pk=round_.pk)
        assert verdict_of(round_) == before
        panel.decide(round_)
        approval = Approval.objects.get()
        assert approval.edition == panel.edition
        assert approval.expires_on.year == timezone.localdate().year + 5

    def test_of_the_page(self, panel: Panel, round_: ReviewRound) -> None:
        page = CurriculumPage.objects.get(pk=round_.case.page_id)
        page.title = "Later"
        page.save_revision()
        assert runs_on(round_)
        with pytest.raises(Exception, match="another version"):
            panel.decide(round_, revision_id=page.latest_revision_id)
        panel.decide(round_)
        assert CurriculumPage.objects.get(pk=page.pk).title == "Course"


class TestWhatTheGateCannotSee:
    """Bare updates of the database: the page is live, and yet nowhere."""

    @pytest.fixture
    def forced(self, page: Any) -> CurriculumPage:
        Page.objects.filter(pk=page.pk).update(live=True, first_published_at=timezone.now())
        call_command("reconcile_search_index", verbosity=0)
        return CurriculumPage.objects.get(pk=page.pk)

    @pytest.mark.parametrize(
        "address",
        [
            "/catalog/",
            "/catalog/?q=course",
            "/api/v1/search?q=course",
            "/api/v1/curricula",
            "/api/v2/pages/",
            "/api/v2/pages/?type=clearinghouse_curricula.CurriculumPage",
            "/sitemap.xml",
        ],
    )
    def test_it_is_absent(
        self, forced: CurriculumPage, client: Any, panel: Panel, address: str
    ) -> None:
        marks = (f"/catalog/{forced.slug}/", str(forced.uid), "A course.")
        answer = client.get(address)
        assert answer.status_code == 200
        assert not any(mark in answer.content.decode() for mark in marks)

    def test_its_own_addresses(self, forced: CurriculumPage, client: Any) -> None:
        for address in (
            "/catalog/course/",
            f"/api/v1/curricula/{forced.slug}",
            f"/api/v2/pages/{forced.pk}/",
        ):
            assert client.get(address).status_code == 404

    def test_approved_it_is_there(self, panel: Panel, round_: ReviewRound, client: Any) -> None:
        """The counterpart: the addresses above do show what a panel approved."""
        panel.decide(round_)
        call_command("reconcile_search_index", verbosity=0)
        page = CurriculumPage.objects.get(pk=round_.case.page_id)
        for address in (
            "/catalog/",
            "/api/v1/search?q=course",
            "/api/v1/curricula",
            "/sitemap.xml",
        ):
            content = client.get(address).content.decode()
            assert f"/catalog/{page.slug}/" in content or str(page.uid) in content
        assert client.get("/catalog/course/").status_code == 200
        assert client.get(f"/api/v1/curricula/{page.slug}").status_code == 200
        assert client.get(f"/api/v2/pages/{page.pk}/").status_code == 200


def test_api_v3_is_mounted_nowhere(client: Any) -> None:
    """Wagtail loads its preview of API v3, which writes; no address leads to it."""
    found = [str(entry) for entry in _addresses(get_resolver())]
    assert len(found) > 100
    assert not [entry for entry in found if "v3" in entry]
    with pytest.raises(NoReverseMatch):
        reverse("wagtailapi_v3:api-root")
    for address in ("/api/v3/", "/api/v3/pages/", "/api/v3/openapi.json", "/api/v3/docs/"):
        assert client.get(address).status_code == 404


def _addresses(resolver: Any, prefix: str = "") -> Any:
    for entry in resolver.url_patterns:
        here = prefix + str(entry.pattern)
        callback = getattr(entry, "callback", None)
        if callback is not None:
            module = getattr(callback, "__module__", "")
            yield f"{here} {entry.name} {'v3' if module.startswith('wagtail.api.v3') else ''}"
        else:
            yield from _addresses(entry, here)
