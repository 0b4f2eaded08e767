"""The verbs of 名册导入: look through, look through again, carry out, give up."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile

from core import audit, clock, upload_guard
from core.errors import Conflict, NotYours, Refused
from core.verbs import verb
from teams.imports.county import County
from teams.imports.fields import PAIRINGS, PEOPLE, REGIONS, TEAMS, UNITS
from teams.imports.people_plan import plan_people
from teams.imports.planning import (
    ENDED,
    KINDS,
    Plan,
    begin,
    plan_pairings,
    plan_regions,
    plan_teams,
    plan_units,
)
from teams.imports.reading import Book, Problem, read
from teams.models import Region, User
from teams.models.imports import RosterImport
from teams.scope import scope_of
from teams.words import Duty, Level

MAX_BYTES = 3 * 1024 * 1024
#: How long a workbook waits to be confirmed.
KEPT_UNCONFIRMED = timedelta(days=30)
S = RosterImport.State


class ToMend(Refused):
    """Rows of the workbook cannot be taken: every one of them is named, nothing has been written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("roster_rows", f"有 {len(problems)} 处要改，什么都没有导入", field="file")
        self.problems = list(problems)


@verb("roster.check")
def check_roster(*, acting_user: User, region_id: int, file: UploadedFile) -> RosterImport:
    """Look through a workbook for one county and keep it until it is confirmed or given up.

    Raises Refused for the file as a whole, ToMend with every row that cannot be taken.
    """
    region = _county(acting_user, region_id)
    name = PurePath(file.name or "").name[:200]
    if PurePath(name).suffix.lower() != ".xlsx":
        raise Refused("file_kind", f"“{name}”不是 .xlsx 文件，在表格软件里另存为 .xlsx 再上传", field="file")
    if (file.size or 0) > MAX_BYTES:
        raise Refused("file_size", f"“{name}”超过 3 MB，删去不用的工作表和图片再上传", field="file")
    content = file.read()
    book = read(upload_guard.read_workbook(content, name=name, field="file"))
    plan = _plan(region, book)
    row = RosterImport.objects.create(
        region=region,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        content=base64.b64encode(content).decode(),
        lines=plan.lines(),
        notes=book.notes,
        plan_hash=plan.fingerprint,
        uploaded_by=acting_user,
        uploaded_at=clock.now(),
    )
    _record("roster.check", row, acting_user)
    return row


@verb("roster.recheck")
def recheck_roster(*, import_id: int, acting_user: User) -> RosterImport:
    """Compare the kept workbook with what is registered by now, and keep the new outcome."""
    row = _waiting(import_id, acting_user)
    plan = _plan(row.region, _kept(row))
    row.lines, row.plan_hash = plan.lines(), plan.fingerprint
    row.save(update_fields=["lines", "plan_hash"])
    _record("roster.recheck", row, acting_user)
    return row


@verb("roster.apply")
def apply_roster(*, import_id: int, acting_user: User, plan_hash: str) -> RosterImport:
    """Carry out exactly what the page showed, all of it or nothing.

    A second confirmation of the same import shows the first one's outcome. Raises Conflict when what is
    registered has changed since in a way that would make it do something else.
    """
    row = _own(import_id, acting_user)
    if row.state == S.APPLIED:
        return row
    row = _waiting(import_id, acting_user)
    # One import at a time into a county; the row of the county is the mutex.
    Region.objects.select_for_update().get(pk=row.region_id)
    try:
        plan = _plan(row.region, _kept(row))
    except ToMend as changed:
        raise _outdated() from changed
    if not plan.fingerprint == row.plan_hash == plan_hash:
        raise _outdated()
    _carry_out(plan, acting_user)
    row.state, row.content = S.APPLIED, ""
    row.settled_by, row.settled_at = acting_user, clock.now()
    row.save(update_fields=["state", "content", "settled_by", "settled_at"])
    _record("roster.apply", row, acting_user)
    return row


