"""Deciding a round, in two steps: what is decided, then the letter as it goes out.

Nothing is kept between the steps: the second page carries what the first one said, and both check
it whole.
"""

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from review_workflow.enums import APPROVING, Outcome
from review_workflow.forms.decision import (
    MAX_CONDITIONS,
    BaseConditionFormSet,
    DecisionForm,
    LetterForm,
    condition_formset,
)
from review_workflow.models import Decision
from review_workflow.models.approval import canonical_json
from review_workflow.models.labels import OUTCOMES
from review_workflow.selectors.matrix import criteria_of, ratings_matrix
from review_workflow.selectors.reviews import ReadReview, reviews_for
from review_workflow.selectors.verdicts import verdict_of
from review_workflow.services.decisions import ConditionSpec, decide
from review_workflow.services.letters import (
    LetterCondition,
    Redactor,
    is_anonymous,
    letter_for,
    provider_contact,
    reviewers_redactor,
)

from .case import OneCaseView

BLANK_ROWS = 2
PREFIX = "conditions"


class DecideView(OneCaseView):
    """The chair decides; `step` of a POST is preview, change, more or confirm."""

    template_name = "review_workflow/admin/case/decide.html"
    page_title = gettext_lazy("Decide")

    @property
    def round_number(self) -> None:
        """Always the last round: only that one can be decided."""
        return

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever does not chair the round; lead back where it is decided."""
        if self.access.is_chair and self._standing_decision() is not None:
            messages.info(request, _("This round is decided; nothing was changed."))
            return redirect(self.case_url)
        if not self.access.can_decide:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def _standing_decision(self) -> Decision | None:
        return Decision.objects.filter(round=self.round, is_superseded=False).first()

    @cached_property
    def reviews(self) -> list[ReadReview]:
        """The filed reviews as the chair reads them."""
        return reviews_for(self.access, self.round)

    @cached_property
    def verdict(self) -> Any:
        """What the rule says."""
        return verdict_of(self.round)

    @cached_property
    def seen(self) -> str:
        """A digest of all that the chair judges by: it changes with every filing and amending."""
        said = [
            [each.assignment.pk, each.recommendation, str(each.review.amended_at)]
            for each in self.reviews
        ]
        content = canonical_json([self.verdict.sentence, said])
        return hashlib.sha256(content.encode()).hexdigest()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the forms of the first step, where the second did not give its own."""
        form = kwargs.pop("form", None) or self._form()
        conditions = kwargs.pop("conditions", None) or self._conditions()
        return super().get_context_data(**kwargs) | {
            "case": self.case,
            "round": self.round,
            "verdict": self.verdict,
            "rule_outcome": OUTCOMES.get(self.verdict.outcome),
            "matrix": ratings_matrix(self.round, self.reviews),
            "form": form,
            "conditions": conditions,
            "media": form.media + conditions.media,
            "contact": provider_contact(self.round),
            "may_add_rows": conditions.total_form_count() < MAX_CONDITIONS,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go on to the letter, back to the first page, or decide."""
        step = request.POST.get("step")
        if step in {"change", "more"}:
            return self._first_page_again(request.POST, more=step == "more")
        form, conditions = self._form(request.POST), self._conditions(request.POST)
        if not self._are_valid(form, conditions):
            messages.validation_error(request, _("Nothing was decided."), form)
            self._show_as_seen(form, request.POST)
            return self.render_to_response(self.get_context_data(form=form, conditions=conditions))
        built_from = _digest(form, conditions)
        if step != "confirm" or request.POST.get("built_from") != built_from:
            if step == "confirm":
                messages.warning(request, _("The decision changed: the letter was built anew."))
            return self._preview(form, conditions, self._letter_form(form, conditions, built_from))
        letter = LetterForm(request.POST, round_=self.round)
        if letter.is_valid():
            answer = self._decide(form, conditions, letter)
            if answer is not None:
                return answer
        messages.validation_error(request, _("Nothing was decided."), letter)
        return self._preview(form, conditions, letter)

    def _form(self, data: QueryDict | None = None, **kwargs: Any) -> DecisionForm:
        return DecisionForm(
            data,
            round_=self.round,
            rule_outcome=self.verdict.outcome,
            seen=self.seen,
            **kwargs,
        )

    def _conditions(
        self,
        data: QueryDict | None = None,
        *,
        initial: list[dict[str, Any]] | None = None,
        blank: int = BLANK_ROWS,
    ) -> BaseConditionFormSet:
        return condition_formset(blank)(
            data,
            prefix=PREFIX,
            initial=None if data is not None else self._proposed() if initial is None else initial,
            form_kwargs={"criteria": criteria_of(self.round), "verifiers": self._verifiers()},
        )

    def _verifiers(self) -> list[tuple[int, str]]:
        """Return who may check evidence: the chair, then whoever filed a review."""
        return [(user.pk, str(user)) for user in self._people()]

    def _proposed(self) -> list[dict[str, Any]]:
        """Return the conditions that approving reviews ask for, as the chair may take them over."""
        anonymous = is_anonymous(self.round)
        redactor = reviewers_redactor(self.case) if anonymous else Redactor(())
        approving = {outcome.value for outcome in APPROVING}
        return [
            {"evidence_wanted": redactor.clean(each.conditions)}
            for each in self.reviews
            if each.conditions.strip() and each.recommendation in approving
        ]

    def _first_page_again(self, data: QueryDict, *, more: bool) -> HttpResponse:
        """Return the first page with what was typed, unchecked, and more empty rows on request."""
        form = self._form()
        form.initial = {name: data.get(name) for name in form.fields if name in data}
        form.initial |= {"revision": self.round.revision_id, "seen": self.seen}
        names = ("criterion", "evidence_wanted", "due_on", "verifier")
        typed = []
        for number in range(MAX_CONDITIONS):
            row = {name: data.get(f"{PREFIX}-{number}-{name}", "") for name in names}
            if row["criterion"] or row["evidence_wanted"].strip():
                typed.append(row)
        blank = BLANK_ROWS * 3 if more else BLANK_ROWS
        return self.render_to_response(
            self.get_context_data(
                form=form, conditions=self._conditions(initial=typed, blank=blank)
            )
        )

    def _are_valid(self, form: DecisionForm, conditions: BaseConditionFormSet) -> bool:
        valid = form.is_valid()
        if not conditions.is_valid():
            return False
        outcome = form.cleaned_data.get("outcome")
        fault = conditions.fault_with(outcome) if outcome else ""
        if fault:
            form.add_error(None, fault)
        return valid and not fault

    def _show_as_seen(self, form: DecisionForm, data: QueryDict) -> None:
        """Let the next sending be about what this page shows: the user has been told."""
        shown = data.copy()
        shown["revision"], shown["seen"] = str(self.round.revision_id), self.seen
        form.data = shown

    def _letter_form(
        self, form: DecisionForm, conditions: BaseConditionFormSet, built_from: str
    ) -> LetterForm:
        letter = letter_for(
            self.round,
            self.reviews,
            outcome=Outcome(form.cleaned_data["outcome"]),
            sentence=self.verdict.sentence,
            conditions=[
                LetterCondition(_key(each["criterion"]), each["evidence_wanted"], each["due_on"])
                for each in conditions.given(form.cleaned_data["outcome"])
            ],
            expires_on=form.cleaned_data["expires_on"],
        )
        return LetterForm(initial={"letter": letter, "built_from": built_from}, round_=self.round)

    def _preview(
        self, form: DecisionForm, conditions: BaseConditionFormSet, letter: LetterForm
    ) -> HttpResponse:
        self.template_name = "review_workflow/admin/case/decide_letter.html"
        outcome = Outcome(form.cleaned_data["outcome"])
        return self.render_to_response(
            self.get_context_data(
                form=form,
                conditions=conditions,
                letter=letter,
                outcome=OUTCOMES[outcome],
                is_approval=outcome in APPROVING,
                departs=outcome != self.verdict.outcome,
                given=[
                    (each, criteria_of(self.round).get(_key(each["criterion"]) or 0))
                    for each in conditions.given(outcome.value)
                ],
                left_aside=conditions.left_aside(outcome.value),
            )
        )

    def _decide(
        self, form: DecisionForm, conditions: BaseConditionFormSet, letter: LetterForm
    ) -> HttpResponse | None:
        """Decide and lead to the case; None where the service found a fault, which is shown."""
        given = form.cleaned_data
        people = {user.pk: user for user in self._people()}
        try:
            decide(
                round_id=self.round.pk,
                outcome=Outcome(given["outcome"]),
                actor=self.request.user,
                revision_id=given["revision"],
                override_reason=given["override_reason"],
                conditions=[
                    ConditionSpec(
                        criterion_id=_key(each["criterion"]),
                        evidence_wanted=each["evidence_wanted"],
                        due_on=each["due_on"],
                        verifier=people[int(each["verifier"])],
                    )
                    for each in conditions.given(given["outcome"])
                ],
                letter=letter.cleaned_data["letter"],
                expires_on=given["expires_on"],
            )
        except ValidationError as error:
            letter.add_error(None, error.messages)
            return None
        messages.success(self.request, _("Decided. The letter goes out now."))
        return redirect(self.case_url)

    def _people(self) -> list[Any]:
        people = [self.round.chair, *(each.reviewer for each in self.reviews)]
        return [user for user in people if user is not None]


def _key(text: str) -> int | None:
    return int(text) if text else None


def _digest(form: DecisionForm, conditions: BaseConditionFormSet) -> str:
    """Return what tells whether a letter was built from this decision."""
    said = [
        form.cleaned_data["outcome"],
        str(form.cleaned_data["expires_on"]),
        form.cleaned_data["seen"],
        [
            [str(value) for value in each.values()]
            for each in conditions.given(form.cleaned_data["outcome"])
        ],
    ]
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()
