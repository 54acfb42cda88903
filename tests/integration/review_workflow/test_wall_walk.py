"""Every address of the site, walked by everybody whom a conflict or a role keeps out of a case.

The case has words that stand nowhere else: its number, its reviewers' names and addresses, what
they wrote. None of them may come back in any answer, mail, export, log or table of Wagtail's.
"""

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry, PageLogEntry, Revision, TaskState

from clearinghouse.due import do_due_work
from review_workflow.enums import RoleClass
from review_workflow.models import (
    Assignment,
    AuditEntry,
    Case,
    KnownConflict,
    OutgoingMessage,
    ReviewRound,
)
from review_workflow.reviewing import FiledLocator, FiledRating, FiledReview
from review_workflow.services import (
    declare_conflicts,
    decline_invitation,
    file_review,
    open_panel,
    post_to_discussion,
    save_draft,
)

from .panels import Panel, make_overseer, make_panel, make_reviewer, make_user, take_seat

NUMBER = "1987-4711"
PEOPLE = ("quillfeather", "wombleton", "xanthopoulou")
WRITTEN = "Zwiebelturm"
"""Begins every text of a review, a draft, a post or a declaration; no other text has it."""
SECRETS = (NUMBER, *PEOPLE, WRITTEN)
VARIANTS = 4
"""With how many sets of keys an address is filled: page, seats, workflow; case, round, seats."""
LISTS = (
    "",
    "pages/",
    "pages/search/",
    "curricula/",
    "reports/workflow/",
    "reports/workflow_tasks/",
    "reports/site-history/",
    "reviews/",
    "reviews/cases/",
    "reviewers/",
    "known-conflicts/",
    "users/",
    "clearinghouse_review/approval/",
)
ELSEWHERE = re.compile(
    r"admin/(images|documents|collections|sites|locales|redirects|forms|styleguide|api|"
    r"choose-(external|email|anchor|phone)|reports/(locked|aging|page-types|document|image))"
)
"""Wagtail's addresses that take no key of a case; tried with --full, and all others always."""
OTHERS_KEYS = re.compile(r"portal/|accounts/|catalog/files/")
"""Addresses that take keys of other things: those of this case are one unknown key there."""
DIRECTORIES = re.compile(
    r"/admin/(users|groups|reviewers|known-conflicts|workflows|reports/"
    r"site-history|generic|choose-user|styleguide|account)"
)
"""Where staff keep users as users: a name there says nothing of a case."""


@dataclass
class World:
    panel: Panel
    case: Case
    round: ReviewRound
    other: ReviewRound
    page: Any
    is_full: bool


def words(what: str) -> str:
    return f"{WRITTEN} {what}"


@pytest.fixture
def world(
    site_tree: dict[str, Any],
    django_capture_on_commit_callbacks: Any,
    request: pytest.FixtureRequest,
) -> World:
    """Return a case in the middle of its review, made by the services, and another beside it."""
    with django_capture_on_commit_callbacks(execute=True):
        panel = make_panel(site_tree)
        experts = [
            # Editors see organisations: these are not named after anybody.
            make_reviewer(name, role, f"Institute of the {role}")
            for name, role in zip(
                PEOPLE,
                (RoleClass.LAW_ENFORCEMENT, RoleClass.CLINICIAN, RoleClass.RESEARCHER),
                strict=True,
            )
        ]
        page = panel.make_curriculum()
        round_ = panel.submit(page)
        Case.objects.filter(pk=round_.case_id).update(number=NUMBER)
        open_panel(round_id=round_.pk, reviewers=[user.pk for user in experts], actor=panel.chair)
        seats = list(Assignment.objects.filter(round=round_).order_by("seat"))
        for seat in seats[:2]:
            take_seat(seat)
            file_review(assignment_id=seat.pk, filed=review(panel, round_), actor=seat.reviewer)
            post_to_discussion(
                round_id=round_.pk,
                criterion_id=None,
                reply_to=None,
                body=words("post"),
                actor=seat.reviewer,
            )
        take_seat(seats[2])
        save_draft(
            assignment_id=seats[2].pk,
            content={"comment": words("draft"), "tab": "a", "edit": "1"},
            version=0,
            actor=seats[2].reviewer,
        )
        other = panel.submit(panel.make_curriculum("other"))
        ReviewRound.objects.filter(pk=other.pk).update(chair=make_user("other-chair"))
    round_.refresh_from_db()
    other.refresh_from_db()
    case = Case.objects.get(number=NUMBER)
    return World(panel, case, round_, other, page, bool(request.config.getoption("full")))


def review(panel: Panel, round_: ReviewRound) -> FiledReview:
    return FiledReview(
        recommendation="approve_with_conditions",
        ratings=tuple(
            FiledRating(
                criterion_id=criterion["id"],
                level=2,
                note=words("note"),
                locators=(FiledLocator(None, words("place")),),
            )
            for criterion in panel.criteria(round_).values()
        ),
        conditions=words("condition"),
        comment=words("comment"),
        confidential=words("in confidence"),
    )


