"""What a curriculum lacks: each rule, what answers it, and what must not matter."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum_pages.completeness import (
    DEFAULTS,
    Code,
    Facts,
    FileFacts,
    Finding,
    ModuleFacts,
    Severity,
    TopicFacts,
    findings,
)
from curriculum_pages.enums import FileRole, Visibility, YesNoUnknown

TALK = TopicFacts("communication-skills", "Communication skills")
LISTEN = TopicFacts("active-listening", "Active listening", frozenset({TALK.slug}))
TACTICS = TopicFacts("tactical-skills", "Tactical skills")
COMPLETE = Facts(
    title="Calm calls",
    summary="A course.",
    has_provider=True,
    version_label="1.0",
    audiences=1,
    stages=1,
    modality="in-person",
    topics=(TALK,),
    objectives=1,
    modules=(ModuleFacts("Listening", 240, LISTEN, True, 1, 1),),
    claimed_minutes=240,
    difference=0,
    pre_test=YesNoUnknown.YES,
    post_test=YesNoUnknown.YES,
    pass_mark=80,
    follow_up_method="Supervisors score two contacts.",
    follow_up_months=6,
    scenarios=1,
    files=(
        FileFacts(FileRole.CURRICULUM, Visibility.REVIEWERS),
        FileFacts(FileRole.INSTRUCTOR_GUIDE, Visibility.PUBLIC),
    ),
    studies=1,
    instructor_qualifications="Two years as an instructor.",
    train_the_trainer=YesNoUnknown.NO,
    implementation_supports=1,
    accessibility_statement="Captioned.",
    has_licence=True,
    cost="Free.",
)
MODULE = COMPLETE.modules[0]
LACKS: dict[Code, dict[str, Any]] = {
    Code.TITLE: {"title": " "},
    Code.SUMMARY: {"summary": ""},
    Code.PROVIDER: {"has_provider": False},
    Code.VERSION: {"version_label": ""},
    Code.AUDIENCE: {"audiences": 0},
    Code.STAGE: {"stages": 0},
    Code.MODALITY: {"modality": None},
    Code.TOPICS: {"topics": ()},
    Code.OBJECTIVES: {"objectives": 0},
    Code.MODULES: {"modules": (), "topics": (), "difference": None},
    Code.MODULE_MINUTES: {"modules": (replace(MODULE, minutes=0),)},
    Code.MODULE_TOPIC: {"modules": (MODULE, replace(MODULE, topic=None))},
    Code.MODULE_METHOD: {"modules": (replace(MODULE, has_method=False),)},
    Code.MODULE_OBJECTIVES: {"modules": (replace(MODULE, objectives=0),)},
    Code.MODULE_ASSESSMENT: {"modules": (replace(MODULE, assessments=0),)},
    Code.HOURS_CLAIMED: {"claimed_minutes": None, "difference": None},
    Code.HOURS_DIFFER: {"difference": 16},
    Code.TOPIC_UNTAUGHT: {"topics": (TALK, TACTICS)},
    Code.TOPIC_UNNAMED: {"modules": (MODULE, replace(MODULE, topic=TACTICS))},
    Code.PRE_TEST: {"pre_test": YesNoUnknown.NO},
    Code.POST_TEST: {"post_test": YesNoUnknown.UNKNOWN},
    Code.PASS_MARK: {"pass_mark": None},
    Code.FOLLOW_UP: {"follow_up_method": "\n"},
    Code.FOLLOW_UP_MONTHS: {"follow_up_months": None},
    Code.SCENARIOS: {"scenarios": 0},
    Code.CURRICULUM_FILE: {"files": COMPLETE.files[1:]},
    Code.INSTRUCTOR_GUIDE: {"files": COMPLETE.files[:1]},
    Code.FILES_HIDDEN: {
        "files": (FileFacts(FileRole.CURRICULUM, Visibility.STAFF), COMPLETE.files[1])
    },
    Code.EVIDENCE: {"studies": 0},
    Code.INSTRUCTORS: {"instructor_qualifications": ""},
    Code.TRAIN_THE_TRAINER: {"train_the_trainer": YesNoUnknown.UNKNOWN},
    Code.SUPPORTS: {"implementation_supports": 0},
    Code.ACCESSIBILITY: {"accessibility_statement": ""},
    Code.LICENCE: {"has_licence": False},
    Code.COST: {"cost": ""},
}
"""What to take away from a complete curriculum so that it lacks this."""
ANSWERS = {
    code: {name: getattr(COMPLETE, name) for name in changes} for code, changes in LACKS.items()
}
STATUTE = {Code.SCENARIOS, Code.PRE_TEST, Code.POST_TEST, Code.FOLLOW_UP}

topics = st.sampled_from([TALK, LISTEN, TACTICS])
modules = st.lists(
    st.builds(
        ModuleFacts,
        st.text(max_size=5),
        st.integers(0, 600),
        st.none() | topics,
        st.booleans(),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=5,
).map(tuple)
files = st.lists(
    st.builds(FileFacts, st.sampled_from(FileRole), st.sampled_from(Visibility)), max_size=4
).map(tuple)
facts = st.builds(
    Facts,
    title=st.text(max_size=3),
    summary=st.text(max_size=3),
    audiences=st.integers(0, 2),
    modality=st.none() | st.sampled_from(["in-person", "self-paced-online"]),
    topics=st.lists(topics, max_size=3, unique=True).map(tuple),
    modules=modules,
    claimed_minutes=st.none() | st.integers(15, 5000),
    difference=st.none() | st.integers(-3000, 3000),
    pre_test=st.sampled_from(YesNoUnknown),
    post_test=st.sampled_from(YesNoUnknown),
    pass_mark=st.none() | st.integers(0, 100),
    follow_up_method=st.text(max_size=3),
    scenarios=st.integers(0, 2),
    files=files,
    studies=st.integers(0, 2),
)


def codes(found: tuple[Finding, ...]) -> set[Code]:
    return {finding.code for finding in found}


def test_a_complete_curriculum_lacks_nothing() -> None:
    assert findings(COMPLETE) == ()


def test_every_rule_is_told_of() -> None:
    assert set(LACKS) == set(Code) == set(DEFAULTS)


@pytest.mark.parametrize("code", Code)
def test_each_lack_is_found_alone(code: Code) -> None:
    """Nothing else is found with it but what follows from it."""
    follows = {
        Code.MODULES: {Code.TOPICS},
        Code.POST_TEST: set(),
        Code.FOLLOW_UP: set(),
    }
    found = findings(replace(COMPLETE, **LACKS[code]))
    assert codes(found) == {code} | follows.get(code, set())
    finding = next(each for each in found if each.code is code)
    assert finding.field in {
        *Facts.__dataclass_fields__,
        "provider",
        "core_topics",
        "claimed_hours",
        "scenario_exercises",
        "evidence",
        "licence",
    }


@given(facts, st.sampled_from(Code))
def test_what_is_asked_for_answers_the_finding(given_facts: Facts, code: Code) -> None:
    """Adding it never leaves a finding of that code, whatever else is lacking."""
    answered = replace(given_facts, **ANSWERS[code])
    if code is Code.TOPIC_UNTAUGHT or code is Code.TOPIC_UNNAMED:
        answered = replace(answered, topics=COMPLETE.topics, modules=COMPLETE.modules)
    if code is Code.HOURS_DIFFER:
        answered = replace(answered, claimed_minutes=COMPLETE.claimed_minutes)
    assert code not in codes(findings(answered))


@given(facts, files)
def test_a_further_file_lacks_no_more(given_facts: Facts, more: tuple[FileFacts, ...]) -> None:
    further = replace(given_facts, files=given_facts.files + more)
    kinds = {Code.CURRICULUM_FILE, Code.INSTRUCTOR_GUIDE}
    assert codes(findings(further)) & kinds <= codes(findings(given_facts)) & kinds


@given(facts, modules)
def test_a_further_module_leaves_no_more_areas_untaught(
    given_facts: Facts, more: tuple[ModuleFacts, ...]
) -> None:
    further = replace(given_facts, modules=given_facts.modules + more)
    if Code.TOPIC_UNTAUGHT in codes(findings(further)):
        assert Code.TOPIC_UNTAUGHT in codes(findings(given_facts))


@given(facts, st.randoms())
def test_the_order_of_rows_does_not_matter(given_facts: Facts, random: Any) -> None:
    shuffled = {
        name: tuple(random.sample(rows, len(rows)))
        for name in ("modules", "files", "topics")
        if (rows := getattr(given_facts, name)) is not None
    }
    assert findings(replace(given_facts, **shuffled)) == findings(given_facts)


@given(facts)
def test_errors_come_first(given_facts: Facts) -> None:
    order = [list(Severity).index(finding.severity) for finding in findings(given_facts)]
    assert order == sorted(order)


@given(facts, st.sampled_from(Code), st.none() | st.sampled_from(Severity))
def test_a_severity_is_data(given_facts: Facts, code: Code, severity: Severity | None) -> None:
    usual = findings(given_facts)
    found = findings(given_facts, {code: severity})
    assert {each for each in found if each.code is not code} == {
        each for each in usual if each.code is not code
    }
    own = {each.severity for each in found if each.code is code}
    expected = {severity} if severity and code in codes(usual) else set()
    assert own == expected


def test_the_statute_is_an_error() -> None:
    assert {DEFAULTS[code] for code in STATUTE} == {Severity.ERROR}
    assert codes(findings(Facts())) >= STATUTE


def test_nothing_is_known_of_an_empty_curriculum() -> None:
    """What depends on something that is lacking too is not asked for yet."""
    waiting = {
        Code.MODULE_MINUTES,
        Code.MODULE_TOPIC,
        Code.MODULE_METHOD,
        Code.MODULE_OBJECTIVES,
        Code.MODULE_ASSESSMENT,
        Code.HOURS_DIFFER,
        Code.TOPIC_UNTAUGHT,
        Code.TOPIC_UNNAMED,
        Code.PASS_MARK,
        Code.FOLLOW_UP_MONTHS,
        Code.FILES_HIDDEN,
        Code.INSTRUCTORS,
    }
    assert codes(findings(Facts())) == set(Code) - waiting


@pytest.mark.parametrize(
    ("claimed", "difference", "is_told"),
    [(60, 15, False), (60, -16, True), (2400, 120, False), (2400, -121, True), (240, 0, False)],
)
def test_small_differences_of_hours_pass(claimed: int, difference: int, is_told: bool) -> None:  # noqa: FBT001 - a case
    found = findings(replace(COMPLETE, claimed_minutes=claimed, difference=difference))
    assert (Code.HOURS_DIFFER in codes(found)) is is_told


def test_hours_are_compared_when_all_modules_state_theirs() -> None:
    untimed = replace(COMPLETE, modules=(MODULE, replace(MODULE, minutes=0)), difference=-200)
    assert codes(findings(untimed)) == {Code.MODULE_MINUTES}


def test_a_part_teaches_the_whole_but_not_the_other_way_round() -> None:
    part = replace(COMPLETE, topics=(LISTEN,), modules=(replace(MODULE, topic=TALK),))
    assert codes(findings(part)) == {Code.TOPIC_UNTAUGHT, Code.TOPIC_UNNAMED}


def test_nobody_teaches_what_is_learned_alone() -> None:
    alone = replace(COMPLETE, modality="self-paced-online", instructor_qualifications="")
    assert findings(alone) == ()


def test_a_finding_names_what_lacks() -> None:
    untimed = [replace(MODULE, title=title, minutes=0) for title in ("B", "A", " ")]
    (finding,) = findings(replace(COMPLETE, modules=tuple(untimed)))
    assert finding.params == (("names", "A; B; …"), ("number", 3))
