"""考勤导入模板: a month of a town's people by days, with what stands already, to be filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attendance.derive import people_of, standing
from attendance.imports.planning import offered
from attendance.lines import postings_of
from core.calendar import statutory_calendar
from core.months import month_number, month_words
from core.workbooks import Column, Table, write
from leave.whereabouts.grid import Day, days_of
from policy.attendance import shown
from teams.models import Appointment, Team

GUIDE = (
    "一、每人一行，日期列里写符号：√ 在岗，住 在岗并住村，镇 在岗并住镇，休 休息，值 值班，补 补休，训 培训，"
    "√· 上午在岗，·√ 下午在岗，待核 还要核实。",
    "二、两个半天不一样的写成“√/休”，前面是上午，后面是下午。",
    "三、空着的格子不改系统里已有的登记。已有的符号已经填好，照原样留着就不变。",
    "四、假、公不用导入：批准的请假、因公外出自动填入，已经填在表里，留着或删去都可以。",
    "五、✗、缺勤一律记为待核：是不是无故不在岗，由人核实认定，不从表格里来。",
    "六、台账里已经登记过、和表里不一样的，导入不改它，会告诉您是哪一格，到台账里写理由更正。",
    "七、不要改“编号”。没有编号的行按姓名找人，重名的写上工作队或派出单位。列的次序可以变，不用的日期列可以删。",
    "八、先传上来核对，不会马上写入；有一格不对，整份都不导入，并写明哪一行、哪一列。同一份再导入一次，什么都不会变。",
)


def template(teams: Sequence[Team], month: date) -> bytes:
    """The workbook of these teams' month."""
    postings = postings_of([team.pk for team in teams], month)
    people = people_of(postings)
    known = standing(people, [month_number(month)]) if postings else {}
    said = {person: days.values for person, days in known.items()}
    calendar = statutory_calendar()
    days = days_of(month)

    def mark(row: Appointment, day: Day) -> str | None:
        if not row.holds(day.date):
            return "／"
        values: Mapping[str, str] = said.get(row.person_id, {}).get(day.date, {})
        return shown(values, workday=calendar.is_workday(day.date)).glyph or None

    columns: list[Column[Appointment]] = [
        Column("编号", lambda row: row.pk, 7),
        Column("工作队", lambda row: str(row.body), 18, left=True),
        Column("姓名", lambda row: row.person.name, 9),
        Column("派出单位", lambda row: row.unit.name if row.unit else "", 18, left=True),
        *(
            Column(f"{day.number}\n{day.weekday}", _of(mark, day), 4.6, choices=offered(), number_format="@")
            for day in days
        ),
    ]
    title = f"{month_words(month)}考勤导入表"
    guide = Table("说明", [Column("怎样填写", lambda line: line, 120, left=True)], GUIDE)
    return write(Table("考勤", columns, postings, title=title), guide, title=title)


def _of(mark: Any, day: Day) -> Any:
    return lambda row: mark(row, day)
