import hashlib
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from wagtail.models import WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from curriculum_pages.models import CurriculumFile, CurriculumPage, Module, StoredFile
from curriculum_pages.services import store_file
from resource_library.models import Term
from tests.integration.review_workflow.panels import make_panel

from .conftest import PDF, login_as, make_user


def methods(count):
    return list(Term.objects.filter(vocabulary="method")[:count])


def items(*texts):
    return streamfield([("item", text) for text in texts])


def module(title, **fields):
    return {
        "title": title,
        "contact_minutes": "30",
        "core_topic": "",
        "method": "",
        "objectives": items(),
        "materials": items(),
        "assessments": items(),
        "identity": "",
    } | fields


def curriculum(modules=(), files=(), initial_modules=0, initial_files=0, **fields):
    return nested_form_data(
        {
            "title": "Made in the admin",
            "slug": "made",
            "acronym": "",
            "version_label": "",
            "version_on": "",
            "provider": "",
            "authors": "",
            "origin": "",
            "programme_kind": "",
            "language": "",
            "licence": "",
            "cost": "",
            "summary": "Sum.",
            "description": rich_text("<p>D</p>"),
            "objectives": items("Objective"),
            "less_lethal": "unknown",
            "prerequisites": "",
            "agency_size": "",
            "tailoring_notes": "",
            "tags": "",
            "modality": "",
            "claimed_hours": "2",
            "class_size": "",
            "instructor_ratio": "",
            "instructor_qualifications": "",
            "train_the_trainer": "unknown",
            "refresher_months": "",
            "partner_involvement": "",
            "scenario_exercises": streamfield([]),
            "pre_test": "unknown",
            "post_test": "unknown",
            "pass_mark": "",
            "follow_up_method": "",
            "follow_up_months": "",
            "accessibility_statement": "",
            "modules": inline_formset(list(modules), initial=initial_modules),
            "files": inline_formset(list(files), initial=initial_files),
            "evidence": inline_formset([]),
            "comments": inline_formset([]),
            "seo_title": "",
            "search_description": "",
        }
        | fields
    )


def file_row(title="F", **fields):
    return {"title": title, "role": "other", "visibility": "staff", "identity": ""} | fields


def draft(page):
    return CurriculumPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def saved(client, page, data):
    response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    if response.status_code != 302:
        form = response.context["form"]
        pytest.fail(f"{form.errors} {[f.errors for f in form.formsets.values()]}")
    return draft(page)


def tokens(client, page, relation):
    form = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    return [row["identity"].value() for row in form.formsets[relation].forms]


@pytest.fixture
def create(admin, catalog):
    def create(data):
        url = reverse(
            "wagtailadmin_pages:add", args=["clearinghouse_curricula", "curriculumpage", catalog.pk]
        )
        response = admin.post(url, data)
        if response.status_code != 302:
            form = response.context["form"]
            pytest.fail(f"{form.errors} {[f.errors for f in form.formsets.values()]}")
        return CurriculumPage.objects.get(slug="made")

    return create


def test_modules_go_through_draft_and_revision_and_back(admin, create):
    first, second, third = methods(3)
    page = create(
        curriculum(
            [
                module("One", method=first.pk, objectives=items("a", "b"), materials=items("m")),
                module("Two", contact_minutes="90"),
            ]
        )
        | {"modules-0-further_methods": [second.pk, third.pk]}
    )
    assert not page.live
    one, two = draft(page).modules.all()
    assert set(one.further_methods.all()) == {second, third}
    assert [block.value for block in one.objectives] == ["a", "b"]
    assert [block.value for block in one.materials] == ["m"]
    assert (two.title, two.contact_minutes) == ("Two", 90)
    assert draft(page).time().minutes == 120

    ids = tokens(admin, page, "modules")
    again = saved(
        admin,
        page,
        curriculum(
            [
                module("One, again", id=one.pk, identity=ids[0]),
                module("Two", id=two.pk, identity=ids[1]),
                module("Three"),
            ],
            initial_modules=2,
        )
        | {"modules-0-further_methods": [third.pk]},
    )
    rows = list(again.modules.all())
    assert [row.title for row in rows] == ["One, again", "Two", "Three"]
    assert [row.uid for row in rows[:2]] == [one.uid, two.uid]
    assert list(rows[0].further_methods.all()) == [third]
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "hours in the modules" in html


