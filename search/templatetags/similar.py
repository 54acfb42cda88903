"""Template tag of detail pages: records like the one that is shown."""

from typing import Any

from django import template

from curriculum_pages.models import CurriculumPage
from resource_library.models import ResourcePage
from search.suggestions import similar_to

register = template.Library()


@register.inclusion_tag("search/similar.html")
def more_like(page: CurriculumPage | ResourcePage) -> dict[str, Any]:
    """The section “More like this”; nothing where no public record shares anything with it."""
    return {"hits": similar_to(page.uid, language=page.locale.language_code)}
