"""Wagtail's own workflow mails pass by pages under the gate, and reach authors of resources."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from resource_library.enums import Vocabulary
from resource_library.models import ResourcePage, Term
from review_workflow.models import OutgoingMessage

from .panels import make_editor, make_organisation, make_panel, make_user


@pytest.fixture
def root(db, django_user_model):
    return django_user_model.objects.create_superuser("root@example.org", "a long password")


@pytest.fixture
def moderators(db):
    """A group whose members approve in Wagtail's ordinary way."""
    group = Group.objects.create(name="Reading moderators")
    make_user("moderator").groups.add(group)
    return group


def moderated(page, group):
    """Give `page` a workflow of one ordinary task."""
    task = GroupApprovalTask.objects.create(name="Moderators")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Moderation")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
    return workflow


def mailed():
    found = sorted((message.to[0], message.subject) for message in mail.outbox)
    mail.outbox.clear()
    return found


def test_submitting_a_curriculum_sends_no_mail_of_wagtail(site_tree, root):
    panel = make_panel(site_tree)
    round_ = panel.submit()
    assert mailed() == []
    assert OutgoingMessage.objects.filter(case=round_.case).exists()


@pytest.mark.parametrize("ending", ["reject", "cancel"])
def test_ending_the_review_of_a_curriculum_sends_no_mail_of_wagtail(site_tree, root, ending):
    panel = make_panel(site_tree)
    round_ = panel.submit()
    state = round_.task_state.workflow_state
    if ending == "reject":
        state.current_task_state.reject(user=panel.chair)
    else:
        state.cancel(user=panel.editor)
    assert mailed() == []


def test_an_ordinary_task_on_a_curriculum_mails_nobody_either(site_tree, root, moderators):
    panel = make_panel(site_tree)
    workflow = moderated(site_tree["library"], moderators)
    workflow.start(panel.make_curriculum(), panel.editor)
    assert mailed() == []


def test_a_resource_keeps_wagtails_mails(site_tree, root, moderators):
    library = site_tree["library"]
    author = make_editor(library, "author")
    page = ResourcePage(
        title="A guide",
        slug="guide",
        summary="Something to read.",
        live=False,
        owner=author,
        resource_type=Term.objects.filter(vocabulary=Vocabulary.RESOURCE_TYPE).first(),
        publisher=make_organisation("A publisher"),
    )
    library.add_child(instance=page)
    page.save_revision(user=author)
    workflow = moderated(library, moderators)
    state = workflow.start(page, author)
    submitted = mailed()
    assert {address for address, _subject in submitted} == {
        "moderator@example.org",
        "root@example.org",
    }
    state.current_task_state.specific.reject(user=root)
    assert [address for address, _subject in mailed()] == ["author@example.org"]
    state.resume(user=author)
    mailed()
    state.current_task_state.specific.approve(user=root)
    assert [address for address, _subject in mailed()] == ["author@example.org"]
