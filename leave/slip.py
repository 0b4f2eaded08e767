"""请假审批单: one request as the county's form has it, on one sheet of A4.

Only the opinions that were asked for stand on it. Who signed here is said to have signed electronically; what was
agreed by voice or on paper never is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil

from django.utils import timezone

from approvals import selectors as sign_offs
from approvals.models import Filing, Seat, Signature
from core import attachments, subjects
from core.templatetags.zhubang import cn_date, cn_datetime, cn_halfday, mask_phone
from leave import links, routing, selectors
from leave.contact import sees_contact
from leave.models import Consent, LeaveRequest
from leave.steps import KIND
from leave.views.words import joined_words
from policy.days import format_days
from rules.book import rule_book
from teams.models import Appointment, User
from teams.scope import WIDE
from teams.words import Post

S = LeaveRequest.State
D = Signature.Decision
#: Signs of text that fit on one line of the sheet's wide column, in its ordinary size.
LINE = 38
#: So many lines of free text and opinions still fit in the ordinary size, and in the smaller one.
ORDINARY, SMALLER = 14, 28
ONLY_DECIDERS = "只有本人和批准的人可看"


@dataclass(frozen=True)
class Opinion:
    """One opinion: what was said, by whom, in which capacity, when; ``signed`` False leaves a line to sign on.

    how  电子签批; or 口头同意, 纸质批准 with who wrote it down
    """

    label: str
    said: str = ""
    note: str = ""
    by: str = ""
    how: str = ""
    at: str = ""
    signed: bool = True
    seal: bool = True


@dataclass(frozen=True)
class Slip:
    """Everything on the sheet, in words. ``reason`` and ``phone`` are empty for whoever may not read them."""

    request: LeaveRequest
    status: str
    county: str
    station: str
    post: str
    unit: str
    going: str
    span: str
    absence: str
    joined: str
    charged: str
    this_year: str
    stand_in: str
    reason: str
    phone: str
    files: str
    asked: Opinion
    opinions: list[Opinion]
    assigned: str
    extensions: list[str]
    back: str
    back_by: str
    back_at: str
    filings: list[str]
    basis: str
    size: str = field(default="")


def slip_of(request: LeaveRequest, user: User) -> Slip:
    """The sheet of a request for somebody who may see it. A request has one sheet from its submission on."""
    state = sign_offs.card(user, KIND, request.pk)
    private = subjects.subject(KIND).sees_files(request, user)
    consent = Consent.objects.filter(request=request.pk).select_related("recorded_by").first()
    opinions = [*([_outside(consent)] if consent else []), *_opinions(state)]
    extensions = _extensions(request)
    filings = _filings(state)
    posting = request.posting
    back = request.state == S.BACK
    return Slip(
        request=request,
        status=request.get_state_display(),
        county=_county(posting),
        station=_station(posting),
        post=_post(posting, timezone.localtime(request.submitted_at).date()),
        unit="，".join(filter(None, [posting.unit.name if posting.unit else "", posting.home_post])) or "—",
        going=_going(request),
        span=_span(request),
        absence=request.days,
        joined=joined_words(request.routed, request.applicant_id) if request.routed else "",
        charged=format_days(request.charged_halves + _charged_by_extensions(request)),
        this_year=f"{format_days(selectors.halves_this_year(request))} 天（已批准的，不含本次）",
        stand_in=request.stand_in.name if request.stand_in else "不安排",
        reason=request.reason if private else "",
        phone=mask_phone(request.contact) if sees_contact(request, user) else "",
        files=_files(request) if private else "",
        asked=_asked(request, consent),
        opinions=opinions,
        assigned=_assigned(state),
        extensions=extensions,
        back=f"{cn_date(request.returned_on, 'year')}{'上午' if request.returned_half == 'am' else '下午'}"
        if back
        else "",
        back_by=str(request.return_recorded_by) if back else "",
        back_at=cn_datetime(request.return_recorded_at, "year") if back else "",
        filings=filings,
        basis=_basis(request),
        size=_size([request.reason if private else ""], opinions, [*extensions, *filings]),
    )


def _county(posting: Appointment) -> str:
    """The county's name, as it stands above the form."""
    region = posting.body.region
    while region.level not in WIDE and region.parent is not None:
        region = region.parent
    return region.name


def _station(posting: Appointment) -> str:
    """The team by its full name, as it was called then, and the village where somebody is stationed."""
    place = f"（{posting.stationed_at.name}）" if posting.stationed_at else ""
    return f"{posting.body.name}{place}"


def _post(posting: Appointment, on: date) -> str:
    also = "，兼驻村第一书记" if routing.also_first_secretary(posting.person_id, on) else ""
    return f"{posting.post_name}{also}"


def _going(request: LeaveRequest) -> str:
    paper = f"，批件 {request.exit_document}" if request.exit_document else ""
    return f"{request.destination or '—'}（{request.get_going_display()}{paper}）"


def _span(request: LeaveRequest) -> str:
    whole = request.whole
    halves = {"am": "上午", "pm": "下午"}
    first = f"{cn_date(whole.start, 'year')}{halves[whole.start_half]}"
    return f"{first} 至 {cn_date(whole.end, 'year')}{halves[whole.end_half]}"


def _charged_by_extensions(request: LeaveRequest) -> int:
    return sum(row.charged_halves for row in links.members(request.pk)[1:]) if request.is_extended else 0


def _files(request: LeaveRequest) -> str:
    number = len(attachments.of(KIND, request.pk))
    return f"附件 {number} 件（存系统内）" if number else ""


