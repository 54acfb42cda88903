"""Template tags about the library: related pages, collections, structured data."""

from typing import Any

from django import template
from django.template.context import Context
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page

from resource_library import selectors
from resource_library.models import ResourceCollectionPage, ResourcePage
from resource_library.structured_data import learning_resource

register = template.Library()


@register.simple_tag
def related_pages(page: ResourcePage) -> list[Page]:
    """The live and public pages that a resource points to."""
    return selectors.related_pages(page)


@register.simple_tag
def public_document_of(page: ResourcePage) -> AbstractDocument | None:
    """The resource's file where everybody may have it."""
    return selectors.public_document(page.file)


@register.simple_tag
def resources_in(collection: ResourceCollectionPage) -> list[ResourcePage]:
    """The live and public resources of a collection."""
    return selectors.resources_in(collection)


@register.simple_tag(takes_context=True)
def resource_data(context: Context, page: ResourcePage) -> dict[str, Any]:
    """The resource in schema.org's terms."""
    return learning_resource(page, page.get_full_url(context.get("request")) or "")