def seat_in(world: World, user: Any, state: str) -> Assignment:
    return Assignment.objects.create(
        round=world.round,
        reviewer=user,
        role_class="legal_policy",
        seat=7,
        state=state,
        respond_by=timezone.now() + dt.timedelta(days=9),
    )


def conflicted_reviewer(world: World) -> Any:
    """Declared a conflict at the seat in this case, and reviews another."""
    user = make_reviewer("tied", RoleClass.LEGAL)
    seat = seat_in(world, user, "accepted")
    declare_conflicts(
        assignment_id=seat.pk, kinds=["family"], details=words("declared"), actor=user
    )
    Assignment.objects.create(
        round=world.other,
        reviewer=user,
        role_class="legal_policy",
        seat=1,
        state="in_progress",
        respond_by=timezone.now() + dt.timedelta(days=9),
    )
    return user


def declined_reviewer(world: World) -> Any:
    user = make_reviewer("busy", RoleClass.LEGAL)
    seat = seat_in(world, user, "invited")
    decline_invitation(assignment_id=seat.pk, reason="No time", actor=user)
    return user


def conflicted_superuser(world: World) -> Any:
    user = get_user_model().objects.create_superuser("root@example.org", first_name="Root")
    tie(world, user)
    return user


def conflicted_overseer(world: World) -> Any:
    user = make_overseer()
    tie(world, user)
    return user


def tie(world: World, user: Any) -> None:
    KnownConflict.objects.create(
        reviewer=user, organisation=world.panel.provider.organisation, source="A letter"
    )


ROLES = {
    "conflicted reviewer": conflicted_reviewer,
    "reviewer who declined": declined_reviewer,
    "chair of another case": lambda world: (
        world.other.chair or get_user_model().objects.get(email="other-chair@example.org")
    ),
    "editor": lambda world: world.panel.editor,
    "conflicted overseer": conflicted_overseer,
    "conflicted superuser": conflicted_superuser,
    "provider": lambda _world: get_user_model().objects.create_user("provider@example.org"),
    "anonymous": lambda _world: None,
}


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield every route of the site as text, with its converters in angle brackets."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def addresses(world: World) -> list[str]:
    """Return every address, filled with the keys of this case and its neighbours."""
    seats = list(Assignment.objects.filter(round=world.round))
    keys = {
        "page": [world.page.pk],
        "revision": [world.round.revision_id],
        "task_state": [world.round.task_state_id],
        "workflow_state": [TaskState.objects.get(pk=world.round.task_state_id).workflow_state_id],
        "task": [world.panel.task.pk],
        "workflow": [world.panel.workflow.pk],
        "user": [seats[0].reviewer_id],
        "message": list(
            OutgoingMessage.objects.filter(case=world.case).values_list("pk", flat=True)[:2]
        ),
        "action_name": ["review", "amend", "decide"],
        "format": ["csv", "xlsx"],
        "app_label": ["clearinghouse_review"],
        "model_name": ["case", "assignment"],
    }
    anything = [world.page.pk, seats[0].pk, world.panel.workflow.pk, seats[2].pk]
    uids = [world.case.uid, world.round.uid, *(seat.uid for seat in seats)]
    found: dict[str, None] = {}
    for route in routes():
        if not world.is_full and ELSEWHERE.match(route):
            continue
        if "<" not in route:
            found[f"/{clean(route)}"] = None
            continue
        # Two whole numbers tell most of it; with --full every one is tried.
        variants = VARIANTS
        if not world.is_full and OTHERS_KEYS.match(route):
            variants = 1
        elif not world.is_full and "<uuid" not in route:
            variants = 2
        for number in range(variants):

            def fill(match: re.Match[str], number: int = number) -> str:
                kind, name = match.group(1) or "str", match.group(2)
                if kind == "uuid":
                    return str(uids[number % len(uids)])
                stem = next((key for key in keys if name.startswith(key)), None)
                values = keys[stem] if stem else anything if kind == "int" else anything[:1]
                return str(values[number % len(values)])

            found[f"/{clean(re.sub(r'<(?:([a-z_]+):)?([a-z_]+)>', fill, route))}"] = None
    # Asked for in part, so that an answer that repeats the question repeats no secret.
    parts = [secret[:-2] for secret in (NUMBER, WRITTEN, PEOPLE[0])]
    queries = [*(f"?q={part}" for part in parts), "?export=csv", "?export=xlsx", "?p=1"]
    public = ["/", "/catalog/", "/catalog/course/", "/standards/", "/catalog/?q=" + parts[0]]
    api = [f"/api/v1/catalog?q={part}" for part in parts]
    asked = [f"/admin/{path}{query}" for path in LISTS for query in queries]
    return [*found, *public, *api, *asked]


def clean(route: str) -> str:
    """Return a route as an address: without the marks of a regular expression."""
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", "1", route)
    return re.sub(r"[\^$?\\]|\(\?:|\)", "", plain)


