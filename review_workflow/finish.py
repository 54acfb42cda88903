"""What happens when a Wagtail workflow ends well: `WAGTAIL_FINISH_WORKFLOW_ACTION`.

Imports of models stay inside: Wagtail loads this module while its own models are being built.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.workflows import publish_workflow_state


def finish_workflow(workflow_state: Any, user: Any = None) -> None:
    """Publish the page of a finished workflow as Wagtail does; refuse for pages under the gate.

    A page that requires approval is published by `services.grant_approval` only, so a workflow
    that ends otherwise (a deactivated task, say) must not publish it. Raises PermissionDenied.
    """
    from .models import RequiresApproval  # noqa: PLC0415 - loaded while Wagtail's models are built

    if isinstance(workflow_state.content_object, RequiresApproval):
        message = "This page is published by an approval, not by the end of a workflow."
        raise PermissionDenied(message)
    publish_workflow_state(workflow_state, user=user)
