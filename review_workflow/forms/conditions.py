"""Closing a condition: what shows that it is met, with a document where there is one."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from resource_library.services import check_upload
from review_workflow.services.conditions import MAX_NOTE

from .approvals import DEFAULT_MAX_DOCUMENT_BYTES, DOCUMENT_KINDS


class MeetConditionForm(forms.Form):
    """The note, and the document that proves it."""

    note = forms.CharField(
        label=gettext_lazy("Evidence found"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MAX_NOTE,
        help_text=gettext_lazy("What shows that the condition is met."),
    )
    file = forms.FileField(
        label=gettext_lazy("Document"),
        required=False,
        help_text=gettext_lazy("PDF, DOCX, PNG or JPEG; may stay empty."),
    )

    def clean_file(self) -> "UploadedFile[Any] | None":
        """Return the document if it is what its name says."""
        document: UploadedFile[Any] | None = self.cleaned_data["file"]
        if document:
            check_upload(
                document,
                name=document.name or "",
                allowed=DOCUMENT_KINDS,
                max_bytes=getattr(
                    settings, "CLEARINGHOUSE_MAX_DOCUMENT_BYTES", DEFAULT_MAX_DOCUMENT_BYTES
                ),
            )
        return document
