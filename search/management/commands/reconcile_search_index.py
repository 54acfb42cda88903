"""`reconcile_search_index`: compare the index with the pages and repair it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.management.progress import shown_progress
from search.reconciliation import reconcile


class Command(BaseCommand):
    """Find records that do not tell what their page tells, and repair them."""

    help = "Compare the search index with the pages, repair it, and say what was wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        """Reconcile; fails where a record still could not be written."""
        with shown_progress(_("Comparing"), visible=options["verbosity"] > 0) as progress:
            result = reconcile(progress)
        self.stdout.write(
            _(
                "%(checked)s checked: %(missing)s missing, %(stale)s stale, "
                "%(hidden)s to be hidden; all repaired."
            )
            % {
                "checked": result.checked,
                "missing": result.missing,
                "stale": result.stale,
                "hidden": result.should_be_hidden,
            }
        )
        if result.failed:
            message = _("%(failed)s records could not be written; see their error.")
            raise CommandError(message % {"failed": result.failed})
        if result.not_copied:
            message = _(
                "%(waiting)s records could not be copied to the search engine; see their error."
            )
            raise CommandError(message % {"waiting": result.not_copied})
