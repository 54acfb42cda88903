"""Words are found in a text wherever they stand, and the text stays whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resource_library.finding import MOST_TERMS, Piece, pieces, places, terms_of

WORDS = st.text(alphabet="abAB. \n(é", max_size=60)


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("", ()),
        ('  " " ', ()),
        ("calm  Voice calm", ("calm", "Voice")),
        ('"calm  voice" door', ("calm voice", "door")),
        ('"never closed', ("never", "closed")),
        (" ".join("abcdefghijklm"), tuple("abcdefghij")),
    ],
)
def test_what_a_query_asks_for(query: str, terms: tuple[str, ...]) -> None:
    assert terms_of(query) == terms
    assert len(terms) <= MOST_TERMS


def test_all_terms_must_stand_in_the_text() -> None:
    text = "A calm\nvoice helps. CALM voices carry (.*)."
    assert places(text, ["calm voice"]) == [(2, 12), (20, 30)]
    assert places(text, ["calm", "door"]) == []
    assert places(text, [".*"]) == [(39, 41)]
    assert places(text, []) == []
    assert pieces("calm", []) == [Piece("calm")]
    assert pieces("a calm b", ["CALM", "alm b"]) == [Piece("a "), Piece("calm b", 1)]


@given(WORDS, WORDS)
def test_the_pieces_are_the_text_and_what_is_found_is_numbered(text: str, query: str) -> None:
    terms = terms_of(query)
    cut = pieces(text, terms)
    assert "".join(piece.text for piece in cut) == text
    numbers = [piece.number for piece in cut if piece.number]
    assert numbers == list(range(1, len(places(text, terms)) + 1))
    flat = " ".join(text.split()).casefold()
    if terms and all(term.casefold() in flat for term in terms):
        assert numbers
    if numbers:
        assert all(term.casefold() in flat for term in terms)
