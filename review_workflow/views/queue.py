"""Your reviews: the panel of the dashboard, the page with the whole queue, and the mail preference.

Everybody who may enter the admin has them; they show what waits for that person and nobody else.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from review_workflow.forms.mail import MailPreferenceForm, preference_of
from review_workflow.selectors.queue import Queue, queue_of

ROWS_ON_DASHBOARD = 8
"""The panel shows the most urgent; the page shows them all."""


class YourReviewsPanel(Component):
    """What waits for the user in reviews, the most urgent in front; nothing where nothing does."""

    name = "clearinghouse-reviews"
    template_name = "review_workflow/admin/queue/panel.html"
    order = 80

    def __init__(self, request: HttpRequest) -> None:
        self.queue: Queue = queue_of(request.user)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the first rows, and how many there are beside them."""
        rows = self.queue.urgent
        return {
            "queue": self.queue,
            "rows": rows[:ROWS_ON_DASHBOARD],
            "more": max(len(rows) - ROWS_ON_DASHBOARD, 0),
        }


class YourReviewsView(WagtailAdminTemplateMixin, TemplateView):
    """The whole queue of the user, in sections by what is to be done."""

    template_name = "review_workflow/admin/queue/index.html"
    page_title = gettext_lazy("Your reviews")
    header_icon = "clipboard-list"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what waits, section by section; empty ones are left out."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        queue = queue_of(self.request.user)
        sections = [
            ("answer", _("Invitations to answer"), queue.invitations),
            ("write", _("Reviews to write"), queue.reviews),
            ("discuss", _("Filed, with the discussion open"), queue.filed),
            ("verify", _("Conditions to verify"), queue.conditions),
        ]
        return context | {
            "queue": queue,
            "sections": [section for section in sections if section[2]],
        }


class MailPreferenceView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # not generic at run time
    """How messages come to the user; nobody changes it for somebody else."""

    template_name = "review_workflow/admin/queue/mail_preference.html"
    page_title = gettext_lazy("Messages about reviews")
    header_icon = "mail"
    form_class = MailPreferenceForm
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: your reviews, then this form."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("clearinghouse_reviews"), "label": _("Your reviews")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bind the form to the user's own preference."""
        return super().get_form_kwargs() | {"instance": preference_of(self.request.user)}

    def form_valid(self, form: MailPreferenceForm) -> HttpResponse:
        """Keep the choice, however often it is sent."""
        form.keep()
        messages.success(self.request, _("Your choice is kept."))
        return redirect("clearinghouse_reviews")
