"""How the quotas of everybody a viewer looks after stand in one period. By place, unit and pinyin, never by rate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from django.db.models import Q

from attendance.derive import people_of
from attendance.frozen import counting
from attendance.keepers import looked_after_rows
from attendance.spans import months_of
from attendance.standing import Quotas, unregistered, workdays_so_far
from policy import dayset
from policy.attendance import NOTHING_SAID, PersonDays
from policy.days import format_days
from policy.dayset import DayBits
from policy.periods import Period
from policy.quota import QuotaResult, QuotaState
from teams.models import Appointment, Region, User
from teams.scope import scope_of
from teams.words import HELPERS, BodyKind

#: Days that nobody has entered yet are no days missed: such a shortfall is no finding.
UNENTERED = "unentered"
STATES = {**{state.value: state.label for state in QuotaState}, UNENTERED: "待登记"}
#: Red is for what is refused, absent or overdue; a shortfall is none of these.
TAGS = {QuotaState.MET.value: "done", QuotaState.REACHABLE.value: "now"}
CAUSES = {"leave": "请假", "trip": "公出", "training": "培训", "duty": "值班补休"}


def state_of(result: QuotaResult, silent: int) -> str:
    """How a quota stands for a reader: what was missed while days are not entered is no finding yet."""
    return UNENTERED if result.state == QuotaState.MISSED and silent else result.state.value


def measure_of(result: QuotaResult) -> str:
    """Names the rule in an address."""
    return f"{result.need.pack_id}:{result.need.rule.code}"


@dataclass(frozen=True)
class Line:
    """One quota of one person. ``silent``: working days so far of which nothing is entered.

    ``changed``: days of closed months of which something else is said now; what was frozen counts.
    """

    posting: Appointment
    result: QuotaResult
    silent: int
    changed: int = 0

    @property
    def measure(self) -> str:
        """Names the rule in an address."""
        return measure_of(self.result)

    @property
    def label(self) -> str:
        return self.result.need.rule.label

    @property
    def clause(self) -> str:
        return self.result.need.rule.clause

    @property
    def text(self) -> str:
        """The figures in a sentence."""
        return self.result.text

    @property
    def state(self) -> str:
        return state_of(self.result, self.silent)

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def tag(self) -> str:
        return TAGS.get(self.state, "later")

    @property
    def causes(self) -> str:
        """What explains days that were not there: 请假 3 天，公出 1 天."""
        unit = "天" if self.result.need.rule.measure == "on_post" else "夜"
        return "，".join(
            f"{CAUSES[kind]} {format_days(halves)} {unit}" for kind, halves in self.result.tally.causes
        )

    @property
    def ways(self) -> list[str]:
        """What can still be done about it; nothing where nothing lacks."""
        if not self.result.missing:
            return []
        found = []
        if self.silent:
            found.append(f"还有 {self.silent} 个工作日没有登记，先登记")
        if self.result.tally.pending:
            found.append(f"待核 {format_days(self.result.tally.pending)} 天，先核实")
        if self.result.state == QuotaState.AT_RISK and self.result.tally.ahead:
            spare = max(0, self.result.reachable - self.result.need.halves)
            found.append(f"后面最多再缺 {format_days(spare)} 天" if spare else "后面一天也不能缺")
        if self.result.state == QuotaState.MISSED and not self.silent:
            found.append("当时请假、公出没有办手续的，补办后会记为有因")
        return found


@dataclass(frozen=True)
class Chosen:
    """What a page is narrowed by: a town's path, a team, the name of a rule, a state."""

    town: str = ""
    team: int | None = None
    measure: str = ""
    state: str = ""


@dataclass(frozen=True)
class Counted:
    """One rule and how many people stand how under it; ``states``: (code, number) in the order of STATES."""

    measure: str
    label: str
    states: list[tuple[str, int]]


