"""A local rule in words: its state as a tag, its paper as rows, its rules as tables."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.errors import Refused
from core.templatetags.zhubang import cn_datetime
from policy.base import TOPIC_LABELS
from policy.book import RuleBook
from policy.compare import COUNTING, quota_words, whose
from policy.errors import PolicyError
from policy.leave import tier_rows
from policy.parties import join_labels
from policy.schema import Pack
from rules.models import LocalRule
from rules.packs import pack_of_rule
from rules.words import topic_words

S, P = LocalRule.State, LocalRule.Phase
_TAGS: dict[str, tuple[str, str]] = {
    S.DRAFT: ("later", "草稿"),
    S.PENDING: ("now", "待确认"),
    S.RETURNED: ("returned", "退回修改"),
    S.REFUSED: ("refused", "不同意"),
    S.WITHDRAWN: ("later", "已撤回"),
    S.CONFIRMED: ("done", "已确认"),
    P.COMING: ("now", "待施行"),
    P.IN_FORCE: ("done", "现行"),
    P.SUPERSEDED: ("later", "已被替代"),
    P.REPEALED: ("later", "已废止"),
    P.REPEALING: ("done", "已确认"),
}


def tag(phase: str) -> tuple[str, str]:
    """Kind and label of the status tag."""
    return _TAGS[phase]


def day(value: Any) -> str:
    return value.isoformat() if value else "未填写"


def topics_label(rule: LocalRule) -> str:
    if rule.repeals:
        return "废止"
    return "、".join(topic_words(topic) for topic in rule.topics) or "还没有写规则"


def paper_rows(rule: LocalRule, book: RuleBook, edit_url: str = "") -> list[dict[str, Any]]:
    """文号, 机关, 施行 … as label and value."""
    base = book.packs.get(rule.under)
    rows = [
        ("number", "文号", rule.number or "未填写"),
        ("issuer", "印发机关", rule.issuer or "未填写"),
        ("issued", "印发日", day(rule.issued)),
        ("valid_from", "施行日", day(rule.valid_from)),
        ("team_kinds", "适用", f"{rule.region.name}，{rule.kinds_label}"),
    ]
    if rule.valid_to:
        rows.append(("", "最后有效日", day(rule.valid_to)))
    if rule.answers and base is not None:
        label = next((row.label for row in base.yields if row.target == rule.answers), rule.answers)
        rows.append(("answers", "作为", label))
    made: list[dict[str, Any]] = [
        {"label": label, "value": value, "change_url": f"{edit_url}#id_{name}" if edit_url and name else ""}
        for name, label, value in rows
    ]
    if base is not None:
        made.append(
            {"label": "依据", "value": f"《{base.pack.title}》", "url": reverse("rules:pack", args=[base.id])}
        )
    if rule.supersedes is not None:
        made.append(
            {
                "label": "废止" if rule.repeals else "替代",
                "value": f"《{rule.supersedes.title}》（{rule.supersedes.number}）",
                "url": rule.supersedes.get_absolute_url(),
            }
        )
    return made


def record_rows(rule: LocalRule, confirmed_by: str) -> list[dict[str, str]]:
    """Who registered and who confirmed, and when."""
    rows = [{"label": "起草", "value": f"{rule.drafted_by.name}", "note": cn_datetime(rule.created_at)}]
    if rule.submitted_at:
        rows.append({"label": "登记", "value": rule.proposer.name, "note": cn_datetime(rule.submitted_at)})
    if confirmed_by:
        rows.append({"label": "确认", "value": confirmed_by, "note": cn_datetime(rule.settled_at)})
    rows.append({"label": "校验码", "value": rule.body_hash[:16] or "—"})
    return rows


def pack_or_problem(rule: LocalRule, book: RuleBook) -> tuple[Pack | None, str]:
    """The rule's pack, or why it cannot be read."""
    if rule.repeals or not rule.body:
        return None, ""
    try:
        return pack_of_rule(rule, book), ""
    except PolicyError as error:
        return None, str(error)


def sections(pack: Pack, labels: dict[str, str]) -> list[dict[str, Any]]:
    """The rules as a reader meets them: tiers per group, counting, quotas, and the rest by clause."""
    articles = {each.id: each.article for each in pack.clause}
    found: list[dict[str, Any]] = []
    for rule in pack.leave:
        told = {tier.clause: join_labels(tier.file_with, pack=pack) for tier in rule.tiers}
        rows = tier_rows(rule, pack)
        found.append(
            {
                "topic": "leave",
                "title": whose(rule.roles, rule, labels) + "请假由谁批",
                "tiers": [
                    {
                        "span": row.label,
                        "who": row.who + (f"，报{told[row.clause]}备案" if told[row.clause] else ""),
                        "article": articles[row.clause],
                    }
                    for row in rows
                ],
            }
        )
    if pack.leave_type:
        lines = [f"{each.label}：{COUNTING[each.counting]}" for each in pack.leave_type]
        found.append({"topic": "leave", "title": "计假办法", "lines": lines})
    if pack.quota:
        lines = [f"{quota_words(row)}（{articles[row.clause]}）" for row in pack.quota]
        found.append({"topic": "quota", "title": "出勤要求", "lines": lines})
    shown = {tier.clause for rule in pack.leave for tier in rule.tiers}
    shown |= {row.clause for row in pack.quota} | {row.clause for row in pack.leave_type}
    rest = [each for each in pack.clause if each.id not in shown]
    if rest:
        lines = [f"{each.article}（{TOPIC_LABELS[each.topic]}）：{each.text}" for each in rest]
        found.append({"topic": "", "title": "其他内容", "lines": lines})
    return found


def place_refusals(sections: list[dict[str, Any]], refusals: list[Refused]) -> None:
    """Put each refusal beside its topic, and where it is about one tier, beside that tier."""
    leave = [section for section in sections if "tiers" in section]
    for refused in refusals:
        if not refused.field.startswith("topic:"):
            continue
        topic, *place = refused.field.removeprefix("topic:").split(":")
        if place and int(place[0]) < len(leave):
            leave[int(place[0])]["tiers"][int(place[1])]["refusal"] = refused.sentence
            continue
        section = next(
            (each for each in sections if each["topic"] == topic), sections[-1] if sections else None
        )
        if section is not None:
            section.setdefault("refusals", []).append(refused.sentence)
