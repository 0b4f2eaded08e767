"""What a place wants people to bear in mind when somebody goes: enough on post, 防汛期. It warns and never blocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from leave import standing_in
from leave.models import LeaveRequest, duties_between
from leave.selectors import Coverage, coverages
from policy.days import Span
from rules import yearly
from rules.settings import Standing, standings_at
from teams.models import Appointment

LEAST, FLOOD = "leave.least_on_post", "leave.flood_season"


@dataclass(frozen=True)
class Least:
    """How many of a team its place wants on post, rounded up to whole people; ``place`` has set it so."""

    people: int
    percent: int
    place: str

    @property
    def words(self) -> str:
        """``普宁市要求的 4 人（全队的 70%）``."""
        return f"{self.place}要求的 {self.people} 人（全队的 {self.percent}%）"


@dataclass(frozen=True)
class Cautions:
    """Beside a leave: who else is away, how many the place wants on post, whether it falls into 防汛期, days of duty in it,
    and the leave of others in which the applicant has promised to stand in."""

    coverage: Coverage
    least: Least | None
    flood: str
    duty: tuple[date, ...] = ()
    promised: tuple[LeaveRequest, ...] = ()

    def naming(self, known: Collection[int]) -> Cautions:
        """The same with the names of those persons alone."""
        others = replace(self.coverage, away=[mate for mate in self.coverage.away if mate.person.pk in known])
        promised = tuple(row for row in self.promised if row.applicant_id in known)
        return replace(self, coverage=others, promised=promised)

    @property
    def short(self) -> bool:
        """Fewer on post than the place wants?"""
        return self.least is not None and self.coverage.on_post < self.least.people


def cautions(posting: Appointment, span: Span) -> Cautions:
    """Everything to bear in mind for ``span``; five queries."""
    return cautions_of([(posting, span)])[0]


def cautions_of(wanted: Sequence[tuple[Appointment, Span]]) -> list[Cautions]:
    """The same for many applicants at once; five queries, whatever their number."""
    set_at = standings_at({posting.body.region.path for posting, _ in wanted}, (LEAST, FLOOD))
    duties, promises = _duties(wanted), _promises(wanted)
    found = []
    for (posting, span), others in zip(wanted, coverages(wanted), strict=True):
        here = set_at[posting.body.region.path]
        on_duty = tuple(day for day in duties.get(posting.person_id, ()) if span.start <= day <= span.end)
        promised = tuple(row for row in promises.get(posting.person_id, ()) if row.whole.overlaps(span))
        least = _least(here[LEAST], others.total)
        found.append(Cautions(others, least, _flood(here[FLOOD], span), on_duty, promised))
    return found


def _promises(wanted: Sequence[tuple[Appointment, Span]]) -> dict[int, list[LeaveRequest]]:
    """Person → the leave in which he stands in; one query, none for nobody."""
    if not wanted:
        return {}
    first, last = min(span.start for _, span in wanted), max(span.end for _, span in wanted)
    return standing_in.promises({posting.person_id for posting, _ in wanted}, first, last)


def _duties(wanted: Sequence[tuple[Appointment, Span]]) -> dict[int, list[date]]:
    """Person → the days on which a 轮值表 has him on duty, in order; one query, none for nobody."""
    if not wanted:
        return {}
    first, last = min(span.start for _, span in wanted), max(span.end for _, span in wanted)
    rows = duties_between({posting.person_id for posting, _ in wanted}, first, last).order_by("day__day")
    found: dict[int, list[date]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.day.day)
    return found


def people_wanted(percent: int, total: int) -> int:
    """So many of ``total`` people are ``percent`` of them, rounded up."""
    return -(-total * percent // 100)


def _least(standing: Standing, total: int) -> Least | None:
    if not standing.value or standing.row is None:
        return None
    return Least(people_wanted(standing.value, total), standing.value, standing.row.place)


def _flood(standing: Standing, span: Span) -> str:
    if standing.row is None or not any(yearly.covers(standing.value, day) for day in span.dates()):
        return ""
    row = standing.row
    return (
        f"防汛期（{yearly.words(standing.value)}），请假从严：确需离岗的，先安排好代岗和值守。"
        f"{row.place}规定，依据：{row.basis}"
    )
