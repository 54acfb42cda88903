"""What the parameters of a completion may be."""

import pytest

from search.completion import parse_completion
from search.enums import Kind
from search.query import CatalogQuery, Fault, InvalidQuery

LOCALES = ("en", "es")


def test_parameters_make_a_query_and_a_language() -> None:
    assert parse_completion({}, LOCALES) == (CatalogQuery(None), None)
    given = {"q": [" crisis te "], "kind": ["curriculum"], "locale": ["es"]}
    assert parse_completion(given, LOCALES) == (
        CatalogQuery(Kind.CURRICULUM, text="crisis te"),
        "es",
    )
    assert parse_completion({"q": ["?!"]}, LOCALES) == (CatalogQuery(None), None)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"colour": ["red"]}, Fault("colour", "red", "Unknown parameter.")),
        ({"sort": ["title"]}, Fault("sort", "title", "Unknown parameter.")),
        ({"kind": ["page"]}, Fault("kind", "page", "Unknown value.")),
        ({"kind": [""]}, Fault("kind", "", "Empty value.")),
        ({"locale": ["de"]}, Fault("locale", "de", "Unknown value.")),
        ({"q": ["a", "b"]}, Fault("q", "b", "Given more than once.")),
        (
            {"q": ["a\0b"]},
            Fault("q", "a\N{REPLACEMENT CHARACTER}b", "Contains a character without text."),
        ),
        ({"q": ["a" * 501]}, Fault("q", "a" * 100, "Longer than 500 characters.")),
    ],
)
def test_a_fault_is_named(given: dict[str, list[str]], fault: Fault) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse_completion(given, LOCALES)
    assert caught.value.faults == (fault,)


def test_every_fault_is_named_in_the_order_of_the_parameters() -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse_completion({"x": ["1"], "kind": ["y"], "q": ["\0a"]}, LOCALES)
    assert [fault.parameter for fault in caught.value.faults] == ["x", "kind", "q"]
