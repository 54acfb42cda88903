"""What is exported can be imported, and says the same again."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from curriculum_pages.models import CurriculumPage, Provider
from resource_library.models import Organisation, ResourcePage, Term
from review_workflow.enums import ApprovalBasis
from review_workflow.services import Term as ApprovalTerm
from review_workflow.services import grant_approval

from .conftest import approval, curriculum, resource

pytestmark = pytest.mark.django_db


def exported(**options: Any) -> str:
    said = StringIO()
    call_command("export_records", stdout=said, **options)
    return said.getvalue()


LINES = [
    resource(),
    resource(slug="a-bare-one", body="", audiences=[], publisher=None, published_on=None, url=None),
    resource(
        slug="hard", title="“A” & B", body="1 < 2 & <em>é</em> <a href='mailto:a@b.org'>m</a>"
    ),
]


def test_an_imported_file_comes_out_in_canonical_form(bring_in: Any) -> None:
    bring_in(*LINES, curriculum(), curriculum(slug="draft", approval=None))
    lines = [json.loads(line) for line in exported().splitlines()]
    assert [line["slug"] for line in lines] == [
        "a-bare-one",
        "calm-voice",
        "hard",
        "draft",
        "time-and-distance",
    ]
    assert lines[1] == resource()
    assert lines[4] == curriculum()


def test_the_export_of_an_import_of_an_export_is_the_same(
    bring_in: Any, tmp_path: Path, site_tree: Any
) -> None:
    with transaction.atomic():
        bring_in(
            *LINES,
            curriculum(),
            curriculum(slug="draft", approval=None),
            curriculum(slug="old", approval=approval(number="2", expires_on="2025-06-30")),
        )
        first = exported()
        transaction.set_rollback(True)
    assert exported() == ""
    path = tmp_path / "again.jsonl"
    path.write_text(first, encoding="utf-8")
    call_command("import_records", path, verbosity=0)
    assert exported() == first


def test_an_export_changes_nothing_where_it_came_from(bring_in: Any, tmp_path: Path) -> None:
    bring_in(
        *LINES,
        curriculum(),
        curriculum(slug="draft", approval=None),
        curriculum(slug="old", approval=approval(number="2", expires_on="2025-06-30")),
    )
    path = tmp_path / "out.jsonl"
    call_command("export_records", path, stderr=StringIO())
    said = StringIO()
    call_command("import_records", path, verbosity=0, stdout=said)
    assert said.getvalue().strip() == "0 created, 0 changed, 6 unchanged"
    assert path.read_text(encoding="utf-8") == exported()


@pytest.fixture
def editors_pages(site_tree: Any) -> None:
    """Pages that no import made: a resource, a draft, an approved curriculum and a sample."""
    guide = Term.objects.get(vocabulary="resource_type", slug="guide")
    link = f'<a linktype="page" id="{site_tree["library"].pk}">it</a>'
    page = ResourcePage(
        title="Mine",
        slug="mine",
        summary="Mine.",
        resource_type=guide,
        body=f'<p data-block-key="x1">See {link}.</p>',
    )
    site_tree["library"].add_child(instance=page)
    provider = Provider.objects.create(
        organisation=Organisation.objects.create(name="Ours", sector="private")
    )
    for slug in ("unapproved", "approved", "sample"):
        page = CurriculumPage(
            title=slug.title(), slug=slug, summary="One.", live=False, provider=provider
        )
        site_tree["catalog"].add_child(instance=page)
        if slug != "unapproved":
            grant_approval(
                page=page,
                basis=ApprovalBasis.SAMPLE if slug == "sample" else ApprovalBasis.PANEL,
                number=slug,
                term=ApprovalTerm(date(2025, 1, 1), date(2099, 1, 1)),
                reason="Decided.",
            )


def test_pages_of_editors_are_exported_as_far_as_they_are_public(editors_pages: Any) -> None:
    lines = {line["slug"]: line for line in map(json.loads, exported().splitlines())}
    assert set(lines) == {"mine", "approved", "sample"}
    assert lines["approved"]["approval"]["number"] == "approved"
    assert lines["sample"]["approval"] is None, "a sample must not pass for a real approval"
    body = lines["mine"]["body"]
    assert "data-block-key" not in body
    assert '/library/">it</a>' in body
    assert exported(imported_only=True) == ""


def test_a_file_appears_whole_or_not_at_all(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_records", tmp_path / "none" / "out.jsonl")