def test_rows_of_a_live_page_keep_their_identity_without_a_key(admin, create, make_curriculum):
    page = make_curriculum(1, approved="A-1")
    old = draft(page).modules.get()
    data = {"title": page.title, "slug": page.slug, "provider": page.provider_id}
    old_token = tokens(admin, page, "modules")[0]
    rows = [module("One", id=old.pk, identity=old_token), module("New")]
    added = {"files-0-upload": SimpleUploadedFile("a.pdf", PDF)}
    first = saved(
        admin,
        page,
        curriculum(rows, [file_row("Guide")], initial_modules=1, **data) | added,
    )
    new, guide = first.modules.get(title="New"), first.files.get()
    assert new.pk is None
    assert guide.pk is None

    ids, file_ids = tokens(admin, page, "modules"), tokens(admin, page, "files")
    rows = [
        module("One", id=old.pk, identity=ids[0]),
        module("Renamed", id="", identity=ids[1]),
    ]
    files = [file_row("Guide, renamed", id="", identity=file_ids[0])]
    second = saved(admin, page, curriculum(rows, files, initial_modules=2, initial_files=1, **data))
    assert [row.uid for row in second.modules.all()] == [old.uid, new.uid]
    kept = second.files.get()
    assert (kept.title, kept.uid, kept.name, kept.stored_file) == (
        "Guide, renamed",
        guide.uid,
        "a.pdf",
        guide.stored_file,
    )
    assert CurriculumPage.objects.get(pk=page.pk).files.count() == 0
    url = reverse("clearinghouse_draft_file", args=[page.pk, guide.uid])
    assert b"".join(admin.get(url).streaming_content) == PDF


def test_a_forged_identity_attaches_nothing(admin, make_curriculum):
    stored = store_file(content=SimpleUploadedFile("secret.pdf", PDF), name="secret.pdf")
    page = make_curriculum(1, approved="A-1")
    old = draft(page).modules.get()
    forged = [
        file_row(identity=token) for token in ("forged", "eyJ1aWQiOiAiIn0:x", "\x00", "x" * 5000)
    ]
    response = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        curriculum(
            [module("One", id=old.pk)],
            forged,
            initial_modules=1,
            title=page.title,
            slug=page.slug,
        ),
    )
    assert response.status_code == 200
    assert response.content.decode().count("Choose a file.") == len(forged)
    assert not draft(page).files.exists()
    assert StoredFile.objects.get() == stored


def test_two_new_rows_never_share_an_identity(admin, create):
    page = create(curriculum([module("One"), module("Two")]))
    form = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    assert not form.formsets["modules"].empty_form["identity"].value()
    assert len({row.uid for row in draft(page).modules.all()}) == 2


def test_a_file_is_kept_replaced_and_shared(admin, create):
    page = create(
        curriculum(files=[file_row("A"), file_row("B")])
        | {
            "files-0-upload": SimpleUploadedFile("a.pdf", PDF),
            "files-1-upload": SimpleUploadedFile("copy.pdf", PDF),
        }
    )
    one, two = draft(page).files.all()
    stored = StoredFile.objects.get()
    assert one.stored_file == two.stored_file == stored
    assert (stored.sha256, stored.size, stored.content_type) == (
        hashlib.sha256(PDF).hexdigest(),
        len(PDF),
        "application/pdf",
    )
    assert (one.name, two.name) == ("a.pdf", "copy.pdf")
    before = page.latest_revision

    text = b"Plain words\n"
    second = saved(
        admin,
        page,
        curriculum(files=[file_row("A", id=one.pk), file_row("B", id=two.pk)], initial_files=2)
        | {"files-1-upload": SimpleUploadedFile("b.txt", text)},
    )
    kept, replaced = second.files.all()
    assert (kept.stored_file, kept.name) == (stored, "a.pdf")
    assert replaced.name == "b.txt"
    assert content_of(replaced.stored_file) == text
    assert replaced.uid == two.uid
    assert [row.stored_file for row in before.as_object().files.all()] == [stored, stored]


