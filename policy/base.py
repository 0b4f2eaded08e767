"""What every part of the rule schema shares: strictness, dates in force, the small vocabularies."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Party = Annotated[
    str, StringConstraints(pattern=r"^(person|team|village|town|unit|county|city|province):[a-z_]+$")
]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(-[a-z0-9]+)+$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Parties = tuple[Party, ...]

Topic = Literal[
    "leave", "quota", "fund", "support", "obligation", "report", "deadline", "chain", "eligibility",
    "composition", "assessment", "filing", "discipline", "duty", "management", "pairing", "scope",
]  # fmt: skip
Kind = Literal[
    "leave", "attendance", "fund", "support", "obligation", "report", "deadline", "inspection",
    "eligibility", "composition", "assessment", "filing", "discipline", "duty", "management", "pairing",
    "scope",
]  # fmt: skip
Mode = Literal["enforce", "track", "record"]
Level = Literal["town", "county", "city", "province"]
TeamKind = Literal["town", "village"]
Role = Literal["captain", "member", "first_secretary"]
Dispatcher = Literal["central", "province", "partner_city", "city", "county", "town"]
Modality = Literal["must", "must_not", "generally", "in_principle", "prefer", "may"]
Unit = Literal["hours", "days", "workdays", "weeks", "months"]
Per = Literal["week", "month", "quarter", "half_year", "year", "two_years", "once", "unstated"]

TOPIC_LABELS: dict[str, str] = {
    "leave": "请销假", "quota": "考勤", "fund": "资金", "support": "待遇保障", "obligation": "履职事项",
    "report": "报告", "deadline": "时限", "chain": "查岗与处置", "eligibility": "选派条件",
    "composition": "队伍组成", "assessment": "考核", "filing": "备案", "discipline": "纪律与奖惩",
    "duty": "职责", "management": "管理", "pairing": "结对", "scope": "适用范围",
}  # fmt: skip
ROLE_LABELS: dict[str, str] = {"captain": "队长", "member": "队员", "first_secretary": "驻村第一书记"}
DISPATCHER_LABELS: dict[str, str] = {
    "central": "中央单位", "province": "省直单位", "partner_city": "对口帮扶市", "city": "市直单位",
    "county": "县直单位", "town": "乡镇",
}  # fmt: skip
# What may be waived with a reason and a name: 一般, 原则上, 优先. 必须 and 不得 may not; 可 (may) asks nothing.
WAIVABLE: frozenset[str] = frozenset({"generally", "in_principle", "prefer"})


class Strict(BaseModel):
    """Unknown keys, wrong types and later changes are all refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False)


class Dated(Strict):
    """Something in force from one date to another, both included; an absent end is open."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Any:
        if self.from_ and self.to and self.to < self.from_:
            raise ValueError("to 早于 from")
        return self

    def in_force(self, on: date) -> bool:
        """True when in force on that date."""
        return not ((self.from_ and on < self.from_) or (self.to and self.to < on))


class Rule(Dated):
    """A rule of any topic: always with the clause that says it."""

    clause: ClauseId
    note: str = ""
