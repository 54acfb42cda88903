"""The only writer of the index: records changes with the content, applies them after its commit.

A change raises the version of its record under the row's lock, in the transaction of the content.
Applying reads the truth anew, so that applying twice or late is harmless. What was applied is then
copied to the engine beside the database, where there is one.
"""

from .applying import Progress, apply_changes, apply_due, apply_pending, try_again
from .attached import note_waiting
from .changes import (
    BATCH,
    PAGE_MODELS,
    collected_changes,
    record_change,
    record_hidden,
    touch_generation,
)
from .copying import (
    all_copied,
    as_stored,
    copy_after_commit,
    copy_waiting_after_commit,
    distrust_copies,
    not_copied,
)
from .states import changed_since, current_state
from .writing import Applied, fill_row, indexed, store_records, write_records

__all__ = [
    "BATCH",
    "PAGE_MODELS",
    "Applied",
    "Progress",
    "all_copied",
    "apply_changes",
    "apply_due",
    "apply_pending",
    "as_stored",
    "changed_since",
    "collected_changes",
    "copy_after_commit",
    "copy_waiting_after_commit",
    "current_state",
    "distrust_copies",
    "fill_row",
    "indexed",
    "not_copied",
    "note_waiting",
    "record_change",
    "record_hidden",
    "store_records",
    "touch_generation",
    "try_again",
    "write_records",
]
