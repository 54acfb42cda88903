"""The words of the closed lists, for choices of fields and for pages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from curriculum_pages.enums import MemberRole
from submission_portal.enums import (
    Actor,
    EventKind,
    InvitationKind,
    LoggedAction,
    ReasonKind,
    Stage,
    Step,
    SubmissionState,
)

STATES: Mapping[SubmissionState, Any] = {
    SubmissionState.DRAFT: _("Draft"),
    SubmissionState.SCREENING: _("In screening"),
    SubmissionState.RETURNED: _("Returned"),
    SubmissionState.ACCEPTED: _("Accepted to review"),
    SubmissionState.OUT_OF_SCOPE: _("Out of scope"),
    SubmissionState.WITHDRAWN: _("Withdrawn"),
}
STAGES: Mapping[Stage, Any] = {
    Stage.DRAFT: _("Draft"),
    Stage.SCREENING: _("Being checked by staff"),
    Stage.RETURNED: _("Returned to you"),
    Stage.ASSEMBLING: _("A panel is being put together"),
    Stage.IN_REVIEW: _("Under review"),
    Stage.AWAITING_RESPONSE: _("Waiting for your response"),
    Stage.APPROVED: _("Approved"),
    Stage.APPROVED_WITH_CONDITIONS: _("Approved with conditions"),
    Stage.DECLINED: _("Declined"),
    Stage.OUT_OF_SCOPE: _("Out of scope"),
    Stage.WITHDRAWN: _("Withdrawn"),
}
ACTORS: Mapping[Actor, Any] = {
    Actor.PROVIDER: _("You"),
    Actor.STAFF: _("The platform's staff"),
    Actor.CHAIR: _("The chair of the panel"),
    Actor.REVIEWERS: _("The reviewers"),
    Actor.NOBODY: _("Nobody"),
}
STEPS: Mapping[Step, Any] = {
    Step.ABOUT: _("About the curriculum"),
    Step.AUDIENCE: _("Audience and scope"),
    Step.MODULES: _("Modules and delivery"),
    Step.ASSESSMENT: _("Assessment"),
    Step.EVIDENCE: _("Evidence"),
    Step.IMPLEMENTATION: _("Implementation"),
    Step.FILES: _("Files"),
    Step.SELF_ASSESSMENT: _("Self-assessment"),
    Step.ATTEST: _("Attest and submit"),
}
EVENT_KINDS: Mapping[EventKind, Any] = {
    EventKind.CREATED: _("Begun"),
    EventKind.SUBMITTED: _("Submitted"),
    EventKind.ACCEPTED: _("Accepted to review"),
    EventKind.RETURNED: _("Returned with reasons"),
    EventKind.OUT_OF_SCOPE: _("Found out of scope"),
    EventKind.REVERTED: _("Taken back into screening"),
    EventKind.WITHDRAWN: _("Withdrawn"),
    EventKind.RESPONDED: _("Answered and submitted again"),
}
REASON_KINDS: Mapping[ReasonKind, Any] = {
    ReasonKind.RETURN: _("Return to the provider"),
    ReasonKind.OUT_OF_SCOPE: _("Out of scope"),
}
INVITATION_KINDS: Mapping[InvitationKind, Any] = {
    InvitationKind.PROVIDER_MEMBER: _("Works for a provider"),
    InvitationKind.REVIEWER: _("Reviewer"),
    InvitationKind.PROVIDER: _("Brings a curriculum"),
}
ROLES: Mapping[MemberRole, Any] = {
    MemberRole.OWNER: _("owner"),
    MemberRole.EDITOR: _("editor"),
    MemberRole.VIEWER: _("viewer"),
}
WORDS_OF_LOGGED: Mapping[LoggedAction, tuple[Any, Any]] = {
    LoggedAction.ROLE_CHANGED: (
        _("Change a member's role"),
        _("%(who)s: %(role)s, before %(before)s"),
    ),
    LoggedAction.MEMBER_ENDED: (_("End a membership"), _("%(who)s is no member any more")),
    LoggedAction.INVITED: (_("Send an invitation"), _("Invitation sent: %(role)s")),
    LoggedAction.ACCEPTED: (_("Accept an invitation"), _("Invitation accepted: %(role)s")),
    LoggedAction.REVOKED: (
        _("Take an invitation back"),
        _("Invitation taken back: %(role)s"),
    ),
    LoggedAction.VERIFIED: (_("Verify a provider"), _("Verified; registered as “%(name)s”")),
    LoggedAction.MERGED: (_("Merge a provider"), _("Took in what was registered as “%(name)s”")),
    LoggedAction.EMPTIED: (_("Merge a provider into another"), _("Merged into “%(name)s”")),
}
"""The label and the sentence of each; its marks are filled when it is read."""


def choices(labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """Return the choices of a model field: stored value and label."""
    return [(_value(key), label) for key, label in labels.items()]


def _value(key: StrEnum) -> str:
    return str(key.value)
