"""How severe each lack is by an edition of the standards, and what a page lacks, in words."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from curriculum_pages.completeness import Code, Severity, findings
from review_workflow.enums import EditionState
from review_workflow.models import FixedRow, StandardsEdition
from review_workflow.reviewing import PageFinding

from .facts import facts_of
from .findings import sentence_of

OFF = "off"
SEVERITY_CHOICES = [
    (Severity.ERROR.value, _("Error: it cannot be submitted")),
    (Severity.WARNING.value, _("Warning")),
    (Severity.INFO.value, _("Information")),
    (OFF, _("Off: not looked at")),
]


class CompletenessSetting(FixedRow):
    """How severe one lack is by one edition; without a row, as is usual."""

    edition = models.ForeignKey(
        StandardsEdition, on_delete=models.CASCADE, related_name="completeness_settings"
    )
    code = models.CharField(_("rule"), max_length=40)
    severity = models.CharField(_("severity"), max_length=10, choices=SEVERITY_CHOICES)

    class Meta:
        verbose_name = _("severity of a lack")
        verbose_name_plural = _("severities of what can be lacking")
        ordering = ["edition", "code"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="curricula_one_severity_each"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} · {self.code}: {self.severity}"

    def is_fixed(self) -> bool:
        """Return whether its edition, the stored one or that of the object, is no draft."""
        editions = StandardsEdition.objects.exclude(state=EditionState.DRAFT.value)
        concerned = models.Q(pk=self.edition_id) | models.Q(completeness_settings=self.pk)
        return editions.filter(concerned if self.pk else models.Q(pk=self.edition_id)).exists()


def severities_of(**edition: Any) -> dict[Code, Severity | None]:
    """Return what an edition sets, found by `edition` (fields of it); None: not looked at.

    A code that the program no longer knows is passed over.
    """
    rows = CompletenessSetting.objects.filter(
        **{f"edition__{name}": value for name, value in edition.items()}
    ).values_list("code", "severity")
    known = {code.value: code for code in Code}
    return {
        known[code]: None if severity == OFF else Severity(severity)
        for code, severity in rows
        if code in known
    }


def findings_of(page: Any) -> tuple[PageFinding, ...]:
    """Return what the page, as this object holds it, lacks by the edition in force; errors first.

    The same for a stored page, the object of a revision and one that is not saved.
    """
    found = findings(facts_of(page), severities_of(state=EditionState.IN_FORCE.value))
    return tuple(
        PageFinding(
            code=each.code.value,
            severity=each.severity.value,
            field=each.field,
            message=sentence_of(each),
            is_blocking=each.severity is Severity.ERROR,
        )
        for each in found
    )
