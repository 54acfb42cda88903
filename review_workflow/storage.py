"""Where private files lie: outside the media folder, reached only through views with checks."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage


def private_storage() -> Storage:
    """Return the storage of files that no web server may hand out by itself."""
    return FileSystemStorage(
        location=settings.CLEARINGHOUSE_PRIVATE_ROOT,
        base_url=None,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )
