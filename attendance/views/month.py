"""One person's month: a calendar of marks, one day's facts, and how the quota stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance import history, selectors
from attendance.absence.models import AbsenceCase
from attendance.clauses import COUNTED
from attendance.frozen import counting
from attendance.keepers import kept_among
from attendance.sheets import MonthSheet, standing_sheets
from attendance.standing import Quotas, unregistered, workdays_so_far
from attendance.views import objection
from attendance.views.closed import later_than
from core import clock
from core.access import access
from core.calendar import statutory_calendar
from core.months import beside, bounds, month_asked, month_number
from policy import dayset
from policy.attendance import NOTHING_SAID, VISIT, PersonDays, Shown, shown
from policy.basis import cite
from policy.carries import carries
from policy.days import format_days
from policy.periods import period_of
from policy.quota import QuotaResult, QuotaState
from rules.book import rule_book
from teams.models import Appointment, Person, Team
from teams.scope import scope_of


@dataclass(frozen=True)
class Square:
    """One day of the calendar; without a ``mark`` it is outside the month or the posting."""

    date: date
    mark: Shown | None
    url: str
    today: bool
    selected: bool
    later: bool = False


@access("attendance")
@require_safe
@carries(*COUNTED)
def mine(http: HttpRequest) -> HttpResponse:
    """The viewer's own month."""
    person_id = scope_of(http.user).person_id
    if person_id is None:
        raise Http404
    return _page(http, get_object_or_404(Person, pk=person_id), own=True)


@access("attendance")
@require_safe
@carries(*COUNTED)
def person(http: HttpRequest, pk: int) -> HttpResponse:
    """The month of somebody the viewer looks after: a unit its own people, a captain his team, a county all."""
    found = get_object_or_404(Person.objects.visible_to(http.user), pk=pk)
    return _page(http, found, own=found.pk == scope_of(http.user).person_id)


def _page(http: HttpRequest, person: Person, *, own: bool) -> HttpResponse:
    today = clock.today()
    month = month_asked(http.GET.get("month", ""), today)
    first, last = bounds(month)
    rows = list(selectors.seen_postings(http.user, person.pk, first, last))
    # Somebody whose person one sees, but never his attendance (a team-mate), is answered as if there were no page.
    if (
        not rows
        and not own
        and not selectors.seen_postings(http.user, person.pk, date.min, date.max).exists()
    ):
        raise Http404
    people = Person.objects.filter(pk=person.pk).values("pk")
    around = sorted(
        {month_number(day) for day in (first - timedelta(days=7), first, last + timedelta(days=7))}
    )
    every = counting(people, around).get(person.pk, NOTHING_SAID)
    period = period_of("month", month)
    held = dayset.NONE
    for row in rows:
        held |= dayset.stretch(row.valid_from, row.valid_to)
    in_month = every.among(held & dayset.stretch(first, last))
    silent = unregistered(in_month, held, workdays_so_far(period))
    sheets = standing_sheets({row.body_id for row in rows}, month_number(month))
    closed = bool(rows) and all(
        row.body_id in sheets and sheets[row.body_id].state == MonthSheet.State.CLOSED for row in rows
    )
    changed = later_than(sheets.values(), month) if in_month.differs else []
    changed = [each for each in changed if each.line.appointment.person_id == person.pk]
    results = Quotas(people, period, whole=True).of(person.pk, every) if rows else []
    selected = _selected(http.GET.get("day", ""), month, today)
    here = http.path
    weeks = _weeks(here, month, in_month, rows, today, selected)
    totals = in_month.totals
    before, after = beside(month)
    chosen = selected is not None and any(row.holds(selected) for row in rows)
    context: dict[str, Any] = {
        "person": person,
        **objection.shown(http.user, person, month, own=own),
        "own": own,
        "closed": closed,
        "own_cases": own and AbsenceCase.objects.filter(person=person.pk).exists(),
        "changed": changed,
        "changed_today": next((each for each in changed if each.day == selected), None),
        "visits": any((half, VISIT) in in_month.said for half in ("am", "pm")),
        "sheet_url": _sheet_url(http, sheets) if changed else "",
        "month": month,
        "rows": rows,
        "entries": [] if own or month > today else _entries(http, rows, sheets, month),
        "weeks": weeks,
        "figures": _figures(totals, results),
        "quotas": [_line(each, silent) for each in results if each.need.rule.per != "week"],
        "weekly": _by_week([each for each in results if each.need.rule.per == "week"], silent),
        "silent": silent,
        "day": selected if chosen else None,
        "sayings": history.sayings(http.user, person.pk, selected) if chosen and selected else [],
        "absences": history.absences(http.user, person.pk, selected) if chosen and selected else [],
        "before_url": f"{here}?month={before:%Y-%m}",
        "after_url": f"{here}?month={after:%Y-%m}" if after <= today else "",
        "estimate": f"{month.year} 年" if statutory_calendar().is_estimate(month) else "",
        "back_url": reverse("overview:home") if own else person.get_absolute_url(),
    }
    return render(http, "attendance/month.html", context)


