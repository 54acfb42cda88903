"""The site's own pages in the admin and in the content API."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from home.models import (
    ExpertsPage,
    FaqPage,
    HomePage,
    InformationPage,
    KeyElementsPage,
    PolicyBriefPage,
    SiteInformation,
    StandardsPage,
)
from resource_library.models import Term

OWN = ["home", "about", "standards", "key-elements", "faq", "experts", "policy-brief"]


def test_every_page_opens_in_the_editor_and_as_a_preview(
    admin_client: Client, told_tree: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for slug in OWN:
        with subtests.test(slug):
            page = told_tree[slug]
            edit = admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
            assert edit.status_code == 200
            for tab in ("Promote", "Settings"):
                assert tab in edit.content.decode()
            draft = admin_client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
            assert draft.status_code == 200
            assert "<h1" in draft.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model",
    [
        HomePage,
        InformationPage,
        StandardsPage,
        KeyElementsPage,
        FaqPage,
        ExpertsPage,
        PolicyBriefPage,
    ],
)
def test_a_page_nobody_has_saved_can_be_previewed(model: type[Page]) -> None:
    page = model(title="New", slug="new", locale=Locale.get_default())
    response = page.make_preview_request(preview_mode=page.default_preview_mode)
    assert response.status_code == 200


def test_a_row_offers_the_terms_of_its_own_list(told_tree: dict[str, Any]) -> None:
    form_class = KeyElementsPage.get_edit_handler().get_form_class()
    form = form_class(instance=told_tree["key-elements"], for_user=None)
    offered = form.formsets["elements"].forms[0].fields["term"].queryset
    assert set(offered.values_list("vocabulary", flat=True)) == {"key_element"}


TERM_ROWS = [
    ("key-elements", "elements", "key_element"),
    ("policy-brief", "impact_areas", "impact_area"),
    ("policy-brief", "supports", "implementation_support"),
]


@pytest.mark.parametrize(("slug", "relation", "vocabulary"), TERM_ROWS)
def test_a_row_offers_active_terms_and_the_one_it_carries(
    told_tree: dict[str, Any], slug: str, relation: str, vocabulary: str
) -> None:
    carried, other, active = (
        Term.objects.create(
            vocabulary=vocabulary, slug=f"sample-{name}", label=name, active=name == "active"
        )
        for name in ("carried", "other", "active")
    )
    page = told_tree[slug]
    row = getattr(page, relation).first()
    row.term = carried
    setattr(page, relation, [row])
    page.save_revision().publish()
    form = type(page).get_edit_handler().get_form_class()(instance=page, for_user=None)
    offered = {
        name: set(one.fields["term"].queryset) & {carried, other, active}
        for name, one in (
            ("kept", form.formsets[relation].forms[0]),
            ("added", form.formsets[relation].empty_form),
        )
    }
    assert offered == {"kept": {carried, active}, "added": {active}}


def test_one_of_a_kind(told_tree: dict[str, Any]) -> None:
    home = told_tree["home"]
    assert not FaqPage.can_create_at(home)
    assert not PolicyBriefPage.can_create_at(home)
    assert InformationPage.can_create_at(home)
    assert InformationPage.can_create_at(told_tree["about"])
    assert not FaqPage.can_create_at(told_tree["about"])


def test_the_footer_is_edited_under_settings(
    admin_client: Client, told_tree: dict[str, Any]
) -> None:
    information = SiteInformation.objects.get()
    url = reverse(
        "wagtailsettings:edit",
        args=["clearinghouse_home", "siteinformation", information.site_id],
    )
    posted = {"operator": "Sample Institute", "disclaimer": "Ours.", "grant_numbers": "A-1"}
    assert admin_client.post(url, posted).status_code == 302
    information.refresh_from_db()
    assert (information.operator, information.grants) == ("Sample Institute", ["A-1"])


ROWS = [
    ("home", "HomePage", "steps", "title", "Submit"),
    ("key-elements", "KeyElementsPage", "elements", "term_slug", "time-as-a-resource"),
    ("faq", "FaqPage", "questions", "question", "What is it?"),
    ("experts", "ExpertsPage", "experts", "credentials", "PhD"),
    ("policy-brief", "PolicyBriefPage", "impact_areas", "judgement", "likely"),
    ("policy-brief", "PolicyBriefPage", "supports", "title", "Written policy"),
    ("policy-brief", "PolicyBriefPage", "sources", "citation", "A. Paper. 2024."),
]


def test_the_content_api_carries_every_part(
    client: Client, told_tree: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for slug, type_name, part, field, expected in ROWS:
        with subtests.test(part):
            answer = client.get(f"/api/v2/pages/{told_tree[slug].pk}/", {"fields": "*"})
            assert answer.status_code == 200
            data = answer.json()
            assert data["meta"]["type"] == f"clearinghouse_home.{type_name}"
            assert data[part][0][field] == expected


def test_the_content_api_carries_the_body(client: Client, told_tree: dict[str, Any]) -> None:
    data = client.get(f"/api/v2/pages/{told_tree['about'].pk}/").json()
    assert [block["type"] for block in data["body"]] == [
        "highlight",
        "section",
        "section",
        "process",
    ]
    assert data["summary"] == "Why the site exists."
