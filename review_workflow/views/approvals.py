"""Admin views of the review workflow: recording an outside approval, and its documents."""

from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from review_workflow.enums import ApprovalBasis
from review_workflow.forms import GatedPageForm, OutsideApprovalForm
from review_workflow.models import Approval, ApprovalEvent
from review_workflow.permissions import can_read_approvals, can_record_approval
from review_workflow.services import grant_approval
from review_workflow.storage import attachment


class RecordApprovalView(WagtailAdminTemplateMixin, TemplateView):
    """Choose a page, look at what would be published, give the particulars, record.

    The page is named by the query parameter `page`; a POST goes to the same address.
    """

    template_name = "review_workflow/admin/record_approval.html"
    page_title = gettext_lazy("Record an outside approval")
    header_icon = "success"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever may not record approvals, whatever the method."""
        if not can_record_approval(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def page_form(self) -> GatedPageForm:
        """The form that names the page."""
        return GatedPageForm(self.request.GET if "page" in self.request.GET else None)

    @cached_property
    def page(self) -> Any:
        """The page that the approval is about, or None while none is chosen."""
        return self.page_form.cleaned_data["page"] if self.page_form.is_valid() else None

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the register, then this form."""
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("clearinghouse_review_approval_modeladmin_index"),
                "label": _("Approvals"),
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form of the step, and what would be published."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.page is None:
            # A chooser cannot show what is no page: the form starts anew below the fault.
            page_form = GatedPageForm()
            faults = list(self.page_form.errors.get("page", ()))
            return context | {"page_form": page_form, "media": page_form.media, "faults": faults}
        form = kwargs.get("form") or OutsideApprovalForm(
            page=self.page, initial={"revision": self.page.latest_revision_id}
        )
        return context | {
            "form": form,
            "media": form.media,
            "chosen": self.page,
            "revision": self.page.latest_revision,
            "draft": self.page.get_latest_revision_as_object(),
            "superseded": self.page.current_approval,
            "may_preview": self.page.permissions_for_user(self.request.user).can_edit(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record the approval and publish, or show what is wrong."""
        if self.page is None:
            return self.render_to_response(self.get_context_data())
        form = OutsideApprovalForm(request.POST, request.FILES, page=self.page)
        approval = self._recorded_before(request.POST) or (
            self._grant(form) if form.is_valid() else None
        )
        if approval is None:
            messages.validation_error(request, _("The approval was not recorded."), form)
            # The user has been told: the next sending is about the version shown now.
            data = request.POST.copy()
            data["revision"] = str(self.page.latest_revision_id)
            form.data = data
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(
            request,
            _("Approval %(number)s of “%(title)s” is recorded.")
            % {"number": approval.number, "title": self.page.title},
        )
        return redirect("clearinghouse_review_approval_modeladmin_inspect", approval.pk)

    def _recorded_before(self, data: Any) -> Approval | None:
        """Return the approval that the same form recorded when it was sent before, or None."""
        if data.get("revision") != str(self.page.latest_revision_id):
            return None
        return Approval.objects.filter(
            number=data.get("number", "").replace("\x00", "").strip(),
            page_id=self.page.pk,
            revision_id=self.page.latest_revision_id,
            basis=ApprovalBasis.RECORDED.value,
        ).first()

    def _grant(self, form: OutsideApprovalForm) -> Approval | None:
        given = form.cleaned_data
        try:
            return grant_approval(
                page=self.page,
                basis=ApprovalBasis.RECORDED,
                number=given["number"],
                term=form.term(),
                reason=given["reason"],
                actor=self.request.user,
                revision=self.page.latest_revision,
                public_wording=given["public_wording"],
                document=given["document"],
            )
        except ValidationError as error:
            for name, faults in error.message_dict.items():
                form.add_error(name if name in form.fields else None, faults)
        except IntegrityError:
            form.add_error("number", _("Another approval was recorded at the same moment."))
        return None


@require_safe
def download_document(request: HttpRequest, event_id: int) -> HttpResponseBase:
    """Answer with the document of one event as an attachment, for readers of the register."""
    if not can_read_approvals(request.user):
        raise PermissionDenied
    event = get_object_or_404(ApprovalEvent.objects.exclude(document=""), pk=event_id)
    try:
        content = event.document.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return attachment(content, name=PurePosixPath(event.document.name or "").name)
