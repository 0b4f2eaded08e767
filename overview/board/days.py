"""The days of a board: who is on post by place, as a table of one day and as a grid of the month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from attendance.by_day import Counts, DayCount, Posted, counts_of, place_of, totals
from attendance.frozen import counting
from attendance.totals.reading import MOST, day_counts
from core import clock
from core.calendar import statutory_calendar
from core.months import bounds, day_words, month_number
from leave.whereabouts.grid import Day, days_of
from overview.board.ranges import Range
from policy.attendance import PersonDays
from policy.days import format_days
from teams.models import Region, Team
from teams.selectors import away_now
from teams.words import AwayKind

#: From which share (in percent) on a day has which ground; below the last it is low.
HEAT = ((98, "98"), (93, "93"), (88, "88"), (80, "80"))


@dataclass(frozen=True)
class Line:
    """One line of the table: a place or a team on the chosen day. People, with halves where a half-day counts."""

    label: str
    key: str
    url: str
    posted: int
    on_post: str
    leave: str
    trip: str
    silent: int


@dataclass(frozen=True)
class HeatLine:
    """One line of the grid; ``cells``: the month's days as table cells."""

    label: str
    url: str
    cells: SafeString


class Days:
    """What stands of the days of a range's month; asked of the database once for all blocks that show it."""

    def __init__(self, here: Range, day: date) -> None:
        self.range, self.day = here, day
        self.today = clock.today()
        self.calendar = statutory_calendar()

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def rest(self) -> bool:
        """Is the chosen day no working day?"""
        return not self.calendar.is_workday(self.day)

    @cached_property
    def present(self) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
        """(place → people posted today, place → kind → people away at this moment); two queries."""
        rows = self.range.rows(self.today, self.today).order_by().annotate(place=place_of(self.range.key))
        posted = dict(rows.values_list("place").annotate(Count("person", distinct=True)))
        gone: dict[str, dict[str, int]] = defaultdict(dict)
        away = rows.filter(away_now(self.today)).values_list("place", "person__away__kind")
        for where, kind, people in away.annotate(Count("person", distinct=True)):
            gone[where][kind] = people
        return posted, gone

    @cached_property
    def live(self) -> bool:
        """Few enough people to look through their month now."""
        return sum(self.present[0].values()) <= MOST

    @cached_property
    def postings(self) -> list[Posted]:
        """Every posting of the month; one query."""
        rows = self.range.rows(*bounds(self.day)).order_by().annotate(place=place_of(self.range.key))
        return list(rows.values_list("person", "place", "valid_from", "valid_to"))

    @cached_property
    def known(self) -> dict[int, PersonDays]:
        """What counts of the days of the month, by person; two queries, none above :data:`MOST`."""
        if not self.live:
            return {}
        people = self.range.rows(*bounds(self.day)).order_by().values("person")
        return counting(people, [month_number(self.day)])

    @cached_property
    def counts(self) -> Counts:
        """place → day → what counts of it, of the chosen day's month; above :data:`MOST` as it was last written."""
        return counts_of(self.postings, self.known, *bounds(self.day)) if self.live else self._written[0]

    @cached_property
    def as_of(self) -> datetime | None:
        """Of when the counts are; None where they are of now."""
        return None if self.live else self._written[1]

    @cached_property
    def counted(self) -> bool:
        """Is there anything to show of the days?"""
        return self.live or bool(self.counts)

    @cached_property
    def _written(self) -> tuple[Counts, datetime | None]:
        if not self.range.wide:
            return {}, None
        return day_counts(*self.range.bounds, self.day, int(self.range.key.removeprefix("path:")))

    @cached_property
    def whole(self) -> Mapping[date, DayCount]:
        """The same of all places together."""
        return totals(self.counts.values())

    @cached_property
    def names(self) -> dict[str, str]:
        """What each line is called; one query."""
        keys = set(self.present[0]) | set(self.counts)
        if self.range.key == "body":
            teams = Team.objects.filter(pk__in=[int(key) for key in keys])
            return {str(team.pk): str(team) for team in teams}
        # Of a place that was renamed, its present name.
        rows = Region.objects.filter(path__in=keys).order_by("valid_from")
        return {row.path: row.name for row in rows}

    @cached_property
    def keys(self) -> list[str]:
        """The lines: places by division code, teams by place; never by a figure."""
        found = set(self.present[0]) | {key for key, days in self.counts.items() if days[self.day].posted}
        if self.range.key == "body":
            return sorted(found, key=int)
        return sorted(found)

    def url(self, key: str, **more: str) -> str:
        """The board one step down."""
        name = "team" if self.range.key == "body" else "place"
        return f"{reverse('overview:board')}?{urlencode({name: key, **self.kept, **more})}"

    @property
    def kept(self) -> dict[str, str]:
        """The day, as addresses of this board keep it; today needs no saying."""
        return {} if self.is_today else {"day": self.day.isoformat()}

    # ---- the table of the day ----------------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        """Every place on the chosen day."""
        return [self._line(key, self.names.get(key, key), self.url(key)) for key in self.keys]

    @cached_property
    def total(self) -> Line:
        """All of them together."""
        return self._line("", "合计", "")

    def _line(self, key: str, label: str, url: str) -> Line:
        count = self.counts[key][self.day] if key in self.counts else DayCount()
        if not key:
            count = self.whole.get(self.day, DayCount())
        silent = 0 if self.rest else count.unsaid
        if not self.is_today:
            texts = (format_days(each) for each in (count.there, count.leave, count.trip))
            return Line(label, key, url, count.posted, *texts, silent)
        posted, gone = self.present
        here = [key] if key else list(posted)
        people = sum(posted.get(each, 0) for each in here)
        leave, trip = (
            sum(gone.get(each, {}).get(kind, 0) for each in here) for kind in (AwayKind.LEAVE, AwayKind.TRIP)
        )
        return Line(label, key, url, people, str(people - leave - trip), str(leave), str(trip), silent)

    # ---- the grid of the month ---------------------------------------------------------------------------

    @cached_property
    def columns(self) -> list[Day]:
        return days_of(self.day)

    @cached_property
    def heat(self) -> list[HeatLine]:
        """Every place by every day of the month, in the order of the table."""
        keys = sorted(self.counts, key=int) if self.range.key == "body" else sorted(self.counts)
        return [
            HeatLine(self.names.get(key, key), self.url(key), self._cells(key, self.counts[key]))
            for key in keys
        ]

    @cached_property
    def heat_total(self) -> HeatLine:
        return HeatLine("合计", "", self._cells("", self.whole))

    def _cells(self, key: str, days: Mapping[date, DayCount]) -> SafeString:
        return format_html_join(
            "", "{}", ((self._cell(key, day, days.get(day.date)),) for day in self.columns)
        )

    def _cell(self, key: str, day: Day, count: DayCount | None) -> SafeString:
        if day.date > self.today:
            return _FUTURE_REST if day.rest else _FUTURE
        if count is None or not count.posted:
            return _NOBODY
        if day.rest and not count.there:
            return _REST
        share = count.share_now if day.today else count.share
        css = "heat-none" if share is None else heat_css(share)
        if count.silent and not day.rest and share is not None:
            css += " is-partial"
        text = "未登" if share is None else "值" if day.rest else str(share)
        if day.rest:
            css = "heat-duty"
        return format_html(
            '<td><a class="heat {}" href="{}" tabindex="-1" title="{}">{}</a>',
            css,
            self.day_url(key, day.date),
            said(day.date, count, rest=day.rest),
            text,
        )

    def day_url(self, key: str, day: date) -> str:
        """The rows behind a day of a line: what the towns entered, by town or by team."""
        # Paths are digits, so nothing of this needs quoting.
        if self.range.above_counties:
            return f"{self._here}?place={key or self.range.value}&day={day}"
        town = key if self.range.wide else self.range.value if self.range.name == "place" else ""
        return f"{self._daily}?day={day}{'&town=' if town else ''}{town}"

    @cached_property
    def _here(self) -> str:
        return reverse("overview:board")

    @cached_property
    def _daily(self) -> str:
        return reverse("attendance:daily")


def heat_css(share: int) -> str:
    """The ground of a share, in percent."""
    return next((f"heat-{name}" for least, name in HEAT if share >= least), "heat-low")


def said(day: date, count: DayCount, *, rest: bool) -> str:
    """A cell in words: 11月20日：专职 4，在岗 3.5，请假 0.5."""
    parts = [f"{day_words(day)}：专职 {count.posted}", f"在岗 {format_days(count.there)}"]
    for label, halves in (
        ("请假", count.leave),
        ("公出", count.trip),
        ("待核", count.unverified),
        ("休息、补休、培训", count.excused),
        ("没有登记", 0 if rest else count.silent),
    ):
        if halves:
            parts.append(f"{label} {format_days(halves)}")
    return "，".join(parts)


_FUTURE = SafeString("<td>")
_FUTURE_REST = SafeString('<td class="is-rest">')
_REST = SafeString('<td class="is-rest"><span class="visually-hidden">休息</span>')
_NOBODY = SafeString('<td class="is-out"><span class="visually-hidden">没有人</span>')
