"""What waits for a town's keeper under 待办: what members say against their months, and days nobody has accounted for."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear
from django.urls import reverse

from approvals import chores
from approvals.chores import Chore
from attendance.absence.models import AbsenceCase
from attendance.keepers import kept_teams, kept_towns
from attendance.sheets import MonthObjection
from core.months import month_words
from teams.models import Appointment, Team, User

#: No document says within how many days.
UNCLOCKED = "请尽快办理"


def _month(column: str) -> Any:
    return ExtractYear(column) * 100 + ExtractMonth(column)


def objections_to_answer(user: User, teams: QuerySet[Team]) -> list[MonthObjection]:
    """What members of the teams say against a month, unanswered, the oldest first; never the user's own. One query."""
    postings = (
        Appointment.objects.full_time()
        .annotate(first_month=_month("valid_from"), last_month=_month("valid_to"))
        .filter(void=False, person=OuterRef("person"), body__in=teams.values("pk"))
        .filter(Q(valid_to=None) | Q(last_month__gte=OuterRef("month")), first_month__lte=OuterRef("month"))
    )
    rows = MonthObjection.objects.filter(Exists(postings), answered_at=None).exclude(person=user.person_id)
    return list(rows.select_related("person").order_by("at", "pk"))


def days_to_look_into(user: User, teams: QuerySet[Team]) -> list[dict[str, Any]]:
    """Of each team that has any: its name and how many 待核 wait, the user's own left out. One query."""
    rows = AbsenceCase.objects.filter(state=AbsenceCase.State.PENDING, team__in=teams.values("pk"))
    rows = rows.exclude(person=user.person_id)
    named = rows.order_by("team__region__path", "team").values("team", name=F("team__name"))
    return list(named.annotate(number=Count("pk")))


def chores_of(user: User) -> list[Chore]:
    """The lines of 待办; nothing, and nothing asked, for who keeps no town's register."""
    towns = kept_towns(user)
    if not towns:
        return []
    teams = kept_teams(user, towns).order_by()
    answers = [
        Chore(
            summary={
                "person": row.person.name,
                "post": month_words(row.month),
                "what": "考勤异议",
                "url": row.get_absolute_url(),
            },
            label="答复",
            due=None,
            note=UNCLOCKED,
        )
        for row in objections_to_answer(user, teams)
    ]
    days = [
        Chore(
            summary={
                "person": "待核",
                "post": row["name"],
                "what": f"{row['number']} 人次没有登记或存疑",
                "url": f"{reverse('attendance:absences')}?state=pending&team={row['team']}",
            },
            label="核实",
            due=None,
            note=UNCLOCKED,
        )
        for row in days_to_look_into(user, teams)
    ]
    return [*answers, *days]


chores.register("attendance", chores_of)
