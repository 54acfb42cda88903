"""Reading, changing and writing catalog queries."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.facets import FACETS, HOUR_RANGES, facets_for, hours_value
from search.query import (
    CatalogAnswer,
    CatalogQuery,
    Fault,
    InvalidQuery,
    Kind,
    Sort,
    parse,
)

KNOWN = {facet.name: {"one": "One", "two": "Two"} for facet in FACETS}


def faults(
    kind: Kind | None, *, strict_names: bool = True, **parameters: list[str]
) -> tuple[Fault, ...]:
    with pytest.raises(InvalidQuery) as caught:
        parse(kind, parameters, known=KNOWN, strict_names=strict_names)
    return caught.value.faults


def test_nothing_given_is_everything_by_title() -> None:
    query = parse(None, {}, known=KNOWN, strict_names=True)
    assert query == CatalogQuery(None)
    assert (query.sort, query.page, query.page_size) == (Sort.TITLE, 1, 20)
    assert query.parameters() == ()


def test_a_full_query_keeps_its_state() -> None:
    query = parse(
        Kind.CURRICULUM,
        {
            "page": ["2"],
            "stage": ["two", "one", "two"],
            "q": ["  crisis "],
            "core_topic": ["one"],
            "sort": ["-hours"],
            "page_size": ["100"],
        },
        known=KNOWN,
        strict_names=True,
    )
    assert query.parameters() == (
        ("q", "crisis"),
        ("core_topic", "one"),
        ("stage", "one"),
        ("stage", "two"),
        ("sort", "-hours"),
        ("page", "2"),
        ("page_size", "100"),
    )


def test_every_fault_is_named() -> None:
    assert faults(
        Kind.CURRICULUM,
        q=["x" * 501],
        core_topic=["nope", ""],
        sort=["best"],
        page=["0"],
        page_size=["101"],
        publisher=["one"],
        colour=["red"],
    ) == (
        Fault("core_topic", "nope", "Unknown value."),
        Fault("core_topic", "", "Empty value."),
        Fault("publisher", "one", "Unknown parameter."),
        Fault("colour", "red", "Unknown parameter."),
        Fault("q", "x" * 100, "Longer than 500 characters."),
        Fault("sort", "best", "Unknown value."),
        Fault("page", "0", "Not a whole number above zero."),
        Fault("page_size", "101", "Greater than 100."),
    )


@pytest.mark.parametrize("page", ["", "-1", "1.0", "a", "٣", "1e3", " 1", "00"])
def test_pages_are_whole_numbers(page: str) -> None:
    assert faults(None, page=[page])[0].parameter == "page"


def test_a_huge_page_is_a_number() -> None:
    assert parse(None, {"page": ["9" * 9999]}, known=KNOWN, strict_names=True).page > 10**9


@pytest.mark.parametrize("text", ["nul\0", "\ud800"])
def test_text_without_text_is_a_fault(text: str) -> None:
    (fault,) = faults(None, q=[text])
    assert fault.parameter == "q"
    fault.value.encode()


def test_punctuation_is_no_text() -> None:
    assert parse(None, {"q": ['*** "']}, known=KNOWN, strict_names=True) == CatalogQuery(None)


def test_a_single_parameter_given_twice_is_a_fault() -> None:
    assert faults(None, q=["a", "b"]) == (Fault("q", "b", "Given more than once."),)


def test_a_page_ignores_parameters_it_does_not_know() -> None:
    query = parse(
        Kind.CURRICULUM,
        {"utm_source": ["x"], "publisher": ["one"]},
        known=KNOWN,
        strict_names=False,
    )
    assert query == CatalogQuery(Kind.CURRICULUM)


def test_relevance_without_text_is_the_title() -> None:
    query = CatalogQuery(None, sort=Sort.RELEVANCE)
    assert query.effective_sort is Sort.TITLE
    assert CatalogQuery(None, text="x").effective_sort is Sort.RELEVANCE


def test_changes_return_to_the_first_page_and_keep_the_rest() -> None:
    query = CatalogQuery(None, text="x", selections={"stage": ("one",)}, sort=Sort.HOURS, page=3)
    assert query.toggling("stage", "two").selections == {"stage": ("one", "two")}
    assert query.toggling("stage", "one").selections == {}
    assert query.toggling("stage", "one").page == 1
    assert query.with_page(4).parameters()[-1] == ("page", "4")
    assert query.with_sort(Sort.TITLE).page == 1
    assert query.cleared() == CatalogQuery(None)


@given(
    st.sampled_from([None, *Kind]),
    st.text("ab é", max_size=8),
    st.dictionaries(
        st.sampled_from([f.name for f in FACETS]),
        st.lists(st.sampled_from(["one", "two"]), min_size=1).map(tuple),
    ),
    st.sampled_from([None, *Sort]),
    st.integers(1, 10**9),
    st.integers(1, 100),
)
def test_parameters_round_trip(
    kind: Kind | None,
    text: str,
    selections: dict[str, tuple[str, ...]],
    sort: Sort | None,
    page: int,
    size: int,
) -> None:
    names = {facet.name for facet in facets_for(kind)}
    chosen = {name: values for name, values in selections.items() if name in names}
    query = CatalogQuery(kind, text.strip(), chosen, sort, page, size)  # type: ignore[arg-type]
    given_: dict[str, list[str]] = {}
    for name, value in query.parameters():
        given_.setdefault(name, []).append(value)
    assert parse(kind, given_, known=KNOWN, strict_names=True) == query


def test_last_page() -> None:
    query = CatalogQuery(None, page_size=20)
    pages = [CatalogAnswer(query, count, (), ()).last_page for count in (0, 1, 20, 21, 40)]
    assert pages == [1, 1, 1, 2, 2]


def test_hour_ranges_include_their_lower_bound_and_leave_no_gap() -> None:
    assert [hours_value(m) for m in (0, 239, 240, 480, 960, 2399, 2400, 99999, None)] == [
        "lt4", "lt4", "4-8", "8-16", "16-40", "16-40", "40plus", "40plus", None,
    ]  # fmt: skip
    assert all(a.upper == b.lower for a, b in pairwise(HOUR_RANGES))


def test_facets_of_a_kind() -> None:
    shared = {"core_topic", "audience", "language", "year"}
    curricula = {"key_element", "stage", "modality", "method", "sector", "provider", "hours"}
    assert {f.name for f in facets_for(Kind.CURRICULUM)} == shared | curricula
    assert {f.name for f in facets_for(Kind.RESOURCE)} == shared | {"resource_type", "publisher"}
    assert facets_for(None) == FACETS
