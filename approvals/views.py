"""待办, and the one address where a sign-off is signed. Nothing here knows what is being signed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from approvals import batch, selectors, services
from approvals.chores import Chore
from approvals.models import Filing, Signature, SignOff
from approvals.rows import row_of
from core import clock, subjects, web
from core.access import access
from core.errors import Conflict, Refused
from core.templatetags.zhubang import cn_datetime
from teams.delegations import running_words
from teams.models import User
from teams.scope import scope_of

D = Signature.Decision
Waiting = list[selectors.Task | Chore]
TABS = {"wait": "待我办", "done": "已办", "told": "知会我", "mine": "我发起"}
#: Decisions that open a page for their reason first.
REASONS = {
    D.REFUSE.value: ("不同意", "不同意的理由", "不同意这一件", "这一件到此为止，申请人可以另写一份再申请"),
    D.RETURN.value: ("", "退回理由", "", ""),
}


# ---- the lists -------------------------------------------------------------------------------------------


@access("serving")
@require_safe
def todo(request: HttpRequest) -> HttpResponse:
    """待我办, 已办, 知会我, 我发起: four views of the same kind of row."""
    tab = request.GET.get("tab", "wait")
    tab = tab if tab in TABS else "wait"
    waiting = selectors.todo_of(request.user)
    request.todo_count = len(waiting)  # type: ignore[attr-defined]
    unseen = selectors.told_to(request.user).filter(seen_at=None).count()
    page, items = {"wait": _wait, "done": _done, "told": _told, "mine": _mine}[tab](request, waiting)
    counts = {"wait": len(waiting) or "", "told": unseen or ""}
    context = {
        "tab": tab,
        "views": [
            {
                "label": label,
                "url": f"{reverse('approvals:todo')}?tab={key}",
                "active": key == tab,
                "count": counts.get(key, ""),
            }
            for key, label in TABS.items()
        ],
        "title": TABS[tab],
        "page": page,
        "items": items,
        # One alone is decided on its card.
        "pick": "pick" if sum(bool(item.get("pick_value")) for item in items) > 1 else "",
        "now": clock.now(),
        "empty": _empty(request.user, tab),
        "delegation_words": running_words(scope_of(request.user)),
    }
    return render(
        request, "approvals/rows.html" if web.wants_fragment(request) else "approvals/todo.html", context
    )


def _wait(request: HttpRequest, waiting: Waiting) -> tuple[Any, list[dict[str, Any]]]:
    page = web.page_of(request, waiting)
    rows = []
    for item in page.object_list:
        row = row_of(item.summary, due=item.due, status_kind="now", status_label=item.label)
        if isinstance(item, Chore):
            row["note"] = item.note
        elif batch.may_be_chosen(item):
            row["pick_value"] = item.sign_off.pk
        rows.append(row)
    return page, rows


def _done(request: HttpRequest, waiting: Waiting) -> tuple[Any, list[dict[str, Any]]]:
    page = web.page_of(request, selectors.signed_by(request.user))
    words = selectors.summaries(
        {(row.sign_off.subject_kind, row.sign_off.subject_id) for row in page.object_list}
    )
    rows = []
    for signature in page.object_list:
        summary = words.get((signature.sign_off.subject_kind, signature.sign_off.subject_id), {})
        word = signature.said(subjects.words(signature.sign_off.subject_kind))
        note = f"您 {cn_datetime(signature.at)} 已{word}"
        rows.append(row_of(summary, note=note))
    return page, rows


def _told(request: HttpRequest, waiting: Waiting) -> tuple[Any, list[dict[str, Any]]]:
    page = web.page_of(request, selectors.told_to(request.user).select_related("seen_by"))
    words = selectors.summaries({(row.subject_kind, row.subject_id) for row in page.object_list})
    rows = []
    for filing in page.object_list:
        seen = filing.seen_at is not None
        note = (
            f"{filing.seen_by} {cn_datetime(filing.seen_at)} 已阅"
            if seen
            else f"{cn_datetime(filing.told_at)} 送到"
        )
        rows.append(
            row_of(
                words.get((filing.subject_kind, filing.subject_id), {}),
                note=f"{filing.get_kind_display()} · {note}",
                status_kind="done" if seen else "now",
                status_label="已阅" if seen else "未阅",
                acknowledge="" if seen else reverse("approvals:acknowledge", args=[filing.pk]),
            )
        )
    return page, rows


def _mine(request: HttpRequest, waiting: Waiting) -> tuple[Any, list[dict[str, Any]]]:
    page = web.page_of(request, selectors.begun_by(request.user))
    words = selectors.summaries({(row["subject_kind"], row["subject_id"]) for row in page.object_list})
    rows = []
    for each in page.object_list:
        summary = words.get((each["subject_kind"], each["subject_id"]), {})
        rows.append(row_of(summary, note=f"{cn_datetime(each['begun'])} 提交"))
    return page, rows


def _empty(user: User, tab: str) -> dict[str, str]:
    """The fact, then the next step."""
    if tab == "wait":
        last = selectors.signed_by(user).first()
        if last is None:
            return {"fact": "没有待办", "next": "有事要您办时，会出现在这里"}
        today = timezone.localtime(last.at).date() == clock.today()
        return {
            "fact": f"没有待办。上一件 {cn_datetime(last.at, 'clock' if today else '')} 办完",
            "next": "有事要您办时，会出现在这里",
            "url": f"{reverse('approvals:todo')}?tab=done",
            "label": "看已办",
        }
    return {
        "done": {"fact": "您还没有办过", "next": "办过的都留在这里，随时可查"},
        "told": {"fact": "还没有知会您的事", "next": "批准以后要报给您或知会您的，会出现在这里"},
        "mine": {"fact": "您还没有提交过申请", "next": "提交以后，在这里看办到哪一步"},
    }[tab]


# ---- signing ---------------------------------------------------------------------------------------------


@access("serving")
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the current step; the answer is the subject's own page in its present state."""
    decision, note = request.POST.get("decision", ""), request.POST.get("note", "")
    try:
        signature = services.sign(
            sign_off_id=pk,
            acting_user=request.user,
            decision=decision,
            page_hash=request.POST.get("page_hash", ""),
            request_key=request.POST.get("request_key", ""),
            note=note,
        )
    except Refused as refused:
        sign_off, subject = selectors.round_seen(request.user, pk)
        if not isinstance(refused, Conflict) and decision in REASONS and refused.field == "note":
            return _ask_reason(request, sign_off, decision, refused)
        return subjects.show_card(request, sign_off.subject_kind, subject, refused)
    sign_off = signature.sign_off
    registered = subjects.subject(sign_off.subject_kind)
    if web.wants_fragment(request):
        found = get_object_or_404(registered.visible_to(request.user), pk=sign_off.subject_id)
        return subjects.show_card(request, sign_off.subject_kind, found)
    # A repeated request has signed nothing and has its subject still to read.
    subject = getattr(signature, "subject", None) or selectors.round_seen(request.user, pk)[1]
    return redirect(registered.url(subject))


