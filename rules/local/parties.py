"""The parties a form offers: chosen from a list in Chinese, never typed; and only those that exist there."""

from __future__ import annotations

from collections.abc import Iterable

from core import clock
from policy.parties import party_label
from policy.schema import Pack
from teams.models import OfficeFunction, Region
from teams.models.dated import in_force
from teams.words import Function, Level

NEAR = (
    "team:captain",
    "town:organization_member",
    "town:deputy_secretary",
    "town:party_secretary",
    "town:party_committee",
    "unit:leader",
)
#: Offices that decide nothing about leave.
_NOT = {Function.FINANCE, Function.PARTY_COMMITTEE, Function.VILLAGE_BRANCH}


def offered(region: Region, base: Pack, used: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Codes with their names as the document calls them, nearest first; what a rule uses already stays offered."""
    rows = OfficeFunction.objects.filter(
        in_force(clock.today()),
        office__region__path__in=region.ancestor_paths(),
        office__region__level__in=[Level.COUNTY, Level.CITY],
    ).exclude(function__in=_NOT)
    held = set(rows.values_list("office__region__level", "function"))
    order = {value: number for number, value in enumerate(Function.values)}
    above = sorted(held, key=lambda each: (each[0] != Level.COUNTY, order[each[1]]))
    codes = [*NEAR, *(f"{level}:{function}" for level, function in above)]
    codes += [code for code in dict.fromkeys(used) if code not in codes]
    return [(code, party_label(code, base)) for code in codes]
