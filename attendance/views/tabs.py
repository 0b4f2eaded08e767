"""The pages of attendance side by side, and the periods of a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from attendance.spans import NAMES, TURNS, named, neighbours
from policy.periods import Period, period_of

PAGES = {
    "register": "台账",
    "quotas": "定额",
    "daily": "每日汇总",
    "check": "调度",
    "absences": "缺勤处置",
}


def pages(here: str) -> list[dict[str, object]]:
    """The pages for whoever looks after others."""
    return [
        {"label": label, "url": reverse(f"attendance:{name}"), "active": name == here}
        for name, label in PAGES.items()
    ]


def stretches(
    period: Period, pers: Iterable[str], today: date, kept: dict[str, str]
) -> list[dict[str, object]]:
    """月, 周, 年 as links around the same days; none where there is one alone."""
    pers = [per for per in NAMES if per in set(pers) or per == period.per]
    if len(pers) < 2:
        return []
    day = today if today in period else period.last or period.first
    return [
        {
            "label": f"按{NAMES[per]}",
            "url": f"?{urlencode({**named(period_of(per, day)), **kept})}",
            "active": per == period.per,
        }
        for per in pers
    ]


def turns(period: Period, today: date, kept: dict[str, str]) -> list[dict[str, str]]:
    """The links to the period before and after."""
    return [
        {"label": label, "url": f"?{urlencode({**named(each), **kept})}"}
        for label, each in zip(TURNS[period.per], neighbours(period, today), strict=True)
        if each is not None
    ]
