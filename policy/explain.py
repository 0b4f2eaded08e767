"""Asking the rules a question by hand: the arguments checked, the answer a LeaveDecision."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from policy.base import DISPATCHER_LABELS, ROLE_LABELS
from policy.book import RuleBook
from policy.calendar import Calendar
from policy.days import Span, parse_days
from policy.decision import LeaveDecision
from policy.errors import PolicyInputError
from policy.leave import LeaveCase, decide_leave
from policy.schema import Pack

FIRST_YEAR, LAST_YEAR = 1990, 2100


def find_place(book: RuleBook, place: str) -> tuple[tuple[str, ...], str]:
    """The regions of a place, most specific first, and the kind of team its document is about.

    `place`: pack id (puning), region code of 6, 9 or 12 digits (445281), or region name (普宁市; 普宁 too).
    Raises PolicyInputError when no document is known there.
    """
    asked = place.strip()
    for pack in book.packs.values():
        name = pack.pack.region.name
        if asked in (pack.id, name) or (len(asked) > 1 and asked == name[:-1]):
            return region_chain(pack.pack.region.code), _kind(pack)
    if asked.isdigit() and len(asked) in (6, 9, 12):
        chain = region_chain(asked.ljust(12, "0"))
        for code in chain:
            for pack in book.packs.values():
                if pack.pack.region.code == code:
                    return chain, _kind(pack)
    known = "、".join(pack.pack.region.name for pack in book.packs.values() if not pack.pack.under)
    raise PolicyInputError(f"没有“{place}”的文件，可以查的地方有：{known}", field="place")


def region_chain(code: str) -> tuple[str, ...]:
    """A 12-digit statistical code and those above it, by the digits alone: town, county, city, province."""
    heads = (code, code[:9], code[:6], code[:4], code[:2])
    return tuple(dict.fromkeys(head.ljust(12, "0") for head in heads))


def _kind(pack: Pack) -> str:
    return pack.pack.team_kinds[0]


def explain(
    book: RuleBook,
    *,
    place: str,
    role: str,
    days: float | str | Decimal,
    type: str = "personal",
    on: date,
    start: date | None = None,
    dispatched_by: str = "county",
    also_first_secretary: bool = False,
    calendar: Calendar,
) -> LeaveDecision:
    """Who would decide a leave of `days` beginning on `start` (the day of asking when absent), asked on `on`.

    Raises PolicyInputError, a Chinese sentence with the field at fault, for any wrong argument.
    """
    regions, team_kind = find_place(book, place)
    if role not in ROLE_LABELS:
        raise PolicyInputError(f"没有“{role}”这种身份，可以写：{_choices(ROLE_LABELS)}", field="role")
    if dispatched_by not in DISPATCHER_LABELS:
        raise PolicyInputError(
            f"没有“{dispatched_by}”这种派出机关，可以写：{_choices(DISPATCHER_LABELS)}", field="dispatched_by"
        )
    types = book.leave_types(regions, team_kind, on)
    if type not in types:
        known = _choices({code: each.label for code, each in types.items()})
        raise PolicyInputError(f"没有“{type}”这种假，可以写：{known}", field="type")
    halves = parse_days(days)
    start = start or on
    for name, day in (("on", on), ("start", start)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise PolicyInputError(
                f"年份要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间（现在是 {day.year}）", field=name
            )
    if start < on:
        raise PolicyInputError(
            f"开始日期（{start.isoformat()}）不能早于申请日期（{on.isoformat()}）", field="start"
        )
    case = LeaveCase(
        region_codes=regions, team_kind=team_kind, role=role, also_first_secretary=also_first_secretary,
        dispatched_by=dispatched_by, type=type, span=Span.of_halves(start, halves), asked_on=on,
    )  # fmt: skip
    return decide_leave(book, case, calendar)


def _choices(labels: dict[str, str]) -> str:
    return "、".join(f"{code}（{label}）" for code, label in labels.items())
