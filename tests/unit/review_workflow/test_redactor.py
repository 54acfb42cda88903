"""Names and addresses never survive the redactor, however they are spelt in a text."""

import unicodedata
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from review_workflow.services.letters import Person, Redactor

NAMES = st.text(
    st.characters(categories=["L"], max_codepoint=0x24F), min_size=3, max_size=12
).filter(lambda name: unicodedata.is_normalized("NFC", name) and "name" not in name.lower())
PEOPLE = st.builds(
    lambda first, last: Person(first, last, f"{first}.{last}@example.org"), NAMES, NAMES
)
SPELLINGS = (
    "{first} {last}",
    "{last}, {first}",
    "{first}\n{last}",
    "{first}.{last}@example.org",
    "{first}-{last}",
    "{last}'s",
    "({first})",
)


@given(
    st.lists(PEOPLE, min_size=1, max_size=6),
    st.sampled_from(SPELLINGS),
    st.sampled_from(["NFC", "NFD"]),
)
def test_no_name_survives(people: list[Person], spelling: str, form: Any) -> None:
    said = " and ".join(
        spelling.format(first=person.first_name, last=person.last_name) for person in people
    )
    text = unicodedata.normalize(form, f"As {said} wrote.")
    words = {"and", "wrote", "removed", "example", "org"}
    assume(not words & {part.lower() for p in people for part in (p.first_name, p.last_name)})
    redacted = Redactor(people).clean(text)
    assert "[name removed]" in redacted
    for person in people:
        for name in (person.first_name, person.last_name, person.email):
            assert name not in redacted.replace("[name removed]", "").split()
            assert f"{name}'s" not in redacted
            assert f"({name})" not in redacted
        assert f"{person.first_name} {person.last_name}" not in redacted
    assert not Redactor(people).names_somebody(redacted)


@given(st.lists(PEOPLE, max_size=6), st.text(alphabet="0123456789 .,;", max_size=200))
def test_what_names_nobody_stays(people: list[Person], text: str) -> None:
    assert Redactor(people).clean(text) == text.strip()


def test_single_words_are_taken_out_of_quotations_only() -> None:
    redactor = Redactor([Person("Grace", "Law", "grace@example.org")])
    assert redactor.clean("Grace period; law enforcement; Law") == (
        "[name removed] period; law enforcement; [name removed]"
    )
    assert not redactor.names_somebody("Grace period under the Law")
    assert redactor.names_somebody("GRACE  LAW")
    assert redactor.names_somebody("write to Grace@Example.ORG")


def test_names_inside_words_stay() -> None:
    redactor = Redactor([Person("Ann", "Chair", "ann@example.org")])
    assert redactor.clean("Annual wheelChairs") == "Annual wheelChairs"


def test_people_without_a_name_take_nothing_out() -> None:
    assert Redactor([Person("", "", "")]).clean("All of it.") == "All of it."
