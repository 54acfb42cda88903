"""`rebuild_search_index`: write the whole index anew while the old one goes on answering."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.engines import CopyEngine, EngineUnavailable, copy_engine
from search.management.progress import shown_progress
from search.rebuilding import RebuildFailed, rebuild_copy, roll_back
from search.reconciliation import reindex


class Command(BaseCommand):
    """Write the records anew, then a new version of the copy, which takes over once it is whole."""

    help = "Write the search index anew from the pages; Elasticsearch gets a new version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--copy-only",
            action="store_true",
            help="Only build a new version in Elasticsearch, from the records as they are.",
        )
        parser.add_argument(
            "--roll-back",
            action="store_true",
            help="Let the version before serve again; what it lacks is copied as due work.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how many records there are. Run again, it goes on where it stopped."""
        copy = copy_engine()
        if copy is None and (options["roll_back"] or options["copy_only"]):
            raise CommandError(_("No Elasticsearch is configured (ELASTICSEARCH_URL)."))
        visible = options["verbosity"] > 0
        try:
            if options["roll_back"] and copy is not None:
                name = roll_back(copy)
                self.stdout.write(_("%(name)s serves again.") % {"name": name})
                return
            if not options["copy_only"]:
                self._records(visible=visible)
            if copy is not None:
                self._copy(copy, visible=visible)
        except RebuildFailed as error:
            raise CommandError(str(error)) from error
        except EngineUnavailable as error:
            message = _(
                "The search engine is away; run this again to go on where it stopped: %(error)s"
            )
            raise CommandError(message % {"error": error}) from error

    def _records(self, *, visible: bool) -> None:
        with shown_progress(_("Writing"), visible=visible) as progress:
            result = reindex(progress)
        self.stdout.write(
            _("%(written)s records written, %(hidden)s hidden.")
            % {"written": result.written, "hidden": result.removed}
        )

    def _copy(self, copy: CopyEngine, *, visible: bool) -> None:
        with shown_progress(_("Copying"), visible=visible) as progress:
            written = rebuild_copy(copy, progress)
        self.stdout.write(
            _("%(written)s documents written to a new version, which serves now.")
            % {"written": written}
        )
