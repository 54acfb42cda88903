"""Reads around the site's pages: menu, languages, footer facts and what the home page lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from curriculum_pages.models import CurriculumIndexPage
from home.models import HomePage, SiteInformation
from resource_library.models import ResourceIndexPage
from review_workflow.models import Domain, StandardsEdition
from review_workflow.selectors.standards import (
    domains_of,
    earlier_editions,
    edition_in_force,
    rule_in_use,
    rule_in_words,
)
from search.query import Bucket, CatalogAnswer, Hit, Kind
from search.selectors import search_catalog

NEWEST = 4


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link of the main navigation; `current` on its page and below, `exact` on its page only."""

    title: str
    url: str
    current: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language; `name` is in that language."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the two collections: its address, its size and what came last."""

    url: str
    count: int
    newest: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A top-level core topic area with the number of records of either kind."""

    slug: str
    label: str
    curricula: int
    resources: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the home page shows of the collections; an entry is missing where its page is."""

    catalog: Entry | None
    library: Entry | None
    topics: tuple[Topic, ...]


def site_information(site: Site | None) -> SiteInformation:
    """The footer's facts; unsaved defaults instead of a write during a read."""
    if site is None:
        return SiteInformation()
    return SiteInformation.objects.filter(site=site).first() or SiteInformation(site=site)


def menu(site: Site | None, request: HttpRequest | None, page: Page | None) -> list[MenuEntry]:
    """Public in-menu children of the root, in the language of the page (or of the request)."""
    if site is None:
        return []
    root = site.root_page
    if settings.WAGTAIL_I18N_ENABLED:
        root = root.localized
    path = page.path if page is not None and page.path else ""
    children = root.get_children().live().in_menu().public().defer_streamfields()
    return [
        MenuEntry(
            title=child.title,
            url=child.get_url(request) or "",
            current=bool(path) and path.startswith(child.path),
            exact=path == child.path,
        )
        for child in children
    ]


def languages(page: Page, request: HttpRequest | None) -> list[LanguageLink]:
    """The page's public translations, itself first; empty where it exists in one language only."""
    translations = [
        other
        for other in page.get_translations().live().public().select_related("locale")
        if other.get_url(request)
    ]
    if not translations:
        return []
    return [
        LanguageLink(
            code=other.locale.language_code,
            name=get_language_info(other.locale.language_code)["name_local"].capitalize(),
            url=other.get_url(request) or "",
            current=other.pk == page.pk,
        )
        for other in (page, *translations)
    ]


def overview(home: HomePage, request: HttpRequest | None) -> Overview:
    """Return both collections below a home page and the topics by which they can be entered."""
    urls = {
        kind: _index_url(home, model, request)
        for kind, model in (
            (Kind.CURRICULUM, CurriculumIndexPage),
            (Kind.RESOURCE, ResourceIndexPage),
        )
    }
    parameters = {"sort": ["newest"], "page_size": [str(NEWEST)]}
    answers = {
        kind: search_catalog(kind, parameters, language=home.locale.language_code)
        for kind, url in urls.items()
        if url
    }
    catalog, library = (
        Entry(url=urls[kind], count=answers[kind].count, newest=answers[kind].hits)
        if kind in answers
        else None
        for kind in (Kind.CURRICULUM, Kind.RESOURCE)
    )
    return Overview(catalog=catalog, library=library, topics=_topics(answers))


def catalog_url(page: Page, request: HttpRequest | None) -> str:
    """Return the address of the public catalog beside a page, or nothing."""
    home = page.get_parent() if page.path else None
    return _index_url(home, CurriculumIndexPage, request) if home else ""


def website(home: HomePage, request: HttpRequest, shown: Overview) -> dict[str, Any]:
    """Return the site in schema.org's terms, with the catalog's search where there is one."""
    site = Site.find_for_request(request)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": (site.site_name if site else "") or home.title,
        "url": home.get_full_url(request),
        "inLanguage": home.locale.language_code,
    }
    if home.summary:
        data["description"] = home.summary
    if shown.catalog:
        target = request.build_absolute_uri(shown.catalog.url) + "?q={search_term_string}"
        data["potentialAction"] = {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": target},
            "query-input": "required name=search_term_string",
        }
    return data


def _index_url(
    home: Page, model: type[CurriculumIndexPage | ResourceIndexPage], request: HttpRequest | None
) -> str:
    """Return the address of the public index page of a kind below the home page, or nothing."""
    if not home.path:  # the preview of a page that nobody has saved
        return ""
    page = model.objects.child_of(home).live().public().first()
    return (page.get_url(request) or "") if page else ""


def _topics(answers: Mapping[Kind, CatalogAnswer]) -> tuple[Topic, ...]:
    """Merge the topic counts of both kinds, by label; nothing empty."""
    counted = {
        kind: {bucket.value: bucket for bucket in _topic_buckets(answer)}
        for kind, answer in answers.items()
    }
    curricula = counted.get(Kind.CURRICULUM, {})
    resources = counted.get(Kind.RESOURCE, {})
    topics = [
        Topic(
            slug=slug,
            label=bucket.label,
            curricula=curricula[slug].count if slug in curricula else 0,
            resources=resources[slug].count if slug in resources else 0,
        )
        for slug, bucket in {**resources, **curricula}.items()
    ]
    return tuple(sorted(topics, key=lambda topic: topic.label.casefold()))


def _topic_buckets(answer: CatalogAnswer) -> list[Bucket]:
    return [
        bucket
        for facet in answer.facets
        if facet.name == "core_topic"
        for bucket in facet.buckets
        if bucket.parent is None and bucket.count
    ]


@dataclass(frozen=True, slots=True)
class Standards:
    """What the page of the standards shows; `edition` is None while none is in force."""

    edition: StandardsEdition | None
    domains: tuple[Domain, ...]
    criteria: int
    essential: int
    rule: tuple[str, ...]
    earlier: tuple[StandardsEdition, ...]

    @property
    def contents(self) -> list[dict[str, str]]:
        """Title and anchor of every section, for the table of contents."""
        domains = [
            {"title": f"{domain.code} {domain.title}", "anchor": f"domain-{domain.code}"}
            for domain in self.domains
        ]
        rating = [{"title": _("How rating works"), "anchor": "rating"}] if self.edition else []
        rule = [{"title": _("How a panel decides"), "anchor": "deciding"}] if self.rule else []
        earlier = [{"title": _("Earlier editions"), "anchor": "earlier"}] if self.earlier else []
        return [*domains, *rating, *rule, *earlier]


def standards() -> Standards:
    """Return the edition in force with its parts, the rule in use, and what was before."""
    edition, rule = edition_in_force(), rule_in_use()
    domains = tuple(domains_of(edition)) if edition else ()
    criteria = [criterion for domain in domains for criterion in domain.criteria.all()]
    return Standards(
        edition=edition,
        domains=domains,
        criteria=len(criteria),
        essential=sum(criterion.is_essential for criterion in criteria),
        rule=tuple(rule_in_words(rule)) if rule else (),
        earlier=tuple(earlier_editions()),
    )