def content_of(stored):
    with stored.file.open("rb") as file:
        return file.read()


def test_a_bad_file_is_refused_on_its_field_and_stores_nothing(admin, make_curriculum):
    page = make_curriculum(1)
    row = draft(page).modules.get()
    revision = page.latest_revision_id
    bad = {
        "a.pdf": b"",
        "b.pdf": b"MZ" + b"\x00" * 300,
        "c.exe": b"MZ" + b"\x00" * 300,
        "d.pdf": PDF[:-8],
        "e": PDF,
    }
    response = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        curriculum(
            [module("One", id=row.pk)],
            [file_row() for _name in bad],
            initial_modules=1,
            title=page.title,
            slug=page.slug,
        )
        | {
            f"files-{place}-upload": SimpleUploadedFile(name, content)
            for place, (name, content) in enumerate(bad.items())
        },
    )
    assert response.status_code == 200
    assert all(form.errors["upload"] for form in response.context["form"].formsets["files"].forms)
    assert not StoredFile.objects.exists()
    assert CurriculumPage.objects.get(pk=page.pk).latest_revision_id == revision


def test_a_file_larger_than_the_limit_is_refused(admin, make_curriculum, settings):
    settings.CLEARINGHOUSE_MAX_UPLOAD_BYTES = 10
    page = make_curriculum(1)
    response = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        curriculum([], [file_row()], title=page.title, slug=page.slug)
        | {"files-0-upload": SimpleUploadedFile("a.pdf", PDF)},
    )
    assert "at most" in response.content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_what_a_rolled_back_save_left_is_taken_up_again():
    content = PDF + uuid.uuid4().hex.encode() + b"%%EOF"
    with transaction.atomic():
        store_file(content=SimpleUploadedFile("a.pdf", content), name="a.pdf")
        transaction.set_rollback(True)
    assert not StoredFile.objects.exists()
    stored = store_file(content=SimpleUploadedFile("a.pdf", content), name="a.pdf")
    folder = Path(settings.CLEARINGHOUSE_PRIVATE_ROOT) / Path(stored.file.name).parent
    assert [path.name for path in folder.iterdir() if path.name.startswith(stored.sha256)] == [
        stored.sha256
    ]
    assert content_of(stored) == content


def test_draft_files_are_for_those_who_edit_the_page(site_tree, admin, create, catalog):
    page = create(
        curriculum(files=[file_row("A")]) | {"files-0-upload": SimpleUploadedFile("a.pdf", PDF)}
    )
    row = CurriculumFile.objects.get()
    url = reverse("clearinghouse_draft_file", args=[page.pk, row.uid])
    response = admin.get(url)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert login_as(make_user("other@example.org")).get(url).status_code == 302
    assert (
        admin.get(reverse("clearinghouse_draft_file", args=[page.pk, uuid.uuid4()])).status_code
        == 404
    )


def test_the_editor_publishes_nothing_without_an_approval(admin, make_curriculum):
    page = make_curriculum(1)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    row = Module.objects.get()
    admin.post(
        url,
        curriculum([module("One", id=row.pk)], initial_modules=1, title=page.title, slug=page.slug)
        | {"action-publish": "1"},
    )
    assert not CurriculumPage.objects.get(pk=page.pk).live


def test_totals_are_compared_with_the_claim(admin, make_curriculum):
    page = make_curriculum(1, claimed_hours=3)
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Modules and claim differ by -90 minutes" in html


