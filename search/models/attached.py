"""The text of public attached files, one row for each content whatever pages it is attached to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from resource_library.enums import TextState
from resource_library.models import ReadText


class AttachedText(ReadText):
    """What was read in one file content; written by due work, read when records are made.

    `digest` names the content as its store does: the SHA-256 of a curriculum's file, Wagtail's
    SHA-1 of a document, or `document-…` for a document that Wagtail has not hashed.
    """

    digest = models.CharField(max_length=64, unique=True)

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
