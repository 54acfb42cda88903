"""Reads of the standards: an edition with its parts, what it lacks, how two editions differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import WorkflowTask

from review_workflow.enums import (
    BlindMode,
    DecisionRule,
    EditionState,
    RoleClass,
    SelfAssessmentShown,
)
from review_workflow.models import (
    Criterion,
    Domain,
    MultiReviewerApprovalTask,
    RatingLevel,
    ReviewRule,
    StandardsEdition,
)
from review_workflow.models.labels import CRITERION_KINDS, ROLE_CLASSES

LEAST_LEVELS = 2
COMPARED = (
    "domain",
    "code",
    "title",
    "text",
    "rationale",
    "evidence_expected",
    "kind",
    "weight",
    "applies_when",
    "levels",
)
"""What of a criterion is compared between editions, in the order of a form."""
_SELF_ASSESSMENT = {
    SelfAssessmentShown.AFTER_OWN_REVIEW: gettext_lazy(
        "A reviewer reads the provider's self-assessment once the own review is filed; it does not"
        " count."
    ),
    SelfAssessmentShown.FROM_THE_START: gettext_lazy(
        "A reviewer reads the provider's self-assessment while reviewing; it does not count."
    ),
    SelfAssessmentShown.NEVER: gettext_lazy(
        "Reviewers do not read the provider's self-assessment; it does not count."
    ),
}


def edition_in_force() -> StandardsEdition | None:
    """Return the edition that new reviews are held against, or None."""
    return StandardsEdition.objects.filter(state=EditionState.IN_FORCE.value).first()


def earlier_editions() -> "QuerySet[StandardsEdition]":
    """Return the superseded editions, the latest first."""
    return StandardsEdition.objects.filter(state=EditionState.SUPERSEDED.value).order_by(
        "-effective_on", "-pk"
    )


def domains_of(edition: StandardsEdition) -> "QuerySet[Domain]":
    """Return the edition's domains with criteria and levels in order; three statements."""
    criteria = Criterion.objects.order_by("order", "code").prefetch_related(
        Prefetch("levels", RatingLevel.objects.order_by("value"))
    )
    return edition.domains.order_by("order", "code").prefetch_related(
        Prefetch("criteria", criteria)
    )


def rule_in_use() -> ReviewRule | None:
    """Return the rule of the first active panel task that an active workflow asks, or None."""
    task = (
        MultiReviewerApprovalTask.objects.filter(
            active=True,
            pk__in=WorkflowTask.objects.filter(workflow__active=True).values("task"),
        )
        .select_related("rule")
        .order_by("pk")
        .first()
    )
    return task.rule if task else None


def edition_faults(edition: StandardsEdition) -> list[str]:
    """Return, in words, what keeps the edition from coming into force; empty when nothing does."""
    domains = list(domains_of(edition))
    faults = [] if domains else [_("The edition has no domain.")]
    faults += [
        _("Domain %(domain)s has no criterion.") % {"domain": domain}
        for domain in domains
        if not domain.criteria.all()
    ]
    criteria = [criterion for domain in domains for criterion in domain.criteria.all()]
    for criterion in criteria:
        faults += _criterion_faults(criterion)
    if criteria and not any(criterion.is_essential for criterion in criteria):
        faults.append(_("No criterion is essential."))
    faults += _repeated(criteria)
    return faults


def _criterion_faults(criterion: Criterion) -> Iterator[str]:
    levels = list(criterion.levels.all())
    if len(levels) < LEAST_LEVELS:
        yield _("Criterion %(criterion)s needs two rating levels or more.") % {
            "criterion": criterion
        }
        return
    for level in levels:
        if not level.descriptor.strip():
            yield _("Level %(level)s of criterion %(criterion)s is not described.") % {
                "level": level,
                "criterion": criterion,
            }
    if not any(level.is_met for level in levels):
        yield _("No level of criterion %(criterion)s counts as met.") % {"criterion": criterion}
    elif levels[0].is_met:
        yield _("The lowest level of criterion %(criterion)s counts as met.") % {
            "criterion": criterion
        }
    elif not all(level.is_met for level in levels[[lv.is_met for lv in levels].index(True) :]):
        yield _("A level of criterion %(criterion)s above a met one does not count as met.") % {
            "criterion": criterion
        }


def _repeated(criteria: list[Criterion]) -> Iterator[str]:
    seen: set[str] = set()
    for criterion in criteria:
        if criterion.code in seen:
            yield _("Two criteria have the code %(code)s.") % {"code": criterion.code}
        seen.add(criterion.code)


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field of a criterion before and after, in words."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedCriterion:
    """A criterion of both editions whose content differs."""

    old: Criterion
    new: Criterion
    fields: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class EditionDifference:
    """What changed from one edition to another; criteria are matched by lineage."""

    added: tuple[Criterion, ...]
    removed: tuple[Criterion, ...]
    changed: tuple[ChangedCriterion, ...]
    unchanged: int


