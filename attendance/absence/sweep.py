"""What the jobs do: list the working days nobody said anything of, and strike those that the register has explained.

Never a finding: that is a person's. Set-based, the same number of questions however many people there are; one case
a person and day by constraint, so that a second run, or two at once, change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from attendance.absence import chain
from attendance.absence.models import AbsenceAct, AbsenceCase, AbsenceSweep, CaseStep, Explained, How
from attendance.absence.powers import Rulebook
from attendance.derive import standing
from core import audit, clock, notices
from core.calendar import statutory_calendar
from core.months import month_number
from core.notices import Word
from core.verbs import verb
from leave.models import LeaveRequest
from policy.attendance import LEAVE, NOTHING_SAID, TRIP, UNEXCUSED
from policy.calendar import Calendar
from policy.chains import FORM_LABELS
from rules.settings import InForce
from teams.holders import Holders
from teams.models import Appointment, Person, Region, Team, User
from teams.models.places import path_range, paths_down_to
from teams.words import REGISTER_POSTS, BodyKind, Level

MODE, CUTOFF = "attendance.mode", "attendance.absence_cutoff"
#: Where a town keeps a register, so that a day without a word is one.
KEPT = ("register", "both")
#: Working days a job that stood still makes up for.
BACK = 5
#: Nothing is said of half a day, or only that it is to be verified.
_SILENT = (None, "", "unverified")


def cutoff(day: date, at: str, calendar: Calendar) -> datetime | None:
    """When a working day without a word is listed: the next working day at the region's hour; None for never."""
    if at == "无":
        return None
    hour, _, minute = at.partition(":")
    return clock.at(calendar.next_workday(day), int(hour), int(minute))


def _days(today: date, calendar: Calendar) -> list[date]:
    """The working days that may be listed now, oldest first."""
    return sorted(calendar.previous_workday(today, back) for back in range(1, BACK + 1))


def list_missing(*, acting_user: User | None) -> int:
    """List every working day without a fact, of each full-time posting, once the region's hour has passed.

    Where a register is kept; after leave nobody ended, everywhere: from the first working day without a fact. Only
    counties whose hour has come since they were looked at last are derived, each in a transaction of its own and in the
    same number of questions. Gives how many were listed.
    """
    return sum(
        _list_county(acting_user=acting_user, place=place, through=hours)
        for place, hours in _due(clock.today()).items()
    )


def _due(today: date) -> dict[str, dict[str, date]]:
    """County path → hour of its towns → the newest day to be listed now; only what has not been."""
    calendar, now, settings = statutory_calendar(), clock.now(), InForce()
    days = _days(today, calendar)
    counties = set(Region.objects.filter(level=Level.COUNTY).values_list("path", flat=True))
    hours: dict[str, set[str]] = defaultdict(set)
    for path in set(Team.objects.order_by().values_list("region__path", flat=True)):
        county = next((each for each in paths_down_to(path) if each in counties), path)
        hours[county].add(settings.at(path, CUTOFF))
    newest: dict[str, date | None] = {}
    for at in set().union(*hours.values()):
        over = [day for day in days if (moment := cutoff(day, at, calendar)) is not None and moment <= now]
        newest[at] = max(over, default=None)
    swept = {(row.place, row.hour): row.through for row in AbsenceSweep.objects.filter(place__in=hours)}
    found: dict[str, dict[str, date]] = {}
    for place in sorted(hours):
        for at in hours[place]:
            day = newest[at]
            if day is not None and swept.get((place, at), date.min) < day:
                found.setdefault(place, {})[at] = day
    return found


@verb("absence.sweep")
def _list_county(*, acting_user: User | None, place: str, through: dict[str, date]) -> int:
    """The days of one county up to ``through`` of each hour, those before it within BACK too: what was marked 待核
    or withdrawn since they were listed comes with the same questions. Two at once wait for each other.
    """
    for at in through:
        AbsenceSweep.objects.get_or_create(place=place, hour=at)
    locked = list(
        AbsenceSweep.objects.select_for_update().filter(place=place, hour__in=through).order_by("pk")
    )
    days = _days(clock.today(), statutory_calendar())
    low, high = path_range(place)
    inside = {"body__region__path__gte": low, "body__region__path__lt": high}
    here = Appointment.objects.full_time().filter(
        Q(valid_to=None) | Q(valid_to__gte=days[0]), valid_from__lte=days[-1], void=False, **inside
    )
    settings = InForce()
    known = set(
        AbsenceCase.objects.filter(day__in=days, person__in=here.order_by().values("person")).values_list(
            "person", "day"
        )
    )
    overdue = dict(
        LeaveRequest.objects.overdue(clock.today())
        .filter(applicant__in=here.order_by().values("person"))
        .values_list("applicant", "until")
    )
    said = standing(
        Person.objects.filter(pk__in=here.order_by().values("person")).values("pk"),
        sorted({month_number(day) for day in days}),
    )
    made = []
    for row in here.select_related("body__region", "unit").order_by("pk"):
        path = row.body.region.path
        last, kept = through.get(settings.at(path, CUTOFF)), settings.at(path, MODE) in KEPT
        until = overdue.get(row.person_id)
        if last is None:
            continue
        for day in days:
            late = until is not None and day > until
            if day > last or (row.person_id, day) in known or not row.holds(day) or not (kept or late):
                continue
            case = _missing(row, day, said.get(row.person_id, NOTHING_SAID).values.get(day, {}), late=late)
            if case is not None:
                case.opened_at = clock.now()
                known.add((row.person_id, day))
                made.append(case)
    for each in locked:
        each.through = through[each.hour]
        each.save(update_fields=["through"])
    # One event a county and day, also where nothing was listed: that it was looked at is worth knowing.
    audit.record(
        action="absence.sweep",
        actor=acting_user,
        subject_kind=chain.KIND,
        after={"cases": len(made), "through": max(through.values()).isoformat()},
        place=place,
    )
    if made:
        AbsenceCase.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
        _tell_keepers(made)
    return len(made)


def _missing(row: Appointment, day: date, values: dict[str, str], *, late: bool) -> AbsenceCase | None:
    halves = [half for half in ("am", "pm") if values.get(half) in _SILENT]
    if not halves:
        return None
    marked = any(values.get(half) for half in halves)
    return AbsenceCase(
        person_id=row.person_id,
        posting=row,
        team_id=row.body_id,
        unit=row.unit,
        day=day,
        halves="day" if len(halves) == 2 else halves[0],
        how=How.OVERDUE if late else How.MARKED if marked else How.REGISTER,
    )


def _tell_keepers(made: list[AbsenceCase]) -> None:
    """Each town's keepers hear once a day how many days wait to be verified."""
    teams = {case.team_id for case in made}
    rows = Appointment.objects.full_time().filter(body__in=teams)
    towns = {
        row.body_id: row.body.team.region.town.path
        for row in rows.select_related("body__team__region__parent")
    }
    counts: dict[str, int] = defaultdict(int)
    for case in made:
        counts[towns[case.team_id]] += 1
    keepers: dict[str, set[int]] = defaultdict(set)
    for path, user in (
        Appointment.objects.on(clock.today())
        .filter(post__in=REGISTER_POSTS, body__kind=BodyKind.OFFICE, body__region__path__in=counts)
        .exclude(person__user=None)
        .values_list("body__region__path", "person__user")
    ):
        keepers[path].add(user)
    notices.tell_all(
        Word(
            users=keepers[path],
            title=f"{number} 人次工作日没有登记，已列为待核",
            body="核实后写明情况；确实无故的，写理由认定",
            url=reverse("attendance:absences"),
            key=f"absence:pending:{path}:{clock.today()}",
        )
        for path, number in counts.items()
    )