def _asked(request: LeaveRequest, consent: Consent | None) -> Opinion:
    """The applicant's own line: what he submitted here he submitted electronically; a paper he signed on paper."""
    if consent is not None and consent.kind != Consent.Kind.VOICE:
        return Opinion("本人签名", how="见纸质审批单原件", seal=False)
    if request.state == S.VOICE:
        return Opinion("本人签名", signed=False, seal=False)
    at = cn_datetime(request.submitted_at, "year")
    return Opinion("本人签名", by=request.applicant.name, how="电子提交", at=at, seal=False)


def _outside(consent: Consent) -> Opinion:
    clock = f" {consent.given_time:%H:%M}" if consent.given_time else ""
    by = f"{consent.given_by}（{consent.given_post}）"
    written = f"{consent.recorded_by} {cn_datetime(consent.recorded_at, 'year')} 登记"
    where = "不是签字" if consent.kind == Consent.Kind.VOICE else "签字见纸质审批单原件"
    return Opinion(
        consent.get_kind_display(),
        said="同意",
        by=by,
        how=f"{where}，{written}",
        at=f"{cn_date(consent.given_on, 'year')}{clock}",
        seal=False,
    )


def _opinions(state: sign_offs.Card) -> list[Opinion]:
    """The seats of the newest round: those signed, and while it is open those still to be signed."""
    if state.sign_off is None:
        return []
    found = []
    for step in state.steps:
        waits = state.sign_off.is_open and step.state in ("now", "later")
        for item in step.seats:
            signature = item["signature"]
            label = f"{_whose(item['seat'])}意见"
            if signature is not None:
                found.append(_signed(label, signature))
            elif waits and item["seat"].voice != Seat.Voice.ASSIGN:
                found.append(Opinion(label, signed=False))
    return found


def _whose(seat: Seat) -> str:
    """The seat as the paper names it: the organ by the name it had, the post where an organ has several."""
    if seat.post in (Post.LEADER, Post.SIGNER):
        return str(seat.body)
    if seat.post == Post.PARTY_SECRETARY:
        return f"{seat.body}书记"
    return seat.get_post_display() if seat.post == Post.CAPTAIN else f"{seat.body}{seat.get_post_display()}"


def _signed(label: str, signature: Signature) -> Opinion:
    said = "" if signature.decision == D.OPINION else signature.get_decision_display()
    return Opinion(
        label,
        said=said,
        note=signature.note,
        by=signature.by,
        how="电子签批",
        at=cn_datetime(signature.at, "year"),
    )


def _assigned(state: sign_offs.Card) -> str:
    """Who named the deciders, and why, where the document names none."""
    named = [row for each in state.rounds for row in each.signatures.all() if row.decision == D.ASSIGN]
    if not named:
        return ""
    last = named[-1]
    return f"{last.by}{cn_datetime(last.at, 'year')} 指定：{last.note}"


def _extensions(request: LeaveRequest) -> list[str]:
    """Approved extensions in order of time, each with who approved it."""
    rows = links.members(request.pk)[1:] if request.is_extended else []
    signatures = Signature.objects.filter(
        sign_off__subject_kind=KIND,
        sign_off__subject_id__in=[row.pk for row in rows],
        sign_off__state="agreed",
        decision=D.AGREE,
    ).select_related("signer", "sign_off")
    by: dict[int, list[str]] = {}
    for each in signatures if rows else ():
        words = f"{each.by}{cn_datetime(each.at, 'year')}"
        by.setdefault(each.sign_off.subject_id, []).append(words)
    return [
        f"续到 {cn_halfday(row.end, row.end_half)}，{row.days} 天（编号 {row.number}），"
        f"{'、'.join(by.get(row.pk, []))} 电子签批同意"
        for row in rows
    ]


def _filings(state: sign_offs.Card) -> list[str]:
    """Who was told and has read it; before the decision whom the document wants to be told."""
    if state.sign_off is None:
        return []
    if state.filings:
        return [
            f"{row.label}{'备案' if row.kind == Filing.Kind.FILING else '知会'}（{_read(row)}）"
            for row in state.filings
        ]
    if not state.sign_off.is_open:
        return []
    planned = [spec["label"] for spec in state.sign_off.plan.get("filings", []) if spec["kind"] == "filing"]
    return [f"{'、'.join(planned)}（批准后报备案）"] if planned else []


def _read(filing: Filing) -> str:
    if filing.seen_at is None:
        return f"{_day(filing.told_at)} 送达"
    return f"{filing.seen_by} {_day(filing.seen_at)} 已阅"


def _day(moment: datetime) -> str:
    return cn_date(moment, "short")


def _basis(request: LeaveRequest) -> str:
    """The documents and articles under which it was routed, each document named once."""
    book = rule_book()
    found: dict[str, list[str]] = {}
    for clause_id in (request.decision or {}).get("clauses", []):
        if book.has_clause(clause_id):
            article = book.clause(clause_id).article
            if "（" not in article:
                found.setdefault(book.pack_of(clause_id).pack.title, []).append(article)
    return "；".join(f"《{title}》{'、'.join(dict.fromkeys(articles))}" for title, articles in found.items())


def _size(texts: list[str], opinions: list[Opinion], lines: list[str]) -> str:
    """How small the sheet must be written so that it stays one sheet."""
    needed = sum(ceil(len(text) / LINE) for text in [*texts, *lines] if text)
    needed += sum(2 + ceil((len(each.note) + len(each.said)) / LINE) for each in opinions)
    if needed <= ORDINARY:
        return ""
    return "is-small" if needed <= SMALLER else "is-smallest"
