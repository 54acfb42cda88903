"""Every fault is reported with its line and field, and nothing is written."""

import json
from typing import Any

import pytest
from wagtail.models import Page

from resource_library.models import CoreTopicArea, Organisation, ResourcePage, Term
from review_workflow.models import Approval

from .conftest import approval, curriculum, resource

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"\xff\xfe", "line 1: Is not UTF-8 text."),
        (b"{", "line 1: Is not JSON."),
        (b"[" * 100_000, "line 1: Is not JSON."),
        (b"[]", "line 1: Is not a JSON object."),
        (b'{"kind": "resource", "kind": "resource"}', "line 1: kind: Is there more than once."),
        ({"kind": "book"}, "line 1: kind: Must be “resource” or “curriculum”."),
        ({}, "line 1: kind: Is missing."),
        ({"kind": ["resource"]}, "line 1: kind: Must be “resource” or “curriculum”."),
        (resource(slug="a b"), "line 1: slug: May only contain"),
        (resource(slug="é"), "line 1: slug: May only contain"),
        (resource(slug="x" * 256), "line 1: slug: Is longer than 255 characters (256)."),
        (resource(slug=None), "line 1: slug: Is empty."),
        (resource(title="  "), "line 1: title: Is empty."),
        (resource(title=5), "line 1: title: Must be text."),
        (resource(title="a\0b"), "line 1: title: Contains the character U+0000."),
        (resource(title="a\nb"), "line 1: title: Contains the character U+000A."),
        (resource(summary="a\x1bb"), "line 1: summary: Contains the character U+001B."),
        (resource(title="a\ud800"), "line 1: title: Contains the character U+D800."),
        (resource(title="x" * 256), "line 1: title: Is longer than 255 characters (256)."),
        (resource(summary="x" * 601), "line 1: summary: Is longer than 600 characters (601)."),
        (resource(core_topics=None), "line 1: core_topics: Is empty."),
        (resource(core_topics="tactical-skills"), "line 1: core_topics: Must be a list."),
        (resource(core_topics=["none"]), "line 1: core_topics[0]: There is no value “none”."),
        (resource(core_topics=[1]), "line 1: core_topics[0]: Must be text."),
        (
            resource(core_topics=["tactical-skills", "tactical-skills"]),
            "line 1: core_topics[1]: Is there more than once.",
        ),
        (resource(resource_type=""), "line 1: resource_type: Is empty."),
        (resource(resource_type="lecture"), "line 1: resource_type: There is no value “lecture”."),
        (resource(published_on="05/03/2024"), "line 1: published_on: Must be a day as YYYY-MM-DD."),
        (resource(published_on="2024-02-30"), "line 1: published_on: Must be a day as YYYY-MM-DD."),
        (resource(published_on="20240305"), "line 1: published_on: Must be a day as YYYY-MM-DD."),
        (resource(url="javascript:alert(1)"), "line 1: url: Must be an address"),
        (resource(url="ftp://example.org/"), "line 1: url: Must be an address"),
        (resource(publisher="x" * 201), "line 1: publisher: Is longer than 200 characters (201)."),
        (resource(colour="red"), "line 1: colour: Is not a field of this record."),
        (resource(modules=[]), "line 1: modules: Is not a field of this record."),
        (curriculum(sector="state"), "line 1: sector: There is no value “state”."),
        (curriculum(provider=None), "line 1: sector: Belongs to a provider, and none is named."),
        (curriculum(modality=["in-person"]), "line 1: modality: Must be text."),
        (curriculum(modules={}), "line 1: modules: Must be a list."),
        (curriculum(modules=["x"]), "line 1: modules[0]: Must be an object."),
        (
            curriculum(modules=[{"title": "x", "minutes": 0}]),
            "line 1: modules[0].minutes: Must be a whole number from 1",
        ),
        (
            curriculum(modules=[{"title": "x", "minutes": True}]),
            "line 1: modules[0].minutes: Must be a whole number from 1",
        ),
        (
            curriculum(modules=[{"title": "x", "minutes": 1.5}]),
            "line 1: modules[0].minutes: Must be a whole number from 1",
        ),
        (
            curriculum(modules=[{"title": "x", "hours": 1}]),
            "line 1: modules[0].hours: Is not a field of this record.",
        ),
        (curriculum(modules=[{"minutes": 1}]), "line 1: modules[0].title: Is missing."),
        (curriculum(approval=[]), "line 1: approval: Must be an object or null."),
        (curriculum(approval=approval(number=" ")), "line 1: approval.number: Is empty."),
        (
            curriculum(approval=approval(number="x" * 61)),
            "line 1: approval.number: Is longer than 60 characters (61).",
        ),
        (
            curriculum(approval=approval(approved_on="2098-01-01")),
            "line 1: approval.approved_on: Lies in the future.",
        ),
        (
            curriculum(approval=approval(expires_on="2025-01-09")),
            "line 1: approval.expires_on: Lies before the day of approval.",
        ),
        (
            curriculum(approval=approval(basis="panel")),
            "line 1: approval.basis: Is not a field of this record.",
        ),
    ],
)
def test_one_fault(refuse: Any, line: Any, fault: str) -> None:
    pages = Page.objects.count()
    said = refuse(line)
    assert len(said) == 1
    assert said[0].startswith(fault)
    assert Page.objects.count() == pages


