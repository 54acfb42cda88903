"""`manage.py send_reminders`: queue the reminders and escalations of today, send what is due."""

from typing import Any

from django.core.management.base import BaseCommand

from review_workflow.notifications import send_reminders
from review_workflow.services import deliver_due_messages


class Command(BaseCommand):
    """For cron, as often as one likes: nobody is told anything twice. `run_due` does this too."""

    help = "Remind of reviews and conditions that are due, escalate rounds, and send what is due."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Queue, send, and say how many of each."""
        queued = send_reminders()
        sent = deliver_due_messages()
        self.stdout.write(f"{queued} queued, {sent} sent")
