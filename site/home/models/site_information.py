"""Facts about the site that stand on every page: who runs it, who pays, whose opinions they are."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from home.panels import site_information_panels

GRANT_NUMBERS = "15JCOPS-24-GK-01371-DETX\n15JCOPS-25-GK-00003-DETX"


def default_disclaimer() -> str:
    """Return the disclaimer of a new site."""
    return gettext(
        "This site is supported by grants of the Office of Community Oriented Policing Services, "
        "U.S. Department of Justice. What is said here are the views of its authors and "
        "contributors; the Department does not necessarily share them. Naming an agency, company, "
        "product or service does not mean that the Department or its grantees endorse it."
    )


@register_setting(icon="site")
class SiteInformation(BaseSiteSetting):
    """The footer of one site."""

    operator = models.CharField(
        _("operated by"),
        max_length=200,
        blank=True,
        help_text=_("The organisation that runs this site; left out of the footer when empty."),
    )
    disclaimer = models.TextField(
        _("disclaimer"), default=default_disclaimer, blank=True, help_text=_("On every page.")
    )
    grant_numbers = models.TextField(
        _("grant numbers"), default=GRANT_NUMBERS, blank=True, help_text=_("One on each line.")
    )

    panels = site_information_panels

    class Meta:
        verbose_name = _("site information")
        verbose_name_plural = _("site information")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def grants(self) -> list[str]:
        """The grant numbers, one each."""
        return [line.strip() for line in self.grant_numbers.splitlines() if line.strip()]
