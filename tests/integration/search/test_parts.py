"""Modules and findings are indexed each as one: what is asked of one never comes from two."""

import os
from typing import Any

import pytest

from curriculum_pages.models import Claim, CurriculumEvidence, CurriculumPage, EvidenceStudy, Module
from resource_library.models import Source
from search.engines.elasticsearch import ElasticsearchEngine, client
from search.models import SearchRecord
from tests.integration.search.building import Catalog, term, topic

pytestmark = pytest.mark.django_db


def parts(page: CurriculumPage) -> dict[str, Any]:
    """Return what is stored of a page's modules and findings."""
    stored: dict[str, Any] = SearchRecord.objects.get(page=page).parts
    return stored


def claim(**about: Any) -> Claim:
    """Return a stored claim that uses of force fell."""
    source = Source.objects.get_or_create(short_name="A report", citation="A report.")[0]
    return Claim.objects.create(
        outcome="Uses of force",
        statement="They fell.",
        direction="favourable",
        source=source,
        locator="p. 4",
        **about,
    )


@pytest.fixture
def course(catalog: Catalog, committed: Any) -> CurriculumPage:
    """A course with a module of listening by role-play and one of law by lecture."""
    with committed():
        skills = topic("skills")
        return catalog.curriculum(
            "Calm words",
            modules=[
                Module(
                    title="Listening under pressure",
                    contact_minutes=60,
                    core_topic=topic("listening", parent=skills),
                    method=term("method", "role-play"),
                ),
                Module(
                    title="Law",
                    contact_minutes=240,
                    core_topic=topic("law"),
                    method=term("method", "lecture"),
                ),
            ],
        )


def test_a_record_holds_each_module_with_what_belongs_to_it(course: CurriculumPage) -> None:
    assert parts(course) == {
        "modules": [
            {
                "title": "Listening under pressure",
                "minutes": 60,
                "core_topic": ["listening", "skills"],
                "method": ["role-play"],
            },
            {"title": "Law", "minutes": 240, "core_topic": ["law"], "method": ["lecture"]},
        ]
    }


def test_findings_follow_every_change_of_claims_and_studies(
    course: CurriculumPage, catalog: Catalog, committed: Any
) -> None:
    with committed():
        study = EvidenceStudy.objects.create(
            title="A trial",
            citation="A trial.",
            design=term("study_design", "trial"),
            independence="independent",
            year=2024,
        )
        CurriculumEvidence.objects.create(page=course, study=study)
        studied = claim(study=study, impact_area=term("impact_area", "use-of-force"))
    finding = {
        "outcome": "Uses of force",
        "direction": "favourable",
        "flag": None,
        "impact_area": "use-of-force",
        "study_design": "trial",
        "independence": "independent",
        "year": 2024,
    }
    assert parts(course)["evidence"] == [finding]
    with committed():
        study.year = 2025
        study.save()
    assert parts(course)["evidence"] == [finding | {"year": 2025}]
    with committed():
        other = catalog.curriculum("Other")
        studied.study, studied.curriculum = None, other
        studied.save()
    assert "evidence" not in parts(course)
    assert [found["study_design"] for found in parts(other)["evidence"]] == [None]
    with committed():
        studied.delete()
    assert "evidence" not in parts(other)


def test_a_hidden_page_leaves_nothing(course: CurriculumPage, committed: Any) -> None:
    with committed():
        course.unpublish()
    assert parts(course) == {}


@pytest.mark.elasticsearch
def test_what_is_asked_of_one_module_never_comes_from_two(
    engine: ElasticsearchEngine, course: CurriculumPage, committed: Any
) -> None:
    with committed():
        claim(curriculum=course)

    def found(path: str, **values: Any) -> int:
        terms = [{"term": {f"{path}.{name}": value}} for name, value in values.items()]
        body = {"query": {"nested": {"path": path, "query": {"bool": {"filter": terms}}}}}
        server = client(os.environ["ELASTICSEARCH_URL"], 5.0)
        total: int = server.search(index=engine.index, body=body)["hits"]["total"]["value"]
        return total

    assert found("modules", core_topic="skills", method="role-play") == 1
    assert found("modules", core_topic="law", method="role-play") == 0
    assert found("modules", core_topic="law", minutes=240) == 1
    assert found("modules", title="listen", minutes=60) == 1
    assert found("evidence", direction="favourable", outcome="forc") == 1
    assert found("evidence", direction="unfavourable") == 0
