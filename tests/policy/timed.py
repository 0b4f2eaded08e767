"""What the tests of quotas, duties, time limits and chains share: reading their tables, drawing dates."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from policy import dayset
from policy.calendar import Calendar
from policy.days import Half
from policy.loader import load_all, load_pack
from policy.periods import Period, Window, period_of
from policy.quota import Facts, HalfDay, Waived, halves_of
from policy.whom import Whom
from tests.policy.helpers import HERE

BOOK = load_all().with_packs(load_pack(HERE / "made_up.toml"))
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
_AWAY = {"请假": "leave", "因公": "trip", "值班": "duty", "培训": "training"}
_HALVES = {"上午": (Half.AM,), "下午": (Half.PM,), "": tuple(Half)}


@cache
def statutory() -> Calendar:
    """The announced working days of 2024 to 2026."""
    with (HERE / "calendar.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    days = {date.fromisoformat(row["日期"]): row["类别"] == "班" for row in rows}
    return Calendar(days, frozenset(day.year for day in days))


def whom(place: str, **changes: str) -> Whom:
    """Somebody in the place of that document."""
    header = next(
        pack.pack for pack in BOOK.packs.values() if pack.pack.region.name == place and not pack.pack.under
    )
    return Whom((header.region.code,), header.team_kinds[0], **changes)  # type: ignore[arg-type]


def period(key: str) -> Period:
    """The period of a key: 2026, 2024-09, 2024-W37, 2024-Q3, 2024-H1."""
    year = int(key[:4])
    if "W" in key:
        return period_of("week", date.fromisocalendar(year, int(key[-2:]), 1))
    if "Q" in key:
        return period_of("quarter", date(year, 3 * int(key[-1]), 1))
    if "H" in key:
        return period_of("half_year", date(year, 6 * int(key[-1]), 1))
    return (
        period_of("month", date(year, int(key[-2:]), 1))
        if "-" in key
        else period_of("year", date(year, 1, 1))
    )


def window(text: str) -> Window:
    """`2024-09-17起`, `2024-09-01至2024-09-10`, or one date."""
    first, _, last = text.removesuffix("起").partition("至")
    return Window(
        date.fromisoformat(first), None if text.endswith("起") else date.fromisoformat(last or first)
    )


def _days(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


def facts(text: str) -> tuple[Facts, tuple[Waived, ...], str]:
    """What a clerk writes: `在岗 2024-09-02至2024-09-06；请假 2024-09-09下午`. Also exemptions and the role."""
    on_post: set[tuple[date, Half]] = set()
    pending: set[tuple[date, Half]] = set()
    nights: dict[str, set[date]] = {"住村": set(), "住镇": set(), "待核夜": set()}
    away: dict[tuple[date, Half], str] = {}
    waived: list[Waived] = []
    role = "member"
    for item in filter(None, text.split("；")):
        word, _, rest = item.partition(" ")
        if word == "队长":
            role = "captain"
            continue
        if word == "免":
            code, _, dates_ = rest.partition(" ")
            waived.append(Waived(code, window(dates_)))
            continue
        half = next((end for end in ("上午", "下午") if rest.endswith(end)), "")
        stretch = window(rest.removesuffix(half))
        for day in _days(stretch.first, stretch.last or stretch.first):
            if word in nights:
                nights[word].add(day)
                continue
            if word == "在岗工作日" and not statutory().is_workday(day):
                continue
            halves = {(day, each) for each in _HALVES[half]}
            if word in _AWAY:
                away.update(dict.fromkeys(halves, _AWAY[word]))
            else:
                {"在岗": on_post, "在岗工作日": on_post, "待核": pending}[word].update(halves)
    found = facts_in(
        frozenset(on_post), frozenset(nights["住村"]), frozenset(nights["住镇"]), away, frozenset(pending),
        frozenset(nights["待核夜"]),
    )  # fmt: skip
    return found, tuple(waived), role


def facts_in(
    on_post: Iterable[HalfDay] = (), nights: Iterable[date] = (), stays: Iterable[date] = (),
    away: Mapping[HalfDay, str] | None = None, pending: Iterable[HalfDay] = (), pending_nights: Iterable[date] = (),
) -> Facts:  # fmt: skip
    """Facts from plain days and half-days."""
    kinds: dict[str, list[HalfDay]] = {}
    for each, kind in (away or {}).items():
        kinds.setdefault(kind, []).append(each)
    return Facts(
        halves_of(on_post), dayset.of(nights), dayset.of(stays),
        {kind: halves_of(each) for kind, each in kinds.items()}, halves_of(pending), dayset.of(pending_nights),
    )  # fmt: skip


def moment(text: str) -> datetime:
    """`2024-09-10 17:00`; noon when only a date."""
    return datetime.fromisoformat(text if re.search(r"\d:\d", text) else f"{text} 12:00")


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """A stretch of up to 201 days."""
    first = draw(DAYS)
    return Window(first, first + timedelta(days=draw(st.integers(0, 200))))


def changed(topic: str, number: int, **changes: Any) -> dict[str, Any]:
    """The made-up county's data with one row of a topic changed."""
    data = tomllib.loads((HERE / "made_up.toml").read_text(encoding="utf-8"))
    data[topic][number].update(changes)
    return data
