"""The record of the anchor: the catalog's texts and facets, as Wagtail's search wants them.

Flat on purpose, without the cost of pages: whatever the ratio says, it flatters the anchor.
"""

from django.db import models
from wagtail.search import index

FACETS = (
    "core_topic",
    "audience",
    "language",
    "year",
    "key_element",
    "stage",
    "modality",
    "provider",
)


class AnchorRecord(index.Indexed, models.Model):
    """One record; facets with several values keep their first one only."""

    title = models.CharField(max_length=255)
    summary = models.TextField()
    body = models.TextField()
    core_topic = models.CharField(max_length=60)
    audience = models.CharField(max_length=60)
    language = models.CharField(max_length=60)
    year = models.CharField(max_length=60)
    key_element = models.CharField(max_length=60)
    stage = models.CharField(max_length=60)
    modality = models.CharField(max_length=60)
    provider = models.CharField(max_length=60)

    search_fields = [
        index.SearchField("title", boost=10),
        index.SearchField("summary", boost=4),
        index.SearchField("body"),
        *(index.FilterField(name) for name in FACETS),
    ]

    class Meta:
        app_label = "anchor"

    def __str__(self) -> str:
        return self.title