@verb("absence.settle")
def strike_explained(*, acting_user: User | None) -> int:
    """Close what waits where the register, leave or a trip accounts for every half by now; gives how many.

    Not what somebody saw with his own eyes: a person decides of that.
    """
    waiting = list(
        AbsenceCase.objects.filter(
            state=AbsenceCase.State.PENDING, how__in=[How.REGISTER, How.MARKED, How.OVERDUE]
        ).order_by("pk")
    )
    if not waiting:
        return 0
    months = sorted({month_number(case.day) for case in waiting})
    people = Person.objects.filter(
        pk__in=AbsenceCase.objects.filter(state=AbsenceCase.State.PENDING).order_by().values("person")
    ).values("pk")
    said, closed = standing(people, months), []
    for case in waiting:
        values = said.get(case.person_id, NOTHING_SAID).values.get(case.day, {})
        found = {values.get(part) for part in case.parts}
        if found & {*_SILENT, UNEXCUSED}:
            continue
        case.explained_with = (
            Explained.LEAVE
            if found == {LEAVE}
            else Explained.TRIP
            if found == {TRIP}
            else Explained.CORRECTION
        )
        case.state, case.closed_at = AbsenceCase.State.EXPLAINED, clock.now()
        closed.append(case)
    if not closed:
        return 0
    AbsenceCase.objects.bulk_update(closed, ["explained_with", "state", "closed_at"], batch_size=500)
    AbsenceAct.objects.bulk_create(
        [
            AbsenceAct(
                case=case, what=AbsenceAct.What.EXPLAINED, at=clock.now(), note="台账上已有登记，自动核销"
            )
            for case in closed
        ],
        batch_size=500,
    )
    audit.record(
        action="absence.settle", actor=acting_user, subject_kind=chain.KIND, after={"cases": len(closed)}
    )
    return len(closed)


@verb("absence.sweep")
def find_holders(*, acting_user: User | None) -> int:
    """Steps that began while nobody was registered for them get their office once it is; gives how many did."""
    rows = CaseStep.objects.filter(started_at__isnull=False, done_at=None, dropped_at=None, body=None)
    found = 0
    for row in rows.exclude(party=chain.SELF).select_related(
        "case__posting__body__region", "case__posting__body__team", "case__posting__unit"
    ):
        rule = chain.rule_of(row.case)
        step = next((each for each in rule.steps if each.code == row.code), None) if rule else None
        if step is None or not chain.resolve(row, step, Rulebook(row.case, clock.today())):
            continue
        row.save(update_fields=["post", "body", "joint_body", "sent_to"])
        chain.start_clock(row.case, row)
        found += 1
    if found:
        audit.record(
            action="absence.sweep", actor=acting_user, subject_kind=chain.KIND, after={"cases": found}
        )
    return found


def reminders() -> list[Word]:
    """Whose step runs out today or has run out hears of it, once for each."""
    now, today = clock.now(), clock.today()
    rows = list(
        CaseStep.objects.filter(
            started_at__isnull=False, done_at=None, dropped_at=None, due__lt=timezone.make_aware(
                datetime.combine(today + timedelta(days=1), time.min)
            ),
        )
        .select_related("case__person__user")
        .order_by("pk")
    )  # fmt: skip
    pairs: dict[tuple[str, int], set[int]] = {}
    for pair in {pair for row in rows for pair in row.pairs}:
        pairs[pair] = set()
    if pairs:
        holders = Holders(pairs, today, clock.half_now())
        pairs = {pair: holders.users([pair]) for pair in pairs}
    said = []
    for row in rows:
        assert row.due is not None
        late = row.due < now
        own: Any = getattr(row.case.person, "user", None)
        users = set().union(*(pairs[pair] for pair in row.pairs)) if row.pairs else {own.pk} if own else set()
        when = f"{timezone.localtime(row.due):%m月%d日}" if late else "今天"
        said.append(
            Word(
                users=users,
                title=f"{FORM_LABELS[row.form]}{'已超期' if late else '今天到期'}：{row.case}",
                body=f"{row.what}，{when}前",
                url=row.case.get_absolute_url(),
                key=f"absence:{row.case_id}:{row.round}:{row.code}:{'late' if late else 'due'}",
                subject_kind=chain.KIND,
                subject_id=row.case_id,
            )
        )
    return [word for word in said if word.users]
