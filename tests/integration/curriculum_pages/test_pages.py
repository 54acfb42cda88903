"""What readers see of a curriculum, its files, an approval that ended, and requirements."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import PageViewRestriction

from curriculum_pages.enums import ClaimFlag, Direction, RequirementBasis, RequirementStatus
from curriculum_pages.models import (
    Claim,
    CurriculumEvidence,
    CurriculumFile,
    CurriculumPage,
    EvidenceStudy,
    Jurisdiction,
    Module,
    RequirementsPage,
    TrainingRequirement,
)
from curriculum_pages.services import store_file
from curriculum_pages.structured_data import iso_duration
from curriculum_pages.templatetags.curricula import duration, figure, period
from resource_library.models import Source
from review_workflow.enums import ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import Term as Days
from review_workflow.services import grant_approval, record_approval_event
from tests.integration.search.building import TODAY, Catalog, organisation, term, topic

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(f"{TODAY.isoformat()}T17:00:00+00:00", tick=True):
        yield


@pytest.fixture
def catalog(db: None) -> Catalog:
    return Catalog()


def html_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def structured(response: Any) -> list[Any]:
    found = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    return [json.loads(text) for text in found]


def approve(
    page: CurriculumPage, basis: ApprovalBasis = ApprovalBasis.IMPORTED, **values: Any
) -> Any:
    page.save_revision()
    return grant_approval(
        page=page,
        basis=basis,
        number=values.pop("number", f"N-{page.pk}"),
        reason="Test",
        term=Days(TODAY - dt.timedelta(30), TODAY + dt.timedelta(300)),
        **values,
    )


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


def test_findings_stand_alike_whichever_way_they_went(client: Client, catalog: Catalog) -> None:
    page = catalog.curriculum("Tested", slug="tested", approve=False)
    source = Source.objects.create(short_name="Paper", citation="A paper.")
    study = EvidenceStudy.objects.create(title="A trial", citation="Somebody (2020).")
    for direction in Direction:
        Claim.objects.create(
            study=study,
            outcome=f"outcome {direction.value}",
            statement="As stated.",
            source=source,
            direction=direction.value,
            locator="p. 3",
            value=Decimal("-28.50"),
            unit="%",
            interval_low=Decimal(-35),
            interval_high=Decimal(-20),
        )
    for reading in ("injuries", "complaints"):
        Claim.objects.create(
            study=study,
            outcome=f"Citizen {reading}",
            statement=f"Fewer {reading}.",
            source=source,
            locator="p. 4",
            flag=ClaimFlag.CONFLICTING.value,
            resolution=f"The study counts {reading}.",
        )
    Claim.objects.create(
        curriculum=page,
        outcome="Length",
        statement="Said to last a day.",
        source=source,
        locator="p. 5",
    )
    page.evidence = [CurriculumEvidence(study=study)]
    approve(page)
    html = html_of(client.get("/catalog/tested/")).replace("\xa0", " ")
    rows = re.findall(
        r"<td><strong>([^<]+)</strong></td> <td>As stated.</td> <td>([^<]+)</td>", html
    )
    assert sorted(rows) == sorted(
        (word, "−28.5 % (interval −35 to −20)")
        for word in ("Favourable", "No significant effect", "Unfavourable", "Mixed")
    )
    assert html.count('<span class="ch-flag">Sources conflict</span>') == 2
    assert "The study counts injuries." in html
    assert "The study counts complaints." in html
    assert "Sources contradict one another" in html
    assert "Said to last a day." in html


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


def test_a_preview_shows_the_draft_from_memory(catalog: Catalog) -> None:
    page = catalog.curriculum("Draft", approve=False)
    page.modules = [
        Module(title="Only in memory", contact_minutes=45, method=term("method", "video"))
    ]
    page.core_topics = [topic("fresh", "Fresh topic")]
    response = page.make_preview_request()
    html = html_of(response)
    assert "Only in memory" in html
    assert "Fresh topic" in html
    assert "There is no approval in force" in html
    assert structured(response) == []


def test_never_approved_is_404_and_ended_is_410(client: Client, catalog: Catalog) -> None:
    catalog.curriculum("Never", slug="never", approve=False)
    assert client.get("/catalog/never/").status_code == 404
    catalog.curriculum("Last day", slug="last-day", expires_on=TODAY)
    assert client.get("/catalog/last-day/").status_code == 200
    catalog.curriculum(
        "Over", slug="over", summary="Not for readers now.", expires_on=TODAY - dt.timedelta(days=1)
    )
    response = client.get("/catalog/over/")
    html = html_of(response)
    assert response.status_code == 410
    assert "Expired" in html
    assert "T-" in html
    assert "Nov. 21, 2026" in html
    assert 'href="/catalog/"' in html
    assert "Not for readers now." not in html


def test_a_withdrawn_approval_leaves_a_tombstone(client: Client, catalog: Catalog) -> None:
    page = catalog.curriculum("Gone", slug="gone")
    record_approval_event(
        approval=page.current_approval,
        event=Event(ApprovalEventKind.WITHDRAWN, TODAY),
        reason="No.",
    )
    response = client.get("/catalog/gone/")
    assert response.status_code == 410
    assert "Withdrawn" in html_of(response)


def test_a_private_curriculum_asks_for_its_password(client: Client, catalog: Catalog) -> None:
    page = catalog.curriculum("Closed", slug="closed", summary="Only for some.")
    PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="open sesame"
    )
    response = client.get("/catalog/closed/")
    assert 'name="password"' in html_of(response)
    assert "Only for some." not in html_of(response)


@pytest.fixture
def with_files(catalog: Catalog) -> CurriculumPage:
    page = catalog.curriculum("Files", slug="with-files", approve=False)
    stored = store_file(content=ContentFile(PDF, name="a.pdf"), name="a.pdf")
    page.files = [
        CurriculumFile(title=f"For {who}", visibility=who, name=f"{who}.pdf", stored_file=stored)
        for who in ("public", "reviewers", "staff")
    ]
    approve(page)
    return CurriculumPage.objects.get(pk=page.pk)


def status(client: Client, address: str) -> int:
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # read to its end, the file closes
    return response.status_code


def file_address(page: CurriculumPage, visibility: str) -> str:
    return f"/catalog/files/{page.files.get(visibility=visibility).uid}/"


def test_public_files_are_listed_and_handed_out(client: Client, with_files: CurriculumPage) -> None:
    html = html_of(client.get("/catalog/with-files/"))
    address = file_address(with_files, "public")
    assert f'href="{address}"' in html
    assert with_files.files.first().stored_file.sha256 in html
    assert "For reviewers" not in html
    assert "For staff" not in html
    response = client.get(address)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="public.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert client.post(address).status_code == 405


def test_other_files_are_not_there_for_the_public(
    client: Client, with_files: CurriculumPage
) -> None:
    for visibility in ("reviewers", "staff"):
        assert status(client, file_address(with_files, visibility)) == 404
    assert client.get("/catalog/files/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_public_files_close_with_the_approval_and_with_privacy(
    client: Client, with_files: CurriculumPage
) -> None:
    address = file_address(with_files, "public")
    restriction = PageViewRestriction.objects.create(
        page=with_files, restriction_type=PageViewRestriction.LOGIN
    )
    assert status(client, address) == 404
    restriction.delete()
    assert status(client, address) == 200
    record_approval_event(
        approval=with_files.current_approval,
        event=Event(ApprovalEventKind.SUSPENDED, TODAY),
        reason="-",
    )
    assert status(client, address) == 404


def test_editors_open_every_file_and_other_people_do_not(
    client: Client, with_files: CurriculumPage
) -> None:
    users = get_user_model().objects
    client.force_login(users.create_user(email="reader@example.org", password="long enough it is"))
    assert status(client, file_address(with_files, "staff")) == 404
    client.force_login(
        users.create_superuser(email="root@example.org", password="long enough it is")
    )
    response = client.get(file_address(with_files, "staff"))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    b"".join(response.streaming_content)


def test_requirements_and_what_failed_stand_apart(client: Client, catalog: Catalog) -> None:
    catalog.root.add_child(instance=RequirementsPage(title="Requirements", slug="requirements"))
    source = Source.objects.create(
        short_name="Paper", citation="A paper.", url="https://example.org/p"
    )
    nation = Jurisdiction.objects.create(name="United States", slug="us", kind="nation")
    places = {
        name: Jurisdiction.objects.create(name=name, slug=name.lower(), parent=nation)
        for name in ("Illinois", "Michigan")
    }
    city = Jurisdiction.objects.create(name="Indianapolis", slug="indianapolis", kind="local")
    binding = TrainingRequirement.objects.create(
        jurisdiction=places["Illinois"],
        title="Thirty hours",
        text="Every three years.",
        basis=RequirementBasis.STATUTE.value,
        requirement_status=RequirementStatus.IN_FORCE.value,
        minimum_minutes=1800,
        minimum_minutes_part=360,
        period_months=36,
        from_on=dt.date(2022, 7, 1),
        source=source,
        locator="p. 9",
    )
    binding.stages.set([term("stage", "in-service")])
    TrainingRequirement.objects.create(
        jurisdiction=places["Michigan"],
        title="Twelve hours",
        text="Never passed.",
        basis=RequirementBasis.STATUTE.value,
        requirement_status=RequirementStatus.FAILED.value,
        minimum_minutes=720,
        source=source,
    )
    Claim.objects.create(
        jurisdiction=city,
        outcome="Hours for recruits",
        statement="232 hours.",
        value=232,
        unit="h",
        source=source,
        locator="p. 2",
        flag=ClaimFlag.IMPLAUSIBLE.value,
        resolution="The course takes 16.",
    )
    html = html_of(client.get("/requirements/")).replace("\xa0", " ")
    binds, _, rest = html.partition('id="not-in-force-title"')
    assert "Thirty hours" in binds
    assert "30 h" in binds
    assert "of which 6 h" in binds
    assert "Every 3 years" in binds
    assert "July 1, 2022" in binds
    assert "Twelve hours" not in binds
    assert "Not requirements: proposed or failed" in rest
    assert "Failed" in rest
    assert re.search(r"Indianapolis.*232 h.*Implausible.*The course takes 16\.", rest)


def test_figures_in_words() -> None:
    assert [duration(value) for value in (None, 0, 45, 60, 90, 13_920)] == [
        "",
        "",
        "45 min",
        "1 h",
        "1 h\xa030 min",
        "232 h",
    ]
    assert [figure(Decimal(value)) for value in ("-26.0000", "0.5", "100", "0")] == [
        "−26",
        "0.5",
        "100",
        "0",
    ]
    assert [period(months) for months in (1, 6, 12, 36)] == [
        "Every month",
        "Every 6 months",
        "Every year",
        "Every 3 years",
    ]
    assert [iso_duration(minutes) for minutes in (45, 60, 90)] == ["PT45M", "PT1H", "PT1H30M"]
