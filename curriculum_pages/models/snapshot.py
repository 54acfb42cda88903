"""The content an approval freezes, in words: readable when the models have moved on."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from wagtail.fields import StreamField

SCHEMA = 1
_OWN_AFFAIRS = frozenset({"id", "page", "sort_order", "imported_digest", "tagged_items"})


def snapshot_of(page: Any) -> dict[str, Any]:
    """Return the page's title, address and own fields with its rows as plain JSON."""
    return {
        "schema": SCHEMA,
        "title": page.title,
        "slug": page.slug,
        "locale": page.locale.language_code,
        "fields": _fields(page),
        "modules": [_fields(row) for row in page.modules.all()],
        "files": [_fields(row) for row in page.files.all()],
        "evidence": [_fields(row) for row in page.evidence.all()],
    }


def _fields(instance: Any) -> dict[str, Any]:
    own = [
        *instance._meta.local_fields,
        *instance._meta.local_many_to_many,
    ]
    return {
        field.name: _plain(instance, field)
        for field in own
        if field.name not in _OWN_AFFAIRS and not field.primary_key
    }


def _plain(instance: Any, field: "models.Field[Any, Any]") -> Any:
    value = getattr(instance, field.name)
    if field.many_to_many or hasattr(value, "all"):
        return sorted(_word(item) for item in value.all())
    if isinstance(field, StreamField):
        return list(value.raw_data) if value else []
    if isinstance(value, models.Model):
        return _word(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value


def _word(item: models.Model) -> str:
    return str(getattr(item, "slug", None) or item)
