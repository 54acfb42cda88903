"""`manage.py probe URL`: ask a served demonstration for every page, the API and the admin."""

import json
import re
import sys
from argparse import ArgumentParser
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

from django.core.management.base import BaseCommand, CommandError

PAGES = [
    "/",
    "/about/",
    "/standards/",
    "/key-elements/",
    "/faq/",
    "/experts/",
    "/policy-brief/",
    "/requirements/",
    "/catalog/",
    "/library/",
    "/library/?q=workbook&core_topic=communication-skills",
    "/healthz",
    "/readyz",
    "/sitemap.xml",
    "/accounts/login/",
    "/accounts/signup/",
]
API = [
    "/api/v1/search",
    "/api/v1/vocabularies",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/api/v2/pages/",
    "/api/v2/images/",
    "/api/v2/documents/",
]
LISTS = ["/api/v1/curricula", "/api/v1/resources"]
LOCATION = re.compile(r"<loc>([^<]+)</loc>")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Probe:
    """Asks one server and remembers what failed."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.asked = 0
        self.faults: list[str] = []

    def opener(self) -> OpenerDirector:
        """Return a browser without cookies that goes around any proxy."""
        return build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))

    def fetch(
        self, path: str, *, opener: OpenerDirector | None = None, form: dict[str, str] | None = None
    ) -> str:
        """Return the text of an address; note a fault and return nothing unless it answers 200."""
        self.asked += 1
        url = self.url + path
        data = urlencode(form).encode() if form else None
        request = Request(url, data, {"Referer": url})  # noqa: S310 - our own address
        try:
            with (opener or self.opener()).open(request, timeout=60) as answer:
                return str(answer.read().decode(errors="replace"))
        except HTTPError as error:
            self.faults.append(f"{path}: {error.code} {error.reason}")
            error.close()
        except (OSError, HTTPException) as error:
            self.faults.append(f"{path}: {error}")
        return ""

    def pages(self) -> None:
        """Ask for the fixed pages and for every page of the sitemap."""
        listed = [
            urlsplit(location).path for location in LOCATION.findall(self.fetch("/sitemap.xml"))
        ]
        if not listed:
            self.faults.append("/sitemap.xml: lists no page")
        for path in dict.fromkeys([*PAGES, *listed]):
            self.fetch(path)

    def api(self) -> None:
        """Ask for every address of the API, with one detail of each kind."""
        for path in API:
            self.fetch(path)
        for path in LISTS:
            answer = self.fetch(path)
            results = json.loads(answer)["results"] if answer else []
            if not results:
                self.faults.append(f"{path}: lists nothing")
            else:
                self.fetch(f"{path}/{results[0]['slug']}")

    def admin(self, login: dict[str, str]) -> None:
        """Log in and open the admin."""
        opener = self.opener()
        token = TOKEN.search(self.fetch("/accounts/login/", opener=opener))
        if token is None:
            self.faults.append("/accounts/login/: has no form")
            return
        form = {
            "login": login["username"],
            "password": login["password"],
            "next": "/admin/",
            "csrfmiddlewaretoken": token[1],
        }
        self.fetch("/accounts/login/", opener=opener, form=form)
        if 'name="password"' in self.fetch("/admin/", opener=opener):
            self.faults.append(f"/admin/: {login['username']} cannot log in")


class Command(BaseCommand):
    """Probes a served demonstration; reads its logins as JSON from standard input."""

    help = (
        "Ask a served demonstration for every public page, the API and the admin; name what fails."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the address."""
        parser.add_argument("url")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Probe everything; raise CommandError that names each fault."""
        probe = Probe(options["url"])
        probe.pages()
        probe.api()
        for login in json.load(sys.stdin):
            probe.admin(login)
        if probe.faults:
            raise CommandError("These probes failed:\n  " + "\n  ".join(probe.faults))
        self.stdout.write(f"All {probe.asked} probes passed.")
