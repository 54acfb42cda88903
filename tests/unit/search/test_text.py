"""Analysis of texts and queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import SNIPPET_LENGTH, Highlighter, _best
from search.text import (
    MAX_OCCURRENCES,
    Expression,
    Phrase,
    Prefix,
    SynonymTable,
    analyse,
    fold,
    parse_text,
    stem,
    stems_of_term,
    words,
)

SYNONYMS = SynonymTable(
    [["CIT", "crisis intervention team"], ["de-escalation", "deescalation"]],
)


def alternatives(text: str, synonyms: SynonymTable = SYNONYMS) -> list[set[tuple[object, ...]]]:
    expression = parse_text(text, synonyms)
    assert expression is not None
    return [set(group.alternatives) for group in expression.groups]


def phrase(*stems: str) -> tuple[Phrase]:
    return (Phrase(stems),)


def test_case_accents_and_compatibility_forms_fold() -> None:
    assert fold("ÉCOLE Straße ﬁre ｆｕｌｌ") == "ecole strasse fire full"


def test_porter_merges_forms_and_leaves_names_alone() -> None:
    assert stem("communication") == stem("community")
    assert [stem(word) for word in ("icat", "crit", "cit", "vr")] == ["icat", "crit", "cit", "vr"]


def test_initials_are_one_word_and_hyphens_split() -> None:
    assert [w.folded for w in words("L.E.A.D.S. de-escalation")] == ["leads", "de", "escalation"]


def test_unspaced_scripts_give_a_word_per_character() -> None:
    assert alternatives("危机干预") == [{phrase("危", "机", "干", "预")}]


def test_words_are_and_quotes_are_phrases_and_the_last_word_is_also_a_beginning() -> None:
    assert alternatives('listening "use of force" pat') == [
        {phrase("listen")},
        {phrase("us", "forc")},
        {phrase("pat"), (Prefix("pat"),)},
    ]


def test_a_quoted_last_word_is_no_beginning() -> None:
    assert alternatives('"patrol"') == [{phrase("patrol")}]


def test_hyphenated_words_are_phrases_whose_end_may_be_continued() -> None:
    assert alternatives("co-respon", SynonymTable()) == [
        {phrase("co", "respon"), (Phrase(("co",)), Prefix("respon"))},
    ]


def test_synonyms_expand_in_both_directions_and_the_longest_wins() -> None:
    assert alternatives("cit x") == [
        {phrase("cit"), phrase("crisi", "intervent", "team")},
        {phrase("x")},
    ]
    assert alternatives("crisis intervention team x") == [
        {phrase("cit"), (Phrase(("crisi",)), Phrase(("intervent",)), Phrase(("team",)))},
        {phrase("x")},
    ]


def test_synonyms_leave_quotes_alone() -> None:
    assert alternatives('"crisis intervention team"') == [{phrase("crisi", "intervent", "team")}]


def test_stop_words_alone_find_nothing_and_punctuation_is_no_text() -> None:
    assert parse_text("the of") == Expression(())
    assert parse_text("*** (\"') --") is None
    assert parse_text("") is None


def test_operators_of_engines_are_words() -> None:
    assert alternatives("NEAR(a* b) AND NOT c:d ^e") == [
        {phrase("near")},
        {phrase("b")},
        {phrase("c")},
        {phrase("d")},
        {phrase("e")},
    ]


def test_an_unbalanced_quote_is_punctuation() -> None:
    assert alternatives('"two words') == [{phrase("two")}, {phrase("word"), (Prefix("words"),)}]


def test_occurrences_of_one_stem_are_bounded() -> None:
    analysis = analyse(title="crisis", summary="", body="crisis " * 1000 + "end")
    assert analysis.title + analysis.body == ("crisi",) * MAX_OCCURRENCES + ("end",)
    assert (analysis.title_words, analysis.body_words) == (("crisis",), ("crisis", "end"))


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_hold_letters_and_digits_only_and_point_at_their_source(text: str) -> None:
    previous = 0
    for word in words(text):
        assert word.folded
        assert all(char.isalnum() for char in word.folded)
        assert previous <= word.start < word.end <= len(text)
        previous = word.start
        assert word.folded in fold(text[word.start : word.end]).replace(".", "")


@given(st.text(alphabet='ab "-*(the)é危.', max_size=40))
def test_any_query_parses_to_searchable_terms(text: str) -> None:
    expression = parse_text(text, SYNONYMS)
    assert (expression is None) == (not list(words(text)))
    for group in expression.groups if expression else ():
        assert group.alternatives
        for terms in group.alternatives:
            assert terms
            for term in terms:
                stems = term.stems if isinstance(term, Phrase) else (term.word,)
                assert stems
                assert all(s.isalnum() for s in stems)


@given(st.text())
def test_a_text_found_by_its_own_words_is_marked_and_otherwise_unchanged(text: str) -> None:
    expression = parse_text(text)
    marked = Highlighter(expression).snippet([text]) if expression else ""
    assert ("<mark>" in marked) == bool(stems_of_term(text))
    rest = marked.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in rest
    assert ">" not in rest


def test_highlight_escapes_and_marks_the_best_passage() -> None:
    expression = parse_text("crisis team")
    assert expression
    text = "Crisis alone. " + "filler words " * 60 + "<i>crisis</i> & team " + "more filler " * 40
    snippet = Highlighter(expression).snippet(["nothing here", text])
    assert "&lt;i&gt;<mark>crisis</mark>&lt;/i&gt; &amp; <mark>team</mark>" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) < 400


@given(
    st.text("abc A'-._,19 ", max_size=60),
    st.lists(st.sampled_from(["a", "ab", "abc", "bc", "cab", "19", "a-b", "a.b.c."]), min_size=1),
)
def test_highlight_finds_the_same_in_plain_texts_as_in_others(text: str, asked: list[str]) -> None:
    expression = parse_text(" ".join(asked), SYNONYMS)
    assert expression is not None
    spans = Highlighter(expression).spans
    assert spans(text) == spans(f"{text} \N{CYRILLIC SMALL LETTER ZHE}")


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 260), st.integers(0, 3)), min_size=1))
def test_the_passage_begins_where_most_of_the_query_follows(
    places: list[tuple[int, int, int]],
) -> None:
    spans, end = [], 0
    for gap, length, number in places:
        spans.append((end + gap, end + gap + length, number))
        end += gap + length

    def worth(first: int) -> tuple[int, int, int]:
        limit = spans[first][0] + SNIPPET_LENGTH * 3 // 4
        inside = [span for span in spans[first:] if span[1] <= limit] or [spans[first]]
        return len({number for _, _, number in inside}), len(inside), -first

    assert _best(spans) == spans[max(range(len(spans)), key=worth)][:2]


def test_highlight_marks_accented_originals() -> None:
    expression = parse_text("cafe")
    assert expression
    assert (
        Highlighter(expression).snippet(["A Cafe\u0301 here"]) == "A <mark>Cafe\u0301</mark> here"
    )


def test_stop_words_are_never_searched() -> None:
    analysis = analyse(title="The And of it", summary="a", body="b")
    assert analysis.streams() == ((), (), ("b",), (), (), ("b",))


@given(st.text(alphabet="aeiouybcdglnrstvz", min_size=1, max_size=14))
def test_a_stem_and_its_word_begin_alike(word: str) -> None:
    stemmed = stem(word)
    assert word.startswith(stemmed[: max(1, len(stemmed) - 2)])


@pytest.mark.parametrize(
    "word",
    """relational conditional rational valency digitizer conformably radically differently
    vilely analogously vietnamization predication operator feudalism decisiveness hopefulness
    callousness formality sensitivity sensibility usability nobility hoping hopping sized
    troubled conflated policies policy communities agency happy flies dying creation
    organization organisations de-escalation crises crisis apology""".split(),
)
def test_what_porter_changes_is_at_the_end(word: str) -> None:
    expression = parse_text(word)
    assert expression
    assert Highlighter(expression).snippet([f"x {word} y"]) == f"x <mark>{word}</mark> y"
