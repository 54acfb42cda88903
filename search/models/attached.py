"""The text of public attached files, one row for each content whatever pages it is attached to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from search.enums import TextState, Unreadable

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


class AttachedText(models.Model):
    """What was read in one file content; written by due work, read when records are made.

    `digest` names the content as its store does: the SHA-256 of a curriculum's file, Wagtail's
    SHA-1 of a document, or `document-…` for a document that Wagtail has not hashed.
    """

    digest = models.CharField(max_length=64, unique=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=STATE_CHOICES, default=TextState.WAITING.value)
    reason = models.CharField(max_length=12, choices=REASON_CHOICES, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("text of an attached file")
        verbose_name_plural = _("texts of attached files")
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(state=TextState.WAITING.value),
                name="search_attached_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.state}"
