"""The register of a month: people by days with what stands of each, and what that comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from operator import add
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from attendance.derive import people_of
from attendance.frozen import counting
from attendance.standing import Quotas
from core.calendar import statutory_calendar
from core.months import month_number
from leave.whereabouts.grid import Day, days_of
from policy import dayset
from policy.attendance import NOTHING_SAID, PARTS, PersonDays, Shown, Totals, shown
from policy.days import format_days
from policy.periods import period_of
from policy.quota import QuotaResult
from teams.models import Appointment, Team

#: What a cell says of itself where the month was closed and something came later.
LATER = "关账后有变动，没有计入"
#: A line of the table, with as little around it as HTML allows: a large register has a thousand of them.
_LINE = '<tr data-p={} data-seen={}{}><th scope=row class=is-who><a href="{}?month={}">{}</a>{}{}\n'


@dataclass(frozen=True)
class Block:
    """One team; ``rows``: the lines of its people, as HTML."""

    team: Team
    rows: list[SafeString]
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
def _url(name: str) -> str:
    return reverse(f"attendance:{name}", args=[0])


@cache
def _shown(parts: tuple[str, str, str], rest: bool) -> Shown:
    return shown(dict(zip(PARTS, parts, strict=True)), workday=not rest)


def css_of(mark: Shown | None) -> str:
    """The style of a day's cell; none where nothing is said of a working day."""
    return "m-out" if mark is None else f"m-{mark.css}" if mark.glyph else ""


@cache
def _sum(text: str) -> SafeString:
    return format_html("<td class=is-sum>{}", text)


@cache
def _cell(mark: Shown | None) -> SafeString:
    """One cell, made once: a template would take a second for the thirty thousand of a large register."""
    css = css_of(mark)
    return format_html("<td{}>{}", f" class={css}" if css else "", mark.glyph if mark else "")


@cache
def _later_cell(mark: Shown | None) -> SafeString:
    """A day of a closed month of which something else is said since."""
    return format_html(
        '<td class="{} is-later" title="{}">{}', css_of(mark), LATER, mark.glyph if mark else ""
    )


class Register:
    """The rows of some postings in one month; a fixed number of queries however many they are."""

    def __init__(
        self,
        rows: Sequence[Appointment],
        month: date,
        person_id: int | None,
        closed: Collection[int] = (),
    ) -> None:
        """``closed``: the closed sheets of these teams' month, of which the frozen lines count."""
        self.month, self._rows, self._own = month, rows, person_id
        people = people_of(rows)
        self._known = counting(people, [month_number(month)], sheets=closed)
        self.days = days_of(month)
        self._calendar = statutory_calendar()
        first, last = self.days[0].date, self.days[-1].date
        self._month, self._start = dayset.stretch(first, last), dayset.place(first)
        self._rest = dayset.of(day.date for day in self.days if day.rest)
        quotas = Quotas(people, period_of("month", month))
        #: Does a document ask something of a week of one of these people?
        self.weekly = "week" in quotas.rhythms()
        #: What a document tells apart of their days on post.
        self.told_apart = quotas.told_apart()
        self.results: dict[int, list[QuotaResult]] = {
            row.person_id: quotas.of(row.person_id, self._of(row.person_id)) for row in rows
        }
        self.owes = any(map(_on_post, self.results.values()))

    def _of(self, person_id: int) -> PersonDays:
        return self._known.get(person_id, NOTHING_SAID)

    def grid(self, teams: Sequence[Team], writes: set[int]) -> Grid:
        """Everything, by team; ``writes``: the teams into whose register the viewer may write."""
        by_team: dict[int, list[SafeString]] = defaultdict(list)
        for row in self._rows:
            by_team[row.body_id].append(self._line(row, writes=row.body_id in writes))
        blocks = [Block(team, by_team[team.pk], team.pk in writes) for team in teams]
        return Grid(self.month, self.days, blocks, self.owes)

    def _line(self, posting: Appointment, *, writes: bool) -> SafeString:
        """One posting's line: what the page's script asks of it, the person, the days, the totals."""
        known, own = self._of(posting.person_id), posting.person_id == self._own
        name, pk = ("row", posting.pk) if writes and not own else ("person", posting.person_id)
        return format_html(
            _LINE,
            posting.pk,
            known.newest,
            " data-own" if own else "",
            _url(name).replace("/0/", f"/{pk}/"),
            f"{self.month:%Y-%m}",
            posting.person.name,
            self._cells(posting, known),
            reduce(add, map(_sum, self.totals(posting))),
        )

    def _cells(self, posting: Appointment, known: PersonDays) -> SafeString:
        marks = self._marks(posting, known)
        if not known.differs:
            return reduce(add, map(_cell, marks))
        later = set(dayset.places_in(known.differs & self._month))
        return reduce(
            add,
            (
                (_later_cell if mark is not None and self._start + at in later else _cell)(mark)
                for at, mark in enumerate(marks)
            ),
        )

    def _marks(self, posting: Appointment, known: PersonDays) -> list[Shown | None]:
        """How each day of the month looks; None outside the posting."""
        inside = dayset.stretch(posting.valid_from, posting.valid_to) & self._month
        kinds = [(parts, days & inside) for parts, days in known.alike()]
        silent = inside
        for _, days in kinds:
            silent &= ~days
        found: list[Shown | None] = [None] * len(self.days)
        for parts, days in [*kinds, (("", "", ""), silent)]:
            for rest, own in ((True, days & self._rest), (False, days & ~self._rest)):
                if own:
                    mark = _shown(parts, rest)
                    for at in dayset.places_in(own):
                        found[at - self._start] = mark
        return found

    def totals(self, posting: Appointment) -> list[str]:
        """The line's totals in the order of :func:`heads`."""
        inside = dayset.stretch(posting.valid_from, posting.valid_to) & self._month
        texts = _texts(self._of(posting.person_id).among(inside).totals)
        owed = _on_post(self.results[posting.person_id])
        if not self.owes:
            return texts
        if owed is None:
            return [*texts, "—", "—", "—"]
        missing = format_days(owed.missing) if owed.missing else ""
        return [*texts, format_days(owed.need.halves), format_days(owed.tally.done), missing]

    def today(self, posting: Appointment, day: date) -> dict[str, Any]:
        """One person's present day, for the phone's list."""
        known = self._of(posting.person_id)
        values = known.among(dayset.one(day)).values.get(day, {})
        mark = shown(values, workday=self._calendar.is_workday(day))
        return {
            "posting": posting,
            "mark": mark,
            "said": bool(values),
            "locked": all(values.get(half) in ("leave", "trip") for half in ("am", "pm")),
            "seen": known.newest,
            "own": posting.person_id == self._own,
        }

    def changed(self, posting: Appointment) -> dict[str, Any]:
        """One line as the page's script takes it after saving."""
        known = self._of(posting.person_id)
        return {
            "posting": posting.pk,
            "seen": known.newest,
            "cells": [
                {"css": css_of(mark), "glyph": mark.glyph if mark else ""}
                for mark in self._marks(posting, known)
            ],
            "totals": self.totals(posting),
        }


def _on_post(results: Sequence[QuotaResult]) -> QuotaResult | None:
    """The month's quota of days on post, where the document asks for one."""
    return next((each for each in results if each.need.rule.measure == "on_post"), None)


def _texts(found: Totals) -> list[str]:
    halves = (found.on_post, 2 * found.village, 2 * found.town, found.leave, found.trip)
    return [format_days(each) if each else "" for each in halves]
