"""One submission for staff: its page, and each step that staff can take with it as a form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from submission_portal.enums import ReasonKind
from submission_portal.forms.screening import ActionForm, MessageForm, RefusalForm, RevertForm
from submission_portal.models import Submission
from submission_portal.selectors.duplicates import duplicates_of
from submission_portal.selectors.screening import happened, messages_of, submitted_version
from submission_portal.services import (
    accept_to_review,
    find_out_of_scope,
    return_to_provider,
    revert_screening,
    send_message,
)
from submission_portal.services.letters import letter_for
from submission_portal.services.messages import mark_read
from submission_portal.services.seen import StalePage, act_on_seen, last_event_of

from .queue import waits_for
from .staff import OneSubmissionView


class SubmissionView(OneSubmissionView):
    """What was submitted, what it lacks, what it may be a duplicate of, what happened; messages."""

    template_name = "submission_portal/admin/submission.html"
    message_form: MessageForm | None = None

    def get_page_title(self) -> str:
        """Return number and title."""
        return str(self.submission)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the queue, this submission."""
        items = super().get_breadcrumbs_items()
        return [*items[:-2], items[-1]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the page shows."""
        return super().get_context_data(**kwargs) | {
            "submitted": submitted_version(self.submission),
            "duplicates": duplicates_of(self.submission, user=self.request.user),
            "for_staff": True,
            "happened": happened(self.submission),
            "correspondence": messages_of(self.submission),
            "message_form": self.message_form or MessageForm(),
            "waits_for": waits_for(self.submission),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page; what the provider wrote counts as read."""
        response = self.render_to_response(self.get_context_data())
        mark_read(self.submission.pk, self.access)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a message to the provider."""
        self.message_form = MessageForm(request.POST)
        if self.message_form.is_valid():
            try:
                send_message(
                    submission_id=self.submission.pk,
                    body=self.message_form.cleaned_data["body"],
                    actor=request.user,
                )
            except ValidationError as error:
                self.message_form.add_error("body", error.messages)
            except PermissionDenied as error:
                messages.error(request, str(error))
                return redirect("clearinghouse_submissions")
            else:
                messages.success(request, _("The message is sent."))
                return redirect(f"{self.submission_url}#messages")
        return self.render_to_response(self.get_context_data())


@dataclass(frozen=True, slots=True)
class Action:
    """A step of staff: its words, the service that does it, the right that it needs."""

    title: Any
    button: Any
    says: Any
    done: Any
    service: Callable[..., Submission]
    right: str
    kind: ReasonKind | None = None


ACTIONS: Mapping[str, Action] = {
    "accept": Action(
        gettext_lazy("Accept to review"),
        gettext_lazy("Accept to review"),
        gettext_lazy(
            "A page is made from the submitted version, and a case begins: a chair puts a panel "
            "together. The provider is told."
        ),
        gettext_lazy("The submission is accepted to review."),
        accept_to_review,
        "can_accept",
    ),
    "return": Action(
        gettext_lazy("Return with reasons"),
        gettext_lazy("Return to the provider"),
        gettext_lazy("The provider reads the letter, changes the submission and submits it again."),
        gettext_lazy("The submission is returned to the provider."),
        return_to_provider,
        "can_return",
        ReasonKind.RETURN,
    ),
    "out-of-scope": Action(
        gettext_lazy("Find out of scope"),
        gettext_lazy("Close as out of scope"),
        gettext_lazy("The provider reads the letter; no panel reviews it. It can be taken back."),
        gettext_lazy("The submission is closed as out of scope."),
        find_out_of_scope,
        "can_return",
        ReasonKind.OUT_OF_SCOPE,
    ),
    "revert": Action(
        gettext_lazy("Take the last step back"),
        gettext_lazy("Take back into screening"),
        gettext_lazy("The submission is in screening again, and the provider is told so."),
        gettext_lazy("The submission is in screening again."),
        revert_screening,
        "can_revert",
    ),
}


class ActionView(OneSubmissionView):
    """One step as a form; `step` of a POST is letter (made from reasons), preview or confirm."""

    template_name = "submission_portal/admin/action.html"
    letter = ""

    @cached_property
    def action(self) -> Action:
        """The step that the address names."""
        return ACTIONS[self.kwargs["action"]]

    def get_page_title(self) -> str:
        """Return what is done."""
        return str(self.action.title)

    def _form(self, data: Any = None) -> ActionForm:
        given = {"initial": {"seen": last_event_of(self.submission)}, "data": data}
        if self.action.kind is not None:
            return RefusalForm(**given, kind=self.action.kind)
        return (RevertForm if self.action.right == "can_revert" else ActionForm)(**given)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form, and the letter where it is shown."""
        return super().get_context_data(**kwargs) | {
            "form": kwargs.get("form") or self._form(),
            "action": self.action,
            "letter": self.letter,
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or lead back where this step cannot be taken now."""
        if not getattr(self.access, self.action.right):
            messages.info(request, _("This step cannot be taken now; nothing was changed."))
            return redirect(self.submission_url)
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the letter, show it, or take the step."""
        _is_there = self.submission
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        if isinstance(form, RefusalForm):
            step = request.POST.get("step", "")
            if step == "letter" or not form.cleaned_data["words"].strip():
                form = self._with_letter(form)
                return self.render_to_response(self.get_context_data(form=form))
            if step != "confirm":
                self.letter = form.cleaned_data["words"]
                return self.render_to_response(self.get_context_data(form=form))
        return self._act(form)

    def _with_letter(self, form: RefusalForm) -> ActionForm:
        """Return the form with the letter that its reasons make; what was typed there goes."""
        data: Any = self.request.POST.copy()
        data["words"] = letter_for(self.submission, form.kind, form.chosen())
        written = self._form(data)
        self.letter = data["words"]
        return written

    def _act(self, form: ActionForm) -> HttpResponse:
        given = {
            name: form.cleaned_data[name]
            for name in ("reasons", "words", "note")
            if name in form.cleaned_data
        }
        try:
            act_on_seen(
                self.action.service,
                submission_id=self.submission.pk,
                seen=form.cleaned_data["seen"],
                actor=self.request.user,
                **given,
            )
        except (StalePage, PermissionDenied) as error:
            messages.error(self.request, str(error))
            return redirect(self.submission_url)
        except ValidationError as error:
            form.add_error(None, error)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(self.request, self.action.done)
        return redirect(self.submission_url)