def _entries(
    http: HttpRequest, rows: list[Appointment], sheets: dict[int, MonthSheet], month: date
) -> list[dict[str, str]]:
    """Where the viewer changes what is entered, of each posting into whose register he may write."""
    teams = Team.objects.filter(pk__in={row.body_id for row in rows} - set(sheets)).select_related("region")
    may = kept_among(http.user, teams)
    return [
        {
            "label": f"改登记：{row.body}" if len(rows) > 1 else "改登记",
            "url": f"{reverse('attendance:row', args=[row.pk])}?month={month:%Y-%m}",
        }
        for row in rows
        if row.body_id in may
    ]


def _sheet_url(http: HttpRequest, sheets: dict[int, MonthSheet]) -> str:
    """The closed sheet, for who may read it: a captain, the town, the county."""
    ids = [sheet.pk for sheet in sheets.values()]
    found = MonthSheet.objects.visible_to(http.user).filter(pk__in=ids).first()
    return found.get_absolute_url() if found else ""


def _selected(text: str, month: date, today: date) -> date | None:
    """The day the address names, else today in its own month."""
    if text.isdecimal() and len(text) < 3:
        try:
            return month.replace(day=int(text))
        except ValueError:
            return None
    return today if (today.year, today.month) == (month.year, month.month) else None


def _weeks(
    here: str, month: date, known: PersonDays, rows: list, today: date, selected: date | None
) -> list[list[Square]]:
    values, later = known.values, set(dayset.days_in(known.differs))
    calendar = statutory_calendar()
    first, last = bounds(month)
    day = first - timedelta(days=first.weekday())
    weeks: list[list[Square]] = []
    while day <= last:
        week = []
        for _ in range(7):
            inside = first <= day <= last and any(row.holds(day) for row in rows)
            mark = shown(values.get(day, {}), workday=calendar.is_workday(day)) if inside else None
            url = f"{here}?month={month:%Y-%m}&day={day.day}#day" if inside else ""
            here_later = inside and day in later
            week.append(Square(day, mark, url, day == today, day == selected and inside, here_later))
            day += timedelta(days=1)
        weeks.append(week)
    return weeks


def _figures(totals: Any, results: list[QuotaResult]) -> list[dict[str, str]]:
    owed = next(
        (each for each in results if each.need.rule.measure == "on_post" and each.need.rule.per == "month"),
        None,
    )
    town = f"另住镇 {totals.town} 夜" if totals.town else ""
    trip = f"另因公外出 {format_days(totals.trip)} 天" if totals.trip else "不算在岗"
    counted = ""
    if owed is not None and owed.tally.done != totals.on_post:
        counted = f"按文件计入 {format_days(owed.tally.done)} 天"
    figures = [
        {"label": "在岗", "value": format_days(totals.on_post), "unit": "天", "note": counted},
        {"label": "住村", "value": str(totals.village), "unit": "夜", "note": town},
        {"label": "请假", "value": format_days(totals.leave), "unit": "天", "note": trip},
    ]
    if owed is not None:
        note = f"应在岗 {format_days(owed.need.halves)} 天"
        figures.append({"label": "还差", "value": format_days(owed.missing), "unit": "天", "note": note})
    return figures


#: What a finding looks like; red is for what is refused, absent or overdue, and a shortfall is none of these.
_TAGS = {
    QuotaState.MET: "done",
    QuotaState.REACHABLE: "now",
    QuotaState.AT_RISK: "later",
    QuotaState.MISSED: "later",
    QuotaState.EXPLAINED: "later",
}


def _by_week(results: list[QuotaResult], silent: int) -> list[list[dict[str, Any]]]:
    """The lines of each week together."""
    return [
        [_line(each, silent) for each in group]
        for _, group in groupby(results, key=lambda each: each.need.period.key)
    ]


def _line(result: QuotaResult, silent: int) -> dict[str, Any]:
    rule = result.need.rule
    # Days that nobody has entered yet are no days missed.
    unsure = result.state == QuotaState.MISSED and silent > 0
    return {
        "period": result.need.period.label,
        "label": rule.label,
        "text": result.text,
        "state": "待登记" if unsure else result.state.label,
        "tag": "later" if unsure else _TAGS[result.state],
        "basis": cite(rule_book(), [rule.clause]),
        "url": reverse("rules:clause", args=[rule.clause]),
    }
