"""A site whose own pages have something on them."""

from typing import Any

import pytest

from home.enums import Judgement
from home.models import (
    BriefSource,
    Expert,
    FaqQuestion,
    HomeStep,
    ImpactArea,
    ImplementationSupport,
    KeyElement,
)
from resource_library.models import Source, Term


@pytest.fixture
def told_tree(site_tree: dict[str, Any]) -> dict[str, Any]:
    """Return the site's pages, each with content in every part."""
    home, about = site_tree["home"], site_tree["about"]
    home.headline = "Training that can be checked"
    home.summary = "A catalog and a library."
    home.process_page = about
    home.steps.add(HomeStep(title="Submit", text="A provider puts a curriculum forward."))
    about.summary = "Why the site exists."
    about.body = [
        ("highlight", {"heading": "In short", "text": "<p>Reviewed.</p>"}),
        ("section", {"heading": "Goals", "text": "<p>First <b>goal</b>.</p><h3>More</h3>"}),
        ("section", {"heading": "The statute", "text": "<p>An Act of 2022.</p>"}),
        (
            "process",
            {
                "heading": "The process",
                "introduction": "",
                "steps": [{"heading": "Review", "text": "<p>Each alone.</p>"}],
            },
        ),
    ]
    element, _ = Term.objects.get_or_create(
        vocabulary="key_element", slug="time-as-a-resource", defaults={"label": "Time"}
    )
    site_tree["key-elements"].elements.add(
        KeyElement(title="Time as a resource", text="<p>Time brings options.</p>", term=element)
    )
    site_tree["faq"].questions.add(
        FaqQuestion(question="What is it?", answer="<p>A way &lt;/script&gt; of working.</p>")
    )
    site_tree["experts"].experts.add(Expert(name="Sample Person", credentials="PhD"))
    source = Source.objects.create(short_name="A paper", citation="A. Paper. 2024.")
    brief = site_tree["policy-brief"]
    brief.impact_areas.add(
        ImpactArea(
            title="Community trust",
            judgement=Judgement.LIKELY.value,
            condition="Likely to grow.",
            text="<p>Because.</p>",
        )
    )
    brief.supports.add(ImplementationSupport(title="Written policy", text="<p>In writing.</p>"))
    brief.sources.add(BriefSource(source=source, note="Judgements"))
    for slug in ("home", "about", "key-elements", "faq", "experts", "policy-brief"):
        site_tree[slug].save_revision().publish()
    return site_tree
