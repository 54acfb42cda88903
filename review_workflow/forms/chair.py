"""The form by which an overseer names the chair of a round."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput

from .seats import LONGEST, ServiceForm


class NameChairForm(ServiceForm):
    """Chooses among those who may chair; `cleaned_data["chair"]` is the user."""

    chair: Any = forms.ModelChoiceField(
        label=gettext_lazy("Chair"),
        queryset=None,
        help_text=gettext_lazy(
            "Everybody who may enter the admin, has no conflict of interest in this case and "
            "holds no seat in this round."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("Kept in the record of the case."),
    )

    def __init__(self, *args: Any, possible: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chair"]
        field.queryset = possible
