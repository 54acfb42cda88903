"""App configuration of the curricula."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurriculumPagesConfig(AppConfig):
    """Curricula with their modules, files and evidence; state requirements."""

    name = "curriculum_pages"
    label = "clearinghouse_curricula"
    verbose_name = _("Curricula")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give a curriculum and its rows their admin forms, and listen to the review workflow.

        Models may not import forms.
        """
        from resource_library.forms import VocabularyPageForm  # noqa: PLC0415 - app ready

        from . import receivers  # noqa: PLC0415 - app ready
        from .forms import CurriculumFileForm, ModuleForm  # noqa: PLC0415 - app ready
        from .models import CurriculumFile, CurriculumPage, Module  # noqa: PLC0415 - app ready

        Module.base_form_class = ModuleForm  # type: ignore[attr-defined]  # read by Wagtail
        CurriculumFile.base_form_class = CurriculumFileForm  # type: ignore[attr-defined]  # read by Wagtail
        CurriculumPage.base_form_class = VocabularyPageForm  # type: ignore[attr-defined]  # read by Wagtail
        receivers.connect()
