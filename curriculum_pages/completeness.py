"""What a curriculum still lacks before a panel can review it: facts in, findings out. Pure.

The words of a finding and where the facts come from live with the models.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from .enums import FileRole, Visibility, YesNoUnknown

TOLERATED_MINUTES, TOLERATED_PERCENT = 15, 5
"""How far modules and claimed hours may differ: the larger of the two."""
TAUGHT_BY_PEOPLE = frozenset({"in-person", "blended", "virtual-instructor-led"})
"""Modalities in which an instructor stands before the participants."""

Params = Mapping[str, str | int]


class Severity(StrEnum):
    """What a finding means: an error keeps a curriculum from being submitted."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(StrEnum):
    """What can be lacking; kept in settings and submitted versions, so never renamed."""

    TITLE = "title"
    SUMMARY = "summary"
    PROVIDER = "provider"
    VERSION = "version"
    AUDIENCE = "audience"
    STAGE = "stage"
    MODALITY = "modality"
    TOPICS = "topics"
    OBJECTIVES = "objectives"
    MODULES = "modules"
    MODULE_MINUTES = "module-minutes"
    MODULE_TOPIC = "module-topic"
    MODULE_METHOD = "module-method"
    MODULE_OBJECTIVES = "module-objectives"
    MODULE_ASSESSMENT = "module-assessment"
    HOURS_CLAIMED = "hours-claimed"
    HOURS_DIFFER = "hours-differ"
    TOPIC_UNTAUGHT = "topic-untaught"
    TOPIC_UNNAMED = "topic-unnamed"
    PRE_TEST = "pre-test"
    POST_TEST = "post-test"
    PASS_MARK = "pass-mark"  # noqa: S105 - of a test
    FOLLOW_UP = "follow-up"
    FOLLOW_UP_MONTHS = "follow-up-months"
    SCENARIOS = "scenarios"
    CURRICULUM_FILE = "curriculum-file"
    INSTRUCTOR_GUIDE = "instructor-guide"
    FILES_HIDDEN = "files-hidden"
    EVIDENCE = "evidence"
    INSTRUCTORS = "instructors"
    TRAIN_THE_TRAINER = "train-the-trainer"
    SUPPORTS = "supports"
    ACCESSIBILITY = "accessibility"
    LICENCE = "licence"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A core topic area: its slug, its words, and the slugs of all that it is part of."""

    slug: str
    label: str
    above: frozenset[str] = frozenset()

    def is_within(self, other: "TopicFacts") -> bool:
        """Return whether this is the other topic or a part of it."""
        return other.slug == self.slug or other.slug in self.above


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What counts of one module."""

    title: str
    minutes: int = 0
    topic: TopicFacts | None = None
    has_method: bool = False
    objectives: int = 0
    assessments: int = 0


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file is for and who may open it."""

    role: FileRole
    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What counts of a curriculum. `difference`: modules minus claim in minutes, None if unknown.

    The defaults are those of a curriculum of which nothing is known.
    """

    title: str = ""
    summary: str = ""
    has_provider: bool = False
    version_label: str = ""
    audiences: int = 0
    stages: int = 0
    modality: str | None = None
    topics: tuple[TopicFacts, ...] = ()
    objectives: int = 0
    modules: tuple[ModuleFacts, ...] = ()
    claimed_minutes: int | None = None
    difference: int | None = None
    pre_test: YesNoUnknown = YesNoUnknown.UNKNOWN
    post_test: YesNoUnknown = YesNoUnknown.UNKNOWN
    pass_mark: int | None = None
    follow_up_method: str = ""
    follow_up_months: int | None = None
    scenarios: int = 0
    files: tuple[FileFacts, ...] = ()
    studies: int = 0
    instructor_qualifications: str = ""
    train_the_trainer: YesNoUnknown = YesNoUnknown.UNKNOWN
    implementation_supports: int = 0
    accessibility_statement: str = ""
    has_licence: bool = False
    cost: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is lacking, at a field of the page; `params` are what its sentence names."""

    code: Code
    severity: Severity
    field: str
    params: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Says by `lacks` what its sentence names where something is lacking, else None."""

    severity: Severity
    field: str
    lacks: Callable[[Facts], Params | None]