@dataclass(frozen=True)
class Standings:
    """Every quota of the period. ``unasked``: people of whom no document asks anything; ``pers``: the rhythms there are.

    :class:`attendance.totals.quotas.WrittenStandings` answers the same questions of more people, of ``as_of``.
    """

    period: Period
    lines: list[Line]
    unasked: list[Appointment] = field(default_factory=list)
    pers: frozenset[str] = frozenset()
    as_of: datetime | None = None
    #: Few enough people that every team can be offered to choose from.
    few: ClassVar[bool] = True

    @property
    def asked(self) -> bool:
        """Does a document ask something of anybody?"""
        return bool(self.lines)

    @property
    def unasked_people(self) -> int:
        return len(self.unasked)

    @cached_property
    def towns(self) -> dict[str, Region]:
        """The towns of everybody of whom something is asked, by path."""
        towns = (line.posting.body.team.region.town for line in self.lines)
        found = {town.path: town for town in towns}
        return dict(sorted(found.items()))

    @cached_property
    def measures(self) -> dict[str, str]:
        """The rules somebody is measured by: name → label."""
        return {line.measure: line.label for line in self.lines}

    def teams(self, chosen: Chosen) -> dict[int, str]:
        """The teams to choose from: number → name."""
        return {line.posting.body_id: str(line.posting.body) for line in self.lines}

    def narrowed(self, chosen: Chosen) -> list[Line]:
        """The lines of a town, a team, a rule, a state, as far as they are chosen."""
        return [
            line
            for line in self.lines
            if (not chosen.town or line.posting.body.team.region.town.path == chosen.town)
            and (chosen.team is None or line.posting.body_id == chosen.team)
            and (not chosen.measure or line.measure == chosen.measure)
            and (not chosen.state or line.state == chosen.state)
        ]

    def shown(self, lines: Iterable[Line]) -> list[Line]:
        """Those of one page."""
        return list(lines)

    def counted(self, chosen: Chosen) -> list[Counted]:
        """How many stand how, by rule, whatever state is chosen."""
        lines = self.narrowed(replace(chosen, state=""))
        return counted(
            {line.measure: line.label for line in lines},
            Counter((line.measure, line.state) for line in lines),
        )

    def clauses(self, chosen: Chosen) -> list[str]:
        """The clauses that ask for it, each once."""
        return list(dict.fromkeys(line.clause for line in self.narrowed(replace(chosen, state=""))))


def counted(labels: Mapping[str, str], numbers: Mapping[tuple[str, str], int]) -> list[Counted]:
    """By rule, in the order of the labels, how many stand how."""
    return [
        Counted(measure, label, [(state, numbers.get((measure, state), 0)) for state in STATES])
        for measure, label in labels.items()
    ]


def standings(user: User, period: Period) -> Standings:
    """How the quotas of everybody the user looks after stand; the same few queries however many they are."""
    assert period.last is not None
    rows = looked_after_rows(user, period.first, period.last)
    people = people_of(rows)
    return standings_of(rows, period, counting(people, months_of(period)) if rows else {})


def standings_of(
    rows: Sequence[Appointment],
    period: Period,
    known: Mapping[int, PersonDays],
    quotas: Quotas | None = None,
) -> Standings:
    """The same of these postings, each with its team and region loaded; ``known``: what counts of their days.

    Somebody with several postings in the period stands where he was posted last: his quota is one.
    """
    inside: dict[int, DayBits] = defaultdict(int)
    last: dict[int, Appointment] = {}
    for row in rows:
        inside[row.person_id] |= dayset.stretch(row.valid_from, row.valid_to)
        before = last.get(row.person_id)
        if before is None or before.valid_from < row.valid_from:
            last[row.person_id] = row
    quotas = quotas or Quotas(people_of(last.values()), period)
    workdays = workdays_so_far(period)
    lines: list[Line] = []
    unasked: list[Appointment] = []
    for row in rows:
        if last[row.person_id] is not row:
            continue
        days = known.get(row.person_id, NOTHING_SAID)
        results = quotas.of(row.person_id, days)
        if not results:
            unasked.append(row)
            continue
        lacks = any(result.missing for result in results)
        silent = unregistered(days, inside[row.person_id], workdays) if lacks else 0
        changed = (days.differs & dayset.stretch(period.first, period.last)).bit_count()
        lines += [Line(row, result, silent, changed) for result in results]
    return Standings(period, lines, unasked, quotas.rhythms())


def without_team(user: User, period: Period) -> list[Appointment]:
    """Who helps a town without belonging to a team (未编组), of those the user looks after; one query."""
    scope = scope_of(user)
    return list(
        Appointment.objects.visible_to(user)
        .filter(scope.places_q("body__region__path") | Q(unit__in=scope.seen_unit_ids))
        .filter(Q(valid_to=None) | Q(valid_to__gte=period.first), valid_from__lte=period.last)
        .filter(post__in=HELPERS, body__kind=BodyKind.OFFICE, acting_for=None)
        .select_related("person", "body", "unit")
        .order_by("body__region__path", "unit__pinyin", "person__pinyin", "pk")
    )
