"""The panel's task is set up where every other task is: in Wagtail's own workflow admin."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from review_workflow.models import MultiReviewerApprovalTask

from .panels import Panel, make_panel, make_user


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def admin(db: None) -> Client:
    user = get_user_model().objects.create_superuser("root@example.org", "a long password")
    client = Client()
    client.force_login(user)
    return client


def test_a_task_is_made_with_rule_edition_and_chairs(admin: Client, panel: Panel) -> None:
    address = reverse(
        "wagtailadmin_workflows:add_task",
        args=["clearinghouse_review", "multireviewerapprovaltask"],
    )
    page = admin.get(address)
    assert page.status_code == 200
    for name in ("rule", "edition", "chairs"):
        assert f'name="{name}"' in page.content.decode()
    second = make_user("second")
    answer = admin.post(
        address,
        {
            "name": "Second panel",
            "rule": panel.rule.pk,
            "edition": "",
            "chairs": [panel.chair.pk, second.pk],
        },
    )
    assert answer.status_code == 302
    task = MultiReviewerApprovalTask.objects.get(name="Second panel")
    assert (task.rule, task.edition, set(task.chairs.all())) == (
        panel.rule,
        None,
        {panel.chair, second},
    )


def test_a_task_without_a_rule_or_a_chair_is_refused(admin: Client, panel: Panel) -> None:
    address = reverse(
        "wagtailadmin_workflows:add_task",
        args=["clearinghouse_review", "multireviewerapprovaltask"],
    )
    page = admin.post(address, {"name": "Nobody's", "rule": "", "edition": "", "chairs": []})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"rule", "chairs"}
    assert not MultiReviewerApprovalTask.objects.filter(name="Nobody's").exists()


def test_the_tasks_page_and_the_workflows_page_open(admin: Client, panel: Panel) -> None:
    for address in (
        reverse("wagtailadmin_workflows:edit_task", args=[panel.task.pk]),
        reverse("wagtailadmin_workflows:edit", args=[panel.workflow.pk]),
        reverse("wagtailadmin_workflows:task_index"),
    ):
        assert "Panel" in admin.get(address).content.decode()
