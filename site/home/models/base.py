"""What the site's pages share: a lead paragraph, and rows tied to a term of the vocabulary."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from home.blocks import LINE_FEATURES, LIST_FEATURES
from resource_library.enums import Vocabulary
from resource_library.models import Term, term_limit


class SitePage(Page):
    """A page of the site itself: one of its kind, below the home page, found by its lead."""

    summary = models.TextField(
        _("lead"),
        blank=True,
        max_length=600,
        help_text=_("One or two sentences under the title; search engines show them as well."),
    )

    search_fields: list[Any] = [
        *Page.search_fields,
        index.SearchField("summary"),
    ]
    api_fields: ClassVar = [APIField("summary")]
    parent_page_types: ClassVar = ["clearinghouse_home.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True


class IntroducedPage(SitePage):
    """A page with a few paragraphs before its rows."""

    introduction = RichTextField(
        _("introduction"),
        blank=True,
        features=LIST_FEATURES,
        help_text=_("A few paragraphs before the list."),
    )

    search_fields: list[Any] = [
        *SitePage.search_fields,
        index.SearchField("introduction"),
    ]
    api_fields: ClassVar = [*SitePage.api_fields, APIField("introduction")]

    class Meta:
        abstract = True


def term_field(vocabulary: Vocabulary) -> models.ForeignKey[Term | None, Term | None]:
    """Return the optional relation of a row to an active term of one list."""
    return models.ForeignKey(
        Term,
        verbose_name=_("term"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=term_limit(vocabulary),
        related_name="+",
        help_text=_("The value of the vocabulary that this explains."),
    )


class TermItem(Orderable):
    """A titled explanation, perhaps of a term, which then leads to the records that carry it.

    Subclasses name their page in a `ParentalKey` and set `term` to the `term_field` of one list.
    """

    title = models.CharField(_("title"), max_length=160)
    text = RichTextField(_("explanation"), features=[*LINE_FEATURES, "ul"])
    term: models.ForeignKey[Term | None, Term | None]

    api_fields: ClassVar = [APIField("title"), APIField("text"), APIField("term_slug")]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def term_slug(self) -> str | None:
        """The slug of the term explained."""
        return self.term.slug if self.term else None
