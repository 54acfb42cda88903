"""Seeds the texts of the site's own pages, where nobody has written any yet."""

import re
from collections.abc import Mapping
from typing import Any

from wagtail.models import Page, Site

from clearinghouse.accounts.models import User
from home.models import (
    BriefSource,
    Expert,
    FaqQuestion,
    HomeStep,
    ImpactArea,
    ImplementationSupport,
    KeyElement,
    SiteInformation,
)
from resource_library.enums import Vocabulary

from .content import Record, load
from .library import source, term

LINK = re.compile(r'href="page:([a-z-]+)"')
INTRODUCED = ("catalog", "library", "requirements")


def seed_site_pages(pages: Mapping[str, Any], editor: User) -> int:
    """Write the texts of pages that have none; return how many pages the content has."""
    content = load("pages")
    fillers = {
        "home": _fill_home,
        "about": _fill_about,
        "standards": _fill_standards,
        "key-elements": _fill_key_elements,
        "faq": _fill_faq,
        "experts": _fill_experts,
        "policy-brief": _fill_policy_brief,
    }
    for slug, fill in fillers.items():
        page = pages[slug]
        if page.summary:
            continue
        record = content[slug.replace("-", "_")]
        page.summary = record["summary"]
        fill(page, record, pages)
        page.save_revision(user=editor).publish(user=editor)
    for slug in INTRODUCED:
        page = pages[slug]
        if not page.introduction:
            page.introduction = content["indexes"][slug]
            page.save_revision(user=editor).publish(user=editor)
    return len(fillers) + len(INTRODUCED)


def seed_settings(home: Page) -> None:
    """Name the operator in the footer where nobody is named."""
    site = Site.objects.get(root_page=home)
    information, _created = SiteInformation.objects.get_or_create(site=site)
    if not information.operator:
        information.operator = load("pages")["settings"]["operator"]
        information.save()


def _rich(text: str, pages: Mapping[str, Any]) -> str:
    """Return rich text whose links to pages of the site follow them when they move."""
    return LINK.sub(lambda found: f'linktype="page" id="{pages[found[1]].pk}"', text)


def _fill_home(page: Any, record: Record, pages: Mapping[str, Any]) -> None:
    page.headline = record["headline"]
    page.process_heading = record["process_heading"]
    page.process_page_id = pages[record["process_page"]].pk
    page.steps = [HomeStep(sort_order=order, **step) for order, step in enumerate(record["step"])]


def _fill_about(page: Any, record: Record, pages: Mapping[str, Any]) -> None:
    page.body = [(block["kind"], _block(block, pages)) for block in record["block"]]


def _block(block: Record, pages: Mapping[str, Any]) -> dict[str, Any]:
    if block["kind"] != "process":
        return {"heading": block["heading"], "text": _rich(block["text"], pages)}
    return {
        "heading": block["heading"],
        "introduction": _rich(block["introduction"], pages),
        "steps": [
            {"heading": step["heading"], "text": _rich(step["text"], pages)}
            for step in block["step"]
        ],
    }


def _fill_standards(page: Any, record: Record, pages: Mapping[str, Any]) -> None:
    page.introduction = _rich(record["introduction"], pages)


def _fill_key_elements(page: Any, record: Record, pages: Mapping[str, Any]) -> None:
    page.introduction = _rich(record["introduction"], pages)
    page.elements = [
        KeyElement(
            sort_order=order,
            term=term(Vocabulary.KEY_ELEMENT, item["term"]),
            title=item["title"],
            text=_rich(item["text"], pages),
        )
        for order, item in enumerate(record["item"])
    ]


def _fill_faq(page: Any, record: Record, pages: Mapping[str, Any]) -> None:
    page.questions = [
        FaqQuestion(
            sort_order=order, question=item["question"], answer=_rich(item["answer"], pages)
        )
        for order, item in enumerate(record["item"])
    ]


def _fill_experts(page: Any, record: Record, _pages: Mapping[str, Any]) -> None:
    page.experts = [Expert(sort_order=order, **item) for order, item in enumerate(record["item"])]


def _fill_policy_brief(page: Any, record: Record, pages: Mapping[str, Any]) -> None:
    page.introduction = _rich(record["introduction"], pages)
    page.supports_introduction = _rich(record["supports_introduction"], pages)
    page.impact_areas = [
        ImpactArea(
            sort_order=order,
            term=term(Vocabulary.IMPACT_AREA, item["term"]),
            title=item["title"],
            text=_rich(item["text"], pages),
            judgement=item["judgement"],
            condition=item["condition"],
        )
        for order, item in enumerate(record["impact"])
    ]
    page.supports = [
        ImplementationSupport(
            sort_order=order,
            term=term(Vocabulary.IMPLEMENTATION_SUPPORT, item["term"]),
            title=item["title"],
            text=_rich(item["text"], pages),
        )
        for order, item in enumerate(record["support"])
    ]
    page.sources = [
        BriefSource(sort_order=order, source=source(item["source"]), note=item["note"])
        for order, item in enumerate(record["source"])
    ]
