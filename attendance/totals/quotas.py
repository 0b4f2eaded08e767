"""How the quotas of more people stand than a page judges: as they were last written, with the time of that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from django.db.models import Count, Min, QuerySet

from attendance.keepers import looked_after_between, looked_after_q
from attendance.quotas import STATES, TAGS, Chosen, Counted, Standings, counted, standings
from attendance.totals.models import CountyPeriod, CountyQuota
from attendance.totals.reading import many
from core import clock
from policy.periods import Period, period_of
from teams.models import Appointment, Region, Team, User
from teams.scope import scope_of

#: Of what is written beforehand.
WRITTEN = ("week", "month")


@dataclass(frozen=True)
class WrittenLine:
    """A line as a page takes it; see :class:`attendance.quotas.Line`."""

    posting: Appointment
    label: str
    text: str
    causes: str
    ways: list[str]
    changed: int
    state: str

    @property
    def state_label(self) -> str:
        return STATES[self.state]

    @property
    def tag(self) -> str:
        return TAGS.get(self.state, "later")


class WrittenStandings:
    """The same questions as :class:`attendance.quotas.Standings` answers, of what was written; asked as they come."""

    few: ClassVar[bool] = False

    def __init__(self, user: User, period: Period) -> None:
        self.user, self.period = user, period

    def _rows(self, period: Period | None = None) -> QuerySet[CountyQuota]:
        seen = looked_after_q(scope_of(self.user), path="path", body="team", unit="unit")
        return CountyQuota.objects.filter(seen, period=(period or self.period).key)

    def narrowed(self, chosen: Chosen) -> QuerySet[CountyQuota]:
        """The rows of a town, a team, a rule, a state, as far as they are chosen, in the order of places."""
        asked = {"town": chosen.town, "team": chosen.team, "measure": chosen.measure, "state": chosen.state}
        return self._rows().filter(**{name: value for name, value in asked.items() if value}).for_pages()

    def shown(self, rows: Iterable[CountyQuota]) -> list[WrittenLine]:
        """Those of one page."""
        return [
            WrittenLine(row.appointment, row.label, row.text, row.causes, row.ways, row.changed, row.state)
            for row in rows
        ]

    @cached_property
    def as_of(self) -> datetime | None:
        """Of when the oldest of them is."""
        found: datetime | None = CountyPeriod.objects.filter(
            pk__in=self._rows().order_by().values("of")
        ).aggregate(at=Min("written_at"))["at"]
        return found

    @cached_property
    def measures(self) -> dict[str, str]:
        """The rules somebody is measured by: name → label, in the order of places."""
        rows = self._rows().order_by().values_list("measure", "label").annotate(first=Min("pk"))
        return {measure: label for measure, label, _ in rows.order_by("first")}

    @cached_property
    def asked(self) -> bool:
        """Does a document ask something of anybody?"""
        return bool(self.measures)

    @cached_property
    def towns(self) -> dict[str, Region]:
        """The towns of whom something is asked, by path; of one that was renamed the present name."""
        paths = self._rows().order_by().values("town").distinct()
        rows = Region.objects.filter(path__in=paths).order_by("path", "valid_from")
        return {region.path: region for region in rows}

    def teams(self, chosen: Chosen) -> dict[int, str]:
        """The teams of the chosen town, and the chosen one: of all of a city nobody picks one from a list."""
        if not chosen.town and chosen.team is None:
            return {}
        own = self.narrowed(replace(chosen, team=None if chosen.town else chosen.team, measure="", state=""))
        rows = Team.objects.filter(pk__in=own.order_by().values("team")).select_related("region")
        return {team.pk: str(team) for team in rows.order_by("region__path", "pk")}

    @cached_property
    def pers(self) -> frozenset[str]:
        """The rhythms there are."""
        day = min(clock.today(), self.period.last or self.period.first)
        return frozenset(per for per in WRITTEN if self._rows(period_of(per, day)).exists())

    @cached_property
    def unasked_people(self) -> int:
        """Of how many no document asks anything."""
        assert self.period.last is not None
        people = Count("person", distinct=True)
        posted = looked_after_between(self.user, self.period.first, self.period.last).order_by()
        number: int = posted.aggregate(n=people)["n"] - self._rows().order_by().aggregate(n=people)["n"]
        return max(0, number)

    def counted(self, chosen: Chosen) -> list[Counted]:
        """How many stand how, by rule, whatever state is chosen."""
        rows = self.narrowed(replace(chosen, state="")).select_related(None).order_by()
        found = rows.values_list("measure", "state").annotate(Count("pk"))
        numbers = {(measure, state): number for measure, state, number in found}
        known = {measure for measure, _ in numbers}
        return counted({key: label for key, label in self.measures.items() if key in known}, numbers)

    def clauses(self, chosen: Chosen) -> list[str]:
        """The clauses that ask for it, each once."""
        rows = self.narrowed(replace(chosen, state="")).select_related(None).order_by()
        return sorted(rows.values_list("clause", flat=True).distinct())


def standings_for(user: User, period: Period) -> Standings | WrittenStandings:
    """How the quotas of everybody the user looks after stand: judged now, or of more people as it was last written.

    Where nothing is written yet they are judged, slowly; and so are those of a year.
    """
    if period.per not in WRITTEN or not many(user, period):
        return standings(user, period)
    written = CountyPeriod.objects.filter(period=period.key).exists()
    return WrittenStandings(user, period) if written else standings(user, period)