@verb("roster.drop")
def drop_roster(*, import_id: int, acting_user: User) -> RosterImport:
    """Give an import up; the workbook is not kept."""
    row = _own(import_id, acting_user)
    if row.state == S.DROPPED:
        return row
    row = _waiting(import_id, acting_user)
    row.state, row.content = S.DROPPED, ""
    row.settled_by, row.settled_at = acting_user, clock.now()
    row.save(update_fields=["state", "content", "settled_by", "settled_at"])
    _record("roster.drop", row, acting_user)
    return row


@verb("roster.expire")
def expire_rosters(*, acting_user: User | None) -> int:
    """Clear the workbooks that nobody has confirmed or given up in thirty days; how many.

    They hold identity numbers, which nobody may leave lying about; what was shown of them stays.
    """
    rows = RosterImport.objects.select_for_update().filter(
        state=S.CHECKED, uploaded_at__lt=clock.now() - KEPT_UNCONFIRMED
    )
    found = list(rows)
    for row in found:
        row.state, row.content, row.settled_at = S.EXPIRED, "", clock.now()
        row.save(update_fields=["state", "content", "settled_at"])
        _record("roster.expire", row, acting_user)
    return len(found)


def _carry_out(plan: Plan, acting_user: User) -> None:
    """Places before bodies before people before pairings; among people, what ends before what begins."""
    order = [REGIONS, UNITS, TEAMS, PEOPLE, PAIRINGS]
    steps = sorted(plan.steps, key=lambda step: (order.index(step.row.kind), step.kind != ENDED))
    for step in steps:
        if step.act is None:
            continue
        try:
            step.act(acting_user)
        except Refused as refused:
            where = f"“{step.row.sheet}”第 {step.row.number} 行"
            raise Conflict(refused.code, f"{where}：{refused.sentence}。什么都没有导入") from refused


def _plan(region: Region, book: Book) -> Plan:
    county = County(region, book)
    plan = begin(county, book)
    plan.problems += book.problems
    plan_regions(plan, book.of(REGIONS))
    plan_units(plan, book.of(UNITS))
    plan_teams(plan, book.of(TEAMS))
    plan_people(plan, book.of(PEOPLE))
    plan_pairings(plan, book.of(PAIRINGS))
    if plan.problems:
        raise ToMend(plan.problems)
    return plan


def _kept(row: RosterImport) -> Book:
    content = base64.b64decode(row.content)
    return read(upload_guard.read_workbook(content, name=row.name, field="file"))


def _outdated() -> Conflict:
    return Conflict("roster_outdated", "核对以后，系统里的登记又有变动，这份结果已经不准。重新核对一次再确认")


def _county(user: User, region_id: int) -> Region:
    """The county, if this account administers it."""
    mine = Region.objects.filter(scope_of(user).administered_q("path"), level=Level.COUNTY, valid_to=None)
    region = mine.filter(pk=region_id).first() if user.duty == Duty.SYSTEM else None
    if region is None:
        raise NotYours("not_yours", "没有这个县（市、区）")
    return region


def _own(import_id: int, user: User) -> RosterImport:
    rows = RosterImport.objects.select_for_update(of=("self",)).select_related("region")
    row = rows.administered_by(user).filter(pk=import_id).first() if user.duty == Duty.SYSTEM else None
    if row is None:
        raise NotYours("not_yours", "没有这次导入")
    return row


def _waiting(import_id: int, user: User) -> RosterImport:
    row = _own(import_id, user)
    if row.state != S.CHECKED:
        raise Conflict("roster_settled", f"这次导入{row.get_state_display()}，要再导入就重新上传")
    return row


def _record(action: str, row: RosterImport, user: User | None) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind="roster_import",
        subject_id=row.pk,
        after={"region": row.region_id, "sha256": row.sha256, **{kind: row.count(kind) for kind in KINDS}},
    )
