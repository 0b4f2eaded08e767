"""The schema of a rule pack: one document, its clauses, and its rules by topic."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from policy.base import (
    ClauseId,
    Code,
    Dated,
    Dispatcher,
    Kind,
    Level,
    Mode,
    Parties,
    Party,
    Role,
    Rule,
    Strict,
    TeamKind,
    Text,
    Topic,
)
from policy.team_topics import (
    AssessmentRule,
    CompositionRule,
    DisciplineRule,
    DutyRule,
    EligibilityRule,
    Evidence,
    FilingRule,
    FundRule,
    ManagementRule,
    PairingRule,
    ProcedureRule,
    SupportRule,
)
from policy.topics import ChainRule, DeadlineRule, Obligation, QuotaRule, ReportRule

RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]


class RegionRef(Strict):
    """The region a document governs: 12-digit statistical code, name, level."""

    code: RegionCode
    name: Text
    level: Level


class DispatcherRef(Strict):
    """A dispatching side the document itself names, e.g. 东莞市 as the partner city."""

    code: Dispatcher
    name: Text


class Header(Dated):
    """The document: who issued it, where it holds, which office manages it.

    `under` is set on a local rule only: the pack it stands on. `answers` names the yields of that pack
    whose rules this one is (e.g. "first_secretary").
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    number: str = ""
    issuer: Text
    issued: date | None = None
    region: RegionRef
    team_kinds: Annotated[tuple[TeamKind, ...], Field(min_length=1)]
    managing_office: Party
    status: Literal["in_force", "to_be_confirmed"] = "in_force"
    status_note: str = ""
    dispatchers: tuple[DispatcherRef, ...] = ()
    parties: dict[Party, Text] = Field(default_factory=dict)
    under: str = ""
    answers: tuple[Code, ...] = ()

    @property
    def citation(self) -> str:
        """How a sentence names the document: its number, else its title in 《》."""
        return self.number or f"《{self.title}》"


class Clause(Strict):
    """One clause of the document in our own words."""

    id: ClauseId
    article: Text
    kind: Kind
    mode: Mode
    topic: Topic
    text: Text


class Shown(Strict):
    """When a leave decision is affected by an interpretation; every condition given must hold."""

    at_bound: bool | None = None
    odd_half: bool | None = None
    rest_days: bool | None = None
    joined: bool | None = None
    copies: bool | None = None
    first_secretary: bool | None = None
    roles: tuple[Role, ...] = ()
    not_types: tuple[Code, ...] = ()
    parties: Parties = ()
    dispatched_by: tuple[Dispatcher, ...] = ()


class Interpretation(Strict):
    """A reading of ours where the text is open: what it says, why, and of which clauses."""

    says: Text
    why: Text
    clauses: tuple[ClauseId, ...] = ()
    shown: Shown = Shown()


class StepRow(Strict):
    """One step of a decision: any one of these parties, or all of them."""

    any: Parties | None = None
    all: Parties | None = None
    voice: Literal["decide", "opinion"] = "decide"

    @model_validator(mode="after")
    def _one_list(self) -> StepRow:
        if (self.any is None) == (self.all is None):
            raise ValueError("一步只能写 any 或 all 中的一个")
        if not self.parties:
            raise ValueError("一步至少要有一方")
        if len(set(self.parties)) != len(self.parties):
            raise ValueError("同一步里同一方写了两次")
        return self

    @property
    def mode(self) -> Literal["any", "all"]:
        """Whether one signature is enough."""
        return "all" if self.any is None else "any"

    @property
    def parties(self) -> Parties:
        """Who signs."""
        return self.any if self.any is not None else self.all or ()


class Tier(Strict):
    """Up to and including this many days (absent on the last tier: no bound), these steps."""

    clause: ClauseId
    upto: float | None = None
    steps: Annotated[tuple[StepRow, ...], Field(min_length=1)]
    file_with: Parties = ()

    @field_validator("upto")
    @classmethod
    def _whole_halves(cls, upto: float | None) -> float | None:
        if upto is not None and (upto <= 0 or upto * 2 != int(upto * 2)):
            raise ValueError("天数要大于 0，以半天为单位")
        return upto

    @property
    def bound(self) -> int | None:
        """The upper bound in halves."""
        return None if self.upto is None else int(self.upto * 2)


