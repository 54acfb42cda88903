"""Reads of curricula and requirements for readers: a page with all beside it, in few queries.

Live pages come from the database and previews from memory; both answer the same way. No writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from curriculum_pages.enums import ClaimFlag, Visibility
from curriculum_pages.hours import Totals
from curriculum_pages.models import (
    Claim,
    CurriculumEvidence,
    CurriculumFile,
    CurriculumPage,
    Module,
)
from review_workflow.enums import ApprovalStatus
from review_workflow.models import Approval, ApprovalEvent, RequiresApproval
from review_workflow.reviewing import PageFinding
from review_workflow.selectors import discloses_operator

_CHILDREN: Mapping[str, str | Prefetch[Any]] = {
    "modules": Prefetch(
        "modules",
        Module.objects.select_related("core_topic", "method").prefetch_related("further_methods"),
    ),
    "files": Prefetch("files", CurriculumFile.objects.select_related("stored_file")),
    "evidence": Prefetch(
        "evidence", CurriculumEvidence.objects.select_related("study__design", "study__source")
    ),
    "core_topics": "core_topics",
    "key_elements": "key_elements",
    "crisis_causes": "crisis_causes",
    "tactics": "tactics",
    "audiences": "audiences",
    "stages": "stages",
    "implementation_supports": "implementation_supports",
}
_PARENTS = ("provider__organisation", "programme_kind", "language", "licence", "modality")


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the total time that counts for one method or topic."""

    label: str
    minutes: int


@dataclass(frozen=True, slots=True)
class StudyEvidence:
    """A study with what is claimed about it, the claims on one outcome side by side."""

    study: Any
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class CurriculumDetails:
    """What a reader sees beside the page's own fields.

    `approval` counts today, or is None (a preview of something not approved); `events` are those
    of its history that have a public wording, newest first. `was_operators_case`: the panel that
    approved it decided on the operator's own curriculum.
    """

    time: Totals
    by_method: tuple[Share, ...]
    by_topic: tuple[Share, ...]
    claimed_minutes: int | None
    files: tuple[CurriculumFile, ...]
    studies: tuple[StudyEvidence, ...]
    claims: tuple[Claim, ...]
    approval: Approval | None
    events: tuple[ApprovalEvent, ...]
    was_operators_case: bool = False

    @property
    def is_sample(self) -> bool:
        """Whether the approval stands for no real decision."""
        return self.approval is not None and self.approval.is_sample

    @property
    def is_provisional(self) -> bool:
        """Whether conditions of the approval are still open."""
        return self._has(ApprovalStatus.PROVISIONAL)

    @property
    def is_under_review(self) -> bool:
        """Whether the approved curriculum is being reassessed."""
        return self._has(ApprovalStatus.UNDER_REVIEW)

    def _has(self, status: ApprovalStatus) -> bool:
        return self.approval is not None and self.approval.status_today is status


def curriculum_details(page: CurriculumPage) -> CurriculumDetails:
    """Return what the public page shows of a curriculum; the number of queries does not grow."""
    _load(page)
    time = page.time()
    modules = list(page.modules.all())
    approval = _approval_of(page)
    return CurriculumDetails(
        time=time,
        by_method=_shares(time, time.by_method, (module.method for module in modules)),
        by_topic=_shares(time, time.by_topic, (module.core_topic for module in modules)),
        claimed_minutes=int(page.claimed_hours * 60) if page.claimed_hours else None,
        files=tuple(row for row in page.files.all() if row.visibility == Visibility.PUBLIC.value),
        studies=_studies(page),
        claims=_ordered(_claims().filter(curriculum_id=page.pk)) if page.pk else (),
        approval=approval,
        events=tuple(approval.events.exclude(public_wording="").order_by("-seq"))
        if approval
        else (),
        was_operators_case=discloses_operator(approval),
    )


def completeness_of(page: CurriculumPage) -> tuple[PageFinding, ...]:
    """Return what a curriculum lacks by the edition in force, errors first, each in a sentence.

    `page` is a stored page, the object of a revision or one that is not saved: submitter, screener
    and reviewer get the same answer for the same content.
    """
    return tuple(page.review_findings())


def claims_about_jurisdictions() -> tuple[Claim, ...]:
    """Return every claim about a jurisdiction, in order of place and outcome."""
    return tuple(
        _claims()
        .filter(jurisdiction__isnull=False)
        .select_related("jurisdiction", "source", "impact_area")
        .order_by("jurisdiction__name", "outcome", "pk")
    )


