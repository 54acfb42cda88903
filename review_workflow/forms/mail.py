"""The form by which somebody chooses how messages come."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from review_workflow.models import MailPreference


class MailPreferenceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """One message for each event, or what can wait together once a day."""

    class Meta:
        model = MailPreference
        fields = ("frequency",)
        labels: ClassVar = {"frequency": _("How messages about reviews come to you")}
        help_texts: ClassVar = {
            "frequency": _(
                "Invitations, reminders of a day, and letters come at once in either case."
            )
        }
        widgets: ClassVar = {"frequency": forms.RadioSelect}
