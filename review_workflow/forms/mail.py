"""The form by which somebody chooses how messages come."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from review_workflow.models import MailPreference


class MailPreferenceForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """One message for each event, or what can wait together once a day."""

    class Meta:
        model = MailPreference
        fields = ("frequency",)
        labels: ClassVar = {"frequency": _("How messages come to you")}
        help_texts: ClassVar = {
            "frequency": _(
                "Invitations, decisions, letters and reminders of a day come at once either way."
            )
        }
        widgets: ClassVar = {"frequency": forms.RadioSelect}

    def keep(self) -> None:
        """Keep the choice of the bound user, however often it is sent."""
        MailPreference.objects.update_or_create(
            user=self.instance.user, defaults={"frequency": self.cleaned_data["frequency"]}
        )


def preference_of(user: Any) -> MailPreference:
    """Return the user's own preference, an unsaved one where none was kept yet."""
    return MailPreference.objects.filter(user=user).first() or MailPreference(user=user)
