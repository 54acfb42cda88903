"""Writes of curricula; import from here."""

from .downloads import record_download
from .files import (
    ACCEPTED_KINDS,
    StoredContent,
    check_file,
    claim_content,
    is_full,
    no_space,
    put_content,
    remove_abandoned_files,
    store_file,
)
from .severities import copy_severities, set_severities
from .texts import read_waiting_texts

__all__ = [
    "ACCEPTED_KINDS",
    "StoredContent",
    "check_file",
    "claim_content",
    "copy_severities",
    "is_full",
    "no_space",
    "put_content",
    "read_waiting_texts",
    "record_download",
    "remove_abandoned_files",
    "set_severities",
    "store_file",
]