def test_deactivated_words_stay_where_they_are_and_are_offered_nowhere_else(
    admin, create, make_curriculum, make_resource
):
    term = Term.objects.filter(vocabulary="modality")[0]
    stage = Term.objects.filter(vocabulary="stage")[0]
    page = create(curriculum(modality=str(term.pk)) | {"stages": [stage.pk]})
    other, resource = make_curriculum(2), make_resource(1)
    Term.objects.update(active=False)
    again = saved(admin, page, curriculum(modality=str(term.pk)) | {"stages": [stage.pk]})
    assert again.modality == term
    assert list(again.stages.all()) == [stage]
    form = admin.get(reverse("wagtailadmin_pages:edit", args=[other.pk])).context["form"]
    assert not form.fields["modality"].queryset.exists()
    assert not form.fields["stages"].queryset.exists()
    resource.save_revision().publish()
    foreign = Term.objects.filter(vocabulary="method")[0]
    Term.objects.update(active=True)
    response = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), curriculum(modality=str(foreign.pk))
    )
    assert "modality" in response.context["form"].errors


def test_what_is_incomplete_is_saved_and_not_submitted(site_tree, catalog):
    """Whether it is new or not: nothing typed is lost, and what it needs is said."""
    panel = make_panel(site_tree)
    editor = login_as(panel.editor)
    url = reverse(
        "wagtailadmin_pages:add", args=["clearinghouse_curricula", "curriculumpage", catalog.pk]
    )
    submitted = {"action-submit": "1"}
    response = editor.post(url, curriculum([module("One")]) | submitted, follow=True)
    page = CurriculumPage.objects.get(slug="made")
    assert draft(page).modules.get().title == "One"
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert response.redirect_chain[-1][0] == edit
    said = response.content.decode()
    assert "The draft is saved and was not submitted. It still needs:" in said
    assert "A module has no main topic: One." in said

    data = curriculum([module("Two"), module("Three")], summary="Typed anew.") | submitted
    response = editor.post(edit, data, follow=True)
    said = response.content.decode()
    assert "was not submitted" in said
    assert "3 modules have no main topic: One; Three; Two." in said
    assert draft(page).summary == "Typed anew."
    assert not WorkflowState.objects.exists()


def test_a_review_is_not_begun_anew_with_what_is_incomplete(site_tree):
    """Neither submitted again while it runs, nor restarted: the round that runs goes on."""
    panel = make_panel(site_tree)
    round_ = panel.submit()
    page = CurriculumPage.objects.get(pk=round_.case.page_id)
    admin = login_as(panel.editor)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    for action in ("action-submit", "action-restart-workflow"):
        admin.post(edit, curriculum(slug="course") | {action: "1"})
    round_.refresh_from_db()
    assert round_.revision_id == page.latest_revision_id
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_what_is_complete_is_submitted_from_the_editor(site_tree):
    panel = make_panel(site_tree)
    page = panel.make_curriculum()
    form = login_as(panel.editor).get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "Nothing is lacking" not in form.content.decode(), "warnings are left"
    rows = draft(page)
    files = [
        file_row(row.title, role=row.role, id=row.pk, ORDER=place + 1)
        for place, row in enumerate(rows.files.all())
    ]
    modules = [
        module(
            row.title,
            core_topic=row.core_topic_id,
            method=row.method_id,
            id=row.pk,
            ORDER=place + 1,
        )
        for place, row in enumerate(rows.modules.all())
    ]
    chosen = {
        name: [each.pk for each in getattr(rows, name).all()]
        for name in ("core_topics", "audiences", "stages")
    }
    data = curriculum(
        modules,
        files,
        initial_modules=2,
        initial_files=2,
        slug="course",
        provider=panel.provider.pk,
        modality=rows.modality_id,
        claimed_hours="1",
        pre_test="yes",
        post_test="yes",
        follow_up_method="Supervisors ask.",
        scenario_exercises=streamfield(
            [("scenario", {"title": "Door", "description": "Wait.", "minutes": ""})]
        ),
    )
    response = login_as(panel.editor).post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        data | chosen | {"action-submit": "1"},
        follow=True,
    )
    assert "has been submitted for moderation" in response.content.decode()
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS
