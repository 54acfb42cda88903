"""Keeps answers fresh when a fact changes that stands on every page but on no record."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Task, Workflow, WorkflowTask

from home.models import SiteInformation
from review_workflow.models import MultiReviewerApprovalTask, ReviewRule, StandardsEdition
from search.indexing import touch_generation


@receiver([post_save, post_delete], sender=SiteInformation, dispatch_uid="home.site_information")
def on_site_information_changed(**_kwargs: Any) -> None:
    """Start a new generation: the footer is part of every page."""
    touch_generation()


@receiver(post_save, sender=StandardsEdition, dispatch_uid="home.standards")
def on_edition_saved(instance: StandardsEdition, **_kwargs: Any) -> None:
    """Start a new generation when an edition comes into force or ends; the public sees no draft."""
    if not instance.is_draft:
        touch_generation()


def on_rule_changed(**_kwargs: Any) -> None:
    """Start a new generation: the page of the standards says by which rule a panel decides."""
    touch_generation()


for model in (ReviewRule, MultiReviewerApprovalTask, Task, Workflow, WorkflowTask):
    for change in (post_save, post_delete):
        change.connect(on_rule_changed, sender=model, dispatch_uid=f"home.rule.{model.__name__}")
