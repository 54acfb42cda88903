"""Numbers that count up within a year, without a gap or a double: of cases, of submissions."""

from typing import Any

from django.utils import timezone


def next_number(series: type[Any]) -> str:
    """Return the next number of this year, as the rows of `series` write it.

    `series` is a model with `year` and `last`. Its row stays locked until the transaction ends.
    """
    year, rows = timezone.localdate().year, series.objects
    row = rows.select_for_update().filter(year=year).first()
    if row is None:
        rows.bulk_create([series(year=year)], ignore_conflicts=True)
        row = rows.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return str(row)
