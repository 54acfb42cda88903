"""What the site asks of allauth: where a login leads, and how its mails leave."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Site

from curriculum_pages.models import ProviderMember


class AccountAdapter(DefaultAccountAdapter):
    """Sends mails by itself, not by the outbox: staff read the outbox, and links here are keys."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one mail after the commit; a server that refuses it changes no answer."""
        given = {"request": self.request, "email": email, "current_site": _this_site(self.request)}
        message = self.render_mail(template_prefix, email, given | context)
        transaction.on_commit(message.send, robust=True)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the portal for whoever acts for a provider, the admin for others who may enter."""
        user = request.user
        acts = ProviderMember.objects.filter(user=user.pk, ended_at=None)
        if user.has_perm("wagtailadmin.access_admin") and not acts.exists():
            return reverse("wagtailadmin_home")
        return reverse("portal_home")


def _this_site(request: HttpRequest) -> dict[str, str]:
    """Return what mails call the site, and its host."""
    site = Site.find_for_request(request)
    name = (site.site_name if site else "") or settings.WAGTAIL_SITE_NAME
    return {"name": name, "domain": request.get_host()}
