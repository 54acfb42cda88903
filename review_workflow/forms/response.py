"""The provider's response: one answer for each point of the round."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from review_workflow.models import ResponseItem
from review_workflow.services.responses import MAX_ANSWER


class ResponseForm(forms.Form):
    """Fields `item-<key>`; every point needs an answer, and the error says which one lacks it."""

    def __init__(self, *args: Any, items: Sequence[ResponseItem], **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.items = items
        for place, item in enumerate(items, 1):
            self.fields[f"item-{item.pk}"] = forms.CharField(
                label=_("Answer to point %(number)d") % {"number": place},
                widget=forms.Textarea(attrs={"rows": 5}),
                initial=item.answer,
                max_length=MAX_ANSWER,
                error_messages={"required": _("Answer point %(number)d.") % {"number": place}},
            )

    def points(self) -> list[tuple[ResponseItem, Any]]:
        """Return the points, each with the field of its answer."""
        return [(item, self[f"item-{item.pk}"]) for item in self.items]

    def answers(self) -> dict[int, str]:
        """Return the answers by key of the point."""
        return {item.pk: self.cleaned_data[f"item-{item.pk}"] for item in self.items}
