"""App configuration of the resource library."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResourceLibraryConfig(AppConfig):
    """Shared vocabulary, organisations and the library's pages."""

    name = "resource_library"
    label = "clearinghouse_library"
    verbose_name = _("Resource library")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuse deleting vocabulary, before the admin makes policies of its own; wire forms.

        Models may not import forms, so the form of a page is given to it here.
        """
        from wagtail.permissions import register_permission_policy  # noqa: PLC0415 - app ready

        from .forms import VocabularyPageForm  # noqa: PLC0415 - app ready
        from .models import CoreTopicArea, ResourcePage, Term  # noqa: PLC0415 - app ready
        from .permissions import NeverDeletedPolicy  # noqa: PLC0415 - app ready

        for model in (CoreTopicArea, Term):
            register_permission_policy(model, NeverDeletedPolicy(model))
        ResourcePage.base_form_class = VocabularyPageForm  # type: ignore[attr-defined]  # read by Wagtail
