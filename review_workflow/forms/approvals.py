"""Forms of the review workflow's admin: choosing a page and recording an outside approval of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateInput, AdminPageChooser
from wagtail.models import Page, get_page_models

from resource_library.services import check_upload
from review_workflow.models import RequiresApproval
from review_workflow.services import Term

DOCUMENT_KINDS = frozenset({"pdf", "docx", "png", "jpg"})
DEFAULT_MAX_DOCUMENT_BYTES = 20 * 1024 * 1024


def gated_page_models() -> list[type[Page]]:
    """Return the types of page that are public only with an approval."""
    return [model for model in get_page_models() if issubclass(model, RequiresApproval)]


class GatedPageForm(forms.Form):
    """Chooses a page that an approval can publish; `cleaned_data["page"]` is of its own type."""

    page = forms.ModelChoiceField(label=gettext_lazy("Page"), queryset=Page.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        models = gated_page_models()
        field: Any = self.fields["page"]
        field.queryset = Page.objects.type(*models).filter(alias_of__isnull=True)
        field.widget = AdminPageChooser(target_models=models)

    def clean_page(self) -> Any:
        """Return the page; it needs a revision that can be approved."""
        page = self.cleaned_data["page"].specific
        if page.latest_revision_id is None:
            raise forms.ValidationError(_("Save the page first: there is no version to approve."))
        return page


class OutsideApprovalForm(forms.Form):
    """An approval that was given elsewhere, with the reason and the document that prove it.

    Takes the page it is about; `revision` carries the version the user saw, so that a change by
    somebody else in between is noticed.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=60,
        help_text=gettext_lazy("As on the document; no other approval has it."),
    )
    approved_on = forms.DateField(
        label=gettext_lazy("Approved on"),
        widget=AdminDateInput,
        help_text=gettext_lazy("The first day."),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=AdminDateInput,
        help_text=gettext_lazy("It still counts on this day, and no longer afterwards."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("Who approved it, and why it is recorded here. For staff only."),
    )
    public_wording = forms.CharField(
        label=gettext_lazy("Public wording"),
        widget=AdminAutoHeightTextInput,
        required=False,
        help_text=gettext_lazy("What readers see beside the approval; may stay empty."),
    )
    document = forms.FileField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("Decision or certificate: PDF, DOCX, PNG or JPEG. For staff only."),
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("I looked at this version; it is the one that was approved"),
        help_text=gettext_lazy("Recording the approval publishes it."),
    )

    def __init__(self, *args: Any, page: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page

    def clean_revision(self) -> int:
        """Return the key of the version that the user saw; it must be the latest."""
        revision: int = self.cleaned_data["revision"]
        if revision != self.page.latest_revision_id:
            raise forms.ValidationError(
                _("The page was changed in the meantime. Look at it again, then send."),
                code="changed",
            )
        return revision

    def clean_expires_on(self) -> Any:
        """Return the last day; an approval that has ended would publish nothing."""
        expires_on = self.cleaned_data["expires_on"]
        if expires_on < timezone.localdate():
            raise forms.ValidationError(_("This approval has already ended."), code="ended")
        return expires_on

    def clean_document(self) -> "UploadedFile[Any]":
        """Return the document if it is what its name says."""
        document: UploadedFile[Any] = self.cleaned_data["document"]
        check_upload(
            document,
            name=document.name or "",
            allowed=DOCUMENT_KINDS,
            max_bytes=getattr(
                settings, "CLEARINGHOUSE_MAX_DOCUMENT_BYTES", DEFAULT_MAX_DOCUMENT_BYTES
            ),
        )
        return document

    def term(self) -> Term:
        """Return the days from which and to which the approval counts."""
        return Term(self.cleaned_data["approved_on"], self.cleaned_data["expires_on"])
