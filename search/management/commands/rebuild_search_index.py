"""`rebuild_search_index`: write the whole index anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.indexing import not_copied
from search.management.progress import shown_progress
from search.reconciliation import rebuild


class Command(BaseCommand):
    """Empty the full text and write every record anew."""

    help = "Write the whole search index anew from the pages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how many records there are."""
        with shown_progress(_("Writing"), visible=options["verbosity"] > 0) as progress:
            result = rebuild(progress)
        self.stdout.write(
            _("%(written)s records written, %(hidden)s hidden.")
            % {"written": result.written, "hidden": result.removed}
        )
        waiting = not_copied()
        if waiting:
            message = _(
                "%(waiting)s records could not be copied to the search engine; see their error."
            )
            raise CommandError(message % {"waiting": waiting})
