"""Studies and claims on a curriculum's page."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from curriculum_pages.enums import ClaimFlag, Direction
from curriculum_pages.models import Claim, CurriculumEvidence, EvidenceStudy
from resource_library.models import Source
from tests.integration.search.building import Catalog

from .conftest import approve, html_of

pytestmark = pytest.mark.django_db


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
