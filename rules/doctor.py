"""Whether the offices are there that the documents in force send leave to."""

from __future__ import annotations

from collections.abc import Iterable

from core import clock
from core.doctor import examines
from core.errors import Refused
from policy.schema import Pack
from rules.book import rule_book
from teams.models import Appointment
from teams.parties import Directory


@examines("制度要用的部门")
def _offices() -> Iterable[str]:
    """For each team with people, every party of its documents' leave rules must be found from there."""
    today = clock.today()
    postings = Appointment.objects.on(today).full_time().select_related("body__region", "body__team", "unit")
    one_per_team = {posting.body_id: posting for posting in postings.order_by("pk")}
    said = set()
    for posting in one_per_team.values():
        directory = Directory(posting, today)
        for pack in rule_book().standing(directory.region_codes(), posting.body.team.team_kind, today):
            for party in _parties(pack):
                try:
                    directory.place(party)
                except Refused as refusal:
                    sentence = f"{refusal.sentence.partition('，')[0]}（{pack.pack.citation}）"
                    if sentence not in said:
                        said.add(sentence)
                        yield sentence


def _parties(pack: Pack) -> list[str]:
    """The offices by which a pack routes leave: deciders, filings, and who names them by hand."""
    named = [pack.pack.managing_office] if pack.pack.managing_office else []
    for rule in pack.leave:
        for tier in rule.tiers:
            named += [*(party for step in tier.steps for party in step.parties), *tier.file_with]
    return sorted({party for party in named if not party.startswith(("team:", "unit:"))})
