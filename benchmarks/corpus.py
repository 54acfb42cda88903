"""Made-up records and queries with the skew of real ones; the same seed gives the same corpus."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from uuid import UUID

SYLLABLES = (
    "ba co de fi gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri flo gru".split()
)
FIELD_WORDS = (
    "officer crisis training scenario communication community response safety tactical decision "
    "wellness policy recognition resource force distance cover team listening empathy supervisor "
    "academy instructor evaluation deflection diversion dispatcher clinician rapport injury"
).split()
BODY_WORDS = 310  # about 2.6 kB
FACET_SIZES = {
    "core_topic": 11,
    "audience": 14,
    "language": 2,
    "year": 12,
    "key_element": 7,
    "stage": 7,
    "modality": 4,
    "provider": 51,
}
MULTI_VALUED = {"core_topic": 3, "audience": 3, "key_element": 2, "stage": 2}


@dataclass(frozen=True, slots=True)
class MadeRecord:
    """One made-up curriculum: its texts and its facet values."""

    number: int
    uid: UUID
    title: str
    summary: str
    body: str
    minutes: int
    approved_on: date
    facets: dict[str, tuple[str, ...]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class MadeQuery:
    """One made-up search: a text (may be empty) and selected facet values."""

    text: str
    selections: dict[str, tuple[str, ...]] = field(hash=False)

    def parameters(self) -> dict[str, list[str]]:
        """Return it as URL parameters."""
        text = {"q": [self.text]} if self.text else {}
        return text | {name: list(values) for name, values in self.selections.items()}


def _vocabulary(chance: random.Random) -> tuple[list[str], list[float]]:
    made = sorted({"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(9000)})
    chance.shuffle(made)
    words = FIELD_WORDS + made
    return words, list(accumulate(1 / (rank + 8) for rank in range(len(words))))


def _skewed(chance: random.Random, size: int, count: int) -> list[int]:
    weights = [1 / (rank + 1) for rank in range(size)]
    return sorted(set(chance.choices(range(size), weights, k=count)))


def records(size: int, *, seed: int = 1) -> Iterator[MadeRecord]:
    """Yield `size` records one by one."""
    chance = random.Random(seed)
    words, weights = _vocabulary(chance)

    def text(length: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=length))

    for number in range(size):
        facets = {
            name: tuple(
                facet_value(name, place)
                for place in _skewed(chance, values, chance.randint(1, MULTI_VALUED.get(name, 1)))
            )
            for name, values in FACET_SIZES.items()
        }
        yield MadeRecord(
            number=number,
            uid=UUID(int=chance.getrandbits(128), version=4),
            title=text(6),
            summary=text(30),
            body=text(BODY_WORDS),
            minutes=chance.choice([60, 120, 240, 480, 960, 1200, 2400]),
            approved_on=date(2024, 1, 1) + timedelta(days=chance.randrange(700)),
            facets=facets,
        )


def facet_value(name: str, place: int) -> str:
    """Return the value at `place` of a facet."""
    return str(2014 + place) if name == "year" else f"{name.replace('_', '-')}-{place}"


def queries(count: int, *, seed: int = 2) -> list[MadeQuery]:
    """Return queries: three quarters with a text of up to three words, up to two selections."""
    words, weights = _vocabulary(random.Random(1))
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        text = ""
        if chance.random() < 0.75:  # noqa: PLR2004 - three quarters
            text = " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(1, 3)))
        names = chance.sample([n for n in FACET_SIZES if n != "language"], k=chance.randint(0, 2))
        selections = {
            name: tuple(facet_value(name, place) for place in _skewed(chance, FACET_SIZES[name], 2))
            for name in names
        }
        made.append(MadeQuery(text, selections))
    return made
