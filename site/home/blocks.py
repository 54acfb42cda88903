"""Blocks of an information page's body."""

from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]
LIST_FEATURES = ["bold", "italic", "ol", "ul", "link"]
LINE_FEATURES = ["bold", "italic", "link"]


class SectionValue(blocks.StructValue):
    """A section's value that knows its address on the page."""

    @cached_property
    def anchor(self) -> str:
        """The fragment of the section's heading."""
        return slugify(self.get("heading", "")) or "section"


class SectionBlock(blocks.StructBlock):
    """A heading with text; the page's table of contents lists it."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES)

    class Meta:
        icon = "title"
        label = _("Section")
        template = "home/blocks/section.html"
        value_class = SectionValue


class StepBlock(blocks.StructBlock):
    """One step of a process."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=LINE_FEATURES)

    class Meta:
        icon = "arrow-right"
        label = _("Step")


class ProcessBlock(blocks.StructBlock):
    """A numbered process under a heading of its own."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    introduction = blocks.RichTextBlock(
        label=_("Introduction"), features=LINE_FEATURES, required=False
    )
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Process")
        template = "home/blocks/process.html"
        value_class = SectionValue


class HighlightBlock(blocks.StructBlock):
    """The main points in a box."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=LIST_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Main points")
        template = "home/blocks/highlight.html"
        value_class = SectionValue


class BodyBlock(blocks.StreamBlock):
    """What an information page may consist of."""

    section = SectionBlock()
    process = ProcessBlock()
    highlight = HighlightBlock()
