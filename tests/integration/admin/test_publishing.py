import pytest
from django.urls import reverse
from wagtail.models import Page

from curriculum_pages.models import CurriculumPage, Module
from resource_library.models import ResourcePage

from .conftest import login_as, make_user
from .test_curriculum_editor import curriculum, module


def public(*, slug=None):
    pages = CurriculumPage.objects.live()
    return (pages.filter(slug=slug) if slug else pages).exists()


def edit(admin, page):
    row = Module.objects.get(page=page)
    data = curriculum([module("One", id=row.pk)], initial_modules=1)
    admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data | {"action-publish": "1"})


def create(admin, page):
    names = ["clearinghouse_curricula", "curriculumpage", page.get_parent().pk]
    admin.post(
        reverse("wagtailadmin_pages:add", args=names), curriculum() | {"action-publish": "1"}
    )


def publish_in_bulk(admin, page):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    admin.post(f"{url}?id={page.pk}", {"include_descendants": "on"})


def publish_parent_in_bulk(admin, page):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    admin.post(f"{url}?id={page.get_parent().pk}", {"include_descendants": "on"})


def copy(admin, page):
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": page.get_parent().pk,
        "publish_copies": "on",
    }
    admin.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)


def submit(admin, page):
    row = Module.objects.get(page=page)
    data = curriculum([module("One", id=row.pk)], initial_modules=1)
    admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data | {"action-submit": "1"})


@pytest.mark.parametrize(
    "way", [edit, create, publish_in_bulk, publish_parent_in_bulk, copy, submit]
)
def test_no_way_through_the_admin_publishes_a_curriculum_without_an_approval(
    admin, make_curriculum, way
):
    way(admin, make_curriculum(1))
    assert not public()


def test_a_copy_of_an_approved_curriculum_is_a_draft(admin, make_curriculum):
    copy(admin, make_curriculum(1, approved="A-1"))
    assert not public(slug="copy")


def test_resources_go_through_one_step_of_moderation(site_tree, make_resource, library):
    resource = make_resource(1)
    author = login_as(
        make_user("author@example.org", pages=library, page_permissions=("add_page", "change_page"))
    )
    page = ResourcePage.objects.get(pk=resource.pk)
    page.title = "Renamed"
    page.save_revision()
    page.get_workflow().start(page, None)
    state = page.current_workflow_task_state
    action = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    author.post(action)
    assert Page.objects.get(pk=page.pk).title == "Resource 1"
    moderator = make_user("moderator@example.org", pages=library, page_permissions=("change_page",))
    moderator.groups.add(*state.task.specific.groups.all())
    login_as(moderator).post(action, {"comment": ""})
    assert Page.objects.get(pk=page.pk).title == "Renamed"
