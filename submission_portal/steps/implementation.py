"""The step “Implementation”: what the curriculum expects around it, and who can take part."""

from django.utils.translation import gettext_lazy as _

from resource_library.enums import Vocabulary

from .base import StepForm
from .fields import AreaField, TermsField


class ImplementationForm(StepForm):
    """Support around the training."""

    implementation_supports = TermsField(
        Vocabulary.IMPLEMENTATION_SUPPORT,
        label=_("Implementation supports"),
        required=False,
        help_text=_("What an agency needs beside the training, as your materials say."),
    )
    accessibility_statement = AreaField(
        label=_("Accessibility"),
        required=False,
        rows=6,
        help_text=_(
            "How people with disabilities take part: captions, print, rooms, physical exercises."
        ),
    )
