"""Who confirms a local rule: one signature, of the county's managing office or organization department."""

from __future__ import annotations

from approvals.models import Seat
from approvals.plans import Plan, SeatSpec, collapse
from core import clock
from policy.parties import party_label
from policy.schema import Pack
from rules.models import LocalRule
from teams.holders import Holders
from teams.models import OfficeFunction
from teams.models.dated import in_force
from teams.words import Function, Level, Post


def confirmation_plan(rule: LocalRule, base: Pack) -> Plan:
    """One step in which any one of the two offices confirms; recusal takes the proposer out."""
    seats, remarks = collapse(_seats(rule, base))
    return Plan(steps=(seats,), clauses=(), source="policy", remarks=remarks)


def confirmers(rule: LocalRule, base: Pack) -> list[str]:
    """Who could confirm it today, by name and post, apart from those who drafted or propose it."""
    pairs = [(seat.post, seat.body_id) for seat in _seats(rule, base)]
    holders = Holders(pairs, clock.today(), clock.half_now())
    barred = set(recused(rule))
    rows = [row for pair in dict.fromkeys(pairs) for row in [*holders.own(pair), *holders.acting(pair)]]
    return list(
        dict.fromkeys(
            f"{row.person.name}（{row.body} {row.post_name}）" for row in rows if row.person_id not in barred
        )
    )


def recused(rule: LocalRule) -> list[int]:
    """Who registers a rule does not confirm it, nor does who wrote the draft."""
    return sorted({rule.proposer_id, rule.drafted_by_id})


def missing_words(rule: LocalRule, base: Pack) -> str:
    """Whom to appoint where nobody else is there."""
    functions = _functions(base)
    names = "或".join(party_label(f"county:{function}", base) for function in functions)
    return (
        f"确认要由登记人以外的人办，现在没有这样的人：由系统管理员给{names}登记另一位主要负责人（或签批人），"
        "或者由本部门的同事登记、负责人确认"
    )


def _seats(rule: LocalRule, base: Pack) -> list[SeatSpec]:
    functions = _functions(base)
    held = (
        OfficeFunction.objects.filter(
            in_force(clock.today()),
            in_force(clock.today(), "office__"),
            office__region__path__in=rule.region.ancestor_paths(),
            office__region__level=Level.COUNTY,
            function__in=functions,
        )
        .select_related("office")
        .order_by("pk")
    )
    first: dict[str, OfficeFunction] = {}
    for row in held:
        first.setdefault(row.function, row)
    return [
        SeatSpec(
            party=f"county:{function}",
            label=party_label(f"county:{function}", base),
            post=Post.SIGNER,
            body_id=first[function].office_id,
            need=Seat.Need.ANY,
            fallback=Seat.Fallback.ACTING,
        )
        for function in functions
        if function in first
    ]


def _functions(base: Pack) -> list[str]:
    managing = base.pack.managing_office.partition(":")[2]
    return list(dict.fromkeys([managing, Function.ORGANIZATION.value]))
