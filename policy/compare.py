"""What differs between two sets of rules, line by line and in words: two versions, or a draft and what holds now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from policy.base import DISPATCHER_LABELS, ROLE_LABELS, TOPIC_LABELS
from policy.days import format_days
from policy.leave import tier_rows
from policy.local_rules import topics_of
from policy.parties import join_labels
from policy.schema import Common, LeaveRule, Pack
from policy.topics import QuotaRule

COUNTING = {"calendar": "按日历天数计", "workdays": "只计工作日"}
PER = {"week": "每周", "month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年"}
MEASURE = {"on_post": "在岗", "night": "住村", "stay": "住村（含入户住宿）"}
NOTHING = "没有规定"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: what it is about, and what holds before and after."""

    topic: str
    what: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def says(self) -> str:
        """队员请假超过 3 天至 5 天：原来由队长批准，改为由镇党委书记批准."""
        if self.before == NOTHING:
            return f"{self.what}：新规定{self.after}"
        if self.after == NOTHING:
            return f"{self.what}：原来{self.before}，不再规定"
        return f"{self.what}：原来{self.before}，改为{self.after}"


def compare(old: Pack | None, new: Pack | None, common: Common) -> list[Line]:
    """Every line of both, in the order of a document: leave by who and length, counting, quotas, the rest."""
    return [*_leave(old, new), *_counting(old, new, common), *_quotas(old, new), *_others(old, new)]


def quota_words(row: QuotaRule) -> str:
    """每月在岗不少于 20 天（只计工作日）."""
    unit = "天" if row.measure == "on_post" else "夜"
    number = f"{row.at_least:g}"
    extra = ["只计工作日"] if row.on == "workdays" else []
    if row.cap != "none":
        extra.append("不超过当期工作日" if row.cap == "workdays" else "不超过当期工作日减一")
    if row.part_period == "full":
        extra.append("不足一期的不折算")
    if row.count_trip:
        extra.append("因公外出算在岗")
    return f"{PER[row.per]}{MEASURE[row.measure]}不少于 {number} {unit}" + (
        f"（{'，'.join(extra)}）" if extra else ""
    )


def whose(roles: Iterable[str], rule: LeaveRule, labels: dict[str, str]) -> str:
    """队长、队员; 队员（病假）; 县直单位选派的队员."""
    sent = "、".join(DISPATCHER_LABELS[each] for each in rule.dispatched_by)
    types = "、".join(labels.get(each, each) for each in rule.types)
    return f"{sent + '选派的' if sent else ''}{'、'.join(ROLE_LABELS[role] for role in roles)}{f'（{types}）' if types else ''}"


Key = tuple[str, tuple[str, ...], tuple[str, ...]]


def _ladders(pack: Pack | None) -> dict[Key, list[tuple[int | None, str]]]:
    """By role, types and dispatchers: upper bound in halves and who decides."""
    found: dict[Key, list[tuple[int | None, str]]] = {}
    for rule in pack.leave if pack else ():
        rows = []
        for row, tier in zip(tier_rows(rule, pack), rule.tiers, strict=True):  # type: ignore[arg-type]
            told = f"，报{join_labels(tier.file_with, pack=pack)}备案" if tier.file_with else ""
            rows.append((row.bound, f"{'' if row.who.startswith('先由') else '由'}{row.who}{told}"))
        for role in rule.roles:
            found.setdefault((role, rule.types, rule.dispatched_by), rows)
    return found


def _for(ladders: dict[Key, list[tuple[int | None, str]]], key: Key) -> list[tuple[int | None, str]] | None:
    """The tiers that hold for somebody: his own, else those that name no type and no dispatcher."""
    return ladders.get(key) or ladders.get((key[0], (), ()))


def _leave(old: Pack | None, new: Pack | None) -> Iterator[Line]:
    before, after = _ladders(old), _ladders(new)
    labels = {each.code: each.label for pack in (old, new) if pack for each in pack.leave_type}
    alike: dict[tuple[Any, ...], list[Key]] = {}
    for key in sorted({**before, **after}, key=lambda each: (list(ROLE_LABELS).index(each[0]), each[1:])):
        rows = tuple(_for(before, key) or ()), tuple(_for(after, key) or ())
        alike.setdefault((key[1:], rows), []).append(key)
    for (_, (was, will)), keys in alike.items():
        rule = LeaveRule.model_construct(types=keys[0][1], dispatched_by=keys[0][2])
        name = whose([key[0] for key in keys], rule, labels)
        parts: list[tuple[int | None, int | None, str, str]] = []
        below: int | None = None
        for bound in (*sorted({each for each, _ in (*was, *will) if each}), None):
            pair = _at(was, bound), _at(will, bound)
            if parts and parts[-1][2:] == pair:
                parts[-1] = (parts[-1][0], bound, *pair)
            else:
                parts.append((below, bound, *pair))
            below = bound
        for low, high, earlier, later in parts:
            yield Line("leave", f"{name}请假{_length(low, high)}", earlier, later)


def _at(rows: Iterable[tuple[int | None, str]], halves: int | None) -> str:
    for bound, who in rows:
        if bound is None or (halves is not None and halves <= bound):
            return who
    return NOTHING


def _length(low: int | None, high: int | None) -> str:
    if high is None:
        return "" if low is None else f"超过 {format_days(low)} 天"
    if low is None:
        return f"不超过 {format_days(high)} 天"
    return f"超过 {format_days(low)} 天至 {format_days(high)} 天"


def _counting(old: Pack | None, new: Pack | None, common: Common) -> Iterator[Line]:
    law = {each.code: each for each in common.leave_type}
    before, after = ({each.code: each for each in pack.leave_type} if pack else {} for pack in (old, new))
    for code in {**before, **after}:
        label = (after.get(code) or before.get(code) or law[code]).label
        was, will = (kinds.get(code) or law.get(code) for kinds in (before, after))
        yield Line(
            "leave",
            f"{label}怎么计",
            COUNTING[was.counting] if was else NOTHING,
            COUNTING[will.counting] if will else NOTHING,
        )


def _quotas(old: Pack | None, new: Pack | None) -> Iterator[Line]:
    before, after = ({row.code: row for row in pack.quota} if pack else {} for pack in (old, new))
    for code in {**before, **after}:
        was, will = before.get(code), after.get(code)
        yield Line(
            "quota",
            (will or was).label,  # type: ignore[union-attr]
            quota_words(was) if was else NOTHING,
            quota_words(will) if will else NOTHING,
        )


def _others(old: Pack | None, new: Pack | None) -> Iterator[Line]:
    """Topics the tables above do not spell out, by the words of their clauses."""
    topics = [topic for pack in (old, new) if pack for topic in topics_of(pack)]
    for topic in dict.fromkeys(topics):
        if topic in ("leave", "quota"):
            continue
        said = (
            "；".join(each.text for each in pack.clause if each.topic == topic) if pack else ""
            for pack in (old, new)
        )
        was, will = (words or NOTHING for words in said)
        yield Line(topic, TOPIC_LABELS[topic], was, will)
