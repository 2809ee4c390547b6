"""Deadlines in calendar or working days: Chinese public holidays, and the company's own days before them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import chinese_calendar

from fenji.engine.plan import PlanError
from fenji.engine.plan.windows import add_months
from fenji.i18n import Message

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """Which days are worked. ``own`` are the company's own days (worked or not); they come before the public ones."""

    own: Mapping[dt.date, bool] = field(default_factory=dict)

    def is_worked(self, day: dt.date) -> bool:
        """Whether a day is worked.

        Raises:
            PlanError: for a day that neither the company's nor the public calendar knows.
        """
        if day in self.own:
            return self.own[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError as error:
            raise PlanError(
                Message(
                    "the public holidays of {year} are not known yet; "
                    "give the working days of {year} in a calendar file",
                    year=day.year,
                )
            ) from error

    def after(self, day: dt.date, count: int) -> dt.date:
        """The ``count``-th working day after a day."""
        while count > 0:
            day += ONE_DAY
            count -= self.is_worked(day)
        return day


def deadline(start: dt.date, unit: str, length: int, calendar: WorkingDays) -> dt.date:
    """The last day of a period that starts after ``start``; hours end on the day on which they are over."""
    if unit == "working_days":
        return calendar.after(start, length)
    if unit in ("months", "years"):
        return add_months(start, length * (12 if unit == "years" else 1))
    return start + dt.timedelta(days=-(-length // 24) if unit == "hours" else length)
