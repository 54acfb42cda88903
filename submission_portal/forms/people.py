"""Forms about providers, their people and invitations."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import MEMBER_ROLE_CHOICES
from resource_library.models.organisation import KIND_CHOICES, SECTOR_CHOICES
from submission_portal.enums import InvitationKind
from submission_portal.models.labels import INVITATION_KINDS, choices
from submission_portal.selectors.people import Namesake
from submission_portal.services.providers import MAX_NAME

from .status import PlainForm

MAX_SUGGESTION = 4000


class ProviderForm(PlainForm):
    """An organisation that brings curricula."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(label=_("Type"), choices=[("", _("Choose a type")), *KIND_CHOICES])
    sector = forms.ChoiceField(label=_("Sector"), choices=SECTOR_CHOICES, widget=forms.RadioSelect)
    url = forms.URLField(
        label=_("Website"),
        required=False,
        assume_scheme="https",
        help_text=_("Leave it empty where there is none."),
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
    )


class InviteForm(PlainForm):
    """Whom an owner invites, in which role."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=MEMBER_ROLE_CHOICES,
        initial=MemberRole.EDITOR.value,
        widget=forms.RadioSelect,
    )


class RoleForm(PlainForm):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=MEMBER_ROLE_CHOICES)


class StaffInviteForm(PlainForm):
    """Whom staff invite, as what."""

    kind = forms.ChoiceField(label=_("Invited as"), widget=forms.RadioSelect)
    email = forms.EmailField(label=_("E-mail address"))
    suggestion = forms.CharField(
        label=_("What is suggested"),
        required=False,
        max_length=MAX_SUGGESTION,
        help_text=_("For a provider: which curriculum, and which agency names it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, kinds: Sequence[InvitationKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {kind.value for kind in kinds}
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            choice for choice in choices(INVITATION_KINDS) if choice[0] in offered
        ]


class VerifyForm(PlainForm):
    """The name that a verified provider's organisation gets."""

    name = forms.CharField(label=_("Name"), max_length=200)


class MergeForm(PlainForm):
    """The known organisation that a provider is one with."""

    organisation = forms.TypedChoiceField(
        label=_("Organisation"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, namesakes: Sequence[Namesake], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            (row.pk, row.name) for row in namesakes
        ]
