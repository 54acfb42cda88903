"""Frequently asked questions."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Orderable
from wagtail.rich_text import get_text_for_indexing
from wagtail.search import index

from home.blocks import TEXT_FEATURES
from home.panels import faq_form

from .base import SitePage


class FaqPage(SitePage):
    """Questions with their answers, in the editors' order."""

    search_fields = [
        *SitePage.search_fields,
        index.RelatedFields(
            "questions", [index.SearchField("question"), index.SearchField("answer")]
        ),
    ]
    edit_handler = faq_form
    api_fields: ClassVar = [*SitePage.api_fields, APIField("questions")]
    max_count_per_parent = 1  # type: ignore[assignment]  # Wagtail declares only None
    template = "home/faq_page.html"

    class Meta:
        verbose_name = _("FAQ page")
        verbose_name_plural = _("FAQ pages")

    @property
    def structured_data(self) -> dict[str, Any]:
        """The questions in schema.org's terms; empty where there are none."""
        questions = [
            {
                "@type": "Question",
                "name": item.question,
                "acceptedAnswer": {"@type": "Answer", "text": get_text_for_indexing(item.answer)},
            }
            for item in self.questions.all()
        ]
        if not questions:
            return {}
        return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions}


class FaqQuestion(Orderable):
    """One question and its answer."""

    page = ParentalKey(FaqPage, on_delete=models.CASCADE, related_name="questions")
    question = models.CharField(_("question"), max_length=200)
    answer = RichTextField(_("answer"), features=TEXT_FEATURES)

    api_fields: ClassVar = [APIField("question"), APIField("answer")]

    class Meta(Orderable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.question