@access("serving")
@require_safe
def reason(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """The page that asks why, before 不同意 or 退回修改. It changes nothing."""
    sign_off, subject = selectors.round_seen(request.user, pk)
    if decision not in REASONS:
        raise Http404
    if decision == D.REFUSE and not subjects.words(sign_off.subject_kind).refuses:
        raise Http404
    state = selectors.card(request.user, sign_off.subject_kind, sign_off.subject_id)
    if state.mine is None or state.sign_off is None or state.sign_off.pk != pk:
        return redirect(subjects.subject(sign_off.subject_kind).url(subject))
    return _ask_reason(request, sign_off, decision)


def _ask_reason(
    request: HttpRequest, sign_off: SignOff, decision: str, refused: Refused | None = None
) -> HttpResponse:
    heading, label, button, after = REASONS[decision]
    words = subjects.words(sign_off.subject_kind)
    if decision == D.RETURN:
        heading, button, after = words.send_back, f"退回给{words.asker}修改", words.after_back
    pair = (sign_off.subject_kind, sign_off.subject_id)
    summary = selectors.summaries({pair}).get(pair, {})
    context = {
        "heading": heading,
        "label": label,
        "button": button,
        "after": after,
        "words": words,
        "decision": decision,
        "danger": decision == D.REFUSE,
        "sign_off": sign_off,
        "item": row_of(summary),
        "request_key": web.form_key(),
        "note": request.POST.get("note", ""),
        "refused": refused,
        "has_errors": refused is not None,
    }
    return render(request, "approvals/reason.html", context, status=refused.status if refused else 200)


@access("serving")
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """知悉: a body that was told confirms it has read the decision."""
    filing: Filing = services.acknowledge(filing_id=pk, acting_user=request.user)
    subject = subjects.subject(filing.subject_kind)
    found = get_object_or_404(subject.visible_to(request.user), pk=filing.subject_id)
    if web.wants_fragment(request):
        return subjects.show_card(request, filing.subject_kind, found)
    return redirect(web.safe_next(request, subject.url(found)))
