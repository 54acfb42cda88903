"""Writes of curricula: storing the content of a file once under its hash."""

import hashlib

from django.conf import settings
from django.core.files.base import File
from django.db import DatabaseError, transaction

from resource_library.services import CONTENT_TYPES, CheckedUpload, check_upload

from .models import StoredFile

ACCEPTED_KINDS = frozenset(CONTENT_TYPES)
"""The kinds of file that a curriculum may have, as keys of `CONTENT_TYPES`."""
DEFAULT_MAX_UPLOAD_BYTES = 200 * 1024 * 1024


def check_file(*, content: "File[bytes]", name: str) -> CheckedUpload:
    """Return what the content is; stores nothing.

    Raises ValidationError with the reason where a curriculum cannot have such a file.
    """
    return check_upload(
        content,
        name=name,
        allowed=ACCEPTED_KINDS,
        max_bytes=getattr(settings, "CLEARINGHOUSE_MAX_UPLOAD_BYTES", DEFAULT_MAX_UPLOAD_BYTES),
    )


def store_file(*, content: "File[bytes]", name: str) -> StoredFile:
    """Return the stored content, the one already there where its hash is known.

    Raises ValidationError as `check_file` does. The file's place is its hash: what a rolled-back
    transaction leaves behind is taken up by the next upload of the same content.
    """
    checked = check_file(content=content, name=name)
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    sha256 = digest.hexdigest()
    known = StoredFile.objects.filter(sha256=sha256).first()
    if known is not None and known.file.storage.exists(known.file.name or ""):
        return known
    place = f"files/{sha256[:2]}/{sha256}"
    storage = StoredFile._meta.get_field("file").storage
    if storage.exists(place) and storage.size(place) != checked.size:
        storage.delete(place)
    written = not storage.exists(place)
    if written:
        storage.save(place, content)
        content.seek(0)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            stored, _created = StoredFile.objects.get_or_create(
                sha256=sha256,
                defaults={
                    "file": place,
                    "size": checked.size,
                    "content_type": checked.content_type,
                },
            )
    except DatabaseError:
        if written:
            storage.delete(place)
        raise
    return stored
