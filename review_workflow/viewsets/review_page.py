"""The review as a full page at the address where Wagtail performs a workflow's actions.

Reviewers write and amend there, with the frozen version beside the form; chairs are led on to the
case. Whatever else reaches the address goes Wagtail's way, which ends in `perform_action`.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.workflow import PreviewRevisionForTaskView, WorkflowActionView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.utils.decorators import xframe_options_sameorigin_override

from review_workflow.forms import gated_page_models
from review_workflow.forms.review import AmendForm, ReviewForm, form_data
from review_workflow.models import ReviewDraft, ReviewRound
from review_workflow.parsing import parse_draft
from review_workflow.permissions import access_to
from review_workflow.reviewing import PageFinding
from review_workflow.selectors.discussion import discussion_for
from review_workflow.selectors.reviews import ReadReview, reviews_for
from review_workflow.selectors.self_assessment import own_views_for
from review_workflow.services import (
    StaleDraft,
    amend_from_data,
    file_from_data,
    save_draft,
    sheet_of,
)


class ReviewActionView(WorkflowActionView):
    """The pages behind the actions `review` and `amend`; a way on for `decide` and `read`."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; a round of another page, or one that is hidden from the user, is not found."""
        round_ = (
            ReviewRound.objects.filter(task_state=self.task_state.pk)
            .select_related("case", "revision")
            .first()
        )
        if round_ is None:
            return super().dispatch(request, *args, **kwargs)
        self.round, self.access = round_, access_to(request.user, round_)
        if round_.case.page_id != self.object.pk or not self.access.can_see:
            raise Http404
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return self._modal(request, *args, **kwargs)
        if request.method not in {"GET", "HEAD", "POST"}:
            return self.http_method_not_allowed(request, *args, **kwargs)
        return self._full_page(request)

    def _full_page(self, request: HttpRequest) -> HttpResponse:
        """Answer with the page of the action, or lead to where this user has something to do."""
        if self.action_name == "review":
            return self._review(request)
        if self.action_name == "amend" and self.access.can_amend:
            return self._amend(request)
        if self.action_name in {"decide", "read"} and self.access.manages:
            return redirect("clearinghouse_case", self.round.case.uid)
        return self._elsewhere()

    def _modal(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead a modal window to the page; what one sends goes Wagtail's way."""
        if request.method == "POST":
            return super().dispatch(request, *args, **kwargs)
        way = {"step": "success", "redirect": self.get_submit_url()}
        return render_modal_workflow(request, "", None, {}, json_data=way)

    def _elsewhere(self) -> HttpResponse:
        """Lead to where this user's seat stands now."""
        if self.access.can_amend:
            return redirect(self._address("amend"))
        if self.access.can_review:
            return redirect(self._address("review"))
        if self.access.can_answer and self.access.assignment is not None:
            return redirect("clearinghouse_assignment", self.access.assignment.uid)
        raise PermissionDenied(_("There is nothing for you to do in this review now."))

    def _address(self, action: str) -> str:
        return reverse(self.submit_url_name, args=[self.object.pk, action, self.task_state.pk])

    def _review(self, request: HttpRequest) -> HttpResponse:
        if (
            request.method == "POST"
            and self.access.assignment is not None
            and self.access.can_open_files
        ):
            return self._posted_review(request)
        if not self.access.can_review:
            return self._elsewhere()
        draft = ReviewDraft.objects.filter(assignment=self.access.assignment).first()
        more = request.GET.get("more", "")
        return self._review_page(
            values=draft.content if draft else {},
            version=draft.version if draft else 0,
            more=int(more) if more.isascii() and more.isdecimal() else 0,
        )

    def _posted_review(self, request: HttpRequest) -> HttpResponse:
        """Keep what was typed, whatever it is worth; then do what was asked for."""
        posted, data = request.POST, form_data(request.POST)
        asked, version = posted.get("do", ""), _number(posted.get("version", ""))
        try:
            self._check_version(posted)
            version = self._keep(posted, data, asked, version)
            if asked == "file":
                file_from_data(round_=self.round, data=data, actor=request.user)
        except StaleDraft as conflict:
            return self._review_page(values=data, version=version, stored=conflict.draft)
        except (ValidationError, PermissionDenied) as error:
            return self._review_page(values=data, version=version, faults=_by_field(error))
        if asked == "file":
            messages.success(request, _("Your review is filed."))
            return redirect(self._address("amend"))
        if asked.startswith("more-"):
            criterion = _number(asked.removeprefix("more-"))
            return redirect(f"{self._address('review')}?more={criterion}#c{criterion}")
        messages.success(request, _("The draft of your review is saved."))
        return redirect(self._address("review"))

    def _check_version(self, posted: Mapping[str, str]) -> None:
        revision = str(self.round.revision_id)
        if posted.get("revision", revision) != revision:
            raise ValidationError(
                _("This review was written on another version of the page; nothing was saved.")
            )

    def _keep(
        self, posted: Mapping[str, str], data: Mapping[str, str], asked: str, version: int
    ) -> int:
        """Save the draft and return its version; a filed review has none to save."""
        if self.access.has_filed and asked == "file":
            return version
        if asked == "replace":
            version = _number(posted.get("stored", ""))
        window = {name: posted.get(name, "") for name in ("tab", "edit")}
        draft = save_draft(
            assignment_id=self.access.assignment.pk if self.access.assignment else 0,
            content=parse_draft({**data, **window}, sheet_of(self.round)),
            version=version,
            actor=self.request.user,
        )
        return draft.version

    def _review_page(
        self,
        *,
        values: Mapping[str, str],
        version: int,
        faults: Mapping[str, list[str]] | None = None,
        stored: ReviewDraft | None = None,
        more: int = 0,
    ) -> HttpResponse:
        own_views = own_views_for(self.access, self.round)
        form = ReviewForm(self.round, values, faults, more=more, own_views=own_views)
        return self._page(
            "review_workflow/admin/review.html",
            form=form,
            version=version,
            stored=stored,
            draft_tab=values.get("tab", ""),
            draft_edit=values.get("edit", ""),
            **self._material(),
        )

    def _material(self) -> dict[str, Any]:
        """Return the files of the reviewed version and what it lacks."""
        if not self.access.can_open_files:
            return {"files": [], "findings": []}
        page: Any = self.round.revision.as_object()
        return {"files": page.review_files(), "findings": page.review_findings()}

    def _amend(self, request: HttpRequest) -> HttpResponse:
        read = reviews_for(self.access, self.round)
        own = next(review for review in read if review.is_own)
        if request.method != "POST":
            return self._amend_page(read, AmendForm(self.round, own))
        data = form_data(request.POST)
        try:
            amend_from_data(round_=self.round, data=data, actor=request.user)
        except (ValidationError, PermissionDenied) as error:
            return self._amend_page(read, AmendForm(self.round, own, data, _by_field(error)))
        messages.success(request, _("Your review is amended."))
        return redirect(self._address("amend"))

    def _amend_page(self, read: list[ReadReview], form: AmendForm) -> HttpResponse:
        threads = discussion_for(self.access, self.round)
        own_views = own_views_for(self.access, self.round)
        return self._page(
            "review_workflow/admin/review_amend.html",
            form=form,
            own=next(review for review in read if review.is_own),
            reviews=read,
            whole=threads.get(None, []),
            domains=[
                (
                    domain,
                    [
                        {
                            "criterion": criterion,
                            "ratings": [
                                (review, review.ratings.get(criterion["id"])) for review in read
                            ],
                            "own": own_rating_of(read, criterion["id"]),
                            "own_view": own_views.get(criterion["id"]),
                            "fields": form.criteria[criterion["id"]],
                            "threads": threads.get(criterion["id"], []),
                        }
                        for criterion in domain["criteria"]
                    ],
                )
                for domain in self.round.edition_snapshot["domains"]
            ],
        )

    def _page(self, template: str, **context: Any) -> HttpResponse:
        title = self.round.revision.object_str or self.object.title
        return TemplateResponse(
            self.request,
            template,
            {
                "header_title": title,
                "header_icon": "clipboard-list",
                "breadcrumbs_items": [
                    {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                    {"url": reverse("clearinghouse_reviews"), "label": _("Your reviews")},
                    {"url": "", "label": title},
                ],
                "round": self.round,
                "case": self.round.case,
                "access": self.access,
                "assignment": self.access.assignment,
                "submit_url": self.get_submit_url(),
                "preview_url": reverse(
                    "wagtailadmin_pages:workflow_preview", args=[self.object.pk, self.task.pk]
                ),
                **context,
            },
        )


def own_rating_of(read: list[ReadReview], criterion_id: int) -> Any:
    """Return the viewer's own rating of one criterion, or None where there is none."""
    own = next(review for review in read if review.is_own)
    return own.ratings.get(criterion_id)


@method_decorator(xframe_options_sameorigin_override, name="dispatch")
class FrozenVersionView(PreviewRevisionForTaskView):
    """The version under review, which the review's page shows in a frame of the same site."""


class SubmitCompleteMixin:
    """For the editor: what is not complete yet is saved as a draft, and what it lacks is said.

    `open_round` refuses it too; here nothing that was typed may be lost over it.
    """

    def submit_action(self) -> HttpResponse:
        """Submit, or save and stay."""
        return self._submit_or_save(super().submit_action)  # type: ignore[misc] # the view's

    def _submit_or_save(self, submit: Callable[[], HttpResponse]) -> HttpResponse:
        view: Any = self
        lacks = view.form.save(commit=False).blocking_findings()
        if not lacks:
            return submit()
        answer: HttpResponse = view.save_action()
        messages.error(view.request, _not_submitted(lacks))
        return answer


class CompletePageCreateView(SubmitCompleteMixin, CreateView):
    """Wagtail's own, that submits only what is complete."""


class CompletePageEditView(SubmitCompleteMixin, EditView):
    """Wagtail's own, that submits only what is complete."""

    def restart_workflow_action(self) -> HttpResponse:
        """Begin anew, or save and stay: an incomplete version must not end the running review."""
        return self._submit_or_save(super().restart_workflow_action)


class ReviewedPageViewSet(PageViewSet):
    """Wagtail's own views of a page under the gate, with the review's page among them."""

    add_view_class = CompletePageCreateView
    edit_view_class = CompletePageEditView
    workflow_action_view_class = ReviewActionView
    workflow_preview_view_class = FrozenVersionView
    parent_models: ClassVar[list[Any]] = []  # the explorer lists the children as ever


def reviewed_page_viewsets() -> list[ReviewedPageViewSet]:
    """Return a viewset for each type of page that takes `RequiresApproval`."""
    return [
        type(f"{model.__name__}ReviewViewSet", (ReviewedPageViewSet,), {"model": model})()
        for model in gated_page_models()
    ]


def _not_submitted(lacks: list[PageFinding]) -> str:
    items = format_html_join("", "<li>{}</li>", ((each.message,) for each in lacks))
    said = _("The draft is saved and was not submitted. It still needs:")
    return format_html("{}<ul>{}</ul>", said, items)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - a small integer


def _by_field(error: ValidationError | PermissionDenied) -> dict[str, list[str]]:
    if isinstance(error, PermissionDenied):
        return {"": [str(error)]}
    return error.message_dict if hasattr(error, "error_dict") else {"": list(error.messages)}
