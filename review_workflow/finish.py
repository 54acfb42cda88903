"""What happens when a Wagtail workflow ends well: `WAGTAIL_FINISH_WORKFLOW_ACTION`.

Imports of models stay inside: Wagtail loads this module while its own models are being built.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.workflows import publish_workflow_state


def finish_workflow(workflow_state: Any, user: Any = None) -> None:
    """Publish the page of a finished workflow as Wagtail does; never a page under the gate.

    Such a page is published by `services.grant_approval` only, for the revision that was reviewed:
    its workflow may end with an approval that was decided on its own last task, and in no other
    way (a deactivated task, say). Raises PermissionDenied, before anything is published.
    """
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - a model, too

    from .models import Approval, RequiresApproval  # noqa: PLC0415 - Wagtail's models come first

    content_type = ContentType.objects.get_for_id(workflow_state.content_type_id)
    model = content_type.model_class()
    if model is None or not issubclass(model, RequiresApproval):
        publish_workflow_state(workflow_state, user=user)
        return
    decided = Approval.objects.filter(
        page=workflow_state.object_id,
        is_current=True,
        decision__is_superseded=False,
        decision__round__task_state=workflow_state.current_task_state_id,
        decision__round__task_state__status="approved",
    )
    if workflow_state.current_task_state_id is None or not decided.exists():
        message = "This page is published by an approval, not by the end of a workflow."
        raise PermissionDenied(message)
