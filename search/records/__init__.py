"""What is indexed: the truth about pages, read from the apps below and made into records.

This is the one place that decides whether the public may find a page.
"""

from collections.abc import Sequence

from .attached import document_digest
from .batch import private_paths, read_vocabulary
from .curricula import curriculum_records
from .record import CatalogRecord
from .resources import resource_records

__all__ = ["CatalogRecord", "document_digest", "record_for", "records_for"]


def records_for(page_ids: Sequence[int]) -> dict[int, CatalogRecord]:
    """Return the records by page; pages that the public may not find are left out.

    The number of queries does not depend on the number of pages.
    """
    vocabulary = read_vocabulary()
    private = private_paths()
    records = {record.page_id: record for record in resource_records(page_ids, vocabulary, private)}
    records.update(
        (record.page_id, record) for record in curriculum_records(page_ids, vocabulary, private)
    )
    return records


def record_for(page_id: int) -> CatalogRecord | None:
    """Return the record of one page, or None where the public may not find it."""
    return records_for([page_id]).get(page_id)
