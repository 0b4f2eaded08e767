"""A request and its decision in words: what the components of a page take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from approvals.models import Seat
from approvals.plans import Plan
from core import clock
from core.access import allows
from core.calendar import statutory_calendar
from core.models import CalendarDay
from core.templatetags.zhubang import cn_date, cn_datetime, cn_halfday, cn_span, file_size
from leave import routing, selectors, standing_in
from leave.balance import Balance
from leave.cautions import Cautions
from leave.models import Consent, LeaveRequest
from policy.calendar import Calendar
from policy.days import Span, charged_halves, format_days
from policy.decision import InterpretationShown
from policy.leave import LeaveDecision, leave_types
from policy.parties import party_label
from rules.book import rule_book
from teams.holders import Holders
from teams.models import User
from teams.parties import Directory
from teams.scope import scope_of

Row = dict[str, Any]
#: An article that is not one: the document says nothing.
SILENCE = "（无）"


def span_words(span: Span) -> str:
    """``11月24日（周二）至 27日（周五）``."""
    return cn_span(span.start, span.start_half, span.end, span.end_half)


# ---- why it goes where it goes --------------------------------------------------------------------------


def bases(clauses: Sequence[str], readings: Sequence[InterpretationShown]) -> list[Row]:
    """The clauses a decision cites, each in our words with its place in 制度库; our readings under the last."""
    book = rule_book()
    found: list[Row] = []
    for clause_id in clauses:
        if not book.has_clause(clause_id):
            continue
        clause, header = book.clause(clause_id), book.pack_of(clause_id).pack
        number = f"（{header.number}）" if header.number else ""
        article = "" if clause.article == SILENCE else clause.article
        basis = {
            "document": f"《{header.title}》{number}",
            "article": article,
            "text": clause.text,
            "url": reverse("rules:clause", args=[clause_id]),
        }
        found.append({"basis": basis, "readings": []})
    shown = [{"says": each.says, "why": each.why} for each in readings]
    if found:
        found[-1]["readings"] = shown
    return found


def tiers(decision: LeaveDecision) -> Row:
    """What ``components/tiers.html`` shows: disjoint tiers, the active one, clauses and readings."""
    here = f"本次 {format_days(decision.absence_halves)} 天"
    if decision.joined is not None:
        together = "连续假共" if decision.joined.extends else "相连合计"
        here = f"{together} {format_days(decision.total_halves)} 天"
    return {
        "tiers": [{"span": row.label, "who": row.who, "active": row.active} for row in decision.tiers],
        "here": here,
        "note": "" if decision.outcome == "route" else decision.text,
        "bases": bases(decision.clauses, decision.interpretations),
    }


def joined_words(decision: LeaveDecision, applicant_id: int) -> str:
    """``与 11月20日的假（编号 …）相连，按 7 天算；单算 3 天由队长批准``; empty when nothing touches."""
    joined = decision.joined
    if joined is None:
        return ""
    known = selectors.by_number(applicant_id, joined.refs)
    names = "、".join(
        f"{cn_date(known[ref].start, 'short')}的{known[ref].type_label}（编号 {ref}）"
        if ref in known
        else f"编号 {ref}"
        for ref in joined.refs
    )
    total = format_days(decision.total_halves)
    if joined.extends:
        return f"续的是 {names}，从第一天（{cn_date(joined.first, 'short')}）起按 {total} 天定由谁批"
    text = f"与 {names}相连，按 {total} 天算"
    if joined.alone_who:
        text += f"；单算 {format_days(decision.absence_halves)} 天由{joined.alone_who}"
    return text


# ---- who decides, before anybody has ---------------------------------------------------------------------


@dataclass(frozen=True)
class Routed:
    """A decision carried to the people of today: who decides in which order, and who is told."""

    plan: Plan
    steps: list[Row]
    filings: list[str]
    copies: list[str]
    first: str

    @property
    def by_hand(self) -> bool:
        return self.plan.steps[0][0].voice == Seat.Voice.ASSIGN

    @property
    def submit_label(self) -> str:
        """The button names who has it next."""
        return f"提交给{self.first}指定批准人" if self.by_hand else f"提交给{self.first}"


def routed(decision: LeaveDecision, directory: Directory) -> Routed:
    """Who would decide today. Raises Refused where a body that must decide is not registered."""
    plan = routing.plan_for(decision, directory)
    holders = Holders(
        {(spec.post, spec.body_id) for specs in plan.steps for spec in specs}, clock.today(), clock.half_now()
    )
    steps = []
    for specs in plan.steps:
        joint = len(specs) > 1
        together = specs[0].need == Seat.Need.ALL
        verb = {"decide": "批准", "opinion": "提意见", "assign": "指定批准人"}[specs[0].voice]
        seats = []
        for spec in specs:
            people = [
                f"{row.person.name}（{row.post_name}）" for row in holders.own((spec.post, spec.body_id))
            ]
            seats.append({"label": spec.label, "people": "、".join(people) or "暂无人任职"})
        title = (
            f"{len(specs)} 方{'共同' if together else '中任一方'}{verb}"
            if joint
            else f"{specs[0].label}{verb}"
        )
        steps.append({"title": title, "seats": seats, "joint": joint})
    parties = [spec.party for spec in plan.steps[0]]
    names = [short_name(party, directory, decision) for party in parties]
    return Routed(
        plan=plan,
        steps=steps,
        filings=[spec.label for spec in plan.filings if spec.kind == "filing"],
        copies=[spec.label for spec in plan.filings if spec.kind == "copy"],
        first=names[0] if len(names) == 1 else f"{'、'.join(names)}共同批准",
    )


def short_name(party: str, directory: Directory, decision: LeaveDecision) -> str:
    """A party as people there call it: 镇党委书记, 队长, 县乡村振兴局."""
    town = directory.posting.body.region.name
    regions = [region.name for region in directory.regions if region.level == "town"]
    kind = (regions[0] if regions else town)[-1:]
    organ = {"镇": "镇党委", "乡": "乡党委", "道": "街道党工委"}.get(kind, "")
    if organ and party in ("town:party_secretary", "town:party_committee"):
        return f"{organ}书记" if party == "town:party_secretary" else organ
    return party_label(party, routing.pack_of(decision))


# ---- day by day ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DayCount:
    """Every day of a leave: what kind of day, what it adds to 离岗 and to 计假; years that are estimates."""

    days: list[Row]
    absence: str
    charged: str
    same: bool
    estimate: str


def day_count(span: Span, type_code: str, directory: Directory) -> DayCount:
    """逐日计算. 离岗 counts every half-day; 计假 as the type's own law counts it."""
    calendar = statutory_calendar()
    counting = next(
        kind.counting
        for kind in leave_types(
            rule_book(), directory.region_codes(), directory.posting.body.team.team_kind, directory.on
        )
        if kind.code == type_code
    )
    names = dict(CalendarDay.objects.filter(day__range=(span.start, span.end)).values_list("day", "name"))
    rows = []
    for day in span.dates():
        halves = [str(half) for when, half in span if when == day]
        whole = len(halves) == 2
        counts = counting == "calendar" or calendar.is_workday(day)
        rows.append(
            {
                "date": day,
                "half": "" if whole else halves[0],
                "what": _kind_of_day(day, calendar, names),
                "count": format_days(len(halves)) if counts else "0",
            }
        )
    charged = charged_halves(span, counting, calendar)
    years = sorted({day.year for day in span.dates() if calendar.is_estimate(day)})
    return DayCount(
        days=rows,
        absence=format_days(span.halves),
        charged=format_days(charged),
        same=charged == span.halves,
        estimate="、".join(f"{year} 年" for year in years),
    )


