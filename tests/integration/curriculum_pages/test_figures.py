"""Figures in words."""

from decimal import Decimal

from curriculum_pages.structured_data import iso_duration
from curriculum_pages.templatetags.curricula import duration, figure, period


def test_figures_in_words() -> None:
    assert [duration(value) for value in (None, 0, 45, 60, 90, 13_920)] == [
        "",
        "",
        "45 min",
        "1 h",
        "1 h\xa030 min",
        "232 h",
    ]
    assert [figure(Decimal(value)) for value in ("-26.0000", "0.5", "100", "0")] == [
        "−26",
        "0.5",
        "100",
        "0",
    ]
    assert [period(months) for months in (1, 6, 12, 36)] == [
        "Every month",
        "Every 6 months",
        "Every year",
        "Every 3 years",
    ]
    assert [iso_duration(minutes) for minutes in (45, 60, 90)] == ["PT45M", "PT1H", "PT1H30M"]