class LeaveRule(Dated):
    """Who decides leave of these roles and types, by length."""

    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    types: tuple[Code, ...] = ()
    dispatched_by: tuple[Dispatcher, ...] = ()
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @field_validator("tiers")
    @classmethod
    def _ascending_last_open(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        below = 0.0
        for number, tier in enumerate(tiers, start=1):
            if tier.upto is None:
                if number != len(tiers):
                    raise ValueError(f"第 {number} 档没有写 upto，只有最后一档可以不写，否则各档重叠")
            elif number == len(tiers):
                raise ValueError(f"最后一档写了 upto = {tier.upto:g}，超过的天数没有人批：最后一档不写 upto")
            elif tier.upto <= below:
                raise ValueError(f"第 {number} 档的 upto = {tier.upto:g} 没有大于上一档的 {below:g}")
            else:
                below = tier.upto
        return tiers


class LeaveType(Dated):
    """A type of leave: how it is charged to the balance and by which law.

    `clause` is given only where a document itself adds or changes a type. `fixed`: the State's own law says
    how it is counted, so no locality may count it otherwise.
    """

    code: Code
    label: Text
    counting: Literal["calendar", "workdays"]
    law: Text
    clause: ClauseId | None = None
    fixed: bool = False


class YieldWhen(Strict):
    """Whom a yield concerns; every condition given must hold."""

    roles: tuple[Role, ...] = ()
    first_secretary: bool | None = None
    dispatched_by: tuple[Dispatcher, ...] = ()


class YieldRule(Rule):
    """Another authority's or role's rules come first.

    `target` is the name by which a registered pack answers; `if_none` says what holds while none does.
    """

    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]
    when: YieldWhen
    target: Code
    label: Text
    if_none: Literal["by_hand", "this_document"]


class Unspecified(Rule):
    """The document has no rule on this topic, or on these parts of it, and we say so.

    `codes` names rows whose figure the text leaves open; empty means the whole topic.
    """

    topic: Topic
    codes: tuple[Code, ...] = ()
    says: Text


class Delegable(Rule):
    """Localities may make their own rule on these topics: instead of ours, or stricter than ours.

    An empty `topics` means every topic.
    """

    topics: tuple[Topic, ...] = ()
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    how: Literal["replace", "refine"]


class Pack(Strict):
    """One document."""

    pack: Header
    clause: tuple[Clause, ...] = ()
    interpretation: dict[ClauseId, Interpretation] = Field(default_factory=dict)
    leave_type: tuple[LeaveType, ...] = ()
    leave: tuple[LeaveRule, ...] = ()
    quota: tuple[QuotaRule, ...] = ()
    fund: tuple[FundRule, ...] = ()
    support: tuple[SupportRule, ...] = ()
    obligation: tuple[Obligation, ...] = ()
    report: tuple[ReportRule, ...] = ()
    deadline: tuple[DeadlineRule, ...] = ()
    chain: tuple[ChainRule, ...] = ()
    eligibility: tuple[EligibilityRule, ...] = ()
    composition: tuple[CompositionRule, ...] = ()
    assessment: tuple[AssessmentRule, ...] = ()
    filing: tuple[FilingRule, ...] = ()
    discipline: tuple[DisciplineRule, ...] = ()
    duty: tuple[DutyRule, ...] = ()
    management: tuple[ManagementRule, ...] = ()
    pairing: tuple[PairingRule, ...] = ()
    procedure: tuple[ProcedureRule, ...] = ()
    yields: tuple[YieldRule, ...] = Field(default=(), alias="yield")
    unspecified: tuple[Unspecified, ...] = ()
    delegable: tuple[Delegable, ...] = ()

    @property
    def id(self) -> str:
        """The document's id."""
        return self.pack.id

    def rules(self, topic: str) -> tuple[Any, ...]:
        """The rows of one topic as written, in or out of force."""
        return tuple(getattr(self, topic, ()))


class Join(Strict):
    """Leave that touches is routed by the whole length, except after leave of these types."""

    interpretation: ClauseId
    except_after: tuple[Code, ...] = ()


class Common(Strict):
    """What stands above every document: leave types by law, readings that hold everywhere.

    `evidence`: what an assessment rests on where the document does not say.
    """

    join: Join
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    leave_type: tuple[LeaveType, ...] = ()
    interpretation: dict[ClauseId, Interpretation] = Field(default_factory=dict)
