"""Money for the work: who signs for it, who owes how much to whom by when, which way it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from policy.basis import InterpretationShown, cite, plain, readings, yuan
from policy.book import RuleBook
from policy.decision import Step
from policy.errors import PolicyInputError
from policy.parties import join_labels, party_label
from policy.periods import month_day
from policy.schema import Pack
from policy.team_topics import FundAct, FundRule
from policy.whom import Holding, Whom, rules_for

ACT_LABELS: dict[str, str] = {
    "project_arrangement": "资金项目安排", "arrangement_change": "资金项目安排的变更",
    "work_fund": "工作经费使用", "payment": "付款", "stipend": "补助发放",
}  # fmt: skip
# What no document asks a signature of this kind for unless it says so.
_FREE = ("payment", "stipend")
_SIGNED = ("dual_signature", "review")


@dataclass(frozen=True, slots=True)
class FundSigning:
    """Who must sign before money is arranged.

    `outcome`: dual_signature or review (by `steps`, one after another, all parties of a step); not_required
    (the document asks no signature for this act); unspecified (it is silent on who signs: `managing_office`
    names the signers by hand, a county may register its rule). `substitutes`: whether an acting holder may
    sign; never for a dual signature, which must be two people.
    """

    act: str
    outcome: Literal["dual_signature", "review", "not_required", "unspecified"]
    steps: tuple[Step, ...]
    substitutes: bool
    clauses: tuple[str, ...]
    interpretations: tuple[InterpretationShown, ...]
    pack_id: str | None
    managing_office: str | None
    text: str

    @property
    def signers(self) -> tuple[str, ...]:
        """Everybody who signs, in order."""
        return tuple(party for step in self.steps for party in step.parties)

    def as_json(self) -> dict[str, Any]:
        """What a record keeps."""
        found: dict[str, Any] = plain(self)
        return found


def who_signs(book: RuleBook, whom: Whom, act: FundAct | str, on: date) -> FundSigning:
    """Who must sign for `act` (see ACT_LABELS) of the team of `whom`, asked on `on`.

    Raises PolicyInputError for an act nobody knows.
    """
    if act not in get_args(FundAct):
        raise PolicyInputError(f"没有“{act}”这种事项", field="act")
    holding = rules_for(book, "fund", whom, on)
    signing = [rule for rule in holding.rules if rule.what in _SIGNED and _fits(rule, whom)]
    covering = [rule for rule in signing if act in rule.covers]
    pack = holding.pack
    if covering:
        return _signed(book, pack, act, covering, holding)
    clauses = tuple(dict.fromkeys(rule.clause for rule in signing))
    if act in _FREE or (act == "work_fund" and signing):
        about = f"不用于{ACT_LABELS[act]}，按财务制度办" if signing else "按财务制度办，文件没有要求另外签批"
        said = "、".join(rule.label for rule in signing)
        text = f"{ACT_LABELS[act]}：{said}{about}。" + (f"依据：{cite(book, clauses)}。" if clauses else "")
        return _answer(book, act, "not_required", (), True, clauses, pack, text)
    silent = _silence(book, pack, on)
    clauses = clauses or tuple(row.clause for row in silent[:1])
    says = silent[0].says if silent else "文件没有写资金由谁签字"
    office = party_label(pack.pack.managing_office, pack) if pack else "县级主管部门"
    text = f"{ACT_LABELS[act]}：{says}，由{office}指定签字人并写明理由；县里可以登记本地制度。"
    return _answer(book, act, "unspecified", (), True, clauses, pack, text)


def _signed(
    book: RuleBook, pack: Pack | None, act: str, covering: list[FundRule], holding: Holding
) -> FundSigning:
    # What is reviewed is reviewed before it is signed for.
    ordered = sorted(covering, key=lambda rule: rule.what == "dual_signature")
    steps = tuple(Step("all", rule.signers) for rule in ordered)
    clauses = tuple(dict.fromkeys(rule.clause for rule in ordered))
    dual = any(rule.what == "dual_signature" for rule in ordered)
    parts = [
        f"由{join_labels(rule.signers, pack=pack)}{'双签，缺一不可' if rule.what == 'dual_signature' else '审核'}"
        for rule in ordered
    ]
    given_way = f"；{'、'.join(holding.yield_to)}还没有登记，按本文件执行" if _in_vain(holding) else ""
    text = f"{ACT_LABELS[act]}{'，再'.join(parts)}{given_way}。依据：{cite(book, clauses)}。"
    return _answer(book, act, "dual_signature" if dual else "review", steps, not dual, clauses, pack, text)


def _in_vain(holding: Holding) -> bool:
    return bool(holding.yield_to and holding.pack and not holding.pack.pack.answers)


def _answer(
    book: RuleBook,
    act: str,
    outcome: Literal["dual_signature", "review", "not_required", "unspecified"],
    steps: tuple[Step, ...],
    substitutes: bool,
    clauses: tuple[str, ...],
    pack: Pack | None,
    text: str,
) -> FundSigning:
    parties = [party for step in steps for party in step.parties]
    if pack is not None and pack.pack.status == "to_be_confirmed":
        text += f"（{pack.pack.status_note or '这份文件待县里确认是否仍然有效'}）"
    return FundSigning(
        act=act, outcome=outcome, steps=steps, substitutes=substitutes, clauses=clauses,
        interpretations=readings(book, clauses, parties), pack_id=pack.id if pack else None,
        managing_office=pack.pack.managing_office if pack else None, text=text,
    )  # fmt: skip


def _silence(book: RuleBook, pack: Pack | None, on: date) -> list[Any]:
    """The rows by which a document, or the one it stands on, says that it names no signer."""
    packs = [pack, book.pack(pack.pack.under) if pack.pack.under else None] if pack else []
    return [
        row
        for each in packs
        if each is not None
        for row in each.unspecified
        if row.topic == "fund" and row.in_force(on) and (not row.codes or set(row.codes) & set(_SIGNED))
    ]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Money that is due to each team or captain.

    `amount`: whole yuan, None where the text gives none; `at_least`: more is welcome. `due`: the last day, None
    where the text has none. `teams`: how many teams the text counts.
    """

    code: str
    label: str
    amount: int | None
    at_least: bool
    per: str
    each: str
    teams: int | None
    paid_by: str
    paid_to: str | None
    due: date | None
    use: str
    use_only: bool
    clauses: tuple[str, ...]
    interpretations: tuple[InterpretationShown, ...]
    text: str

    @property
    def total(self) -> int | None:
        """What all the teams the text counts get together; None where it does not count them."""
        return self.amount * self.teams if self.amount is not None and self.teams else None

    def short(self, given: int) -> int:
        """Whole yuan still missing when `given` has arrived; 0 where the text names no amount."""
        return max(0, (self.amount or 0) - given)

    def late(self, given: int, today: date) -> bool:
        """True when the last day has passed and something is missing (where no amount is named: everything)."""
        missing = self.short(given) > 0 if self.amount is not None else given <= 0
        return self.due is not None and today > self.due and missing


