"""The site that benchmarks serve, with two addresses to compare with."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402 - the path first

django.setup()

from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

import clearinghouse.urls  # noqa: E402
from benchmarks.anchors import ModelSearch  # noqa: E402
from benchmarks.corpus import FACET_SIZES, MadeQuery  # noqa: E402
from clearinghouse.wsgi import application  # noqa: E402

__all__ = ["application"]


def empty(_request: HttpRequest) -> HttpResponse:
    """Answer nothing, through every middleware."""
    return HttpResponse(b"")


def wagtail(request: HttpRequest) -> JsonResponse:
    """Answer the parameters of a search by Wagtail's own search."""
    selections = {
        name: tuple(request.GET.getlist(name)) for name in FACET_SIZES if name in request.GET
    }
    query = MadeQuery(request.GET.get("q", ""), selections)
    return JsonResponse(ModelSearch("elasticsearch").answer(query))


clearinghouse.urls.urlpatterns[:0] = [
    path("benchmark-empty", empty),
    path("benchmark-wagtail", wagtail),
]
