"""`reconcile_search_index`: compare the index with the pages and repair it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.engines import copy_engine
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
        if copy_engine() is not None:
            self.stdout.write(
                _(
                    "Elasticsearch: %(missing)s missing, %(stale)s stale, %(stray)s stray, all "
                    "repaired; %(purged)s spent removals purged."
                )
                % {
                    "missing": result.copy_missing,
                    "stale": result.copy_stale,
                    "stray": result.copy_stray,
                    "purged": result.copy_purged,
                }
            )
        if result.copy_unreachable:
            raise CommandError(_("The search engine is away: its copy was not compared."))
        if result.failed:
            message = _("%(failed)s records could not be written; see their error.")
            raise CommandError(message % {"failed": result.failed})
        if result.not_copied:
            message = _(
                "%(waiting)s records could not be copied to the search engine; see their error."
            )
            raise CommandError(message % {"waiting": result.not_copied})
