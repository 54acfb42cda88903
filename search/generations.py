"""The generations of the index: the next one, and the lock that orders them."""

import secrets
from collections.abc import Collection

from search.models import IndexChange, IndexGeneration, SiteChange

MAX_LISTED = 200
"""A generation that changes more records is followed by reading everything."""
KEPT_GENERATIONS = 1_000
_THE_ROW = 1


def next_generation(record_ids: Collection[int], *, rebuild: bool = False) -> None:
    """Begin the next generation, in which these records changed; counts waiting site changes.

    Call it last in a transaction: its lock keeps the order of numbers the order of commits.
    """
    generation = hold_generation()
    waiting = list(SiteChange.objects.values_list("pk", flat=True))
    if waiting:
        SiteChange.objects.filter(pk__in=waiting).delete()
    generation.seq += 1
    generation.token = secrets.token_hex(16)
    generation.save()
    all_of_it = rebuild or len(record_ids) > MAX_LISTED
    listed = [None] if all_of_it or not record_ids else record_ids
    IndexChange.objects.bulk_create(
        IndexChange(seq=generation.seq, token=generation.token, record_id=record, rebuild=all_of_it)
        for record in listed
    )
    if generation.seq % 100 == 0:
        IndexChange.objects.filter(seq__lt=generation.seq - KEPT_GENERATIONS).delete()


def hold_generation() -> IndexGeneration:
    """Lock the row that every change of the index takes last, until the transaction ends."""
    generation = IndexGeneration.objects.select_for_update().filter(pk=_THE_ROW).first()
    if generation is None:
        IndexGeneration.objects.get_or_create(pk=_THE_ROW)
        generation = IndexGeneration.objects.select_for_update().get(pk=_THE_ROW)
    return generation


def record_site_change() -> None:
    """Note, without a lock, that something public changed which no record shows."""
    SiteChange.objects.create()


def site_changes_wait() -> bool:
    """Return whether a site change is not counted as a generation yet."""
    return SiteChange.objects.exists()
