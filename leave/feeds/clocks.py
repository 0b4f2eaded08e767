"""The feed of one's own clocks: what is to be done by when, and where; nobody's name, no reason."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from icalendar import Event

from approvals import clocks as running_clocks
from approvals.models import Deadline
from core import clock
from leave.feeds.content import named, stamp_of_today
from leave.models import CalendarFeed

#: Clocks of one feed; past this the latest due are left out.
AT_MOST = 500


def ical(feed: CalendarFeed) -> bytes:
    """The feed as RFC 5545 has it: a whole day for each clock, the day it runs out; what has run out stands on today.

    The hour is in its words. A step that is done is gone with the next reading.
    """
    calendar, stamp = named(feed), stamp_of_today()
    now, today = clock.now(), clock.today()
    rows: list[Deadline] = list(running_clocks.of_user(feed.user)[:AT_MOST])
    for line in running_clocks.lines(feed.user, rows):
        row = line["deadline"]
        due = timezone.localtime(row.due)
        late = row.due < now
        day = today if late else due.date()
        event = Event()
        event.add("uid", f"deadline-{row.pk}@zhubang")
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"{'已超期：' if late else ''}{line['what']}（{due:%m-%d %H:%M} 前）")
        if line["kind"]:
            event.add("description", line["kind"])
        if line["place"]:
            event.add("location", line["place"])
        event.add("status", "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        # What ran out comes first on its day where a program sorts by it.
        event.add("priority", 1 if late else 5)
        calendar.add_component(event)
    return calendar.to_ical()
