"""Rows that others rely on: once fixed, they are copied and replaced, never changed or deleted."""

from typing import Any

from django.db import models


class FixedRowError(RuntimeError):
    """A row was about to be changed, added to or deleted after others came to rely on it."""


class FixedRow(models.Model):
    """For a row that is fixed from some moment on; the database refuses it too, by a trigger."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; raises FixedRowError where the row, or what it would belong to, is fixed."""
        self._refuse_if_fixed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete; raises FixedRowError where the row is fixed."""
        self._refuse_if_fixed()
        return super().delete(*args, **kwargs)

    def is_fixed(self) -> bool:
        """Return whether the row, as the database has it, may not change any more."""
        raise NotImplementedError

    def _refuse_if_fixed(self) -> None:
        if self.is_fixed():
            message = f"This {self._meta.verbose_name} is fixed: copy it and change the copy."
            raise FixedRowError(message)
