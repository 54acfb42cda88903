"""The library's pages: its index, resources and curated collections of them."""

import uuid
from typing import ClassVar

import swapper
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from resource_library.enums import Vocabulary
from resource_library.panels import collection_panels, index_panels, resource_edit_handler

from .identity import LastingIdMixin
from .organisation import Organisation
from .taxonomy import CoreTopicArea, Term, term_limit


class ResourceIndexPage(Page):
    """The library: its page answers with the search of everything below it."""

    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    content_panels = Page.content_panels + index_panels
    search_fields = [*Page.search_fields, index.SearchField("introduction")]
    api_fields: ClassVar = [APIField("introduction")]
    subpage_types: ClassVar = [
        "clearinghouse_library.ResourcePage",
        "clearinghouse_library.ResourceCollectionPage",
    ]
    template = "resource_library/resource_index_page.html"

    class Meta:
        verbose_name = _("resource library")
        verbose_name_plural = _("resource libraries")


class ResourceTag(TaggedItemBase):
    """A free tag on a resource."""

    content_object = ParentalKey(
        "clearinghouse_library.ResourcePage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class ResourcePage(LastingIdMixin, Page):
    """One item of the library: a description with a link or a file."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    summary = models.TextField(
        _("summary"),
        max_length=600,
        help_text=_("Two or three sentences; shown in lists and found before the body."),
    )
    body = RichTextField(
        _("body"), blank=True, features=["h2", "h3", "bold", "italic", "link", "ol", "ul"]
    )
    resource_type = models.ForeignKey(
        Term,
        verbose_name=_("type"),
        on_delete=models.PROTECT,
        limit_choices_to=term_limit(Vocabulary.RESOURCE_TYPE),
        related_name="+",
    )
    publisher = models.ForeignKey(
        Organisation,
        verbose_name=_("publisher"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="published_resources",
    )
    authors = models.CharField(_("authors"), max_length=500, blank=True)
    published_on = models.DateField(
        _("published on"),
        null=True,
        blank=True,
        help_text=_("When the resource itself was published. Leave empty where it is not known."),
    )
    language = models.ForeignKey(
        Term,
        verbose_name=_("language"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=term_limit(Vocabulary.LANGUAGE),
        related_name="+",
    )
    core_topics = ParentalManyToManyField(
        CoreTopicArea, verbose_name=_("core topic areas"), related_name="resources"
    )
    audiences = ParentalManyToManyField(
        Term,
        verbose_name=_("audiences"),
        blank=True,
        limit_choices_to=term_limit(Vocabulary.AUDIENCE),
        related_name="resources_for_audience",
    )
    tags = ClusterTaggableManager(through=ResourceTag, blank=True, verbose_name=_("tags"))
    link = models.URLField(
        _("link"), blank=True, max_length=500, help_text=_("Where the resource can be read.")
    )
    file = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("A document from this site, public unless its collection is private."),
    )
    citation = models.TextField(
        _("citation"), blank=True, help_text=_("How others should cite the resource.")
    )
    review_by = models.DateField(
        _("review by"),
        null=True,
        blank=True,
        help_text=_("When an editor should check that the entry and its link still hold."),
    )
    imported_digest = models.CharField(max_length=64, blank=True, editable=False)

    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("resource_type"),
        index.FilterField("publisher"),
        index.FilterField("review_by"),
    ]
    edit_handler = resource_edit_handler
    api_fields: ClassVar = [
        APIField(name)
        for name in (
            "uid summary body resource_type publisher authors published_on language core_topics "
            "audiences tags link citation related_pages"
        ).split()
    ]
    exclude_fields_in_copy = ["uid", "imported_digest"]
    parent_page_types: ClassVar = ["clearinghouse_library.ResourceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "resource_library/resource_page.html"

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def clean(self) -> None:
        """Refuse an entry with both a link and a file: readers need one place to go."""
        super().clean()
        if self.link and self.file_id:
            message = _("Give a link or a file, not both.")
            raise ValidationError({"link": message, "file": message})


class RelatedPage(Orderable):
    """A pointer from a resource to any other page of the site."""

    resource = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="related_pages")
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=_("page"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    api_fields: ClassVar = [APIField("page")]

    class Meta(Orderable.Meta):
        verbose_name = _("related page")
        verbose_name_plural = _("related pages")


class ResourceCollectionPage(Page):
    """A curated, ordered selection of resources with a word of introduction."""

    introduction = RichTextField(_("introduction"), blank=True)

    content_panels = Page.content_panels + collection_panels
    search_fields = [*Page.search_fields, index.SearchField("introduction")]
    api_fields: ClassVar = [APIField("introduction"), APIField("items")]
    parent_page_types: ClassVar = ["clearinghouse_library.ResourceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "resource_library/resource_collection_page.html"

    class Meta:
        verbose_name = _("collection of resources")
        verbose_name_plural = _("collections of resources")


class ResourceCollectionItem(Orderable):
    """One resource's place in a collection."""

    collection = ParentalKey(ResourceCollectionPage, on_delete=models.CASCADE, related_name="items")
    resource = models.ForeignKey(
        ResourcePage, verbose_name=_("resource"), on_delete=models.CASCADE, related_name="+"
    )

    api_fields: ClassVar = [APIField("resource")]

    class Meta(Orderable.Meta):
        verbose_name = _("item")
        verbose_name_plural = _("items")
