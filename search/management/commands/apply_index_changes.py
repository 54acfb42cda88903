"""`apply_index_changes`: apply what was recorded but not applied; run it from time to time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.indexing import apply_pending, not_copied
from search.management.progress import shown_progress


class Command(BaseCommand):
    """Apply pending changes, those that failed before included."""

    help = "Apply changes of content that are not in the search index yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --limit."""
        parser.add_argument("--limit", type=int, default=None, help="At most so many records.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Apply; fails where a record could not be written."""
        with shown_progress(_("Applying"), visible=options["verbosity"] > 0) as progress:
            result = apply_pending(options["limit"], progress)
        self.stdout.write(
            _("%(written)s records written, %(hidden)s hidden.")
            % {"written": result.written, "hidden": result.removed}
        )
        if result.failed:
            message = _("%(failed)s records could not be written; see their error.")
            raise CommandError(message % {"failed": result.failed})
        waiting = not_copied()
        if waiting:
            message = _(
                "%(waiting)s records could not be copied to the search engine; see their error."
            )
            raise CommandError(message % {"waiting": waiting})
