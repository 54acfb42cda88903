"""What the apps share: uploads are what their names say, and foreign files are read apart."""

from .processes import run_apart
from .texts import Reading, read_file
from .turns import MOST_ATTEMPTS, claim_of, read_in_turns, reading_of, write_down
from .uploads import CONTENT_TYPES, CheckedUpload, check_upload

__all__ = [
    "CONTENT_TYPES",
    "MOST_ATTEMPTS",
    "CheckedUpload",
    "Reading",
    "check_upload",
    "claim_of",
    "read_file",
    "read_in_turns",
    "reading_of",
    "run_apart",
    "write_down",
]
