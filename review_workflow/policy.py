"""The rule of a panel: from criteria and reviews to an outcome and the sentence that explains it.

Pure: the same votes in any order give the same answer, and nothing is read but the arguments.

A review that abstains counts neither for the quorum nor for anything else. Below the quorum, and
on a tie, the rule has no outcome and the chair decides. Approve and approve with conditions count
together; one review that asks for conditions makes the approval one with conditions.
Recommendations stand in the order approve, revise, decline; the majority is the one in the middle.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .enums import CriterionKind, DecisionRule, Outcome, Recommendation

_SIDES = (Outcome.APPROVE, Outcome.REVISE_AND_RESUBMIT, Outcome.DECLINE)
"""What recommendations amount to, from the best to the worst."""
_SIDE_OF = {
    Recommendation.APPROVE: 0,
    Recommendation.APPROVE_WITH_CONDITIONS: 0,
    Recommendation.REVISE_AND_RESUBMIT: 1,
    Recommendation.DECLINE: 2,
}
_CHAIR_DECIDES = "The rule has no outcome; the chair decides."


@dataclass(frozen=True, slots=True)
class Rule:
    """The part of a rule that turns reviews into an outcome."""

    quorum: int
    decision_rule: DecisionRule = DecisionRule.WEIGHTED_THRESHOLD
    threshold_percent: int = 85
    essential_veto: bool = True

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, Any]) -> "Rule":
        """Return the rule that a round froze."""
        return cls(
            quorum=int(snapshot["quorum"]),
            decision_rule=DecisionRule(snapshot["decision_rule"]),
            threshold_percent=int(snapshot["threshold_percent"]),
            essential_veto=bool(snapshot["essential_veto"]),
        )


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One criterion as the rule sees it; `met` holds the levels that count as met."""

    id: int
    code: str
    is_essential: bool
    weight: int
    top: int
    met: frozenset[int]

    @classmethod
    def from_snapshot(cls, edition: Mapping[str, Any]) -> "tuple[CriterionView, ...]":
        """Return the criteria of an edition that a round froze, in its order."""
        return tuple(
            cls(
                id=each["id"],
                code=each["code"],
                is_essential=each["kind"] == CriterionKind.ESSENTIAL,
                weight=each["weight"],
                top=max((level["value"] for level in each["levels"]), default=0),
                met=frozenset(level["value"] for level in each["levels"] if level["is_met"]),
            )
            for domain in edition["domains"]
            for each in domain["criteria"]
        )


