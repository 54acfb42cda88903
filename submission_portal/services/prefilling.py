"""Filling in modules from what a course package says of itself; what is typed already stays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from curriculum_pages.models import Module
from review_workflow.parsing import clean_text
from submission_portal.enums import Step
from submission_portal.models import Submission, SubmissionFile, SubmissionStep
from submission_portal.packages import (
    Package,
    PackageFault,
    PackageItem,
    Reason,
    holds_manifest,
    read_package,
)
from submission_portal.steps import MAX_ROWS, with_row

from .drafts import save_step
from .locking import lock_submission, require

_ROWS = "modules"
_ARCHIVE = "application/zip"
_MOST_TITLE = Module._meta.get_field("title").max_length or 0


@dataclass(frozen=True, slots=True)
class ProposedModule:
    """A module that a package speaks of: `assessments` are titles of tests in it."""

    title: str
    minutes: int | None
    assessments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a package would add to the step of the modules as it was saved at `version`.

    `known` counts modules whose title stands there already, `left_out` those beyond the limit.
    """

    version: int
    modules: tuple[ProposedModule, ...]
    known: int
    left_out: int


def is_course_package(file: SubmissionFile) -> bool:
    """Return whether a file is an archive with a course package's manifest at its top."""
    if file.stored_file.content_type != _ARCHIVE:
        return False
    try:
        with file.stored_file.file.open("rb") as content:
            return holds_manifest(content)
    except FileNotFoundError:
        return False


def propose_modules(file: SubmissionFile) -> Prefill:
    """Return what the package would add now; writes nothing.

    Raises ValidationError that says why nothing can be read of it.
    """
    kept = SubmissionStep.objects.filter(
        submission=file.submission_id, step=Step.MODULES.value
    ).first()
    content, version = (kept.content, kept.version) if kept is not None else ({}, 0)
    titles = {
        texts[-1].strip().casefold()
        for name, texts in content.items()
        if name.startswith(f"{_ROWS}-") and name.endswith("-title") and texts
    }
    told = modules_of(_read(file))
    new = [module for module in told if module.title.casefold() not in titles]
    room = MAX_ROWS - _count(content)
    return Prefill(version, tuple(new[:room]), len(told) - len(new), len(new[room:]))


@transaction.atomic
def fill_in_modules(*, submission_id: int, file_id: int, version: int, actor: Any) -> int:
    """Add the package's modules below those that stand there; return how many were added.

    `version` is the one of the step that the actor saw. Raises StaleStep where somebody saved the
    step since, PermissionDenied for whoever may not write now, ValidationError where nothing can be
    read of the package or it has nothing to add.
    """
    submission, access = lock_submission(submission_id, actor)
    require(access.can_edit, _("This submission cannot be changed now; nothing was added."))
    file = _current(submission, file_id)
    proposed = propose_modules(file)
    if not proposed.modules:
        raise ValidationError(_("The package has no module that could be added."))
    kept = SubmissionStep.objects.filter(submission=submission, step=Step.MODULES.value).first()
    content = kept.content if kept is not None else {}
    for module in proposed.modules:
        content = _with_module(content, module)
    save_step(
        submission_id=submission.pk,
        step=Step.MODULES,
        content=content,
        version=version,
        actor=actor,
    )
    return len(proposed.modules)


def _current(submission: Submission, file_id: int) -> SubmissionFile:
    files = submission.files.filter(pk=file_id, ended_at=None).select_related("stored_file")
    file = files.first()
    if file is None:
        raise ValidationError(_("This file was replaced or removed in the meantime."))
    return file


def _read(file: SubmissionFile) -> Package:
    try:
        with file.stored_file.file.open("rb") as content:
            return read_package(content)
    except (PackageFault, FileNotFoundError) as error:
        raise ValidationError(_said(getattr(error, "reason", Reason.NO_ARCHIVE))) from error


def _said(reason: Reason) -> str:
    """Return what the provider is told."""
    return {
        Reason.NO_ARCHIVE: _("This file is not a ZIP archive that can be read."),
        Reason.NO_MANIFEST: _("This archive is not a course package: it has no manifest."),
        Reason.UNKNOWN: _("This package follows neither SCORM nor cmi5 nor IMS Common Cartridge."),
        Reason.ENTITIES: _("The package's manifest declares a document type; such are not read."),
        Reason.DAMAGED: _("The package's manifest is damaged."),
        Reason.TOO_LARGE: _("The package's manifest is too large, or has too many items."),
    }[reason]


def modules_of(package: Package) -> list[ProposedModule]:
    """Return the package's modules: its topmost items, or what is below a single one.

    Minutes are the item's own, else the sum of those below it if each of them states some.
    """
    items = [(item, item.depth) for item in package.items]
    while sum(depth == 0 for _item, depth in items) == 1 and len(items) > 1:
        items = [(item, depth - 1) for item, depth in items if depth > 0]
    told: dict[str, ProposedModule] = {}
    for top, below in _grouped(items):
        title = clean_text(top.title).strip()[:_MOST_TITLE]
        tests = tuple(item.title for item in (top, *below) if item.is_assessment)
        told.setdefault(title.casefold(), ProposedModule(title, _minutes(top, below), tests))
    return [module for module in told.values() if module.title]


def _grouped(
    items: Iterable[tuple[PackageItem, int]],
) -> Iterator[tuple[PackageItem, list[PackageItem]]]:
    """Yield each topmost item with all that stand below it."""
    top, below = None, list[PackageItem]()
    for item, depth in items:
        if depth > 0:
            below.append(item)
            continue
        if top is not None:
            yield top, below
        top, below = item, []
    if top is not None:
        yield top, below


def _minutes(top: PackageItem, below: list[PackageItem]) -> int | None:
    if top.minutes is not None or not below:
        return top.minutes
    leaves = [
        item
        for item, following in zip(below, [*below[1:], None], strict=True)
        if following is None or following.depth <= item.depth
    ]
    stated = [item.minutes for item in leaves if item.minutes is not None]
    return sum(stated) if len(stated) == len(leaves) else None


def _count(content: dict[str, list[str]]) -> int:
    texts = content.get(f"{_ROWS}-TOTAL_FORMS", [])
    return int(texts[-1]) if texts else 0


def _with_module(content: dict[str, list[str]], module: ProposedModule) -> dict[str, list[str]]:
    extended = with_row(content, _ROWS)
    row = f"{_ROWS}-{_count(extended) - 1}"
    extended[f"{row}-title"] = [module.title]
    if module.minutes is not None:
        extended[f"{row}-contact_minutes"] = [str(module.minutes)]
    if module.assessments:
        extended[f"{row}-assessments"] = ["\n".join(module.assessments)]
    return extended
