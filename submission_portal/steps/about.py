"""The step “About”: what the curriculum is called, whose it is, on what terms, and what it is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum_pages.models import CurriculumPage
from resource_library.enums import Vocabulary

from .base import StepForm
from .fields import AreaField, TermField, limit_of, page_text


class AboutForm(StepForm):
    """Identity and description."""

    title = page_text(
        "title",
        _("Title"),
        _("The full name of the curriculum, as its participants know it."),
        required=True,
    )
    acronym = page_text("acronym", _("Acronym"), _("For example ICAT. Leave empty if none."))
    version_label = page_text(
        "version_label", _("Version"), _("As you number it, for example 2.1 or Spring 2026.")
    )
    version_on = forms.DateField(
        label=_("Date of the version"),
        required=False,
        help_text=_("The day on which this version was finished."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "usa-input"}),
    )
    authors = page_text("authors", _("Authors"), _("People or units, with commas between them."))
    origin = AreaField(
        label=_("Origin"),
        required=False,
        help_text=_("Where the programme comes from and which others it builds on."),
    )
    programme_kind = TermField(
        Vocabulary.PROGRAMME_KIND,
        label=_("Kind of programme"),
        help_text=_("Choose what comes nearest."),
    )
    language = TermField(
        Vocabulary.LANGUAGE, label=_("Language"), help_text=_("In which it is taught.")
    )
    licence = TermField(
        Vocabulary.LICENCE,
        label=_("Licence"),
        required=False,
        help_text=_("On what terms others may use the materials."),
    )
    cost = page_text("cost", _("Cost"), _("In words: who pays how much for what."))
    summary = AreaField(
        label=_("Summary"),
        rows=4,
        max_length=limit_of(CurriculumPage, "summary"),
        help_text=_(
            "Two or three sentences of at most 600 characters. Readers see them first, in lists "
            "and in searches."
        ),
    )
    description = AreaField(
        label=_("Description"),
        rows=10,
        required=False,
        max_length=30_000,
        help_text=_(
            "What happens in the programme and why. Leave an empty line between paragraphs."
        ),
    )
