import datetime as dt
import io
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from curriculum_pages.models import Claim, EvidenceStudy, Jurisdiction, Provider
from resource_library.models import CoreTopicArea, Organisation, Source, Term
from review_workflow.models import Approval

from .conftest import login_as, make_user

SNIPPETS = [
    "clearinghouse_library_organisation",
    "clearinghouse_library_source",
    "clearinghouse_library_coretopicarea",
    "clearinghouse_library_term",
    "clearinghouse_curricula_provider",
    "clearinghouse_curricula_evidencestudy",
    "clearinghouse_curricula_claim",
    "clearinghouse_curricula_jurisdiction",
    "clearinghouse_curricula_trainingrequirement",
]


def export(client, url, kind="csv", **query):
    response = client.get(url, {"export": kind, **query})
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", SNIPPETS)
def test_every_list_answers_with_search_and_exports(admin, site_tree, name):
    url = reverse(f"wagtailsnippets_{name}:list")
    assert admin.get(url).status_code == 200
    assert admin.get(url, {"q": "zz%_'\""}).status_code == 200
    assert export(admin, url)
    assert openpyxl.load_workbook(io.BytesIO(export(admin, url, "xlsx")))
    assert admin.get(reverse(f"wagtailsnippets_{name}:add")).status_code == 200


def test_the_menu_has_one_group_with_every_list(admin, site_tree, rf):
    html = admin.get(reverse("wagtailadmin_home")).content.decode()
    for label in ("Clearinghouse", "Curricula", "Approvals", "Resources", "Providers", "Sources"):
        assert label in html


def test_lists_of_pages_filter_and_search(admin, make_curriculum, make_resource):
    make_curriculum(1, approved="A-1")
    make_curriculum(2, approved="A-2", ends_in=30)
    make_curriculum(3, approved="A-3", ends_in=-1)
    make_curriculum(4)
    url = reverse("curricula:index")

    def titles(**query):
        pages = admin.get(url, query).context["object_list"]
        return sorted(page.title[-1] for page in pages)

    assert titles() == ["1", "2", "3", "4"]
    assert titles(approval="in-force") == ["1", "2"]
    assert titles(approval="ending") == ["2"]
    assert titles(approval="expired") == ["3"]
    assert titles(approval="none") == ["4"]
    assert titles(live_state="draft") == ["3", "4"]
    provider = Provider.objects.get(organisation__name="Provider 2")
    assert titles(provider=provider.pk) == ["2"]
    topics = list(CoreTopicArea.objects.all()[:3])
    assert titles(core_topics=topics[0].pk) == ["1", "2", "3", "4"]
    assert titles(core_topics=topics[2].pk) == []
    assert admin.get(url, {"q": "Curriculum"}).status_code == 200
    hostile = {"approval": "nonsense", "provider": "x", "core_topics": "\x00"}
    assert admin.get(url, hostile, follow=True).status_code == 200
    assert b"A-2" in export(admin, url, approval="ending")
    assert b"A-1" not in export(admin, url, approval="ending")

    today = timezone.localdate()
    make_resource(1, review_by=today - dt.timedelta(1))
    make_resource(2, review_by=today + dt.timedelta(5))
    make_resource(3)
    url = reverse("resources:index")
    assert titles(review="overdue") == ["1"]
    assert titles(review="soon") == ["2"]
    assert titles(review="none") == ["3"]
    publisher = Organisation.objects.get(name="Publisher 3")
    assert titles(publisher=publisher.pk) == ["3"]
    assert b"Resource 1" in export(admin, url)
    assert export(admin, url, "xlsx")


def test_a_parent_topic_finds_what_its_children_carry(admin, make_curriculum):
    page = make_curriculum(1)
    parent, child = CoreTopicArea.objects.all()[5:7]
    CoreTopicArea.objects.filter(pk=child.pk).update(parent=parent)
    page.core_topics = [child]
    page.save()
    found = admin.get(reverse("curricula:index"), {"core_topics": parent.pk}).context["object_list"]
    assert [each.title for each in found] == ["Curriculum 1"]


