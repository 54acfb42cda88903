"""Accepting or returning several submissions: what happens to each is said before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from submission_portal.enums import ReasonKind
from submission_portal.forms.screening import MOST_AT_ONCE, BulkReturnForm, uuids
from submission_portal.models import Submission
from submission_portal.permissions import access_to_submission, screened
from submission_portal.services import accept_to_review, return_to_provider
from submission_portal.services.letters import letter_for
from submission_portal.services.seen import StalePage, act_on_seen, last_event_of

from .staff import ScreenersView

TITLES: Mapping[str, Any] = {
    "accept": gettext_lazy("Accept several to review"),
    "return": gettext_lazy("Return several with one reason"),
}


@dataclass(slots=True)
class Item:
    """One chosen submission: why it is skipped, or that it is done, and what was seen of it."""

    submission: Submission
    seen: int
    skipped: str = ""
    is_done: bool = False


class BulkView(ScreenersView):
    """First what will happen to each, then, by a POST, what did; each in its own transaction."""

    template_name = "submission_portal/admin/bulk.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep which action it is."""
        super().setup(request, *args, **kwargs)
        self.action: str = kwargs["action"]

    def get_page_title(self) -> str:
        """Return what is done."""
        return str(TITLES[self.action])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """List what would happen to each."""
        items = self._items(request.GET.getlist("chosen"))
        if not items:
            messages.info(request, _("Choose submissions in the list first."))
            return redirect("clearinghouse_submissions")
        return self._show(items, BulkReturnForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it to each that nobody has acted on meanwhile, and list what came of it."""
        items = self._items(request.POST.getlist("chosen"))
        form = BulkReturnForm(request.POST)
        if not items:
            messages.info(request, _("Choose submissions in the list first."))
            return redirect("clearinghouse_submissions")
        if self.action == "return" and not form.is_valid():
            return self._show(items, form)
        for item in items:
            if not item.skipped:
                seen = request.POST.get(f"seen-{item.submission.uid}", "")
                self._do(item, int(seen) if seen.isdecimal() else -1, form)
        return self._show(items, form, is_done=True)

    def _items(self, chosen: list[str]) -> list[Item]:
        rows = (
            screened(self.request.user)
            .filter(uid__in=uuids(chosen))
            .select_related("provider__organisation", "case")
            .order_by("number")
        )
        return [self._item(row) for row in rows[:MOST_AT_ONCE]]

    def _item(self, submission: Submission) -> Item:
        access = access_to_submission(self.request.user, submission)
        may = access.can_accept if self.action == "accept" else access.can_return
        return Item(
            submission, last_event_of(submission), "" if may else _("It is not in screening.")
        )

    def _do(self, item: Item, seen: int, form: BulkReturnForm) -> None:
        given: dict[str, Any] = {
            "submission_id": item.submission.pk,
            "seen": seen,
            "actor": self.request.user,
        }
        try:
            if self.action == "accept":
                act_on_seen(accept_to_review, **given)
            else:
                reason = form.reasons[form.cleaned_data["reason"]]
                words = letter_for(item.submission, ReasonKind.RETURN, [reason])
                act_on_seen(return_to_provider, reasons=[reason.code], words=words, **given)
        except (StalePage, PermissionDenied) as error:
            item.skipped = str(error)
        except ValidationError as error:
            item.skipped = " ".join(error.messages)
        else:
            item.is_done = True

    def _show(
        self, items: list[Item], form: BulkReturnForm, *, is_done: bool = False
    ) -> HttpResponse:
        context = {
            "items": items,
            "form": form if self.action == "return" else None,
            "action": self.action,
            "is_done": is_done,
            "number": sum(not item.skipped for item in items),
        }
        return self.render_to_response(self.get_context_data(**context))
