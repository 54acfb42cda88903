"""What may be counted of what people type: nothing that looks like a person's data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.privacy import MAX_KEPT_LENGTH, kept_text
from tests.hostile import TEXTS

SEPARATORS = st.sampled_from(["", " ", "-", ".", "/", " - ", ") ", "\N{EN DASH}", "_", "\u200b"])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("De-Escalation", "de-escalation"),
        ("  Crisis \t  INTERVENTION ", "crisis intervention"),
        ("naïve café", "naive cafe"),
        ("40 hours", "40 hours"),
        ("8 hours in 2025", "8 hours in 2025"),
        ("bill 12345", "bill 12345"),
        ("look at this", "look at this"),
        ("漢字", "漢字"),
    ],
)
def test_a_search_is_kept_folded(text: str, kept: str) -> None:
    assert kept_text(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "jane.doe@example.org",
        "mail jane@localhost",
        "jane＠example.org",
        "jane @ example.org",
        "jane at example dot org",
        "jane (at) example.org",
        "+1 (555) 123-4567",
        "555-1234",
        "5 5 5 1 2 3 4",
        "123-45-6789",
        "case 123456",
        "١٢٣٤٥٦",
        "１２３４５６",
        "12\u200b34\u200b56",
        "",
        "  ",
        "%%%",
        "a" * (MAX_KEPT_LENGTH + 1),
        "ﷺ" * 20,
    ],
)
def test_what_may_be_personal_or_is_pasted_is_not_kept(text: str) -> None:
    assert kept_text(text) is None


def test_the_longest_text_is_kept() -> None:
    assert kept_text("a" * MAX_KEPT_LENGTH) == "a" * MAX_KEPT_LENGTH


@given(st.text(max_size=20), st.lists(SEPARATORS, min_size=6, max_size=14), st.text(max_size=20))
def test_no_long_number_is_kept_however_it_is_spaced(
    before: str, separators: list[str], after: str
) -> None:
    number = "".join(f"{place % 10}{separator}" for place, separator in enumerate(separators))
    assert kept_text(f"{before}{number}{after}") is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_with_an_at_sign_is_kept(before: str, after: str) -> None:
    assert kept_text(f"{before}@{after}") is None


@given(st.one_of(st.text(max_size=150), st.sampled_from(TEXTS)))
def test_what_is_kept_is_short_printable_and_kept_as_it_is(text: str) -> None:
    kept = kept_text(text)
    if kept is not None:
        assert 0 < len(kept) <= MAX_KEPT_LENGTH
        assert kept.isprintable()
        assert kept_text(kept) == kept
