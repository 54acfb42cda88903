"""The page that explains the standards in force and how a panel decides by them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from home.panels import standards_form

from .base import IntroducedPage


class StandardsPage(IntroducedPage):
    """The edition in force, criterion by criterion, and the rule in words."""

    edit_handler = standards_form
    max_count_per_parent = 1  # type: ignore[assignment]  # Wagtail declares only None
    template = "home/standards_page.html"

    class Meta:
        verbose_name = _("standards page")
        verbose_name_plural = _("standards pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the edition with its parts, the rule in words and the editions before."""
        from home import selectors  # noqa: PLC0415 - thin method of a model

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["standards"] = selectors.standards()
        return context
