"""Plain text and rich text, and lists whose items keep their ids."""

from hypothesis import given
from hypothesis import strategies as st

from submission_portal.wording import Item, as_paragraphs, items_of, plain

LINES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), max_size=6)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")))
def test_text_comes_back_from_rich_text(text: str) -> None:
    once = plain(as_paragraphs(text))
    assert plain(as_paragraphs(once)) == once
    assert once.split() == text.split()


def test_marks_are_words_and_not_marks() -> None:
    assert as_paragraphs("a < b\nc & d\n\n\n<b>x</b>") == (
        "<p>a &lt; b<br/>c &amp; d</p><p>&lt;b&gt;x&lt;/b&gt;</p>"
    )


@given(LINES)
def test_the_same_lines_keep_their_ids(lines: list[str]) -> None:
    before = items_of(lines, [], scope="x")
    assert items_of(lines, before, scope="x") == before
    assert items_of(lines, [], scope="x") == before
    assert len({item.id for item in before}) == len(lines)


@given(LINES, LINES)
def test_no_two_items_have_one_id(first: list[str], second: list[str]) -> None:
    after = items_of(second, items_of(first, [], scope="x"), scope="x")
    assert [item.text for item in after] == second
    assert len({item.id for item in after}) == len(second)


@given(LINES.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))))
def test_lines_that_move_take_their_ids_along(pair: tuple[list[str], list[str]]) -> None:
    lines, moved = pair
    before = items_of(lines, [], scope="x")
    after = items_of(moved, before, scope="x")
    assert {item.id for item in after} == {item.id for item in before}


def test_a_line_that_changes_a_little_stays_the_same_item() -> None:
    before = [Item("a", "Names three ways to gain time."), Item("b", "Keeps a distance.")]
    after = items_of(
        ["Keeps a safe distance.", "Calls a clinician.", "Names three ways to gain time."],
        before,
        scope="x",
    )
    assert [item.id for item in after][::2] == ["b", "a"]
    assert after[1].id not in {"a", "b"}
