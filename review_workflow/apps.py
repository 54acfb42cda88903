"""App configuration of the review workflow."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewWorkflowConfig(AppConfig):
    """Approvals, and the gate that lets nothing be published without one."""

    name = "review_workflow"
    label = "clearinghouse_review"
    verbose_name = _("Review workflow")
    default_auto_field = "django.db.models.BigAutoField"
