"""Pages of the admin about the search: its index, what is searched, why a record is found."""

from .explain import ExplainSearchView
from .index import SearchIndexView
from .report import PERMISSION, SearchReportView
from .terms import PERMISSION as TERMS_PERMISSION
from .terms import SearchTermsView

__all__ = [
    "PERMISSION",
    "TERMS_PERMISSION",
    "ExplainSearchView",
    "SearchIndexView",
    "SearchReportView",
    "SearchTermsView",
]
