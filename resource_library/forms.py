"""Admin forms of the library. Lists and menus are in `viewsets`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.documents.forms import BaseDocumentForm

from .models import CoreTopicArea, Term
from .services import CONTENT_TYPES, check_upload

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


class ActiveVocabularyMixin(_ModelForm):
    """Offers active topics and terms, and those that the record carries already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
                continue
            if issubclass(field.queryset.model, CoreTopicArea | Term):
                carried = list(_keys(self.instance, name))
                field.queryset = field.queryset.filter(Q(active=True) | Q(pk__in=carried))


def _keys(instance: Any, name: str) -> Iterable[Any]:
    """Return the keys of what the relation holds; nothing for a many-to-many without a key yet."""
    field = instance._meta.get_field(name)
    if not field.many_to_many:
        return [getattr(instance, field.attname)]
    if instance.pk is None and not isinstance(instance, ClusterableModel):
        return []
    return [row.pk for row in getattr(instance, name).all()]


class VocabularyPageForm(ActiveVocabularyMixin, WagtailAdminPageForm):
    """The edit form of a page that carries topics and terms."""


class VocabularyForm(ActiveVocabularyMixin, WagtailAdminModelForm):
    """The edit form of any other record that carries topics or terms."""


class StableSlugForm(VocabularyForm):
    """A form whose public names are given once: clients of the API and links keep them."""

    fixed_fields: ClassVar[tuple[str, ...]] = ("slug", "vocabulary")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for name in self.fixed_fields:
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed: addresses and clients of the API use it.")


class CheckedDocumentForm(BaseDocumentForm):
    """Wagtail's form for a document of the library; its content must be what its name says."""

    def clean_file(self) -> Any:
        """Return the file; refuses what `check_upload` refuses, with its reason."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_upload(
                file,
                name=file.name or "",
                allowed=CONTENT_TYPES,
                max_bytes=settings.CLEARINGHOUSE_MAX_UPLOAD_BYTES,
            )
        return file
