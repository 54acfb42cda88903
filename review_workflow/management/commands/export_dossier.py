"""`manage.py export_dossier`: a case's dossier as a ZIP, from the server's own command line."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review_workflow.models import Case
from review_workflow.services.dossier import export_dossier


class Command(BaseCommand):
    """Writes one dossier and records the export in the case."""

    help = "Write the dossier of a case as a ZIP file; the export is recorded in the case."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the number of the case and where the file goes."""
        parser.add_argument("number", help="number of the case, such as 2026-0001")
        parser.add_argument(
            "--redacted", action="store_true", help="without names, addresses and what is internal"
        )
        parser.add_argument("-o", "--output", type=Path, required=True, help="file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whole or not at all."""
        case = Case.objects.filter(number=options["number"]).first()
        if case is None:
            message = f"There is no case {options['number']}."
            raise CommandError(message)
        output: Path = options["output"]
        if not output.parent.is_dir():
            message = f"There is no folder {output.parent}."
            raise CommandError(message)
        with tempfile.NamedTemporaryFile(dir=output.parent, delete=False) as file:
            written = Path(file.name)
            try:
                export_dossier(case_id=case.pk, file=file, redacted=options["redacted"])
            except BaseException:
                written.unlink()
                raise
        written.replace(output)
        self.stdout.write(f"{output}: dossier of case {case.number}")
