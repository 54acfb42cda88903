"""Writes of the standards and of rules: what is in use is copied and replaced, never changed."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from review_workflow.enums import EditionState
from review_workflow.models import Criterion, Domain, RatingLevel, ReviewRule, StandardsEdition
from review_workflow.selectors.standards import domains_of, edition_faults
from review_workflow.signals import edition_copied

CRITERION_CONTENT = (
    "lineage",
    "code",
    "title",
    "text",
    "rationale",
    "evidence_expected",
    "kind",
    "weight",
    "applies_when",
    "order",
)
"""What a copied criterion takes over; `uid` is not among it: each edition's criteria have own."""


@transaction.atomic
def copy_edition(*, edition: StandardsEdition, label: str, actor: Any) -> StandardsEdition:
    """Return a new draft with the content of `edition`, whatever its state.

    Criteria keep their lineage. A fixed number of statements, whatever the edition. Raises
    ValidationError naming `label` where it is empty or taken.
    """
    label = label.strip()
    copy = StandardsEdition(
        label=label,
        title=edition.title,
        introduction=edition.introduction,
        source_citation=edition.source_citation,
        copied_from=edition,
    )
    copy.full_clean()
    try:
        with transaction.atomic():
            copy.save()
    except IntegrityError as error:  # somebody took the label after it was looked up
        raise ValidationError({"label": _("Another edition has this label.")}) from error
    originals = list(domains_of(edition))
    domains = Domain.objects.bulk_create(
        Domain(
            edition=copy,
            code=domain.code,
            title=domain.title,
            description=domain.description,
            order=domain.order,
        )
        for domain in originals
    )
    pairs = [
        (original, domain)
        for source, domain in zip(originals, domains, strict=True)
        for original in source.criteria.all()
    ]
    criteria = Criterion.objects.bulk_create(
        Criterion(domain=domain, **{name: getattr(original, name) for name in CRITERION_CONTENT})
        for original, domain in pairs
    )
    RatingLevel.objects.bulk_create(
        RatingLevel(
            criterion=criterion,
            value=level.value,
            label=level.label,
            descriptor=level.descriptor,
            is_met=level.is_met,
        )
        for (original, _domain), criterion in zip(pairs, criteria, strict=True)
        for level in original.levels.all()
    )
    edition_copied.send(StandardsEdition, edition=edition, copy=copy)
    log(copy, "wagtail.create", user=actor)
    return copy


@transaction.atomic
def put_in_force(
    *, edition: StandardsEdition, effective_on: dt.date, actor: Any
) -> StandardsEdition:
    """Put a draft in force from `effective_on` on; the one in force before is superseded.

    Rounds that are open keep the edition they froze. Raises ValidationError that says everything
    the draft lacks; nothing is changed then.
    """
    # One lock order for all editions, so that two drafts cannot come into force at once.
    editions = {
        each.pk: each
        for each in StandardsEdition.objects.select_for_update()
        .exclude(state=EditionState.SUPERSEDED.value)
        .order_by("pk")
    }
    draft = editions.pop(edition.pk, None)
    if draft is None or not draft.is_draft:
        raise ValidationError(_("Only a draft can be put in force."))
    present = next((each for each in editions.values() if not each.is_draft), None)
    if effective_on > timezone.localdate():
        raise ValidationError({"effective_on": _("The day lies in the future.")})
    if present and present.effective_on and effective_on < present.effective_on:
        raise ValidationError(
            {
                "effective_on": _("The edition in force took effect on %s, later than this.")
                % present.effective_on.isoformat()
            }
        )
    if faults := edition_faults(draft):
        raise ValidationError(faults)
    if present:
        present.state = EditionState.SUPERSEDED.value
        present.save(update_fields=["state"])
    draft.state = EditionState.IN_FORCE.value
    draft.effective_on = effective_on
    draft.save()
    log(draft, "wagtail.publish", user=actor)
    return draft


@transaction.atomic
def copy_rule(*, rule: ReviewRule, actor: Any) -> ReviewRule:
    """Return the next version of a rule, unused, with the content of `rule`."""
    ReviewRule.objects.select_for_update().filter(name=rule.name).order_by("pk").values(
        "pk"
    ).first()
    last = ReviewRule.objects.filter(name=rule.name).aggregate(last=Max("version"))["last"]
    content = {
        field.attname: getattr(rule, field.attname)
        for field in ReviewRule._meta.concrete_fields
        if field.editable and not field.primary_key
    }
    copy = ReviewRule.objects.create(**content, version=last + 1, previous=rule)
    log(copy, "wagtail.create", user=actor)
    return copy


@contextmanager
def changed_draft(edition_id: int, *, actor: Any) -> Iterator[StandardsEdition]:
    """Lock a draft while its parts are written, in one transaction, and log the change.

    Raises ValidationError where it is no draft any more.
    """
    with transaction.atomic():
        edition = StandardsEdition.objects.select_for_update().get(pk=edition_id)
        if not edition.is_draft:
            raise ValidationError(_("This edition is in use; nothing was changed. Copy it."))
        yield edition
        log(edition, "wagtail.edit", user=actor)
