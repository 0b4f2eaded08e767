"""The request's own page, which is also its decision card: one scroll, one bar at the foot where the viewer may act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals import flow
from approvals import selectors as sign_offs
from approvals.bar import Bar, decision_bar
from approvals.models import Filing, Seat
from core import attachments, clock, subjects, web
from core.access import access
from core.errors import Refused
from core.templatetags.zhubang import cn_date, cn_datetime, cn_halfday, mask_phone
from leave import balance, endings, links, routing, selectors, services, standing_in
from leave.cautions import cautions
from leave.forms import AssignForm, ReturnForm, return_form
from leave.models import LeaveRequest, Phase
from leave.transitions import allowed
from leave.views import words
from policy.days import format_days
from teams.models import Person, User
from teams.parties import Directory
from teams.scope import scope_of

S = LeaveRequest.State


@access("person")
@require_safe
def card(http: HttpRequest, pk: int) -> HttpResponse:
    """The page of one request; a draft leads to its form."""
    request = get_object_or_404(LeaveRequest.objects.visible_to(http.user), pk=pk)
    if request.state == S.DRAFT:
        return redirect("leave:edit", pk=pk)
    return show_card(http, request)


def show_card(
    http: HttpRequest,
    leave_request: LeaveRequest,
    refusal: Refused | None = None,
    *,
    assigning: AssignForm | None = None,
    returning: ReturnForm | None = None,
) -> HttpResponse:
    """The present state of a request, whole or as a fragment; with ``refusal`` its sentence and status code."""
    request = LeaveRequest.objects.for_lists().get(pk=leave_request.pk)
    context = _context(http, request, assigning, returning)
    context["refusal"] = refusal
    forms = [form for form in (assigning, returning) if form is not None and form.errors]
    context["has_errors"] = bool(forms) or (refusal is not None and refusal.status == 422)
    context["bad_form"] = forms[0] if forms else None
    if web.wants_fragment(http):
        # Only who has 待办 in the menu has a badge to bring up to date.
        context["todo_count"] = sign_offs.count_waiting(http.user) if scope_of(http.user).has_todo else ""
        template = "leave/card_fragment.html"
    else:
        template = "leave/card.html"
    return render(http, template, context, status=refusal.status if refusal else 200)


def _context(
    http: HttpRequest, request: LeaveRequest, assigning: AssignForm | None, returning: ReturnForm | None
) -> dict[str, Any]:
    user, today = http.user, clock.today()
    decision = request.routed
    state = sign_offs.card(user, services.KIND, request.pk)
    own = request.applicant_id == user.person_id
    private = subjects.subject(services.KIND).sees_files(request, user)
    may_return = (
        request.state == S.APPROVED
        and request.extends_id is None
        and request.start <= today
        and endings.may_record_return(request.posting, user)
    )
    told = _waiting_filing(state, user)
    naming = state.mine is not None and state.mine.seat.voice == Seat.Voice.ASSIGN
    if naming and assigning is None:
        directory = Directory(request.posting, today)
        assigning = AssignForm(choices=routing.choices_by_hand(directory, decision))
    kind, label = selectors.tag(request.phase)
    if state.mine is not None:
        label = {"assign": "待您指定批准人", "opinion": "待您提意见"}.get(state.mine.seat.voice, "待您审批")
    seat_links = {"assign": reverse("leave:assign", args=[request.pk])} if naming else {}
    return {
        "request_shown": request,
        "own": own,
        "private": private,
        "status_kind": kind,
        "status_label": label,
        "post": f"{request.posting.body} {request.posting.post_name}",
        "rows": _rows(request, user, private, may_return),
        "why": words.tiers(decision) if decision else None,
        "joined": words.joined_words(decision, request.applicant_id) if decision else "",
        "remarks": state.sign_off.plan.get("remarks", []) if state.sign_off else [],
        "by_hand": _by_hand(state),
        "coverage": _coverage(request, user)
        if request.state in (S.PENDING, S.APPROVED, S.RETURNED)
        else None,
        "flow": _flow(request, state, today),
        "voice_note": _voice_note(request),
        "may_file_paper": own and request.state == S.VOICE,
        "files": words.files_for(attachments.of(services.KIND, request.pk), remove=False, request=request)
        if private
        else [],
        "answer": _answer(state) if own and request.state in (S.RETURNED, S.REFUSED) else None,
        "deciding": state.mine is not None,
        "acting": _acting(state),
        "bar": _bar(http, request, state, told, seat_links),
        "assign_form": assigning if naming else None,
        "may_give_opinion": state.mine is not None and not naming,
        "must_give_opinion": state.mine is not None and state.mine.seat.voice == Seat.Voice.OPINION,
        "note": http.POST.get("note", ""),
        "return_form": (returning or return_form()) if may_return else None,
        "phase": request.phase,
        "return_early": cn_halfday(request.until, request.until_half) if today <= request.until else "",
        "submitted": own and request.state == S.PENDING and "submitted" in http.GET,
        "now_with": _now_with(state),
        "can_withdraw": own and allowed(request, "withdraw"),
        "can_cancel": own and allowed(request, "cancel") and request.start > today,
        "may_extend": own and links.may_extend(request, today),
        "may_change": own and links.may_change(request, today),
        "can_copy": own
        and request.state in (S.REFUSED, S.WITHDRAWN, S.CANCELLED)
        and request.extends_id is None
        and scope_of(user).posting is not None,
    }


def _flow(request: LeaveRequest, state: sign_offs.Card, today: Any) -> list[words.Row]:
    outside = words.consent_of(request)
    first = [words.consent_row(outside)] if outside else []
    return first + flow.timeline(state, str(request.applicant), clock.now()) + _last_step(request, today)


def _voice_note(request: LeaveRequest) -> str:
    """What is still missing of leave that was agreed by voice."""
    if request.state != S.VOICE or request.paper_due is None:
        return ""
    late = request.phase == Phase.PAPER_LATE
    return f"书面手续{'应' if late else '要'}在 {cn_date(request.paper_due)}以前补办{'，已经逾期' if late else ''}"


def _rows(request: LeaveRequest, user: Any, private: bool, near: bool) -> list[words.Row]:
    """The definition rows; reason only for those who decide, the telephone for them and whoever is responsible.

    His own telephone a person reads whole; masking is for others.
    """
    rows = [{"label": "起止", "value": words.span_words(request.whole)}]
    if request.charged_halves != request.absence_halves:
        charged = format_days(request.charged_halves)
        rows.append(
            {
                "label": "计假",
                "value": f"{charged} 天",
                "note": f"离岗 {request.days} 天，其中休息日、节假日不计入余额",
            }
        )
    rows += words.link_rows(request)
    rows += [words.place_row(request), words.stand_in_row(request, standing_in.away_days(request))]
    own = request.applicant_id == user.person_id
    phone = {"label": "电话", "value": request.contact if own else mask_phone(request.contact)}
    if not own and (private or near or endings.may_record_return(request.posting, user)):
        phone["url"] = reverse("leave:contact", args=[request.pk])
        phone["note"] = "点开写明理由，可看完整号码"
    rows.append(phone)
    if private:
        rows.append({"label": "事由", "value": request.reason})
    before = selectors.halves_this_year(request)
    rows.append({"label": "本年累计", "value": f"{format_days(before)} 天", "note": "已批准的，不含本次"})
    if private:
        rows += words.balance_rows(balance.for_request(request))
    rows.append({"label": "派出单位", "value": str(request.posting.unit) if request.posting.unit else "—"})
    rows.append({"label": "编号", "value": request.number})
    if request.state == S.BACK:
        when = cn_halfday(request.returned_on, request.returned_half)
        given_back = endings.halves_given_back(request)
        if given_back:
            when += f"，提前 {format_days(given_back)} 天"
        by = f"{request.return_recorded_by} {cn_datetime(request.return_recorded_at)} 登记"
        rows.append(
            {
                "label": "返岗",
                "value": when,
                "note": f"{by}。{request.return_note}" if request.return_note else by,
            }
        )
    return rows


def _coverage(request: LeaveRequest, user: User) -> words.Row:
    """The count is for everybody on this page; names only of those the viewer may see elsewhere too."""
    bear = cautions(request.posting, request.whole)
    named = {mate.person.pk for mate in bear.coverage.away} | {row.applicant_id for row in bear.promised}
    seen = Person.objects.visible_to(user).filter(pk__in=named)
    return words.coverage_row(bear.naming(set(seen.values_list("pk", flat=True)) if named else set()))


def _by_hand(state: sign_offs.Card) -> str:
    """Why these people decide, where the managing office named them."""
    plan = state.sign_off.plan if state.sign_off else {}
    return plan.get("reason", "") if plan.get("source") == "hand" else ""


def _answer(state: sign_offs.Card) -> dict[str, str] | None:
    """Who said no, or sent it back, and why: what the applicant looks for first."""
    if state.sign_off is None:
        return None
    said = [row for row in state.sign_off.signatures.all() if row.decision in flow.ROW_STATE]
    return (
        {"title": f"{said[-1].signer}：{said[-1].get_decision_display()}", "note": said[-1].note}
        if said
        else None
    )


def _acting(state: sign_offs.Card) -> str:
    if state.mine is None or state.mine.via == "own":
        return ""
    row, given = state.mine.appointment, state.mine.delegation
    if given is not None:
        why = (
            ""
            if state.mine.via == "delegated"
            else f"{state.mine.seat.label}现在不在岗，按同一条由上一级批。"
        )
        name = given.of.person.name
        return f"{why}您代{name}（{given.of.capacity}）批，他委托您代办到 {cn_date(given.valid_to)}"
    if state.mine.via == "acting" and row.acting_for is not None:
        held = row.acting_for
        return f"您代{held.person.name}（{held.body} {held.post_name}）批，依据：{row.basis}"
    return f"{state.mine.seat.label}现在不在岗，也没有代行的人，按同一条由您批"


def _now_with(state: sign_offs.Card) -> str:
    """``刘海峰（镇党委书记）``: who has it now."""
    names = [
        seat["holders"]
        for step in state.steps
        if step.state == "now"
        for seat in step.seats
        if not seat["signature"]
    ]
    return "、".join(names)


def _waiting_filing(state: sign_offs.Card, user: Any) -> Filing | None:
    """A filing of the viewer's post that nobody has acknowledged."""
    unseen = [filing for filing in state.filings if filing.seen_at is None]
    if not unseen:
        return None
    pairs = sign_offs.my_pairs(scope_of(user))
    return next((filing for filing in unseen if (filing.post, filing.body_id) in pairs), None)


