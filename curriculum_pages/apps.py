"""App configuration of the curricula."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurriculumPagesConfig(AppConfig):
    """Curricula with their modules, files and evidence; state requirements."""

    name = "curriculum_pages"
    label = "clearinghouse_curricula"
    verbose_name = _("Curricula")
    default_auto_field = "django.db.models.BigAutoField"
