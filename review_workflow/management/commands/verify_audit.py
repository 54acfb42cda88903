"""`manage.py verify_audit`: walk every chain of the record, name the first broken row of each."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from review_workflow.models import AuditAnchor, Case
from review_workflow.selectors.audit import (
    Fault,
    approvals_to_check,
    check_anchors,
    check_cases,
    check_decisions,
    rows_to_check,
)
from review_workflow.services import verify_history


class Command(BaseCommand):
    """Checks the record of one case or of all; changes nothing."""

    help = "Check the chains of hashes of cases, approvals, decisions and anchors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --case."""
        parser.add_argument("--case", metavar="NUMBER", help="one case only, by its number")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Walk; print the first broken row of each chain and fail where there is one."""
        case = options["case"]
        if case is not None and not Case.objects.filter(number=case).exists():
            message = f"There is no case {case}."
            raise CommandError(message)
        faults, rows = [], 0
        with _bar(quiet=options["verbosity"] == 0) as progress:
            walking = progress.add_task("Verifying", total=rows_to_check(case))
            for fault in _walk(case):
                rows += 1
                progress.advance(walking)
                if fault is not None:
                    faults.append(fault)
        for fault in faults:
            self.stdout.write(str(fault))
        if faults:
            message = f"Broken chains: {len(faults)}; rows looked at: {rows}."
            raise CommandError(message)
        self.stdout.write(f"Every chain is whole; rows looked at: {rows}.")
        last = AuditAnchor.objects.order_by("-day").defer("heads").first()
        if last is not None:
            self.stdout.write(f"Last anchor: {last.day.isoformat()} {last.hash}")


def _walk(case: str | None) -> Iterator[Fault | None]:
    yield from check_cases(case)
    yield from _check_approvals(case)
    yield from check_decisions(case)
    yield from check_anchors(case)


def _check_approvals(case: str | None) -> Iterator[Fault | None]:
    """Verify every approval's own history; one approval is one row here."""
    for approval in approvals_to_check(case).iterator(chunk_size=500):
        faults = verify_history(approval)
        if faults:
            first = min(faults)
            yield Fault(f"approval {approval.number}", f"entry {first}", faults[first])
        elif not approval.events.exists():
            missing = "is missing, as is all of the history"
            yield Fault(f"approval {approval.number}", "entry 1", missing)
        else:
            yield None


def _bar(*, quiet: bool) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    )
