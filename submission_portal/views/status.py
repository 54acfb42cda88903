"""The status page of a submission, messages to staff, letters, and withdrawing."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from review_workflow.storage import attachment
from submission_portal.forms.status import MessageForm, WithdrawForm
from submission_portal.selectors.correspondence import letters_of
from submission_portal.selectors.duplicates import duplicates_to_settle
from submission_portal.selectors.standing import standing_of
from submission_portal.selectors.status import status_page
from submission_portal.services import mark_read, send_message, withdraw_submission

from .own import OwnSubmissionView


class StatusView(OwnSubmissionView):
    """Where the submission stands, and everything that was said about it."""

    template_name = "submission_portal/status.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the page as plain values; what staff wrote counts as read from now on."""
        status = status_page(self.submission, self.access)
        mark_read(self.submission.pk, self.access)
        form = kwargs.pop("form", None) or MessageForm()
        return super().get_context_data(**kwargs) | {
            "status": status,
            "form": form,
            "duplicates": duplicates_to_settle(
                self.submission, self.access, user=self.request.user
            ),
        }


class MessageView(StatusView):
    """Sends a message; the page again where it is empty."""

    http_method_names = ("get", "head", "post")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the status page, where the messages are."""
        return self.to_status("messages")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it and lead back to the messages."""
        self.only_for_writers()
        form = MessageForm(request.POST)
        if form.is_valid():
            try:
                send_message(
                    submission_id=self.submission.pk,
                    body=form.cleaned_data["body"],
                    actor=request.user,
                )
            except ValidationError as error:
                form.take(error)
            else:
                messages.success(request, _("Your message is sent."))
                return self.to_status("messages")
        return self.render_to_response(self.get_context_data(form=form))


class LetterView(OwnSubmissionView):
    """The letter of a decision that stands, as a text file."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a file, no page
        """Return the letter; raises Http404 for that of any other case."""
        wanted: UUID = self.kwargs["letter"]
        found = next((each for each in letters_of(self.submission) if each.uid == wanted), None)
        if found is None:
            raise Http404
        name = f"{self.submission.number or 'letter'}-round-{found.round_number}.txt"
        content = BytesIO(found.text.encode())
        return attachment(content, name=name, content_type="text/plain; charset=utf-8")


class WithdrawView(OwnSubmissionView):
    """Asks why, then withdraws."""

    template_name = "submission_portal/withdraw.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead back where there is nothing to withdraw any more."""
        if request.user.is_authenticated:
            self.only_for_writers()
            if not (self.access.can_withdraw and standing_of(self.submission).is_open):
                messages.info(request, _("This submission cannot be withdrawn any more."))
                return self.to_status()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the question."""
        form = kwargs.pop("form", None) or WithdrawForm()
        has_case = self.submission.case_id is not None
        return super().get_context_data(**kwargs) | {"form": form, "has_case": has_case}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Withdraw with the reason."""
        form = WithdrawForm(request.POST)
        if form.is_valid() and self._withdraw(form):
            messages.success(request, _("The submission is withdrawn."))
            return self.to_status()
        return self.render_to_response(self.get_context_data(form=form))

    def _withdraw(self, form: WithdrawForm) -> bool:
        try:
            withdraw_submission(
                submission_id=self.submission.pk,
                actor=self.request.user,
                reason=form.cleaned_data["reason"],
            )
        except (ValidationError, PermissionDenied) as error:
            form.take(error)
        return not form.errors
