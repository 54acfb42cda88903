"""App configuration of the review workflow."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewWorkflowConfig(AppConfig):
    """Approvals, and the gate that lets nothing be published without one."""

    name = "review_workflow"
    label = "clearinghouse_review"
    verbose_name = _("Review workflow")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who reads the outbox, listen to Wagtail's workflows, and mail in their place."""
        from wagtail.permissions import register_permission_policy  # noqa: PLC0415 - app ready

        from . import receivers  # noqa: PLC0415 - app ready
        from .models import OutgoingMessage  # noqa: PLC0415 - app ready
        from .notifications import keep_wagtails_mails_from_gated_pages  # noqa: PLC0415 - app ready
        from .selectors.outbox import OutboxPolicy  # noqa: PLC0415 - app ready

        register_permission_policy(OutgoingMessage, OutboxPolicy(OutgoingMessage))
        keep_wagtails_mails_from_gated_pages()
        receivers.connect()
