"""Has somebody changed an imported page since? An import leaves such a page alone."""

from typing import Any

from django.utils.translation import gettext as _

from review_workflow.enums import ApprovalBasis, ApprovalEventKind

from .content import current_approval, record_of
from .fields import Fault
from .format import CURRICULUM, Record, digest

_IMPORTS_EVENTS = [ApprovalEventKind.GRANTED.value, ApprovalEventKind.CORRECTED.value]


def edited_since(kind: str, page: Any, record: Record) -> Fault | None:
    """Return the fault that tells so, or None where the page is as the last import left it.

    `record` is what the page says now.
    """
    if kind == CURRICULUM:
        fault = _approval_touched(page)
        if fault:
            return fault
    if (
        digest(record) != page.imported_digest
        or page.revisions.filter(user__isnull=False).exists()
        or _moved_on(kind, page)
    ):
        return Fault("slug", _("The page was edited since it was imported."))
    return None


def _moved_on(kind: str, page: Any) -> bool:
    """Return whether the page was unpublished, or has a draft that no import made."""
    if page.live:
        return bool(page.has_unpublished_changes)
    if kind != CURRICULUM:
        return True
    approval = current_approval(page)
    if approval is not None:
        return bool(page.approval_in_force)
    if page.revisions.count() == 1:
        return False
    latest = page.get_latest_revision_as_object()
    return digest(record_of(kind, latest)) != page.imported_digest


def _approval_touched(page: Any) -> Fault | None:
    for approval in page.approvals.all():
        if approval.basis != ApprovalBasis.IMPORTED:
            return Fault("approval", _("The page has an approval that no import made."))
        if not approval.is_current:
            continue
        events = approval.events.all()
        if (
            events.exclude(kind__in=_IMPORTS_EVENTS).exists()
            or events.filter(actor__isnull=False).exists()
        ):
            return Fault("approval", _("The approval was changed since it was imported."))
    return None
