"""Notes the public files whose text nobody has read yet; due work reads them."""

from collections.abc import Iterable

from search.models import AttachedText
from search.records import CatalogRecord


def note_waiting(records: Iterable[CatalogRecord]) -> set[str]:
    """Give a waiting row to the files of records that have none; return all their digests."""
    digests = {digest for record in records for digest in record.attachments}
    if digests:
        known = AttachedText.objects.filter(digest__in=digests).values_list("digest", flat=True)
        new = sorted(digests.difference(known))
        AttachedText.objects.bulk_create(
            [AttachedText(digest=digest) for digest in new], ignore_conflicts=True
        )
    return digests
