"""The verbs of 名册导入: look through, look through again, carry out, give up."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile

from core import audit, clock, imported
from core.errors import Conflict, Declined, NotYours
from core.imported import ToMend
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
from teams.imports.reading import Book, read
from teams.models import Region, User
from teams.models.imports import RosterImport
from teams.scope import scope_of
from teams.words import Duty, Level

S = RosterImport.State


@verb("roster.check")
def check_roster(*, acting_user: User, region_id: int, file: UploadedFile) -> RosterImport:
    """Look through a workbook for one county and keep it until it is confirmed or given up.

    Raises Refused for the file as a whole, ToMend with every row that cannot be taken.
    """
    region = _county(acting_user, region_id)
    taken = imported.take(file)
    book = read(taken.sheets)
    plan = _plan(region, book)
    row = RosterImport.objects.create(
        region=region,
        **taken.columns,
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
    plan = _plan(row.region, read(row.sheets))
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
        plan = _plan(row.region, read(row.sheets))
    except ToMend as changed:
        raise imported.outdated() from changed
    if not plan.fingerprint == row.plan_hash == plan_hash:
        raise imported.outdated()
    _carry_out(plan, acting_user)
    row.settle(S.APPLIED, acting_user)
    _record("roster.apply", row, acting_user)
    return row


@verb("roster.drop")
def drop_roster(*, import_id: int, acting_user: User) -> RosterImport:
    """Give an import up; the workbook is not kept."""
    row = _own(import_id, acting_user)
    if row.state == S.DROPPED:
        return row
    row = _waiting(import_id, acting_user)
    row.settle(S.DROPPED, acting_user)
    _record("roster.drop", row, acting_user)
    return row


@verb("roster.expire")
def expire_rosters(*, acting_user: User | None) -> int:
    """Clear the workbooks that nobody has confirmed or given up in thirty days; how many.

    They hold identity numbers, which nobody may leave lying about; what was shown of them stays.
    """
    found = imported.expire(RosterImport.objects.all())
    for row in found:
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
        except Declined as refused:
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
        raise ToMend(plan.problems, "roster_rows")
    return plan


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
    row.refuse_settled()
    return row


def _record(action: str, row: RosterImport, user: User | None) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind="roster_import",
        subject_id=row.pk,
        after={"region": row.region_id, "sha256": row.sha256, **{kind: row.count(kind) for kind in KINDS}},
    )
