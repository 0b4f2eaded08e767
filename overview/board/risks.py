"""定额风险: how many people of a range have a quota of the month that is at risk or was not reached."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Min
from django.urls import reverse

from attendance.quotas import STATES, UNENTERED, measure_of, state_of
from attendance.standing import Quotas, unregistered, workdays_so_far
from attendance.totals.models import CountyQuota
from core.months import bounds
from overview.board.days import Days
from policy import dayset
from policy.attendance import NOTHING_SAID
from policy.periods import Period, period_of
from policy.quota import QuotaState
from teams.words import Level

#: What is worth looking at; who is on course is not counted out here.
SHOWN = (QuotaState.AT_RISK.value, QuotaState.MISSED.value, UNENTERED)


@dataclass(frozen=True)
class Risk:
    """One rule: (label of the state, people, where they are listed) for each state worth looking at."""

    label: str
    states: list[tuple[str, int, str]]

    @property
    def any(self) -> bool:
        return any(number for _, number, _ in self.states)


def risks(days: Days) -> list[Risk]:
    """By rule, in the order in which people meet them; four queries beside the days, however many people.

    Of more people than are derived at once one query, of what was last written.
    """
    period = period_of("month", days.day)
    if not days.live:
        return _written(days, period)
    inside: dict[int, int] = defaultdict(int)
    for person, _, since, until in days.postings:
        inside[person] |= dayset.stretch(since, until)
    if not inside:
        return []
    quotas = Quotas(days.range.rows(*bounds(days.day)).order_by().values("person"), period)
    workdays = workdays_so_far(period)
    labels: dict[str, str] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    for person, own in inside.items():
        known = days.known.get(person, NOTHING_SAID)
        for result in quotas.of(person, known):
            silent = unregistered(known, own, workdays) if result.missing else 0
            measure = measure_of(result)
            labels[measure] = result.need.rule.label
            numbers[measure, state_of(result, silent)] += 1
    return _lines(days, labels, numbers)


def _written(days: Days, period: Period) -> list[Risk]:
    low, high = days.range.bounds
    rows = CountyQuota.objects.filter(period=period.key, path__gte=low, path__lt=high).order_by()
    labels: dict[str, str] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    found = rows.values_list("measure", "label", "state").annotate(Count("pk"), first=Min("pk"))
    for measure, label, state, number, _ in found.order_by("first"):
        labels.setdefault(measure, label)
        numbers[measure, state] += number
    return _lines(days, labels, numbers)


def _lines(days: Days, labels: Mapping[str, str], numbers: Mapping[tuple[str, str], int]) -> list[Risk]:
    return [
        Risk(
            label,
            [
                (STATES[state], numbers.get((measure, state), 0), _url(days, measure, state))
                for state in SHOWN
            ],
        )
        for measure, label in labels.items()
    ]


def _url(days: Days, measure: str, state: str) -> str:
    query = {"month": f"{days.day:%Y-%m}", "measure": measure, "state": state}
    if days.range.kind == Level.TOWN:
        query["town"] = days.range.value
    elif days.range.name == "team":
        query["team"] = days.range.value
    return f"{reverse('attendance:quotas')}?{urlencode(query)}"