def findings(
    facts: Facts, severities: Mapping[Code, Severity | None] | None = None
) -> tuple[Finding, ...]:
    """Return what is lacking, errors first, then in the order of the form.

    `severities` replaces the default of each code that it names; None switches the rule off.
    """
    given = severities or {}
    found = []
    for code, rule in RULES.items():
        severity = given.get(code, rule.severity)
        if severity is None:
            continue
        params = rule.lacks(facts)
        if params is not None:
            found.append(Finding(code, severity, rule.field, tuple(sorted(params.items()))))
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _unless(holds: Callable[[Facts], object]) -> Callable[[Facts], Params | None]:
    """Return a rule that names nothing: it lacks what does not hold."""
    return lambda facts: None if holds(facts) else {}


def _modules_without(
    holds: Callable[[ModuleFacts], object],
) -> Callable[[Facts], Params | None]:
    def lacks(facts: Facts) -> Params | None:
        return _named(module.title for module in facts.modules if not holds(module))

    return lacks


def _named(names: Iterator[str]) -> Params | None:
    listed = sorted({name.strip() or "…" for name in names})
    return {"names": "; ".join(listed), "number": len(listed)} if listed else None


def _differ(facts: Facts) -> Params | None:
    """Compare once every module states its minutes: before that, those are what is lacking."""
    if not facts.difference or not facts.claimed_minutes:
        return None
    if not all(module.minutes for module in facts.modules):
        return None
    tolerated = max(TOLERATED_MINUTES, facts.claimed_minutes * TOLERATED_PERCENT // 100)
    if abs(facts.difference) <= tolerated:
        return None
    return {
        "claimed": facts.claimed_minutes,
        "modules": facts.claimed_minutes + facts.difference,
        "tolerated": tolerated,
    }


def _untaught(facts: Facts) -> Params | None:
    """Name the areas that no module teaches, in whole or in part."""
    taught = [module.topic for module in facts.modules if module.topic]
    return _named(
        topic.label for topic in facts.topics if not any(each.is_within(topic) for each in taught)
    )


def _unnamed(facts: Facts) -> Params | None:
    """Name what modules teach outside the areas of the curriculum; nothing where it has none."""
    if not facts.topics:
        return None
    return _named(
        module.topic.label
        for module in facts.modules
        if module.topic and not any(module.topic.is_within(topic) for topic in facts.topics)
    )


def _has_file(role: FileRole) -> Callable[[Facts], object]:
    return lambda facts: any(file.role is role for file in facts.files)


def _hidden(facts: Facts) -> Params | None:
    """Count the kinds of material a review needs of which reviewers may open no file."""
    needed = (FileRole.CURRICULUM, FileRole.INSTRUCTOR_GUIDE)
    open_to = {file.role for file in facts.files if file.visibility is not Visibility.STAFF}
    hidden = [role for role in needed if _has_file(role)(facts) and role not in open_to]
    return {"number": len(hidden)} if hidden else None


def _said(text: str) -> bool:
    return bool(text.strip())


RULES: Mapping[Code, Rule] = MappingProxyType(
    {
        Code.TITLE: Rule(Severity.ERROR, "title", _unless(lambda f: _said(f.title))),
        Code.SUMMARY: Rule(Severity.ERROR, "summary", _unless(lambda f: _said(f.summary))),
        Code.PROVIDER: Rule(Severity.ERROR, "provider", _unless(lambda f: f.has_provider)),
        Code.VERSION: Rule(
            Severity.INFO, "version_label", _unless(lambda f: _said(f.version_label))
        ),
        Code.LICENCE: Rule(Severity.INFO, "licence", _unless(lambda f: f.has_licence)),
        Code.COST: Rule(Severity.INFO, "cost", _unless(lambda f: _said(f.cost))),
        Code.AUDIENCE: Rule(Severity.ERROR, "audiences", _unless(lambda f: f.audiences)),
        Code.STAGE: Rule(Severity.ERROR, "stages", _unless(lambda f: f.stages)),
        Code.MODALITY: Rule(Severity.ERROR, "modality", _unless(lambda f: f.modality)),
        Code.TOPICS: Rule(Severity.ERROR, "core_topics", _unless(lambda f: f.topics)),
        Code.TOPIC_UNTAUGHT: Rule(Severity.ERROR, "core_topics", _untaught),
        Code.TOPIC_UNNAMED: Rule(Severity.WARNING, "core_topics", _unnamed),
        Code.OBJECTIVES: Rule(Severity.ERROR, "objectives", _unless(lambda f: f.objectives)),
        Code.MODULES: Rule(Severity.ERROR, "modules", _unless(lambda f: f.modules)),
        Code.MODULE_MINUTES: Rule(Severity.ERROR, "modules", _modules_without(lambda m: m.minutes)),
        Code.MODULE_TOPIC: Rule(Severity.ERROR, "modules", _modules_without(lambda m: m.topic)),
        Code.MODULE_METHOD: Rule(
            Severity.WARNING, "modules", _modules_without(lambda m: m.has_method)
        ),
        Code.MODULE_OBJECTIVES: Rule(
            Severity.WARNING, "modules", _modules_without(lambda m: m.objectives)
        ),
        Code.MODULE_ASSESSMENT: Rule(
            Severity.INFO, "modules", _modules_without(lambda m: m.assessments)
        ),
        Code.HOURS_CLAIMED: Rule(
            Severity.INFO, "claimed_hours", _unless(lambda f: f.claimed_minutes)
        ),
        Code.HOURS_DIFFER: Rule(Severity.ERROR, "claimed_hours", _differ),
        Code.INSTRUCTORS: Rule(
            Severity.WARNING,
            "instructor_qualifications",
            _unless(
                lambda f: f.modality not in TAUGHT_BY_PEOPLE or _said(f.instructor_qualifications)
            ),
        ),
        Code.TRAIN_THE_TRAINER: Rule(
            Severity.INFO,
            "train_the_trainer",
            _unless(lambda f: f.train_the_trainer is not YesNoUnknown.UNKNOWN),
        ),
        Code.SCENARIOS: Rule(Severity.ERROR, "scenario_exercises", _unless(lambda f: f.scenarios)),
        Code.PRE_TEST: Rule(
            Severity.ERROR, "pre_test", _unless(lambda f: f.pre_test is YesNoUnknown.YES)
        ),
        Code.POST_TEST: Rule(
            Severity.ERROR, "post_test", _unless(lambda f: f.post_test is YesNoUnknown.YES)
        ),
        Code.PASS_MARK: Rule(
            Severity.WARNING,
            "pass_mark",
            _unless(lambda f: f.post_test is not YesNoUnknown.YES or f.pass_mark),
        ),
        Code.FOLLOW_UP: Rule(
            Severity.ERROR, "follow_up_method", _unless(lambda f: _said(f.follow_up_method))
        ),
        Code.FOLLOW_UP_MONTHS: Rule(
            Severity.WARNING,
            "follow_up_months",
            _unless(lambda f: not _said(f.follow_up_method) or f.follow_up_months),
        ),
        Code.EVIDENCE: Rule(Severity.WARNING, "evidence", _unless(lambda f: f.studies)),
        Code.SUPPORTS: Rule(
            Severity.INFO, "implementation_supports", _unless(lambda f: f.implementation_supports)
        ),
        Code.ACCESSIBILITY: Rule(
            Severity.INFO,
            "accessibility_statement",
            _unless(lambda f: _said(f.accessibility_statement)),
        ),
        Code.CURRICULUM_FILE: Rule(
            Severity.ERROR, "files", _unless(_has_file(FileRole.CURRICULUM))
        ),
        Code.INSTRUCTOR_GUIDE: Rule(
            Severity.ERROR, "files", _unless(_has_file(FileRole.INSTRUCTOR_GUIDE))
        ),
        Code.FILES_HIDDEN: Rule(Severity.WARNING, "files", _hidden),
    }
)
"""Every rule with its usual severity, in the order of the form.

The errors beyond what a panel needs to begin are what the statute asks of a certified curriculum:
scenario exercises, tests before and after, and an assessment on the job.
"""
DEFAULTS: Mapping[Code, Severity | None] = MappingProxyType(
    {code: rule.severity for code, rule in RULES.items()}
)
