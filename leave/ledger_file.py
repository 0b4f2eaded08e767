"""The register as the workbook that goes upwards: what was asked for stands in its heading, totals in its last row."""

from __future__ import annotations

from core import audit, clock
from core.errors import Refused
from core.templatetags.zhubang import cn_date
from core.verbs import verb
from core.workbooks import Column, Table, write
from leave.ledger import Line, ledger_of, lines_of
from leave.ledger_form import LedgerForm
from teams.models import User
from teams.scope import scope_of

NAME = "请销假台账.xlsx"
#: More lines than these are no register any more, and a workbook nobody opens.
MOST = 20_000

COLUMNS: tuple[Column[Line], ...] = (
    Column("编号", lambda line: line.number, 12),
    Column("姓名", lambda line: line.name, 9),
    Column("驻点", lambda line: line.place, 18, left=True),
    Column("派出单位", lambda line: line.unit, 16, left=True),
    Column("类别", lambda line: line.kind, 12),
    Column("开始", lambda line: line.start, 15.5),
    Column("结束", lambda line: line.end, 15.5),
    Column("离岗天数", lambda line: line.halves / 2, 9),
    Column("批准人及身份", lambda line: "\n".join(line.decided_by), 30, left=True),
    Column("批准时间", lambda line: line.decided_at, 16.5),
    Column("备案", lambda line: line.filed, 19, left=True),
    Column("返岗", lambda line: line.back, 15.5),
    Column("销假时间", lambda line: line.back_at, 16.5),
    Column("状态", lambda line: line.status[1], 14),
)


@verb("leave.export_ledger")
def export_ledger(*, acting_user: User, form: LedgerForm) -> bytes:
    """The workbook of everything the viewer asked for, in the register's order. Recorded.

    Raises Refused for more than 20,000 lines.
    """
    ledger = ledger_of(acting_user, form.wanted)
    totals = ledger.totals()
    if totals.lines > MOST:
        raise Refused("too_many", f"一共 {totals.lines} 件，一份表格最多 {MOST} 件，把时间或范围选小一点")
    lines = lines_of(list(ledger.keys()))
    held = totals.leave_halves + totals.trip_halves
    sum_line = Line(number="合计", name=f"{totals.lines} 件", halves=held)
    title = f"{_place(acting_user)}驻镇驻村人员请销假台账"
    audit.record(
        action="leave.export_ledger",
        actor=acting_user,
        subject_kind="region",
        subject_id="",
        after={"rows": len(lines), "asked": form.said},
    )
    beneath = [
        f"{totals.words}。",
        "合计的离岗天数只算已批准、口头同意、已销假的请假和没有取消的因公外出；续假并入原来的请假。",
        f"截至 {cn_date(clock.today(), 'year')}。",
    ]
    table = Table("请销假台账", COLUMNS, [*lines, sum_line], title=title, said=form.said, beneath=beneath)
    return write(table, title=title)


def _place(user: User) -> str:
    """Whose register it is: the place of the viewer's office, else the body he serves in."""
    scope = scope_of(user)
    names = {row.body.region.path: row.body.region.name for row in scope.appointments}
    if scope.paths:
        return names.get(min(scope.paths), "")
    bodies = [str(row.body) for row in scope.appointments if row.body_id in scope.team_ids | scope.unit_ids]
    return bodies[0] if bodies else ""