def _kind_of_day(day: date, calendar: Calendar, names: dict[date, str]) -> str:
    if day in names:
        return names[day] if not calendar.is_workday(day) else "补班"
    return "工作日" if calendar.is_workday(day) else "周末"


# ---- lists ------------------------------------------------------------------------------------------------


def views(user: User, here: str) -> list[Row]:
    """请假, 因公外出, 谁不在岗, 轮休 and, for whoever looks after others, 台账 as views of one place."""
    scope = scope_of(user)
    mine = reverse("leave:list" if scope.sees_others else "leave:mine")
    found = [
        {"label": "请假", "url": mine, "active": here == "leave"},
        {"label": "因公外出", "url": reverse("leave:trips"), "active": here == "trips"},
        *(
            [
                {"label": "谁不在岗", "url": reverse("leave:away"), "active": here == "away"},
                {"label": "轮休", "url": reverse("leave:rotas"), "active": here == "rotas"},
            ]
            if allows("whereabouts", user)
            else []
        ),
    ]
    if scope.sees_others:
        found.append({"label": "台账", "url": reverse("leave:ledger"), "active": here == "ledger"})
    return found


def days_between(first: date, last: date) -> str:
    """``2026-11-24 至 11-27``: how tables write a span."""
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} 至 {last:%m-%d}"


# ---- rows ------------------------------------------------------------------------------------------------


