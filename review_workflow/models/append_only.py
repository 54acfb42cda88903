"""Rows that may only be added: decisions, audit entries, events."""

from typing import Any

from django.db import models


class AppendOnlyError(RuntimeError):
    """A record that may only be added was about to be changed or deleted."""


class AppendOnly(models.Model):
    """For a row that is never changed or deleted; the database refuses it too, by a trigger."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; raises AppendOnlyError for one that is already there."""
        if not self._state.adding:
            message = f"A {self._meta.verbose_name} is never changed."
            raise AppendOnlyError(message)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: these rows are kept."""
        message = f"A {self._meta.verbose_name} is never deleted."
        raise AppendOnlyError(message)
