"""Edit forms of the library's pages: which field stands in which tab, and its help."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page

index_panels = [FieldPanel("introduction")]

collection_panels = [
    FieldPanel("introduction"),
    InlinePanel(
        "items",
        [PageChooserPanel("resource", "clearinghouse_library.ResourcePage")],
        heading=_("Resources"),
        min_num=1,
    ),
]

_checkboxes = forms.CheckboxSelectMultiple
# A chooser would offer the terms of all lists.
_select = forms.Select

resource_edit_handler = TabbedInterface(
    [
        ObjectList(
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldPanel("body"),
                MultiFieldPanel(
                    [FieldPanel("link"), FieldPanel("file")], heading=_("Where to read it")
                ),
            ],
            heading=_("Content"),
        ),
        ObjectList(
            [
                FieldPanel("resource_type", widget=_select),
                FieldPanel("core_topics", widget=_checkboxes),
                FieldPanel("audiences", widget=_checkboxes),
                FieldPanel("language", widget=_select),
                FieldPanel("tags"),
            ],
            heading=_("Subject"),
        ),
        ObjectList(
            [
                FieldPanel("publisher"),
                FieldPanel("authors"),
                FieldPanel("published_on"),
                FieldPanel("citation"),
                FieldPanel("review_by"),
            ],
            heading=_("Origin"),
        ),
        ObjectList(
            [InlinePanel("related_pages", [PageChooserPanel("page")], heading=_("Related pages"))],
            heading=_("Related"),
        ),
        ObjectList(Page.promote_panels, heading=_("Promote")),
        ObjectList(Page.settings_panels, heading=_("Settings")),
    ]
)

organisation_panels = [
    FieldPanel("name"),
    FieldRowPanel([FieldPanel("acronym"), FieldPanel("slug")]),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("sector")]),
    FieldPanel("url"),
    FieldPanel("is_operator"),
]
source_panels = [
    FieldPanel("short_name"),
    FieldPanel("citation"),
    FieldPanel("url"),
    PageChooserPanel("page"),
]
topic_panels = [
    FieldPanel("label"),
    FieldPanel("slug"),
    FieldPanel("description"),
    FieldRowPanel([FieldPanel("parent", widget=_select), FieldPanel("sort_order")]),
    FieldPanel("active"),
]
term_panels = [
    FieldPanel("vocabulary"),
    FieldPanel("label"),
    FieldPanel("slug"),
    FieldPanel("sort_order"),
    FieldPanel("active"),
]