def place_row(request: LeaveRequest) -> Row:
    note = request.get_going_display()
    if request.exit_document:
        note += f"，批件 {request.exit_document}（审批按派出单位的规定办，本系统只作登记）"
    return {"label": "去向", "value": request.destination or "—", "note": note}


def balance_rows(balances: Sequence[Balance]) -> list[Row]:
    """One row for each year, with a word where it goes over."""
    return [{"label": "余额", "value": each.words, "note": each.warning} for each in balances]


def stand_in_row(request: LeaveRequest, away: Sequence[date] = ()) -> Row:
    """``away``: days of the leave on which the stand-in is not there either."""
    row: Row = {"label": "代岗人", "value": request.stand_in.name if request.stand_in else "不安排"}
    if away:
        row["note"] = f"他 {'、'.join(cn_date(day, 'short') for day in away)} 也不在岗或要离岗"
    return row


def link_rows(request: LeaveRequest) -> list[Row]:
    """What an extension or a change concerns, and what has been asked about this leave since."""
    rows: list[Row] = []
    for label, other in (("续哪一件", request.extends), ("变更哪一件", request.replaces)):
        if other is not None:
            end = cn_halfday(other.end, other.end_half) if request.extends else ""
            value = (
                f"{other.type_label} {span_words(other.span)}"
                if not end
                else f"{other.type_label}，原批到 {end}"
            )
            rows.append(
                {
                    "label": label,
                    "value": f"编号 {other.number}",
                    "url": other.get_absolute_url(),
                    "note": value,
                }
            )
    if request.pk is None or request.extends_id:
        return rows
    since = LeaveRequest.objects.filter(Q(extends=request.pk) | Q(replaces=request.pk)).exclude(
        state=LeaveRequest.State.DRAFT
    )
    for row in since.order_by("pk"):
        note = f"{span_words(row.span)}，{row.get_state_display()}"
        if row.extends_id and row.state == LeaveRequest.State.APPROVED:
            note = f"续到 {cn_halfday(row.end, row.end_half)}，已批准"
        rows.append(
            {
                "label": "续假" if row.extends_id else "变更",
                "value": f"编号 {row.number}",
                "url": row.get_absolute_url(),
                "note": note,
            }
        )
    return rows


def consent_of(request: LeaveRequest) -> Consent | None:
    """The agreement given outside the system, where there is one."""
    if request.channel == LeaveRequest.Channel.ONLINE:
        return None
    return Consent.objects.filter(request=request.pk).select_related("recorded_by").first()


def consent_row(consent: Consent) -> Row:
    """口头同意 or 纸质批准 as the first row of the flow, with who wrote it down; plainly no signature."""
    clock_time = f" {consent.given_time:%H:%M}" if consent.given_time else ""
    how = "口头同意" if consent.kind == Consent.Kind.VOICE else "纸质签字"
    written = f"{consent.recorded_by} {cn_datetime(consent.recorded_at)} 登记"
    return {
        "state": "done",
        "title": consent.get_kind_display(),
        "who": f"{consent.given_by}（{consent.given_post}）",
        "at": f"{cn_date(consent.given_on, 'short')}{clock_time}",
        "note": f"{how}，不是电子签字；{written}",
    }


def files_for(attachments: list, *, remove: bool, request: LeaveRequest) -> list[Row]:
    """What ``components/attachments.html`` takes."""
    return [
        {
            "name": item.name,
            "url": reverse("core:file", args=[item.pk]),
            "size": item.size,
            "note": f"{cn_datetime(item.added_at)}",
            "remove_url": reverse("leave:remove_file", args=[request.pk, item.pk]) if remove else "",
        }
        for item in attachments
    ]


def file_names(attachments: list) -> str:
    return "\n".join(f"{item.name}（{file_size(item.size)}）" for item in attachments) or "没有附件"


def coverage_row(bear: Cautions) -> Row:
    """``components/coverage.html``: who else of the team is away meanwhile, by name; too few on post; 防汛期."""
    found = bear.coverage
    names = [
        f"{mate.person.name}（{mate.post}，{'因公，' if mate.on_trip else ''}"
        f"{standing_in.stretch(mate.first, mate.last)}）"
        for mate in found.away
    ]
    text = f"同期本队在岗 {found.on_post}/{found.total} 人"
    if bear.least is not None:
        text += f"，{'低于' if bear.short else '不低于'}{bear.least.words}"
    nobody_else = found.on_post == found.total - 1
    return {
        "ok": not bear.short if bear.least is not None else nobody_else,
        "text": text,
        "away": "、".join(names),
        "flood": bear.flood,
        "duty": "、".join(cn_date(day, "short") for day in bear.duty),
        "promised": standing_in.promise_words(bear.promised),
    }
