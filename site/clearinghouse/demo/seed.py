"""Puts the demonstration together: every subject in its order, in one transaction.

What is there already stays as it is, whoever changed it; only what is missing is added.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from clearinghouse.accounts.models import User
from home.services import ensure_site_tree
from search.indexing import collected_changes
from search.reconciliation import reconcile

from . import cases, curricula, evidence, library, panel, people, places, site_pages, submissions

Report = Callable[[str, int, int], None]
"""Called before each step with its label, its number from 1, and how many there are."""


@dataclass(frozen=True, slots=True)
class Step:
    """One subject: what it is called, and the call that adds what is missing of it."""

    label: str
    run: Callable[[], object]


def seed(report: Report) -> None:
    """Add whatever is missing of the demonstration; all or nothing.

    Raises ImproperlyConfigured with production settings, and where approvals would be no samples.
    """
    if settings.CLEARINGHOUSE_PRODUCTION:
        message = (
            "The demonstration's content, logins and sample approvals are not for a public server."
        )
        raise ImproperlyConfigured(message)
    if not settings.CLEARINGHOUSE_SAMPLE_APPROVALS:
        message = "The demonstration needs CLEARINGHOUSE_SAMPLE_APPROVALS: its panels approve."
        raise ImproperlyConfigured(message)
    with transaction.atomic(), collected_changes():
        pages = ensure_site_tree()
        people.seed_groups(pages["home"], pages["catalog"])
        users = people.seed_users()
        steps = list(_steps(pages, users))
        for number, step in enumerate(steps, start=1):
            report(step.label, number, len(steps) + 1)
            step.run()
    report("Search index", len(steps) + 1, len(steps) + 1)
    reconcile()


def _steps(pages: Mapping[str, Any], users: Mapping[str, User]) -> Iterator[Step]:
    editor, officer = users["editor"], users["approvals"]
    yield Step("Organisations", library.seed_organisations)
    yield Step("Sources", library.seed_sources)
    yield Step("Topics", library.seed_topics)
    yield Step("Studies", evidence.seed_studies)
    yield Step("Curricula", partial(curricula.seed_curricula, pages["catalog"], editor, officer))
    yield Step(
        "Resources", partial(library.seed_resources, pages["library"], pages["catalog"], editor)
    )
    yield Step("Collections", partial(library.seed_collections, pages["library"], editor))
    yield Step("Links of the sources", partial(library.link_sources, pages["library"]))
    yield Step("Jurisdictions", places.seed_jurisdictions)
    yield Step("Requirements", places.seed_requirements)
    yield Step("Claims", partial(evidence.seed_claims, pages["catalog"]))
    yield Step("Pages of the site", partial(site_pages.seed_site_pages, pages, editor))
    yield Step("Standards", partial(panel.seed_standards, officer))
    yield Step("Reviewers", partial(panel.seed_panel, pages["catalog"]))
    yield Step("Review cases", partial(cases.seed_cases, pages["catalog"], editor))
    yield Step("Submissions", submissions.seed_submissions)
    yield Step("Footer", partial(site_pages.seed_settings, pages["home"]))
