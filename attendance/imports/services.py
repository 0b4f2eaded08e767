"""The verbs of 考勤导入: look through, look through again, carry out, give up; and who may import for which teams."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet

from attendance.imports.models import RegisterImport
from attendance.imports.planning import KINDS, Plan, plan
from attendance.imports.reading import Book, read
from attendance.keepers import kept_teams
from attendance.models import Fact
from attendance.reports.building import counties_of
from attendance.sheets import refuse_held
from core import audit, clock, imported
from core.errors import Conflict, NotYours, Refused
from core.imported import ToMend
from core.months import month_number
from core.verbs import verb
from teams.away import lock_people
from teams.models import Team, User
from teams.models.dated import in_force
from teams.models.places import STEP, path_range

S = RegisterImport.State
#: So many rows go to the database at once.
BATCH = 2000


def teams_for(user: User) -> QuerySet[Team]:
    """The teams for which the user may import: whose register he keeps, and those of his county's managing office."""
    query = Q(pk__in=kept_teams(user).values("pk"))
    for county in counties_of(user):
        low, high = path_range(county.path)
        query |= Q(region__path__gte=low, region__path__lt=high)
    rows = Team.objects.filter(in_force(clock.today())).filter(query)
    return rows.select_related("region__parent").order_by("region__path", "pk")


def seen_by(user: User) -> list[RegisterImport]:
    """The user's own imports for teams he still keeps, newest first."""
    rows = RegisterImport.objects.filter(uploaded_by=user.pk).defer("content")
    mine = set(teams_for(user).values_list("pk", flat=True)) if rows.exists() else set()
    return [row for row in rows if mine.issuperset(row.teams)]


@verb("register_import.check")
def check(*, acting_user: User, month: date, file: UploadedFile) -> RegisterImport:
    """Look through a workbook of a month and keep it until it is confirmed or given up.

    Raises NotYours for who keeps no register, Refused for the file as a whole, ToMend with every cell that cannot be
    taken, Conflict where the month of one of the teams is being closed or closed.
    """
    teams = _teams(acting_user)
    if month > clock.today():
        raise Refused("month", "这个月还没有到，选对月份", field="month")
    taken = imported.take(file)
    book = read(taken.sheets, month)
    made = _plan(acting_user, teams, month, book)
    row = RegisterImport.objects.create(
        **taken.columns,
        month=month_number(month),
        teams=sorted(made.teams),
        lines=made.lines,
        notes=book.notes,
        plan_hash=made.fingerprint,
        uploaded_by=acting_user,
        uploaded_at=clock.now(),
    )
    _record("register_import.check", row, acting_user, teams, made)
    return row


@verb("register_import.recheck")
def recheck(*, import_id: int, acting_user: User) -> RegisterImport:
    """Compare the kept workbook with what stands by now, and keep the new outcome."""
    teams = _teams(acting_user)
    row = _own(import_id, acting_user, teams)
    row.refuse_settled()
    made = _plan(acting_user, teams, row.first, read(row.sheets, row.first))
    row.lines, row.plan_hash, row.teams = made.lines, made.fingerprint, sorted(made.teams)
    row.save(update_fields=["lines", "plan_hash", "teams"])
    _record("register_import.recheck", row, acting_user, teams, made)
    return row


@verb("register_import.apply")
def apply(*, import_id: int, acting_user: User, plan_hash: str) -> RegisterImport:
    """Write exactly what the page showed, all of it or nothing; a second confirmation shows the first one's outcome.

    Raises Conflict where something was entered since that makes it do something else.
    """
    teams = _teams(acting_user)
    row = _own(import_id, acting_user, teams)
    if row.state == S.APPLIED:
        return row
    row.refuse_settled()
    book = read(row.sheets, row.first)
    # The locks of entering by hand, in its order: what was written meanwhile is in, or is told.
    seen = plan(acting_user, teams, row.first, book)
    people = {each.person for each in seen.writes}
    lock_people(people)
    try:
        made = _plan(acting_user, teams, row.first, book)
    except ToMend as changed:
        raise imported.outdated() from changed
    if not made.fingerprint == row.plan_hash == plan_hash:
        raise imported.outdated()
    Fact.objects.bulk_create(made.facts(acting_user, clock.now()), batch_size=BATCH)
    row.settle(S.APPLIED, acting_user)
    _record("register_import.apply", row, acting_user, teams, made)
    return row


@verb("register_import.drop")
def drop(*, import_id: int, acting_user: User) -> RegisterImport:
    """Give an import up; the workbook is not kept."""
    teams = _teams(acting_user)
    row = _own(import_id, acting_user, teams)
    if row.state == S.DROPPED:
        return row
    row.refuse_settled()
    row.settle(S.DROPPED, acting_user)
    _record("register_import.drop", row, acting_user, teams)
    return row


@verb("register_import.expire")
def expire(*, acting_user: User | None) -> int:
    """Clear the workbooks that nobody has confirmed or given up in thirty days; how many."""
    found = imported.expire(RegisterImport.objects.all())
    for row in found:
        _record("register_import.expire", row, acting_user, Team.objects.filter(pk__in=row.teams))
    return len(found)


def _teams(user: User) -> list[Team]:
    teams = list(teams_for(user))
    if not teams:
        raise NotYours("not_yours", "没有您登记的工作队")
    return teams


def _plan(user: User, teams: list[Team], month: date, book: Book) -> Plan:
    made = plan(user, teams, month, book)
    if made.problems:
        raise ToMend(made.problems, "register_rows")
    try:
        refuse_held(made.teams, month_number(month))
    except Conflict as held:
        raise Refused(held.code, f"{held.sentence}。什么都没有导入", field="file") from held
    return made


def _own(import_id: int, user: User, teams: Iterable[Team]) -> RegisterImport:
    rows = RegisterImport.objects.select_for_update(of=("self",)).filter(uploaded_by=user.pk)
    row = rows.filter(pk=import_id).first()
    if row is None or not {team.pk for team in teams}.issuperset(row.teams):
        raise NotYours("not_yours", "没有这次导入")
    return row


def _record(
    action: str, row: RegisterImport, user: User | None, teams: Iterable[Team], made: Plan | None = None
) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind="register_import",
        subject_id=row.pk,
        after={
            "month": row.month,
            "teams": len(row.teams),
            "sha256": row.sha256,
            **({"entries": len(made.writes)} if made is not None else {}),
            **{kind: row.count(kind) for kind in KINDS},
        },
        place=_shared([team.region.path for team in teams if team.pk in row.teams]),
    )


def _shared(paths: list[str]) -> str:
    """The place that all of them lie in."""
    place = min(paths, default="")
    while place and not all(path.startswith(place) for path in paths):
        place = place[:-STEP]
    return place
