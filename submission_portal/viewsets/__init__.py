"""Lists of the portal in the admin."""

from .downloads import DownloadViewSet
from .reasons import ScreeningReasonViewSet

__all__ = ["DownloadViewSet", "ScreeningReasonViewSet"]
