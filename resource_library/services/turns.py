"""Reading the texts that wait, in turns: claimed, read with no transaction open, written down."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from resource_library.enums import TextState, Unreadable
from resource_library.models import ReadText

from .texts import Reading, read_file

MOST_ATTEMPTS = 3
"""How often a file is begun; a worker that dies over it does not take all others along."""
_A_TURN = 5
_LEASE = timedelta(minutes=1)
"""How long after the limit a claimed file is taken for abandoned."""

Row = TypeVar("Row", bound=ReadText)


def read_in_turns(model: type[Row], read: Callable[[Row], None]) -> int:
    """Give some of the waiting rows to `read`, each claimed for it; return how many.

    Begins no further one once a turn has taken as long as one file may take.
    """
    ends = monotonic() + settings.CLEARINGHOUSE_EXTRACTION_SECONDS
    done = 0
    while done < _A_TURN and monotonic() < ends:
        row = _claimed(model)
        if row is None:
            break
        read(row)
        done += 1
    return done


def _claimed(model: type[Row]) -> Row | None:
    """Claim the text that waits longest: other workers leave it alone until the claim ends."""
    rows: Any = model._default_manager
    lease = timedelta(seconds=settings.CLEARINGHOUSE_EXTRACTION_SECONDS) + _LEASE
    with transaction.atomic():
        row: Row | None = (
            rows.select_for_update(skip_locked=True)
            .filter(state=TextState.WAITING.value)
            .filter(Q(attempts=0) | Q(changed_at__lt=timezone.now() - lease))
            .order_by("changed_at", "pk")
            .first()
        )
        if row is None:
            return None
        # SQLite locks no rows: whoever counts up first has it.
        mine = claim_of(row).update(attempts=row.attempts + 1, changed_at=timezone.now())
        row.attempts += 1
        return row if mine else None


def claim_of(row: Row) -> Any:
    """Return the rows that hold this claim: one, or none once another worker took it over."""
    rows: Any = type(row)._default_manager
    return rows.filter(pk=row.pk, state=TextState.WAITING.value, attempts=row.attempts)


def reading_of(row: ReadText, file: "File[bytes] | None") -> Reading:
    """Return what stands in the file of a claimed row, or why there is none.

    Raises OSError where the storage fails to hand it out.
    """
    if row.attempts > MOST_ATTEMPTS:
        return Reading(TextState.UNREADABLE, reason=Unreadable.INTERRUPTED)
    if file is None:
        return Reading(TextState.UNREADABLE, reason=Unreadable.MISSING)
    return read_file(file)


def write_down(row: ReadText, reading: Reading) -> bool:
    """Write down what was read; return False where another worker has taken the row over."""
    return bool(
        claim_of(row).update(
            text=reading.text,
            state=reading.state.value,
            reason=reading.reason.value if reading.reason else "",
            changed_at=timezone.now(),
        )
    )
