"""Edit forms of the site's pages: which field stands in which tab."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    ObjectList,
    Panel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page


def page_tabs(content: Sequence[Panel], *more: ObjectList) -> TabbedInterface:
    """Return the form of a page: its content, then tabs of its own, then Wagtail's two."""
    return TabbedInterface(
        [
            ObjectList([TitleFieldPanel("title"), *content], heading=_("Content")),
            *more,
            ObjectList(Page.promote_panels, heading=_("Promote")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )


class TermRowsPanel(InlinePanel):
    """An inline panel whose rows offer active terms, and the one that a row carries already."""

    def get_form_options(self) -> dict[str, Any]:
        """Return the options of the formset, with the form that knows what is active."""
        from resource_library.forms import VocabularyForm  # noqa: PLC0415 - needs loaded models

        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = VocabularyForm
        return options


# A list of one vocabulary is short; the chooser would offer the terms of all of them.
_term = FieldPanel("term", widget=forms.Select)
_item = [FieldPanel("title"), FieldPanel("text"), _term]

home_form = page_tabs(
    [FieldPanel("headline"), FieldPanel("summary")],
    ObjectList(
        [
            FieldPanel("process_heading"),
            InlinePanel(
                "steps",
                [FieldPanel("title"), FieldPanel("text")],
                heading=_("Steps"),
                label=_("step"),
                max_num=6,
            ),
            FieldPanel("process_page"),
        ],
        heading=_("How approval works"),
    ),
)

information_form = page_tabs([FieldPanel("summary"), FieldPanel("body")])

key_elements_form = page_tabs(
    [FieldPanel("summary"), FieldPanel("introduction")],
    ObjectList(
        [TermRowsPanel("elements", _item, heading=_("Key elements"), label=_("key element"))],
        heading=_("Key elements"),
    ),
)

standards_form = page_tabs([FieldPanel("summary"), FieldPanel("introduction")])

faq_form = page_tabs(
    [FieldPanel("summary")],
    ObjectList(
        [
            InlinePanel(
                "questions",
                [FieldPanel("question"), FieldPanel("answer")],
                heading=_("Questions"),
                label=_("question"),
            )
        ],
        heading=_("Questions"),
    ),
)

experts_form = page_tabs(
    [FieldPanel("summary")],
    ObjectList(
        [
            InlinePanel(
                "experts",
                [
                    FieldPanel("name"),
                    FieldPanel("credentials"),
                    FieldPanel("role"),
                    FieldPanel("organisation"),
                    FieldPanel("biography"),
                ],
                heading=_("Experts"),
                label=_("expert"),
            )
        ],
        heading=_("Experts"),
    ),
)

policy_brief_form = page_tabs(
    [FieldPanel("summary"), FieldPanel("introduction")],
    ObjectList(
        [
            TermRowsPanel(
                "impact_areas",
                [
                    FieldPanel("title"),
                    FieldPanel("judgement"),
                    FieldPanel("condition"),
                    FieldPanel("text"),
                    _term,
                ],
                heading=_("Impact areas"),
                label=_("impact area"),
            )
        ],
        heading=_("Impact areas"),
    ),
    ObjectList(
        [
            FieldPanel("supports_introduction"),
            TermRowsPanel("supports", _item, heading=_("Supports"), label=_("support")),
        ],
        heading=_("Implementation supports"),
    ),
    ObjectList(
        [
            InlinePanel(
                "sources",
                [FieldPanel("source"), FieldPanel("note")],
                heading=_("Sources"),
                label=_("source"),
            )
        ],
        heading=_("Sources"),
    ),
)

site_information_panels = [
    FieldPanel("operator"),
    FieldPanel("disclaimer"),
    FieldPanel("grant_numbers"),
]
