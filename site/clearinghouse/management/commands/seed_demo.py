"""`manage.py seed_demo`: load the demonstration's content, or print its logins."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from clearinghouse.demo.people import logins
from clearinghouse.demo.seed import seed


class Command(BaseCommand):
    """Adds what is missing of the demonstration; what is there stays as it is."""

    help = "Load the demonstration's content. Repeat it at will: only what is missing is added."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --logins."""
        parser.add_argument(
            "--logins", action="store_true", help="print role, user name and password as JSON"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seed with a progress bar where someone watches; or answer with the logins only."""
        if options["logins"]:
            self.stdout.write(json.dumps(logins()))
            return
        console = Console(stderr=True)
        try:
            if console.is_terminal and options["verbosity"]:
                self._seed_with_bar(console)
            else:
                seed(lambda _label, _number, _of: None)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write("The demonstration is in place.")

    def _seed_with_bar(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("Preparing", total=None)

            def report(label: str, number: int, of: int) -> None:
                progress.update(task, description=label, completed=number - 1, total=of)

            seed(report)
