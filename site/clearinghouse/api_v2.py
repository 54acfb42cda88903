"""Wagtail's API v2, limited to what everybody may see, whoever asks. Version 3 is not mounted.

No session counts here: a page for some readers only is left out even for those readers.
"""

from functools import singledispatch
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.renderers import JSONRenderer
from wagtail.api.v2.filters import FieldsFilter
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.serializers import (
    BaseSerializer,
    PageAliasOfField,
    PageSerializer,
    RelatedField,
)
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import BaseAPIViewSet, PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet
from wagtail.models import Collection, CollectionViewRestriction, Page

from curriculum_pages.models import CurriculumPage, EvidenceStudy, Provider
from resource_library.models import CoreTopicArea, Organisation, Source, Term
from review_workflow.models import Approval
from search.query import MAX_TEXT_LENGTH

_NUMBERS = frozenset({"id", "limit", "offset"})
_MAX_DIGITS = 18
_MAX_WORDS = 50


def hidden_curricula() -> QuerySet[CurriculumPage]:
    """Return the curricula that are not in the catalog today: aliases, and without an approval."""
    in_force = Approval.objects.in_force().order_by().values("page_id")
    return CurriculumPage.objects.order_by().exclude(alias_of__isnull=True, pk__in=in_force)


def private_collections() -> list[int]:
    """Return the keys of the collections with a restriction, and of all below them.

    A list, not a condition: Wagtail's search takes no conditions on a collection's path.
    """
    private = Q()
    for path in CollectionViewRestriction.objects.values_list("collection__path", flat=True):
        private |= Q(path__startswith=path)
    return list(Collection.objects.filter(private).values_list("pk", flat=True)) if private else []


@singledispatch
def reference(_row: Model) -> dict[str, Any] | None:
    """Return a row of ours in the words of API v1; None for what has no words of its own."""
    return None


@reference.register(Term)
@reference.register(CoreTopicArea)
def _(value: Term | CoreTopicArea) -> dict[str, Any]:
    return {"slug": value.slug, "label": value.label}


@reference.register
def _(value: Organisation) -> dict[str, Any]:
    return {"slug": value.slug, "label": value.name}


@reference.register
def _(value: Provider) -> dict[str, Any]:
    return {"slug": value.organisation.slug, "label": value.organisation.name}


@reference.register
def _(value: Source) -> dict[str, Any]:
    return {"label": value.short_name, "citation": value.citation, "url": value.url}


@reference.register
def _(value: EvidenceStudy) -> dict[str, Any]:
    return {"uid": str(value.uid), "label": value.title, "citation": value.citation}


class PublicRelatedField(RelatedField):
    """A related row: our rows by slug and label, pages only where they are public themselves."""

    def to_representation(self, value: Any) -> Any:
        """Return the row, or None for a page that the public may not see."""
        if isinstance(value, Page):
            shown = self.context["base_queryset"].filter(pk=value.pk).exists()
            return super().to_representation(value) if shown else None
        return reference(value) or super().to_representation(value)


class PublicAliasOfField(PageAliasOfField):
    """The page that an alias repeats, where that page is public itself."""

    def get_attribute(self, instance: Any) -> Any:
        """Return the page, or None for one that the public may not see."""
        shown = self.context["base_queryset"].filter(pk=instance.alias_of_id).exists()
        return super().get_attribute(instance) if shown else None


class RowSerializer(BaseSerializer):
    """Serializes the rows of a page with public relations only."""

    serializer_related_field = PublicRelatedField


class PublicPageSerializer(PageSerializer):
    """Serializes pages with public relations only."""

    serializer_related_field = PublicRelatedField
    alias_of = PublicAliasOfField(read_only=True)


