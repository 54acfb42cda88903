"""Routes of curricula in the API: one curriculum. Lists are searches (`search.api`)."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from ninja import Router
from wagtail.rich_text import expand_db_html

from curriculum_pages import selectors
from curriculum_pages.schemas import CurriculumDetail
from resource_library.schemas import Slug, documented

router = Router(tags=["catalog"])


@router.get(
    "/curricula/{slug}",
    response=CurriculumDetail,
    summary="One curriculum",
    operation_id="get_curriculum",
    openapi_extra=documented(404, 410, 422),
)
def curriculum(request: HttpRequest, slug: Slug) -> CurriculumDetail:
    """Return every field of an approved curriculum; 410 once its approval has ended."""
    page = selectors.curriculum_at(slug, get_language() or settings.LANGUAGE_CODE)
    if page is None:
        raise Http404

    def file_url(uid: UUID) -> str:
        return request.build_absolute_uri(reverse("curriculum_file", args=[uid]))

    return CurriculumDetail.of(
        page,
        selectors.curriculum_details(page),
        url=request.build_absolute_uri(page.get_url(request)),
        description=expand_db_html(page.description),
        file_url=file_url,
    )
