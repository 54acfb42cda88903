"""Which state the index is in: one number with a token, and what changed on the way there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .record import SearchRecord


class IndexGeneration(models.Model):
    """The one row that names the state of the index.

    It is locked until the end of every transaction that changes the index, so that the order of
    numbers is the order of commits. The token tells apart states with one number: a rolled-back
    transaction and a restored database count the same numbers again.
    """

    seq = models.PositiveBigIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name = _("index generation")
        verbose_name_plural = _("index generations")

    def __str__(self) -> str:
        return f"{self.seq}-{self.token}"


class IndexChange(models.Model):
    """A record that changed with a generation; without a record the generation alone counts.

    `rebuild` tells that too much changed to be listed: whoever follows reads everything anew.
    """

    seq = models.PositiveBigIntegerField(db_index=True)
    token = models.CharField(max_length=32)
    record = models.ForeignKey(
        SearchRecord, null=True, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    rebuild = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("index change")
        verbose_name_plural = _("index changes")

    def __str__(self) -> str:
        return f"{self.seq}: {self.record_id or '-'}"


class SiteChange(models.Model):
    """Something public changed that no record shows; waits to be counted as a generation.

    A row is added without a lock by the transaction that changes the content; readers count the
    rows, so that their answer changes with that commit and not with the task that follows it.
    """

    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("site change")
        verbose_name_plural = _("site changes")

    def __str__(self) -> str:
        return str(self.pk)