def said(response: HttpResponse) -> str:
    """Return everything that an answer carries: headers, cookies, text, unpacked archives."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    parts = [
        json.dumps(dict(response.headers)),
        str(response.cookies),
        body.decode("utf-8", "replace"),
    ]
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts += [text_of(archive.read(name)) for name in archive.namelist()]
    return "\n".join(parts)


def text_of(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def leaks(text: str) -> set[str]:
    """Return the secrets in a text."""
    lower = text.lower()
    return {secret for secret in SECRETS if secret.lower() in lower}


OF_STAFF = re.compile(r"/admin/(pages|snippets|users|groups|workflows|reports|generic|choose)")
"""Wagtail's own addresses; to most people they open nothing."""
WALK_ALL = {"conflicted superuser", "editor", "anonymous"}
"""Who walks those, too, without --full: whom they open most to, and least."""


def walk(world: World, user: Any, *, is_whole: bool = True) -> dict[str, set[str]]:
    """Ask every address and return what leaked where; in part without Wagtail's own."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    found = {}
    for address in addresses(world):
        if "logout" in address or (not is_whole and "?" not in address and OF_STAFF.match(address)):
            continue
        leaked = leaks(said(client.get(address)))
        if leaked:
            found[address] = leaked
    return found


@pytest.mark.walk
@pytest.mark.parametrize("role", ROLES)
def test_nobody_behind_the_wall_learns_of_the_case(
    world: World,
    role: str,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = ROLES[role](world)
    caplog.clear()
    found = walk(world, user, is_whole=world.is_full or role in WALK_ALL)
    if role == "conflicted superuser":
        found = {
            address: leaked - set(PEOPLE) if DIRECTORIES.match(address) else leaked
            for address, leaked in found.items()
        }
    assert {address: leaked for address, leaked in found.items() if leaked} == {}
    assert leaks(caplog.text) == set()
    with django_capture_on_commit_callbacks(execute=True):
        do_due_work()
    for message in mail.outbox:
        if user is not None and user.email in message.to:
            assert leaks(f"{message.subject}\n{message.body}") == set()


QUESTIONS = st.dictionaries(
    st.sampled_from(["q", "p", "ordering", "state", "case", "round", "export", "role_class"]),
    st.one_of(
        st.sampled_from([secret[:-2] for secret in SECRETS]),
        st.sampled_from(["1", "2", "-1", "csv", "xlsx", "all", "number", "-number", "reviewer"]),
        st.text(max_size=8),
    ),
    max_size=3,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_asked_of_a_list_nothing_leaks(crowd: dict[str, Client], data: Any) -> None:
    role = data.draw(st.sampled_from(sorted(crowd)))
    address = data.draw(st.sampled_from(LISTS))
    asked = data.draw(QUESTIONS)
    leaked = leaks(said(crowd[role].get(f"/admin/{address}", asked)))
    if DIRECTORIES.match(f"/admin/{address}"):
        leaked -= set(PEOPLE)
    assert leaked == set()


@pytest.fixture
def crowd(world: World) -> dict[str, Client]:
    """Return a browser for each role."""
    browsers = {}
    for role, make in ROLES.items():
        browsers[role] = Client(raise_request_exception=False)
        user = make(world)
        if user is not None:
            browsers[role].force_login(user)
    return browsers


@pytest.mark.walk
def test_the_walk_sees_what_is_there(world: World) -> None:
    """The same walk by whoever may see the case finds its words in many places."""
    found = walk(world, make_overseer("free"))
    assert set().union(*found.values()) == set(SECRETS)
    assert len(found) > 3


@pytest.mark.walk
def test_a_reviewer_who_has_not_filed_finds_no_word_of_others(world: World) -> None:
    """Their own draft apart, which is put aside here, nothing that anybody wrote comes back."""
    user = Assignment.objects.get(round=world.round, state="in_progress").reviewer
    Assignment.objects.get(round=world.round, reviewer=user).draft.delete()
    found = walk(world, user)
    assert {
        address: leaked for address, leaked in found.items() if leaked & {WRITTEN, *PEOPLE[:2]}
    } == {}


def test_wagtails_own_tables_hold_no_word_of_a_review(world: World) -> None:
    kept = [
        *TaskState.objects.values_list("comment", flat=True),
        *(str(row) for row in PageLogEntry.objects.values_list("label", "data")),
        *(str(row) for row in ModelLogEntry.objects.values_list("label", "data")),
        *(json.dumps(content) for content in Revision.objects.values_list("content", flat=True)),
    ]
    assert {secret for text in kept for secret in leaks(text)} == set()


def test_the_record_names_nobody(world: World) -> None:
    kept = str(list(AuditEntry.objects.filter(case=world.case).values_list("kind", "payload")))
    assert leaks(kept) == set()


def test_mail_names_no_reviewer_and_quotes_nothing(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        do_due_work()
    assert mail.outbox
    texts = [f"{message.subject}\n{message.body}" for message in mail.outbox]
    assert {secret for text in texts for secret in leaks(text)} <= {NUMBER}
    outsiders = {world.panel.editor.email, "other-chair@example.org"}
    assert not [
        message.to
        for message in mail.outbox
        if set(message.to) & outsiders and leaks(f"{message.subject}\n{message.body}")
    ]