def allocations(book: RuleBook, whom: Whom, on: date) -> tuple[Allocation, ...]:
    """What is due to the team of `whom` (its kind and who sent it count) by the rules of `on`, in that year."""
    holding = rules_for(book, "fund", whom, on)
    return tuple(
        _allocation(book, holding.pack, rule, on)
        for rule in holding.rules
        if rule.what == "allocation" and _fits(rule, whom)
    )


def _allocation(book: RuleBook, pack: Pack | None, rule: FundRule, on: date) -> Allocation:
    clauses = tuple(dict.fromkeys([rule.clause, *rule.clauses]))
    due = month_day(on.year, rule.due) if rule.due else None
    whose = "每队" if rule.each == "team" else "每名队长"
    often = {"year": "每年", "month": "每月", "quarter": "每季度", "half_year": "每半年"}.get(
        rule.per or "", ""
    )
    least = "不少于 " if rule.at_least else " "
    sum_ = "，文件没有写金额" if rule.amount is None else least + yuan(rule.amount)
    paid_by = rule.paid_by or ""
    text = f"{rule.label}：{whose}{often}{sum_}，由{party_label(paid_by, pack)}安排"
    if rule.paid_to:
        text += f"，拨付到{party_label(rule.paid_to, pack)}"
    if due:
        text += f"，{due.month}月{due.day}日前到位"
    if rule.use:
        text += f"，{'只能' if rule.use_only else '主要'}用于{rule.use}"
    return Allocation(
        code=rule.code, label=rule.label, amount=rule.amount, at_least=rule.at_least, per=rule.per or "unstated",
        each=rule.each or "team", teams=rule.teams, paid_by=paid_by, paid_to=rule.paid_to, due=due,
        use=rule.use, use_only=rule.use_only, clauses=clauses, interpretations=readings(book, clauses),
        text=f"{text}。依据：{cite(book, clauses)}。",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """The accounts the money passes through, in order."""

    label: str
    stops: tuple[str, ...]
    paid_by: str | None
    clause: str


def routes(book: RuleBook, whom: Whom, on: date) -> tuple[Route, ...]:
    """Which way the money must go; none where the document does not say."""
    return tuple(
        Route(rule.label, rule.route, rule.paid_by, rule.clause)
        for rule in rules_for(book, "fund", whom, on).rules
        if rule.what == "route" and _fits(rule, whom)
    )


def _fits(rule: FundRule, whom: Whom) -> bool:
    return (rule.team_kind is None or rule.team_kind == whom.team_kind) and (
        not rule.dispatched_by or whom.dispatched_by in rule.dispatched_by
    )
