"""How severe what a curriculum lacks is, as an edition of the standards sets it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from curriculum_pages.models import SEVERITY_CHOICES, CompletenessSetting
from review_workflow.models import StandardsEdition
from review_workflow.services.standards import changed_draft


def set_severities(*, edition_id: int, severities: Mapping[str, str], actor: Any) -> None:
    """Let a draft of the standards set how severe what a curriculum lacks is, by code.

    What it set before is replaced. Raises ValidationError where it is no draft any more, or
    for a severity that there is not.
    """
    known = {value for value, _label in SEVERITY_CHOICES}
    if unknown := set(severities.values()) - known:
        raise ValidationError(_("There is no severity “%s”.") % min(unknown))
    with changed_draft(edition_id, actor=actor) as edition:
        edition.completeness_settings.all().delete()
        CompletenessSetting.objects.bulk_create(
            CompletenessSetting(edition=edition, code=code, severity=severity)
            for code, severity in severities.items()
        )


def copy_severities(*, edition: StandardsEdition, copy: StandardsEdition) -> None:
    """Let a new draft set what the edition that it was copied from sets."""
    CompletenessSetting.objects.bulk_create(
        CompletenessSetting(edition=copy, code=row.code, severity=row.severity)
        for row in CompletenessSetting.objects.filter(edition=edition)
    )
