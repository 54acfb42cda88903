"""Signals of this app. Receivers run inside the change's transaction; side effects follow it."""

from django.dispatch import Signal

approval_changed = Signal()
"""An approval was granted or an event was appended.

Arguments: `page_id`, `approval`, and `is_page_saved` where the page was published with it just now.
"""
