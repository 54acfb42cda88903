"""What readers see of an approved curriculum."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from curriculum_pages.models import Claim, CurriculumEvidence, EvidenceStudy, Module
from resource_library.models import Source
from review_workflow.enums import ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import record_approval_event
from tests.integration.search.building import TODAY, Catalog, organisation, term, topic

from .conftest import approve, html_of, structured

pytestmark = pytest.mark.django_db


def test_the_page_shows_every_field(client: Client, catalog: Catalog) -> None:
    page = catalog.curriculum(
        "Listening first",
        slug="listening",
        approve=False,
        provider="Kestrel Academy",
        acronym="LF",
        version_label="2.1",
        version_on=dt.date(2025, 3, 1),
        authors="R. Vale",
        origin="Grew slowly.",
        programme_kind=term("programme_kind", "course"),
        licence=term("licence", "open"),
        cost="Free",
        description="<p>Described at length.</p>",
        prerequisites="None at all",
        agency_size="Under 50",
        tailoring_notes="Swap the scenes.",
        less_lethal="no",
        claimed_hours=Decimal(3),
        class_size="12 people",
        instructor_ratio="1 to 6",
        instructor_qualifications="Ten years",
        train_the_trainer="yes",
        refresher_months=24,
        partner_involvement="A clinician",
        objectives=[("item", "Name three signals")],
        pre_test="yes",
        post_test="yes",
        pass_mark=80,
        scenario_exercises=[
            ("scenario", {"title": "The porch", "description": "At night.", "minutes": 30})
        ],
        follow_up_method="Ride-along",
        follow_up_months=6,
        accessibility_statement="Captions",
        core_topics=[topic("listening", "Listening")],
        audiences=[term("audience", "recruits")],
        stages=[term("stage", "refresher")],
        key_elements=[term("key_element", "time-as-a-resource")],
        modality=term("modality", "blended"),
        language=term("language", "english"),
    )
    page.crisis_causes = [term("crisis_cause", "trauma")]
    page.tactics = [term("tactic", "calm")]
    page.implementation_supports = [term("implementation_support", "written-policy")]
    page.modules = [
        Module(
            title="Ears open",
            contact_minutes=90,
            core_topic=topic("listening"),
            method=term("method", "video"),
            objectives=[("item", "Hear it")],
            materials=[("item", "A clip")],
            assessments=[("item", "A quiz")],
        ),
        Module(title="Unmeasured"),
    ]
    page.tags.add("voice")
    approve(page, public_wording="Granted for five years.")
    html = html_of(client.get("/catalog/listening/"))
    for text in (
        "Listening first",
        "(LF)",
        "Kestrel Academy",
        "2.1",
        "March 1, 2025",
        "R. Vale",
        "Grew slowly.",
        "Course",
        "Open",
        "Free",
        "Described at length.",
        "None at all",
        "Under 50",
        "Swap the scenes.",
        "12 people",
        "1 to 6",
        "Ten years",
        "Every 24 months",
        "A clinician",
        "Name three signals",
        "The porch",
        "At night.",
        "80 %",
        "Ride-along",
        "6 months",
        "Captions",
        "Ears open",
        "Hear it",
        "A clip",
        "A quiz",
        "Unmeasured",
        "Trauma",
        "Calm",
        "voice",
        "Granted for five years.",
        f"N-{page.pk}",
        "The provider claims 3 h",
        "an endorsement",
    ):
        assert text.replace("\xa0", " ") in html.replace("\xa0", " "), text
    assert "add up to 1 h 30 min" in html.replace("\xa0", " ")
    assert '<a href="/catalog/?core_topic=listening">Listening</a>' in html


def test_structured_data_tells_of_real_approvals_only(client: Client, catalog: Catalog) -> None:
    page = catalog.curriculum(
        "Real </script><b>", slug="real", approve=False, minutes=90, provider="Kestrel Academy"
    )
    approve(page)
    (course,) = structured(client.get("/catalog/real/"))
    assert course["@type"] == "Course"
    assert course["name"] == "Real </script><b>"
    assert course["provider"] == {"@type": "Organization", "name": "Kestrel Academy"}
    assert course["hasCourseInstance"]["courseWorkload"] == "PT1H30M"
    sample = catalog.curriculum("Sample: one", slug="sample-one", approve=False)
    approve(sample, ApprovalBasis.SAMPLE)
    response = client.get("/catalog/sample-one/")
    assert structured(response) == []
    assert "Sample approval for demonstration; no authority has approved this." in html_of(response)


def test_standing_and_the_operators_own_curricula_are_disclosed(
    client: Client, catalog: Catalog
) -> None:
    organisation("The Operator", is_operator=True)
    page = catalog.curriculum("Own", slug="own", provider="The Operator", approve=False)
    approval = approve(page, provisional=True)
    html = html_of(client.get("/catalog/own/"))
    assert "also operates this platform" in html
    assert "some of which are still open" in html
    record_approval_event(
        approval=approval,
        event=Event(ApprovalEventKind.REVIEW_OPENED, TODAY),
        reason="Private words",
        public_wording="Reassessed after a report.",
    )
    html = html_of(client.get("/catalog/own/"))
    assert "being reassessed" in html
    assert "Reassessed after a report." in html
    assert "Private words" not in html


def study_with_claims(number: int, claims: int) -> EvidenceStudy:
    source = Source.objects.get_or_create(short_name="Paper", defaults={"citation": "A paper."})[0]
    study = EvidenceStudy.objects.create(title=f"Study {number}", citation="Cited.")
    for place in range(claims):
        Claim.objects.create(
            study=study,
            outcome=f"Outcome {place}",
            statement="Fell.",
            source=source,
            locator="p. 1",
            impact_area=term("impact_area", "officer-safety"),
        )
    return study


def test_the_number_of_queries_does_not_grow(
    client: Client, catalog: Catalog, django_assert_max_num_queries: Any
) -> None:
    def queries(size: int) -> int:
        page = catalog.curriculum(f"Size {size}", slug=f"size-{size}", approve=False, minutes=None)
        page.modules = [
            Module(
                title=f"Module {number}",
                contact_minutes=30,
                core_topic=topic(f"topic-{number % 5}"),
                method=term("method", "video"),
                further_methods=[term("method", "lecture")],
            )
            for number in range(size)
        ]
        page.evidence = [
            CurriculumEvidence(study=study_with_claims(number, size if number == 0 else 1))
            for number in range(size)
        ]
        approve(page)
        client.get(f"/catalog/size-{size}/")
        with django_assert_max_num_queries(60) as captured:
            assert client.get(f"/catalog/size-{size}/").status_code == 200
        return len(captured)

    one, three, hundred = queries(1), queries(3), queries(100)
    assert (three, hundred) == (one, one)
