"""Reading what a reviewer hands in: every fault is named by its field."""

from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from review_workflow.parsing import parse_amendment, parse_draft, parse_review
from review_workflow.reviewing import (
    FiledLocator,
    FiledRating,
    FiledReview,
    FinalRating,
    Sheet,
)

LEVELS = [{"value": 0}, {"value": 1}, {"value": 2}]
EDITION: dict[str, Any] = {
    "domains": [
        {
            "criteria": [
                {"id": 1, "code": "A1", "kind": "essential", "levels": LEVELS},
                {"id": 2, "code": "A2", "kind": "weighted", "levels": LEVELS},
            ]
        }
    ]
}
SHEET = Sheet.of(EDITION, [["u1", "Listening"]])
WHOLE = {
    "recommendation": "approve",
    "c1-level": "2",
    "c1-unit-0": "u1",
    "c1-place-0": "page 3",
    "c2-level": "na",
    "c2-reason": "No such part.",
}


def faults(data: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        parse_review(data, SHEET)
    return error.value.message_dict


def test_a_whole_review() -> None:
    data = WHOLE | {"c1-note": " Good.\r\nVery. ", "c1-place-4": "02:10", "comment": "Fine\x00"}
    assert parse_review(data, SHEET) == FiledReview(
        recommendation="approve",
        comment="Fine",
        ratings=(
            FiledRating(
                1,
                2,
                note="Good.\nVery.",
                locators=(FiledLocator("u1", "page 3"), FiledLocator(None, "02:10")),
            ),
            FiledRating(2, not_applicable=True, reason="No such part."),
        ),
    )


def test_a_form_and_json_read_the_same() -> None:
    assert parse_review(WHOLE | {"c1-level": 2}, SHEET) == parse_review(WHOLE, SHEET)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"c3-level": "1"}, {"c3-level": ["This criterion is not one of this round."]}),
        ({"c1-level": "999"}, {"c1-level": ["A1 has no level 999; choose one of 0, 1, 2."]}),
        ({"c1-level": "-1"}, {"c1-level": ["A1 has no level -1; choose one of 0, 1, 2."]}),
        ({"c1-level": "²"}, {"c1-level": ["A1 has no level ²; choose one of 0, 1, 2."]}),
        ({"c1-level": 10**30}, {"c1-level": ["A1 has no level …; choose one of 0, 1, 2."]}),
        (
            {"c1-level": ""},
            {"c1-level": ["Choose a level for A1, or empty what you wrote there."]},
        ),
        (
            {"c2-level": "", "c2-reason": ""},
            {"c2-level": ["Rate A2: choose a level, or say why it does not apply."]},
        ),
        ({"c2-reason": "  "}, {"c2-reason": ["Say why A2 does not apply."]}),
        (
            {"c1-unit-0": "", "c1-place-0": ""},
            {"c1-place-0": ["A1 is essential: say where its evidence stands, at least once."]},
        ),
        ({"c1-place-0": ""}, {"c1-place-0": ["Say where: page, slide or timecode."]}),
        (
            {"c1-unit-0": "u2"},
            {"c1-unit-0": ["This unit is not one of the reviewed version."]},
        ),
        ({"c1-place-0": "x" * 201}, {"c1-place-0": ["Shorten this text by 1 character."]}),
        ({"comment": "x" * 20_002}, {"comment": ["Shorten this text by 2 characters."]}),
        (
            {"recommendation": "maybe"},
            {"recommendation": ["Choose one of the recommendations."]},
        ),
        (
            {"recommendation": "approve_with_conditions"},
            {"conditions": ["Say what the approval should depend on."]},
        ),
        ({"evil": "1"}, {"evil": ["A review has no such field."]}),
        ({"c1-final": "1"}, {"c1-final": ["A review has no such field."]}),
        ({"comment": ["a"]}, {"comment": ["Give text here, nothing else."]}),
        ({"c1-level": True}, {"c1-level": ["Give text here, nothing else."]}),
    ],
)
def test_every_fault_is_named(changes: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert faults(WHOLE | changes) == expected


def test_too_many_places() -> None:
    places = {f"c1-place-{row}": "page" for row in range(21)}
    assert faults(WHOLE | places) == {"c1-place-0": ["Give at most 20 places."]}


def test_whoever_abstains_may_leave_criteria_open_but_says_why() -> None:
    data = {"recommendation": "abstain", "confidential": "I know too little of it."}
    assert parse_review(data, SHEET).ratings == ()
    assert faults({"recommendation": "abstain"}) == {
        "confidential": ["Say why you abstain, here or in the comment to the provider."]
    }


def test_an_amendment_changes_only_what_it_names() -> None:
    amendment = parse_amendment(
        {"c1-final": "1", "c1-why": "Page 9.", "c2-final": "", "reason": "Talked."}, SHEET
    )
    assert amendment.finals == {1: FinalRating(level=1, reason="Page 9.")}
    assert (amendment.recommendation, amendment.comment, amendment.reason) == (
        None,
        None,
        "Talked.",
    )


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"c1-final": "7"}, "c1-final"),
        ({"c9-final": "1"}, "c9-final"),
        ({"c1-final": "na"}, "c1-why"),
        ({"c1-level": "1"}, "c1-level"),
    ],
)
def test_an_amendment_out_of_order_is_named(data: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError) as error:
        parse_amendment(data, SHEET)
    assert set(error.value.message_dict) == {named}


def test_a_draft_is_kept_as_typed() -> None:
    data = {"c1-level": "7", "comment": " half ", "tab": "t", "edit": "3", "c1-note": None}
    assert parse_draft(data, SHEET) == {
        "c1-level": "7",
        "comment": " half ",
        "tab": "t",
        "edit": "3",
    }


@given(st.text())
def test_what_is_kept_can_be_stored(text: str) -> None:
    kept = parse_draft({"comment": text}, SHEET)["comment"]
    assert "\x00" not in kept
    kept.encode()


@given(
    st.dictionaries(
        st.sampled_from([*WHOLE, "comment", "evil", "c3-level", "c1-unit-99"]) | st.text(),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
    )
)
def test_no_data_breaks_the_reading(changes: dict[str, Any]) -> None:
    with suppress(ValidationError):
        filed = parse_review(WHOLE | changes, SHEET)
        assert {rating.criterion_id for rating in filed.ratings} <= {1, 2}
        assert filed.recommendation
