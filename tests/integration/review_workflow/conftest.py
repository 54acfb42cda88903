"""Curricula under the gate, and people who would like to publish them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import GroupPagePermission, Page

from curriculum_pages.models import CurriculumPage
from review_workflow.enums import ApprovalBasis
from review_workflow.models import Approval
from review_workflow.services import Term, grant_approval

PASSED = Term(dt.date(2025, 1, 1), dt.date(2025, 6, 30))
RUNNING = Term(dt.date(2025, 1, 1), dt.date(2099, 12, 31))


@pytest.fixture
def catalog(site_tree: dict[str, Any]) -> Any:
    return site_tree["catalog"]


@pytest.fixture
def make_curriculum(catalog: Any) -> Callable[..., CurriculumPage]:
    """Return a function that makes a draft with one revision."""

    def make(slug: str = "one", **fields: Any) -> CurriculumPage:
        page = CurriculumPage(
            **{"title": slug.title(), "slug": slug, "summary": "A course.", "live": False} | fields
        )
        catalog.add_child(instance=page)
        page.save_revision()
        return CurriculumPage.objects.get(pk=page.pk)

    return make


def approve(page: CurriculumPage, number: str = "A-1", **changes: Any) -> Approval:
    return grant_approval(
        **{
            "page": page,
            "basis": ApprovalBasis.PANEL,
            "number": number,
            "term": RUNNING,
            "reason": "Decided.",
        }
        | changes
    )


@pytest.fixture
def curriculum(make_curriculum: Callable[..., CurriculumPage]) -> CurriculumPage:
    """A draft that nobody has approved."""
    return make_curriculum()


@pytest.fixture
def approved(make_curriculum: Callable[..., CurriculumPage]) -> CurriculumPage:
    """A public curriculum."""
    page = make_curriculum("approved")
    approve(page)
    return CurriculumPage.objects.get(pk=page.pk)


@pytest.fixture(params=["superuser", "editor"])
def publisher(request: pytest.FixtureRequest, site_tree: dict[str, Any]) -> Any:
    """Somebody who may publish everywhere: a superuser, then an editor with every page right."""
    users = get_user_model().objects
    if request.param == "superuser":
        return users.create_superuser("root@example.org", "a long password")
    user = users.create_user("publisher@example.org", "a long password")
    group = Group.objects.create(name="Publishers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    root = Page.get_first_root_node()
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore",
        codename__in=["add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page"],
    ):
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    user.groups.add(group)
    return user


@pytest.fixture
def browser(publisher: Any) -> Client:
    """The publisher's browser; an error of the server is a failed test."""
    client = Client()
    client.force_login(publisher)
    return client