class CheckedFieldsFilter(FieldsFilter):
    """Filters by fields; a value of the wrong type is the client's fault, not the server's."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        """Return the filtered rows; raises BadRequestError for a value that does not fit."""
        try:
            return super().filter_queryset(request, queryset, view)
        except (ValueError, TypeError, ValidationError, FieldError) as error:
            message = "field filter error. a value does not fit its field"
            raise BadRequestError(message) from error


def checked(backends: list[type]) -> list[type]:
    """Return filter backends with the checked one in its place."""
    return [CheckedFieldsFilter if backend is FieldsFilter else backend for backend in backends]


class Public:
    """What all endpoints share: JSON for anybody; nobody is asked who they are."""

    renderer_classes = [JSONRenderer]
    authentication_classes: list[type] = []
    permission_classes: list[type] = []

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Refuse values that Wagtail hands to the database unread."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # of the endpoint
        for name, values in request.GET.lists():
            for value in values:
                fault = _fault(name, value)
                if fault:
                    raise BadRequestError(fault)


def _fault(name: str, value: str) -> str:
    """Return what is wrong with a parameter, or nothing."""
    if "\0" in name + value:
        return "null characters are not allowed"
    if name == "search":
        return _fault_of_search(value)
    if name in _NUMBERS and not (value.isascii() and value.isdecimal()):
        return f"{name} must be a positive integer"
    if name == "search_operator" and value not in {"and", "or"}:
        return "search_operator must be 'and' or 'or'"
    too_large = len(value) > _MAX_DIGITS and value.isdecimal()
    return f"{name} is too large" if too_large else ""


def _fault_of_search(text: str) -> str:
    """Return what Wagtail's search could not read in a text, or nothing."""
    if len(text) > MAX_TEXT_LENGTH or not any(char.isalnum() for char in text):
        return f"search must be a text of at most {MAX_TEXT_LENGTH} characters"
    if len(text.split()) > _MAX_WORDS:  # PostgreSQL's backend nests a call for each word
        return f"search must have at most {_MAX_WORDS} words"
    return "search must have its quotes in pairs" if text.count('"') % 2 else ""


class PublicPagesAPIViewSet(Public, PagesAPIViewSet):
    """Live, public pages; curricula only while an approval counts, and no aliases of them."""

    base_serializer_class = PublicPageSerializer
    filter_backends = checked(PagesAPIViewSet.filter_backends)

    def get_base_queryset(self) -> QuerySet[Page]:
        """Return the pages that everybody may see on the requested site."""
        pages: QuerySet[Page] = super().get_base_queryset().public()
        return pages.exclude(pk__in=hidden_curricula().values("pk"))


class PublicImagesAPIViewSet(Public, ImagesAPIViewSet):
    """Images of public collections."""

    filter_backends = checked(ImagesAPIViewSet.filter_backends)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the images that everybody may see."""
        return super().get_queryset().exclude(collection__in=private_collections())


class PublicDocumentsAPIViewSet(Public, DocumentsAPIViewSet):
    """Documents of public collections."""

    filter_backends = checked(DocumentsAPIViewSet.filter_backends)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the documents that everybody may see."""
        return super().get_queryset().exclude(collection__in=private_collections())


class RowsAPIViewSet(BaseAPIViewSet):
    """How rows inside pages are written; they have no address of their own."""

    base_serializer_class = RowSerializer


class PublicRouter(WagtailAPIRouter):
    """A router for which every model has a way of being written, mounted or not."""

    def get_model_endpoint(self, model: type[Model]) -> tuple[str, type]:
        """Return name and class of the endpoint; no name where none is mounted."""
        return super().get_model_endpoint(model) or ("", RowsAPIViewSet)

    def get_object_detail_urlpath(self, model: type[Model], pk: Any) -> str | None:
        """Return the path of a row, or None where its model has no address."""
        if not self.get_model_endpoint(model)[0]:
            return None
        path: str = super().get_object_detail_urlpath(model, pk)
        return path


router = PublicRouter("api-v2")
router.register_endpoint("pages", PublicPagesAPIViewSet)
router.register_endpoint("images", PublicImagesAPIViewSet)
router.register_endpoint("documents", PublicDocumentsAPIViewSet)
urls = router.urls
