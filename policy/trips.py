"""因公外出: what a document asks of it, and to whom it is reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policy.book import RuleBook
from policy.whom import Whom, rules_for


@dataclass(frozen=True, slots=True)
class TripReport:
    """`clauses`: those that ask for a written report, empty where no document does.

    `to`: the parties it goes to by the document, who confirm that they have it. `copies`: whom we tell where the
    document names nobody; that is our courtesy and is shown as such. `pack_id`: the document, which names its parties.
    """

    clauses: tuple[str, ...]
    to: tuple[str, ...]
    copies: tuple[str, ...]
    pack_id: str | None


def trip_report(book: RuleBook, whom: Whom, on: date) -> TripReport:
    """What holds for a trip that is reported on `on`."""
    holding = rules_for(book, "procedure", whom, on)
    asking = [rule for rule in holding.rules if rule.what == "written_report" and "trip" in rule.about]
    to = tuple(dict.fromkeys(party for rule in asking for party in rule.report_to))
    clauses = tuple(dict.fromkeys(rule.clause for rule in asking))
    captain = () if whom.role == "captain" else ("team:captain",)
    copies = () if to else (*captain, "town:attendance_officer")
    return TripReport(clauses, to, copies, holding.pack.pack.id if holding.pack else None)
