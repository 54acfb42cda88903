"""Storing the content of a file once under its hash, and removing what nobody claimed."""

import datetime as dt
import errno
import hashlib
import os
import random
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum_pages.models import StoredFile
from resource_library.services import CONTENT_TYPES, CheckedUpload, check_upload
from review_workflow.storage import INCOMING

ACCEPTED_KINDS = frozenset(CONTENT_TYPES)
"""The kinds of file that a curriculum may have, as keys of `CONTENT_TYPES`."""
DEFAULT_MAX_UPLOAD_BYTES = 200 * 1024 * 1024
_ROOT = "files"
_PART = ".part"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLAIMED_WITHIN = dt.timedelta(days=1)
_FOLDERS_A_TURN = 4
"""Files lie in 256 folders by the beginning of their hash; a turn looks at a few of them."""


@dataclass(frozen=True, slots=True)
class StoredContent:
    """Content that lies in its place, whether or not a row claims it yet."""

    sha256: str
    place: str
    size: int
    content_type: str


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

    Raises ValidationError as `check_file` and `put_content` do.
    """
    checked = check_file(content=content, name=name)
    return claim_content(put_content(content=content, checked=checked))


def put_content(*, content: "File[bytes]", checked: CheckedUpload) -> StoredContent:
    """Put checked content into its place, which is its hash; needs no transaction.

    What no row claims is taken up by the next upload of the same content, or removed after a day by
    `remove_abandoned_files`. Raises ValidationError (code `no_space`) where the disk is full;
    nothing of the content is left then.
    """
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    sha256 = digest.hexdigest()
    place = f"{_ROOT}/{sha256[:2]}/{sha256}"
    storage = _storage()
    if storage.exists(place) and storage.size(place) == checked.size:
        os.utime(storage.path(place))  # abandoned once, it is not any more
    else:
        _write(storage, place, content)
    return StoredContent(sha256, place, checked.size, checked.content_type)


def claim_content(content: StoredContent) -> StoredFile:
    """Return the row of what lies in its place, a new one where there was none."""
    with transaction.atomic():
        stored, _created = StoredFile.objects.get_or_create(
            sha256=content.sha256,
            defaults={
                "file": content.place,
                "size": content.size,
                "content_type": content.content_type,
            },
        )
    return stored


def _write(storage: Any, place: str, content: "File[bytes]") -> None:
    """Write beside the place, then rename: nobody ever finds half of a content there."""
    part = f"{place}.{uuid.uuid4().hex}{_PART}"
    try:
        storage.save(part, content)
        Path(storage.path(part)).replace(storage.path(place))
        content.seek(0)
    except OSError as error:
        storage.delete(part)
        if is_full(error):
            raise no_space() from error
        raise


def is_full(error: OSError) -> bool:
    """Return whether it says that the disk, or what one may use of it, is full."""
    return error.errno in _FULL


def no_space() -> ValidationError:
    """Return the refusal of what the disk has no room for."""
    return ValidationError(
        _(
            "There is no room for this file at the moment. Everything saved before is still "
            "there; try again later."
        ),
        code="no_space",
    )


def remove_abandoned_files() -> int:
    """Remove contents that no row has claimed for a day; return how many.

    They are what rolled-back transactions leave behind. Looks at a few folders, chosen anew in each
    turn. Raises OSError where the folder of private files refuses.
    """
    storage = _storage()
    arrived = _left_in_the_entrance(storage)
    for place in arrived:
        storage.delete(place)
    if not storage.exists(_ROOT):
        return len(arrived)
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
    return len(arrived) + len(removed)


def _left_in_the_entrance(storage: Any) -> list[str]:
    """Return what uploads left behind whose process was killed; others tidy up themselves."""
    if not storage.exists(INCOMING):
        return []
    places = [f"{INCOMING}/{name}" for name in storage.listdir(INCOMING)[1]]
    return [place for place in places if _is_old(storage, place)]


def _storage() -> Any:
    return StoredFile._meta.get_field("file").storage


def _is_old(storage: Any, place: str) -> bool:
    return bool(timezone.now() - storage.get_modified_time(place) > _CLAIMED_WITHIN)
