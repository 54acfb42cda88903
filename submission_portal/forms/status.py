"""Forms around a submission: beginning one, a message, withdrawing, answers, evidence."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum_pages.models import CurriculumPage, Provider
from review_workflow.models import ResponseItem
from review_workflow.services.responses import MAX_ANSWER, digest_of
from submission_portal.services.conditions import MAX_NOTE
from submission_portal.services.messages import MAX_MESSAGE
from submission_portal.services.withdrawing import MAX_REASON

_INVALID = {"invalid_choice": gettext_lazy("Choose one of the answers below.")}


class PlainForm(forms.Form):
    """A form that the server checks, without the browser's own bubbles."""

    use_required_attribute = False

    def take(self, error: ValidationError | PermissionDenied) -> None:
        """Add what a service refused, to its field where the form has it."""
        if isinstance(error, PermissionDenied):
            self.add_error(None, str(error))
            return
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, faults in error.message_dict.items():
            self.add_error(name if name in self.fields else None, faults)


class NewSubmissionForm(PlainForm):
    """For which provider, and whether it is a new curriculum or a new version of one."""

    provider = forms.ChoiceField(
        label=gettext_lazy("Provider"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a provider.")} | _INVALID,
    )
    page = forms.ChoiceField(
        label=gettext_lazy("What do you bring?"),
        widget=forms.RadioSelect,
        required=False,
        error_messages=_INVALID,
    )

    def __init__(
        self, *args: Any, providers: Sequence[Provider], pages: Sequence[CurriculumPage], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.providers = {str(provider.uid): provider for provider in providers}
        self.pages = {str(page.pk): page for page in pages}
        names = {provider.pk: provider.name for provider in providers}
        provider, page = self.fields["provider"], self.fields["page"]
        provider.choices = [(key, each.name) for key, each in self.providers.items()]  # type: ignore[attr-defined]
        page.choices = [("", _("A new curriculum"))] + [  # type: ignore[attr-defined]
            (key, self._version_of(each, names)) for key, each in self.pages.items()
        ]
        if len(providers) == 1:
            # One alone is not asked for.
            provider.required, provider.widget = False, forms.HiddenInput()
            provider.initial = str(providers[0].uid)

    def _version_of(self, page: CurriculumPage, names: Mapping[int, str]) -> str:
        sentence = _("A new version of “%(title)s”") % {"title": page.title}
        return f"{sentence} ({names[page.provider_id or 0]})" if len(names) > 1 else sentence

    def clean_provider(self) -> Provider:
        """Return the provider, the only one where there is just one."""
        chosen = self.cleaned_data["provider"] or next(iter(self.providers))
        return self.providers[chosen]

    def clean_page(self) -> CurriculumPage | None:
        """Return the curriculum that this is a new version of, None for a new one."""
        return self.pages.get(self.cleaned_data["page"])


class MessageForm(PlainForm):
    """A message to staff."""

    body = forms.CharField(
        label=gettext_lazy("Your message"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MAX_MESSAGE,
        error_messages={"required": gettext_lazy("Write what you want to say.")},
    )


class WithdrawForm(PlainForm):
    """Why a submission is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you withdraw it?"),
        help_text=gettext_lazy("Staff read this. It stays in the timeline."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MAX_REASON,
        error_messages={"required": gettext_lazy("Say why you withdraw.")},
    )


class EvidenceForm(PlainForm):
    """How a condition is met, with or without a document."""

    note = forms.CharField(
        label=gettext_lazy("How is the condition met?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MAX_NOTE,
        error_messages={"required": gettext_lazy("Say how the condition is met.")},
    )
    file = forms.FileField(
        label=gettext_lazy("Document (optional)"),
        help_text=gettext_lazy("The same kinds of files as in a submission, one at a time."),
        required=False,
    )


class AnswersForm(PlainForm):
    """One answer for each point of the decision; each can be left empty until it is submitted.

    Beside each answer lies what it was typed over, so that nobody's answer is overwritten unseen.
    """

    def __init__(self, *args: Any, items: Sequence[ResponseItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for place, item in enumerate(items, 1):
            self.fields[f"item-{item.pk}"] = forms.CharField(
                label=_("Your answer to point %(number)d") % {"number": place},
                widget=forms.Textarea(attrs={"rows": 6}),
                initial=item.answer,
                required=False,
                max_length=MAX_ANSWER,
            )
            self.fields[f"seen-{item.pk}"] = forms.CharField(
                widget=forms.HiddenInput, initial=digest_of(item.answer), required=False
            )

    def points(self) -> list[tuple[ResponseItem, Any, Any]]:
        """Return the points, each with the fields of its answer and of what it replaces."""
        return [(item, self[f"item-{item.pk}"], self[f"seen-{item.pk}"]) for item in self.items]

    def answers(self) -> dict[int, str]:
        """Return the answers by key of the point."""
        return {item.pk: self.cleaned_data[f"item-{item.pk}"] for item in self.items}

    def seen(self) -> dict[int, str]:
        """Return what each answer was typed over, by key of the point."""
        return {item.pk: self.cleaned_data[f"seen-{item.pk}"] for item in self.items}

    def insist_on_answers(self) -> None:
        """Find fault with each point that has no answer: all are needed to submit."""
        for place, item in enumerate(self.items, 1):
            if not self.cleaned_data[f"item-{item.pk}"].strip():
                self.add_error(f"item-{item.pk}", _("Answer point %(number)d.") % {"number": place})

    def renew(self, items: Sequence[ResponseItem]) -> None:
        """Take the points as they stand now as what the next save is typed over."""
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for item in items:
            data[f"seen-{item.pk}"] = digest_of(item.answer)
        self.data = data

    def show_theirs(self, stale: Sequence[ResponseItem]) -> None:
        """Set what somebody else answered beside what was typed here; a second save replaces it."""
        for item in stale:
            self.add_error(
                f"item-{item.pk}",
                _(
                    "Somebody else changed this answer in the meantime. Theirs is: “%(answer)s”. "
                    "Yours is below and not saved yet; save again to put it in the place of theirs."
                )
                % {"answer": item.answer or _("(empty)")},
            )
