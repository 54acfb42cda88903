"""Production refuses what the demonstration allows; each refusal has its id."""

import pytest
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from clearinghouse import checks
from review_workflow.enums import ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import Term, grant_approval, record_approval_event
from tests.integration.search.building import Catalog

STRONG = "k3y-of-fifty-random-characters-or-more-0123456789-abcdefghij"


@pytest.fixture
def production(settings, db):
    settings.CLEARINGHOUSE_PRODUCTION = True
    settings.DEBUG = False
    settings.SECRET_KEY = STRONG
    settings.ALLOWED_HOSTS = ["clearinghouse.example"]
    return settings


def ids() -> list[str]:
    return [message.id for message in run_checks(tags=[checks.TAG])]


def test_a_sound_production_starts(production):
    get_user_model().objects.create_user("a@clearinghouse.example", "a password of its own")
    get_user_model().objects.create_user("b@clearinghouse.example", None)
    assert ids() == []
    checks.insist()


def test_debug_is_refused(production):
    production.DEBUG = True
    assert ids() == ["clearinghouse.E002"]


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 80, "django-insecure-" + STRONG, "development-only"]
)
def test_a_weak_key_is_refused(production, key):
    # An empty key cannot be set as a setting that is read; the check itself is asked.
    production.SECRET_KEY = key or " "
    assert ids() == ["clearinghouse.E003"]


@pytest.mark.parametrize("hosts", [[], ["*"]])
def test_missing_hosts_are_refused(production, hosts):
    production.ALLOWED_HOSTS = hosts
    assert ids() == ["clearinghouse.E004"]


def test_the_demonstrations_password_is_refused_for_anybody(production):
    users = get_user_model().objects
    users.create_user("reader@elsewhere.example", production.CLEARINGHOUSE_DEMO_PASSWORD)
    assert ids() == ["clearinghouse.E001"]
    with pytest.raises(ImproperlyConfigured, match=r"clearinghouse\.E001"):
        checks.insist()
    users.update(is_active=False)
    assert ids() == []


def test_accounts_that_were_not_tried_are_told(production, monkeypatch):
    monkeypatch.setattr(checks, "ACCOUNTS_TRIED", 1)
    users = get_user_model().objects
    users.create_user("first@elsewhere.example", "a password of its own")
    users.create_superuser("root@elsewhere.example", production.CLEARINGHOUSE_DEMO_PASSWORD)
    assert ids() == ["clearinghouse.E001", "clearinghouse.W001"]


def test_outside_production_everything_is_allowed(production):
    production.CLEARINGHOUSE_PRODUCTION = False
    production.DEBUG = True
    production.ALLOWED_HOSTS = []
    get_user_model().objects.create_user("a@b.example", production.CLEARINGHOUSE_DEMO_PASSWORD)
    assert ids() == []


def test_a_sample_approval_is_refused_while_it_is_in_force(production):
    today = timezone.localdate()
    page = Catalog().curriculum(approve=False)
    approval = grant_approval(
        page=page,
        basis=ApprovalBasis.SAMPLE,
        number="SAMPLE-1",
        term=Term(today, today),
        reason="A test.",
    )
    assert ids() == ["clearinghouse.E005"]
    with pytest.raises(ImproperlyConfigured, match="SAMPLE-1"):
        checks.insist()
    record_approval_event(
        approval=approval, event=Event(ApprovalEventKind.WITHDRAWN, today), reason="The test ends."
    )
    assert ids() == []
