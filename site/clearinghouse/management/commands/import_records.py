"""`manage.py import_records FILE.jsonl`: brings resources and curricula in, all of them or none."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from clearinghouse.records.checks import FaultyLines
from clearinghouse.records.reading import UnreadableFile
from clearinghouse.records.services import Advance, Outcome, import_file


class Command(BaseCommand):
    """Imports records from a file with one JSON object a line (docs/import.md)."""

    help = "Import resources and curricula from a file with one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and --dry-run."""
        parser.add_argument("file", type=Path, help="the file, one JSON object a line")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything and write nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import; print the faults and fail where there are any."""
        path, dry_run = options["file"], options["dry_run"]
        try:
            with _bars(path, quiet=options["verbosity"] == 0) as (checked, written):
                outcome = import_file(path, dry_run=dry_run, on_checked=checked, on_written=written)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except FaultyLines as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            count = len(error.faults)
            message = f"{count} fault{'' if count == 1 else 's'}; nothing was written."
            raise CommandError(message) from error
        self.stdout.write(_summary(outcome, dry_run=dry_run))


def _summary(outcome: Outcome, *, dry_run: bool) -> str:
    numbers = f"{outcome.created} created, {outcome.changed} changed, {outcome.unchanged} unchanged"
    return f"Dry run, nothing was written: {numbers}" if dry_run else numbers


@contextmanager
def _bars(path: Path, *, quiet: bool) -> Iterator[tuple[Advance, Advance]]:
    """Give the two passes a bar each on a terminal, and a plain line for every tenth elsewhere."""
    console = Console(stderr=True)
    size = path.stat().st_size if path.is_file() else 0
    if quiet or not console.is_terminal:
        yield (
            _plain(console, "checked", size, quiet=quiet),
            _plain(console, "written", size, quiet=quiet),
        )
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        checking = progress.add_task("Checking", total=size)
        writing = progress.add_task("Writing", total=size)
        yield (
            lambda done: progress.update(checking, completed=done),
            lambda done: progress.update(writing, completed=done),
        )


def _plain(console: Console, word: str, size: int, *, quiet: bool) -> Advance:
    tenth = 0

    def advance(done: int) -> None:
        nonlocal tenth
        reached = done * 10 // size if size else 10
        if reached > tenth and not quiet:
            tenth = reached
            console.print(f"{word} {tenth * 10} %")

    return advance
