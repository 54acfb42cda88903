"""`manage.py serve`: one process that answers requests and does due work, on this machine only."""

import json
import logging
import signal
from argparse import ArgumentParser
from io import StringIO
from threading import Event, Thread
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)
from wagtail.models import Site

from clearinghouse.checks import TAG
from clearinghouse.due import keep_doing_due_work

HOST = "127.0.0.1"
TO_TRY = ["/catalog/", "/library/", "/api/v1/docs", "/admin/"]


class Command(BaseCommand):
    """Serves the demonstration or a checkout on this machine until SIGINT or SIGTERM."""

    help = "Serve this site at 127.0.0.1 in one process, due work included."
    requires_system_checks = [TAG]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
        parser.add_argument(
            "--json", action="store_true", help="announce URL and logins as one line of JSON"
        )
        parser.add_argument(
            "--name-site", action="store_true", help="let full addresses lead to this server"
        )
        parser.add_argument("--quiet", action="store_true", help="log no requests")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Bind, announce, serve; return when a signal asks to stop."""
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        try:
            server = ThreadedWSGIServer((HOST, options["port"]), WSGIRequestHandler)
        except (OSError, OverflowError) as error:
            message = (
                f"Port {options['port']} cannot be used ({error}): choose another one with --port."
            )
            raise CommandError(message) from error
        with server:
            server.set_app(get_internal_wsgi_application())
            if options["quiet"]:  # only now: the line above sets logging up once more
                logging.getLogger("django.server").setLevel(logging.ERROR)
            workers = [
                Thread(target=server.serve_forever, args=(0.1,), name="requests"),
                Thread(target=keep_doing_due_work, args=(stop,), name="due work"),
            ]
            for worker in workers:
                worker.start()
            try:
                if options["name_site"]:
                    self.name_site(server.server_port)
                self.announce(f"http://{HOST}:{server.server_port}", as_json=options["json"])
                stop.wait()
            finally:
                stop.set()
                server.shutdown()
                for worker in workers:
                    worker.join()

    def name_site(self, port: int) -> None:
        """Make full addresses (citations, sitemap) lead here, unless somebody named the site.

        Records keep relative addresses, so no content changes.
        """
        unnamed = Site.objects.filter(is_default_site=True, hostname__in=["localhost", HOST])
        unnamed.update(hostname=HOST, port=port)
        Site.clear_site_root_paths_cache()

    def announce(self, url: str, *, as_json: bool) -> None:
        """Print where the site is and who can log in."""
        answer = StringIO()
        call_command("seed_demo", "--logins", stdout=answer)
        logins = json.loads(answer.getvalue())
        if as_json:
            self.stdout.write(json.dumps({"url": url, "logins": logins}))
        else:
            self.stdout.write(f"\nClearinghouse is at {url}/\n\nLogins at {url}/admin/ :")
            for login in logins:
                self.stdout.write(
                    f"  {login['role']:<12} {login['username']:<32} {login['password']}"
                )
            self.stdout.write("\nTo try: " + "  ".join(url + path for path in TO_TRY))
            self.stdout.write("Ctrl-C stops it.\n")
        self.stdout.flush()
