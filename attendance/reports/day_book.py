"""出勤明细: one row a person and day, for whoever works on with the figures. A list, not the form of a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from attendance.derive import people_of
from attendance.frozen import counting
from attendance.keepers import IN_ORDER, looked_after_between, with_teams
from attendance.spans import months_between
from core import audit, clock
from core.calendar import statutory_calendar
from core.errors import NotYours, Refused
from core.verbs import verb
from core.workbooks import Column, Table, write
from leave.whereabouts.grid import WEEK
from policy import dayset
from policy.attendance import NOTHING_SAID, PARTS, value_label
from teams.models import Appointment, User
from teams.models.places import path_range
from teams.selectors import region_lookup

#: So many rows are made within a page's time: a county of a thousand people for a month, and some more.
MOST_ROWS = 40_000
#: Whose days are read at a time.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of one posting; the parts as words."""

    posting: Appointment
    day: date
    parts: tuple[str, str, str]
    rest: bool
    settled: bool


COLUMNS: tuple[Column[DayRow], ...] = (
    Column("乡镇", lambda row: row.posting.body.team.region.town.name, 12),
    Column("工作队", lambda row: str(row.posting.body), 20, left=True),
    Column("姓名", lambda row: row.posting.person.name, 9),
    Column("职务", lambda row: row.posting.post_name, 9),
    Column("派出单位", lambda row: str(row.posting.unit or ""), 20, left=True),
    Column("日期", lambda row: row.day, 11),
    Column("星期", lambda row: WEEK[row.day.weekday()], 5),
    Column("上午", lambda row: row.parts[0], 9),
    Column("下午", lambda row: row.parts[1], 9),
    Column("夜间", lambda row: row.parts[2], 9),
    Column("休息日", lambda row: "是" if row.rest else "", 7),
    Column("关账", lambda row: "已关账" if row.settled else "", 8),
)


@verb("attendance.export_days")
def export(*, acting_user: User, first: date, last: date, town: str = "") -> tuple[str, bytes]:
    """(the file's name, the workbook) of the days from ``first`` to ``last`` of whom the user looks after. Recorded.

    Of closed months what was frozen; days to come are left out. Raises NotYours where the user sees nobody there,
    Refused for dates in the wrong order and for more rows than a page's time allows.
    """
    last = min(last, clock.today())
    if last < first:
        raise Refused("dates", "开始日期不能晚于结束日期，也不能晚于今天", field="first")
    postings = looked_after_between(acting_user, first, last)
    if town:
        low, high = path_range(town)
        postings = postings.filter(body__region__path__gte=low, body__region__path__lt=high)
    keys, number, place = [], 0, ""
    span = dayset.stretch(first, last)
    for pk, since, until, path in (
        postings.order_by(*IN_ORDER)
        .values_list("pk", "valid_from", "valid_to", "body__region__path")
        .iterator()
    ):
        keys.append(pk)
        number += (dayset.stretch(since, until) & span).bit_count()
        place = place or path
    if not keys:
        raise NotYours("not_yours", "这段时间这里没有您看得到的专职队员")
    if number > MOST_ROWS:
        raise Refused(
            "too_many",
            f"一共 {number:,} 行，一次最多导出 {MOST_ROWS:,} 行；缩短日期，或者选一个乡镇",
            field="last",
        )
    named = region_lookup([town]).by_path[town].name if town else ""
    name = f"{named}出勤明细{first:%Y%m%d}-{last:%Y%m%d}"
    said = f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}，{number} 行。空白是没有登记；没有登记不等于不在岗。"
    table = Table("出勤明细", COLUMNS, _days(keys, first, last), title="出勤明细", said=said)
    audit.record(
        action="attendance.export_days",
        actor=acting_user,
        subject_kind="attendance_days",
        after={"first": first.isoformat(), "last": last.isoformat(), "rows": number},
        place=town or place,
    )
    return f"{name}.xlsx", write(table, title=name)


def _inside(row: Appointment, span: dayset.DayBits) -> dayset.DayBits:
    return dayset.stretch(row.valid_from, row.valid_to) & span


def _days(keys: Sequence[int], first: date, last: date) -> Iterator[DayRow]:
    """The rows, people in the order of the register, each day after the other; of some people at a time."""
    for at in range(0, len(keys), AT_ONCE):
        rows = with_teams(Appointment.objects.filter(pk__in=keys[at : at + AT_ONCE]))
        yield from _days_of(rows, first, last)


def _days_of(rows: Sequence[Appointment], first: date, last: date) -> Iterator[DayRow]:
    people = people_of(rows)
    known = counting(people, months_between(first, last))
    span, calendar = dayset.stretch(first, last), statutory_calendar()
    rest = {day for day in dayset.days_in(span) if not calendar.is_workday(day)}
    for row in rows:
        days = known.get(row.person_id, NOTHING_SAID)
        said: dict[date, tuple[str, str, str]] = {}
        inside = _inside(row, span)
        for parts, bits in days.alike():
            said.update(dict.fromkeys(dayset.days_in(bits & inside), _words(parts)))
        settled = set(dayset.days_in(days.settled & inside))
        for day in dayset.days_in(inside):
            yield DayRow(row, day, said.get(day, ("", "", "")), day in rest, day in settled)


@cache
def _words(parts: tuple[str, str, str]) -> Any:
    return tuple(value_label(part, value) if value else "" for part, value in zip(PARTS, parts, strict=True))