def test_lists_of_pages_run_the_same_number_of_queries_however_many_rows(
    admin, make_curriculum, make_resource
):
    counts = {"curricula:index": set(), "resources:index": set()}
    have = 0
    for size in (1, 3, 25):
        for number in range(have + 1, size + 1):
            make_curriculum(number, approved=f"A-{number}")
            make_resource(number)
        have = size
        for name, seen in counts.items():
            seen.add(queries(admin, reverse(name)))
    assert {name: len(seen) for name, seen in counts.items()} == dict.fromkeys(counts, 1), counts


def test_the_register_runs_the_same_number_of_queries_for_1_3_and_100_rows(admin, make_curriculum):
    make_curriculum(1, approved="A-0")
    row = Approval.objects.get()
    seen = set()
    for size in (1, 3, 100):
        for number in range(Approval.objects.count(), size):
            row.pk, row.uid, row.number, row.is_current = None, uuid4(), f"A-{number}", False
            Approval.objects.bulk_create([row])
        seen.add(queries(admin, reverse("clearinghouse_review_approval_modeladmin_index")))
    assert len(seen) == 1, seen


def test_drafts_of_both_kinds_are_previewed(admin, make_curriculum, make_resource):
    for page in (make_curriculum(1), make_resource(1)):
        response = admin.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert page.title in response.content.decode()


def test_no_cell_of_an_export_begins_a_formula(admin, site_tree):
    starts = ["=", "+", "-", "@", "\t", "\r"]
    for start in starts:
        Source.objects.create(short_name=f"{start}cmd|'/c calc'!A0", citation=f"{start}LINK()")
    url = reverse("wagtailsnippets_clearinghouse_library_source:list")
    text = export(admin, url).decode()
    assert all(f"'{start}" in text for start in starts)
    sheet = openpyxl.load_workbook(io.BytesIO(export(admin, url, "xlsx"))).active
    cells = [cell.value for row in sheet.iter_rows(min_row=2) for cell in row if cell.value]
    assert len(cells) == 2 * len(starts)
    assert all(value.startswith("'") for value in cells)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_topics_are_listed_as_a_tree(admin, site_tree):
    first, second = CoreTopicArea.objects.order_by("sort_order", "label")[:2]
    last = CoreTopicArea.objects.order_by("-sort_order", "-label")[0]
    last.parent = first
    last.save()
    response = admin.get(reverse("wagtailsnippets_clearinghouse_library_coretopicarea:list"))
    listed = [topic.pk for topic in response.context["object_list"]]
    assert listed[:3] == [first.pk, last.pk, second.pk]
    assert f"↳ {last.label}" in response.content.decode()


@pytest.mark.parametrize("model", [CoreTopicArea, Term])
def test_vocabulary_is_never_deleted_not_even_by_a_superuser(admin, site_tree, model):
    row = model.objects.create(
        slug="unused",
        label="Unused",
        **({"vocabulary": "method"} if model is Term else {"locale_id": 1}),
    )
    name = f"wagtailsnippets_clearinghouse_library_{model._meta.model_name}"
    url = reverse(f"{name}:delete", args=[row.pk])
    assert admin.get(url).status_code == 302
    assert admin.post(url).status_code == 302
    bulk = reverse(
        "wagtail_bulk_action", args=["clearinghouse_library", model._meta.model_name, "delete"]
    )
    admin.post(f"{bulk}?id={row.pk}")
    assert model.objects.filter(pk=row.pk).exists()
    assert url not in admin.get(reverse(f"{name}:list")).content.decode()


def test_slugs_of_vocabulary_are_fixed_once_given(admin, site_tree):
    topic = CoreTopicArea.objects.all()[0]
    data = {
        "label": "Renamed",
        "slug": "other",
        "description": "",
        "parent": "",
        "sort_order": 3,
        "active": "on",
    }
    url = reverse("wagtailsnippets_clearinghouse_library_coretopicarea:edit", args=[topic.pk])
    assert admin.post(url, data).status_code == 302
    before = topic.slug
    topic.refresh_from_db()
    assert (topic.slug, topic.label) == (before, "Renamed")
    term = Term.objects.filter(vocabulary="method")[0]
    url = reverse("wagtailsnippets_clearinghouse_library_term:edit", args=[term.pk])
    data = {"vocabulary": "stage", "label": "New", "slug": "other", "sort_order": 1}
    assert admin.post(url, data).status_code == 302
    saved = Term.objects.get(pk=term.pk)
    assert (saved.vocabulary, saved.slug, saved.label, saved.active) == (
        "method",
        term.slug,
        "New",
        False,
    )


