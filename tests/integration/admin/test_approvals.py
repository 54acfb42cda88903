import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from curriculum_pages.models import CurriculumPage
from review_workflow.models import Approval, ApprovalEvent
from review_workflow.permissions import RECORD, VIEW

from .conftest import PDF, login_as, make_user
from .test_lists import export

RECORD_URL = "clearinghouse_record_approval"
REGISTER = "clearinghouse_review_approval_modeladmin_{}"


def filled_in(page, **changes):
    today = timezone.localdate()
    return {
        "revision": page.latest_revision_id,
        "number": "X-2026-1",
        "approved_on": today - dt.timedelta(10),
        "expires_on": today + dt.timedelta(700),
        "reason": "Approved by the state board.",
        "public_wording": "Approved by the state board.",
        "document": SimpleUploadedFile("decision.pdf", PDF, "application/pdf"),
        "confirm": "on",
    } | changes


def send(client, page, **changes):
    data = {key: value for key, value in filled_in(page, **changes).items() if value is not None}
    return client.post(f"{reverse(RECORD_URL)}?page={page.pk}", data)


@pytest.fixture
def registrar(site_tree):
    return login_as(make_user("registrar@example.org", RECORD))


def test_an_outside_approval_is_recorded_and_publishes(registrar, make_curriculum):
    page = make_curriculum(1)
    form = registrar.get(reverse(RECORD_URL), {"page": page.pk})
    assert "What will be published" in form.content.decode()
    assert "Curriculum 1" in form.content.decode()
    response = send(registrar, page)
    approval = Approval.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse(REGISTER.format("inspect"), args=[approval.pk])
    event = approval.events.get()
    assert (approval.number, approval.basis, event.actor.email) == (
        "X-2026-1",
        "recorded",
        "registrar@example.org",
    )
    assert CurriculumPage.objects.get(pk=page.pk).live
    inspected = registrar.get(response["Location"]).content.decode()
    assert "The chain of hashes holds" in inspected
    document = registrar.get(reverse("clearinghouse_approval_document", args=[event.pk]))
    assert b"".join(document.streaming_content) == PDF
    assert document["Content-Disposition"].startswith("attachment")
    assert document["X-Content-Type-Options"] == "nosniff"


def test_sending_twice_records_once(registrar, make_curriculum):
    page = make_curriculum(1)
    first, second = send(registrar, page), send(registrar, page)
    assert first["Location"] == second["Location"]
    assert Approval.objects.count() == 1
    assert ApprovalEvent.objects.count() == 1


def test_the_page_must_be_chosen_and_need_an_approval(
    registrar, make_curriculum, make_resource, catalog
):
    assert registrar.get(reverse(RECORD_URL)).status_code == 200
    for wrong in ("", "x", "0", "9" * 40, "\x00", make_resource(1).pk, catalog.pk):
        response = registrar.get(reverse(RECORD_URL), {"page": wrong}, follow=True)
        assert response.status_code == 200
        assert "What will be published" not in response.content.decode()
        assert registrar.post(f"{reverse(RECORD_URL)}?page=0", {}).status_code == 200
    assert not Approval.objects.exists()


EXE = b"MZ" + b"\x00" * 200


FAULTS = [
    ("number", {"number": " "}),
    ("number", {"number": "x" * 61}),
    ("number", {"number": "TAKEN"}),
    ("number", {"number": "a\x00b"}),
    ("approved_on", {"approved_on": "2999-01-01", "expires_on": "2999-02-01"}),
    ("approved_on", {"approved_on": "yesterday"}),
    ("expires_on", {"expires_on": "2001-01-01"}),
    ("reason", {"reason": ""}),
    ("document", {"document": None}),
    ("document", {"document": SimpleUploadedFile("a.pdf", b"")}),
    ("document", {"document": SimpleUploadedFile("a.pdf", EXE, "application/pdf")}),
    ("document", {"document": SimpleUploadedFile("a.exe", EXE)}),
    ("document", {"document": SimpleUploadedFile("a.pdf", PDF[:40], "application/pdf")}),
    ("document", {"document": SimpleUploadedFile("a.html", b"<script>")}),
    ("confirm", {"confirm": None}),
    ("revision", {"revision": "0"}),
    ("revision", {"revision": "9" * 40}),
]


def test_a_fault_is_named_at_its_field_and_nothing_is_written(registrar, make_curriculum):
    make_curriculum(9, approved="TAKEN")
    page = make_curriculum(1)
    for field, changes in FAULTS:
        response = send(registrar, page, **changes)
        assert response.status_code == 200, changes
        assert field in response.context["form"].errors, changes
    assert Approval.objects.count() == 1
    assert not CurriculumPage.objects.get(pk=page.pk).live


def test_a_version_that_was_replaced_meanwhile_is_noticed(registrar, make_curriculum):
    page = make_curriculum(1)
    data = filled_in(page)
    page.summary = "Changed."
    page.save_revision()
    response = registrar.post(f"{reverse(RECORD_URL)}?page={page.pk}", data)
    assert "changed in the meantime" in response.content.decode()
    assert not Approval.objects.exists()


def test_a_document_larger_than_the_limit_is_refused(registrar, make_curriculum, settings):
    settings.CLEARINGHOUSE_MAX_DOCUMENT_BYTES = 20
    response = send(registrar, make_curriculum(1))
    assert "document" in response.context["form"].errors


