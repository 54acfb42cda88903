"""The step “Attest and submit”: who vouches for what is submitted."""

from django.utils.translation import gettext_lazy as _

from .base import StepForm
from .fields import text, tick


class AttestForm(StepForm):
    """Name, position and two statements."""

    name = text(_("Your name"), 150, required=True)
    position = text(_("Your position"), 150, _("With the provider."), required=True)
    entitled = tick(_("I am entitled to submit this curriculum for the provider."))
    true = tick(_("What is submitted is true and complete, as far as I know."))
