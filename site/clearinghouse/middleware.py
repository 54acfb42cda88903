"""What holds for every answer: conditional GET; for the API a short way and, by setting, CORS.

An answer to anybody depends on what is published (`generation_key`), on the day (approvals end by
the calendar), on the request and on this release; the tag is a hash of just these. So a browser
that has the answer gets a 304 before any view runs. Whoever may be somebody gets no tag at all.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

import django
import wagtail
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

from search.selectors import generation_key, one_generation

GetResponse = Callable[[HttpRequest], HttpResponseBase]

API_PREFIX = "/api/"
PUBLIC_API_PREFIX = "/api/v1/"
UNTAGGED_PREFIXES = (
    "/admin/",
    "/accounts/",
    "/portal/",
    "/documents/",
    "/catalog/files/",
    "/_util/",
    "/healthz",
    "/readyz",
)
"""Addresses that answer by who asks, hand out files, or report on the moment."""
_PERSONAL_COOKIES = frozenset({settings.SESSION_COOKIE_NAME, "messages"})
VARY = ("Accept-Language", "Cookie")
VARY_API = ("Accept", *VARY)
CORS_METHODS = ("GET", "HEAD", "OPTIONS")
CORS_MAX_AGE = 86_400


class ConditionalGetMiddleware:
    """Gives public answers to anonymous readers a strong ETag, and answers 304 to who has them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, without the view where the reader has the answer already."""
        if not _may_be_tagged(request):
            return self.get_response(request)
        with one_generation():
            return self._tagged(request)

    def _tagged(self, request: HttpRequest) -> HttpResponseBase:
        try:
            tag = _tag(request)
        except DatabaseError:  # whoever answers says what a missing database means
            return self.get_response(request)
        asked = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
        if _names(asked, tag):
            return _public(request, HttpResponseNotModified(), tag)
        response = self.get_response(request)
        if not _is_public(request, response):
            return response
        if "*" in asked:
            return _public(request, HttpResponseNotModified(), tag)
        return _public(request, response, tag)


def _may_be_tagged(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and "HTTP_AUTHORIZATION" not in request.META
        and not _PERSONAL_COOKIES & request.COOKIES.keys()
        and not request.path_info.startswith(UNTAGGED_PREFIXES)
    )


def _tag(request: HttpRequest) -> str:
    """Return the strong tag of what this request would be answered with now.

    It is made before the view reads anything: a change in between makes the tag too old, which
    costs one transfer, never too new.
    """
    meta = request.META
    parts = (
        release(),
        generation_key(),
        timezone.localdate().isoformat(),
        meta.get("HTTP_HOST", ""),
        request.scheme or "",
        request.path_info,
        meta.get("QUERY_STRING", ""),
        meta.get("HTTP_ACCEPT_LANGUAGE", ""),
        meta.get("HTTP_ACCEPT", "") if request.path_info.startswith(API_PREFIX) else "",
    )
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
    return f'"{digest[:32]}"'


def _names(asked: list[str], tag: str) -> bool:
    return any(candidate.removeprefix("W/") == tag for candidate in asked)


def _is_public(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether the answer is the same for every anonymous reader.

    A stream is a file, apart from an export of the API.
    """
    directives = map(str.strip, response.get("Cache-Control", "").lower().split(","))
    return (
        response.status_code == HTTPStatus.OK
        and (not response.streaming or request.path_info.startswith(API_PREFIX))
        and not response.cookies
        and not response.has_header("ETag")
        and not any(
            directive.split("=")[0] in {"private", "no-store", "no-cache"}
            for directive in directives
        )
    )


def _public(request: HttpRequest, response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response["ETag"] = tag
    patch_vary_headers(response, VARY_API if request.path_info.startswith(API_PREFIX) else VARY)
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


@lru_cache(maxsize=1)
def release() -> str:
    """Return a stamp of the code, templates and static files that answer.

    It is the same on every server, and read once by each process.
    """
    digest = hashlib.sha256(f"{django.__version__} {wagtail.__version__}".encode())
    ours = (app for app in apps.get_app_configs() if app.label.startswith("clearinghouse"))
    folders = sorted({*(Path(app.path) for app in ours), Path(settings.TEMPLATES_DIR)})
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".html", ".mo", ".css", ".js"}:
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


class CorsMiddleware:
    """Lets pages of the origins in `CLEARINGHOUSE_CORS_ORIGINS` read the API, and nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a preflight, or add the headers that a browser asks for."""
        origins = settings.CLEARINGHOUSE_CORS_ORIGINS
        if not origins or not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        allowed = request.META.get("HTTP_ORIGIN") in origins
        if request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META:
            response: HttpResponseBase = HttpResponse(status=HTTPStatus.NO_CONTENT)
            if allowed:
                response["Access-Control-Allow-Methods"] = ", ".join(CORS_METHODS)
                response["Access-Control-Allow-Headers"] = "If-None-Match"
                response["Access-Control-Max-Age"] = str(CORS_MAX_AGE)
        else:
            response = self.get_response(request)
        patch_vary_headers(response, ("Origin",))
        if allowed and request.method in CORS_METHODS:
            response["Access-Control-Allow-Origin"] = request.META["HTTP_ORIGIN"]
            response["Access-Control-Expose-Headers"] = "ETag"
        return response


class PublicApiMiddleware:
    """Answers the API of version 1 at once: it is public, whoever asks.

    So it can see no session, no account and no message; and none of them costs it time.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, in the site's language if the address is one of this API."""
        if not request.path_info.startswith(PUBLIC_API_PREFIX):
            return self.get_response(request)
        request.get_host()  # raises DisallowedHost for a name that is not this site's
        translation.activate(settings.LANGUAGE_CODE)
        found = _resolved(request.path_info)
        request.resolver_match = found
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        response["Content-Language"] = settings.LANGUAGE_CODE
        if isinstance(response, HttpResponse):
            response["Content-Length"] = str(len(response.content))
        return response


@lru_cache(maxsize=1_024)
def _resolved(path: str) -> ResolverMatch:
    """Return what answers a path: nearly all ask for the same few. Raises Resolver404."""
    return resolve(path)
