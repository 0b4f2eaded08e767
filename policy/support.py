"""What members are given: the monthly allowances, and what their unit and town see to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from policy.ages import add_months
from policy.basis import InterpretationShown, cite, plain, readings, yuan
from policy.book import RuleBook
from policy.parties import party_label
from policy.periods import Window, clip, month_day, once, period_of
from policy.schema import Pack
from policy.team_topics import SupportRule
from policy.whom import Holding, Whom, rules_for

HELPER_LABELS: dict[str, str] = {
    "tech_commissioner": "农村科技特派员", "rural_service_graduate": "“三支一扶”人员",
    "graduate_volunteer": "高校毕业生志愿者", "finance_assistant": "金融助理",
}  # fmt: skip
CADRE = "cadre"

Outcome = Literal["entitled", "unstated", "excluded", "too_early", "not_posted", "none"]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One person's allowance for one month.

    `outcome`: entitled (`amount` in whole yuan); unstated (entitled, but the document gives no amount: the
    county registers it); excluded (not for this person, `text` says why); too_early (`since` is when it
    begins); not_posted; none (the document has no such allowance). `part_month`: posted for a part of it only.
    """

    code: str
    label: str
    outcome: Outcome
    month: str
    amount: int | None = None
    part_month: bool = False
    since: date | None = None
    reviewed_by: str | None = None
    paid_by: str | None = None
    clauses: tuple[str, ...] = ()
    interpretations: tuple[InterpretationShown, ...] = ()
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        """What a record keeps."""
        found: dict[str, Any] = plain(self)
        return found


def stipend(
    book: RuleBook, whom: Whom, month: date, postings: Iterable[Window], kind: str = CADRE
) -> Entitlement:
    """The living allowance of the month of `month` for a person with these postings there.

    `kind`: cadre, or one of HELPER_LABELS. The rules are those of the month's first day on post. Whole months:
    nothing is taken off by the day, and several postings in a month give one allowance.
    """
    return _monthly(book, whom, month, postings, kind, "stipend")


def town_allowance(
    book: RuleBook, whom: Whom, month: date, postings: Iterable[Window], kind: str = CADRE
) -> Entitlement:
    """The township allowance of the month of `month`, which begins after so many months on post.

    The months are those of one unbroken posting; two postings that follow each other are one.
    """
    return _monthly(book, whom, month, postings, kind, "town_allowance")


def _monthly(
    book: RuleBook, whom: Whom, month: date, postings: Iterable[Window], kind: str, what: str
) -> Entitlement:
    period = period_of("month", month)
    runs = clip(postings, once(date.min))
    there = clip(runs, period)
    label = "生活补助" if what == "stipend" else "乡镇工作补贴"
    if not there:
        return Entitlement(
            what, label, "not_posted", period.key, text=f"{period.label}没有派驻，不发{label}。"
        )
    holding = rules_for(book, "support", whom, there[0].first)
    rules = [rule for rule in holding.rules if rule.what == what]
    if not rules:
        text = f"文件没有写{label}。"
        return Entitlement(what, label, "none", period.key, text=text)
    rule = next((each for each in rules if not _why_not(each, whom, kind)), None)
    if rule is None:
        return _excluded(book, holding, rules[0], whom, kind, period.key)
    days = sum(((window.last or window.first) - window.first).days + 1 for window in there)
    since = add_months(_run_of(runs, there[-1]).first, rule.after_months) if rule.after_months else None
    late = since is not None and (there[-1].last or period.first) < since
    outcome: Outcome = "too_early" if late else "entitled" if rule.amount is not None else "unstated"
    clauses = tuple(dict.fromkeys([rule.clause, *rule.clauses]))
    return Entitlement(
        code=rule.code, label=rule.label, outcome=outcome, month=period.key,
        amount=None if late else rule.amount, part_month=days < period.days, since=since,
        reviewed_by=rule.reviewed_by, paid_by=rule.paid_by, clauses=clauses,
        interpretations=readings(book, clauses),
        text=_words(book, holding.pack, rule, outcome, period.label, since, clauses),
    )  # fmt: skip


