"""The requirements of the states: what binds, and what does not."""

import datetime as dt
import re

import pytest
from django.test import Client

from curriculum_pages.enums import ClaimFlag, RequirementBasis, RequirementStatus
from curriculum_pages.models import Claim, Jurisdiction, RequirementsPage, TrainingRequirement
from resource_library.models import Source
from tests.integration.search.building import Catalog, term

from .conftest import html_of

pytestmark = pytest.mark.django_db


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
    assert "of which at least 6 h on subjects that include de-escalation" in binds
    assert "Every 3 years" in binds
    assert "July 1, 2022" in binds
    assert "Twelve hours" not in binds
    assert "Not requirements: proposed or failed" in rest
    assert "Failed" in rest
    assert re.search(r"Indianapolis.*232 h.*Implausible.*The course takes 16\.", rest)
