"""Wagtail's own workflows: they leave the gate alone, and resources keep them."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from resource_library.models import ResourcePage, Term

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderation(db: None, publisher: Any) -> Workflow:
    """The one-step moderation of the whole tree, by a group the publisher belongs to."""
    group = Group.objects.create(name="Moderating")
    publisher.groups.add(group)
    task = GroupApprovalTask.objects.create(name="Moderation")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Moderation of all")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(
        page=Page.get_first_root_node(), defaults={"workflow": workflow}
    )
    return workflow


@pytest.fixture
def resource(site_tree: Any) -> ResourcePage:
    guide = Term.objects.get(vocabulary="resource_type", slug="guide")
    page = ResourcePage(
        title="Guide", slug="guide", summary="A guide.", resource_type=guide, live=False
    )
    site_tree["library"].add_child(instance=page)
    page.save_revision()
    return ResourcePage.objects.get(pk=page.pk)


def test_a_curriculum_has_no_stock_workflow(curriculum: Any, moderation: Any) -> None:
    assert curriculum.get_workflow() is None
    assert not curriculum.has_workflow


def test_approving_the_last_task_does_not_publish(
    curriculum: Any, moderation: Any, publisher: Any
) -> None:
    state = moderation.start(curriculum, publisher)
    with pytest.raises(PermissionDenied), transaction.atomic():
        state.current_task_state.approve(user=publisher)
    state.refresh_from_db()
    assert not Page.objects.get(pk=curriculum.pk).live
    assert state.status == "in_progress"


def test_deactivating_the_task_does_not_publish(
    curriculum: Any, moderation: Any, publisher: Any
) -> None:
    moderation.start(curriculum, publisher)
    task = moderation.tasks.get().specific
    with pytest.raises(PermissionDenied), transaction.atomic():
        task.deactivate(user=publisher)
    assert not Page.objects.get(pk=curriculum.pk).live


def test_cancelling_the_workflow_does_not_publish(
    curriculum: Any, moderation: Any, publisher: Any
) -> None:
    state = moderation.start(curriculum, publisher)
    state.cancel(user=publisher)
    assert not Page.objects.get(pk=curriculum.pk).live


def test_the_stock_action_in_the_admin_does_not_publish(
    curriculum: Any, moderation: Any, publisher: Any, browser: Any
) -> None:
    state = moderation.start(curriculum, publisher)
    address = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[curriculum.pk, "approve", state.current_task_state_id],
    )
    assert browser.post(address, {"comment": ""}).status_code < 500
    assert not Page.objects.get(pk=curriculum.pk).live


def test_a_resource_goes_through_one_step_of_moderation(
    resource: Any, moderation: Any, publisher: Any, browser: Any
) -> None:
    assert resource.get_workflow() == moderation
    state = resource.get_workflow().start(resource, publisher)
    assert not Page.objects.get(pk=resource.pk).live
    address = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[resource.pk, "approve", state.current_task_state_id],
    )
    assert browser.post(address, {"comment": ""}).status_code == 302
    state.refresh_from_db()
    assert state.status == "approved"
    assert Page.objects.get(pk=resource.pk).live


def test_a_rejected_resource_stays_a_draft(resource: Any, moderation: Any, publisher: Any) -> None:
    state = resource.get_workflow().start(resource, publisher)
    state.current_task_state.reject(user=publisher)
    assert not Page.objects.get(pk=resource.pk).live


def test_a_resource_can_be_published_directly(resource: Any, publisher: Any) -> None:
    resource.get_latest_revision().publish(user=publisher)
    assert Page.objects.get(pk=resource.pk).live
