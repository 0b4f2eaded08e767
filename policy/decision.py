"""The answer to a leave question: what is routed where, and the words and figures to show and store."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from policy.basis import InterpretationShown, cite
from policy.calendar import Calendar
from policy.days import Span, format_days
from policy.parties import join_labels, party_label
from policy.schema import Interpretation, Pack, Shown

if TYPE_CHECKING:
    from policy.book import RuleBook

FROZEN_VERSION = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One step: any one of the parties, or all of them; `voice` is "decide" or "opinion"."""

    mode: str
    parties: tuple[str, ...]
    voice: str = "decide"


@dataclass(frozen=True, slots=True)
class TierRow:
    """One row of “为什么到您这里”. `bound` is the upper bound in halves, None when open."""

    label: str
    who: str
    active: bool
    clause: str
    article: str
    bound: int | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Touching leave counted together.

    `refs`: the other leaves, in order of time. `first`, `last`: the whole stretch. `halves`: its length.
    `alone_label`, `alone_who`: the tier this leave alone would have had, and who would have decided.
    `extends`: among them is the leave that this one extends.
    """

    refs: tuple[str, ...]
    first: date
    last: date
    halves: int
    alone_label: str
    alone_who: str
    extends: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """The part of a decision that depends only on the rule and the tier."""

    steps: tuple[Step, ...]
    filings: tuple[str, ...]
    copies: tuple[str, ...]
    clauses: tuple[str, ...]
    tiers: tuple[TierRow, ...]
    upward: tuple[str, ...]
    who: str
    active_label: str


@dataclass(frozen=True, slots=True)
class Applied:
    """The rule found for a case, whatever its dates of leave: one template per tier."""

    book: RuleBook
    outcome: str
    pack: Pack | None
    role: str
    type: str
    first_secretary: bool
    dispatched_by: str
    counting: str
    bounds: tuple[int, ...]
    templates: tuple[Template, ...]
    yield_to: tuple[str, ...]
    reason: str

    def template(self, halves: int) -> Template:
        """The tier of that length."""
        return self.templates[bisect_left(self.bounds, halves)]


class LeaveDecision:
    """The decision on one leave request. Words are made when first read.

    `outcome`: route, unspecified or yields. `absence_halves`: its own calendar length; `total_halves`:
    the length that chose the tier (touching leave included); `charged_halves`: charged to the balance.
    `managing_office`: who names the deciders by hand when nothing routes it; None where no document
    is known for the region. `upward`: who may stand in from above for a single decider who is away.
    """

    __slots__ = (
        "_applied", "_calendar", "_interpretations", "_template", "_text", "absence_halves", "asked_on",
        "charged_halves", "clauses", "copies", "filings", "joined", "managing_office", "outcome", "pack_id",
        "span", "status", "steps", "tiers", "total_halves", "upward", "yield_to",
    )  # fmt: skip

    outcome: str
    steps: tuple[Step, ...]
    filings: tuple[str, ...]
    copies: tuple[str, ...]
    clauses: tuple[str, ...]
    tiers: tuple[TierRow, ...]
    upward: tuple[str, ...]

    def __init__(
        self, *, applied: Applied, template: Template, span: Span, asked_on: date, absence: int, charged: int,
        total: int, joined: Joined | None, calendar: Calendar,
    ) -> None:  # fmt: skip
        self._applied: Applied | None = applied
        self._template: Template | None = template
        self._calendar: Calendar | None = calendar
        self._interpretations: tuple[InterpretationShown, ...] | None = None
        self._text: str | None = None
        pack = applied.pack
        self.outcome = applied.outcome
        self.pack_id: str | None = pack.pack.id if pack else None
        self.status: str | None = pack.pack.status if pack else None
        self.managing_office: str | None = pack.pack.managing_office if pack else None
        self.yield_to: tuple[str, ...] = applied.yield_to
        self.steps = template.steps
        self.filings = template.filings
        self.copies = template.copies
        self.clauses = template.clauses
        self.tiers = template.tiers
        self.upward = template.upward
        self.span = span
        self.asked_on = asked_on
        self.absence_halves = absence
        self.charged_halves = charged
        self.total_halves = total
        self.joined = joined

    @property
    def days(self) -> int | float:
        """Calendar days of this leave: an int when whole."""
        whole, odd = divmod(self.absence_halves, 2)
        return whole + 0.5 if odd else whole

    @property
    def interpretations(self) -> tuple[InterpretationShown, ...]:
        """The readings of ours that affect this decision, the document's own first."""
        if self._interpretations is None:
            self._interpretations = tuple(
                InterpretationShown(key, each.says, each.why)
                for key, each in self._candidates()
                if (not each.clauses or any(clause in self.clauses for clause in each.clauses))
                and self._affected(each.shown)
            )
        return self._interpretations

    def _candidates(self) -> list[tuple[str, Interpretation]]:
        assert self._applied is not None
        book = self._applied.book
        packs = dict.fromkeys(book.pack_of(clause).id for clause in self.clauses)
        own = [item for pack in packs for item in book.pack(pack).interpretation.items()]
        common = [item for item in book.common.interpretation.items() if not item[1].clauses]
        return own + common

    def _affected(self, shown: Shown) -> bool:
        applied, template, calendar = self._applied, self._template, self._calendar
        assert applied is not None
        assert template is not None
        assert calendar is not None
        total = self.total_halves
        facts: dict[str, bool] = {
            "odd_half": total % 2 == 1,
            "joined": self.joined is not None,
            "copies": bool(template.copies),
            "first_secretary": applied.first_secretary or applied.role == "first_secretary",
            "at_bound": any(bound % 2 == 0 and total - bound in (0, 1) for bound in applied.bounds),
        }
        if shown.rest_days is not None:
            facts["rest_days"] = not all(calendar.is_workday(day) for day in self.span.dates())
        for name, value in facts.items():
            wanted = getattr(shown, name)
            if wanted is not None and wanted != value:
                return False
        deciders = {party for step in self.steps for party in step.parties}
        return (
            (not shown.roles or applied.role in shown.roles)
            and applied.type not in shown.not_types
            and (not shown.parties or any(party in deciders for party in shown.parties))
            and (not shown.dispatched_by or applied.dispatched_by in shown.dispatched_by)
        )

    @property
    def text(self) -> str:
        """One Chinese sentence or two: how long, who decides, who is told, by which clause."""
        if self._text is None:
            self._text = self._write()
        return self._text

    def _write(self) -> str:
        applied, template = self._applied, self._template
        assert applied is not None
        assert template is not None
        pack = applied.pack
        length = f"共 {format_days(self.absence_halves)} 天"
        if self.joined is not None:
            how = "是续假，从第一天起" if self.joined.extends else "与前后的假相连，"
            length += (
                f"，{how}按 {format_days(self.total_halves)} 天算"
                f"（{_month_day(self.joined.first)}至{_month_day(self.joined.last)}）"
            )
            if not self.joined.extends and self.joined.alone_who and self.joined.alone_who != template.who:
                length += f"；单算 {format_days(self.absence_halves)} 天由{self.joined.alone_who}"
        cited = self._cited()
        if self.outcome == "route":
            text = f"{length}，{'' if template.who.startswith('先由') else '由'}{template.who}"
            if self.filings:
                text += f"，并报{join_labels(self.filings, pack=pack)}备案"
            if self.yield_to:
                text += (
                    f"；{'、'.join(self.yield_to)}还没有登记，按本文件执行" if not self._answered() else ""
                )
            text += f"。依据：{cited}。"
        else:
            if self.managing_office:
                whom = f"由{party_label(self.managing_office, pack)}指定批准人并写明理由"
            else:
                whom = "由县级主管部门指定批准人并写明理由"
            ask = "；县里应当登记本地制度" if self.outcome == "unspecified" and self.clauses else ""
            text = f"{length}。{applied.reason}，{whom}{ask}。" + (f"依据：{cited}。" if cited else "")
        if self.copies:
            text += f"知会{join_labels(self.copies, pack=pack)}。"
        if pack is not None and pack.pack.status == "to_be_confirmed":
            text += f"（{pack.pack.status_note or '这份文件待县里确认是否仍然有效'}）"
        return text

    def _answered(self) -> bool:
        assert self._applied is not None
        return bool(self._applied.pack and self._applied.pack.pack.answers)

    def _cited(self) -> str:
        assert self._applied is not None
        return cite(self._applied.book, self.clauses)

    def as_json(self) -> dict[str, Any]:
        """What `explain` prints: outcome, steps, filings, clauses, interpretations, days, text."""
        return {
            "outcome": self.outcome,
            "steps": [{"mode": step.mode, "parties": list(step.parties)} for step in self.steps],
            "filings": list(self.filings),
            "clauses": list(self.clauses),
            "interpretations": [
                {"id": each.id, "says": each.says, "why": each.why} for each in self.interpretations
            ],
            "days": self.days,
            "text": self.text,
        }

    def frozen(self) -> dict[str, Any]:
        """Everything about the decision as plain JSON: what a request keeps for good."""
        return {
            "version": FROZEN_VERSION,
            "outcome": self.outcome,
            "pack": self.pack_id,
            "status": self.status,
            "managing_office": self.managing_office,
            "yield_to": list(self.yield_to),
            "asked_on": self.asked_on.isoformat(),
            "span": self.span.to_json(),
            "absence_halves": self.absence_halves,
            "charged_halves": self.charged_halves,
            "total_halves": self.total_halves,
            "joined": None
            if self.joined is None
            else {
                "refs": list(self.joined.refs),
                "first": self.joined.first.isoformat(),
                "last": self.joined.last.isoformat(),
                "halves": self.joined.halves,
                "alone_label": self.joined.alone_label,
                "alone_who": self.joined.alone_who,
                "extends": self.joined.extends,
            },
            "steps": [
                {"mode": step.mode, "parties": list(step.parties), "voice": step.voice} for step in self.steps
            ],
            "filings": list(self.filings),
            "copies": list(self.copies),
            "upward": list(self.upward),
            "clauses": list(self.clauses),
            "tiers": [
                {
                    "label": row.label, "who": row.who, "active": row.active, "clause": row.clause,
                    "article": row.article, "bound": row.bound,
                }
                for row in self.tiers
            ],
            "interpretations": [
                {"id": each.id, "says": each.says, "why": each.why} for each in self.interpretations
            ],
            "text": self.text,
        }  # fmt: skip

    @classmethod
    def thaw(cls, stored: dict[str, Any]) -> LeaveDecision:
        """The decision stored by `frozen`, readable without the rules it was made by."""
        if stored.get("version") != FROZEN_VERSION:
            raise ValueError(f"unknown version of a stored decision: {stored.get('version')!r}")
        self = cls.__new__(cls)
        self._applied = self._template = self._calendar = None
        self.outcome = stored["outcome"]
        self.pack_id = stored["pack"]
        self.status = stored["status"]
        self.managing_office = stored["managing_office"]
        self.yield_to = tuple(stored["yield_to"])
        self.asked_on = date.fromisoformat(stored["asked_on"])
        self.span = Span.from_json(stored["span"])
        self.absence_halves = stored["absence_halves"]
        self.charged_halves = stored["charged_halves"]
        self.total_halves = stored["total_halves"]
        joined = stored["joined"]
        self.joined = joined and Joined(
            tuple(joined["refs"]), date.fromisoformat(joined["first"]), date.fromisoformat(joined["last"]),
            joined["halves"], joined["alone_label"], joined["alone_who"], joined["extends"],
        )  # fmt: skip
        self.steps = tuple(Step(row["mode"], tuple(row["parties"]), row["voice"]) for row in stored["steps"])
        self.filings = tuple(stored["filings"])
        self.copies = tuple(stored["copies"])
        self.upward = tuple(stored["upward"])
        self.clauses = tuple(stored["clauses"])
        self.tiers = tuple(TierRow(**row) for row in stored["tiers"])
        self._interpretations = tuple(InterpretationShown(**row) for row in stored["interpretations"])
        self._text = stored["text"]
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LeaveDecision) and self.frozen() == other.frozen()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<LeaveDecision {self.outcome} {list(self.clauses)} {format_days(self.total_halves)} days>"


def _month_day(day: date) -> str:
    return f"{day.month}月{day.day}日"
