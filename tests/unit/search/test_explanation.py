"""Why a text finds a record: groups, ways, fields, tier."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.enums import Field, Manner, Tier
from search.explanation import Place, TextExplanation, Way, excluded_by, explain_text
from search.highlight import Highlighter
from search.text import SynonymTable, parse_text
from tests.hostile import TEXTS

SYNONYMS = SynonymTable([["CIT", "crisis intervention team"]])
NAMES = {("crisi", "intervent", "team"): "crisis intervention team", ("cit",): "CIT"}


def explained(text: str, title: str = "", summary: str = "", body: str = "") -> TextExplanation:
    expression = parse_text(text, SYNONYMS)
    assert expression is not None
    return explain_text(expression, title=title, summary=summary, body=body, names=NAMES)


@pytest.mark.parametrize(
    ("title", "summary", "body", "tier"),
    [
        ("Crisis rapport", "", "", Tier.TITLE),
        ("Crisis", "Building rapport", "", Tier.HEAD),
        ("", "A crisis and rapport", "", Tier.HEAD),
        ("Crisis", "", "rapport", Tier.ANYWHERE),
        ("", "", "rapport in a crisis", Tier.ANYWHERE),
        ("Crisis", "", "", None),
        ("", "", "", None),
    ],
)
def test_the_tier_is_the_nearest_to_the_top_that_has_all(
    title: str, summary: str, body: str, tier: Tier | None
) -> None:
    found = explained("crisis rapport", title, summary, body)
    assert (found.tier, found.matches) == (tier, tier is not None)


def test_every_group_tells_its_words_and_fields() -> None:
    found = explained("training listened", title="Listening", body="we listen and train; listening")
    training, listened = found.groups
    assert (training.words, training.matches) == (("training",), True)
    assert training.ways == (Way(Manner.TYPED, ("train",), True, (Place(Field.BODY, ("train",)),)),)
    assert listened.ways == (
        Way(
            Manner.TYPED,
            ("listen",),
            True,
            (Place(Field.TITLE, ("listening",)), Place(Field.BODY, ("listen", "listening"))),
        ),
        Way(Manner.BEGINNING, ("listened…",), matches=False),
    )
    assert found.tier is Tier.ANYWHERE


def test_a_missing_group_is_told_beside_those_that_match() -> None:
    found = explained("listening nowhere", title="Listening")
    assert [group.matches for group in found.groups] == [True, False]
    assert found.tier is None


def test_a_beginning_matches_the_last_word_only() -> None:
    (group,) = explained("rappo", summary="Rapport first").groups
    typed, beginning = group.ways
    assert not typed.matches
    assert beginning == Way(
        Manner.BEGINNING, ("rappo…",), True, (Place(Field.SUMMARY, ("rapport",)),)
    )
    assert explained("rappo first", summary="Rapport first").tier is None


def test_a_synonym_is_named_as_editors_wrote_it() -> None:
    (group,) = explained('CIT "x"', title="The crisis intervention teams").groups[:1]
    assert [way.manner for way in group.ways] == [Manner.TYPED, Manner.SYNONYM]
    assert group.ways[1] == Way(
        Manner.SYNONYM,
        ("crisis intervention team",),
        True,
        (Place(Field.TITLE, ("crisis intervention teams",)),),
    )


def test_a_phrase_is_next_to_each_other_in_one_field() -> None:
    assert explained('"crisis team"', title="crisis", summary="team").tier is None
    assert explained('"crisis team"', title="crisis and the team").tier is Tier.TITLE
    assert explained('"crisis team"', title="crisis response team").tier is None
    assert explained("crisis-team now", title="team crisis now").tier is None


def test_a_text_of_stop_words_finds_nothing() -> None:
    found = explained("the of", title="the of")
    assert (found.groups, found.tier) == ((), None)


def test_accents_and_case_do_not_matter() -> None:
    assert explained("CAFÉ", title="Cafe").tier is Tier.TITLE


def test_words_past_the_limit_of_a_body_are_not_found() -> None:
    assert explained("rapport", body="filler " * 10_000 + "rapport").tier is None
    assert explained("rapport", body="filler " * 9_999 + "rapport").tier is Tier.ANYWHERE


def test_few_of_many_words_are_named() -> None:
    words = [f"rapport{number}" for number in range(30)]
    (group,) = explained("rappo", body=" ".join(words)).groups
    assert group.ways[1].places == (Place(Field.BODY, tuple(words[:5])),)


@pytest.mark.parametrize(
    ("selections", "excluded"),
    [
        ({}, ()),
        ({"year": ("2025", "2026")}, ()),
        ({"year": ("2025",)}, ("year",)),
        ({"audience": ("patrol",), "year": ("2026",)}, ("audience",)),
    ],
)
def test_a_selection_excludes_what_has_none_of_its_values(
    selections: dict[str, tuple[str, ...]], excluded: tuple[str, ...]
) -> None:
    assert excluded_by(selections, {"year": ["2026"], "audience": []}) == excluded


WORDS = st.sampled_from(
    "crisis crises team teams intervention cit the and listening listen rapport x é 漢字".split()
)
FIELD_TEXTS = st.lists(WORDS, max_size=8).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), FIELD_TEXTS, FIELD_TEXTS, FIELD_TEXTS)
def test_group_and_tier_agree_and_no_group_matches_without_a_highlight(
    text: str, title: str, summary: str, body: str
) -> None:
    found = explained(text, title, summary, body)
    assert found.matches == (bool(found.groups) and all(group.matches for group in found.groups))
    expression = parse_text(text, SYNONYMS)
    assert expression is not None
    marked = {
        number
        for field in (title, summary, body)
        for _, _, number in Highlighter(expression).spans(field)
    }
    assert bool(marked) or not any(group.matches for group in found.groups)
    for way in (way for group in found.groups for way in group.ways):
        assert way.matches == bool(way.places)
        assert all(place.words for place in way.places)


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_are_explained(text: str) -> None:
    expression = parse_text(text)
    if expression is not None:
        explain_text(expression, title=text[:200], summary=text[:200], body="")
