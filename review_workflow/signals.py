"""Signals of this app. Receivers run inside the change's transaction; side effects follow it."""

from django.dispatch import Signal

approval_changed = Signal()
"""An approval was granted or an event was appended.

Arguments: `page_id`, `approval`, and `is_page_saved` where the page was published with it just now.
"""

decision_made = Signal()
"""A chair decided. Argument: `decision`, whose round and case are loaded."""

condition_met = Signal()
"""A condition of an approval was closed. Argument: `condition`."""

file_opened = Signal()
"""Somebody is about to be handed a file of a reviewed version.

Sent by the round's class before the content goes out; what a receiver raises keeps it back.
Arguments: `user`, `file` (a `ReviewFile`), `case`, and `is_reviewer` where the user holds a seat.
"""

edition_copied = Signal()
"""An edition of the standards was copied as a draft. Arguments: `edition`, `copy`."""
