"""A reviewer's own seat: accept or decline the invitation, then declare conflicts of interest."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from review_workflow.enums import AssignmentState, ConflictKind
from review_workflow.forms.seats import DeclareForm, DeclineForm, ServiceForm
from review_workflow.models import Assignment
from review_workflow.permissions import CaseAccess, access_to
from review_workflow.selectors.conflicts import FoundConflict, found_conflicts
from review_workflow.services import accept_invitation, declare_conflicts, decline_invitation


class AssignmentView(WagtailAdminTemplateMixin, TemplateView):
    """What waits for the reviewer in one seat: an answer, the declaration, or the review.

    A POST says by `action` what to do: `accept`, `decline` or `declare`.
    """

    template_name = "review_workflow/admin/seats/assignment.html"
    page_title = gettext_lazy("Your seat on a panel")
    header_icon = "user"
    _show_breadcrumbs = True
    assignment: Assignment

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the user's own seat; raises Http404 for anybody else's."""
        super().setup(request, *args, **kwargs)
        found = (
            Assignment.objects.filter(uid=kwargs["uid"], reviewer=request.user.pk)
            .select_related("round__case__page", "round__revision", "reviewer")
            .first()
        )
        if found is None:
            raise Http404
        self.assignment = found

    @cached_property
    def access(self) -> CaseAccess:
        """What the user may do with the round."""
        return access_to(self.request.user, self.assignment.round)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; where the wall or the end of the round stands in between, lead away or hide.

        Whoever has just declared a conflict is told that it waits, and nothing of the case.
        """
        if self.assignment.state == AssignmentState.CONFLICT_DECLARED:
            messages.info(request, _("What you declared waits for the chair. You will be told."))
            return redirect("clearinghouse_reviews")
        if self.access.assignment is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: your reviews, then this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("clearinghouse_reviews"), "label": _("Your reviews")},
            {"url": "", "label": self.get_page_title()},
        ]

    @cached_property
    def found(self) -> list[FoundConflict]:
        """What the platform found that ties the reviewer to the parties."""
        user = self.request.user
        return found_conflicts(self.assignment.round, [user]).get(user.pk or 0, [])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the case is about, without its files, and the forms of the step."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        seat, round_ = self.assignment, self.assignment.round
        state = seat.state if self.access.is_running else ""
        context = {
            "assignment": seat,
            "round": round_,
            "case": round_.case,
            # Its title as it was submitted, not as somebody renamed it since.
            "title": round_.revision.content.get("title", round_.case.page.title),
            "parties": round_.case.parties.select_related("organisation"),
            "is_invited": state == AssignmentState.INVITED,
            "is_to_declare": state == AssignmentState.ACCEPTED,
            "review_url": self._review_url(),
            "found": self.found if state == AssignmentState.ACCEPTED else (),
            "decline_form": DeclineForm(prefix="decline"),
            "declare_form": DeclareForm(
                prefix="declare", initial={"kinds": [each.kind.value for each in self.found]}
            )
            if state == AssignmentState.ACCEPTED
            else None,
        }
        return found | context | kwargs

    def _review_url(self) -> str:
        round_ = self.assignment.round
        action = "review" if self.access.can_review else "amend" if self.access.can_amend else ""
        if not action or round_.task_state_id is None:
            return ""
        return reverse(
            "wagtailadmin_pages:workflow_action",
            args=[round_.case.page_id, action, round_.task_state_id],
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was asked, or show what is wrong."""
        act = {"accept": self._accept, "decline": self._decline, "declare": self._declare}.get(
            request.POST.get("action", "")
        )
        if act is None:
            raise Http404
        return act()

    def _accept(self) -> HttpResponse:
        accept_invitation(assignment_id=self.assignment.pk, actor=self.request.user)
        messages.success(
            self.request, _("Thank you. Please say now whether you have a conflict of interest.")
        )
        return redirect("clearinghouse_assignment", self.assignment.uid)

    def _decline(self) -> HttpResponse:
        form = DeclineForm(self.request.POST, prefix="decline")
        if form.is_valid():
            try:
                decline_invitation(
                    assignment_id=self.assignment.pk, actor=self.request.user, **form.cleaned_data
                )
            except ValidationError as error:
                form.refuse(error)
        if form.errors:
            return self._again(form, decline_form=form)
        messages.success(self.request, _("You declined. Thank you for your answer."))
        return redirect("clearinghouse_reviews")

    def _declare(self) -> HttpResponse:
        form = DeclareForm(self.request.POST, prefix="declare")
        if form.is_valid():
            try:
                declare_conflicts(
                    assignment_id=self.assignment.pk, actor=self.request.user, **form.cleaned_data
                )
            except ValidationError as error:
                form.refuse(error)
        if form.errors:
            return self._again(form, declare_form=form)
        if form.cleaned_data["kinds"] == [ConflictKind.NONE.value]:
            messages.success(self.request, _("Thank you. The files are open to you."))
            return redirect("clearinghouse_assignment", self.assignment.uid)
        messages.success(
            self.request,
            _("Thank you. What you declared went to the chair; you will be told what follows."),
        )
        return redirect("clearinghouse_reviews")

    def _again(self, form: ServiceForm, **context: Any) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(faults=form.faults, **context), status=422
        )
