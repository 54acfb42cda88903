"""The panel of the dashboard that says what waits for an editor; every app adds its own rows."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

ATTENTION_HOOK = "register_clearinghouse_attention"
"""Hook: takes the request, returns `AttentionRow`s of what its user may see, also with 0."""


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """One kind of work: what it is, how much of it, the list that shows it."""

    label: str
    count: int
    url: str


class AttentionPanel(Component):
    """What needs attention; shown to whoever may see at least one kind of it."""

    name = "clearinghouse-attention"
    template_name = "resource_library/admin/attention_panel.html"
    order = 90

    def __init__(self, request: HttpRequest) -> None:
        self.rows: list[AttentionRow] = [
            row for function in hooks.get_hooks(ATTENTION_HOOK) for row in function(request)
        ]

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the kinds of work that there is some of."""
        return {"rows": [row for row in self.rows if row.count]}