def test_deleting_what_is_used_says_so_instead_of_failing(admin, make_resource):
    page = make_resource(1)
    source = Source.objects.create(short_name="S", citation="C")
    place = Jurisdiction.objects.create(name="P", slug="p")
    Claim.objects.create(jurisdiction=place, outcome="o", statement="s", source=source, locator="1")
    for row in (page.publisher, source, place):
        name = f"wagtailsnippets_{row._meta.app_label}_{row._meta.model_name}"
        for answer in (
            admin.post(reverse(f"{name}:delete", args=[row.pk]), follow=True),
            admin.post(
                reverse(
                    "wagtail_bulk_action",
                    args=[row._meta.app_label, row._meta.model_name, "delete"],
                )
                + f"?id={row.pk}",
                follow=True,
            ),
        ):
            assert "is still used by" in answer.content.decode()
        assert type(row).objects.filter(pk=row.pk).exists()
    unused = Organisation.objects.create(name="Unused")
    assert (
        admin.post(
            reverse("wagtailsnippets_clearinghouse_library_organisation:delete", args=[unused.pk])
        ).status_code
        == 302
    )
    assert not Organisation.objects.filter(pk=unused.pk).exists()


def test_claims_are_filtered_by_flag_and_subject(admin, make_curriculum):
    source = Source.objects.create(short_name="S", citation="C")
    study = EvidenceStudy.objects.create(title="St", citation="C")
    page = make_curriculum(1)
    common = {"statement": "s", "source": source, "locator": "1"}
    Claim.objects.create(study=study, outcome="open", flag="conflicting", **common)
    Claim.objects.create(study=study, outcome="done", flag="conflicting", resolution="r", **common)
    Claim.objects.create(curriculum=page, outcome="plain", **common)
    url = reverse("wagtailsnippets_clearinghouse_curricula_claim:list")

    def outcomes(**query):
        return sorted(claim.outcome for claim in admin.get(url, query).context["object_list"])

    assert outcomes(care="unresolved") == ["open"]
    assert outcomes(care="conflicting") == ["done", "open"]
    assert outcomes(study=study.pk) == ["done", "open"]
    assert outcomes(curriculum=page.pk) == ["plain"]


def test_the_dashboard_says_what_needs_attention(admin, make_curriculum, make_resource):
    home = reverse("wagtailadmin_home")
    assert "All is well" in admin.get(home).content.decode()
    make_curriculum(1, approved="A-1", ends_in=30)
    make_curriculum(2, approved="A-2", ends_in=-3)
    make_resource(1, review_by=timezone.localdate() - dt.timedelta(2))
    source = Source.objects.create(short_name="S", citation="C")
    study = EvidenceStudy.objects.create(title="St", citation="C")
    Claim.objects.create(
        study=study, outcome="o", statement="s", source=source, locator="1", flag="conflicting"
    )
    html = admin.get(home).content.decode()
    for address in (
        "/admin/curricula/?approval=expired",
        "/admin/curricula/?approval=ending",
        "/admin/resources/?review=overdue",
        "?care=unresolved",
    ):
        assert address in html
    assert "/admin/resources/?review=soon" not in html
    assert "All is well" not in html
    reviewer = login_as(make_user("reviewer@example.org"))
    assert "Needs attention" not in reviewer.get(home).content.decode()


def test_the_page_of_help_is_in_the_menu(admin, site_tree):
    assert "How this works" in admin.get(reverse("clearinghouse_help")).content.decode()
    assert reverse("clearinghouse_help") in admin.get(reverse("wagtailadmin_home")).content.decode()


def test_whoever_has_no_rights_sees_no_lists(site_tree):
    nobody = login_as(make_user("nobody@example.org"))
    for name in (
        "curricula:index",
        "resources:index",
        "wagtailsnippets_clearinghouse_library_term:list",
        "clearinghouse_review_approval_modeladmin_index",
    ):
        assert nobody.get(reverse(name)).status_code == 302
    assert "Core topic areas" not in nobody.get(reverse("wagtailadmin_home")).content.decode()
