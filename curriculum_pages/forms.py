"""Admin forms of a curriculum's rows: they keep what no field shows, and take files."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from resource_library.forms import ActiveVocabularyMixin

from .completeness import DEFAULTS, Code, Severity
from .models import CODE_LABELS, OFF, SEVERITY_CHOICES, StoredFile
from .services import check_file, store_file

_signer = signing.Signer(salt="curriculum_pages.forms.identity")


class IdentityForm(WagtailAdminModelForm):
    """A row that keeps its identity while it has no primary key.

    Rows added to a live page get a primary key only when it is published; until then every save
    builds them anew from the form. What no field shows (`carried`) therefore travels through the
    form, signed.
    """

    carried: ClassVar[tuple[str, ...]] = ("uid",)
    identity = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, instance: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        if not self.is_bound and instance is not None:
            self.initial["identity"] = self._token()
        elif self.is_bound and self.instance.pk is None:
            self._restore(self.data.get(self.add_prefix("identity"), ""))

    def _token(self) -> str:
        return _signer.sign_object(
            {name: str(getattr(self.instance, name) or "") for name in self.carried}
        )

    def _restore(self, token: str) -> None:
        try:
            values = _signer.unsign_object(token)
        except signing.BadSignature:
            return
        for name in self.carried:
            if values.get(name):
                field = self.instance._meta.get_field(name.removesuffix("_id"))
                setattr(self.instance, name, field.to_python(values[name]))

    def has_changed(self) -> bool:
        """Return whether there is something to save; a row without a key is always built anew."""
        restored = self.is_bound and bool(self.data.get(self.add_prefix("identity")))
        return bool(super().has_changed()) or (restored and self.instance.pk is None)

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """Return what the open editor must know after a save in the background."""
        updates = list(super().get_field_updates_for_resave())
        return [*updates, (self.add_prefix("identity"), self._token())]


class ModuleForm(ActiveVocabularyMixin, IdentityForm):
    """A module."""


class CurriculumFileForm(IdentityForm):
    """A file: its content is stored when the curriculum is saved, and only if all is valid."""

    carried: ClassVar[tuple[str, ...]] = ("uid", "name", "stored_file_id")
    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "PDF, Word, PowerPoint, Excel, ZIP, MP4, JPEG, PNG or plain text. "
            "Leave empty to keep the file; another file takes its place from this version on."
        ),
    )

    def clean_upload(self) -> Any:
        """Return the upload; it must be what its name says, or be there already."""
        upload = self.cleaned_data["upload"]
        if upload:
            check_file(content=upload, name=upload.name)
        elif self.instance.stored_file_id is None:
            raise forms.ValidationError(_("Choose a file."), code="required")
        return upload

    def _restore(self, token: str) -> None:
        super()._restore(token)
        stored = self.instance.stored_file_id
        if stored is not None and not StoredFile.objects.filter(pk=stored).exists():
            self.instance.stored_file_id = None

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Return the row, with the upload stored where there is one."""
        upload = self.cleaned_data.get("upload")
        if upload:
            self.instance.stored_file = store_file(content=upload, name=upload.name)
            self.instance.name = upload.name[-200:]
        return super().save(commit=commit)

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """Return also that the upload is done: the next save must not send it again."""
        done = [(self.add_prefix("upload"), "")] if self.cleaned_data.get("upload") else []
        return [*super().get_field_updates_for_resave(), *done]


class SeveritiesForm(forms.Form):
    """How severe each thing is that a curriculum can lack, by an edition of the standards."""

    def __init__(
        self,
        *args: Any,
        severities: Mapping[Code, Severity | None],
        may_change: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for code, usual in DEFAULTS.items():
            severity = severities.get(code, usual)
            self.fields[code.value] = forms.ChoiceField(
                label=CODE_LABELS[code],
                choices=SEVERITY_CHOICES,
                initial=severity.value if severity else OFF,
                disabled=not may_change,
            )
