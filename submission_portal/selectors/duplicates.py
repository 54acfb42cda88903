"""What a submission may be a duplicate of, among public curricula and submissions still open.

A provider is told of public pages and of its own submissions, nothing else: not whether something
was left out, nor of whom. Staff are told of what they may screen, as they find it everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from curriculum_pages.models import CurriculumPage, Module
from submission_portal.enums import OPEN_STATES, Step
from submission_portal.models import Submission, SubmissionStep, SubmissionVersion
from submission_portal.permissions import (
    SubmissionAccess,
    access_to_submission,
    own_submissions,
    screened,
)
from submission_portal.similarity import THRESHOLD, Outline, likeness, nearest

from .drafts import content_of

COMPARED = 25
"""How many candidates of each kind are compared closely: the nearest by a cheap first look."""
SHOWN = 10
_OPEN = [state.value for state in OPEN_STATES]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """What may be the same: a public `page`, or a `submission` that the reader may see.

    `may_renew` tells that the reader can begin a new version of the page.
    """

    title: str
    provider: str
    likeness: float
    page: CurriculumPage | None = None
    submission: Submission | None = None
    may_renew: bool = False

    @property
    def percent(self) -> int:
        """How alike both are, of a hundred."""
        return round(self.likeness * 100)


def duplicates_of(submission: Submission, *, user: Any) -> list[Duplicate]:
    """Return what `user` may know of that is much like the submission, the most alike in front."""
    access = access_to_submission(user, submission)
    if not access.can_see:
        return []
    content = _submitted(submission) if access.screens else content_of(submission)
    own = outline_of(content, submission)
    found = [
        *_pages(submission, own, access),
        *_submissions(submission, own, user, access),
    ]
    return sorted(found, key=lambda each: (-each.likeness, each.title))[:SHOWN]


def duplicates_to_settle(
    submission: Submission, access: SubmissionAccess, *, user: Any
) -> list[Duplicate]:
    """Return what may be the same, while whoever writes can still begin otherwise."""
    if submission.case_id is not None or not access.can_edit:
        return []
    return duplicates_of(submission, user=user)


def outline_of(content: Mapping[str, Any], submission: Submission) -> Outline:
    """Return what is compared of what was typed; reads texts only, so it costs next to nothing."""
    typed = content.get(Step.MODULES.value, {})
    titles = content.get(Step.ABOUT.value, {}).get("title") or [submission.title]
    modules = []
    for name, texts in typed.items():
        row, _dash, field = name.rpartition("-")
        if field == "title" and row.startswith("modules-") and any(texts):
            minutes = (typed.get(f"{row}-contact_minutes") or [""])[-1].strip()
            modules.append((texts[-1], int(minutes) if minutes.isdecimal() else None))
    return Outline(titles[-1], submission.provider.name, tuple(modules))


def _submitted(submission: Submission) -> Mapping[str, Any]:
    content = submission.versions.order_by("-number").values_list("content", flat=True).first()
    return content or {}


def _pages(submission: Submission, own: Outline, access: SubmissionAccess) -> list[Duplicate]:
    pages = CurriculumPage.objects.live().public().filter(alias_of__isnull=True)
    if submission.page_id is not None:
        pages = pages.exclude(pk=submission.page_id)
    keys = _nearest_pages(pages, submission, own)
    candidates = list(
        CurriculumPage.objects.filter(pk__in=keys)
        .select_related("provider__organisation")
        .defer_streamfields()
    )
    modules: dict[int, list[tuple[str, int | None]]] = {page.pk: [] for page in candidates}
    for page_id, title, minutes in Module.objects.filter(page__in=modules).values_list(
        "page", "title", "contact_minutes"
    ):
        modules[page_id].append((title, minutes))
    found = []
    for page in candidates:
        provider = page.provider.name if page.provider else ""
        score = likeness(own, Outline(page.title, provider, tuple(modules[page.pk])))
        if score >= THRESHOLD:
            may_renew = access.writes and page.provider_id == submission.provider_id
            found.append(Duplicate(page.title, provider, score, page=page, may_renew=may_renew))
    return found


def _nearest_pages(pages: Any, submission: Submission, own: Outline) -> set[int]:
    """Return the keys of few pages: near by title, with modules of the same name, its own."""
    titles = dict(pages.values_list("pk", "title"))
    named = [title for title, _minutes in own.modules][:COMPARED]
    shared = (
        Module.objects.filter(title__in=named, page__in=pages)
        .order_by()
        .values("page")
        .annotate(number=Count("pk"))
        .order_by("-number", "page")
        .values_list("page", flat=True)[:COMPARED]
    )
    of_provider = pages.filter(provider=submission.provider_id).order_by("-pk")
    return {
        *nearest(own.title, titles, COMPARED),
        *shared,
        *of_provider.values_list("pk", flat=True)[:COMPARED],
    }


def _submissions(
    submission: Submission, own: Outline, user: Any, access: SubmissionAccess
) -> list[Duplicate]:
    visible = screened(user) if access.screens else own_submissions(user)
    rows = visible.filter(state__in=_OPEN).exclude(pk=submission.pk)
    # Accepted ones whose page is public are in the catalog already.
    rows = rows.exclude(page__live=True)
    if submission.page_id is not None:
        rows = rows.exclude(page=submission.page_id)
    titles = dict(rows.values_list("pk", "submitted_title" if access.screens else "title"))
    of_provider = rows.filter(provider=submission.provider_id).order_by("-pk")
    keys = {
        *nearest(own.title, titles, COMPARED),
        *of_provider.values_list("pk", flat=True)[:COMPARED],
    }
    candidates = rows.filter(pk__in=keys).select_related("provider__organisation")
    contents = _contents(candidates, staff=access.screens)
    found = []
    for other in candidates:
        theirs = outline_of(contents.get(other.pk, {}), other)
        score = likeness(own, theirs)
        if score >= THRESHOLD:
            found.append(Duplicate(theirs.title, theirs.provider, score, submission=other))
    return found


def _contents(
    submissions: "QuerySet[Submission] | Iterable[Submission]", *, staff: bool
) -> dict[int, dict[str, Any]]:
    """Return what each of them holds: for staff what was submitted last, else what is typed."""
    keys = [each.pk for each in submissions]
    if staff:
        latest = SubmissionVersion.objects.filter(submission=OuterRef("submission"))
        return dict(
            SubmissionVersion.objects.filter(
                submission__in=keys, pk=Subquery(latest.order_by("-number").values("pk")[:1])
            ).values_list("submission", "content")
        )
    contents: dict[int, dict[str, Any]] = {key: {} for key in keys}
    steps = SubmissionStep.objects.filter(
        submission__in=keys, step__in=[Step.ABOUT.value, Step.MODULES.value]
    )
    for key, step, content in steps.values_list("submission", "step", "content"):
        contents[key][step] = content
    return contents
