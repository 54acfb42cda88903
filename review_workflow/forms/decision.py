"""The chair's decision: the outcome with its reason, conditions, and the letter to confirm."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from review_workflow.enums import APPROVING, Outcome
from review_workflow.models import ReviewRound
from review_workflow.models.labels import OUTCOMES
from review_workflow.services.decisions import POINTS_NEEDED, last_day
from review_workflow.services.letters import MAX_LETTER, letter_fault

DECIDABLE = (
    Outcome.APPROVE,
    Outcome.APPROVE_WITH_CONDITIONS,
    Outcome.REVISE_AND_RESUBMIT,
    Outcome.DECLINE,
    Outcome.OUT_OF_SCOPE,
)
"""What a chair can decide; a case is withdrawn by its provider."""
DAYS_FOR_EVIDENCE = 90
MAX_CONDITIONS = 60
MAX_TEXT = 20_000


class DecisionForm(forms.Form):
    """What a chair decides on a round, beside what the rule says of it.

    `revision` and `seen` carry what the chair saw: the version, and a digest of the filed reviews.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[(each.value, OUTCOMES[each]) for each in DECIDABLE],
        widget=forms.RadioSelect,
    )
    override_reason = forms.CharField(
        label=gettext_lazy("Why it departs from the rule"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=MAX_TEXT,
        help_text=gettext_lazy(
            "Needed where your decision is not the rule's, or the rule has none. It is kept on "
            "record and does not stand in the letter."
        ),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day of the approval"),
        widget=AdminDateInput,
        required=False,
        help_text=gettext_lazy("Only for an approval."),
    )

    def __init__(
        self,
        *args: Any,
        round_: ReviewRound,
        rule_outcome: Outcome | None,
        seen: str,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.round = round_
        self.rule_outcome = rule_outcome
        self.seen_now = seen
        self.fields["revision"].initial = round_.revision_id
        self.fields["seen"].initial = seen
        self.fields["outcome"].initial = rule_outcome.value if rule_outcome else None
        self.fields["expires_on"].initial = last_day(round_)

    def clean_revision(self) -> int:
        """Return the version that the chair saw; it must be the one under review."""
        revision: int = self.cleaned_data["revision"]
        if revision != self.round.revision_id:
            raise forms.ValidationError(
                _("You looked at another version than the one under review. Open the case again."),
                code="stale",
            )
        return revision

    def clean_seen(self) -> str:
        """Return the digest of what the chair saw; no review may have changed since."""
        seen: str = self.cleaned_data["seen"]
        if seen != self.seen_now:
            raise forms.ValidationError(
                _("A review was filed or amended in the meantime. Read the result below again."),
                code="stale",
            )
        return seen

    def clean_expires_on(self) -> dt.date | None:
        """Return the last day; it lies ahead."""
        expires_on: dt.date | None = self.cleaned_data["expires_on"]
        if expires_on is not None and expires_on < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return expires_on

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of an override, and for the last day of an approval."""
        cleaned: dict[str, Any] = super().clean() or {}
        outcome = cleaned.get("outcome")
        if not outcome:
            return cleaned
        departs = self.rule_outcome is None or outcome != self.rule_outcome.value
        if not departs:
            cleaned["override_reason"] = ""
        elif not cleaned.get("override_reason", "").strip() and "override_reason" in cleaned:
            self.add_error("override_reason", self._reason_wanted())
        if outcome not in {each.value for each in APPROVING}:
            cleaned["expires_on"] = None
        elif cleaned.get("expires_on") is None and "expires_on" not in self.errors:
            self.add_error("expires_on", _("Say until when the approval lasts."))
        return cleaned

    def _reason_wanted(self) -> str:
        if self.rule_outcome is None:
            return _("The rule has no outcome here: give the reason for yours.")
        return _("The rule says “%(outcome)s”: give the reason for departing from it.") % {
            "outcome": OUTCOMES[self.rule_outcome]
        }

    @property
    def stale_errors(self) -> list[str]:
        """Faults of the hidden fields, which no field on the page could show."""
        return [str(each) for name in ("revision", "seen") for each in self.errors.get(name, ())]


class ConditionForm(forms.Form):
    """One condition, or one point to answer; an empty row is left aside."""

    criterion = forms.ChoiceField(label=gettext_lazy("Criterion"), required=False)
    evidence_wanted = forms.CharField(
        label=gettext_lazy("Evidence wanted"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=MAX_TEXT,
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=AdminDateInput, required=False)
    verifier = forms.ChoiceField(label=gettext_lazy("Verifier"), required=False)

    def __init__(
        self,
        *args: Any,
        criteria: Mapping[int, Mapping[str, Any]],
        verifiers: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        criterion: Any = self.fields["criterion"]
        criterion.choices = [
            ("", _("The curriculum as a whole")),
            *((str(key), f"{each['code']} {each['title']}") for key, each in criteria.items()),
        ]
        verifier: Any = self.fields["verifier"]
        verifier.choices = [(str(key), name) for key, name in verifiers]
        verifier.initial = verifiers[0][0] if verifiers else None
        self.fields["due_on"].initial = timezone.localdate() + dt.timedelta(DAYS_FOR_EVIDENCE)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written in this row."""
        cleaned = getattr(self, "cleaned_data", {})
        return not cleaned.get("evidence_wanted", "").strip() and not cleaned.get("criterion")

    def clean(self) -> dict[str, Any]:
        """Ask for everything once anything is written."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.is_blank:
            return cleaned
        if not cleaned.get("evidence_wanted", "").strip() and "evidence_wanted" not in self.errors:
            self.add_error("evidence_wanted", _("Say what evidence is wanted."))
        due_on = cleaned.get("due_on")
        if due_on is None and "due_on" not in self.errors:
            self.add_error("due_on", _("Say until when."))
        elif due_on is not None and due_on <= timezone.localdate():
            self.add_error("due_on", _("The day must lie ahead."))
        if not cleaned.get("verifier") and "verifier" not in self.errors:
            self.add_error("verifier", _("Say who checks the evidence."))
        return cleaned


class BaseConditionFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic at run time
    """The conditions of a decision; which outcome needs them is asked by `complain_about`."""

    def given(self, outcome: str) -> list[dict[str, Any]]:
        """Return what the rows say in which anything stands; none where the outcome takes none."""
        if outcome not in {each.value for each in POINTS_NEEDED}:
            return []
        return [form.cleaned_data for form in self.forms if not form.is_blank]

    def left_aside(self, outcome: str) -> int:
        """Return how many rows the outcome has no use for."""
        filled = sum(not form.is_blank for form in self.forms)
        return filled - len(self.given(outcome))

    def fault_with(self, outcome: str) -> str:
        """Return what is wrong with these conditions for that outcome, or an empty text."""
        if outcome in {each.value for each in POINTS_NEEDED} and not self.given(outcome):
            return _("“%(outcome)s” needs at least one condition or point to answer.") % {
                "outcome": OUTCOMES[Outcome(outcome)]
            }
        return ""


def condition_formset(extra: int) -> type[BaseConditionFormSet]:
    """Return the formset with so many empty rows at its end."""
    made: Any = forms.formset_factory(
        ConditionForm,
        formset=BaseConditionFormSet,
        extra=extra,
        max_num=MAX_CONDITIONS,
        absolute_max=MAX_CONDITIONS,
        validate_max=True,
    )
    return cast("type[BaseConditionFormSet]", made)


class LetterForm(forms.Form):
    """The letter as it will be sent; `built_from` says from which decision it was built."""

    letter = forms.CharField(
        label=gettext_lazy("Letter to the provider"),
        widget=forms.Textarea(attrs={"rows": 30, "class": "case-letter"}),
        max_length=MAX_LETTER,
        strip=False,
        help_text=gettext_lazy("Plain text. What you confirm is sent as it stands, and kept."),
    )
    built_from = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, round_: ReviewRound, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.round = round_

    def clean_letter(self) -> str:
        """Return the letter; it names no reviewer where they are anonymous to the provider."""
        letter: str = self.cleaned_data["letter"].replace("\r\n", "\n")
        if not letter.strip():
            raise forms.ValidationError(_("The letter is empty."))
        fault = letter_fault(self.round, letter)
        if fault:
            raise forms.ValidationError(fault, code="names")
        return letter
