"""Stream blocks of curricula: lists whose items keep an id, so that their change can be counted."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class StatementBlock(blocks.TextBlock):
    """One item of a list in a sentence or two."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=2, **kwargs)


class ScenarioBlock(blocks.StructBlock):
    """A scenario exercise."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    description = blocks.TextBlock(label=_("Description"), rows=3)
    minutes = blocks.IntegerBlock(label=_("Minutes"), min_value=1, required=False)

    class Meta:
        icon = "group"
        label = _("Scenario exercise")


class ListStreamBlock(blocks.StreamBlock):
    """A list of statements."""

    item = StatementBlock(label=_("Item"))

    class Meta:
        required = False


class ScenarioStreamBlock(blocks.StreamBlock):
    """A list of scenario exercises."""

    scenario = ScenarioBlock()

    class Meta:
        required = False
