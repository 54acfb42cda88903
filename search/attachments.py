"""Reads the texts of public attached files as due work, and records their pages.

A file is asked for anew before it is read: what is not public any more is forgotten unread.
"""

from collections.abc import Sequence
from typing import Any

from django.core.files.base import File
from django.db import transaction
from wagtail.documents import get_document_model

from curriculum_pages.enums import Visibility
from curriculum_pages.models import CurriculumFile
from resource_library.models import ResourcePage
from resource_library.services import claim_of, read_in_turns, reading_of, write_down
from search.indexing import record_change
from search.models import AttachedText
from search.records import document_digest, records_for


def read_waiting() -> int:
    """Read some of the waiting texts and record their pages; return how many were read."""
    return read_in_turns(AttachedText, _read)


def _read(row: AttachedText) -> None:
    pages = _public_pages(row.digest)
    if not pages:
        claim_of(row).delete()
        return
    reading = reading_of(row, _file(row.digest, pages))
    with transaction.atomic():
        if write_down(row, reading) and reading.text:
            record_change(_public_pages(row.digest))


def _public_pages(digest: str) -> list[int]:
    """Return the pages on which anybody may open this content."""
    documents = [document.pk for document in _documents(digest)]
    candidates = {
        *CurriculumFile.objects.filter(stored_file__sha256=digest).values_list(
            "page_id", flat=True
        ),
        *ResourcePage.objects.filter(file__in=documents).values_list("pk", flat=True),
    }
    found = records_for(sorted(candidates)) if candidates else {}
    return [page_id for page_id, record in found.items() if digest in record.attachments]


def _documents(digest: str) -> list[Any]:
    """Return the documents of this content; several have it where it was uploaded again."""
    model = get_document_model()
    if not digest.startswith("document-"):
        return list(model.objects.filter(file_hash=digest))
    rows = model.objects.filter(pk=int(digest.split("-")[1]))
    return [row for row in rows if document_digest(row.pk, row.file.name, row.file_hash) == digest]


def _file(digest: str, pages: Sequence[int]) -> "File[bytes] | None":
    """Return the first file of this content on these public pages that its storage has."""
    use = (
        CurriculumFile.objects.filter(
            page__in=pages, stored_file__sha256=digest, visibility=Visibility.PUBLIC.value
        )
        .select_related("stored_file")
        .first()
    )
    files = [use.stored_file.file] if use else []
    shown = set(ResourcePage.objects.filter(pk__in=pages).values_list("file_id", flat=True))
    files += [document.file for document in _documents(digest) if document.pk in shown]
    return next((file for file in files if file.storage.exists(file.name or "")), None)
