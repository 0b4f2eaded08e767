"""What is left of the year's days for everybody one looks after, on screen and as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from core import audit, clock
from core.errors import Refused
from core.templatetags.zhubang import cn_date
from core.verbs import verb
from core.workbooks import Column, Table, write
from leave.balance import Balance, of_people
from leave.filters import places_of
from teams.models import Appointment, User
from teams.models.places import path_range
from teams.scope import scope_of

NAME = "假期余额.xlsx"
#: So many people one workbook holds.
MOST = 5_000


class BalanceForm(forms.Form):
    """Of which year, town and team; a choice of one thing is no filter and is left out."""

    year = forms.TypedChoiceField(label="年度", coerce=int, required=False)
    town = forms.ChoiceField(label="乡镇", required=False)
    team = forms.TypedChoiceField(label="工作队", required=False, coerce=int, empty_value=None)

    def __init__(self, asked: QueryDict, user: User) -> None:
        this = clock.today().year
        said = asked.copy()
        said.setdefault("year", str(this))
        super().__init__(said)
        self.this_year = this
        towns, teams = places_of(user)
        years = [(year, f"{year}年") for year in range(this + 1, this - 4, -1)]
        self.offered: dict[str, list[tuple[Any, str]]] = {
            "year": years,
            "town": [("", "全部乡镇"), *towns],
            "team": [("", "全部工作队"), *teams],
        }
        for name, choices in self.offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in ("town", "team"):
            if len(self.offered[name]) <= 2:
                del self.fields[name]
        self.is_valid()

    @property
    def year_wanted(self) -> int:
        return self.cleaned_data.get("year") or self.this_year

    @property
    def narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("town", "team"))


@dataclass(frozen=True)
class Line:
    """One person with what is left; ``left`` has an entry for every type of the table, None where none is set."""

    posting: Appointment
    left: list[Balance | None]


@dataclass(frozen=True)
class BalanceTable:
    """The types for which a place of these people has set days, and a line for each person."""

    types: list[tuple[str, str]]
    lines: list[Line]


def postings_of(user: User, form: BalanceForm) -> QuerySet[Appointment]:
    """The full-time postings of today whose leave the viewer may read, by place and name."""
    scope = scope_of(user)
    rows = (
        Appointment.objects.on(clock.today())
        .full_time()
        .filter(
            Q(person=scope.person_id)
            | scope.places_q("body__region__path")
            | Q(body__in=scope.seen_team_ids)
            | Q(unit__in=scope.seen_unit_ids)
        )
    )
    town, team = form.cleaned_data.get("town"), form.cleaned_data.get("team")
    if town:
        low, high = path_range(town)
        rows = rows.filter(body__region__path__gte=low, body__region__path__lt=high)
    if team:
        rows = rows.filter(body=team)
    return rows.select_related("person", "body__region", "unit").order_by(
        "body__region__path", "body", "person__pinyin", "pk"
    )


def table_of(postings: list[Appointment], year: int) -> BalanceTable:
    """The table of these people, set-based."""
    balances = of_people(postings, year)
    types = list(dict.fromkeys((each.type, each.label) for own in balances.values() for each in own))
    lines = []
    for row in postings:
        own = {each.type: each for each in balances[row.person_id]}
        lines.append(Line(row, [own.get(code) for code, _ in types]))
    return BalanceTable(types, lines)


@verb("leave.export_balances")
def export_balances(*, acting_user: User, form: BalanceForm) -> bytes:
    """The same of everybody asked for, in days. Recorded. Raises Refused for more than 5,000 people."""
    rows = postings_of(acting_user, form)
    number = rows.count()
    if number > MOST:
        raise Refused("too_many", f"一共 {number} 人，一份表格最多 {MOST} 人，选一个乡镇或工作队")
    year = form.year_wanted
    table = table_of(list(rows), year)
    columns: list[Column[Line]] = [
        Column("姓名", lambda line: line.posting.person.name, 10),
        Column("驻点", lambda line: str(line.posting.body), 22, left=True),
        Column("派出单位", lambda line: str(line.posting.unit or ""), 20, left=True),
    ]
    for place, (_, label) in enumerate(table.types):
        for word, name in (("可休", "allowance"), ("已批", "firm"), ("待批", "pending"), ("还剩", "left")):
            columns.append(Column(f"{label}\n{word}", _days(place, name), 8))
    audit.record(
        action="leave.export_balances",
        actor=acting_user,
        subject_kind="region",
        subject_id="",
        after={"rows": number},
    )
    title = f"{year}年驻镇驻村人员假期余额"
    beneath = [
        f"单位：天，截至 {cn_date(clock.today(), 'year')}。还剩为负数的是超出的天数。",
        "可休天数按本地设置；本人的年休假以派出单位核定的为准。",
    ]
    return write(Table("假期余额", columns, table.lines, title=title, beneath=beneath), title=title)


def _days(place: int, name: str) -> Any:
    def value(line: Line) -> float | None:
        each = line.left[place]
        return None if each is None else getattr(each, name) / 2

    return value
