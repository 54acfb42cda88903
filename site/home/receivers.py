"""Keeps answers fresh when a fact changes that stands on every page but on no record."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from home.models import SiteInformation
from search.indexing import touch_generation


@receiver([post_save, post_delete], sender=SiteInformation, dispatch_uid="home.site_information")
def on_site_information_changed(**_kwargs: Any) -> None:
    """Start a new generation: the footer is part of every page."""
    touch_generation()
