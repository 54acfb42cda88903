"""What stands on every page starts a new generation, so that no kept answer outlives it."""

from typing import Any

import pytest
from wagtail.models import Locale, Site

from home.models import SiteInformation
from search.selectors import generation_key


def test_a_change_of_the_frame_starts_a_new_generation(
    site_tree: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    keys = [generation_key()]

    def changed(change: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            change()
        keys.append(generation_key())

    information = SiteInformation.objects.get()
    information.operator = "Sample Institute"
    changed(information.save)
    site = Site.objects.get()
    site.site_name = "Sample"
    changed(site.save)
    changed(lambda: Locale.objects.create(language_code="es"))
    assert len(set(keys)) == len(keys)


@pytest.mark.django_db
def test_reading_starts_none(site_tree: dict[str, Any], client: Any) -> None:
    before = generation_key()
    assert client.get("/about/").status_code == 200
    assert generation_key() == before
