"""The public files of pages and the texts that were read in them; reads no file.

This is the one place that decides whose text the public may search: a curriculum's files for
everybody, and a resource's document unless its collection is private.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wagtail.models import CollectionViewRestriction

from curriculum_pages.enums import Visibility
from curriculum_pages.models import CurriculumFile
from resource_library.enums import TextState
from resource_library.models import ResourcePage
from search.models import AttachedText


@dataclass(frozen=True, slots=True)
class Files:
    """The digests of a page's public files, and the texts known of them."""

    digests: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


NO_FILES = Files()


def document_digest(pk: int, name: str, file_hash: str) -> str:
    """Return what names a document's content; without a hash, what names its place."""
    return file_hash or f"document-{pk}-{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def files_of_curricula(page_ids: Sequence[int]) -> dict[int, Files]:
    """Return the public files by curriculum: two queries."""
    rows = (
        CurriculumFile.objects.filter(page__in=page_ids, visibility=Visibility.PUBLIC.value)
        .order_by("sort_order", "pk")
        .values_list("page_id", "stored_file__sha256")
    )
    return _with_texts(rows)


def files_of_resources(page_ids: Sequence[int]) -> dict[int, Files]:
    """Return the public document by resource: three queries."""
    private = tuple(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
    rows = ResourcePage.objects.filter(pk__in=page_ids, file__isnull=False).values_list(
        "pk", "file_id", "file__file", "file__file_hash", "file__collection__path"
    )
    return _with_texts(
        (page_id, document_digest(file_id or 0, name or "", file_hash or ""))
        for page_id, file_id, name, file_hash, path in rows
        if not (path or "").startswith(private)
    )


def _with_texts(rows: Iterable[tuple[int, str]]) -> dict[int, Files]:
    digests: dict[int, dict[str, None]] = {}
    for page_id, digest in rows:
        digests.setdefault(page_id, {})[digest] = None
    texts = _texts({digest for found in digests.values() for digest in found})
    return {
        page_id: Files(tuple(found), tuple(texts[digest] for digest in found if digest in texts))
        for page_id, found in digests.items()
    }


def _texts(digests: set[str]) -> Mapping[str, str]:
    read = AttachedText.objects.filter(digest__in=digests, state=TextState.READ.value)
    return dict(read.values_list("digest", "text"))
