"""Information pages: free text under headings."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.query import PageQuerySet
from wagtail.search import index

from home.blocks import BodyBlock
from home.panels import information_form

from .base import SitePage

CONTENTS_BLOCKS = ("section", "process")


class InformationPage(SitePage):
    """Sections, processes and main points; used for the goals, the statute and the process."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    search_fields = [*SitePage.search_fields, index.SearchField("body")]
    edit_handler = information_form
    api_fields: ClassVar = [*SitePage.api_fields, APIField("body")]
    parent_page_types: ClassVar = [
        "clearinghouse_home.HomePage",
        "clearinghouse_home.InformationPage",
    ]
    subpage_types: ClassVar = ["clearinghouse_home.InformationPage"]
    template = "home/information_page.html"

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")

    @property
    def contents(self) -> list[dict[str, str]]:
        """Title and anchor of every heading, for the table of contents."""
        return [
            {"title": block.value["heading"], "anchor": block.value.anchor}
            for block in self.body
            if block.block_type in CONTENTS_BLOCKS
        ]

    @property
    def public_children(self) -> PageQuerySet:
        """The pages below that everybody may read."""
        children: PageQuerySet = self.get_children().live().public()
        return children