def test_every_fault_of_every_line(refuse: Any) -> None:
    assert refuse(
        resource(title="", core_topics=["none"], other=1),
        b"",
        b"nonsense",
        curriculum(approval=approval(number="", expires_on="soon")),
    ) == [
        "line 1: title: Is empty.",
        "line 1: core_topics[0]: There is no value “none”.",
        "line 1: other: Is not a field of this record.",
        "line 3: Is not JSON.",
        "line 4: approval.number: Is empty.",
        "line 4: approval.expires_on: Must be a day as YYYY-MM-DD.",
    ]


def test_lines_that_clash(refuse: Any) -> None:
    assert refuse(
        resource(),
        resource(),
        curriculum(slug="calm-voice"),
        curriculum(sector="private"),
    ) == [
        "line 2: slug: Line 1 has the same slug.",
        "line 4: approval.number: Line 3 has the same approval number.",
        "line 4: sector: Line 3 says that “Sample Academy” is public.",
    ]


def test_a_page_that_no_import_made(refuse: Any, site_tree: Any) -> None:
    guide = Term.objects.get(vocabulary="resource_type", slug="guide")
    site_tree["library"].add_child(
        instance=ResourcePage(title="Mine", slug="calm-voice", summary="Mine.", resource_type=guide)
    )
    assert refuse(resource()) == [
        "line 1: slug: The page with this slug was not made by an import."
    ]
    assert ResourcePage.objects.get().title == "Mine"


def test_a_number_that_another_page_has(bring_in: Any, refuse: Any) -> None:
    bring_in(curriculum())
    assert refuse(curriculum(slug="other")) == [
        "line 1: approval.number: Another approval has this number."
    ]
    assert Approval.objects.count() == 1


def test_an_organisation_is_not_changed(refuse: Any) -> None:
    Organisation.objects.create(name="Sample Academy", sector="private")
    assert refuse(curriculum()) == [
        "line 1: sector: “Sample Academy” is recorded with the sector private."
    ]


def test_a_blank_sector_of_an_editor_stays_blank(refuse: Any) -> None:
    Organisation.objects.create(name="Sample Academy", acronym="SA")
    assert refuse(curriculum()) == [
        "line 1: sector: “Sample Academy” is recorded with the sector –."
    ]


def test_a_publisher_of_an_import_may_become_a_provider(bring_in: Any) -> None:
    bring_in(resource(publisher="Sample Academy"))
    bring_in(curriculum())
    assert Organisation.objects.get().sector == "public"


def test_a_retired_topic_takes_nothing_new(bring_in: Any, refuse: Any) -> None:
    bring_in(resource())
    CoreTopicArea.objects.filter(slug="communication-skills").update(active=False)
    assert bring_in(resource()) == "0 created, 0 changed, 1 unchanged"
    assert refuse(resource(slug="new")) == [
        "line 1: core_topics: “communication-skills” is no longer in use."
    ]


def test_names_from_outside_are_safe_to_print(refuse: Any) -> None:
    line = json.dumps(resource() | {"a\x1b[2J": 1}).encode()
    assert refuse(line) == ["line 1: a\N{REPLACEMENT CHARACTER}[2J: Is not a field of this record."]
