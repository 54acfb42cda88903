"""The read model of the catalog: what the public may find, and which changes still wait.

Only `search.indexing` writes these rows. The full-text tables beside them belong to the engines.
"""

from datetime import datetime
from typing import TypedDict

import swapper
from django.db import models
from django.db.models import Count, F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.enums import Kind

KIND_CHOICES = [(Kind.CURRICULUM.value, _("Curriculum")), (Kind.RESOURCE.value, _("Resource"))]


class Totals(TypedDict):
    """How many records there are by what has become of them."""

    visible: int
    failed: int
    longest_failing: datetime | None


class SearchRecordQuerySet(models.QuerySet["SearchRecord"]):
    """Reads of records by what has become of them."""

    def due(self) -> "SearchRecordQuerySet":
        """Return the records that may be tried now: those that failed rest longer each time."""
        return self.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=timezone.now()))

    def pending(self) -> "SearchRecordQuerySet":
        """Return the records whose last change is not in the index yet."""
        return self.filter(version__gt=F("indexed_version"))

    def uncopied(self) -> "SearchRecordQuerySet":
        """Return the records whose state in the index has not reached the engine beside it."""
        return self.filter(indexed_version__gt=F("copied_version"))

    def visible(self) -> "SearchRecordQuerySet":
        """Return the records that are in the index, apart from the calendar."""
        return self.filter(payload__isnull=False)

    def totals(self) -> Totals:
        """Return how many can be found, how many failed, and since when. One query."""
        failed = Q(attempts__gt=0)
        return self.aggregate(  # type: ignore[return-value]  # the names are those below
            visible=Count("pk", filter=Q(payload__isnull=False)),
            failed=Count("pk", filter=failed),
            longest_failing=Min("changed_at", filter=failed),
        )


class SearchRecord(models.Model):
    """A page as the catalog shows it, and the outbox of its changes.

    `version` is raised in the transaction that changes the content, under this row's lock;
    `indexed_version` follows once the row tells that content, `copied_version` once the engine
    beside the database, if there is one, does. What fails is tried again from `retry_at` on.
    `payload` is null while the page is hidden; a deleted page keeps its hidden row and its number.
    """

    page = models.OneToOneField(
        swapper.get_model_name("wagtailcore", "Page"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="search_record",
    )
    uid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    locale = models.CharField(max_length=20, blank=True)
    payload = models.JSONField(null=True)
    facets = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    vocabulary = models.TextField(blank=True)
    sort_title = models.TextField(blank=True)
    sort_date = models.DateField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    version = models.PositiveBigIntegerField(default=1)
    indexed_version = models.PositiveBigIntegerField(default=0)
    copied_version = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now_add=True)

    objects = SearchRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("search record")
        verbose_name_plural = _("search records")
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(version__gt=F("indexed_version")),
                name="search_record_pending",
            ),
            models.Index(  # each search after a change asks whether there is any
                fields=["changed_at"],
                condition=Q(indexed_version__gt=F("copied_version")),
                name="search_record_uncopied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class SearchFacet(models.Model):
    """One value that a visible record counts for; a tree's ancestors are values of their own."""

    record = models.ForeignKey(SearchRecord, on_delete=models.CASCADE, related_name="values")
    facet = models.CharField(max_length=30)
    value = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("search facet")
        verbose_name_plural = _("search facets")
        constraints = [
            models.UniqueConstraint(
                fields=["facet", "value", "record"], name="search_facet_value_record"
            )
        ]

    def __str__(self) -> str:
        return f"{self.facet}={self.value}"
