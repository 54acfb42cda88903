"""The sitemap: Wagtail's, without pages whose approval has ended, which answer 410."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import get_page_models

from review_workflow.models import Approval, RequiresApproval


class PublicSitemap(Sitemap):
    """Lists the pages that anybody may read today."""

    def items(self) -> Any:
        """Return the public pages, gated ones with an approval in force only."""
        gated = [model for model in get_page_models() if issubclass(model, RequiresApproval)]
        types = ContentType.objects.get_for_models(*gated).values()
        approved = Approval.objects.in_force().values("page_id")
        return super().items().exclude(Q(content_type__in=types) & ~Q(pk__in=approved))
