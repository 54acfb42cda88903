"""One line: every value is read as documented, every fault has its field."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clearinghouse.records.format import Values, digest, dump, organisation_key, parse

VALUES = Values(
    frozenset({"topic-a", "topic-b"}),
    {
        "resource_type": frozenset({"guide"}),
        "audience": frozenset({"recruits"}),
        "modality": frozenset({"blended"}),
    },
)
LINE = {
    "kind": "resource",
    "slug": "a",
    "title": "A",
    "summary": "B",
    "core_topics": ["topic-b", "topic-a"],
    "resource_type": "guide",
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    "kind slug title summary body core_topics resource_type audiences publisher published_on url "
    "provider sector key_elements modality stages modules approval".split()
)


def read(line: Any) -> Any:
    return parse(json.dumps(line).encode(), VALUES)


def test_what_may_be_left_out_is_empty() -> None:
    assert read(LINE) == (
        {
            "kind": "resource",
            "slug": "a",
            "title": "A",
            "summary": "B",
            "body": "",
            "core_topics": ["topic-a", "topic-b"],
            "resource_type": "guide",
            "audiences": [],
            "publisher": None,
            "published_on": None,
            "url": None,
        },
        [],
    )


def test_a_curriculum_needs_little() -> None:
    line = {
        "kind": "curriculum",
        "slug": "a",
        "title": "A",
        "summary": "B",
        "core_topics": [],
        "modality": "blended",
    }
    record, faults = read(line)
    assert faults == []
    assert record["approval"] is None
    assert record["modules"] == []


def test_outer_blanks_do_not_count() -> None:
    record, faults = read(LINE | {"title": "  A\u00a0", "publisher": " P "})
    assert faults == []
    assert (record["title"], record["publisher"]) == ("A", "P")


def test_a_record_is_its_own_line() -> None:
    record, _faults = read(LINE)
    again, faults = parse(dump(record).encode(), VALUES)
    assert faults == []
    assert (again, dump(again), digest(again)) == (record, dump(record), digest(record))


def test_the_digest_covers_the_content_but_not_the_sector() -> None:
    line = LINE | {"kind": "curriculum"}
    del line["resource_type"]
    base = read(line | {"provider": "P"})[0]
    assert digest(base) == digest(base | {"sector": "public"})
    assert digest(base) != digest(base | {"title": "Z"})


def test_spellings_of_one_name() -> None:
    assert organisation_key("  The  ÉCOLE ") == organisation_key("the école")


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(raw: bytes) -> None:
    record, faults = parse(raw, VALUES)
    assert (record is None) == bool(faults)


@given(st.sampled_from(["resource", "curriculum"]), st.dictionaries(names, json_values))
def test_any_object_gets_an_answer(kind: str, content: dict[str, Any]) -> None:
    """Nothing raises, and a record comes back exactly where there is no fault."""
    raw = json.dumps(LINE | content | {"kind": kind}).encode()
    record, faults = parse(raw, VALUES)
    assert (record is None) == bool(faults)
    assert all(fault.message and fault.field.isprintable() for fault in faults)


@given(st.dictionaries(names, json_values))
def test_a_good_record_survives_its_own_line(content: dict[str, Any]) -> None:
    record, _faults = parse(json.dumps(LINE | content).encode(), VALUES)
    if record is not None:
        assert parse(dump(record).encode(), VALUES) == (record, [])
