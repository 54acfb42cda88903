"""Beginning a submission, and keeping what is typed into its steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum_pages.enums import WRITING_ROLES
from curriculum_pages.models import CurriculumPage, Provider
from review_workflow.models.approval import canonical_json
from submission_portal.content import content_from
from submission_portal.enums import EventKind, Step, SubmissionState
from submission_portal.models import Submission, SubmissionFile, SubmissionStep, SubmissionVersion
from submission_portal.permissions import memberships_of
from submission_portal.selectors.drafts import title_in

from .events import record_event
from .locking import lock_submission, require

MAX_STEP = 300_000
"""How many characters one step may have as JSON; the longest curriculum needs a tenth."""


class StaleStep(Exception):  # noqa: N818 - says what happened, as PermissionDenied does
    """Somebody else saved the step in the meantime; `theirs` is what is stored."""

    def __init__(self, theirs: SubmissionStep) -> None:
        super().__init__(_("Somebody else has saved this step in the meantime."))
        self.theirs = theirs


@transaction.atomic
def create_submission(
    *, provider: Provider, actor: Any, page: CurriculumPage | None = None
) -> Submission:
    """Begin a submission and return it; with `page` as a new version, everything copied forward.

    Raises PermissionDenied for whoever does not write for the provider, ValidationError where the
    page is another provider's or a new version of it is begun already.
    """
    roles = [role.value for role in WRITING_ROLES]
    if not memberships_of(actor).filter(provider=provider, role__in=roles).exists():
        raise PermissionDenied(_("Only an owner or editor of a provider begins a submission."))
    if page is not None:
        _check_page(page, provider)
    submission = Submission.objects.create(
        provider=provider, created_by=actor, page=page, title=page.title if page else ""
    )
    if page is not None:
        _copy_forward(submission, page, actor)
    record_event(submission, EventKind.CREATED, actor=actor, page=page.pk if page else None)
    return submission


def _check_page(page: CurriculumPage, provider: Provider) -> None:
    # Locked, so that two people do not begin the same version at once.
    locked = CurriculumPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    if locked.provider_id != provider.pk:
        raise ValidationError({"page": _("This curriculum is not this provider's.")})
    if _running(page).exists():
        raise ValidationError(
            {"page": _("A new version of this curriculum is begun already; go on with that one.")}
        )


def _running(page: CurriculumPage) -> "QuerySet[Submission]":
    states = [SubmissionState.DRAFT, SubmissionState.RETURNED, SubmissionState.SCREENING]
    return Submission.objects.filter(page=page, state__in=[state.value for state in states])


def _copy_forward(submission: Submission, page: CurriculumPage, actor: Any) -> None:
    newest = page.get_latest_revision_as_object()
    own_view = _last_self_assessment(page, submission.provider)
    typed = content_from(newest) | ({Step.SELF_ASSESSMENT.value: own_view} if own_view else {})
    SubmissionStep.objects.bulk_create(
        SubmissionStep(submission=submission, step=step, content=content, version=1, saved_by=actor)
        for step, content in typed.items()
    )
    SubmissionFile.objects.bulk_create(
        SubmissionFile(
            submission=submission,
            lasting_uid=row.uid,
            stored_file=row.stored_file,
            name=row.name,
            title=row.title,
            role=row.role,
            visibility=row.visibility,
            uploaded_by=actor,
        )
        for row in newest.files.all()
    )


def _last_self_assessment(page: CurriculumPage, provider: Provider) -> Any:
    """Return what the provider itself said of the last version that went to review, as typed."""
    last = (
        SubmissionVersion.objects.filter(
            submission__page=page, submission__provider=provider, submitted_revision__isnull=False
        )
        .order_by("-submitted_at", "-pk")
        .first()
    )
    return last.content.get(Step.SELF_ASSESSMENT.value, {}) if last else {}


@transaction.atomic
def save_step(
    *,
    submission_id: int,
    step: Step,
    content: Mapping[str, Sequence[str]],
    version: int,
    actor: Any,
) -> SubmissionStep:
    """Keep what was typed into a step and return it; `version` is the one it was typed on.

    The same content again changes nothing. Raises StaleStep where somebody else, or another window,
    saved in the meantime; PermissionDenied for whoever may not write now; ValidationError where it
    is too long to be kept.
    """
    submission, access = lock_submission(submission_id, actor)
    require(access.can_edit, _("This submission cannot be changed now; nothing was saved."))
    wanted = {name: [str(text) for text in texts] for name, texts in content.items()}
    if len(canonical_json(wanted)) > MAX_STEP:
        raise ValidationError(_("This is too long to be saved; shorten the longest texts."))
    kept, _created = SubmissionStep.objects.get_or_create(
        submission=submission, step=Step(step).value
    )
    if kept.content == wanted and kept.version:
        return kept
    if kept.version != version:
        raise StaleStep(kept)
    kept.content, kept.version = wanted, kept.version + 1
    kept.saved_at, kept.saved_by = timezone.now(), actor
    kept.save(update_fields=["content", "version", "saved_at", "saved_by"])
    if step == Step.ABOUT:
        submission.title = title_in({step.value: wanted})
        submission.save(update_fields=["title"])
    return kept