def edition_difference(old: StandardsEdition, new: StandardsEdition) -> EditionDifference:
    """Return how `new` differs from `old`, each part in the order of its edition."""
    before, after = _by_lineage(old), _by_lineage(new)
    shared = [(before[lineage], after[lineage]) for lineage in after if lineage in before]
    changed = [
        ChangedCriterion(was, now, fields)
        for was, now in shared
        if (fields := tuple(_field_differences(was, now)))
    ]
    return EditionDifference(
        added=tuple(found for lineage, found in after.items() if lineage not in before),
        removed=tuple(found for lineage, found in before.items() if lineage not in after),
        changed=tuple(changed),
        unchanged=len(shared) - len(changed),
    )


def _by_lineage(edition: StandardsEdition) -> dict[UUID, Criterion]:
    found = {}
    for domain in domains_of(edition):
        for criterion in domain.criteria.all():
            criterion.domain = domain  # prefetched rows do not know their parent's content
            found[criterion.lineage] = criterion
    return found


def _field_differences(old: Criterion, new: Criterion) -> Iterator[FieldDifference]:
    for name in COMPARED:
        before, after = _in_words(old, name), _in_words(new, name)
        if before != after:
            yield FieldDifference(name, _label(name), before, after)


def _label(name: str) -> str:
    if name == "levels":
        return _("rating levels")
    field: Any = Criterion._meta.get_field(name)
    return str(field.verbose_name)


def _in_words(criterion: Criterion, name: str) -> str:
    value: Any = getattr(criterion, name)
    if name == "levels":
        return "\n".join(
            f"{level.value} {level.label}{_(' (met)') if level.is_met else ''}: {level.descriptor}"
            for level in criterion.levels.all()
        )
    if name == "kind":
        return str(CRITERION_KINDS[value])
    if name == "applies_when":
        return "\n".join(condition_lines(value)) or _("always")
    return str(value)


def condition_lines(applies_when: dict[str, Any]) -> list[str]:
    """Return a condition as lines `fact: value, value`, as the form takes them."""
    return [
        f"{fact}: {', '.join(wanted) if isinstance(wanted, list) else wanted}"
        for fact, wanted in applies_when.items()
    ]


def rule_in_words(rule: ReviewRule) -> list[str]:
    """Return, in sentences for the public, how a panel under `rule` is made up and decides."""
    sentences = [
        ngettext(
            "%(seats)s reviewer sits on a panel; without %(quorum)s filed review there is no"
            " outcome.",
            "%(seats)s reviewers sit on a panel; below %(quorum)s filed reviews there is no"
            " outcome.",
            rule.seats,
        )
        % {"seats": rule.seats, "quorum": rule.quorum}
    ]
    if rule.composition:
        roles = ", ".join(
            f"{ROLE_CLASSES[RoleClass(role)]} ({least})" for role, least in rule.composition.items()
        )
        sentences.append(_("Among them, at least: %(roles)s.") % {"roles": roles})
    if rule.distinct_organisations:
        sentences.append(_("No two reviewers come from one organization."))
    sentences.append(_decision_sentence(rule))
    if rule.essential_veto:
        sentences.append(
            _(
                "Each essential criterion must be met in the eyes of a majority of the reviewers;"
                " one that is not keeps the curriculum from being approved."
            )
        )
    sentences += [
        _(
            "Where the rule yields no outcome, or a tie, the chair decides. Whatever the rule says,"
            " a chair who departs from it gives written reasons, which are kept."
        ),
        _(
            "A reviewer answers an invitation within %(response)s days and files a review within"
            " %(review)s days of accepting it."
        )
        % {"response": rule.response_days, "review": rule.review_days},
        ngettext(
            "An approval lasts %(years)s year.",
            "An approval lasts %(years)s years.",
            rule.approval_years,
        )
        % {"years": rule.approval_years},
    ]
    if rule.blind_mode == BlindMode.ANONYMOUS_TO_PROVIDER:
        sentences.append(_("The provider does not learn the reviewers' names."))
    sentences.append(str(_SELF_ASSESSMENT[SelfAssessmentShown(rule.self_assessment_shown)]))
    return sentences


def _decision_sentence(rule: ReviewRule) -> str:
    if rule.decision_rule == DecisionRule.UNANIMOUS:
        return _("The panel's recommendations must agree.")
    if rule.decision_rule == DecisionRule.MAJORITY:
        return _("What more than half of the reviewers recommend decides.")
    return _(
        "The reviewers' points are added up by the weight of each criterion; a curriculum needs"
        " %(percent)s%% of the points that are possible."
    ) % {"percent": rule.threshold_percent}
