"""`manage.py run_due`: do the work that is due, once (for a timer) or until it is stopped."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from clearinghouse.due import do_due_work, keep_doing_due_work


class Command(BaseCommand):
    """Runs due work; see `clearinghouse.due`."""

    help = "Do the work that is due: search index, mail, seats, record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --loop."""
        parser.add_argument("--loop", action="store_true", help="go on until stopped by a signal")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do due work once, or until SIGINT or SIGTERM."""
        do_due_work()
        if options["loop"]:
            stop = Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            keep_doing_due_work(stop)
