"""The rules about the team itself: its money and care, who is sent, how it is made up, assessed and changed.

Money is in whole yuan as the documents write it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from policy.base import (
    ClauseId,
    Code,
    Dispatcher,
    Modality,
    Parties,
    Party,
    Per,
    Role,
    Rule,
    Strict,
    TeamKind,
    Text,
)
from policy.topics import Clock, MonthDay, Positive

FundAct = Literal["project_arrangement", "arrangement_change", "work_fund", "payment", "stipend"]
Helper = Literal["tech_commissioner", "rural_service_graduate", "graduate_volunteer", "finance_assistant"]
Rank = Literal[
    "staff", "deputy_section", "section", "deputy_division", "division", "deputy_bureau", "bureau",
    "middle_manager", "senior_manager",
]  # fmt: skip
UnitKind = Literal["organ", "enterprise", "institution"]
# What an assessment may rest on. The list is closed, so that nothing read off the use of an app can join it.
Evidence = Literal[
    "attendance", "leave", "reports", "obligations", "inspections", "funds", "cases", "self_report",
    "reviews", "achievements",
]  # fmt: skip
ChangeEvent = Literal["adjustment", "first_secretary", "recall"]


class Named(Strict):
    """Something with an id that data point to and words that people read."""

    code: Code
    label: Text
    text: str = ""

    def __str__(self) -> str:
        return self.label


class FundRule(Rule):
    """Money for the work: who signs for it, who provides it, which way it goes.

    `dual_signature`/`review` name `signers` and the acts they cover; `allocation` says who gives how much to
    whom per team (`amount` absent: the text gives none); `route` lists the accounts the money passes through.
    `dispatched_by`: only teams sent by these. `teams`: how many such teams the text counts.
    `clauses`: others that this row rests on.
    """

    code: Code
    label: Text
    what: Literal["dual_signature", "review", "allocation", "route"]
    signers: Parties = ()
    covers: tuple[FundAct, ...] = ()
    amount: Positive | None = None
    at_least: bool = False
    per: Per | None = None
    each: Literal["team", "captain"] | None = None
    team_kind: TeamKind | None = None
    dispatched_by: tuple[Dispatcher, ...] = ()
    teams: Positive | None = None
    paid_by: Party | None = None
    paid_to: Party | None = None
    route: tuple[Text, ...] = ()
    use: str = ""
    use_only: bool = False
    due: MonthDay | None = None
    clauses: tuple[ClauseId, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> FundRule:
        if self.what in ("dual_signature", "review") and not (self.signers and self.covers):
            raise ValueError("双签和审核要写明 signers 和 covers")
        if self.what == "dual_signature" and len(set(self.signers)) != 2:
            raise ValueError("双签要写两方")
        if self.what == "allocation" and not (self.paid_by and self.per and self.each):
            raise ValueError("经费安排要写 paid_by、per 和 each")
        if self.what == "route" and not self.route:
            raise ValueError("拨付去向要写 route")
        return self


class SupportRule(Rule):
    """What members are given: allowances, check-ups, insurance, visits.

    Who provides it is `paid_by`; `reviewed_by` checks the list before. `only_for`/`not_for` are kinds of
    helpers; without `only_for` a row is about cadres. `after_months` of posting it begins.
    """

    code: Code
    label: Text
    what: Literal[
        "stipend", "town_allowance", "area_allowance", "checkup", "insurance", "expenses", "visit",
        "training_service", "vehicle", "conditions", "others",
    ]  # fmt: skip
    amount: Positive | None = None
    amount_unstated: bool = False
    per: Per | None = None
    at_least: Positive | None = None
    items: tuple[Text, ...] = ()
    roles: tuple[Role, ...] = ()
    reviewed_by: Party | None = None
    paid_by: Party | None = None
    dispatched_by: tuple[Dispatcher, ...] = ()
    only_for: tuple[Helper, ...] = ()
    not_for: tuple[Helper, ...] = ()
    after_months: Positive | None = None
    by_day: bool = False
    due: MonthDay | None = None
    modality: Modality = "must"
    clauses: tuple[ClauseId, ...] = ()

    @model_validator(mode="after")
    def _amount(self) -> SupportRule:
        if self.what in ("stipend", "town_allowance") and (self.amount is None) != self.amount_unstated:
            raise ValueError("补助要写 amount，文件没有写金额的写 amount_unstated = true")
        return self


class EligibilityRule(Rule):
    """A condition on the person sent; what else is needed beside `check` depends on it.

    `unit_kinds`: only people of such units. `stage = "posting"`: to be seen to once the person is there.
    `quality` names a preference; `phrases` are the words a person judges by.
    """

    code: Code
    label: Text
    roles: tuple[Role, ...] = ()
    check: Literal[
        "age_max", "age_min", "party_full_member", "party_years_min", "rank_min", "not_in_discipline",
        "not_poor", "not_temporary", "not_passed_down", "sent_by_lead", "sent_by_participating", "town_post",
        "preferred", "basic",
    ]  # fmt: skip
    number: Annotated[float, Field(gt=0)] | None = None
    rank: Rank | None = None
    post: Party | None = None
    quality: Code | None = None
    dispatched_by: tuple[Dispatcher, ...] = ()
    unit_kinds: tuple[UnitKind, ...] = ()
    stage: Literal["selection", "posting"] = "selection"
    modality: Modality
    phrases: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _value(self) -> EligibilityRule:
        needed = {
            "age_max": (self.number, "年龄要写 number"),
            "age_min": (self.number, "年龄要写 number"),
            "party_years_min": (self.number, "党龄要写 number"),
            "rank_min": (self.rank, "职级条件要写 rank"),
            "town_post": (self.post, "挂任职务要写 post"),
            "preferred": (self.quality, "优先条件要写 quality"),
            "basic": (self.phrases, "由人判断的条件要写 phrases"),
        }
        value, why = needed.get(self.check, (True, ""))
        if not value:
            raise ValueError(why)
        return self


class CompositionRule(Rule):
    """What a team or a set of teams is made of, and for how long.

    `role` is the kind of helper counted. `dispatched_by`: only teams (for `captain_may_be`: only people) sent
    by these. `or_with`: a term as long as the first secretary's will also do. `reasons`: for which a member
    may be changed within the term.
    """

    code: Code
    label: Text
    check: Literal[
        "size", "per_unit", "helpers", "captain_is_first_secretary", "captain_may_be", "term_years",
        "rotation_years", "keep_in_term", "lead_plus", "first_secretaries",
    ]  # fmt: skip
    role: Helper | None = None
    least: Annotated[float, Field(ge=0)] | None = None
    most: Annotated[float, Field(gt=0)] | None = None
    rank: Rank | None = None
    or_with: Literal["first_secretary"] | None = None
    dispatched_by: tuple[Dispatcher, ...] = ()
    team_kinds: tuple[TeamKind, ...] = ()
    provided_by: Party | None = None
    reasons: tuple[Named, ...] = ()
    modality: Modality

    @model_validator(mode="after")
    def _bounds(self) -> CompositionRule:
        if self.least is not None and self.most is not None and self.most < self.least:
            raise ValueError("most 小于 least")
        if self.check in ("size", "per_unit", "helpers", "term_years", "lead_plus", "first_secretaries"):
            if self.least is None and self.most is None:
                raise ValueError("人数和年限要写 least 或 most")
        elif self.check == "rotation_years" and self.most is None:
            raise ValueError("轮换要写 most")
        if self.check == "helpers" and self.role is None:
            raise ValueError("helpers 要写 role")
        if self.check == "captain_may_be" and self.rank is None:
            raise ValueError("captain_may_be 要写 rank")
        return self


class AssessmentRule(Rule):
    """Who assesses, with whom, after hearing whom, and who is told.

    `hears` and `helped_by` give their opinion before anybody decides. `used_for`: what the result, or for
    `unit_scoring` the record, counts towards.
    """

    code: Code
    label: Text
    what: Literal["annual", "term_end", "unit_scoring", "evaluation", "use_of_result", "exemption"]
    deciders: Parties = ()
    joined_by: Parties = ()
    hears: Parties = ()
    helped_by: Parties = ()
    told: Parties = ()
    told_promptly: bool = False
    evidence: tuple[Evidence, ...] = ()
    used_for: tuple[Text, ...] = ()
    clauses: tuple[ClauseId, ...] = ()

    @model_validator(mode="after")
    def _deciders(self) -> AssessmentRule:
        if self.what in ("annual", "term_end", "evaluation") and not self.deciders:
            raise ValueError("考核要写 deciders")
        if set(self.deciders + self.joined_by) & set(self.hears + self.helped_by):
            raise ValueError("同一方不能既决定又只提意见")
        return self


class FilingRule(Rule):
    """What is reviewed or approved by whom and told to whom, when the team changes.

    `dispatched_by`: only members sent by these. `approved_by`: before anything changes. `who` files with
    `file_with` within `clock` of the change.
    """

    code: Code
    label: Text
    event: ChangeEvent
    dispatched_by: tuple[Dispatcher, ...] = ()
    reviewed_by: Parties = ()
    approved_by: Parties = ()
    file_with: Parties = ()
    clock: Clock | None = None
    who: Party | None = None

    @model_validator(mode="after")
    def _somebody(self) -> FilingRule:
        if not (self.reviewed_by or self.approved_by or self.file_with):
            raise ValueError("要写 reviewed_by、approved_by 或 file_with")
        return self


class DisciplineRule(Rule):
    """What is forbidden, and what follows what: `when` something happens `by` does it to or with `about`."""

    code: Code
    label: Text
    what: Literal["forbidden", "talk", "recall", "feedback", "accountability", "reward"]
    when: str = ""
    items: tuple[Text, ...] = ()
    by: Parties = ()
    about: Parties = ()


class DutyRule(Rule):
    """What is written down as the team's work; the items of `duties` are the headings of the work report."""

    code: Code
    label: Text
    what: Literal["duties", "tasks", "manner"] = "duties"
    items: Annotated[tuple[Named, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _distinct(self) -> DutyRule:
        if len({item.code for item in self.items}) != len(self.items):
            raise ValueError("同一张单子里有两项用了同一个 code")
        return self


class ManagementRule(Rule):
    """Who leads, manages and keeps in touch with the team, and how its members stand meanwhile.

    `sees`: what both sides of joint management may see of the people they share. `place`: where a member's
    party relation goes, or where he lives (`posting`: the town or village he is posted to).
    """

    code: Code
    label: Text
    what: Literal[
        "leadership", "joint_management", "daily_management", "full_time", "party_branch", "party_relation",
        "liaison", "detached", "residence", "attendance_officer", "deputy_in_charge", "captain_in_charge",
        "sign_in_summary",
    ]  # fmt: skip
    parties: Parties = ()
    lead: Party | None = None
    place: Literal["town", "village", "posting", ""] = ""
    sees: tuple[Literal["attendance", "leave", "assessment"], ...] = ()
    tells: Parties = ()
    items: tuple[Text, ...] = ()
    modality: Modality = "must"


class ProcedureRule(Rule):
    """How leave is asked for, reported and ended, whoever decides it. `report_to`: to whom, where the document says so."""

    code: Code
    label: Text
    what: Literal["written_request", "written_report", "no_leaving_without", "return", "register"]
    about: tuple[Literal["leave", "trip"], ...]
    who: Party | None = None
    report_to: Parties = ()


class PairingRule(Rule):
    """One town and the units that stand behind it."""

    town: Text
    town_code: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    town_type: Text
    order: Positive
    source: Literal["central", "province", "partner_city", "city", "county"]
    lead: Text
    members: tuple[Text, ...] = ()
    first_secretary_units: tuple[Text, ...] = ()
    first_secretary_note: str = ""
    finance_assistant: str = ""
    helpers: tuple[Text, ...] = ()
    text_units: tuple[Text, ...] = ()
