"""The filters of the board of cases."""

from django import forms
from django.utils.translation import gettext_lazy

from review_workflow.models.labels import CASE_STATES, choices
from review_workflow.selectors.board import BoardQuery


class BoardForm(forms.Form):
    """What to look for; anything that is no filter is left aside."""

    q = forms.CharField(
        label=gettext_lazy("Number or title"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("Any")), *choices(CASE_STATES)],
        required=False,
    )
    mine = forms.BooleanField(label=gettext_lazy("Only mine"), required=False)
    overdue = forms.BooleanField(label=gettext_lazy("Overdue"), required=False)
    needs_chair = forms.BooleanField(label=gettext_lazy("Needs the chair"), required=False)

    def query(self) -> BoardQuery:
        """Return what was asked for, as far as it makes sense."""
        self.is_valid()
        given = self.cleaned_data
        return BoardQuery(
            text=given.get("q", ""),
            state=given.get("state", ""),
            mine=given.get("mine", False),
            overdue=given.get("overdue", False),
            needs_chair=given.get("needs_chair", False),
        )
