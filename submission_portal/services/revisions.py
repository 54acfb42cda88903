"""From a submitted version to the revision of a page that a panel reviews."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Locale, Revision

from curriculum_pages.models import CurriculumIndexPage, CurriculumPage
from submission_portal.content import page_from
from submission_portal.models import (
    Submission,
    SubmissionVersion,
    SubmittedRevision,
)
from submission_portal.selectors.screening import files_of

from .studies import record_studies

_STEM = 200


def save_revision_of(submission: Submission, version: SubmissionVersion) -> Revision:
    """Make a revision of the submission's page from the version, and return it.

    Without a page yet, a draft of one is added to the catalog, owned by whoever submitted. The page
    and its review are the caller's to lock. Raises PermissionDenied where there is no catalog.
    """
    record_studies(content=version.content)
    files = files_of(version)
    page = submission.page
    if page is None:
        page = page_from(version.content, provider=submission.provider, files=files)
        _add_to_catalog(page, version.submitted_by)
        submission.page = page
        submission.save(update_fields=["page"])
    else:
        latest = page.get_latest_revision_as_object()
        page = page_from(version.content, provider=submission.provider, files=files, base=latest)
    revision: Revision = page.save_revision(user=version.submitted_by)
    SubmittedRevision.objects.create(version=version, revision=revision)
    return revision


def _add_to_catalog(page: CurriculumPage, owner: Any) -> None:
    catalog = (
        CurriculumIndexPage.objects.filter(locale=Locale.get_default()).order_by("path").first()
    )
    if catalog is None:
        raise PermissionDenied(_("There is no catalog for this curriculum; ask an administrator."))
    page.live, page.owner = False, owner
    page.locale = catalog.locale
    page.slug = _free_slug(page.title, catalog)
    catalog.add_child(instance=page)


def _free_slug(title: str, catalog: CurriculumIndexPage) -> str:
    stem = slugify(title)[:_STEM] or "curriculum"
    taken = set(catalog.get_children().filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
