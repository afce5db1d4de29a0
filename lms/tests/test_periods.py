"""Periods of whole days: what their names mean, their steps, and what they are compared with."""

from datetime import date

from lms.periods import PRESETS, Period


def test_a_period_is_divided_into_days_or_months_and_compared_with_as_many_days_before():
    periods = {name: preset.of(date(2026, 3, 31)) for name, preset in PRESETS.items()}
    assert {name: (str(each.first), str(each.last)) for name, each in periods.items()} == {
        "today": ("2026-03-31", "2026-03-31"),
        "7d": ("2026-03-25", "2026-03-31"),
        "30d": ("2026-03-02", "2026-03-31"),
        "90d": ("2026-01-01", "2026-03-31"),
        "month": ("2026-03-01", "2026-03-31"),
        "last_month": ("2026-02-01", "2026-02-28"),
        "year": ("2026-01-01", "2026-03-31"),
    }
    assert periods["7d"].before == Period(date(2026, 3, 18), date(2026, 3, 24))
    assert len(periods["90d"].steps) == 90
    assert list(Period(date(2025, 11, 30), date(2026, 3, 2)).steps) == [
        "2025-11", "2025-12", "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip
