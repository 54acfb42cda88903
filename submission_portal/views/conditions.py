"""Evidence for conditions: handed in by the provider, read by whoever verifies it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from curriculum_pages.enums import OpenedAs
from curriculum_pages.services import record_download
from review_workflow.models import Condition
from review_workflow.permissions import access_to, visible_cases
from review_workflow.services.conditions import can_meet, can_read_evidence
from review_workflow.storage import attachment
from submission_portal.forms.status import EvidenceForm
from submission_portal.models import ConditionUpload
from submission_portal.permissions import own_submissions
from submission_portal.selectors.obligations import (
    ConditionRow,
    ConditionState,
    conditions_of,
    evidence_of,
    with_evidence,
)
from submission_portal.services import hand_in_evidence
from submission_portal.throttling import UPLOAD, allows

from .own import OwnSubmissionView, PrivateMixin


class ConditionView(OwnSubmissionView):
    """One condition: what is wanted, what was handed in, and more of it."""

    template_name = "submission_portal/condition.html"

    @cached_property
    def condition(self) -> ConditionRow:
        """The condition; raises Http404 for one of any other case."""
        wanted: UUID = self.kwargs["condition"]
        found = conditions_of(self.submission)
        row = next((each for each in found if each.uid == wanted), None)
        if row is None:
            raise Http404
        return row

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the condition, and the form for whoever writes while it is open."""
        is_open = self.condition.state is not ConditionState.MET
        form = kwargs.pop("form", None) or EvidenceForm()
        return super().get_context_data(**kwargs) | {
            "condition": self.condition,
            "form": form if is_open and self.access.writes else None,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what is handed in."""
        form = EvidenceForm(request.POST, request.FILES)
        if self.condition.state is ConditionState.MET:
            raise Http404
        self.only_for_writers()
        if form.is_valid() and self._hand_in(form):
            messages.success(request, _("Your evidence is handed in; its verifier is told."))
            return self.to_status("conditions")
        return self.render_to_response(self.get_context_data(form=form))

    def _hand_in(self, form: EvidenceForm) -> bool:
        if not allows(self.request, UPLOAD):
            form.add_error(None, _("Too many uploads; try again later."))
            return False
        try:
            hand_in_evidence(
                submission_id=self.submission.pk,
                condition_uid=self.condition.uid,
                note=form.cleaned_data["note"],
                upload=form.cleaned_data["file"],
                actor=self.request.user,
            )
        except (ValidationError, PermissionDenied) as error:
            form.take(error)
        return not form.errors


class EvidenceView(PrivateMixin, TemplateView):
    """What was handed in for a condition, for its verifier and whoever manages the case."""

    template_name = "submission_portal/evidence.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the condition; raises Http404 where the user may not read its evidence."""
        condition = _readable(self.request.user, self.kwargs["condition"])
        round_ = condition.decision.round
        return super().get_context_data(**kwargs) | {
            "condition": condition,
            "case": round_.case,
            "evidence": evidence_of(condition),
            "can_meet": can_meet(
                access_to(self.request.user, round_), condition, self.request.user
            ),
        }


@login_required
@require_safe
def download_evidence(request: HttpRequest, upload: UUID) -> HttpResponseBase:
    """Answer with a document that was handed in: to the provider, the verifier and the chair.

    Raises Http404 for everybody else, by the same statements as for one that never was.
    """
    known = ConditionUpload.objects.filter(uid=upload, stored_file__isnull=False).select_related(
        "condition__decision__round__case", "stored_file"
    )
    own = own_submissions(request.user).filter(case__isnull=False).values("case")
    found = known.filter(condition__decision__round__case__in=own).first()
    opened_as = OpenedAs.PROVIDER
    if found is None:
        readable = visible_cases(request.user).values("pk")
        found = known.filter(condition__decision__round__case__in=readable).first()
        opened_as = OpenedAs.REVIEWER
        if found is None or not _may_read(request.user, found.condition):
            raise Http404
    stored: Any = found.stored_file
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    if request.method == "GET":
        record_download(
            stored_file=stored,
            name=found.name,
            user=request.user,
            opened_as=opened_as,
            about=found.condition.decision.round.case.number,
        )
    return attachment(content, name=found.name, content_type=stored.content_type)


def _readable(user: Any, uid: UUID) -> Condition:
    """Return the condition where `user` may read its evidence; raises Http404 otherwise."""
    readable = visible_cases(user).values("pk")
    found = (
        with_evidence(Condition.objects.filter(uid=uid, decision__round__case__in=readable))
        .select_related("decision__round__case")
        .first()
    )
    if found is None or not _may_read(user, found):
        raise Http404
    return found


def _may_read(user: Any, condition: Condition) -> bool:
    return can_read_evidence(access_to(user, condition.decision.round), condition, user)
