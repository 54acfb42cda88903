"""The page on which a chair puts a panel together and keeps it full; others who manage read it."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from review_workflow.composition import PanelRule, lack_of
from review_workflow.enums import (
    AssignmentState,
    ConflictKind,
    ConflictResolution,
    RoleClass,
    RoundState,
)
from review_workflow.forms.seats import InviteForm, PanelForm, ReleaseForm, ResolveForm, ServiceForm
from review_workflow.models import Assignment, Case, ConflictDeclaration, ReviewRound
from review_workflow.models.labels import ROLE_CLASSES
from review_workflow.permissions import CaseAccess, access_to, visible_cases
from review_workflow.seating import SeatEvent, can_happen
from review_workflow.selectors.candidates import Candidate, candidates_for, members_of
from review_workflow.services import invite_reviewer, open_panel, release_seat, resolve_conflict
from review_workflow.services.seats import sentences_of


class PanelView(WagtailAdminTemplateMixin, TemplateView):
    """Seats, declared conflicts and candidates of a case's last round.

    A POST says by `action` what to do: `check` or `open` the panel, `invite` one reviewer,
    `release` a seat, `resolve` a conflict.
    """

    template_name = "review_workflow/admin/seats/panel.html"
    page_title = gettext_lazy("Panel")
    header_icon = "group"
    _show_breadcrumbs = True
    case: Case
    round: ReviewRound
    sent: ServiceForm | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the case behind the wall; raises Http404 for whoever does not manage it."""
        super().setup(request, *args, **kwargs)
        self.case = get_object_or_404(visible_cases(request.user), uid=kwargs["uid"])
        latest = self.case.rounds.select_related("chair", "revision").order_by("-number").first()
        if latest is None:
            raise Http404
        latest.case = self.case
        self.round = latest
        if not self.access.manages:
            raise Http404

    @cached_property
    def access(self) -> CaseAccess:
        """What the user may do with the round."""
        return access_to(self.request.user, self.round)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Who could take a seat, the best first; those on the panel apart."""
        return [
            candidate
            for candidate in candidates_for(self.round)
            if not candidate.seat_state or can_happen(candidate.seat_state, SeatEvent.INVITED_AGAIN)
        ]

    @property
    def address(self) -> str:
        """The address of this page."""
        return reverse("clearinghouse_case_panel", args=[self.case.uid])

    def get_page_subtitle(self) -> str:
        """Return the number of the case."""
        return self.case.number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here: the case, then this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("clearinghouse_case", args=[self.case.uid]), "label": self.case.number},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the seats, the conflicts and the candidates, each with what may be done."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        running = self.access.is_running
        context = {
            "case": self.case,
            "round": self.round,
            "may_manage": self.access.can_decide,
            "is_assembling": self.round.state == RoundState.ASSEMBLING,
            "seats": self._seats(),
            "rule": self._rule(),
            "lacks": self._lacks(()) if running else [],
            "candidates": self.candidates if running else [],
            "topics_of_page": len(self.round.facts.get("core_topics", ())),
            "chosen": set(),
        }
        return found | context | kwargs

    def _rule(self) -> dict[str, Any]:
        rule = PanelRule.of(self.round.rule_snapshot)
        return {
            "seats": rule.seats,
            "roles": [(ROLE_CLASSES[RoleClass(role)], least) for role, least in rule.roles.items()],
            "distinct": rule.distinct_organisations,
        }

    def _lacks(self, chosen: Any) -> list[str]:
        rows = self.round.assignments.select_related("reviewer")
        names = {row.reviewer_id: str(row.reviewer) for row in rows}
        names |= {each.user.pk: str(each.user) for each in chosen}
        members = [*members_of(self.round), *(each.member for each in chosen)]
        return sentences_of(lack_of(PanelRule.of(self.round.rule_snapshot), members), names)

    def _seats(self) -> list[dict[str, Any]]:
        """Return each seat with its declared conflicts and the forms that fit its state."""
        rows = (
            self.round.assignments.select_related("reviewer")
            .prefetch_related("declarations")
            .order_by("seat")
        )
        return [
            {
                "assignment": row,
                "declared": [
                    (each, self._form(ResolveForm, f"resolve-{each.pk}", self._is_open(each)))
                    for each in row.declarations.all()
                    if each.kind != ConflictKind.NONE or each.details
                ],
                "release": self._form(
                    ReleaseForm,
                    f"release-{row.pk}",
                    self.access.can_decide and can_happen(row.state, SeatEvent.RELEASED),
                ),
                "is_empty": row.state
                in {
                    AssignmentState.DECLINED,
                    AssignmentState.RELEASED,
                    AssignmentState.RECUSED,
                    AssignmentState.OVERDUE,
                },
            }
            for row in rows
        ]

    def _form(self, kind: type[ServiceForm], prefix: str, is_offered: object) -> ServiceForm | None:
        """Return the form as it was sent just now, else an empty one, if it is offered at all."""
        if not is_offered:
            return None
        return self.sent if self.sent and self.sent.prefix == prefix else kind(prefix=prefix)

    def _is_open(self, declaration: ConflictDeclaration) -> bool:
        return self.access.can_decide and declaration.resolution == ConflictResolution.PENDING.value

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was asked, or show what is wrong."""
        if not self.access.can_decide:
            raise PermissionDenied(_("Only the chair puts the panel together."))
        act = {
            "check": self._check,
            "open": self._open,
            "invite": self._invite,
            "release": self._release,
            "resolve": self._resolve,
        }.get(request.POST.get("action", ""))
        if act is None:
            raise Http404
        return act()

    def _again(self, form: ServiceForm, **context: Any) -> HttpResponse:
        self.sent = form
        messages.error(self.request, _("Nothing was changed."))
        return self.render_to_response(
            self.get_context_data(faults=form.faults, **context), status=422
        )

    def _done(self, sentence: str) -> HttpResponse:
        messages.success(self.request, sentence)
        return redirect(self.address)

    def _check(self) -> HttpResponse:
        form = PanelForm(self.request.POST, candidates=self.candidates)
        keys = set(form.cleaned_data["reviewers"]) if form.is_valid() else set()
        chosen = [each for each in self.candidates if each.user.pk in keys]
        return self.render_to_response(
            self.get_context_data(
                chosen=keys, lacks=self._lacks(chosen), faults=form.faults, was_checked=True
            )
        )

    def _open(self) -> HttpResponse:
        form = PanelForm(self.request.POST, candidates=self.candidates)
        if form.is_valid():
            try:
                open_panel(
                    round_id=self.round.pk,
                    reviewers=form.cleaned_data["reviewers"],
                    actor=self.request.user,
                )
            except ValidationError as error:
                form.refuse(error)
        if form.errors:
            keys = {int(key) for key in self.request.POST.getlist("reviewers") if _is_key(key)}
            return self._again(form, chosen=keys, lacks=[])
        return self._done(_("The panel is open; its reviewers are invited."))

    def _invite(self) -> HttpResponse:
        form = InviteForm(self.request.POST, candidates=self.candidates)
        if form.is_valid():
            try:
                invite_reviewer(
                    round_id=self.round.pk,
                    reviewer=form.cleaned_data["reviewer"],
                    actor=self.request.user,
                )
            except ValidationError as error:
                form.refuse(error)
        if form.errors:
            return self._again(form)
        return self._done(_("The reviewer is invited."))

    def _release(self) -> HttpResponse:
        seat = get_object_or_404(
            Assignment, pk=_key(self.request.POST.get("seat")), round=self.round
        )
        form = ReleaseForm(self.request.POST, prefix=f"release-{seat.pk}")
        if form.is_valid():
            release_seat(
                assignment_id=seat.pk, reason=form.cleaned_data["reason"], actor=self.request.user
            )
            return self._done(_("The seat is released; it is offered to somebody else."))
        return self._again(form)

    def _resolve(self) -> HttpResponse:
        declaration = get_object_or_404(
            ConflictDeclaration,
            pk=_key(self.request.POST.get("declaration")),
            assignment__round=self.round,
        )
        form = ResolveForm(self.request.POST, prefix=f"resolve-{declaration.pk}")
        if form.is_valid():
            resolve_conflict(
                declaration_id=declaration.pk,
                resolution=form.cleaned_data["resolution"],
                reason=form.cleaned_data["reason"],
                actor=self.request.user,
            )
            return self._done(_("The conflict is settled."))
        return self._again(form)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19  # noqa: PLR2004 - what fits a bigint


def _key(text: str | None) -> int:
    if text is None or not _is_key(text):
        raise Http404
    return int(text)
