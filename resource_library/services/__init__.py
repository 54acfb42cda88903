"""What the apps share: uploads are what their names say, and foreign files are read apart."""

from .processes import run_apart
from .uploads import CONTENT_TYPES, CheckedUpload, check_upload

__all__ = ["CONTENT_TYPES", "CheckedUpload", "check_upload", "run_apart"]
