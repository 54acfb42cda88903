"""The step “Self-assessment”: the criteria that reviewers rate, rated by the provider itself.

What was typed under an earlier edition of the standards stands under the same criterion of the one
in force, as long as that has it: a criterion keeps its lineage.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from review_workflow.models import Criterion, Domain
from review_workflow.parsing import NOT_APPLICABLE
from review_workflow.policy import applies
from review_workflow.reviewing import MAX_NOTE, MAX_PLACE

from .base import StepForm, Texts, as_data
from .fields import AreaField, text
from .vocabulary import Words

_NAME = re.compile(r"c([1-9][0-9]{0,17})-(level|note|place)")


@dataclass(frozen=True, slots=True)
class CriterionFields:
    """One criterion: what it asks, what each answer means, and the fields.

    `is_doubtful` tells that it does not apply to what was typed in other steps, yet was answered.
    """

    criterion: Criterion
    level: forms.BoundField
    options: Sequence[tuple[Any, str]]
    note: forms.BoundField
    place: forms.BoundField
    is_doubtful: bool


class SelfAssessmentForm(StepForm):
    """A rating, a note and a place in the material for each criterion of the edition in force.

    Every field may stay empty. `facts` are those of the curriculum, as far as they are known
    (`review_facts()` of its page): criteria that do not apply under them are not asked.
    """

    def __init__(self, data: Any = None, *, words: Words | None = None) -> None:
        shared = words or Words()
        self.domains: list[Domain] = shared.standards
        self.facts: Mapping[str, Any] = {}
        super().__init__(None if data is None else as_data(self.under_own_names(_lists(data))))
        for criterion in self._criteria():
            self._add(criterion)

    def under_own_names(self, sent: Texts) -> Texts:
        """Return what was sent with the names that its criteria have in the edition in force.

        What is named by them already stays as it is; what no criterion continues is left out.
        """
        own = {criterion.pk: criterion for criterion in self._criteria()}
        earlier = {key for name in sent if (key := criterion_of(name)) and key not in own}
        if not earlier:
            return sent
        by_lineage = {criterion.lineage: criterion for criterion in own.values()}
        rows = Criterion.objects.filter(pk__in=earlier).values_list("pk", "lineage")
        follows = {key: by_lineage[lineage] for key, lineage in rows if lineage in by_lineage}
        kept = {name: texts for name, texts in sent.items() if criterion_of(name) not in earlier}
        for name, texts in sent.items():
            now, part = follows.get(criterion_of(name) or 0), name.rpartition("-")[2]
            if now is not None and (part != "level" or _has_level(now, texts)):
                kept.setdefault(f"c{now.pk}-{part}", texts)
        return kept

    @property
    def groups(self) -> list[tuple[Domain, list[CriterionFields]]]:
        """The criteria that are asked, by domain."""
        asked = [
            (domain, [self._fields(each) for each in domain.criteria.all() if self._is_asked(each)])
            for domain in self.domains
        ]
        return [(domain, criteria) for domain, criteria in asked if criteria]

    @property
    def skipped(self) -> list[Criterion]:
        """The criteria that are not asked."""
        return [each for each in self._criteria() if not self._is_asked(each)]

    def _criteria(self) -> Iterator[Criterion]:
        for domain in self.domains:
            yield from domain.criteria.all()

    def _add(self, criterion: Criterion) -> None:
        named = {"code": criterion.code, "title": criterion.title}
        self.fields[f"c{criterion.pk}-level"] = forms.ChoiceField(
            label=_("%(code)s %(title)s, rating") % named,
            required=False,
            choices=[(value, label) for value, label, _meaning in _answers(criterion)],
            widget=forms.RadioSelect(attrs={"class": "usa-radio__input usa-radio__input--tile"}),
        )
        self.fields[f"c{criterion.pk}-note"] = AreaField(
            label=_("%(code)s %(title)s, why") % named,
            required=False,
            rows=3,
            max_length=MAX_NOTE,
        )
        self.fields[f"c{criterion.pk}-place"] = text(
            _("%(code)s %(title)s, where in the material") % named, MAX_PLACE
        )

    def _fields(self, criterion: Criterion) -> CriterionFields:
        level = self[f"c{criterion.pk}-level"]
        meanings = [meaning for _value, _label, meaning in _answers(criterion)]
        return CriterionFields(
            criterion=criterion,
            level=level,
            options=list(zip(level, meanings, strict=True)),
            note=self[f"c{criterion.pk}-note"],
            place=self[f"c{criterion.pk}-place"],
            is_doubtful=not self._may_apply(criterion),
        )

    def _is_asked(self, criterion: Criterion) -> bool:
        # What was answered already is never hidden: a save would throw it away.
        return self._may_apply(criterion) or self._is_answered(criterion)

    def _may_apply(self, criterion: Criterion) -> bool:
        known = {
            fact: wanted
            for fact, wanted in criterion.applies_when.items()
            if self.facts.get(fact) not in (None, "", [])
        }
        return applies(known, self.facts)

    def _is_answered(self, criterion: Criterion) -> bool:
        return self.is_bound and any(
            given.strip()
            for part in ("level", "note", "place")
            for given in self.texts(f"c{criterion.pk}-{part}")
        )


def criterion_of(name: str) -> int | None:
    """Return the key of the criterion that a field of this step belongs to, or None."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def label_of_text(name: str) -> str:
    """Return what a field for free text of this step is called, without looking anything up."""
    found = _NAME.fullmatch(name)
    labels = {"note": _("Why"), "place": _("Where in the material")}
    return labels.get(found[2], "") if found else ""


def _answers(criterion: Criterion) -> list[tuple[str, str, str]]:
    """Return value, label and meaning of each answer, “not rated” in front."""
    levels = [
        (str(level.value), f"{level.value} · {level.label}", level.descriptor)
        for level in criterion.levels.all()
    ]
    return [
        ("", _("Not rated yet"), ""),
        *levels,
        (NOT_APPLICABLE, _("Does not apply"), _("Say why, below.")),
    ]


def _has_level(criterion: Criterion, texts: Sequence[str]) -> bool:
    values = {value for value, _label, _meaning in _answers(criterion)}
    return all(each in values for each in texts)


def _lists(data: Any) -> dict[str, list[str]]:
    if hasattr(data, "lists"):
        return dict(data.lists())
    return {name: [each] if isinstance(each, str) else list(each) for name, each in data.items()}
