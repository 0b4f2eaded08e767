"""What 每日汇总 and 调度 show: the figures of a period by town, or by the teams of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from attendance import selectors
from attendance.totals.reading import Totals, totals
from policy.periods import Period
from teams.models import Team


@dataclass(frozen=True)
class ByPlace:
    """``town``: the path of the one that the address names; ``several``: a line is a town, not a team."""

    teams: list[Team]
    town: str
    several: bool
    found: Totals

    @property
    def word(self) -> str:
        """What a line is."""
        return "乡镇" if self.several else "工作队"

    @property
    def shown(self) -> list[Team]:
        """The teams whose figures these are."""
        return [team for team in self.teams if self.town in ("", team.region.town.path)]

    @property
    def kept(self) -> dict[str, str]:
        """What of the address goes along into others."""
        return {"town": self.town} if self.town else {}


def by_place(http: HttpRequest, period: Period) -> ByPlace:
    """The figures of those the viewer looks after; a town that is none of theirs counts as none named."""
    assert period.last is not None
    teams = selectors.teams_between(http.user, period.first, period.last)
    towns = {team.region.town.path for team in teams}
    town = http.GET.get("town", "")
    town = town if town in towns else ""
    several = not town and len(towns) > 1
    found = totals(http.user, period, by="town" if several else "team", town=town)
    return ByPlace(teams, town, several, found)
