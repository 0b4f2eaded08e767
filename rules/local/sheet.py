"""The rows of the form, and the tables of a rule pack they stand for: both ways.

What a form cannot say (another topic, a row with dates of its own) came in as a file; it is kept beside the rows
and travels with them untouched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from policy.base import ROLE_LABELS
from policy.compare import COUNTING, MEASURE, PER, quota_words, whose
from policy.leave import tier_rows
from policy.loader import build_pack
from policy.parties import join_labels
from policy.schema import LeaveRule, Pack
from policy.topics import QuotaRule

#: Under this id the form makes its clauses; the verb that saves them gives the rule's own.
DRAFT_CODE = "draft"
_NUMBERED = re.compile(r"请假第 \d+ 档|计假办法|出勤第 \d+ 项")
_LEAVE_KEYS = {"roles", "types", "dispatched_by", "tiers"}
_QUOTA_KEYS = {
    "clause", "code", "label", "per", "measure", "on", "at_least", "cap", "part_period", "count_trip", "exempt",
}  # fmt: skip
_OWN = ("clause", "leave", "leave_type", "quota")


@dataclass
class Step:
    parties: list[str] = field(default_factory=list)
    mode: str = "any"
    voice: str = "decide"


@dataclass
class Tier:
    """``upto`` in days as it is written, empty on the last tier."""

    upto: str = ""
    article: str = ""
    told: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=lambda: [Step()])

    @property
    def blank(self) -> bool:
        return not (self.upto or self.told or any(step.parties for step in self.steps))


@dataclass
class Group:
    """Tiers for some people: by role, and where it matters by type of leave and by who sent them."""

    roles: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    tiers: list[Tier] = field(default_factory=lambda: [Tier(), Tier()])

    @property
    def blank(self) -> bool:
        return all(tier.blank for tier in self.tiers)


@dataclass
class Quota:
    per: str = "month"
    measure: str = "on_post"
    on: str = "workdays"
    at_least: str = ""
    cap: str = "workdays"
    part_period: str = "scale"
    count_trip: bool = False
    exempt: list[str] = field(default_factory=list)
    article: str = ""
    code: str = ""


@dataclass
class Sheet:
    """``counting`` by type of leave: calendar or workdays; types that are left as they are are absent."""

    groups: list[Group] = field(default_factory=list)
    counting: dict[str, str] = field(default_factory=dict)
    counting_article: str = ""
    quotas: list[Quota] = field(default_factory=list)


# ---- from tables to rows ---------------------------------------------------------------------------------


def of_body(body: dict[str, Any]) -> Sheet:
    """The rows for the part of stored tables that a form can say."""
    articles = {each["id"]: each["article"] for each in body.get("clause", ())}

    def article(row: dict[str, Any]) -> str:
        said = articles.get(row.get("clause", ""), "")
        return "" if _NUMBERED.fullmatch(said) else said

    groups = [
        Group(
            roles=list(row["roles"]),
            types=list(row.get("types", ())),
            senders=list(row.get("dispatched_by", ())),
            tiers=[
                Tier(
                    upto=f"{tier['upto']:g}" if "upto" in tier else "",
                    article=article(tier),
                    told=list(tier.get("file_with", ())),
                    steps=[
                        Step(
                            list(step.get("any") or step.get("all") or ()),
                            "all" if "all" in step else "any",
                            step.get("voice", "decide"),
                        )
                        for step in tier["steps"]
                    ],
                )
                for tier in row["tiers"]
            ],
        )
        for row in body.get("leave", ())
        if set(row) <= _LEAVE_KEYS
    ]
    quotas = [
        Quota(
            **{key: row[key] for key in ("per", "measure", "on", "code")},
            at_least=f"{row['at_least']:g}",
            cap=row.get("cap", "none"),
            part_period=row.get("part_period", "scale"),
            count_trip=row.get("count_trip", False),
            exempt=list(row.get("exempt", ())),
            article=article(row),
        )
        for row in body.get("quota", ())
        if set(row) <= _QUOTA_KEYS
    ]
    kinds = body.get("leave_type", ())
    return Sheet(
        groups=groups,
        counting={row["code"]: row["counting"] for row in kinds},
        counting_article=article(kinds[0]) if kinds else "",
        quotas=quotas,
    )


def beside(body: dict[str, Any]) -> dict[str, Any]:
    """The tables a form cannot say, with the clauses they rest on."""
    kept = {key: value for key, value in body.items() if key not in _OWN}
    leave = [row for row in body.get("leave", ()) if not set(row) <= _LEAVE_KEYS]
    quota = [row for row in body.get("quota", ()) if not set(row) <= _QUOTA_KEYS]
    kept |= {key: rows for key, rows in (("leave", leave), ("quota", quota)) if rows}
    named = repr(kept)
    clauses = [each for each in body.get("clause", ()) if repr(each["id"]) in named]
    return {**kept, "clause": clauses} if clauses else kept


# ---- from rows to tables ---------------------------------------------------------------------------------


def tables_of(sheet: Sheet, base: Pack, labels: dict[str, str], kept: dict[str, Any]) -> dict[str, Any]:
    """The tables for checked rows; ``labels`` names the types of leave, ``kept`` is what stands beside."""
    clauses: list[dict[str, Any]] = []
    taken = {each["id"] for each in kept.get("clause", ())}

    def clause(topic: str, name: str, article: str, text: str = "") -> str:
        code = f"{DRAFT_CODE}-{topic}-{name}"
        while code in taken:
            code += "x"
        taken.add(code)
        kind = "attendance" if topic == "quota" else topic
        clauses.append(
            {
                "id": code,
                "article": article,
                "kind": kind,
                "mode": "enforce",
                "topic": topic,
                "text": text or "—",
            }
        )
        return code

    number = 0
    leave = []
    for group in sheet.groups:
        rows = []
        for tier in group.tiers:
            number += 1
            row: dict[str, Any] = {
                "clause": clause("leave", str(number), tier.article or f"请假第 {number} 档"),
                "steps": [
                    {step.mode: step.parties} | ({"voice": step.voice} if step.voice != "decide" else {})
                    for step in tier.steps
                ],
            }
            row |= {"upto": float(tier.upto)} if tier.upto else {}
            row |= {"file_with": tier.told} if tier.told else {}
            rows.append(row)
        made = {"roles": group.roles, "types": group.types, "dispatched_by": group.senders, "tiers": rows}
        leave.append({key: value for key, value in made.items() if value})
    kinds = []
    if sheet.counting:
        said = "；".join(f"{labels[code]}{COUNTING[how]}" for code, how in sheet.counting.items())
        code = clause("leave", "count", sheet.counting_article or "计假办法", said)
        kinds = [
            {
                "code": each,
                "label": labels[each],
                "counting": how,
                "law": f"本地制度规定{COUNTING[how]}",
                "clause": code,
            }
            for each, how in sheet.counting.items()
        ]
    quotas = [_quota(number, row, clause) for number, row in enumerate(sheet.quotas, start=1)]
    tables = dict(kept)
    for key, made_rows in (("clause", clauses), ("leave", leave), ("leave_type", kinds), ("quota", quotas)):
        if made_rows:
            tables[key] = [*made_rows, *kept.get(key, ())]
    _write_words(tables, base, labels)
    return tables


def _quota(number: int, row: Quota, clause: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "code": row.code or f"local_{row.per}_{row.measure}_{number}",
        "label": f"{PER[row.per]}{MEASURE[row.measure]}",
        "per": row.per,
        "measure": row.measure,
        "on": row.on,
        "at_least": float(row.at_least),
    }
    made |= {"cap": row.cap} if row.cap != "none" else {}
    made |= {"part_period": "full"} if row.part_period == "full" else {}
    made |= {"count_trip": True} if row.count_trip else {}
    made |= {"exempt": row.exempt} if row.exempt else {}
    words = quota_words(
        QuotaRule.model_validate({**made, "clause": "draft-quota-1", "exempt": tuple(row.exempt)})
    )
    return {"clause": clause("quota", str(number), row.article or f"出勤第 {number} 项", words), **made}


def _write_words(tables: dict[str, Any], base: Pack, labels: dict[str, str]) -> None:
    """Our own words for each tier: 队员请假超过 3 天至 5 天，由镇党委书记批准."""
    if not tables.get("leave"):
        return
    pack = trial_pack(tables, base)
    texts: dict[str, str] = {}
    for rule in pack.leave:
        who = whose(rule.roles, rule, labels)
        for tier, row in zip(rule.tiers, tier_rows(rule, pack), strict=True):
            length = "" if len(rule.tiers) == 1 else row.label
            told = f"，报{join_labels(tier.file_with, pack=pack)}备案" if tier.file_with else ""
            texts[tier.clause] = (
                f"{who}请假{length}，{'' if row.who.startswith('先由') else '由'}{row.who}{told}"
            )
    tables["clause"] = [
        {**each, "text": texts.get(each["id"], "—")} if each["text"] == "—" else each
        for each in tables["clause"]
    ]


def trial_pack(tables: dict[str, Any], base: Pack) -> Pack:
    """The tables as a pack, for their words alone."""
    header = {
        "id": DRAFT_CODE,
        "title": base.pack.title,
        "issuer": base.pack.issuer,
        "region": base.pack.region.model_dump(),
        "team_kinds": base.pack.team_kinds,
        "managing_office": base.pack.managing_office,
        "parties": base.pack.parties,
        "under": base.id,
    }
    return build_pack(
        {"pack": header, **{key: each for key, each in tables.items() if key != "parties"}}, "草稿"
    )


def roles_left(rules: tuple[LeaveRule, ...]) -> list[str]:
    """Whom the tiers say nothing of, in words."""
    told = {role for rule in rules for role in rule.roles}
    return [label for role, label in ROLE_LABELS.items() if role not in told]
