"""Writes of curricula: storing the content of a file once under its hash."""

import datetime as dt
import hashlib
import os
import random
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import DatabaseError, transaction
from django.utils import timezone

from resource_library.services import CONTENT_TYPES, CheckedUpload, check_upload

from .models import StoredFile

ACCEPTED_KINDS = frozenset(CONTENT_TYPES)
"""The kinds of file that a curriculum may have, as keys of `CONTENT_TYPES`."""
DEFAULT_MAX_UPLOAD_BYTES = 200 * 1024 * 1024
_ROOT = "files"
_CLAIMED_WITHIN = dt.timedelta(days=1)
_FOLDERS_A_TURN = 4
"""Files lie in 256 folders by the beginning of their hash; a turn looks at a few of them."""


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
    transaction leaves behind is taken up by the next upload of the same content, or removed after a
    day by `remove_abandoned_files`.
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
    place = f"{_ROOT}/{sha256[:2]}/{sha256}"
    storage = _storage()
    if storage.exists(place) and storage.size(place) != checked.size:
        storage.delete(place)
    written = not storage.exists(place)
    if written:
        storage.save(place, content)
        content.seek(0)
    else:
        os.utime(storage.path(place))  # abandoned once, it is not any more
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


def remove_abandoned_files() -> int:
    """Remove contents that no row has claimed for a day; return how many.

    They are what rolled-back transactions leave behind. Looks at a few folders, chosen anew in each
    turn. Raises OSError where the folder of private files refuses.
    """
    storage = _storage()
    if not storage.exists(_ROOT):
        return 0
    folders = storage.listdir(_ROOT)[0]
    chosen = random.sample(folders, min(len(folders), _FOLDERS_A_TURN))
    old = {
        name: place
        for folder in chosen
        for name in storage.listdir(f"{_ROOT}/{folder}")[1]
        if _is_old(storage, place := f"{_ROOT}/{folder}/{name}")
    }
    claimed = StoredFile.objects.filter(sha256__in=old).values_list("sha256", flat=True)
    abandoned = [old[name] for name in old.keys() - set(claimed)]
    # An upload may have taken up a file since it was listed.
    removed = [place for place in abandoned if _is_old(storage, place)]
    for place in removed:
        storage.delete(place)
    return len(removed)


def _storage() -> Any:
    return StoredFile._meta.get_field("file").storage


def _is_old(storage: Any, place: str) -> bool:
    return bool(timezone.now() - storage.get_modified_time(place) > _CLAIMED_WITHIN)
