"""The month: people by days, grouped by town and team, with how many of a team are on post on each day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core import clock
from core.calendar import statutory_calendar
from core.months import bounds
from leave.cautions import LEAST, people_wanted
from leave.whereabouts.lines import url_of
from leave.whereabouts.seen import Source
from rules.settings import values_at
from teams.models import Appointment, Away, Region, Team
from teams.rosters import town_of
from teams.selectors import region_lookup
from teams.words import AwayKind, Half, Level

GLYPHS = {AwayKind.LEAVE.value: "假", AwayKind.TRIP.value: "公"}
#: What is still missing of a claim that is not firm yet.
WAITING = {AwayKind.LEAVE.value: "（待批）", AwayKind.TRIP.value: "（待知悉）"}
CSS = {AwayKind.LEAVE.value: "is-leave", AwayKind.TRIP.value: "is-trip"}
#: What stands for the other half of a day on which somebody is away for one half only.
HERE = "·"
#: A person and a day on which he is on duty by a 轮值表.
Duty = tuple[int, date]
WEEK = "一二三四五六日"


@dataclass(frozen=True)
class Day:
    """One column; ``rest`` by the statutory calendar."""

    date: date
    rest: bool
    today: bool

    @property
    def number(self) -> int:
        return self.date.day

    @property
    def weekday(self) -> str:
        return WEEK[self.date.weekday()]

    @property
    def css(self) -> str:
        return " ".join(filter(None, ["is-rest" if self.rest else "", "is-now" if self.today else ""]))


@dataclass(frozen=True)
class Cell:
    """One person's day: a glyph, the same in words, and a way to the card where the viewer may open it."""

    css: str
    text: str = ""
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class Total:
    """On post of all on one day; ``short`` where that is less than the place wants."""

    css: str
    on_post: int
    total: int
    short: bool = False


@dataclass(frozen=True)
class Row:
    posting: Appointment
    cells: list[Cell]
    days_away: int


@dataclass(frozen=True)
class TeamBlock:
    team: Team
    rows: list[Row]
    totals: list[Total]


@dataclass(frozen=True)
class TownBlock:
    town: Region
    county: Region | None
    teams: list[TeamBlock] = field(default_factory=list)


def days_of(month: date) -> list[Day]:
    """The columns; one query."""
    calendar, today = statutory_calendar(), clock.today()
    first, last = bounds(month)
    dates = (first.replace(day=number) for number in range(1, last.day + 1))
    return [Day(day, not calendar.is_workday(day), day == today) for day in dates]


def blocks(
    teams: Sequence[Team],
    rows: Iterable[Appointment],
    away: Iterable[Away],
    may_open: Collection[Source],
    days: Sequence[Day],
    on_duty: Collection[Duty],
) -> list[TownBlock]:
    """The grid of these teams' postings with the half-days away of one month; two queries."""
    by_team: dict[int, list[Appointment]] = defaultdict(list)
    for row in rows:
        by_team[row.body_id].append(row)
    halves: dict[tuple[int, int], dict[str, Away]] = defaultdict(dict)
    for each in away:
        halves[each.person_id, each.day][each.half] = each
    least = values_at((team.region.path for team in teams), LEAST)
    places = region_lookup(team.region.path for team in teams)
    found: list[TownBlock] = []
    for team in teams:
        town = town_of(places, team.region)
        if not found or found[-1].town != town:
            found.append(TownBlock(town, places.at(team.region.path, Level.COUNTY)))
        found[-1].teams.append(
            _block(team, least[team.region.path], by_team[team.pk], days, halves, may_open, on_duty)
        )
    return found


def _block(
    team: Team,
    least: int,
    rows: list[Appointment],
    days: Sequence[Day],
    halves: Mapping[tuple[int, int], Mapping[str, Away]],
    may_open: Collection[Source],
    on_duty: Collection[Duty],
) -> TeamBlock:
    shown = []
    posted, gone = dict.fromkeys(range(len(days)), 0), dict.fromkeys(range(len(days)), 0)
    for row in rows:
        cells, away = [], 0
        for place, day in enumerate(days):
            there = row.valid_from <= day.date and (row.valid_to is None or row.valid_to >= day.date)
            taken = halves.get((row.person_id, day.number), {}) if there else {}
            posted[place] += there
            gone[place] += bool(taken)
            away += len(taken)
            duty = (row.person_id, day.date) in on_duty
            cells.append(_cell(day, taken, may_open, duty) if there else Cell(f"{day.css} is-out".strip()))
        shown.append(Row(row, cells, away))
    totals = [
        Total(day.css, here, posted[place], short=not day.rest and here < people_wanted(least, posted[place]))
        for place, day in enumerate(days)
        for here in [posted[place] - gone[place]]
    ]
    return TeamBlock(team, shown, totals)


def _cell(day: Day, taken: Mapping[str, Away], may_open: Collection[Source], duty: bool) -> Cell:
    if not taken:
        return Cell(f"{day.css} is-duty".strip(), "值", "值班") if duty else Cell(day.css)
    both = [taken.get(half) for half in Half.values]
    known = [each for each in both if each is not None]
    glyphs = [GLYPHS[each.kind] if each else HERE for each in both]
    whole = len(known) == 2 and known[0].kind == known[1].kind and known[0].firm == known[1].firm
    words = [
        f"{'' if whole else Half(each.half).label}{AwayKind(each.kind).label}{'' if each.firm else WAITING[each.kind]}"
        for each in (known[:1] if whole else known)
    ]
    css = [day.css, CSS[known[0].kind], "" if all(each.firm for each in known) else "is-pending"]
    source = next(((each.kind, each.source_id) for each in known), None)
    return Cell(
        " ".join(filter(None, css)),
        glyphs[0] if whole else "".join(glyphs),
        "，".join(words),
        url_of(source) if source in may_open else "",
    )
