"""The API of version 1: the mount of its routers, and the one shape of its errors (RFC 9457)."""

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import re_path
from django.utils.log import log_response
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer
from pydantic_core import to_json
from wagtail.utils.urlpatterns import decorate_urlpatterns

from curriculum_pages.api import router as catalog_router
from curriculum_pages.selectors import CurriculumGone
from resource_library.api import router as library_router
from resource_library.schemas import PROBLEM_MEDIA_TYPE, ParameterFault, Problem
from review_workflow.models.approval import STATUS_LABELS
from search.api import router as search_router
from search.api import vocabulary_router
from search.query import Fault, InvalidQuery, PageOutOfRange

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
DESCRIPTION = (
    "Approved training curricula and the resource library, as JSON. Everything is public and "
    "read-only. Answers carry an `ETag`; send it back in `If-None-Match` and an unchanged answer "
    "is a 304 without a body. Errors are problem details (RFC 9457); a parameter or a value that "
    "is not known is a 422 that names it."
)
_TITLES = {HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content"}  # as RFC 9110 names it
View = Callable[..., HttpResponseBase]
Handler = Callable[[HttpRequest, Any], HttpResponse]


class JSONRenderer(BaseRenderer):
    """Renders what schemas dump; pydantic's own serializer is several times faster than json."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the data as JSON in UTF-8."""
        return to_json(data)


class ClearinghouseAPI(NinjaAPI):
    """The API, with the schema of problems in its document."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the OpenAPI document."""
        document = super().get_openapi_schema(**kwargs)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"].update(schema.pop("$defs"))
        document["components"]["schemas"]["Problem"] = schema
        if not document["servers"]:
            del document["servers"]
        return document


def problem(
    request: HttpRequest,
    status: HTTPStatus,
    detail: str,
    errors: Sequence[Fault] = (),
) -> HttpResponse:
    """Return a problem response; reasons of faults are translated here."""
    content = Problem(
        type="about:blank",
        title=_TITLES.get(status, status.phrase),
        status=status.value,
        detail=detail,
        instance=request.path,
        errors=[
            ParameterFault(parameter=fault.parameter, value=fault.value, reason=_(fault.reason))
            for fault in errors
        ],
    )
    return HttpResponse(
        content.model_dump_json(exclude_defaults=True),
        status=status,
        content_type=PROBLEM_MEDIA_TYPE,
    )


def refuse_parameters(run: View) -> View:
    """Answer 422 for any parameter of an operation that takes none."""

    @wraps(run)
    def strict(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        faults = [
            Fault(name[:100], "".join(values[:1])[:100], "Unknown parameter.")
            for name, values in request.GET.lists()
        ]
        return on_invalid(request, InvalidQuery(faults)) if faults else run(request, **kwargs)

    return strict


def on_invalid(request: HttpRequest, error: InvalidQuery) -> HttpResponse:
    """Answer 422 that names every fault."""
    detail = _("A parameter or its value is not known, or not well formed.")
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, error.faults)


def on_page_out_of_range(request: HttpRequest, error: PageOutOfRange) -> HttpResponse:
    """Answer 404 that names the last page."""
    detail = _("There is no page %(page)s; the last one is %(last)s.") % {
        "page": error.page,
        "last": error.last,
    }
    return problem(request, HTTPStatus.NOT_FOUND, detail)


def on_gone(request: HttpRequest, error: CurriculumGone) -> HttpResponse:
    """Answer 410 with the number of the approval and what became of it."""
    detail = _("Approval %(number)s no longer counts: %(status)s, last day %(day)s.") % {
        "number": error.approval.number,
        "status": STATUS_LABELS[error.approval.status_today],
        "day": error.approval.expires_on.isoformat(),
    }
    return problem(request, HTTPStatus.GONE, detail)


def on_not_found(request: HttpRequest, _error: Exception) -> HttpResponse:
    """Answer 404; nothing is told about what may be hidden here."""
    return problem(request, HTTPStatus.NOT_FOUND, _("There is nothing public at this address."))


def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer with the status that the framework asks for."""
    return problem(request, HTTPStatus(error.status_code), str(error))


def on_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer 422 for what the framework itself refuses, in the same shape."""
    faults = [
        Fault(str(fault["loc"][-1]), str(fault.get("input", ""))[:100], str(fault["msg"]))
        for fault in error.errors
    ]
    return on_invalid(request, InvalidQuery(faults))


def on_suspicious(request: HttpRequest, _error: Exception) -> HttpResponse:
    """Answer 400, for example to a request with thousands of parameters."""
    return problem(request, HTTPStatus.BAD_REQUEST, _("The request cannot be read."))


def on_failure(request: HttpRequest, error: Exception) -> HttpResponse:
    """Log the exception as Django does, tell its reporters, and answer 500 without a detail."""
    response = problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("The server failed; the fault was recorded."),
    )
    got_request_exception.send(sender=ClearinghouseAPI, request=request)
    log_response(
        "%s: %s",
        response.reason_phrase,
        request.path,
        response=response,
        request=request,
        exception=error,
    )
    return response


def safe_only(view: View) -> View:
    """Answer HEAD as GET (servers leave the body out), OPTIONS with `Allow`, anything else 405."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in SAFE_METHODS or request.method == "OPTIONS":
            return _methods(request)
        asked, request.method = request.method, "GET"
        try:
            return view(request, *args, **kwargs)
        except Http404 as error:
            return on_not_found(request, error)
        except SuspiciousOperation as error:
            return on_suspicious(request, error)
        finally:
            request.method = asked

    return answer


def _methods(request: HttpRequest) -> HttpResponse:
    if request.method == "OPTIONS":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    else:
        response = problem(
            request, HTTPStatus.METHOD_NOT_ALLOWED, _("This API is read-only: use GET.")
        )
    response["Allow"] = ", ".join(SAFE_METHODS)
    return response


def _nothing_here(_request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
    raise Http404


def _strict(router: Router) -> Router:
    router.add_decorator(refuse_parameters, mode="view")
    return router


api = ClearinghouseAPI(
    title="Clearinghouse API",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    docs=Swagger(settings={"validatorUrl": None, "supportedSubmitMethods": ["get"]}),
    renderer=JSONRenderer(),
)
api.add_router("", search_router)
api.add_router("", _strict(vocabulary_router))
api.add_router("", _strict(catalog_router))
api.add_router("", _strict(library_router))
HANDLERS: dict[type[Exception], Handler] = {
    InvalidQuery: on_invalid,
    PageOutOfRange: on_page_out_of_range,
    CurriculumGone: on_gone,
    Http404: on_not_found,
    HttpError: on_http_error,
    ValidationError: on_validation_error,
    SuspiciousOperation: on_suspicious,
    Exception: on_failure,
}
for _error, _handler in HANDLERS.items():
    api.add_exception_handler(_error, _handler)


def _urls() -> tuple[list[Any], str, str]:
    patterns, app_name, namespace = api.urls
    patterns = [*patterns, re_path(r"^.", _nothing_here)]
    decorate_urlpatterns(patterns, safe_only)
    return patterns, app_name, namespace


urls = _urls()
