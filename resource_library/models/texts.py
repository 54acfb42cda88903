"""What was read in a file, kept beside whatever knows the file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from resource_library.enums import TextState, Unreadable

STATE_CHOICES = [
    (TextState.WAITING.value, _("Waiting")),
    (TextState.READ.value, _("Read")),
    (TextState.EMPTY.value, _("Without text")),
    (TextState.UNREADABLE.value, _("Unreadable")),
    (TextState.TOO_LARGE.value, _("Too large")),
]
REASON_CHOICES = [
    (Unreadable.KIND.value, _("not a PDF, DOCX or PPTX file")),
    (Unreadable.DAMAGED.value, _("damaged")),
    (Unreadable.ENCRYPTED.value, _("encrypted")),
    (Unreadable.EXPANDS.value, _("unpacks to far more than it should")),
    (Unreadable.MEMORY.value, _("takes too much memory")),
    (Unreadable.TIME.value, _("takes too much time")),
    (Unreadable.MISSING.value, _("not there")),
    (Unreadable.INTERRUPTED.value, _("reading it was broken off again and again")),
]


class ReadText(models.Model):
    """The text of one content, read by due work; each app says of which contents."""

    text = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=STATE_CHOICES, default=TextState.WAITING.value)
    reason = models.CharField(max_length=12, choices=REASON_CHOICES, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
