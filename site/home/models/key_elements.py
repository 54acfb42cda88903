"""The key elements of good training, each leading to the curricula that carry it."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.api import APIField
from wagtail.search import index

from home.panels import key_elements_form
from resource_library.enums import Vocabulary

from .base import IntroducedPage, TermItem, term_field


class KeyElementsPage(IntroducedPage):
    """What comprehensive training consists of."""

    search_fields = [
        *IntroducedPage.search_fields,
        index.RelatedFields("elements", [index.SearchField("title"), index.SearchField("text")]),
    ]
    edit_handler = key_elements_form
    api_fields: ClassVar = [*IntroducedPage.api_fields, APIField("elements")]
    max_count_per_parent = 1  # type: ignore[assignment]  # Wagtail declares only None
    template = "home/key_elements_page.html"

    class Meta:
        verbose_name = _("key elements page")
        verbose_name_plural = _("key elements pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the address of the catalog that the elements lead to."""
        from home import selectors  # noqa: PLC0415 - thin method of a model

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["catalog_url"] = selectors.catalog_url(self, request)
        return context


class KeyElement(TermItem):
    """One key element with its explanation."""

    page = ParentalKey(KeyElementsPage, on_delete=models.CASCADE, related_name="elements")
    term = term_field(Vocabulary.KEY_ELEMENT)

    class Meta(TermItem.Meta):
        verbose_name = _("key element")
        verbose_name_plural = _("key elements")
