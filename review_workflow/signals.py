"""Signals of this app. Receivers run inside the transaction of the change; side effects wait for its commit."""

from django.dispatch import Signal

approval_changed = Signal()
"""An approval was granted or an event was appended. Arguments: `page_id`, `approval`."""
