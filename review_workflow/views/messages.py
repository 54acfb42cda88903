"""Another try of a message that did not go out, for overseers who may see its case."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from review_workflow.models import OutgoingMessage
from review_workflow.selectors.outbox import messages_visible_to
from review_workflow.services import retry_message


class RetryMessageView(WagtailAdminTemplateMixin, TemplateView):
    """Asks, then lets the message go out with the next delivery."""

    template_name = "review_workflow/admin/queue/retry_message.html"
    page_title = gettext_lazy("Try again to send")
    header_icon = "mail"
    _show_breadcrumbs = True

    @cached_property
    def message(self) -> OutgoingMessage:
        """The message; raises Http404 where the user may not learn of it."""
        found = messages_visible_to(self.request.user).select_related("recipient")
        return get_object_or_404(found, pk=self.kwargs["message_id"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the outbox, then this question."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("outgoing_messages:index"), "label": _("Outgoing messages")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the message; not its text."""
        return super().get_context_data(**kwargs) | {"outgoing": self.message}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let it be tried; one that is sent or dropped stays as it is."""
        message = retry_message(message_id=self.message.pk, actor=request.user)
        if message.sent_at is None and message.dropped_at is None:
            messages.success(request, _("The message goes out with the next delivery."))
        else:
            messages.error(request, _("This message was sent or dropped; nothing was changed."))
        return redirect("outgoing_messages:index")
