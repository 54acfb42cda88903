"""Registers the site's own pages under a label that leaves `home` free for the host."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """The site's own pages."""

    name = "home"
    label = "clearinghouse_home"
    verbose_name = _("Site pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from home import receivers  # noqa: F401, PLC0415 - needs loaded models
