"""The sitemap lists what anybody may read today; an ended approval takes its curriculum out."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.integration.search.building import Catalog

pytestmark = pytest.mark.django_db


def test_an_ended_approval_leaves_the_sitemap(client: Client, site_tree: dict[str, Any]) -> None:
    catalog = Catalog()
    last_day = dt.date.today() + dt.timedelta(days=30)
    catalog.curriculum("Course", slug="course", expires_on=last_day)
    catalog.resource("Guide", slug="guide")

    def listed(day: dt.date) -> list[bool]:
        with time_machine.travel(f"{day.isoformat()}T20:00:00+00:00"):
            content = client.get("/sitemap.xml").content.decode()
        return [f"{path}</loc>" in content for path in ("/catalog/course/", "/library/guide/")]

    assert listed(last_day - dt.timedelta(days=29)) == [True, True]
    assert listed(last_day) == [True, True]
    assert listed(last_day + dt.timedelta(days=1)) == [False, True]
