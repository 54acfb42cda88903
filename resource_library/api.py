"""Routes of the library in the API: one resource. Lists are searches (`search.api`)."""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Router
from wagtail.rich_text import expand_db_html

from resource_library import selectors
from resource_library.schemas import FileLink, LinkedPage, ResourceDetail, Slug, documented

router = Router(tags=["library"])


@router.get(
    "/resources/{slug}",
    response=ResourceDetail,
    summary="One resource",
    operation_id="get_resource",
    openapi_extra=documented(404, 422),
)
def resource(request: HttpRequest, slug: Slug) -> ResourceDetail:
    """Return every field of a public resource."""
    page = selectors.resource_at(slug, get_language() or settings.LANGUAGE_CODE)
    if page is None:
        raise Http404
    document = selectors.public_document(page.file)
    return ResourceDetail.of(
        page,
        url=request.build_absolute_uri(page.get_url(request)),
        body=expand_db_html(page.body),
        file=None
        if document is None
        else FileLink(
            title=document.title,
            name=document.filename,
            url=request.build_absolute_uri(document.url),
        ),
        related=[
            LinkedPage(title=other.title, url=request.build_absolute_uri(other.get_url(request)))
            for other in selectors.related_pages(page)
        ],
    )
