"""Invitations by mail: signed, for a time, accepted by a POST of whoever is logged in."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import MEMBER_ROLE_CHOICES, Provider
from submission_portal.enums import InvitationKind

from .labels import INVITATION_KINDS, choices


class Invitation(models.Model):
    """One invitation of one address; the link in the mail carries its uid, signed."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    kind = models.CharField(
        _("invited as"),
        max_length=20,
        choices=choices(INVITATION_KINDS),
        default=InvitationKind.PROVIDER_MEMBER.value,
    )
    email = models.EmailField(_("e-mail address"))
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations",
    )
    role = models.CharField(
        _("role"), max_length=10, choices=MEMBER_ROLE_CHOICES, default=MemberRole.EDITOR.value
    )
    suggestion = models.TextField(
        _("what is suggested"), blank=True, help_text=_("The curriculum that an agency names.")
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("sent at"), default=timezone.now)
    expires_at = models.DateTimeField(_("ends at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "provider",
                condition=Q(
                    accepted_at__isnull=True, revoked_at__isnull=True, provider__isnull=False
                ),
                name="submissions_one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_kind_display()}"
