"""Listens to every change that can alter an answer and hands it to `indexing`; decides nothing.

Receivers are connected to real models only, so that historical models of migrations stay silent.
What no signal tells (bare queryset updates) is found by `reconcile_search_index`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from modelcluster.fields import ParentalKey
from taggit.models import Tag
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)
from wagtail.signals import page_unpublished, post_page_move

from curriculum_pages.models import Claim, EvidenceStudy, Provider
from resource_library.models import CoreTopicArea, Organisation, Term
from review_workflow.signals import approval_changed
from search import affected
from search.indexing import PAGE_MODELS, record_change, record_hidden, touch_generation
from search.models import Synonym

_CATALOG_MODELS = tuple(model for _, model in PAGE_MODELS)
_SITE_APPS = (
    "clearinghouse_home",
    "clearinghouse_curricula",
    "clearinghouse_library",
)
_PATH_BEFORE = "_search_url_path_before"
_DRAFT_FIELDS = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by",
        "go_live_at",
        "expire_at",
    }
)
"""Fields that Wagtail writes for a draft; the public sees none of them."""


def on_page_pre_save(instance: Page, **_: Any) -> None:
    """Remember where a page with descendants stood, to see whether it was renamed."""
    old = None
    if instance.pk and instance.numchild:
        old = Page.objects.filter(pk=instance.pk).values_list("url_path", flat=True).first()
    setattr(instance, _PATH_BEFORE, old)


def on_page_post_save(instance: Page, update_fields: Iterable[str] | None = None, **_: Any) -> None:
    """Record a saved page, and everything below one that was renamed."""
    if update_fields is not None and _DRAFT_FIELDS.issuperset(update_fields):
        return
    old = getattr(instance, _PATH_BEFORE, None)
    if old is not None and old != instance.url_path:
        record_change(affected.pages_below(instance.path))
    if isinstance(instance, _CATALOG_MODELS):
        if instance.live and instance.alias_of_id is None:
            record_change([instance.pk])
        else:
            record_hidden([instance.pk])
    elif instance.live:
        touch_generation()


def on_page_unpublished(instance: Page, **_: Any) -> None:
    """Count the disappearance of a page that is not in the catalog."""
    if not isinstance(instance, _CATALOG_MODELS):
        touch_generation()


def on_page_pre_delete(sender: type[Page], instance: Page, **_: Any) -> None:
    """Record a page that goes; also one that goes with its parent."""
    if sender in _CATALOG_MODELS:
        record_hidden([instance.pk])
    elif sender is not Page and instance.live:
        touch_generation()


def on_page_move(instance: Page, **_: Any) -> None:
    """Record a moved page and everything below it: addresses and privacy may differ."""
    record_change(affected.pages_below(instance.path))
    touch_generation()


def on_view_restriction(instance: PageViewRestriction, **_: Any) -> None:
    """Record everything below a page that became private or public."""
    path = Page.objects.filter(pk=instance.page_id).values_list("path", flat=True).first()
    if path is not None:
        record_change(affected.pages_below(path))
    touch_generation()


def on_approval_changed(page_id: int, *, is_page_saved: bool = False, **_: Any) -> None:
    """Record the page of an approval, unless it was just saved with it and is recorded so."""
    if not is_page_saved:
        record_change([page_id])


def on_topic(instance: CoreTopicArea, **kwargs: Any) -> None:
    """Record the pages of a topic and of the topics below it."""
    if not kwargs.get("created"):
        record_change(affected.pages_with_topic(instance))
    touch_generation()


def on_carried(instance: Model, **kwargs: Any) -> None:
    """Record the pages that carry a term, provider, file or study, themselves or by a part."""
    if not kwargs.get("created"):
        record_change(affected.pages_with([instance]))
    touch_generation()


def on_organisation(instance: Organisation, **kwargs: Any) -> None:
    """Record what an organisation publishes and provides."""
    if not kwargs.get("created"):
        record_change(affected.pages_of_organisation(instance))
    touch_generation()


def on_claim_pre_save(instance: Claim, **_: Any) -> None:
    """Record what a claim was about: it may be about something else from now on."""
    before = Claim.objects.filter(pk=instance.pk).first() if instance.pk else None
    if before is not None:
        record_change(affected.pages_with_claim(before))


def on_claim(instance: Claim, **_: Any) -> None:
    """Record the curricula that a claim is about."""
    record_change(affected.pages_with_claim(instance))
    touch_generation()


def on_tag(instance: Tag, **kwargs: Any) -> None:
    """Record the pages of a renamed tag."""
    if not kwargs.get("created"):
        record_change(affected.pages_with_tag(instance))


def on_collection(**_: Any) -> None:
    """Record the resources with files: those of a collection became private or public."""
    record_change(affected.pages_with_file())


def on_site(**_: Any) -> None:
    """Record the whole catalog: its addresses begin at the site's root."""
    record_change(affected.all_pages())
    touch_generation()


def on_public_thing(**_: Any) -> None:
    """Count a change of something that pages show and no record holds."""
    touch_generation()


def connect() -> None:
    """Connect the receivers. Called once all models are loaded."""
    for model in apps.get_models():
        if issubclass(model, Page):
            pre_save.connect(on_page_pre_save, sender=model)
            post_save.connect(on_page_post_save, sender=model)
            pre_delete.connect(on_page_pre_delete, sender=model)
    pre_save.connect(on_claim_pre_save, sender=Claim)
    page_unpublished.connect(on_page_unpublished)
    post_page_move.connect(on_page_move)
    approval_changed.connect(on_approval_changed)
    pairs: list[tuple[Callable[..., None], type[Model]]] = [
        (on_view_restriction, PageViewRestriction),
        (on_topic, CoreTopicArea),
        (on_carried, Term),
        (on_organisation, Organisation),
        (on_carried, Provider),
        (on_carried, EvidenceStudy),
        (on_claim, Claim),
        (on_tag, Tag),
        (on_carried, get_document_model()),
        (on_collection, Collection),
        (on_collection, CollectionViewRestriction),
        (on_site, Site),
        *((on_public_thing, model) for model in _public_things()),
    ]
    for receiver, model in pairs:
        post_save.connect(receiver, sender=model)
        post_delete.connect(receiver, sender=model)


def _public_things() -> Iterator[type[Model]]:
    """Yield the models that public pages show beside pages and their children."""
    handled = {CoreTopicArea, Term, Organisation, Provider, EvidenceStudy, Claim}
    yield from (Synonym, Locale, get_image_model())
    for model in apps.get_models():
        if model in handled or issubclass(model, Page):
            continue
        is_setting = issubclass(model, BaseSiteSetting | BaseGenericSetting)
        is_child = any(isinstance(field, ParentalKey) for field in model._meta.get_fields())
        if is_setting or (model._meta.app_label in _SITE_APPS and not is_child):
            yield model
