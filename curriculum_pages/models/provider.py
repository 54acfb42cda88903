"""Providers: organisations in their part of bringing curricula, and the people who act for them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from curriculum_pages.enums import WRITING_ROLES, MemberRole
from resource_library.models import Organisation

MEMBER_ROLE_CHOICES = [
    (MemberRole.OWNER.value, _("Owner: writes, submits and manages members")),
    (MemberRole.EDITOR.value, _("Editor: writes and submits")),
    (MemberRole.VIEWER.value, _("Viewer: reads")),
]


class Provider(index.Indexed, models.Model):
    """An organisation that submits curricula; its sector and type are the organisation's."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    organisation = models.OneToOneField(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="provider",
    )
    about = models.TextField(_("about"), blank=True)
    stated_name = models.CharField(
        _("name as stated"),
        max_length=200,
        blank=True,
        help_text=_("What it calls itself until staff have verified it."),
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.RelatedFields("organisation", [index.SearchField("name")]),
    ]

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["organisation__name"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name as stated until staff have verified it, then the organisation's.

        Before that the organisation has a name that nobody typed: whether the stated one is known
        is nothing that a page may show.
        """
        is_stated = self.verified_at is None and bool(self.stated_name)
        return self.stated_name if is_stated else self.organisation.name

    def may_speak(self, user: Any) -> bool:
        """Return whether `user` answers, submits and withdraws for this provider."""
        return bool(
            user.is_active
            and self.members.filter(
                user=user.pk, ended_at=None, role__in=[role.value for role in WRITING_ROLES]
            ).exists()
        )


class ProviderMember(models.Model):
    """Somebody's part in a provider, from a day to a day; ended, never deleted."""

    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="members"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="provider_memberships",
    )
    role = models.CharField(
        _("role"), max_length=10, choices=MEMBER_ROLE_CHOICES, default=MemberRole.VIEWER.value
    )
    added_at = models.DateTimeField(_("since"), default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a provider")
        verbose_name_plural = _("members of providers")
        ordering = ["provider", "added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "user"],
                condition=Q(ended_at__isnull=True),
                name="curricula_one_membership_each",
                violation_error_message=_("This person is a member already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} · {self.user_id}"
