"""From what was typed to a page in memory, and back. Nothing here writes.

`page_from` takes whatever is valid; `content_from` is its inverse, for a new version into which
everything is copied forward. Modules, exercises and items of lists keep their lasting ids.
"""

from .building import page_from, studies_to_add
from .copying import content_from
from .mapping import IN_PROVIDERS_WORDS, Content

__all__ = ["IN_PROVIDERS_WORDS", "Content", "content_from", "page_from", "studies_to_add"]
