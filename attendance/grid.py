"""The register of a month: people by days with what stands of each, and what that comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from attendance.derive import PersonDays, month_number, newest_known, standing
from attendance.standing import Quotas
from core.calendar import statutory_calendar
from leave.whereabouts.grid import Day, days_of
from policy.attendance import Totals, shown, totals_of
from policy.days import format_days
from policy.periods import period_of
from policy.quota import QuotaResult
from teams.models import Appointment, Person, Team

_NOTHING = PersonDays()


@dataclass(frozen=True)
class Row:
    """One posting's month. ``cells``: the days as table cells; ``seen``: the newest fact they know."""

    posting: Appointment
    cells: SafeString
    totals: list[str]
    seen: int
    own: bool

    @property
    def attributes(self) -> SafeString:
        """What the page's script asks of the row."""
        own = " data-own" if self.own else ""
        return format_html("data-p={} data-seen={}{}", self.posting.pk, self.seen, own)


@dataclass(frozen=True)
class Block:
    team: Team
    rows: list[Row]
    writes: bool


@dataclass(frozen=True)
class Grid:
    """``owes``: somebody in it owes a number of days, so the columns about it are shown."""

    month: date
    days: list[Day]
    blocks: list[Block]
    owes: bool

    @property
    def heads(self) -> list[str]:
        return heads(self.owes)

    @property
    def people(self) -> int:
        return sum(len(block.rows) for block in self.blocks)


def heads(owes: bool) -> list[str]:
    """The headings of the totals."""
    counted = ["在岗", "住村", "住镇", "请假", "因公"]
    # A document may count working days alone, so what counts is told from what was done.
    return [*counted, "应在岗", "计入", "还差"] if owes else counted


@cache
def _cell(css: str, glyph: str) -> SafeString:
    """One cell, made once: a template would take a second for the thirty thousand of a large register."""
    return format_html("<td{}>{}", f" class=m-{css}" if glyph or css == "out" else "", glyph)


class Register:
    """The rows of some postings in one month; a fixed number of queries however many they are."""

    def __init__(
        self,
        rows: Sequence[Appointment],
        month: date,
        person_id: int | None,
        closed: Collection[int] = (),
    ) -> None:
        """``closed``: the teams whose month is closed, where what was never verified does not count."""
        self.month, self._rows, self._own = month, rows, person_id
        people = Person.objects.filter(pk__in={row.person_id for row in rows}).values("pk")
        months = [month_number(month)]
        self._standing = standing(people, months)
        self._seen = newest_known(people, months)
        self.days = days_of(month)
        self._calendar = statutory_calendar()
        quotas = Quotas(people, period_of("month", month))
        #: Does a document ask something of a week of one of these people?
        self.weekly = "week" in quotas.rhythms()
        self.results: dict[int, list[QuotaResult]] = {
            row.person_id: quotas.of(
                row.person_id, self._of(row.person_id).values, closed=row.body_id in closed
            )
            for row in rows
        }
        self.owes = any(map(_on_post, self.results.values()))

    def _of(self, person_id: int) -> PersonDays:
        return self._standing.get(person_id, _NOTHING)

    def grid(self, teams: Sequence[Team], writes: set[int]) -> Grid:
        """Everything, by team; ``writes``: the teams into whose register the viewer may write."""
        by_team: dict[int, list[Row]] = defaultdict(list)
        for row in self._rows:
            by_team[row.body_id].append(self.row(row))
        blocks = [Block(team, by_team[team.pk], team.pk in writes) for team in teams]
        return Grid(self.month, self.days, blocks, self.owes)

    def row(self, posting: Appointment) -> Row:
        """One posting's line."""
        return Row(
            posting,
            format_html_join("", "{}", ((self._cell(posting, day),) for day in self.days)),
            self.totals(posting),
            self._seen.get(posting.person_id, 0),
            posting.person_id == self._own,
        )

    def _cell(self, posting: Appointment, day: Day) -> SafeString:
        if not posting.holds(day.date):
            return _cell("out", "")
        mark = shown(self._of(posting.person_id).values.get(day.date, {}), workday=not day.rest)
        return _cell(mark.css, mark.glyph)

    def totals(self, posting: Appointment) -> list[str]:
        """The line's totals in the order of :func:`heads`."""
        days = self._of(posting.person_id).values
        found = totals_of(values for day, values in days.items() if posting.holds(day))
        owed = _on_post(self.results[posting.person_id])
        texts = _texts(found)
        if not self.owes:
            return texts
        if owed is None:
            return [*texts, "—", "—", "—"]
        missing = format_days(owed.missing) if owed.missing else ""
        return [*texts, format_days(owed.need.halves), format_days(owed.tally.done), missing]

    def today(self, posting: Appointment, day: date) -> dict[str, Any]:
        """One person's present day, for the phone's list."""
        values = self._of(posting.person_id).values.get(day, {})
        mark = shown(values, workday=self._calendar.is_workday(day))
        return {
            "posting": posting,
            "mark": mark,
            "said": bool(values),
            "locked": all(values.get(half) in ("leave", "trip") for half in ("am", "pm")),
            "seen": self._seen.get(posting.person_id, 0),
            "own": posting.person_id == self._own,
        }

    def changed(self, posting: Appointment) -> dict[str, Any]:
        """One line as the page's script takes it after saving."""
        cells: list[Mapping[str, str]] = []
        for day in self.days:
            out = not posting.holds(day.date)
            mark = shown(self._of(posting.person_id).values.get(day.date, {}), workday=not day.rest)
            cells.append(
                {
                    "css": "m-out" if out else f"m-{mark.css}" if mark.glyph else "",
                    "glyph": "" if out else mark.glyph,
                }
            )
        return {
            "posting": posting.pk,
            "seen": self._seen.get(posting.person_id, 0),
            "cells": cells,
            "totals": self.totals(posting),
        }


def _on_post(results: Sequence[QuotaResult]) -> QuotaResult | None:
    """The month's quota of days on post, where the document asks for one."""
    return next((each for each in results if each.need.rule.measure == "on_post"), None)


def _texts(found: Totals) -> list[str]:
    halves = (found.on_post, 2 * found.village, 2 * found.town, found.leave, found.trip)
    return [format_days(each) if each else "" for each in halves]
