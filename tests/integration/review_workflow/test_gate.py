"""No path publishes a curriculum without an approval of exactly that revision."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import querydict_from_html

from curriculum_pages.models import CurriculumIndexPage, CurriculumPage
from review_workflow.enums import ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.models.gate import NotApproved
from review_workflow.services import record_approval_event

from .conftest import approve

pytestmark = pytest.mark.django_db


def form(browser: Any, address: str, **changes: Any) -> Any:
    """Return what a browser sends back of the form at an address, with the button "Publish"."""
    data = querydict_from_html(
        browser.get(address).content.decode(), form_id="page-edit-form"
    ).copy()
    # Streams and formsets are filled by JavaScript; without it their counts are what is missing.
    for name in ("objectives", "scenario_exercises"):
        data.setdefault(f"{name}-count", "0")
    data.update(changes | {"action-publish": "1"})
    return data


def is_live(page: Any) -> bool:
    return bool(Page.objects.get(pk=page.pk).live)


class TestTheAdmin:
    def test_publishing_in_the_editor_keeps_a_draft(self, browser: Any, curriculum: Any) -> None:
        address = reverse("wagtailadmin_pages:edit", args=[curriculum.pk])
        answer = browser.post(address, form(browser, address, title="Sent"))
        assert answer.status_code == 302
        saved = CurriculumPage.objects.get(pk=curriculum.pk)
        assert not saved.live
        assert saved.get_latest_revision_as_object().title == "Sent"

    def test_creating_and_publishing_makes_a_draft(self, browser: Any, catalog: Any) -> None:
        address = reverse(
            "wagtailadmin_pages:add",
            args=["clearinghouse_curricula", "curriculumpage", catalog.pk],
        )
        data = form(browser, address, title="New", slug="new", summary="A course.")
        assert browser.post(address, data).status_code == 302
        assert not CurriculumPage.objects.get(slug="new").live

    def test_bulk_publishing(self, browser: Any, curriculum: Any) -> None:
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        answer = browser.post(f"{address}?id={curriculum.pk}&next=/admin/")
        assert answer.status_code in {200, 302}
        assert not is_live(curriculum)

    def test_bulk_publishing_what_is_below(
        self, browser: Any, curriculum: Any, catalog: Any
    ) -> None:
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        answer = browser.post(
            f"{address}?id={catalog.pk}&next=/admin/", {"include_descendants": "on"}
        )
        assert answer.status_code in {200, 302}
        assert not is_live(curriculum)

    def test_the_admin_api(self, browser: Any, curriculum: Any) -> None:
        address = reverse("wagtailadmin_api:pages:action", args=[curriculum.pk, "publish"])
        assert browser.post(address).status_code == 403
        assert not is_live(curriculum)

    def test_copying_with_publication(self, browser: Any, approved: Any, catalog: Any) -> None:
        answer = browser.post(
            reverse("wagtailadmin_pages:copy", args=[approved.pk]),
            {
                "new_title": "Copy",
                "new_slug": "copy",
                "new_parent_page": catalog.pk,
                "publish_copies": "on",
            },
        )
        assert answer.status_code in {200, 302}
        assert not Page.objects.filter(slug="copy", live=True).exists()

    def test_copying_by_the_admin_api(self, browser: Any, approved: Any, catalog: Any) -> None:
        address = reverse("wagtailadmin_api:pages:action", args=[approved.pk, "copy"])
        answer = browser.post(
            address, {"keep_live": True, "slug": "copy", "destination_page_id": catalog.pk}
        )
        assert answer.status_code < 500
        assert not Page.objects.filter(slug="copy", live=True).exists()

    def test_a_copy_as_a_draft_works(self, browser: Any, approved: Any, catalog: Any) -> None:
        browser.post(
            reverse("wagtailadmin_pages:copy", args=[approved.pk]),
            {"new_title": "Copy", "new_slug": "copy", "new_parent_page": catalog.pk},
        )
        copy = CurriculumPage.objects.get(slug="copy")
        assert not copy.live
        assert copy.uid != approved.uid
        assert copy.current_approval is None

    def test_a_newer_revision_of_an_approved_page(self, browser: Any, approved: Any) -> None:
        address = reverse("wagtailadmin_pages:edit", args=[approved.pk])
        browser.post(address, form(browser, address, title="Newer"))
        page = CurriculumPage.objects.get(pk=approved.pk)
        assert (page.live, page.title) == (True, "Approved")
        assert page.has_unpublished_changes

    def test_reverting_to_an_older_revision(self, browser: Any, approved: Any) -> None:
        newer = CurriculumPage.objects.get(pk=approved.pk)
        newer.title = "Newer"
        revision = newer.save_revision()
        approve(newer, "A-2")
        older = approved.live_revision_id
        assert older != revision.pk
        address = reverse("wagtailadmin_pages:revisions_revert", args=[approved.pk, older])
        data = form(browser, address, revision=str(older))
        browser.post(reverse("wagtailadmin_pages:edit", args=[approved.pk]), data)
        assert CurriculumPage.objects.get(pk=approved.pk).title == "Newer"

    def test_an_approved_page_can_be_unpublished_and_published_again(
        self, browser: Any, approved: Any
    ) -> None:
        browser.post(reverse("wagtailadmin_pages:unpublish", args=[approved.pk]))
        assert not is_live(approved)
        address = reverse("wagtailadmin_api:pages:action", args=[approved.pk, "publish"])
        assert browser.post(address).status_code == 200
        assert is_live(approved)


class TestProgrammes:
    def test_publishing_a_revision_as_a_user(self, publisher: Any, curriculum: Any) -> None:
        with pytest.raises(PermissionDenied):
            curriculum.get_latest_revision().publish(user=publisher)
        assert not is_live(curriculum)

    @pytest.mark.parametrize("skip", [False, True])
    def test_publishing_a_revision_as_nobody(self, curriculum: Any, skip: Any) -> None:
        with pytest.raises(NotApproved):
            curriculum.get_latest_revision().publish(skip_permission_checks=skip)
        assert not is_live(curriculum)

    def test_setting_live(self, curriculum: Any) -> None:
        curriculum.live = True
        with pytest.raises(NotApproved):
            curriculum.save()
        with pytest.raises(NotApproved):
            curriculum.save(update_fields=["live"])
        assert not is_live(curriculum)

    def test_creating_a_live_page(self, catalog: Any) -> None:
        with pytest.raises(NotApproved):
            catalog.add_child(instance=CurriculumPage(title="x", slug="x", summary="x"))
        assert not CurriculumPage.objects.exists()

    def test_copying_and_staying_live(self, approved: Any) -> None:
        with pytest.raises(NotApproved):
            approved.copy(update_attrs={"slug": "copy"}, keep_live=True)
        assert not Page.objects.filter(slug="copy").exists()

    def test_an_approval_of_another_page_does_not_count(
        self, approved: Any, curriculum: Any
    ) -> None:
        curriculum.live = True
        curriculum.live_revision_id = approved.live_revision_id
        with pytest.raises(NotApproved):
            curriculum.save()

    def test_a_newer_revision(self, approved: Any) -> None:
        approved.title = "Newer"
        with pytest.raises(NotApproved):
            approved.save_revision().publish()
        assert CurriculumPage.objects.get(pk=approved.pk).title == "Approved"


class TestSchedules:
    def test_scheduling_an_unapproved_revision(self, publisher: Any, curriculum: Any) -> None:
        curriculum.go_live_at = timezone.now() + dt.timedelta(days=1)
        revision = curriculum.save_revision()
        with pytest.raises(PermissionDenied):
            revision.publish(user=publisher)
        curriculum.revisions.update(approved_go_live_at=timezone.now() - dt.timedelta(hours=1))
        with pytest.raises(NotApproved):
            call_command("publish_scheduled")
        assert not is_live(curriculum)

    def test_an_approval_withdrawn_before_the_hour(self, curriculum: Any) -> None:
        curriculum.go_live_at = timezone.now() + dt.timedelta(days=1)
        revision = curriculum.save_revision()
        granted = approve(curriculum, revision=revision)
        revision.refresh_from_db()
        assert revision.approved_go_live_at is not None
        assert not is_live(curriculum)
        record_approval_event(
            approval=granted,
            event=Event(ApprovalEventKind.WITHDRAWN, timezone.localdate()),
            reason="Wrong.",
        )
        call_command("publish_scheduled")
        revision.refresh_from_db()
        assert revision.approved_go_live_at is None
        assert not is_live(curriculum)


class TestAliasesAndTranslations:
    def test_an_alias_is_live_but_nowhere_served(
        self, approved: Any, catalog: Any, client: Any
    ) -> None:
        approved.create_alias(parent=catalog, update_slug="alias")
        assert client.get("/catalog/approved/").status_code == 200
        assert client.get("/catalog/alias/").status_code == 404

    def test_a_translation_needs_its_own_approval(
        self, approved: Any, publisher: Any, catalog: Any
    ) -> None:
        spanish = Locale.objects.get_or_create(language_code="es")[0]
        translation = approved.copy_for_translation(spanish, copy_parents=True)
        assert not translation.live
        assert translation.get_workflow() is None
        with pytest.raises(PermissionDenied):
            translation.get_latest_revision().publish(user=publisher)
        approve(translation, "A-es")
        assert is_live(translation)


class TestAfterTheEnd:
    @pytest.fixture
    def ended(self, approved: Any) -> Any:
        """A live page whose approval ended by the calendar."""
        approved.approvals.update(expires_on=dt.date(2025, 6, 30))
        return CurriculumPage.objects.get(pk=approved.pk)

    def test_its_address_says_so(self, ended: Any, client: Any) -> None:
        assert client.get("/catalog/approved/").status_code == 410

    def test_unpublished_too(self, ended: Any, client: Any) -> None:
        ended.unpublish()
        assert client.get("/catalog/approved/").status_code == 410

    def test_it_can_be_unpublished_but_not_published_again(
        self, ended: Any, publisher: Any, browser: Any
    ) -> None:
        browser.post(reverse("wagtailadmin_pages:unpublish", args=[ended.pk]))
        assert not is_live(ended)
        with pytest.raises(PermissionDenied):
            ended.live_revision.publish(user=publisher)

    def test_its_parents_can_be_renamed(self, ended: Any, catalog: Any, client: Any) -> None:
        catalog.slug = "programmes"
        catalog.save()
        ended.refresh_from_db()
        assert ended.url_path.endswith("/programmes/approved/")
        assert client.get("/programmes/approved/").status_code == 410

    def test_it_can_be_moved(self, ended: Any, catalog: Any, site_tree: Any) -> None:
        other = site_tree["home"].add_child(
            instance=CurriculumIndexPage(title="Other", slug="other")
        )
        ended.move(other, pos="last-child")
        assert CurriculumPage.objects.get(pk=ended.pk).url_path.endswith("/other/approved/")

    def test_it_can_be_saved_as_it_is(self, ended: Any) -> None:
        ended.search_description = "Something small"
        ended.save()

    def test_a_page_unpublished_while_approved_is_just_not_there(
        self, approved: Any, client: Any
    ) -> None:
        approved.unpublish()
        assert client.get("/catalog/approved/").status_code == 404


class TestDeleting:
    def test_an_approved_page_stays(self, browser: Any, approved: Any) -> None:
        answer = browser.post(reverse("wagtailadmin_pages:delete", args=[approved.pk]))
        assert answer.status_code < 500
        assert Page.objects.filter(pk=approved.pk).exists()

    @pytest.mark.parametrize("above", ["catalog", "home"])
    def test_what_is_above_stays(
        self, browser: Any, approved: Any, site_tree: Any, above: str
    ) -> None:
        page = site_tree[above]
        answer = browser.post(
            reverse("wagtailadmin_pages:delete", args=[page.pk]),
            {"confirm_site_name": "Clearinghouse"},
        )
        assert answer.status_code < 500
        assert Page.objects.filter(pk=approved.pk).exists()

    @pytest.mark.parametrize("which", ["page", "catalog", "home"])
    def test_deleting_in_bulk(
        self, browser: Any, approved: Any, site_tree: Any, which: str
    ) -> None:
        page = approved if which == "page" else site_tree[which]
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        answer = browser.post(
            f"{address}?id={page.pk}&next=/admin/", {"confirm_site_name": "Clearinghouse"}
        )
        assert answer.status_code < 500
        assert Page.objects.filter(pk=approved.pk).exists()

    @pytest.mark.parametrize("which", ["page", "catalog", "home"])
    def test_deleting_by_the_admin_api(
        self, browser: Any, approved: Any, site_tree: Any, which: str
    ) -> None:
        page = approved if which == "page" else site_tree[which]
        address = reverse("wagtailadmin_api:pages:action", args=[page.pk, "delete"])
        assert browser.post(address).status_code < 500
        assert Page.objects.filter(pk=approved.pk).exists()

    def test_a_draft_can_go(self, browser: Any, curriculum: Any) -> None:
        browser.post(reverse("wagtailadmin_pages:delete", args=[curriculum.pk]))
        assert not Page.objects.filter(pk=curriculum.pk).exists()
