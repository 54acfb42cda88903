"""Every address of portal, admin and API, walked by everybody who must learn nothing of a provider.

The provider's submissions, files, people and messages have words that stand nowhere else. None may
come back in any answer, and an address with a key of theirs answers as one with a key of nobody.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import ProviderMember
from review_workflow.enums import Outcome
from review_workflow.models import Affiliation, ReviewerProfile, ReviewRound
from submission_portal.models import (
    Invitation,
    Submission,
    SubmissionFile,
    SubmissionMessage,
)
from submission_portal.services import accept_to_review, send_message
from tests.integration.review_workflow.panels import make_panel

from .planting import Portal, make_member, make_person, make_portal, make_provider

pytestmark = pytest.mark.django_db
SECRET = "Zwiebelturm"
"""Stands in every title, text, file name and address of the provider, and nowhere else."""
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def portal(site_tree: dict[str, Any]) -> Portal:
    """Return a portal whose provider has a draft, one in screening, one in review, one decided."""
    portal = make_portal(make_panel(site_tree))
    portal.provider.organisation.name = f"{SECRET} Academy"
    portal.provider.organisation.save()
    portal.provider.stated_name = portal.provider.organisation.name
    portal.provider.save()
    make_member(portal.provider, f"{SECRET}-colleague".lower(), MemberRole.EDITOR)
    portal.draft(f"{SECRET} draft")
    screening = portal.submitted(f"{SECRET} screening")
    send_message(submission_id=screening.pk, body=f"{SECRET} question", actor=portal.owner)
    for title, outcome in (("review", None), ("decided", Outcome.REVISE_AND_RESUBMIT)):
        submission = portal.submitted(f"{SECRET} {title}")
        accept_to_review(submission_id=submission.pk, actor=portal.screener)
        if outcome is not None:
            round_ = ReviewRound.objects.get(case__submissions=submission)
            for seat in portal.panel.ready(round_):
                portal.panel.file(seat)
            portal.panel.decide(round_, outcome, override_reason="A test is missing.")
    SubmissionFile.objects.update(name=f"{SECRET}.pdf", title=f"{SECRET} guide")
    Invitation.objects.create(
        provider=portal.provider,
        email=f"{SECRET}@example.org",
        invited_by=portal.owner,
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    return portal


def outsiders(portal: Portal) -> Iterator[tuple[str, Any]]:
    """Yield everybody who must learn nothing, by the name of their part."""
    other = make_provider("Another provider")
    yield "anonymous", None
    yield "nobody", make_person("nobody")
    yield "owner of another provider", make_member(other, "mallory")
    yield "viewer of another provider", make_member(other, "vera", MemberRole.VIEWER)
    former = make_member(portal.provider, "former")
    ProviderMember.objects.filter(user=former).update(ended_at=timezone.now())
    yield "former member", former
    yield "reviewer without a seat", portal.panel.reviewers[3]
    tied = make_person("tied")
    tied.user_permissions.set(portal.screener.user_permissions.all())
    profile = ReviewerProfile.objects.create(user=tied, role_class="legal_policy")
    Affiliation.objects.create(
        profile=profile, organisation=portal.provider.organisation, from_year=2020
    )
    yield "screener who is tied to the provider", tied


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        else:
            yield route, each


def portal_routes() -> list[str]:
    found = [route for route, _each in patterns(get_resolver()) if route.startswith("portal/")]
    assert len(found) > 10, found
    return found


def keys_of(portal: Portal) -> list[uuid.UUID]:
    """Return public keys of the provider, some of each kind that an address may have."""
    submissions = list(portal.provider.submissions.order_by("pk"))
    return [
        portal.provider.uid,
        *(submission.uid for submission in submissions[::2]),
        SubmissionFile.objects.filter(submission=submissions[0])[0].uid,
        *SubmissionMessage.objects.values_list("uid", flat=True),
        *Invitation.objects.values_list("uid", flat=True),
    ]


def keys_for(route: str, portal: Portal, *, is_full: bool) -> list[uuid.UUID]:
    """Return the keys that this address is tried with: all of them, or those of its own kind."""
    submissions = portal.provider.submissions.order_by("pk")
    kinds = {
        "portal/submissions/<uuid": [submissions[0].uid, submissions[2].uid],
        "portal/files/<uuid": [SubmissionFile.objects.filter(submission=submissions[0])[0].uid],
        "portal/providers/<uuid": [portal.provider.uid],
    }
    own = [keys for start, keys in kinds.items() if route.startswith(start)]
    return keys_of(portal) if is_full or not own else own[0]


def filled(route: str, key: object) -> str:
    def value(match: re.Match[str]) -> str:
        kind = match["kind"]
        return {"uuid:": str(key), "slug:": "about", "int:": "1", "str:": str(key)}.get(kind, "x")

    return "/" + re.sub(r"<(?P<kind>\w+:)?\w+>", value, route)


def told(response: HttpResponse) -> str:
    body = b"".join(response) if response.streaming else response.content
    return body.decode("utf-8", "replace") + "".join(
        value for name, value in response.headers.items() if name != "Expires"
    )


def plain(response: HttpResponse) -> tuple[int, str]:
    return response.status_code, TOKEN.sub("", UID.sub("KEY", told(response)))


@pytest.mark.walk
def test_addresses_of_others_answer_like_addresses_of_nobody(
    portal: Portal, request: pytest.FixtureRequest
) -> None:
    is_full = request.config.getoption("full")
    keys = {route: keys_for(route, portal, is_full=is_full) for route in portal_routes()}
    for part, user in outsiders(portal):
        client = Client()
        if user is not None:
            client.force_login(user)
        for route, own in keys.items():
            for method in (client.get, client.post):
                unknown = plain(method(filled(route, uuid.uuid4())))
                if "<" not in route:
                    assert SECRET not in unknown[1], (part, route)
                    continue
                for key in own:
                    answer = plain(method(filled(route, key)))
                    assert answer == unknown, (part, method.__name__, route)
                    assert SECRET.lower() not in answer[1].lower(), (part, route)
                    assert answer[0] in {302, 404, 405, 200}, (part, route, answer[0])


def test_a_foreign_key_costs_as_much_as_an_unknown_one(portal: Portal) -> None:
    client = Client()
    client.force_login(make_member(make_provider("Another provider"), "mallory"))
    submission = Submission.objects.filter(number__isnull=False).first()
    for route in portal_routes():
        if "<uuid" not in route:
            continue
        statements = []
        client.get(filled(route, uuid.uuid4()))  # what a process keeps is kept now
        for key in (uuid.uuid4(), submission.uid):
            with CaptureQueriesContext(connection) as queries:
                client.get(filled(route, key))
            statements.append([re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in queries])
        assert statements[0] == statements[1], route


def test_lists_searches_and_api_tell_nothing(portal: Portal) -> None:
    addresses = [
        "/portal/",
        "/portal/submissions/new/",
        f"/catalog/?q={SECRET}",
        f"/library/?q={SECRET}",
        f"/api/v1/search?q={SECRET}",
        f"/api/v1/curricula?q={SECRET}",
        f"/api/v1/completions?q={SECRET}",
        "/api/v1/curricula",
        "/api/v2/pages/?limit=100",
        f"/api/v2/pages/?search={SECRET}",
        "/sitemap.xml",
    ]
    for part, user in outsiders(portal):
        client = Client()
        if user is not None:
            client.force_login(user)
        for address in addresses:
            answer = told(client.get(address, follow=True))
            # A searched text is repeated to whoever searched it.
            answer = answer.replace(f"q={SECRET}", "").replace(f"“{SECRET}”", "")
            answer = answer.replace(f'value="{SECRET}"', "")
            assert f"{SECRET} " not in answer, (part, address)


@pytest.mark.walk
def test_admin_pages_of_submissions_are_closed(portal: Portal) -> None:
    routes = [
        route
        for route, each in patterns(get_resolver())
        if route.startswith("admin/")
        and (each.callback.__module__ or "").startswith("submission_portal")
    ]
    assert routes
    people = [*outsiders(portal), ("editor", portal.panel.editor)]
    before = snapshot(portal)
    submission = Submission.objects.filter(number__isnull=False).first()
    for part, user in people:
        client = Client()
        if user is not None:
            client.force_login(user)
        for route in routes:
            for key in (submission.uid, submission.pk):
                address = filled(route.replace("int:", "str:"), key)
                for method in (client.get, client.post):
                    assert SECRET not in told(method(address)), (part, address)
    assert snapshot(portal) == before


def test_reviewers_read_only_what_they_were_given(portal: Portal) -> None:
    seat_holder = portal.panel.reviewers[0]
    client = Client()
    client.force_login(seat_holder)
    for key in keys_of(portal):
        for route in portal_routes():
            if "<uuid" in route:
                assert SECRET not in told(client.get(filled(route, key))), route


@pytest.mark.walk
def test_a_viewer_reads_and_changes_nothing(portal: Portal) -> None:
    viewer = make_member(portal.provider, "viewer", MemberRole.VIEWER)
    client = Client()
    client.force_login(viewer)
    before = snapshot(portal)
    for route in portal_routes():
        for key in keys_of(portal):
            client.post(
                filled(route, key),
                {"body": "x", "reason": "x", "note": "x", "title": "x", "email": "a@example.org"},
            )
    assert snapshot(portal) == before


def snapshot(portal: Portal) -> list[Any]:
    return [
        list(portal.provider.submissions.order_by("pk").values()),
        *(
            [
                list(each.steps.order_by("pk").values()),
                list(each.files.order_by("pk").values()),
                list(each.messages.order_by("pk").values("pk", "body")),
                list(each.events.order_by("pk").values()),
            ]
            for each in portal.provider.submissions.order_by("pk")
        ),
        list(portal.provider.members.order_by("pk").values()),
        list(Invitation.objects.order_by("pk").values()),
    ]
