"""The texts that wait: claimed, read with no transaction open, written down with their pages."""

from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.documents import get_document_model

from curriculum_pages.enums import Visibility
from curriculum_pages.models import CurriculumFile
from resource_library.models import ResourcePage
from search.enums import TextState, Unreadable
from search.indexing import record_change
from search.models import AttachedText
from search.records import document_digest, records_for

from .reading import Reading, read_file

MOST_ATTEMPTS = 3
"""How often a file is begun; a worker that dies over it does not take all others along."""
_A_TURN = 5
_LEASE = timedelta(minutes=1)
"""How long after the limit a claimed file is taken for abandoned."""


def read_waiting() -> int:
    """Read some of the waiting texts and record their pages; return how many were read.

    Begins no further file once a turn has taken as long as one file may take.
    """
    ends = monotonic() + settings.CLEARINGHOUSE_EXTRACTION_SECONDS
    done = 0
    while done < _A_TURN and monotonic() < ends:
        row = _claimed()
        if row is None:
            break
        _read(row)
        done += 1
    return done


def _claimed() -> AttachedText | None:
    """Claim the text that waits longest: other workers leave it alone until the claim ends."""
    lease = timedelta(seconds=settings.CLEARINGHOUSE_EXTRACTION_SECONDS) + _LEASE
    with transaction.atomic():
        row = (
            AttachedText.objects.select_for_update(skip_locked=True)
            .filter(state=TextState.WAITING.value)
            .filter(Q(attempts=0) | Q(changed_at__lt=timezone.now() - lease))
            .order_by("changed_at", "pk")
            .first()
        )
        if row is None:
            return None
        # SQLite locks no rows: whoever counts up first has it.
        mine = AttachedText.objects.filter(
            pk=row.pk, state=TextState.WAITING.value, attempts=row.attempts
        ).update(attempts=row.attempts + 1, changed_at=timezone.now())
        row.attempts += 1
        return row if mine else None


def _read(row: AttachedText) -> None:
    pages = _public_pages(row.digest)
    if not pages:
        AttachedText.objects.filter(pk=row.pk, attempts=row.attempts).delete()
        return
    if row.attempts > MOST_ATTEMPTS:
        reading = Reading(TextState.UNREADABLE, reason=Unreadable.INTERRUPTED)
    else:
        file = _file(row.digest, pages)
        reading = (
            read_file(file) if file else Reading(TextState.UNREADABLE, reason=Unreadable.MISSING)
        )
    with transaction.atomic():
        written = AttachedText.objects.filter(
            pk=row.pk, state=TextState.WAITING.value, attempts=row.attempts
        ).update(
            text=reading.text,
            state=reading.state.value,
            reason=reading.reason.value if reading.reason else "",
            changed_at=timezone.now(),
        )
        if written and reading.text:
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
