"""What makes records alike, and how many points it is worth."""

from math import log

from search.similarity import Trait, points_of, traits_of


def test_traits_are_topics_elements_audiences_and_the_stems_of_the_title() -> None:
    facets = {
        "core_topic": ("skills", "listening"),
        "audience": ("leaders",),
        "key_element": ("time",),
        "publisher": ("press",),
        "year": ("2024",),
    }
    assert traits_of("The listening Listeners: communities", facets) == (
        Trait("core_topic", "skills"),
        Trait("core_topic", "listening"),
        Trait("key_element", "time"),
        Trait("audience", "leaders"),
        Trait("", "listen"),
        Trait("", "commun"),
    )
    assert traits_of("The", {}) == ()
    assert len(traits_of(" ".join(f"word{n}" for n in range(2_000)), {})) == 40


def test_points_grow_with_rarity_and_with_the_weight_of_the_facet() -> None:
    traits = [Trait(name, "x") for name in ("core_topic", "key_element", "audience", "")]
    assert [worth for _, worth in points_of(traits, [9, 9, 9, 9], 90)] == [
        round(1000 * weight * log(10)) for weight in (3, 2, 1, 1)
    ]
    ((_, rare), (_, common)) = points_of(traits[:2], [1, 90], 90)
    assert rare > common > 0


def test_what_nobody_else_has_is_worth_nothing() -> None:
    traits = [Trait("core_topic", "x"), Trait("", "x")]
    assert points_of(traits, [0, 0], 90) == ()
    assert points_of(traits, [0, 0], 0) == ()


def test_of_words_the_twelve_rarest_count_and_of_values_all() -> None:
    words = [Trait("", f"w{n:02}") for n in range(20)]
    values = [Trait("core_topic", f"t{n:02}") for n in range(20)]
    counts = [*range(20, 0, -1), *range(20, 0, -1)]
    points = dict(points_of([*words, *values], counts, 100))
    assert [trait for trait in points if not trait.facet] == words[8:]
    assert [trait for trait in points if trait.facet] == values
    tied = points_of(list(reversed(words)), [5] * 20, 100)
    assert {trait for trait, _ in tied} == set(words[:12])
