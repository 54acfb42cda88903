"""What Wagtail's own workflow views ask of a task: checked here as if it came from anywhere.

Those views pass on what a browser sent, sometimes through the address of another page. So the round
is the one of the task state, never of the page in the address, and everything is read again.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import TaskState

from review_workflow.models import ReviewRound
from review_workflow.permissions import access_to

from .amendments import amend_from_data
from .locking import lock_running_round
from .reviews import file_from_data

PERFORM = {"review": ("can_review", file_from_data), "amend": ("can_amend", amend_from_data)}
"""By action: what of `CaseAccess` allows it, and what does it."""


@transaction.atomic
def perform_action(
    *, task_state: TaskState, user: Any, action: str, data: Mapping[str, Any]
) -> None:
    """Do what `user` asked of a task state, with the data as the browser sent it.

    `data` is what the review's form sends, and may name the `revision` it was written on. Raises
    PermissionDenied that says why, for everything that is not this user's to do or not in order;
    nothing is changed then.
    """
    round_id = (
        ReviewRound.objects.values_list("pk", flat=True).filter(task_state=task_state.pk).first()
    )
    if round_id is None:
        raise PermissionDenied(_("No round of a review belongs to this task."))
    round_ = lock_running_round(round_id)
    _check_is_current(round_)
    if action not in PERFORM:
        raise PermissionDenied(_("This is done on the page of the case."))
    allowed_by, perform = PERFORM[action]
    if not getattr(access_to(user, round_), allowed_by):
        raise PermissionDenied(_("This review is not yours to write now; nothing was changed."))
    content = {name: value for name, value in data.items() if name != "revision"}
    if str(data.get("revision", round_.revision_id)) != str(round_.revision_id):
        raise PermissionDenied(
            _("This review was written on another version of the page; nothing was changed.")
        )
    try:
        perform(round_=round_, data=content, actor=user)
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error


def _check_is_current(round_: ReviewRound) -> None:
    """Raise PermissionDenied where Wagtail no longer waits for the task of this round."""
    state = TaskState.objects.select_related("workflow_state").get(pk=round_.task_state_id)
    workflow = state.workflow_state
    if not (
        state.status == state.STATUS_IN_PROGRESS
        and workflow.status == workflow.STATUS_IN_PROGRESS
        and workflow.current_task_state_id == state.pk
        and workflow.object_id == str(round_.case.page_id)
    ):
        raise PermissionDenied(_("This task is no longer in progress; nothing was changed."))
