"""The rules that run by the calendar: what is owed in a period, and what follows an event by when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from policy.base import (
    Code,
    Modality,
    Parties,
    Party,
    Per,
    Role,
    Rule,
    Strict,
    Text,
    Unit,
)

MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Positive = Annotated[int, Field(gt=0)]
# One set of records is owed by each of these.
Each = Literal["member", "captain", "team", "unit", "town", "county", "city"]


class Waiver(Strict):
    """A reason for which one person may be let off a quota for some dates, by a record with a basis."""

    code: Code
    label: Text


class QuotaRule(Rule):
    """How much somebody must be there in a period.

    `at_least` days (or nights) of `measure`, counted `on` working days or any day. `cap` lowers the need
    in a period too short for it: to its working days, or one fewer. `part_period`: whether a posting for
    a part of the period owes a part. `within` names the clause of the quota this one is a part of.
    `judged_in`: which month a week that straddles two belongs to. `exempt`: absences on paper that explain
    a shortfall. `waived_for`: who may be let off it altogether while a recorded reason lasts. `tells_apart`:
    what the rule names of a day on post, so that the register tells it apart from any other.
    """

    code: Code
    label: Text
    roles: tuple[Role, ...] = ()
    per: Literal["week", "month", "quarter", "half_year", "year"]
    measure: Literal["on_post", "night", "stay"]
    on: Literal["workdays", "any_day"]
    at_least: Annotated[float, Field(gt=0)]
    cap: Literal["none", "workdays", "workdays_minus_one"] = "none"
    part_period: Literal["scale", "full"] = "scale"
    count_trip: bool = False
    exempt: tuple[Literal["leave", "trip", "duty", "training"], ...] = ()
    waived_for: tuple[Waiver, ...] = ()
    within: str = ""
    judged_in: Literal["first_day", "last_day"] = "last_day"
    tells_apart: tuple[Literal["visit"], ...] = ()

    @model_validator(mode="after")
    def _whole_grains(self) -> QuotaRule:
        grain = 0.5 if self.measure == "on_post" else 1
        if self.at_least % grain:
            raise ValueError("at_least 在岗以半天为单位，住夜以一夜为单位")
        return self


class Cadence(Rule):
    """Something owed so often, and by when in its period.

    Without `due` it is due on the last day of the period. `due` as a month and day needs a period of a
    year or two (the day is in its last year); `due_after` is so many days after the period's last day.
    `first_year`: a year in which a period of two years begins.
    """

    code: Code
    label: Text
    per: Per
    due: Literal["period_end"] | MonthDay = "period_end"
    due_after: Annotated[int, Field(ge=0, le=366)] = 0
    first_year: Annotated[int, Field(ge=1990, le=2100)] | None = None

    @model_validator(mode="after")
    def _due_fits(self) -> Any:
        if self.due != "period_end" and self.per not in ("year", "two_years"):
            raise ValueError("due 写几月几日的，per 只能是 year 或 two_years；其他用 due_after")
        if self.due != "period_end" and self.due_after:
            raise ValueError("due 和 due_after 只能写一种")
        if (self.first_year is not None) != (self.per == "two_years"):
            raise ValueError("两年一次的要写 first_year，其他不写")
        return self


class Obligation(Cadence):
    """Something to be done so often: whose duty, by whom, about what.

    `holder` owes it, `jointly` with others; `by` does it, `helped_by` others; `towards` is where or to whom.
    `each`: what every one of which owes it (one set of records per team, per town …).
    `sum_over` adds what several people did (累计). `per = "unstated"`: the text gives no rhythm.
    `starts`: the month and day by which it must have begun.
    """

    holder: Party
    jointly: Parties = ()
    by: Parties = ()
    helped_by: Parties = ()
    about: Text
    towards: Parties = ()
    each: Each
    at_least: Positive = 1
    sum_over: bool = False
    min_days: Positive | None = None
    team_task: tuple[Code, ...] = ()
    starts: MonthDay | None = None
    modality: Modality = "must"
    evidence: str = ""

    @model_validator(mode="after")
    def _starts_fits(self) -> Obligation:
        if self.starts is not None and self.per != "year":
            raise ValueError("写 starts 的，per 只能是 year")
        return self


class ReportRule(Cadence):
    """A report or plan: by whom, to whom, how often; `through` reviews or merges it on its way.

    `default_on`: whether it is asked for without the county turning it on.
    """

    form: Literal[
        "attendance_register", "work_report", "situation_report", "half_year_report", "year_plan", "long_plan",
    ]  # fmt: skip
    by: Party
    each: Each
    helped_by: Parties = ()
    through: Parties = ()
    sent_to: Annotated[Parties, Field(min_length=1)]
    default_on: bool = True


class Clock(Strict):
    """How long: `within` so many `unit` of the event; or `same_day`; or by a day of the month or year.

    `shift` moves a due day that is no working day. `cutoff_next`: what happens after the day goes
    into the next period.
    """

    within: Positive | None = None
    unit: Unit | None = None
    same_day: bool = False
    by_day: Annotated[int, Field(ge=1, le=31)] | None = None
    by_date: MonthDay | None = None
    promptly: bool = False
    shift: Literal["none", "workday_before", "workday_after"] = "none"
    cutoff_next: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> Clock:
        kinds = [
            self.within is not None,
            self.same_day,
            self.by_day is not None,
            bool(self.by_date),
            self.promptly,
        ]
        if sum(kinds) != 1:
            raise ValueError("时限只能写一种：within、same_day、by_day、by_date 或 promptly")
        if (self.within is None) != (self.unit is None):
            raise ValueError("within 和 unit 要一起写")
        return self


class DeadlineRule(Rule):
    """Who must do what within what time of which event; `about` whom, with which outcomes to choose from."""

    code: Code
    label: Text
    event: Code
    who: Party
    about: Parties = ()
    what: Text
    sent_to: Parties = ()
    clock: Clock
    outcomes: tuple[Text, ...] = ()


class ChainStep(Strict):
    """One step of a chain: who does what in which form, by which clause, by when, signed by whom, sent to whom.

    The clock starts when the step before is done, or the step named by `after`; `after = "event"` starts it
    with the event itself. `outcomes` are what there is to choose from.
    """

    clause: Annotated[str, Field(min_length=1)]
    code: Code
    who: Party
    jointly: Parties = ()
    what: Text
    form: Literal[
        "report", "opinion", "bulletin", "statement", "filing", "summary", "feedback", "accountability"
    ]
    about: Parties = ()
    signed_by: Parties = ()
    sent_to: Parties = ()
    after: Code | Literal[""] = ""
    clock: Clock | None = None
    outcomes: tuple[Text, ...] = ()


class ChainRule(Rule):
    """What follows an event, step by step (无故不在岗 …); a document may write one for each organ that finds it."""

    code: Code
    label: Text
    event: Code
    found_by: Parties = ()
    steps: Annotated[tuple[ChainStep, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _steps_in_order(self) -> ChainRule:
        known = {"event"}
        for step in self.steps:
            if step.code in known:
                raise ValueError(f"步骤 {step.code} 写了两次，或者用了 event 这个名字")
            if step.after and step.after not in known:
                raise ValueError(f"步骤 {step.code} 的 after = {step.after} 不在它前面")
            known.add(step.code)
        return self