def _bar(
    http: HttpRequest,
    request: LeaveRequest,
    state: sign_offs.Card,
    told: Filing | None,
    special: dict[str, str],
) -> Bar | None:
    if request.state == S.RETURNED and request.applicant_id == http.user.person_id:
        return Bar(
            done="已退回给您修改",
            next_url=reverse("leave:edit", args=[request.pk]),
            next_label="修改后再提交",
        )
    return decision_bar(http.user, state, told, special)


def _last_step(request: LeaveRequest, today) -> list[words.Row]:
    """销假 as the last row of the flow."""
    if request.state == S.BACK:
        when = cn_halfday(request.returned_on, request.returned_half)
        return [
            {
                "state": "done",
                "title": "已销假",
                "who": f"{when}返岗",
                "at": cn_datetime(request.return_recorded_at),
                "note": request.return_note,
            }
        ]
    if request.state == S.CANCELLED:
        return [{"state": "returned", "title": "申请人取消", "at": cn_datetime(request.settled_at)}]
    if request.state == S.CHANGED:
        return [{"state": "returned", "title": "已变更，由另一件代替", "at": cn_datetime(request.settled_at)}]
    if request.extends_id:
        return []
    if request.state == S.APPROVED:
        over = today > request.until
        row = {
            "state": "now" if request.start <= today else "later",
            "title": "返岗后销假",
            "who": str(request.applicant),
        }
        last = f"假期到 {cn_halfday(request.until, request.until_half)}止"
        return [row | {"left": f"{last}，还没有销假，记为待核" if over else last, "overdue": over}]
    if request.state == S.VOICE:
        return [{"state": "now", "title": "补办书面手续", "who": str(request.applicant)}]
    if request.state == S.PENDING:
        return [{"state": "later", "title": "返岗后销假", "who": str(request.applicant)}]
    return []
