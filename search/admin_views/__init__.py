"""Pages of the admin about the search: its index, what is searched, why a record is found."""

from .explain import ExplainSearchView
from .index import PERMISSION, SearchIndexView
from .terms import PERMISSION as TERMS_PERMISSION
from .terms import SearchTermsView, may_see_terms

__all__ = [
    "PERMISSION",
    "TERMS_PERMISSION",
    "ExplainSearchView",
    "SearchIndexView",
    "SearchTermsView",
    "may_see_terms",
]