@pytest.mark.parametrize("rights", [(), (VIEW,), ("clearinghouse_review.change_approval",)])
def test_without_the_permission_the_form_is_refused(site_tree, make_curriculum, rights):
    page = make_curriculum(1)
    other = login_as(make_user("other@example.org", *rights))
    assert other.get(reverse(RECORD_URL)).status_code == 302
    assert send(other, page).status_code == 302
    assert not Approval.objects.exists()


def test_an_editor_may_neither_record_nor_publish(site_tree, make_curriculum, catalog):
    page = make_curriculum(1)
    editor = login_as(
        make_user(
            "editor@example.org",
            pages=catalog,
            page_permissions=("add_page", "change_page", "publish_page"),
        )
    )
    html = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Record an outside approval" not in html
    assert 'name="action-publish"' not in html
    assert send(editor, page).status_code == 302


def test_the_form_is_offered_where_the_page_is(admin, make_curriculum, make_resource):
    address = reverse(RECORD_URL)
    page, resource = make_curriculum(1), make_resource(1)
    for url, offered in (
        (reverse("wagtailadmin_pages:edit", args=[page.pk]), True),
        (reverse("curricula:index"), True),
        (reverse("wagtailadmin_explore", args=[page.get_parent().pk]), True),
        (reverse(REGISTER.format("index")), True),
        (reverse("wagtailadmin_pages:edit", args=[resource.pk]), False),
    ):
        assert (address in admin.get(url).content.decode()) is offered, url


def test_the_register_is_read_only(admin, make_curriculum):
    make_curriculum(1, approved="A-1")
    approval = Approval.objects.get()
    for action in ("edit", "delete"):
        url = reverse(REGISTER.format(action), args=[approval.pk])
        assert admin.get(url).status_code == 302
        assert admin.post(url, {"number": "Z"}).status_code == 302
    assert admin.post(reverse(REGISTER.format("create")), {"number": "Z"}).status_code == 302
    assert list(Approval.objects.values_list("number", flat=True)) == ["A-1"]


def test_the_register_filters_searches_and_exports(admin, make_curriculum):
    make_curriculum(1, approved="A-1")
    make_curriculum(2, approved="A-2", ends_in=20)
    make_curriculum(3, approved="=A-3", ends_in=-1)
    url = reverse(REGISTER.format("index"))

    def numbers(**query):
        return sorted(approval.number for approval in admin.get(url, query).context["object_list"])

    assert numbers() == ["=A-3", "A-1", "A-2"]
    assert numbers(status="ending") == ["A-2"]
    assert numbers(status="expired") == ["=A-3"]
    assert numbers(status="active") == ["A-1", "A-2"]
    assert numbers(basis__exact="panel") == []
    assert numbers(q="A-2") == ["A-2"]
    assert numbers(q="Curriculum 1") == ["A-1"]
    text = export(admin, url).decode()
    assert "'=A-3" in text
    assert "Expired" in text
    assert export(admin, url, "xlsx")


HOSTILE = [
    {"q": "\x00"},
    {"q": "x" * 10_000},
    {"p": "-1"},
    {"p": "9" * 30},
    {"p": "x"},
    {"o": "99"},
    {"o": "x"},
    {"approved_on__gte": "x"},
    {"basis__exact": "\x00"},
    {"standing__exact": "x"},
    {"status": "x"},
    {"events__actor__password__startswith": "p"},
    {"snapshot__title": "x"},
    {"export": "pdf"},
]


def test_hostile_parameters_of_the_register_do_no_harm(admin, make_curriculum):
    make_curriculum(1, approved="A-1")
    for query in HOSTILE:
        response = admin.get(reverse(REGISTER.format("index")), query)
        assert response.status_code in {200, 302}, query


def test_an_approval_that_is_not_there_is_not_found(admin, site_tree):
    for key in ("x", "-1", "9" * 30, "0"):
        for action in ("inspect", "edit", "delete"):
            url = f"/admin/clearinghouse_review/approval/{action}/{key}/"
            assert admin.get(url).status_code == 404, url


def test_a_changed_history_is_shown_as_broken(admin, make_curriculum):
    make_curriculum(1, approved="A-1")
    event = ApprovalEvent.objects.get()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER clearinghouse_review_approvalevent_no_update")
        else:
            cursor.execute(
                "DROP TRIGGER clearinghouse_review_approvalevent_append_only"
                " ON clearinghouse_review_approvalevent"
            )
        cursor.execute("UPDATE clearinghouse_review_approvalevent SET reason = 'else'")
    html = admin.get(reverse(REGISTER.format("inspect"), args=[event.approval_id])).content.decode()
    assert "The chain of hashes is broken" in html


def test_documents_are_for_readers_of_the_register_only(site_tree, registrar, make_curriculum):
    send(registrar, make_curriculum(1))
    url = reverse("clearinghouse_approval_document", args=[ApprovalEvent.objects.get().pk])
    reader = login_as(make_user("reader@example.org", VIEW))
    assert b"".join(reader.get(url).streaming_content) == PDF
    stranger = login_as(make_user("stranger@example.org"))
    assert stranger.get(url).status_code == 302
    assert registrar.get(reverse("clearinghouse_approval_document", args=[0])).status_code == 404
