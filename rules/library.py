"""制度库: each document as a page shows it, every rule in our words with its article and where it works."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core import clock
from core.access import allows
from policy.base import DISPATCHER_LABELS, ROLE_LABELS, TOPIC_LABELS
from policy.book import RuleBook
from policy.leave import tier_rows
from policy.parties import party_label
from policy.schema import Clause, Delegable, LeaveRule, Pack, YieldRule
from rules.carriers import WORKING, Where, reached, status
from rules.words import COMMAND_WORDS, JOB_WORDS, LINKED, SCREEN_WORDS
from teams.models import User
from teams.words import Level, TeamKind

MODE_LABELS = {"enforce": "系统执行", "track": "跟踪提醒", "record": "记录在案"}
#: Said of a clause that nothing in the system carries yet.
WAITING = {
    "enforce": "还没有在系统里执行",
    "track": "还没有在系统里跟踪提醒",
    "record": "现在只能在这里查到，别处还没有用上",
}
#: Topics whose rows list what the clause counts out: duties, what is forbidden.
LISTED = ("duty", "discipline")


def documents(book: RuleBook, own: list[Pack]) -> list[dict[str, Any]]:
    """Every document, the viewer's own first, as the list shows them; of local rules his own places' alone."""
    first = {pack.id for pack in own}
    others = (pack for pack in book.packs.values() if pack.id not in first and not pack.pack.under)
    ordered = [*own, *others]
    return [
        {
            "pack": pack,
            "url": reverse("rules:pack", args=[pack.id]),
            "own": pack.id in first,
            "tag": standing_tag(pack),
            "rows": header_rows(pack),
            "clauses": len(pack.clause),
        }
        for pack in ordered
    ]


def standing_tag(pack: Pack) -> dict[str, str]:
    """现行, 待施行, 已不再施行 or 待县里确认, as ``components/status_tag.html`` wants it."""
    today, header = clock.today(), pack.pack
    if header.status != "in_force":
        return {"kind": "returned", "label": "待县里确认"}
    if header.to and header.to < today:
        return {"kind": "later", "label": "已不再施行"}
    if header.from_ and today < header.from_:
        return {"kind": "now", "label": "待施行"}
    return {"kind": "done", "label": "现行"}


def header_rows(pack: Pack) -> list[dict[str, str]]:
    """文号, 机关, 日期, 适用: label and value, 未载明 where the document does not say."""
    header = pack.pack
    kinds = "、".join(str(TeamKind(kind).label) for kind in header.team_kinds)
    rows = [
        {"label": "文号", "value": header.number or "未载明"},
        {"label": "机关", "value": header.issuer},
        {"label": "印发日", "value": header.issued.isoformat() if header.issued else "未载明"},
        {"label": "施行日", "value": header.from_.isoformat() if header.from_ else "未载明"},
        {"label": "适用", "value": f"{header.region.name}，{kinds}"},
    ]
    if header.to:
        rows.insert(4, {"label": "废止日", "value": header.to.isoformat()})
    return rows


def document(book: RuleBook, pack: Pack, user: User, topic: str = "") -> dict[str, Any]:
    """One document by topic, in the order in which it takes them up; ``topic`` leaves one of them."""
    found = list(dict.fromkeys(clause.topic for clause in pack.clause))
    shown = [each for each in found if not topic or each == topic]
    working = sum(_works(pack, clause) for clause in pack.clause)
    here = reverse("rules:pack", args=[pack.id])
    counts = {each: sum(clause.topic == each for clause in pack.clause) for each in found}
    return {
        "pack": pack,
        "rows": header_rows(pack),
        "tag": standing_tag(pack),
        "clauses": len(pack.clause),
        "working": working,
        "planned": len(pack.clause) - working,
        "topics": [
            {"label": "全部", "url": here, "active": not topic, "count": len(pack.clause)},
            *(
                {
                    "label": TOPIC_LABELS[each],
                    "url": f"{here}?topic={each}",
                    "active": each == topic,
                    "count": counts[each],
                }
                for each in found
            ),
        ],
        "sections": [_section(book, pack, each, user) for each in shown],
    }


def _section(book: RuleBook, pack: Pack, topic: str, user: User) -> dict[str, Any]:
    def here(row: Any) -> bool:
        return book.clause(row.clause).topic == topic

    leave = topic == "leave"
    clauses = [_clause(book, pack, clause, user) for clause in pack.clause if clause.topic == topic]
    told: set[str] = set()
    for item in clauses:  # a reason that has been given stands once, the reading beside every rule
        for reading in item["readings"]:
            reading["why"] = "" if reading["says"] in told else reading["why"]
            told.add(reading["says"])
    intro = {
        "silent": [row.says for row in pack.unspecified if row.topic == topic and not row.codes],
        "tiers": [_tiers(rule, pack) for rule in pack.leave] if leave else [],
        "others": [_yields(row, pack) for row in pack.yields if here(row)]
        + [_delegable(row) for row in pack.delegable if here(row)],
    }
    return {
        "topic": topic,
        "label": TOPIC_LABELS[topic],
        "intro": intro if any(intro.values()) else None,
        "clauses": clauses,
        "leave_types": [*book.common.leave_type, *pack.leave_type] if leave else [],
        "common": [each for each in book.common.interpretation.values() if leave and not each.clauses],
    }


def _clause(book: RuleBook, pack: Pack, clause: Clause, user: User) -> dict[str, Any]:
    return {
        "clause": clause,
        "article": "文件没有写" if clause.article == "（无）" else clause.article,
        "mode": MODE_LABELS[clause.mode],
        "items": _items(pack, clause.id),
        "readings": [
            {"says": each.says, "why": each.why} for each in book.interpretations_of(clause.id).values()
        ],
        "working": _works(pack, clause),
        "waiting": WAITING[clause.mode],
        "where": _places(clause, user),
    }


def _works(pack: Pack, clause: Clause) -> bool:
    """Leave follows a local rule by itself; every other clause works where something carries it."""
    return status(clause) == WORKING or (bool(pack.pack.under) and clause.topic == "leave")


def _items(pack: Pack, clause_id: str) -> list[str]:
    """What the clause counts out, one by one; a duty with its own sentence says it."""
    found = [
        item for topic in LISTED for row in pack.rules(topic) if row.clause == clause_id for item in row.items
    ]
    return [
        item if isinstance(item, str) else f"{item.label}：{item.text}" if item.text else item.label
        for item in found
    ]


def _places(clause: Clause, user: User) -> list[dict[str, str]]:
    """Where the clause is met, once each: what acts on it before what only tells, commands only for want of more."""
    doors = reached(clause.id)
    met = [where for where in doors if where.kind != "command"] or list(doors)
    ordered = sorted(met, key=lambda where: where.name.startswith("rules:"))
    shown = [_where(where, user) for where in ordered]
    return list({place["label"]: place for place in shown if place["label"]}.values())


def _where(where: Where, user: User) -> dict[str, str]:
    """The place in words, with its address when the viewer may open it."""
    if where.kind == "command":
        return {"label": COMMAND_WORDS.get(where.name, ""), "url": ""}
    if where.kind == "job":
        return {"label": JOB_WORDS.get(where.name, ""), "url": ""}
    open_to = where.name in LINKED and bool(where.access) and allows(where.access, user)
    return {"label": SCREEN_WORDS.get(where.name, ""), "url": reverse(LINKED[where.name]) if open_to else ""}


def _tiers(rule: LeaveRule, pack: Pack) -> dict[str, Any]:
    who = "、".join(ROLE_LABELS[role] for role in rule.roles)
    return {"who": who, "tiers": [{"span": row.label, "who": row.who} for row in tier_rows(rule, pack)]}


def _yields(row: YieldRule, pack: Pack) -> str:
    whom = "、".join(ROLE_LABELS[role] for role in row.when.roles) or "工作队"
    if row.when.dispatched_by:
        names = {each.code: each.name for each in pack.pack.dispatchers}
        sent = "、".join(names.get(code, DISPATCHER_LABELS[code]) for code in row.when.dispatched_by)
        whom = f"{sent}选派的{whom}"
    if row.when.first_secretary:
        also = [ROLE_LABELS[role] for role in row.when.roles if role != "first_secretary"]
        whom = "、".join(["驻村第一书记", *(f"兼任驻村第一书记的{each}" for each in also)])
    about = "、".join(TOPIC_LABELS[topic] for topic in row.topics)
    by_hand = f"由{party_label(pack.pack.managing_office, pack)}逐件指定批准人"
    then = by_hand if row.if_none == "by_hand" else "按本文件执行"
    return f"{whom}：{about}按{row.label}执行；还没有登记这套制度的，{then}。"


def _delegable(row: Delegable) -> str:
    levels = "、".join(str(Level(level).label) for level in row.levels)
    about = "、".join(TOPIC_LABELS[topic] for topic in row.topics) or "各项内容"
    how = "代替本文件的规定" if row.how == "replace" else "细化本文件，只能更严，不能放宽"
    return f"{levels}可以就{about}制定本地制度，{how}。"
