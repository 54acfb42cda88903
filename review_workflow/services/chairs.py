"""Naming the chair of a round where none could be found, or where the present one cannot go on."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from review_workflow.models import ReviewRound
from review_workflow.permissions import access_to
from review_workflow.selectors.chairs import possible_chairs

from .audit import record
from .locking import lock_running_round
from .messages import Message, queue_messages


@transaction.atomic
def name_chair(*, round_id: int, chair: Any, reason: str, actor: Any) -> ReviewRound:
    """Make `chair` the chair of a running round, as an overseer; return the round.

    Records who chaired before and why that changed, and tells the new chair. Raises
    PermissionDenied for whoever does not oversee the case, ValidationError naming the field: the
    chair is active, may enter the admin, has no conflict and holds no seat in the round.
    """
    round_ = lock_running_round(round_id)
    if not access_to(actor, round_).is_overseer:
        raise PermissionDenied(_("Only an overseer names the chair; nothing was changed."))
    faults: dict[str, str] = {}
    if not possible_chairs(round_).filter(pk=chair.pk).exists():
        faults["chair"] = _("Choose somebody without a conflict and without a seat in this round.")
    elif chair.pk == round_.chair_id:
        faults["chair"] = _("This person chairs the round already.")
    if not reason.strip():
        faults["reason"] = _("Say why the chair is named anew.")
    if faults:
        raise ValidationError(faults)
    before = round_.chair_id
    round_.chair = chair
    round_.save(update_fields=["chair"])
    entry = record(
        case=round_.case,
        kind="chair_named",
        actor=actor,
        round=round_.number,
        before=before,
        chair=chair.pk,
        reason=reason.strip(),
    )
    queue_messages(
        [
            Message(
                key=f"chair-named:{entry.uid}",
                recipient=chair,
                case=round_.case,
                subject=_("Case %(number)s is yours to chair") % {"number": round_.case.number},
                body=_("You were named chair of this round. Its panel and clocks wait for you."),
                can_wait=False,
            )
        ]
    )
    return round_
