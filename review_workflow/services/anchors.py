"""The daily anchor: one row a day that covers the head of every chain and the anchor before it.

Whoever keeps the hash of an anchor elsewhere can prove later that nothing before it was removed,
not even the end of a chain, which a chain of hashes alone cannot tell.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from review_workflow.models import AuditAnchor
from review_workflow.selectors.audit import anchor_hash, heads


def drop_daily_anchor() -> AuditAnchor | None:
    """Record the anchor of the local day and return it; None where the day has one already.

    Repeated, or run by two processes at once, it leaves one anchor a day. A clock that was set back
    adds none: days only go forward.
    """
    today = timezone.localdate()
    before = AuditAnchor.objects.order_by("-day").defer("heads").first()
    if before is not None and before.day >= today:
        return None
    anchor = AuditAnchor(day=today, heads=heads(), prev_hash=before.hash if before else "")
    anchor.hash = anchor_hash(anchor)
    try:
        with transaction.atomic():
            anchor.save()
    except IntegrityError:
        # Another process was quicker; that day's anchor stands, whatever else went wrong does not.
        if AuditAnchor.objects.filter(day=today).exists():
            return None
        raise
    return anchor
