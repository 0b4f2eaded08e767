"""Making reports due and building them: part by part, each in a transaction of its own, so that a killed run is taken
up where it stopped and whatever is asked twice is made once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse

from attendance.lines import lines_of, postings_of
from attendance.reports.models import MonthReport, ReportPart
from attendance.reports.workbook import TeamPage, county_workbook, town_workbook
from attendance.sheets import MonthLine, MonthSheet
from core import audit, clock, notices
from core.calendar import statutory_calendar
from core.digest import checksum
from core.errors import NotYours
from core.months import bounds, month_number, month_words
from core.outbox.wake import wake
from core.verbs import verb
from teams.models import Appointment, Region, Team, User
from teams.models.places import path_range
from teams.scope import KEEPING_FUNCTIONS, scope_of
from teams.words import REGISTER_POSTS, BodyKind, Level

#: So long a run keeps a report to itself without finishing a part.
CLAIM = timedelta(minutes=5)
BUILD = "attendance.build_reports"
Kind = MonthReport.Kind


def counties_of(user: User) -> list[Region]:
    """The counties whose reports the user may ask for: where his office keeps people's papers."""
    scope = scope_of(user)
    if not scope.holds_function(KEEPING_FUNCTIONS):
        return []
    return list(
        Region.objects.filter(path__in=scope.paths, level=Level.COUNTY, valid_to=None).order_by("path")
    )


@verb("month_report.ask")
def ask(*, acting_user: User, county_id: int, month: date, form_key: str) -> MonthReport:
    """A provisional report of what stands now; the same ``form_key`` asks once. NotYours for other counties."""
    county = next((each for each in counties_of(acting_user) if each.pk == county_id), None)
    if county is None or month > clock.today():
        raise NotYours("not_yours", "没有这个县")
    report = due(county, month, Kind.PROVISIONAL, f"asked-{form_key}"[:64], asked_by=acting_user)
    audit.record(
        action="month_report.ask",
        actor=acting_user,
        subject_kind="month_report",
        subject_id=report.pk,
        after={"month": report.month, "version": report.version},
        place=county.path,
    )
    return report


def due(
    county: Region,
    month: date,
    kind: str,
    basis: str,
    *,
    sheets: Iterable[int] = (),
    asked_by: User | None = None,
) -> MonthReport:
    """The report of this basis, made due if it is not there yet; inside the caller's transaction."""
    list(Region.objects.select_for_update(no_key=True).filter(pk=county.pk).values_list("pk"))
    number = month_number(month)
    found = MonthReport.objects.filter(county=county, month=number, basis=basis).first()
    if found is not None:
        return found
    # Beat asks every minute; whoever has just asked need not wait for it.
    transaction.on_commit(lambda: wake(BUILD))
    newest = MonthReport.objects.filter(county=county, month=number).aggregate(n=Max("version"))["n"] or 0
    return MonthReport.objects.create(
        county=county,
        month=number,
        version=newest + 1,
        kind=kind,
        basis=basis,
        sheets=sorted(sheets),
        towns=sorted({team.region.town.path for team in teams_of(county, month)}),
        asked_by=asked_by,
        asked_at=clock.now(),
    )


def teams_of(county: Region, month: date) -> list[Team]:
    """The teams of the county that have full-time people in the month."""
    low, high = path_range(county.path)
    first, last = bounds(month)
    posted = (
        Appointment.objects.full_time()
        .filter(void=False, body__region__path__gte=low, body__region__path__lt=high, valid_from__lte=last)
        .exclude(valid_to__lt=first)
    )
    return list(
        Team.objects.filter(pk__in=posted.order_by().values("body"))
        .select_related("region__parent")
        .order_by("region__path", "pk")
    )


def final_if_closed(sheet: MonthSheet) -> MonthReport | None:
    """Where the closing of ``sheet`` was the county's last, its final report; inside the closing's transaction.

    The county's row is locked first, so that of two towns that close at once the later sees both.
    """
    paths = sheet.team.region.ancestor_paths()
    county = Region.objects.filter(path__in=paths, level=Level.COUNTY, valid_to=None).first()
    if county is None:
        return None
    list(Region.objects.select_for_update(no_key=True).filter(pk=county.pk).values_list("pk"))
    teams = {team.pk for team in teams_of(county, sheet.first)}
    rows = MonthSheet.objects.filter(team__in=teams, month=sheet.month, state=MonthSheet.State.CLOSED)
    closed = dict(rows.values_list("team", "pk"))
    if set(closed) != teams:
        return None
    ids = sorted(closed.values())
    return due(county, sheet.first, Kind.FINAL, checksum(ids), sheets=ids)


def begin_month(month: date) -> int:
    """Make the provisional reports of a month due, one for each county with teams; how many are new."""
    made = 0
    for county in Region.objects.filter(level=Level.COUNTY, valid_to=None).order_by("path"):
        with transaction.atomic():
            number = month_number(month)
            if MonthReport.objects.filter(county=county, month=number, basis="first").exists():
                continue
            if teams_of(county, month):
                due(county, month, Kind.PROVISIONAL, "first")
                made += 1
    return made


def build_due() -> int:
    """Build everything that is due and that nobody else is building; how many were finished."""
    finished = 0
    for pk in MonthReport.objects.filter(finished_at=None).order_by("asked_at").values_list("pk", flat=True):
        if _claim(pk):
            build(MonthReport.objects.select_related("county").get(pk=pk))
            finished += 1
    return finished


