"""App configuration of the resource library."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResourceLibraryConfig(AppConfig):
    """Shared vocabulary, organisations and the library's pages."""

    name = "resource_library"
    label = "clearinghouse_library"
    verbose_name = _("Resource library")
    default_auto_field = "django.db.models.BigAutoField"
