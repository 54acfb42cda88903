"""The step “Evidence”: studies that are known here, and others in the provider's own words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resource_library.enums import Vocabulary
from resource_library.models import Source

from .base import MAX_ROWS, RowForm, Rows, StepForm
from .fields import AreaField, StudiesField, TermField, UidField, limit_of, whole

_EARLIEST, _LATEST = 1900, 2100


class EvidenceForm(StepForm):
    """Known studies."""

    studies = StudiesField(
        label=_("Studies that are recorded here"),
        required=False,
        help_text=_("Tick those that studied this curriculum or the version before it."),
    )


class CitationForm(RowForm):
    """A study that the provider names; nobody has checked it yet."""

    uid = UidField()
    citation = AreaField(
        label=_("Citation"),
        rows=3,
        max_length=2_000,
        help_text=_("Authors, year, title and where it was published."),
    )
    url = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=limit_of(Source, "url"),
        assume_scheme="https",
        help_text=_("To the study itself, beginning with https://."),
        widget=forms.TextInput(attrs={"class": "usa-input", "inputmode": "url"}),
    )
    design = TermField(Vocabulary.STUDY_DESIGN, label=_("Design"), required=False)
    year = whole(_("Year of publication"), _LATEST, lowest=_EARLIEST)
    found = AreaField(
        label=_("What it found"),
        required=False,
        rows=4,
        max_length=4_000,
        help_text=_(
            "In your words, with what did not improve. It is marked as yours until staff have "
            "checked it."
        ),
    )


class CitationRows(Rows):
    """Studies in the provider's words."""

    noun = _("Study")


CITATIONS: Any = forms.formset_factory(
    CitationForm,
    formset=CitationRows,
    extra=1,
    max_num=MAX_ROWS,
    absolute_max=MAX_ROWS,
    validate_max=True,
)
