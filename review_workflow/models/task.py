"""The task of Wagtail's workflow that a panel works on; set up in Wagtail's own workflow admin.

Wagtail calls the methods below; each hands over to `services` or `permissions` at once.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from .rule import ReviewRule
from .standards import StandardsEdition


class MultiReviewerApprovalTask(Task):
    """Several independent reviewers, a rule and a chair instead of the first click.

    Rule and edition are read when a round opens and frozen there; a later change of the task
    concerns later rounds only.
    """

    rule = models.ForeignKey(
        ReviewRule, verbose_name=_("rule"), on_delete=models.PROTECT, related_name="tasks"
    )
    edition = models.ForeignKey(
        StandardsEdition,
        verbose_name=_("edition of the standards"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
        help_text=_("Empty: the edition in force when a round opens."),
    )
    chairs = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("chairs"),
        related_name="chaired_tasks",
        help_text=_("The first without a conflict chairs; name one from outside the operator too."),
    )

    admin_form_fields = [*Task.admin_form_fields, "rule", "edition", "chairs"]

    class Meta:
        verbose_name = _("multi-reviewer approval task")
        verbose_name_plural = _("multi-reviewer approval tasks")

    @classmethod
    def get_description(cls) -> str:
        """Return what the workflow admin says about this kind of task."""
        return str(_("A panel reviews against the standards; a rule and a chair decide."))

    def start(self, workflow_state: Any, user: Any = None) -> TaskState:
        """Start the task and open a round on the revision that was submitted."""
        from review_workflow.services import open_round  # noqa: PLC0415 - thin method

        task_state = super().start(workflow_state, user=user)
        open_round(task=self, task_state=task_state, actor=user)
        return task_state

    def deactivate(self, user: Any = None) -> None:
        """Offer the task no more; reviews that run go on by what they froze, unlike in Wagtail."""
        self.active = False
        self.save(update_fields=["active"])

    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> None:
        """Check and perform what was asked; raises PermissionDenied that says why not."""
        from review_workflow.services import perform_action  # noqa: PLC0415 - thin method

        perform_action(task_state=task_state, user=user, action=action_name, data=kwargs)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Return what `user` may do with the round that runs on `obj`."""
        from review_workflow.permissions import actions_for  # noqa: PLC0415 - thin method

        return actions_for(user, obj)

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Refuse: reviewers read the frozen revision beside their form, never the editor."""
        return False

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Lock the page for everybody while a panel reviews it."""
        return True

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """Return none: “Your reviews” lists what waits; Wagtail's panel asks anew for each row."""
        return TaskState.objects.none()
