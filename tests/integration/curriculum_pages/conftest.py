"""A catalog on a fixed day, and how its pages are approved and read."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from curriculum_pages.models import CurriculumPage
from review_workflow.enums import ApprovalBasis
from review_workflow.services import Term as Days
from review_workflow.services import grant_approval
from tests.integration.search.building import TODAY, Catalog


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
