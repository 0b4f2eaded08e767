"""What a workbook would write into a month's register, before anything is written: the dry run and the facts."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from attendance.imports.reading import Book, Line
from attendance.lines import postings_of
from attendance.marks import Named, told_apart
from attendance.models import Fact, Part, Source
from attendance.services import Known, known_of
from core import clock, typed
from core.calendar import statutory_calendar
from core.imported import Problem
from core.months import month_number
from policy import typed_marks
from policy.attendance import (
    AWAY_VALUES,
    CLEARED,
    NIGHT,
    PARTS,
    Mark,
    shown,
    value_label,
)
from teams.models import Appointment, Team, User

CHANGED, UNCHANGED = "changed", "unchanged"
KINDS = {CHANGED: "有改动", UNCHANGED: "不变"}
OFFERED = "√、住、镇、休、值、补、训、待核、√·（上午）、·√（下午）"
#: Days named in one line before the rest is only counted.
NAMED = 31


@dataclass(frozen=True)
class Write:
    """One fact the import adds."""

    person: int
    day: int
    part: str
    revision: int
    value: str


@dataclass
class Plan:
    """All that one workbook does to one month, and everything that has to be mended first."""

    month: date
    lines: list[dict[str, Any]] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    teams: set[int] = field(default_factory=set)

    @property
    def fingerprint(self) -> str:
        """Equal for two plans that show the same lines and write the same facts."""
        told = [
            [line["row"], line["words"]] for line in self.lines
        ] + [[each.person, each.day, each.part, each.revision, each.value] for each in self.writes]  # fmt: skip
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    def facts(self, user: User, at: datetime) -> Iterable[Fact]:
        for each in self.writes:
            yield Fact(
                person_id=each.person, month=month_number(self.month), day=each.day, part=each.part,
                source=Source.IMPORT, revision=each.revision, value=each.value, entered_by=user, entered_at=at,
            )  # fmt: skip


def plan(user: User, teams: Iterable[Team], month: date, book: Book) -> Plan:
    """Compare a workbook with what stands; a fixed number of queries however many rows it has."""
    made = Plan(month, problems=list(book.problems))
    postings = _Postings(postings_of([team.pk for team in teams], month))
    named = [(line, posting) for line in book.lines if (posting := postings.find(line, made)) is not None]
    known = known_of({posting.person_id for _, posting in named}, month_number(month))
    apart = told_apart(teams, month)
    seen: dict[int, Line] = {}
    for line, posting in named:
        made.teams.add(posting.body_id)
        earlier = seen.setdefault(posting.pk, line)
        if earlier is not line:
            made.problems.append(
                line.problem("姓名", f"{posting.person.name}和第 {earlier.number} 行是同一个人，并成一行")
            )
            continue
        _row(made, line, posting, known, user, apart.get(posting.body_id, frozenset()))
    return made


class _Postings:
    """Who may be named: by the number of the template, else by name, and team or unit where a name is not enough."""

    def __init__(self, rows: list[Appointment]) -> None:
        self.by_pk = {row.pk: row for row in rows}
        self.by_name: dict[str, list[Appointment]] = defaultdict(list)
        for row in rows:
            self.by_name[typed.name(row.person.name) or ""].append(row)

    def find(self, line: Line, made: Plan) -> Appointment | None:
        number, name = line.who.get("posting", ""), line.who.get("name", "")
        if number:
            row = self.by_pk.get(int(number)) if number.isdecimal() and len(number) < 12 else None
            if row is None:
                made.problems.append(
                    line.problem("编号", f"没有编号“{number}”，用这个月的模板，或删去编号只写姓名")
                )
                return None
            if name and typed.name(row.person.name) != name:
                made.problems.append(
                    line.problem("姓名", f"编号 {number} 是{row.person.name}，不是{name}，改正编号或姓名")
                )
                return None
            return row
        found = self.by_name.get(name, [])
        for key, of in (("team", _teams_of), ("unit", _units_of)):
            if len(found) > 1 and line.who.get(key):
                found = [row for row in found if line.who[key] in of(row)] or found
        if len(found) == 1:
            return found[0]
        if found:
            made.problems.append(
                line.problem("姓名", f"有 {len(found)} 个“{name}”，写上工作队或派出单位，或用模板里的编号")
            )
        else:
            made.problems.append(
                line.problem("姓名", f"您登记的工作队里，这个月没有专职队员“{name}”，核对姓名")
            )
        return None


def _teams_of(row: Appointment) -> tuple[str, ...]:
    return (row.body.name, row.body.short_name)


def _units_of(row: Appointment) -> tuple[str, ...]:
    return (row.unit.name, row.unit.short_name) if row.unit else ()


def _row(made: Plan, line: Line, posting: Appointment, known: Known, user: User, apart: Named) -> None:
    calendar, own = statutory_calendar(), posting.person_id == user.person_id
    changed: list[str] = []
    for number, text in sorted(line.days.items()):
        day = made.month.replace(day=number)
        now = {part: known.standing(posting.person_id, number, part) for part in PARTS}
        mark = shown({part: value for part, value in now.items() if value}, workday=calendar.is_workday(day))
        if text == mark.glyph or typed_marks.plain(text) in typed_marks.NOTHING:
            continue
        try:
            writes = _cell(posting, day, text, now, known, apart)
            if writes and own:
                raise _Fault("本人的出勤由别人登记")
        except _Fault as fault:
            made.problems.append(line.problem(f"{number}日", f"{posting.person.name}：{fault}"))
            continue
        if writes:
            made.writes += writes
            changed.append(f"{number}日 {mark.glyph or '空'}→{text}")
    words = "、".join(changed[:NAMED]) if changed else "和系统里一样"
    made.lines.append(
        {
            "sheet": line.sheet,
            "row": line.number,
            "kind": CHANGED if changed else UNCHANGED,
            "name": posting.person.name,
            "team": str(posting.body),
            "words": words,
            "days": len(changed),
        }
    )


class _Fault(Exception):
    """A cell that cannot be taken; the text is its sentence."""


def _cell(
    posting: Appointment, day: date, text: str, now: dict[str, str], known: Known, apart: Named
) -> list[Write]:
    """The facts one cell adds; none where everything stands so already."""
    held = {part: kind for part in PARTS if (kind := known.locked(posting.person_id, day.day, part))}
    if typed_marks.is_absence(text):
        if held:
            return []
        raise _Fault(
            f"“{text}”不能导入：请假、因公外出批准以后自动填入，这一天没有批准的；写实际情况，或先走请假"
        )
    if not posting.holds(day):
        raise _Fault("这一天不在本队任职，清空这一格")
    if day > clock.today():
        raise _Fault("这一天还没有到，清空这一格，到了那天再登记")
    mark = typed_marks.read(text)
    if mark is None:
        raise _Fault(f"不认识“{text[:20]}”，写{OFFERED}")
    if mark.named and mark.named not in apart:
        raise _Fault(f"本地文件没有要求单独登记{mark.label}，写√、住或镇")
    if held and all(part in held for part in PARTS if mark.value(part) or mark.code == "clear"):
        raise _Fault(f"这一天已批准{AWAY_VALUES[next(iter(held.values()))]}，清空这一格")
    writes = []
    for part in PARTS:
        if part not in held and (value := _wanted(posting, day, part, mark, now[part], known)) is not None:
            before = known.newest.get((posting.person_id, day.day, part, Source.IMPORT))
            writes.append(
                Write(posting.person_id, day.day, part, before.revision + 1 if before else 1, value)
            )
    return writes


def _wanted(posting: Appointment, day: date, part: str, mark: Mark, now: str, known: Known) -> str | None:
    """What the import says of a part, where that changes something; CLEARED takes its own earlier word back."""
    value = mark.value(part)
    if value == now:
        return None
    stands = known.of(posting.person_id, day.day, part)
    source = Source(stands.source) if stands is not None else None
    if value == CLEARED:
        if source == Source.IMPORT:
            return CLEARED
        if part != NIGHT or now not in ("village", "town"):
            if mark.code == "clear" and source is not None:
                raise _Fault(f"{Part(part).label}是{source.label}，导入清不掉，到台账里更正")
            return None
        # A whole day of the register without a stay says that there was none.
        value = "none"
    if source is not None and source > Source.IMPORT:
        raise _Fault(
            f"{Part(part).label}{source.label}是“{value_label(part, now)}”，导入不能改，到台账里更正"
        )
    return value


def offered() -> tuple[str, ...]:
    """The signs a template offers in each day's cell."""
    return ("√", "住", "镇", "休", "值", "补", "训", "√·", "·√", "待核")