@dataclass(frozen=True, slots=True)
class Vote:
    """One filed review: what it recommends and, by key of the criterion, the level it gave.

    A criterion that does not apply in the eyes of the reviewer has None, or is left out.
    """

    recommendation: Recommendation
    levels: Mapping[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says, why, and the figures behind it as plain JSON.

    `outcome` is None below the quorum and on a tie: the chair decides.
    """

    outcome: Outcome | None
    sentence: str
    tally: dict[str, Any]


def decide(rule: Rule, criteria: Sequence[CriterionView], votes: Iterable[Vote]) -> Verdict:
    """Return the verdict of `rule` on the filed reviews; their order never matters."""
    filed = list(votes)
    counted = [vote for vote in filed if vote.recommendation is not Recommendation.ABSTAIN]
    count = _Count(rule, criteria, counted, abstained=len(filed) - len(counted))
    outcome, sentence = count.verdict()
    return Verdict(outcome, sentence, count.tally())


def applies(condition: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Return whether a criterion applies to a page of which `facts` hold.

    `condition` names, for each fact, the value or the values of which the page must have one.
    """
    return all(_values(wanted) & _values(facts.get(fact)) for fact, wanted in condition.items())


def _values(given: Any) -> set[str]:
    each = given if isinstance(given, list | tuple | set | frozenset) else [given]
    return {str(value) for value in each if value is not None}


class _Count:
    """One counting of reviews, from which outcome, sentence and figures are read."""

    def __init__(
        self,
        rule: Rule,
        criteria: Sequence[CriterionView],
        counted: Sequence[Vote],
        *,
        abstained: int,
    ) -> None:
        self.rule, self.abstained, self.number = rule, abstained, len(counted)
        self.given = Counter(vote.recommendation for vote in counted)
        self.sides = sorted(_SIDE_OF[vote.recommendation] for vote in counted)
        self.approving = self.sides.count(0)
        self.conditional = self.given[Recommendation.APPROVE_WITH_CONDITIONS]
        self.points = self.possible = 0
        self.essential: dict[str, tuple[int, int]] = {}
        """By code: how many rated the criterion met, and how many rated it at all."""
        for criterion in criteria:
            levels = [
                level for vote in counted if (level := vote.levels.get(criterion.id)) is not None
            ]
            self.points += criterion.weight * sum(levels)
            self.possible += criterion.weight * criterion.top * len(levels)
            if criterion.is_essential:
                met = sum(level in criterion.met for level in levels)
                self.essential[criterion.code] = met, len(levels)

    @property
    def vetoed(self) -> list[str]:
        """The essential criteria that no majority of their raters finds met."""
        if not self.rule.essential_veto:
            return []
        return [code for code, (met, rated) in self.essential.items() if rated and met * 2 <= rated]

    @property
    def majority(self) -> int | None:
        """The side in the middle of all; None where the two in the middle differ."""
        low, high = self.sides[(self.number - 1) // 2], self.sides[self.number // 2]
        return low if low == high else None

    def verdict(self) -> tuple[Outcome | None, str]:
        """Return the outcome and the sentence that names what decided."""
        if self.number < self.rule.quorum or not self.number:
            return None, self._below_quorum()
        outcome, sentence = {
            DecisionRule.MAJORITY: self._by_majority,
            DecisionRule.UNANIMOUS: self._by_unanimity,
            DecisionRule.WEIGHTED_THRESHOLD: self._by_points,
        }[self.rule.decision_rule]()
        if outcome is Outcome.APPROVE and self.vetoed:
            turned_down = self._turned_down()
            also = f" {self._split()}" if turned_down is Outcome.DECLINE else ""
            return turned_down, self._veto() + also
        if outcome is Outcome.APPROVE and self.conditional:
            outcome = Outcome.APPROVE_WITH_CONDITIONS
            sentence += f" {_reviews(self.conditional, 'asks', 'ask')} for conditions."
        return outcome, sentence

    def _by_majority(self) -> tuple[Outcome | None, str]:
        if self.majority is None:
            return None, f"{self._split()} That is a tie. {_CHAIR_DECIDES}"
        return _SIDES[self.majority], f"{self._split()} The rule follows the majority."

    def _by_unanimity(self) -> tuple[Outcome | None, str]:
        if self.approving == self.number:
            return Outcome.APPROVE, f"{self._split()} The rule needs all of them."
        sentence = f"{self._split()} The rule needs all of them to recommend approval."
        return self._turned_down(), sentence

    def _by_points(self) -> tuple[Outcome | None, str]:
        threshold = self.rule.threshold_percent
        if not self.possible:
            return None, f"No criterion was rated with points. {_CHAIR_DECIDES}"
        earned = (
            f"The reviews give {self.points} of {self.possible} possible points"
            f" ({self._percent()} %); the rule needs {threshold} %"
        )
        if self.points * 100 < threshold * self.possible:
            facts = [self._veto()] if self.vetoed else []
            return self._turned_down(), " ".join([*facts, f"{earned}.", self._split()])
        if self.majority == 0 or self.vetoed:
            return Outcome.APPROVE, f"{earned}. {self._split()}"
        without = "That is a tie." if self.majority is None else "Most do not recommend approval."
        return None, f"{earned}. {self._split()} {without} {_CHAIR_DECIDES}"

    def _turned_down(self) -> Outcome:
        """Return decline where most reviews recommend it, else revise and resubmit."""
        declining = self.sides.count(_SIDES.index(Outcome.DECLINE))
        return Outcome.DECLINE if declining * 2 > self.number else Outcome.REVISE_AND_RESUBMIT

    def _below_quorum(self) -> str:
        abstained = f" ({_reviews(self.abstained, 'abstains', 'abstain')})" * bool(self.abstained)
        return (
            f"{_reviews(self.number, 'counts', 'count')}{abstained};"
            f" the rule needs {self.rule.quorum}. {_CHAIR_DECIDES}"
        )

    def _split(self) -> str:
        """Say how many reviews recommend what."""
        verb = "recommends" if self.approving == 1 else "recommend"
        rest = [
            f"{self.given[recommendation]} {word}"
            for recommendation, word in (
                (Recommendation.REVISE_AND_RESUBMIT, "to revise and resubmit"),
                (Recommendation.DECLINE, "to decline"),
            )
            if self.given[recommendation]
        ]
        noun = "review" if self.number == 1 else "reviews"
        first = f"{self.approving} of {self.number} {noun} {verb} approval"
        return ", ".join([first, *rest]) + "."

    def _veto(self) -> str:
        parts = [
            f"{rated - met} of {_people(rated)} rated the essential criterion {code} not met"
            for code, (met, rated) in self.essential.items()
            if code in self.vetoed
        ]
        return f"{', '.join(parts)}; the rule needs every essential criterion met by a majority."

    def _percent(self) -> str:
        """Return the share of the points with one decimal, never rounded up."""
        tenths = self.points * 1000 // self.possible
        return f"{tenths // 10}.{tenths % 10}"

    def tally(self) -> dict[str, Any]:
        """Return the figures as plain JSON."""
        return {
            "filed": self.number + self.abstained,
            "counted": self.number,
            "abstained": self.abstained,
            "quorum": self.rule.quorum,
            "recommendations": {
                recommendation.value: self.given[recommendation] for recommendation in _SIDE_OF
            },
            "points": self.points,
            "possible": self.possible,
            "threshold_percent": self.rule.threshold_percent,
            "essential": {
                code: {"met": met, "rated": rated} for code, (met, rated) in self.essential.items()
            },
            "vetoed": self.vetoed,
        }


def _reviews(number: int, one: str, more: str) -> str:
    return f"{number} review {one}" if number == 1 else f"{number} reviews {more}"


def _people(number: int) -> str:
    return f"{number} reviewer" if number == 1 else f"{number} reviewers"
