"""What a team's register tells apart beside the marks that every register has: what its documents name of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policy.whom import Whom, rules_for
from rules.book import rule_book
from rules.places import chains_of
from teams.models import Team

Named = frozenset[str]


def told_apart(teams: Iterable[Team], day: date) -> dict[int, Named]:
    """Team → what the quotas of its members tell apart on that day; one query, each team with ``region`` loaded."""
    book, teams = rule_book(), list(teams)
    found: dict[int, Named] = {}
    for team, (_, codes) in zip(teams, chains_of([team.region for team in teams]), strict=True):
        rules = rules_for(book, "quota", Whom(region_codes=codes, team_kind=team.team_kind), day).rules
        found[team.pk] = frozenset(each for rule in rules for each in rule.tells_apart)
    return found
