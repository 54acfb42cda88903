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

    Call inside a transaction.
    """
    task_state_id = (
        ReviewRound.objects.values_list("task_state", flat=True).filter(pk=round_id).first()
    )
    if task_state_id is not None:
        workflow_state_id = TaskState.objects.values_list("workflow_state", flat=True).get(
            pk=task_state_id
        )
        WorkflowState.objects.select_for_update().filter(pk=workflow_state_id).values("pk").first()
        TaskState.objects.select_for_update().filter(pk=task_state_id).values("pk").first()
    case_id = ReviewRound.objects.values_list("case", flat=True).get(pk=round_id)
    case = Case.objects.select_for_update().get(pk=case_id)
    round_ = ReviewRound.objects.select_for_update().get(pk=round_id)
    round_.case = case
    return round_


def lock_running_round(round_id: int) -> ReviewRound:
    """Return the locked round; raises PermissionDenied where it has ended in the meantime."""
    round_ = lock_round(round_id)
    if round_.state not in {state.value for state in RUNNING_ROUNDS}:
        raise PermissionDenied(_("This round of the review has ended; nothing was changed."))
    return round_
