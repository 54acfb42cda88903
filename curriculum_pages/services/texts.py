"""Reads what stands in stored files, public or not, as due work; each content once."""

from curriculum_pages.models import FileText, StoredFile
from resource_library.services import CONTENT_TYPES, read_in_turns, reading_of, write_down

_READABLE = [CONTENT_TYPES[kind] for kind in ("pdf", "docx", "pptx")]
_NOTED_AT_ONCE = 100


def read_waiting_texts() -> int:
    """Read some of the files that nobody has read yet; return how many were read.

    Raises OSError where the folder of private files refuses.
    """
    _note_waiting()
    return read_in_turns(FileText, _read)


def _note_waiting() -> None:
    """Give a waiting row to files without one, the oldest in front; two workers make one each."""
    unread = StoredFile.objects.filter(read_text=None, content_type__in=_READABLE)
    keys = unread.order_by("pk").values_list("pk", flat=True)[:_NOTED_AT_ONCE]
    rows = [FileText(stored_file_id=key) for key in keys]
    FileText.objects.bulk_create(rows, ignore_conflicts=True)


def _read(row: FileText) -> None:
    file = row.stored_file.file
    write_down(row, reading_of(row, file if file.storage.exists(file.name or "") else None))
