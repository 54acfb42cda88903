"""The curriculum as its page in the catalog would look, from what was typed; nothing is written."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from curriculum_pages.models import CurriculumIndexPage, CurriculumPage
from submission_portal.content import page_from
from submission_portal.selectors.drafts import content_of, current_files

from .guarded import own_submission


@require_safe
@never_cache
@login_required
def show_preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page, marked as a preview that nobody has approved."""
    submission, access = own_submission(request, uid)
    page = page_from(
        content_of(submission), provider=submission.provider, files=current_files(submission)
    )
    _place(page)
    context = {"page": page, "self": page, "submission": submission, "access": access}
    response = render(request, "submission_portal/steps/preview.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _place(page: CurriculumPage) -> None:
    """Put the page below the catalog, in memory, as Wagtail's own previews of new pages do."""
    catalog = (
        CurriculumIndexPage.objects.filter(locale=Locale.get_default()).order_by("path").first()
    )
    if catalog is None:
        raise Http404
    page.title = page.title or _("Without a title")
    page.slug, page.locale = "preview", catalog.locale
    page.depth = catalog.depth + 1
    # The last place that there is below the catalog: no stored page has it.
    page.path = catalog.path + CurriculumPage.alphabet[-1] * CurriculumPage.steplen
    page.set_url_path(catalog)
