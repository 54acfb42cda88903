"""App configuration of the search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Faceted search over curricula and resources."""

    name = "search"
    label = "clearinghouse_search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to everything that can alter an answer."""
        from search import receivers, terms  # noqa: PLC0415 - needs loaded models

        receivers.connect()
        terms.connect()
