"""The form that takes files in, several at once; which of them are stored is the services' word."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum_pages.enums import FileRole, Visibility
from curriculum_pages.models import FILE_ROLE_CHOICES, VISIBILITY_CHOICES
from resource_library.services import CONTENT_TYPES

UPLOAD_FIELD = "uploads"
ACCEPT = ",".join(sorted(f".{kind}" for kind in [*CONTENT_TYPES, "jpeg"]))
"""What the browser's window for choosing files offers first."""


class SeveralFilesInput(forms.ClearableFileInput):
    """A field for files that takes more than one."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files, at least one where it is required."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; empty ones too, so that each is refused by its name."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given and self.required:
            raise ValidationError(_("Choose at least one file."), code="required")
        return list(given)


class DescriptionForm(forms.Form):
    """What a file is for, who may open it, and what it is called."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: the file's name."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Use"), choices=FILE_ROLE_CHOICES, initial=FileRole.CURRICULUM.value
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may open it"),
        choices=VISIBILITY_CHOICES,
        initial=Visibility.REVIEWERS.value,
        help_text=gettext_lazy(
            "Public: everybody, once the curriculum is approved. Reviewers: the panel, while it "
            "reviews. Staff: the platform's staff only."
        ),
    )


class UploadForm(DescriptionForm):
    """Files with their description; a title is for one file, several are called by their names."""

    uploads = SeveralFilesField(label=gettext_lazy("Files"))

    def refuse(self, name: str, messages: Iterable[str]) -> None:
        """Say why one of the files was not stored."""
        for message in messages:
            self.add_error(UPLOAD_FIELD, f"{name}: {message}")


def size_limit() -> str:
    """Return the largest size that is accepted, in words."""
    return filesizeformat(settings.CLEARINGHOUSE_MAX_UPLOAD_BYTES)
