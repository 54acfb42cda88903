"""Builds a small catalog of real pages for tests."""

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Locale, Page, Site

from curriculum_pages.models import CurriculumIndexPage, CurriculumPage, Module, Provider
from resource_library.models import (
    CoreTopicArea,
    Organisation,
    ResourceIndexPage,
    ResourcePage,
    Term,
)
from review_workflow.enums import ApprovalBasis
from review_workflow.services import Term as ApprovalTerm
from review_workflow.services import grant_approval
from search.enums import Kind
from search.query import CatalogAnswer
from search.selectors import search_catalog

TODAY = dt.date(2026, 11, 22)
_numbers = itertools.count(1)


def topic(slug: str, label: str = "", parent: CoreTopicArea | None = None) -> CoreTopicArea:
    """Return a topic, created where there is none."""
    found = CoreTopicArea.objects.filter(slug=slug).first()
    return found or CoreTopicArea.objects.create(
        slug=slug, label=label or slug.capitalize(), parent=parent, locale=Locale.get_default()
    )


def term(vocabulary: str, slug: str) -> Term:
    """Return a term, created where there is none."""
    return Term.objects.get_or_create(
        vocabulary=vocabulary, slug=slug, defaults={"label": slug.capitalize()}
    )[0]


def organisation(name: str, **values: Any) -> Organisation:
    """Return an organisation, created where there is none."""
    return Organisation.objects.get_or_create(name=name, defaults=values)[0]


def _below(root: Page, page: Any) -> Any:
    """Return the page with this slug, added where there is none."""
    present = type(page).objects.child_of(root).filter(slug=page.slug).first()
    return present or root.add_child(instance=page)


def person(*codenames: str) -> Any:
    """Return somebody who may open the admin and do this, and nothing else."""
    name = "-".join(codenames) or "nobody"
    user = get_user_model().objects.create_user(f"{name}@example.org", password="x")
    group = Group.objects.create(name=f"Group of {user}")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    user.groups.add(group)
    return user


class Catalog:
    """The two index pages below the site's root, and pages in them."""

    def __init__(self) -> None:
        root = Site.objects.get(is_default_site=True).root_page
        self.root: Page = root
        self.curricula = _below(root, CurriculumIndexPage(title="Catalog", slug="catalog"))
        self.library = _below(root, ResourceIndexPage(title="Library", slug="library"))

    def resource(self, title: str = "", *, live: bool = True, **values: Any) -> ResourcePage:
        """Add a resource; relations by keyword."""
        number = next(_numbers)
        topics = values.pop("core_topics", ())
        audiences = values.pop("audiences", ())
        values.setdefault("resource_type", term("resource_type", "guide"))
        page = ResourcePage(
            title=title or f"Resource {number}",
            slug=values.pop("slug", f"resource-{number}"),
            summary=values.pop("summary", "Something to read."),
            live=live,
            **values,
        )
        page.core_topics = list(topics)
        page.audiences = list(audiences)
        with transaction.atomic():
            self.library.add_child(instance=page)
        return page

    def curriculum(
        self,
        title: str = "",
        *,
        minutes: int | None = 60,
        approved_on: dt.date = TODAY - dt.timedelta(days=30),
        expires_on: dt.date = TODAY + dt.timedelta(days=365),
        approve: bool = True,
        modules: Sequence[Module] | None = None,
        **values: Any,
    ) -> CurriculumPage:
        """Add a curriculum, with one module and approved unless told otherwise."""
        number = next(_numbers)
        relations = {
            name: list(values.pop(name, ()))
            for name in ("core_topics", "audiences", "stages", "key_elements")
        }
        provider = values.pop("provider", None)
        if isinstance(provider, str):
            party = organisation(provider, sector="public")
            provider = Provider.objects.get_or_create(organisation=party)[0]
        page = CurriculumPage(
            title=title or f"Curriculum {number}",
            slug=values.pop("slug", f"curriculum-{number}"),
            summary=values.pop("summary", "Something to learn."),
            provider=provider,
            live=False,
            **values,
        )
        for name, related in relations.items():
            setattr(page, name, related)
        unit = [Module(title="Unit", contact_minutes=minutes)] if minutes else []
        page.modules = unit if modules is None else list(modules)
        with transaction.atomic():
            self.curricula.add_child(instance=page)
        if approve:
            grant_approval(
                page=page,
                basis=ApprovalBasis.IMPORTED,
                number=f"T-{number}",
                term=ApprovalTerm(approved_on, expires_on),
                reason="Test",
            )
            page.refresh_from_db()
        return page


def ask(kind: Kind | None = None, **parameters: Any) -> CatalogAnswer:
    """Search with parameters of the URL; a text stands for one value."""
    today = parameters.pop("today", TODAY)
    given = {
        name: [value] if isinstance(value, str) else value for name, value in parameters.items()
    }
    return search_catalog(kind, given, strict_names=True, language="en", today=today)


def titles(kind: Kind | None = None, **parameters: Any) -> list[str]:
    """Return the titles that a search finds."""
    return [hit.title for hit in ask(kind, **parameters).hits]


def counts(answer: CatalogAnswer, facet: str) -> dict[str, int]:
    """Return the buckets of a facet as value and count."""
    (found,) = (answered for answered in answer.facets if answered.name == facet)
    return {bucket.value: bucket.count for bucket in found.buckets}
