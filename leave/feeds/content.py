"""What a feed says: name, 请假 or 因公外出, from when until when. No type, no reason, no destination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, Value, When
from icalendar import Calendar, Event

from core import clock
from core.months import day_of
from leave.models import CalendarFeed
from leave.whereabouts import seen
from teams.models import Away, User
from teams.words import AwayKind, Half

#: From so long ago until so far ahead.
BACK, AHEAD = timedelta(days=92), timedelta(days=366)
#: Absences of one feed; past this the oldest are left out.
AT_MOST = 5000
#: A half-day as one number that sorts: 2026112401 is the afternoon of 24 November.
_NUMBER = F("month") * Value(1000) + F("day") * Value(10) + Case(
    When(half=Half.PM, then=Value(1)), default=Value(0), output_field=IntegerField()
)  # fmt: skip


@dataclass(frozen=True)
class Absence:
    """One leave or trip of one person; ``start_pm`` and ``end_am`` say that a day counts by half only."""

    kind: str
    source: int
    name: str
    team: str
    start: date
    start_pm: bool
    end: date
    end_am: bool
    waiting: bool

    @property
    def words(self) -> str:
        """``陈小满 请假（第一天下午起，待批）``."""
        label = AwayKind(self.kind).label
        waits = "待知悉" if self.kind == AwayKind.TRIP else "待批"
        notes = "，".join(filter(None, [self._halves, waits if self.waiting else ""]))
        return f"{self.name} {label}".strip() + (f"（{notes}）" if notes else "")

    @property
    def _halves(self) -> str:
        if self.start == self.end:
            return "下午" if self.start_pm else "上午" if self.end_am else ""
        return "，".join(
            filter(None, ["第一天下午起" if self.start_pm else "", "最后一天到中午" if self.end_am else ""])
        )


def absences(feed: CalendarFeed) -> list[Absence]:
    """What the feed's owner may see now, newest last; two queries beside his scope's."""
    today = clock.today()
    first, last = today - BACK, today + AHEAD
    user: User = feed.user
    own = feed.reach == CalendarFeed.Reach.OWN
    rows = Away.objects.filter(seen.months_q(first, last))
    served: dict[int, list[tuple[str, str, date, date | None]]] = {}
    if own:
        rows = rows.filter(person=user.person_id)
    else:
        postings = seen.looked_after(user, first, last)
        for row in postings:
            served.setdefault(row.person_id, []).append(
                (row.person.name, str(row.body), row.valid_from, row.valid_to)
            )
        rows = rows.filter(person__in=postings.order_by().values("person"))
    found = []
    spans = rows.values_list("person", "kind", "source_id").annotate(
        begins=Min(_NUMBER), ends=Max(_NUMBER), waiting=Count("pk", filter=Q(firm=False))
    )
    for person, kind, source, begins, ends, waiting in spans.order_by():
        start, end = _day(begins), _day(ends)
        name, team = "", ""
        if not own:
            # Somebody who came or went in the meantime is seen for the days on which he was there.
            here = [
                (his_name, his_team)
                for his_name, his_team, since, until in served[person]
                if since <= end and (until is None or until >= start)
            ]
            if not here:
                continue
            name, team = here[-1]
        found.append(
            Absence(kind, source, name, team, start, bool(begins % 10), end, not ends % 10, waiting > 0)
        )
    found.sort(key=lambda each: (each.end, each.start, each.kind, each.source))
    return found[-AT_MOST:]


def _day(number: int) -> date:
    month, day = divmod(number // 10, 100)
    return day_of(month, day)


def named(feed: CalendarFeed) -> Calendar:
    """A calendar with its name and nothing in it yet."""
    calendar = Calendar()
    calendar.add("prodid", "-//Zhubang//Who is away//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"驻帮：{feed.get_reach_display()}")
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("x-published-ttl", "PT4H")
    return calendar


def stamp_of_today() -> datetime:
    """It moves once a day, so that an unchanged feed is the same to the byte."""
    return datetime.combine(clock.today(), time(), UTC)


def ical(feed: CalendarFeed) -> bytes:
    """The feed as RFC 5545 has it: whole-day events, dates without a time zone, the same UID for the same absence."""
    calendar = named(feed)
    stamp = stamp_of_today()
    for each in absences(feed):
        event = Event()
        event.add("uid", f"{each.kind}-{each.source}@zhubang")
        event.add("dtstamp", stamp)
        event.add("dtstart", each.start)
        event.add("dtend", each.end + timedelta(days=1))
        event.add("summary", each.words)
        if each.team:
            event.add("location", each.team)
        event.add("status", "TENTATIVE" if each.waiting else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return calendar.to_ical()
