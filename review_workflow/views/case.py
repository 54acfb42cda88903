"""The page of one case, and what the other pages of a case share: who may see it at all."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from review_workflow.enums import CaseState
from review_workflow.forms.conditions import MeetConditionForm
from review_workflow.models import Case, Condition, ReviewRound
from review_workflow.models.labels import OUTCOMES
from review_workflow.permissions import CaseAccess, access_to
from review_workflow.selectors.case_page import CasePage, case_for, case_page, round_of
from review_workflow.selectors.evidence import evidence_addresses
from review_workflow.selectors.matrix import criteria_of
from review_workflow.selectors.verdicts import verdict_of
from review_workflow.services.conditions import can_meet, can_read_evidence, meet_condition
from review_workflow.storage import attachment


class OneCaseView(WagtailAdminTemplateMixin, TemplateView):
    """A page of one case; whoever may not see the case finds nothing at its address."""

    header_icon = "clipboard-list"
    _show_breadcrumbs = True
    case: Case

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the case behind the wall; raises Http404 where the user may not learn of it."""
        super().setup(request, *args, **kwargs)
        case = case_for(request.user, kwargs["uid"])
        if case is None:
            raise Http404
        self.case = case

    @cached_property
    def round(self) -> ReviewRound:
        """The round that the address names, else the last one."""
        round_ = round_of(self.case, self.round_number)
        if round_ is None:
            raise Http404
        return round_

    @cached_property
    def access(self) -> CaseAccess:
        """What the user may do with the round."""
        return access_to(self.request.user, self.round)

    @property
    def round_number(self) -> int | None:
        """The number given by `?round=`, None for the last; raises Http404 for what is none."""
        return self.number_given("round")

    def number_given(self, name: str) -> int | None:
        """Return a round's number from the address, None without one; Http404 for what is none."""
        given = self.request.GET.get(name)
        if given is None:
            return None
        if not (given.isascii() and given.isdecimal() and len(given) < 5):  # noqa: PLR2004 - a small integer
            raise Http404
        return int(given)

    def get_page_subtitle(self) -> str:
        """Return the number of the case."""
        return self.case.number

    @property
    def case_url(self) -> str:
        """The address of the case's own page."""
        return reverse("clearinghouse_case", args=[self.case.uid])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the board, the case, this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("clearinghouse_cases"), "label": _("Review cases")},
            {"url": self.case_url, "label": self.case.number},
            {"url": "", "label": self.get_page_title()},
        ]


class CaseView(OneCaseView):
    """Seats, ratings, outcome of the rule, discussion, decisions and record of one round."""

    template_name = "review_workflow/admin/case/case.html"

    def get_page_title(self) -> str:
        """Return the number and what the case is about."""
        return _("Case %(number)s") % {"number": self.case.number}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the board, this case."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("clearinghouse_cases"), "label": _("Review cases")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the user may read of the case."""
        page = case_page(self.request.user, self.case, self.round_number)
        if page is None:
            raise Http404
        access = page.access
        verdict = verdict_of(page.round) if access.sees_reviews else None
        # `access` is that of this round; another round has its own page.
        conditions = [
            condition
            for decision in page.decisions
            if decision.round_id == page.round.pk
            for condition in decision.conditions.all()
        ]
        waits = self.case.state == CaseState.AWAITING_RESPONSE and page.is_latest
        return super().get_context_data(**kwargs) | {
            "page": page,
            "case": self.case,
            "round": page.round,
            "access": access,
            "matrix": page.matrix,
            "verdict": verdict,
            "rule_outcome": OUTCOMES[verdict.outcome] if verdict and verdict.outcome else "",
            "today": timezone.localdate(),
            "meetable": {
                each.pk for each in conditions if can_meet(access, each, self.request.user)
            },
            "evidence": _evidence(access, conditions, self.request.user),
            "criteria": [
                (key, f"{each['code']} {each['title']}")
                for key, each in criteria_of(page.round).items()
            ],
            **_material(page.round, access),
            "may_respond": waits and access.manages,
            **self._ways_on(page),
        }

    def _ways_on(self, page: CasePage) -> dict[str, str]:
        """Return the addresses of the frozen version's preview and of the user's own review."""
        state = page.round.task_state
        if state is None or not page.access.is_running:
            return {}
        preview = reverse(
            "wagtailadmin_pages:workflow_preview", args=[self.case.page_id, state.task_id]
        )
        review = {}
        for name in ("review", "amend"):
            if getattr(page.access, f"can_{name}"):
                args = [self.case.page_id, name, state.pk]
                review["review_url"] = reverse("wagtailadmin_pages:workflow_action", args=args)
        return {"preview_url": preview if page.access.can_open_files else "", **review}


