"""Who may see a submission and do what with it: `visible_submissions` and `access_to_submission`.

Every page, list, count, file, message and export of the portal asks one of these two. Somebody who
acts for a provider sees its submissions and no others. Staff who screen see what was submitted,
never a draft, and nothing of a provider that they are tied to, as in a review. Reviewers see
nothing here: they read the reviewed version under the rules of `review_workflow.permissions`.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from curriculum_pages.enums import WRITING_ROLES, MemberRole
from curriculum_pages.models import Provider, ProviderMember
from resource_library.models import Organisation
from review_workflow.enums import CaseState
from review_workflow.permissions import tied_to_organisation

from .enums import EDITABLE, SubmissionState
from .models import Submission
from .stages import may_happen

VERIFY = "clearinghouse_curricula.change_provider"
SCREEN = "clearinghouse_submissions.screen_submissions"
_WRITING = {role.value for role in WRITING_ROLES}


def can_screen(user: Any) -> bool:
    """Return whether `user` screens submissions at all."""
    return bool(user.is_authenticated and user.is_active and user.has_perm(SCREEN))


def memberships_of(user: Any) -> "QuerySet[ProviderMember]":
    """Return the parts that `user` has in providers today."""
    if not (user.is_authenticated and user.is_active):
        return ProviderMember.objects.none()
    return ProviderMember.objects.filter(user=user.pk, ended_at=None)


def providers_of(user: Any) -> "QuerySet[Provider]":
    """Return the providers that `user` acts for, in whatever role."""
    return Provider.objects.filter(pk__in=memberships_of(user).values("provider"))


def is_owner_of(user: Any, provider: Provider) -> bool:
    """Return whether `user` manages the people of this provider."""
    return memberships_of(user).filter(provider=provider, role=MemberRole.OWNER.value).exists()


def visible_submissions(user: Any) -> "QuerySet[Submission]":
    """Return the submissions whose existence `user` may learn of."""
    return Submission.objects.filter(Q(pk__in=own_submissions(user)) | Q(pk__in=screened(user)))


def own_submissions(user: Any) -> "QuerySet[Submission]":
    """Return the submissions of the providers that `user` acts for."""
    return Submission.objects.filter(provider__in=providers_of(user).values("pk"))


def screened(user: Any) -> "QuerySet[Submission]":
    """Return what `user` may screen: submitted once, and of nobody that they are tied to."""
    return _untied(user).filter(number__isnull=False)


def drafts_to_count(user: Any) -> "QuerySet[Submission]":
    """Return drafts that were never submitted: `user` may know how many, nothing else."""
    return _untied(user).filter(number__isnull=True)


def _untied(user: Any) -> "QuerySet[Submission]":
    if not can_screen(user):
        return Submission.objects.none()
    member = ProviderMember.objects.filter(
        provider=OuterRef("provider"), user=user.pk, ended_at=None
    )
    return Submission.objects.exclude(Exists(member)).exclude(
        tied_to_organisation(user, "provider__organisation")
    )


def waiting_providers(user: Any) -> "QuerySet[Provider]":
    """Return the unverified providers that `user` may verify or merge: nobody's of their own."""
    if not (user.is_authenticated and user.is_active and user.has_perm(VERIFY)):
        return Provider.objects.none()
    part = ProviderMember.objects.filter(provider=OuterRef("pk"), user=user.pk)
    return (
        Provider.objects.filter(verified_at=None)
        .exclude(stated_name="")
        .exclude(Exists(part))
        .exclude(tied_to_organisation(user, "organisation"))
    )


def is_tied_to(user: Any, organisation: Organisation) -> bool:
    """Return whether something ties `user` to the organisation, or they act for its provider."""
    found = Organisation.objects.filter(pk=organisation.pk)
    return (
        found.filter(tied_to_organisation(user, "pk")).exists()
        or ProviderMember.objects.filter(
            provider__organisation=organisation, user=user.pk, ended_at=None
        ).exists()
    )


@dataclass(frozen=True, slots=True)
class SubmissionAccess:
    """What one user may do with one submission. Everything is False where `can_see` is."""

    can_see: bool = False
    role: str = ""
    screens: bool = False
    state: str = ""
    waits_for_response: bool = False

    @property
    def writes(self) -> bool:
        """Whether this user writes for the provider: an owner or editor."""
        return self.can_see and self.role in _WRITING

    @property
    def is_owner(self) -> bool:
        """Whether this user manages the provider's members."""
        return self.can_see and self.role == MemberRole.OWNER.value

    @property
    def is_member(self) -> bool:
        """Whether this user acts for the provider in whatever role."""
        return self.can_see and bool(self.role)

    @property
    def can_edit(self) -> bool:
        """Whether steps and files can be changed now: a draft, returned, or a response is due."""
        editable = self.state in {state.value for state in EDITABLE} or self.waits_for_response
        return self.writes and editable

    @property
    def can_submit(self) -> bool:
        """Whether it can be submitted (again) now, as far as rights go."""
        return self.can_edit

    @property
    def can_withdraw(self) -> bool:
        """Whether the provider can withdraw it now, as far as this app knows."""
        return self.writes and may_happen("withdraw", self.state)

    @property
    def can_write_messages(self) -> bool:
        """Whether this user may write to the other side."""
        return self.writes or self.screens

    @property
    def can_accept(self) -> bool:
        """Whether this user may lead it to a panel now."""
        return self.screens and may_happen("accept", self.state)

    @property
    def can_return(self) -> bool:
        """Whether this user may return it, or find it out of scope, now."""
        return self.screens and may_happen("return", self.state)

    @property
    def can_revert(self) -> bool:
        """Whether this user may take a return or a refusal back now."""
        return self.screens and may_happen("revert", self.state)


def access_to_submission(user: Any, submission: Submission) -> SubmissionAccess:
    """Return what `user` may do with the submission; the one function that decides."""
    membership = memberships_of(user).filter(provider=submission.provider_id).first()
    case = submission.case
    waits = bool(
        submission.state == SubmissionState.ACCEPTED
        and case is not None
        and case.state == CaseState.AWAITING_RESPONSE
    )
    if membership is not None:
        return SubmissionAccess(
            can_see=True,
            role=membership.role,
            state=submission.state,
            waits_for_response=waits,
        )
    if screened(user).filter(pk=submission.pk).exists():
        return SubmissionAccess(
            can_see=True, screens=True, state=submission.state, waits_for_response=waits
        )
    return SubmissionAccess()
