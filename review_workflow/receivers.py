"""Hears from Wagtail that a workflow or a task was cancelled, and lets the case follow."""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_cancelled, workflow_cancelled

from .models import ReviewRound
from .services import withdraw_case


def connect() -> None:
    """Listen; called once the apps are loaded."""
    workflow_cancelled.connect(on_workflow_cancelled, dispatch_uid="clearinghouse_review_workflow")
    task_cancelled.connect(on_task_cancelled, dispatch_uid="clearinghouse_review_task")


def on_workflow_cancelled(instance: WorkflowState, user: Any = None, **_kwargs: Any) -> None:
    """Withdraw the case of a workflow that was cancelled; raises PermissionDenied once approved.

    Wagtail writes the workflow's status before it asks: an approved one gets it back first, for
    callers without a transaction around the cancelling.
    """
    round_id = (
        ReviewRound.objects.filter(task_state__workflow_state=instance.pk)
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
    )
    if round_id is None:
        return
    try:
        withdraw_case(round_id=round_id, actor=user)
    except PermissionDenied:
        WorkflowState.objects.filter(pk=instance.pk).update(status=WorkflowState.STATUS_APPROVED)
        raise


def on_task_cancelled(instance: TaskState, user: Any = None, **_kwargs: Any) -> None:
    """Withdraw the case whose task was cancelled apart from its workflow.

    Where the whole workflow is being cancelled its own signal follows. Locking here already, with
    the task state held, would be the wrong order.
    """
    cancelled = WorkflowState.objects.filter(
        pk=instance.workflow_state_id, status=WorkflowState.STATUS_CANCELLED
    )
    round_id = ReviewRound.objects.filter(task_state=instance.pk).values_list("pk", flat=True)
    for found in () if cancelled.exists() else round_id:
        withdraw_case(round_id=found, actor=user)
