"""A review in progress on the served site, for tests to write in; prints where and by whom."""

import json
import sys
from typing import Any

import django

PASSWORD = "a long password for a test"


def session_of(user: Any) -> str:
    """Return the key of a new session in which the user is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def make(name: str) -> dict[str, str]:
    """Open a review with two reviewers, one of whom has filed; return where the other writes."""
    from allauth.account.models import EmailAddress
    from django.urls import reverse
    from wagtail.models import Workflow, WorkflowPage, WorkflowTask

    from curriculum_pages.models import CurriculumIndexPage, Provider
    from review_workflow.enums import EditionState
    from review_workflow.models import MultiReviewerApprovalTask
    from tests.integration.review_workflow.panels import (
        ROLES,
        Panel,
        make_edition,
        make_editor,
        make_organisation,
        make_reviewer,
        make_rule,
        make_user,
    )
    from tests.integration.review_workflow.reviewing import action_url, file_one, start_reviews

    catalog = CurriculumIndexPage.objects.get()
    edition = make_edition(name, state=EditionState.SUPERSEDED)
    rule = make_rule(name=name, seats=2, quorum=2, composition={})
    task = MultiReviewerApprovalTask.objects.create(name=name, rule=rule, edition=edition)
    chair = make_user(f"{name}-chair")
    task.chairs.add(chair)
    workflow = Workflow.objects.create(name=name)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    panel = Panel(
        catalog=catalog,
        edition=edition,
        rule=rule,
        task=task,
        workflow=workflow,
        chair=chair,
        editor=make_editor(catalog, f"{name}-editor"),
        provider=Provider.objects.create(organisation=make_organisation(f"Provider of {name}")),
        reviewers=[make_reviewer(f"{name}-{n}", ROLES[n]) for n in range(2)],
    )
    page = panel.make_curriculum(name, title="Listening under pressure")
    WorkflowPage.objects.create(page=page, workflow=workflow)
    round_ = panel.submit(page)
    start_reviews(panel, round_, 2)
    file_one(round_, panel.reviewers[1], comment="Sound, with one doubt.")
    reviewer = panel.reviewers[0]
    reviewer.set_password(PASSWORD)
    reviewer.save()
    EmailAddress.objects.create(user=reviewer, email=reviewer.email, primary=True, verified=True)
    round_.refresh_from_db()
    return {
        "review": action_url(round_),
        "amend": action_url(round_, "amend"),
        "logout": reverse("wagtailadmin_logout"),
        "username": reviewer.get_username(),
        "password": PASSWORD,
        "session": session_of(reviewer),
    }


if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(make(line.strip())) + "\n")
        sys.stdout.flush()