class ConditionView(OneCaseView):
    """Say that a condition is met: for its verifier and the chair."""

    template_name = "review_workflow/admin/case/condition.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the condition of the case; raises Http404 for another case's."""
        super().setup(request, *args, **kwargs)
        self.condition = _condition(self.case, kwargs["condition"])
        self.condition.decision.round.case = self.case

    def get_page_title(self) -> str:
        """Return what the page is for."""
        return _("Close a condition")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse anybody else; lead back from a condition that is met."""
        if self.condition.met_at is not None:
            messages.info(request, _("This condition is met already."))
            return redirect(self.case_url)
        access = access_to(request.user, self.condition.decision.round)
        if not can_meet(access, self.condition, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the condition and the form."""
        form = kwargs.pop("form", None) or MeetConditionForm()
        context: dict[str, Any] = super().get_context_data(**kwargs)
        access = access_to(self.request.user, self.condition.decision.round)
        evidence = _evidence(access, [self.condition], self.request.user)
        return context | {
            "case": self.case,
            "condition": self.condition,
            "form": form,
            "evidence_url": evidence.get(self.condition.pk, ""),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Close the condition, or show what is wrong."""
        form = MeetConditionForm(request.POST, request.FILES)
        if form.is_valid() and self._meet(form):
            messages.success(request, _("The condition is recorded as met."))
            return redirect(f"{self.case_url}#conditions")
        messages.validation_error(request, _("Nothing was recorded."), form)
        return self.render_to_response(self.get_context_data(form=form))

    def _meet(self, form: MeetConditionForm) -> bool:
        try:
            meet_condition(
                condition_id=self.condition.pk,
                note=form.cleaned_data["note"],
                file=form.cleaned_data["file"],
                actor=self.request.user,
            )
        except ValidationError as error:
            for name, faults in error.message_dict.items():
                form.add_error(name if name in form.fields else None, faults)
            return False
        return True


@require_safe
def download_evidence(request: HttpRequest, uid: UUID, condition: UUID) -> HttpResponseBase:
    """Answer with a condition's document, for who manages the case and the verifier."""
    case = case_for(request.user, uid)
    if case is None:
        raise Http404
    found = _condition(case, condition)
    if not found.evidence_file:
        raise Http404
    if not can_read_evidence(access_to(request.user, found.decision.round), found, request.user):
        raise PermissionDenied
    try:
        content = found.evidence_file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return attachment(content, name=PurePosixPath(found.evidence_file.name or "").name)


def _material(round_: ReviewRound, access: CaseAccess) -> dict[str, Any]:
    """Return the files of the reviewed version and what it lacks, for whom it is open to."""
    if not access.can_open_files:
        return {"files": [], "findings": []}
    page: Any = round_.revision.as_object()
    return {"files": page.review_files(), "findings": page.review_findings()}


def _evidence(access: CaseAccess, conditions: Iterable[Condition], user: Any) -> Mapping[int, str]:
    """Return where the user may read what was handed in, by the conditions' keys."""
    return evidence_addresses(
        [each.pk for each in conditions if can_read_evidence(access, each, user)]
    )


def _condition(case: Case, uid: UUID) -> Condition:
    """Return a condition of the case; raises Http404 for another case's."""
    rows = Condition.objects.filter(decision__round__case=case)
    condition = rows.select_related("decision__round", "criterion", "verifier").filter(uid=uid)
    found = condition.first()
    if found is None:
        raise Http404
    return found
