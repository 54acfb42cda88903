"""The form of a rule: its composition as one number for each role, its reminders as a list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from review_workflow.models import ReviewRule
from review_workflow.models.labels import ROLE_CLASSES

MAX_REMINDERS = 12
FARTHEST_DAY = 365


class ReminderDaysField(forms.CharField):
    """Days before a date on which people are reminded, separated by commas; negative: after it."""

    def prepare_value(self, value: Any) -> Any:
        """Return the list as text; what was typed stays as it was typed."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the days, the earliest reminder first; raises ValidationError at a fault."""
        days = []
        for part in (super().to_python(value) or "").split(","):
            text = part.strip()
            if not text:
                continue
            try:
                day = int(text)
            except ValueError:
                raise ValidationError(
                    _("“%(text)s” is no whole number of days.") % {"text": text}, code="number"
                ) from None
            if abs(day) > FARTHEST_DAY:
                raise ValidationError(
                    _("%(day)s days lie more than a year away.") % {"day": day}, code="far"
                )
            days.append(day)
        if len(days) > MAX_REMINDERS:
            raise ValidationError(_("Name at most %s reminders.") % MAX_REMINDERS, code="many")
        return sorted(set(days), reverse=True)


class RuleForm(WagtailAdminModelForm):
    """A rule that nobody used yet."""

    reminder_days = ReminderDaysField(
        label=gettext_lazy("Reminders (days before the date)"),
        required=False,
        help_text=gettext_lazy("Separated by commas; -3 means three days after the date."),
    )

    class Meta:
        model = ReviewRule
        fields = (
            "name",
            "seats",
            "quorum",
            "distinct_organisations",
            "decision_rule",
            "threshold_percent",
            "essential_veto",
            "blind_mode",
            "self_assessment_shown",
            "response_days",
            "review_days",
            "reminder_days",
            "look_back_years",
            "approval_years",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role, label in ROLE_CLASSES.items():
            self.fields[f"role_{role.value}"] = forms.IntegerField(
                label=_("At least so many: %(role)s") % {"role": label},
                min_value=0,
                max_value=50,
                required=False,
                initial=(self.instance.composition or {}).get(role.value, 0),
            )
        first = [name for name in self.fields if name.startswith("role_")]
        self.order_fields(["name", "seats", "quorum", *first])

    def clean_name(self) -> str:
        """Return the name; a new rule does not take that of another, whose version it is not."""
        name: str = self.cleaned_data["name"]
        others = ReviewRule.objects.filter(name=name, version=self.instance.version)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                _("Another rule has this name; copy that one for its next version."), code="taken"
            )
        return name

    def clean(self) -> dict[str, Any]:
        """Return the fields; the roles fit the seats and become the composition."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        composition = {
            role.value: int(least)
            for role in ROLE_CLASSES
            if (least := given.get(f"role_{role.value}"))
        }
        seats = given.get("seats")
        if seats and sum(composition.values()) > seats:
            self.add_error(
                "seats",
                _("The roles need %(needed)s seats.") % {"needed": sum(composition.values())},
            )
        self.instance.composition = composition
        return given
