"""The order of locks: workflow state, task state, case, round; the same for every write.

Wagtail's own cancel takes the workflow state first; any other order would deadlock with it.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.models import TaskState, WorkflowState

from review_workflow.enums import RUNNING_ROUNDS
from review_workflow.models import Case, ReviewRound


def lock_round(round_id: int) -> ReviewRound:
    """Return the round, freshly read, with everything locked that a write of it may touch.

    Its case, task state and workflow state come along as they were read under the lock.

    Call inside a transaction.
    """
    # These three never change: rows are locked by them, in order.
    case_id, task_state_id, workflow_state_id = (
        ReviewRound.objects.order_by()
        .values_list("case", "task_state", "task_state__workflow_state")
        .get(pk=round_id)
    )
    task_state = None
    if task_state_id is not None:
        workflow_state = (
            WorkflowState.objects.select_for_update(of=("self",))
            .select_related("workflow", "requested_by")
            .filter(pk=workflow_state_id)
            .first()
        )
        task_state = (
            TaskState.objects.select_for_update(of=("self",))
            .select_related("task")
            .filter(pk=task_state_id)
            .first()
        )
    case = Case.objects.select_for_update().get(pk=case_id)
    round_ = ReviewRound.objects.select_for_update().get(pk=round_id)
    round_.case = case
    if task_state is not None and round_.task_state_id == task_state.pk:
        task_state.workflow_state = workflow_state
        round_.task_state = task_state
    return round_


def lock_running_round(round_id: int) -> ReviewRound:
    """Return the locked round; raises PermissionDenied where it has ended in the meantime."""
    round_ = lock_round(round_id)
    if round_.state not in {state.value for state in RUNNING_ROUNDS}:
        raise PermissionDenied(_("This round of the review has ended; nothing was changed."))
    return round_