def pages_shown_today(pages: Iterable[Page]) -> list[Page]:
    """Return the pages without those that need an approval and have none in force, in one query."""
    given = list(pages)
    gated = [page.pk for page in given if issubclass(page.specific_class or Page, RequiresApproval)]
    if not gated:
        return given
    approved = set(
        Approval.objects.in_force().filter(page_id__in=gated).values_list("page_id", flat=True)
    )
    return [page for page in given if page.pk not in gated or page.pk in approved]


def public_file(uid: Any) -> CurriculumFile | None:
    """Return the public file with this id of a curriculum that anybody may see today, or None."""
    rows = CurriculumFile.objects.filter(
        uid=uid,
        visibility=Visibility.PUBLIC.value,
        page__in=CurriculumPage.objects.live().public().filter(alias_of__isnull=True),
        page_id__in=Approval.objects.in_force().values("page_id"),
    )
    return rows.select_related("stored_file", "page").first()


def files_with(uid: Any) -> list[CurriculumFile]:
    """Return the uses of a file under this id, whoever may open them."""
    return list(CurriculumFile.objects.filter(uid=uid).select_related("stored_file", "page"))


def _load(page: CurriculumPage) -> None:
    """Fetch what belongs to the page; what a preview holds in memory stays as it is."""
    stored = [
        lookup
        for name, lookup in _CHILDREN.items()
        if page.pk and isinstance(getattr(page, name).all(), QuerySet)
    ]
    prefetch_related_objects([page], *stored, *_PARENTS)


def _approval_of(page: CurriculumPage) -> Approval | None:
    return page.approval_in_force if page.pk else None


def _claims() -> QuerySet[Claim]:
    return Claim.objects.select_related("source", "impact_area")


def _ordered(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=lambda claim: (claim.outcome.casefold(), claim.pk)))


def _studies(page: CurriculumPage) -> tuple[StudyEvidence, ...]:
    rows = list(page.evidence.all())
    prefetch_related_objects(rows, "study__design", "study__source")
    # By uid: a preview holds studies that a provider names and nobody has stored.
    studies = list({row.study.uid: row.study for row in rows}.values())
    claims: dict[int, list[Claim]] = {study.pk: [] for study in studies}
    for claim in _claims().filter(study_id__in=claims):
        claims[claim.study_id].append(claim)  # type: ignore[index]  # filtered by it
    return tuple(StudyEvidence(study, _ordered(claims[study.pk])) for study in studies)


def _shares(
    time: Totals, parts: tuple[tuple[str, int], ...], named: Iterable[Any]
) -> tuple[Share, ...]:
    labels = {item.slug: item.label for item in named if item is not None}
    shares = [Share(labels[slug], minutes) for slug, minutes in parts]
    rest = (time.minutes or 0) - sum(share.minutes for share in shares)
    if shares and rest > 0 and not time.is_claimed:
        shares.append(Share(_("Not stated"), rest))
    return tuple(shares)


def has_conflicts(claims: Iterable[Claim]) -> bool:
    """Return whether sources contradict one another in any of the claims."""
    return any(claim.flag == ClaimFlag.CONFLICTING.value for claim in claims)


class CurriculumGone(LookupError):  # noqa: N818 - named for what is wrong
    """The curriculum was approved once and no longer is; `approval` is the one that ended."""

    def __init__(self, approval: Approval) -> None:
        self.approval = approval
        super().__init__(approval.number)


def curriculum_at(slug: str, language: str) -> CurriculumPage | None:
    """Return the public curriculum with this slug in a language, or None.

    Raises CurriculumGone where it was approved and no approval counts today.
    """
    if not slug.isprintable():  # a NUL never gets into a slug, nor into PostgreSQL
        return None
    page = (
        CurriculumPage.objects.live()
        .public()
        .filter(slug=slug, locale__language_code=language, alias_of__isnull=True)
        .select_related("locale")
        .prefetch_related("tags")
        .order_by("path")
        .first()
    )
    if page is None:
        return None
    approvals = list(page.approvals.defer("snapshot"))
    today = timezone.localdate()
    if not any(approval.life.is_in_force(today) for approval in approvals):
        if not approvals:
            return None
        raise CurriculumGone(next((one for one in approvals if one.is_current), approvals[0]))
    return page
