"""What texts find, in which order, and how it is shown."""

import datetime as dt
from html import unescape

import pytest

from search.query import CatalogQuery
from tests.contract.search.corpus import TODAY, Index, make_record

FILLER = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod"


def found(index: Index, text: str) -> list[str]:
    return [hit.title for hit in index.ask(CatalogQuery(None, text=text, page_size=100)).hits]


@pytest.mark.parametrize("text", ["rapport", "rapports", '"rapport"', "rappo"])
def test_title_ranks_above_summary_above_body(empty: Index, text: str) -> None:
    empty.store(
        [
            make_record(1, title="Body", summary=FILLER, body=f"{FILLER} rapport"),
            make_record(2, title="Often", summary=FILLER, body="rapport " * 60),
            make_record(3, title="Summary", summary=f"{FILLER} rapport", body=FILLER),
            make_record(4, title="Building rapport", summary=FILLER, body=f"{FILLER} " * 30),
            make_record(5, title="Nothing", summary=FILLER, body=FILLER),
        ]
    )
    titles = found(empty, text)
    assert titles[:2] == ["Building rapport", "Summary"]
    assert sorted(titles[2:]) == ["Body", "Often"]


def test_more_mentions_rank_higher_and_ties_are_in_the_order_of_ids(empty: Index) -> None:
    same = [make_record(n, title="Same", body=f"{FILLER} rapport") for n in range(1, 9)]
    others = [make_record(n, title="Other", body=FILLER) for n in range(20, 50)]
    empty.store(
        [*same, *others, make_record(9, title="More", body=f"{FILLER} rapport rapport rapport")]
    )
    hits = empty.ask(CatalogQuery(None, text="rapport")).hits
    assert hits[0].title == "More"
    uids = [hit.uid for hit in hits[1:]]
    assert uids == sorted(uids)


def test_words_are_and_over_all_fields(empty: Index) -> None:
    empty.store(
        [
            make_record(1, title="Alpha", summary="beta", body="gamma"),
            make_record(2, title="Alpha", summary="beta"),
        ]
    )
    assert len(found(empty, "gamma beta alpha")) == 1
    assert len(found(empty, "alpha beta")) == 2


def test_phrases_never_cross_a_field(empty: Index) -> None:
    empty.store(
        [
            make_record(1, title="Ends with crisis", summary="team begins", body="x"),
            make_record(2, title="One crisis team", summary="", body=""),
            make_record(3, title="z", summary="Team crisis", body=""),
        ]
    )
    assert found(empty, '"crisis team"') == ["One crisis team"]
    assert sorted(found(empty, "crisis team")) == ["Ends with crisis", "One crisis team", "z"]


def test_stop_words_do_not_part_a_phrase(empty: Index) -> None:
    empty.store([make_record(1, title="The use of force"), make_record(2, title="Force of use")])
    assert found(empty, '"use of force"') == ["The use of force"]
    assert found(empty, "the") == []


def test_the_last_word_is_also_a_beginning(empty: Index) -> None:
    empty.store([make_record(1, title="Patrol officers"), make_record(2, title="Patron saints")])
    assert sorted(found(empty, "patr")) == ["Patrol officers", "Patron saints"]
    assert found(empty, "patr officers") == []
    assert found(empty, '"patr"') == []
    assert found(empty, "officers patro") == ["Patrol officers"]


def test_synonyms_work_in_both_directions(empty: Index) -> None:
    empty.store(
        [
            make_record(1, title="CIT basics"),
            make_record(2, title="A crisis intervention team"),
            make_record(3, title="Team intervention in a crisis"),
            make_record(4, title="De-escalation"),
            make_record(5, title="Deescalation"),
        ]
    )
    assert sorted(found(empty, "cit")) == ["A crisis intervention team", "CIT basics"]
    assert sorted(found(empty, "crisis intervention team")) == [
        "A crisis intervention team",
        "CIT basics",
        "Team intervention in a crisis",
    ]
    assert sorted(found(empty, "deescalation")) == ["De-escalation", "Deescalation"]
    assert sorted(found(empty, "de-escalation")) == ["De-escalation", "Deescalation"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Café Überblick", "cafe uberblick"),
        ("Cafe Uberblick", "CAFÉ ÜBERBLICK"),
        ("Straße", "STRASSE"),
        ("危机干预培训", "干预"),
        ("Кризис", "кризис"),
        ("أزمة", "أزمة"),
        ("हिन्दी", "हिन्दी"),
        ("Ｆｕｌｌ ﬁre", "full fire"),
        ("Radio 🚓 car", "🚓 car"),
        ("i\u0307stanbul", "İSTANBUL"),
        ("L.E.A.D.S. course", "leads"),
    ],
)
def test_scripts_accents_and_forms(empty: Index, title: str, text: str) -> None:
    empty.store([make_record(1, title=title), make_record(2, title="Other")])
    assert found(empty, text) == [title]