def _claim(pk: int) -> bool:
    now = clock.machine_now()
    free = MonthReport.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now), pk=pk, finished_at=None
    )
    return free.update(claimed_until=now + CLAIM) == 1


def build(report: MonthReport) -> None:
    """Make the parts that are missing, then the county's own, and finish; several at once make each part once."""
    have = set(report.parts.values_list("path", flat=True))
    towns = {row.path: row for row in Region.objects.filter(path__in=report.towns, valid_to=None)}
    for path in report.towns:
        if path not in have and path in towns:
            _town_part(report, towns[path])
            MonthReport.objects.filter(pk=report.pk, finished_at=None).update(
                claimed_until=clock.machine_now() + CLAIM
            )
    _finish(report)


def _town_part(report: MonthReport, town: Region) -> None:
    month = report.first
    teams = [team for team in teams_of(report.county, month) if team.region.town.path == town.path]
    pages, kept = [], []
    closed = _closed(report, teams)
    by_team = _lines(teams, closed, month)
    for team in teams:
        lines = [{**line.content, "team": str(team)} for line in by_team.get(team.pk, [])]
        kept += lines
        pages.append(TeamPage(team=str(team), said=_said(report, closed.get(team.pk)), lines=lines))
    title = f"{town.name}{month_words(month)}出勤登记表"
    _keep(report, town, kept, town_workbook(title=title, month=month, pages=pages))


def _closed(report: MonthReport, teams: list[Team]) -> dict[int, MonthSheet]:
    """The closed sheets a report rests on, by team: a final one on those it was made of, a provisional one on today's."""
    if report.kind == Kind.FINAL:
        rows = MonthSheet.objects.filter(pk__in=report.sheets, team__in=teams)
    else:
        rows = MonthSheet.objects.filter(team__in=teams, month=report.month, state=MonthSheet.State.CLOSED)
    return {sheet.team_id: sheet for sheet in rows}


def _lines(teams: list[Team], closed: dict[int, MonthSheet], month: date) -> dict[int, list[MonthLine]]:
    """The lines of each team: what is closed as it was closed, anything else as it stands now."""
    found: dict[int, list[MonthLine]] = defaultdict(list)
    frozen = MonthLine.objects.filter(sheet__in=[sheet.pk for sheet in closed.values()])
    for line in frozen.select_related("sheet").order_by("sheet", "order"):
        found[line.sheet.team_id].append(line)
    live = [team.pk for team in teams if team.pk not in closed]
    for line in lines_of(postings_of(live, month), month, closed=False) if live else ():
        found[line.appointment.body_id].append(line)
    return found


def _said(report: MonthReport, sheet: MonthSheet | None = None) -> str:
    estimate = statutory_calendar().is_estimate(report.first)
    word = "正式，按关账的内容" if report.kind == Kind.FINAL else "临时，没有全部关账，以关账后的正式表为准"
    if sheet is not None and report.kind != Kind.FINAL:
        word += "；本队已关账，按关账的内容"
    rest = "；放假安排还没有公布，按周末推算" if estimate else ""
    return f"第 {report.version} 版（{word}{rest}）"


def _keep(report: MonthReport, place: Region, lines: list[dict[str, Any]], workbook: bytes) -> None:
    ReportPart.objects.bulk_create(
        [
            ReportPart(
                report=report,
                path=place.path,
                name=place.name,
                people=len(lines),
                hash=checksum(lines),
                lines=lines,
                workbook=workbook,
                made_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def _finish(report: MonthReport) -> None:
    """The county's summary, the checksum over all parts, and the messages: all of them or none, once."""
    locked = MonthReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if locked.finished_at is not None:
        return
    month, county = report.first, report.county
    parts = list(report.parts.exclude(path=county.path).defer("workbook").order_by("path"))
    title = f"{county.name}{month_words(month)}出勤汇总表"
    book = county_workbook(title=title, said=_said(report), towns=[(part.name, part.lines) for part in parts])
    everybody = [line for part in parts for line in part.lines]
    _keep(report, county, everybody, book)
    locked.hash = checksum([[part.path, part.hash] for part in parts])
    locked.finished_at, locked.claimed_until = clock.now(), None
    locked.save(update_fields=["hash", "finished_at", "claimed_until"])
    audit.record(
        action="month_report.finish",
        actor=None,
        subject_kind="month_report",
        subject_id=report.pk,
        after={"month": report.month, "version": report.version, "hash": locked.hash},
        place=county.path,
    )
    notices.tell(
        users=_readers(locked, [*report.towns, county.path]),
        title=f"{county.name}{month_words(month)}出勤登记表已生成（{locked.get_kind_display()}）",
        url=f"{reverse('attendance:reports')}?month={month:%Y-%m}",
        key=f"month_report:{report.pk}",
    )


def _readers(report: MonthReport, places: list[str]) -> set[int]:
    """Who keeps the towns' registers, the county's offices that keep people's papers, and who asked."""
    today = clock.today()
    if report.asked_by_id is not None:
        return {report.asked_by_id}
    rows = Appointment.objects.on(today).filter(body__kind=BodyKind.OFFICE).exclude(person__user=None)
    town = rows.filter(post__in=REGISTER_POSTS, body__region__path__in=places)
    county = rows.filter(
        body__region__path=places[-1], body__office__functions__function__in=KEEPING_FUNCTIONS
    )
    return {*town.values_list("person__user", flat=True), *county.values_list("person__user", flat=True)}