def _words(
    book: RuleBook,
    pack: Pack | None,
    rule: SupportRule,
    outcome: Outcome,
    month: str,
    since: date | None,
    clauses: tuple[str, ...],
) -> str:
    if outcome == "too_early" and since is not None:
        when = f"{since.year}年{since.month}月{since.day}日"
        said = f"派驻满 {rule.after_months} 个月（{when}）起享受{rule.label}，{month}还没有满"
    elif outcome == "entitled" and rule.amount is not None:
        said = f"{month}{rule.label} {yuan(rule.amount)}，按整月计"
    else:
        may = "可以发" if rule.modality == "may" else "应发"
        said = f"{month}{may}{rule.label}，文件没有写标准，由县里登记本地制度"
    if rule.reviewed_by and outcome != "too_early":
        said += f"，由{party_label(rule.reviewed_by, pack)}审核造册"
    if rule.paid_by and outcome != "too_early":
        said += f"，{party_label(rule.paid_by, pack)}拨付"
    return f"{said}。依据：{cite(book, clauses)}。"


def _why_not(rule: SupportRule, whom: Whom, kind: str) -> str:
    """Why a row is not for this person; empty when it is."""
    if kind != CADRE and (kind in rule.not_for or (rule.only_for and kind not in rule.only_for)):
        return f"{HELPER_LABELS.get(kind, kind)}的待遇按各自的规定"
    if kind == CADRE and rule.only_for:
        return "不是写给干部的"
    if rule.dispatched_by and whom.dispatched_by not in rule.dispatched_by:
        names = {"county": "县直单位", "city": "市直单位", "province": "省直单位"}
        only = "、".join(names.get(code, code) for code in rule.dispatched_by)
        return f"只写给{only}派出的人员"
    roles = {whom.role, "first_secretary"} if whom.also_first_secretary else {whom.role}
    if rule.roles and not roles & set(rule.roles):
        return "不是写给这种身份的"
    return ""


def _excluded(
    book: RuleBook, holding: Holding, rule: SupportRule, whom: Whom, kind: str, month: str
) -> Entitlement:
    others = [row.clause for row in holding.rules if row.what == "others" and kind in row.only_for]
    clauses = tuple(dict.fromkeys([rule.clause, *others]))
    why = _why_not(rule, whom, kind)
    return Entitlement(
        code=rule.code, label=rule.label, outcome="excluded", month=month, clauses=clauses,
        interpretations=readings(book, clauses),
        text=f"不列入{rule.label}的名册：{why}。依据：{cite(book, clauses)}。",
    )  # fmt: skip


def _run_of(runs: tuple[Window, ...], part: Window) -> Window:
    return next(run for run in runs if part.first in run)


@dataclass(frozen=True, slots=True)
class CareItem:
    """Something that is seen to beside the allowances: a check-up, insurance, a visit, a car.

    `per` and `at_least`: how often, where the text says. `due`: the last day in the year asked about.
    `may`: the text lets it, but does not ask it. `amount_unstated`: an allowance without a figure.
    """

    code: str
    label: str
    what: str
    items: tuple[str, ...]
    per: str | None
    at_least: int | None
    provided_by: str | None
    provider: str
    due: date | None
    may: bool
    amount_unstated: bool
    clause: str
    article: str
    interpretations: tuple[InterpretationShown, ...]


def care_items(book: RuleBook, whom: Whom, on: date, kind: str = CADRE) -> tuple[CareItem, ...]:
    """What this person is to be given beside the monthly allowances, by the rules of `on`."""
    holding = rules_for(book, "support", whom, on)
    return tuple(
        CareItem(
            code=rule.code, label=rule.label, what=rule.what, items=rule.items, per=rule.per,
            at_least=rule.at_least, provided_by=rule.paid_by,
            provider=party_label(rule.paid_by, holding.pack) if rule.paid_by else "",
            due=month_day(on.year, rule.due) if rule.due else None, may=rule.modality == "may",
            amount_unstated=rule.amount_unstated, clause=rule.clause, article=book.clause(rule.clause).article,
            interpretations=readings(book, [rule.clause]),
        )
        for rule in holding.rules
        if rule.what not in ("stipend", "town_allowance") and not _why_not(rule, whom, kind)
    )  # fmt: skip
