"""Between a local rule's row and the pack it stands for."""

from __future__ import annotations

from typing import Any

from core.digest import checksum
from policy.book import RuleBook
from policy.errors import PolicyError
from policy.loader import build_pack
from policy.schema import Pack
from rules.models import LocalRule


def pack_of_rule(rule: LocalRule, book: RuleBook) -> Pack:
    """The pack a rule stands for. Raises PolicyError where its document is unknown or it does not load."""
    if rule.under not in book.packs:
        raise PolicyError(f"{rule.citation}所依据的文件 {rule.under} 不在系统里")
    return build_pack(pack_data_of(rule, book.pack(rule.under)), rule.citation)


def pack_data_of(rule: LocalRule, base: Pack) -> dict[str, Any]:
    """The rule as plain data of a pack: the header from its columns and its document, the tables as stored."""
    tables = {key: value for key, value in rule.body.items() if key != "parties"}
    dispatchers = [{"code": each.code, "name": each.name} for each in base.pack.dispatchers]
    return {"pack": {**header(rule, base), "dispatchers": dispatchers}, **tables}


def header(rule: LocalRule, base: Pack) -> dict[str, Any]:
    """Everything about the paper itself; what is not known yet is left out."""
    said: dict[str, Any] = {
        "id": rule.code,
        "title": rule.title,
        "number": rule.number,
        "issuer": rule.issuer or "（未填写）",
        "issued": rule.issued.isoformat() if rule.issued else None,
        "from": rule.valid_from.isoformat() if rule.valid_from else None,
        "to": rule.valid_to.isoformat() if rule.valid_to else None,
        "region": {"code": rule.region.rule_code, "name": rule.region.name, "level": rule.region.level},
        "team_kinds": rule.team_kinds,
        "managing_office": base.pack.managing_office,
        "parties": {**base.pack.parties, **rule.body.get("parties", {})},
        "under": base.id,
        "answers": [rule.answers] if rule.answers else [],
    }
    return {key: value for key, value in said.items() if value is not None}


def hash_of(rule: LocalRule) -> str:
    """What a signature and a copy can be checked against: the paper and the rules, whatever their last day."""
    said = {
        "region": rule.region.rule_code,
        "under": rule.under,
        "answers": rule.answers,
        "number": rule.number,
        "title": rule.title,
        "issuer": rule.issuer,
        "issued": str(rule.issued),
        "from": str(rule.valid_from),
        "team_kinds": rule.team_kinds,
        "repeals": rule.repeals,
        "supersedes": rule.supersedes_id,
        "body": rule.body,
    }
    return checksum(said)
