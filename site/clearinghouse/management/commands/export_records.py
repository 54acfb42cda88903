"""`manage.py export_records [FILE]`: writes what an import can read, one JSON object a line."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clearinghouse.records.export import exported_lines


class Command(BaseCommand):
    """Exports resources and curricula in the format of the import (docs/import.md)."""

    help = "Write resources and curricula as one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and --imported-only."""
        parser.add_argument("file", type=Path, nargs="?", help="left out: standard output")
        parser.add_argument(
            "--imported-only", action="store_true", help="only what an import made, drafts included"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the lines; a file appears whole or not at all."""
        lines = exported_lines(imported_only=options["imported_only"])
        with transaction.atomic():
            if options["file"] is None:
                for line in lines:
                    self.stdout.write(line)
                return
            count = 0
            with _replacing(options["file"]) as file:
                for line in lines:
                    file.write(line + "\n")
                    count += 1
        self.stderr.write(f"{count} records written to {options['file']}")


@contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    """Yield a new file that takes the place of `path` when all went well."""
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=path.parent, delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                yield file
            except BaseException:
                temporary.unlink()
                raise
        temporary.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise CommandError(message) from error
