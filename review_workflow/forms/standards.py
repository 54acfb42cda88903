"""Forms of the standards: an edition, its domains, its criteria with their rating levels."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import inlineformset_factory
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput

from review_workflow.models import Criterion, Domain, RatingLevel, StandardsEdition
from review_workflow.selectors.standards import condition_lines

_FACT = re.compile(r"[a-z_]{1,40}")
_VALUE = re.compile(r"[A-Za-z0-9_-]{1,80}")


class ConditionField(forms.CharField):
    """A condition on facts of the page, one a line: `modality: in-person, blended`."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """Return the lines of a condition; what was typed stays as it was typed."""
        return "\n".join(condition_lines(value)) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        """Return the condition; raises ValidationError that quotes a line it cannot read."""
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        condition: dict[str, list[str]] = {}
        for line in filter(None, lines):
            fact, _colon, values = line.partition(":")
            wanted = [each.strip() for each in values.split(",") if each.strip()]
            fact = fact.strip()
            if (
                not _FACT.fullmatch(fact)
                or fact in condition
                or not wanted
                or not all(_VALUE.fullmatch(each) for each in wanted)
            ):
                raise ValidationError(
                    _("“%(line)s” is no condition; write one a line, such as modality: in-person.")
                    % {"line": line},
                    code="condition",
                )
            condition[fact] = wanted
        return condition

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the condition differs; spaces do not count."""
        try:
            return bool((initial or {}) != self.to_python(data))
        except ValidationError:
            return True


class EditionForm(WagtailAdminModelForm):
    """The particulars of a draft."""

    class Meta:
        model = StandardsEdition
        fields = ("label", "title", "introduction", "source_citation")


class DomainForm(WagtailAdminModelForm):
    """One domain of a draft."""

    class Meta:
        model = Domain
        fields = ("code", "title", "description", "order")
        widgets: ClassVar = {"description": AdminAutoHeightTextInput}

    def clean_code(self) -> str:
        """Return the code; no other domain of the edition has it."""
        code: str = self.cleaned_data["code"]
        others = self.instance.edition.domains.exclude(pk=self.instance.pk)
        if others.filter(code=code).exists():
            raise ValidationError(_("Another domain of this edition has this code."), code="taken")
        return code


class CriterionForm(WagtailAdminModelForm):
    """One criterion of a draft; its rating levels are a formset beside it."""

    applies_when = ConditionField(
        label=gettext_lazy("Applies when"),
        required=False,
        help_text=gettext_lazy(
            "Empty: always. Else one fact a line with the values under which the criterion"
            " applies, such as modality: in-person, blended."
        ),
    )

    class Meta:
        model = Criterion
        fields = (
            "domain",
            "code",
            "title",
            "text",
            "rationale",
            "evidence_expected",
            "kind",
            "weight",
            "applies_when",
            "order",
        )
        widgets: ClassVar = dict.fromkeys(
            ("text", "rationale", "evidence_expected"), AdminAutoHeightTextInput
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition = self.instance.domain.edition
        field: Any = self.fields["domain"]
        field.queryset = edition.domains.order_by("order", "code")
        field.empty_label = None
        self.edition = edition

    def clean_code(self) -> str:
        """Return the code; reviews name criteria by it, so no other of the edition has it."""
        code: str = self.cleaned_data["code"]
        others = Criterion.objects.filter(domain__edition=self.edition)
        if others.filter(code=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(
                _("Another criterion of this edition has this code."), code="taken"
            )
        return code


LevelFormSet = inlineformset_factory(
    Criterion,
    RatingLevel,
    fields=("value", "label", "descriptor", "is_met"),
    widgets={"descriptor": AdminAutoHeightTextInput},
    extra=3,
    max_num=10,
    validate_max=True,
)
"""The levels of a criterion with three empty rows, so that levels can be added without scripts."""


class CopyEditionForm(forms.Form):
    """What a copy is to be called."""

    label = forms.CharField(
        label=gettext_lazy("Label of the copy"),
        max_length=60,
        help_text=gettext_lazy("Such as 2027.1; never used twice."),
    )


class PutInForceForm(forms.Form):
    """From when a draft is in force, and that this is meant."""

    effective_on = forms.DateField(
        label=gettext_lazy("In force from"), widget=AdminDateInput, initial=timezone.localdate
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("I compared this draft with the edition in force"),
        help_text=gettext_lazy("An edition in force can never be changed again."),
    )


class DifferenceForm(forms.Form):
    """Two editions to compare."""

    old = forms.ModelChoiceField(
        label=gettext_lazy("From"), queryset=StandardsEdition.objects.all()
    )
    new = forms.ModelChoiceField(label=gettext_lazy("To"), queryset=StandardsEdition.objects.all())
