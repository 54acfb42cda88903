"""App configuration of the submission portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionPortalConfig(AppConfig):
    """Submissions from the first draft to the answer to a decision."""

    name = "submission_portal"
    label = "clearinghouse_submissions"
    verbose_name = _("Submissions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to decisions on what was submitted."""
        from . import receivers  # noqa: PLC0415 - app ready

        receivers.connect()