HOSTILE = [
    '"',
    '""',
    '"""',
    "NEAR(a b)",
    "NEAR(rapport",
    "title:rapport",
    "{title}: rapport",
    "rapport*",
    "* rapport",
    "^rapport",
    "rapport AND",
    "OR OR OR",
    "NOT rapport",
    "(rapport",
    "rapport)",
    "rapport & | ! <-> :*",
    "'; DROP TABLE clearinghouse_search_fulltext; --",
    "rapport\\",
    "%s %(x)s %%",
    "rapport' 'rapport",
    "\u202erapport\u202c",
    "\ud83d\ude93".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a " * 249,
    "ab-" * 160,
    "x" * 500,
    "😀" * 100,
    "\u0301" * 200 + "a",
    "+rapport -nothing ~2 /re/ [a TO b]",
    '{"query": {"match_all": {}}}',
    "<script>alert(1)</script>",
    "\t\n\r\x0b rapport",
    "\x01\x02rapport",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_words_like_any_other(index: Index, text: str) -> None:
    query = CatalogQuery(None, text=text, page_size=100)
    expected = index.expected(query)
    answer = index.ask(query)
    assert answer.count == expected.count
    assert (
        sorted(hit.uid for hit in answer.hits) == sorted(expected.uids)[:100] or answer.count > 100
    )
    for hit in (*answer.hits, *answer.near):
        plain = hit.highlight.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in plain


def test_highlights_are_escaped_and_mark_what_was_found(empty: Index) -> None:
    empty.store(
        [
            make_record(
                1,
                title="x",
                summary="no match <b>",
                body='Before <script>alert("x")</script> Cafés & communities: "rapport"',
            )
        ]
    )
    (hit,) = empty.ask(CatalogQuery(None, text="cafe community")).hits
    assert "<mark>Cafés</mark> &amp; <mark>communities</mark>" in hit.highlight
    assert "<script>" not in hit.highlight
    plain = unescape(hit.highlight.replace("<mark>", "").replace("</mark>", ""))
    assert plain in 'Before <script>alert("x")</script> Cafés & communities: "rapport"'
    (hit,) = empty.ask(CatalogQuery(None)).hits
    assert hit.highlight == ""


def test_what_finds_nothing_is_helped(empty: Index) -> None:
    empty.store(
        [
            make_record(1, title="Active listening", summary="For dispatchers"),
            make_record(2, title="Listening posts"),
            make_record(3, title="Nothing of it"),
        ]
    )
    answer = empty.ask(CatalogQuery(None, text="activ lisening"))
    assert (answer.count, answer.hits) == (0, ())
    assert answer.suggestion is not None
    assert found(empty, answer.suggestion)
    answer = empty.ask(CatalogQuery(None, text="listening zebra"))
    assert answer.count == 0
    assert sorted(hit.title for hit in answer.near) == ["Active listening", "Listening posts"]
    assert empty.ask(CatalogQuery(None, text="qqqq")).near == ()


def test_the_first_and_the_last_day_count(empty: Index) -> None:
    day = dt.timedelta(days=1)
    empty.store([make_record(1, title="Once", valid_from=TODAY - day, valid_until=TODAY + day)])
    days = [TODAY + day * offset for offset in (-2, -1, 0, 1, 2)]
    for text in ("", "once"):
        query = CatalogQuery(None, text=text)
        assert [empty.ask(query, today=d).count for d in days] == [0, 1, 1, 1, 0]


def test_long_bodies_are_searched_to_their_limit(empty: Index) -> None:
    empty.store(
        [make_record(1, title="Long", body="filler " * 9_990 + "end " + "x " * 20 + "lost")]
    )
    assert found(empty, "end") == ["Long"]
    assert found(empty, "lost") == []


def test_records_change_and_go(empty: Index) -> None:
    record = make_record(1, title="First name")
    empty.store([record])
    assert found(empty, "first") == ["First name"]
    empty.store([make_record(1, title="Second name")])
    assert (found(empty, "first"), found(empty, "second")) == ([], ["Second name"])
    empty.store([], gone=[record])
    assert found(empty, "second") == []
    assert found(empty, "") == []
    empty.store([record])
    assert found(empty, "") == ["First name"]


def test_near_is_half_of_the_words_at_least_and_rare_words_count_more(empty: Index) -> None:
    empty.store(
        [
            make_record(1, title="Common rare", facets={"publisher": ("press",)}),
            make_record(2, title="Common often"),
            make_record(3, title="Rare often"),
            make_record(4, title="Common"),
            make_record(5, title="Common often", locale="es"),
            make_record(6, title="Often common", body="often"),
            *(make_record(n, title="Common") for n in range(10, 20)),
            *(make_record(n, title="Often") for n in range(20, 24)),
        ]
    )
    near = empty.ask(CatalogQuery(None, text="common rare often zebra")).near
    assert [hit.title for hit in near[:2]] == ["Rare often", "Common rare"]
    assert sorted(hit.title for hit in near[2:]) == ["Common often", "Often common"]
    near = empty.ask(CatalogQuery(None, text="common rare zebra")).near
    assert [hit.title for hit in near] == ["Common rare"]
    for publisher in ("press", "office"):
        chosen = {"publisher": (publisher,)}
        near = empty.ask(CatalogQuery(None, text="rare zebra", selections=chosen)).near
        wanted = ["Common rare"] if publisher == "press" else ["Common rare", "Rare often"]
        assert sorted(hit.title for hit in near) == wanted
