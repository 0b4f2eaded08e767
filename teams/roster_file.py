"""花名册: the people an office looks after as the workbook that counties hand upwards; identifiers stay masked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from core import audit, clock, identity
from core.templatetags.zhubang import cn_date, mask_phone
from core.verbs import verb
from core.workbooks import Column, Table, write
from teams import rosters
from teams.models import Appointment, Person, Region, User
from teams.scope import scope_of
from teams.words import Post

NAME = "花名册.xlsx"


@dataclass(frozen=True)
class Line:
    """One person with his posting; ``on_top`` are his other capacities in the same team."""

    number: int
    row: Appointment
    on_top: tuple[str, ...]

    @property
    def person(self) -> Person:
        return self.row.person

    @property
    def party(self) -> str:
        """入党 and 转正 in one cell, as the form has them."""
        days = (self.person.joined_party_on, self.person.full_member_on)
        return "\n".join(day.isoformat() if day else "—" for day in days) if any(days) else ""

    @property
    def term(self) -> str:
        """``2026-03-01 至 2028-02-29``; without an end only the beginning."""
        end = f"\n至 {self.row.valid_to}" if self.row.valid_to else " 起"
        return f"{self.row.valid_from}{end}"


COLUMNS: tuple[Column[Line], ...] = (
    Column("序号", lambda line: line.number, 5),
    Column("姓名", lambda line: line.person.name, 8),
    Column("性别", lambda line: line.person.get_gender_display(), 5),
    Column("民族", lambda line: line.person.ethnicity, 6),
    Column("出生年月\n（档案）", lambda line: line.person.born, 9),
    Column("学历", lambda line: line.person.education, 6),
    Column("政治面貌", lambda line: line.person.political_status, 9),
    Column("入党时间\n转正时间", lambda line: line.party, 11),
    Column("参加工作", lambda line: line.person.working_since, 8.5),
    Column("编制性质", lambda line: line.person.staffing, 7),
    Column("派出单位全称", lambda line: line.row.unit.name if line.row.unit else "", 17, left=True),
    Column("职务职级", lambda line: line.row.home_post, 9),
    Column("选派层级", lambda line: line.row.unit.get_origin_display() if line.row.unit else "", 9),
    Column("驻点", lambda line: (line.row.stationed_at or line.row.body.region).name, 8),
    Column("队内职务", lambda line: "，兼".join((line.row.post_name, *line.on_top)), 10),
    Column("第一书记", lambda line: "是" if Post.FIRST_SECRETARY.label in line.on_top else "", 5),
    Column("任期起止", lambda line: line.term, 11),
    Column("批准文号", lambda line: line.row.document, 10),
    Column("组织关系", lambda line: line.row.party_relation, 8),
    Column("保险止期", lambda line: line.row.insured_until, 11),
    Column("电话", lambda line: mask_phone(line.person.phone) if line.person.phone else "", 12),
    Column("身份证号", lambda line: identity.masked(line.person.identity), 11),
    Column("备注", lambda line: line.row.remark, 8, left=True),
)


@verb("roster.export")
def export_roster(*, acting_user: User, text: str = "", town: Region | None = None) -> bytes:
    """The workbook of everybody the office sees today, narrowed as the list of people is. Recorded."""
    rows = rosters.named(
        rosters.people_seen(acting_user).filter(rosters.in_town(town, "body__region__path")), text
    )
    others: dict[tuple[int, int], list[str]] = defaultdict(list)
    beside = rosters.postings_seen(acting_user).filter(person__in=rows.order_by().values("person"))
    for other in beside.filter(acting_for=None).order_by("pk"):
        others[other.person_id, other.body_id].append(other.get_post_display())
    lines = [
        Line(number, row, _on_top(row, others[row.person_id, row.body_id]))
        for number, row in enumerate(rows, start=1)
    ]
    title = f"{_place(acting_user, town)}驻镇驻村工作队人员花名册"
    audit.record(
        action="roster.export",
        actor=acting_user,
        subject_kind="region",
        subject_id=town.pk if town else "",
        after={"rows": len(lines)},
    )
    beneath = [f"共 {len(lines)} 人，截至 {cn_date(clock.today(), 'year')}。电话、身份证号只显示一部分。"]
    return write(Table("花名册", COLUMNS, lines, title=title, beneath=beneath), title=title)


def _on_top(row: Appointment, posts: list[str]) -> tuple[str, ...]:
    return tuple(post for post in dict.fromkeys(posts) if post != row.get_post_display())


def _place(user: User, town: Region | None) -> str:
    """What the roster is of: the town chosen, else the place of the user's office."""
    if town is not None:
        return town.name
    scope = scope_of(user)
    names = {row.body.region.path: row.body.region.name for row in scope.appointments}
    return names.get(min(scope.paths, default=""), "")
