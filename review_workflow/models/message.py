"""The outbox of mail: the only way a message leaves, whichever app writes it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from review_workflow.enums import MailFrequency

from .case import Case
from .labels import MAIL_FREQUENCIES, choices


class OutgoingMessage(models.Model):
    """One message to one person; `key` says what it is about, so that nothing is sent twice."""

    key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    address = models.EmailField(
        _("address"), blank=True, help_text=_("For recipients without a login.")
    )
    case = models.ForeignKey(
        Case,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
        help_text=_("A message about a case is dropped if its recipient may not see the case."),
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    can_wait = models.BooleanField(
        default=True, help_text=_("May go into a daily digest; letters and deadlines may not.")
    )
    digest = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text=_("The daily message that carries this one."),
    )
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
                name="review_message_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class MailPreference(models.Model):
    """How one person wants to be told of what can wait."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mail_preference"
    )
    frequency = models.CharField(
        _("messages"),
        max_length=10,
        choices=choices(MAIL_FREQUENCIES),
        default=MailFrequency.EACH.value,
    )

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.frequency}"
