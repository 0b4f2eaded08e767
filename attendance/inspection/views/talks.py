"""约谈: the list, recording one, one talk with what it was about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.inspection import talks as verbs
from attendance.inspection.authority import Desk, desks_of
from attendance.inspection.clauses import TALKS
from attendance.inspection.models import own_offices
from attendance.inspection.paper_forms import TalkForm
from attendance.inspection.papers import TALK, UnitTalk
from attendance.inspection.views import tabs
from attendance.inspection.views.checks import desk_for
from attendance.views.bases import basis_of
from core import attachments, clock, web
from core.access import access
from core.errors import Refused
from core.templatetags.zhubang import cn_date, cn_datetime
from policy.carries import carries


def talk_tag(row: UnitTalk) -> tuple[str, str]:
    """How a talk stands, as lists and its page show it."""
    if row.voided_at is not None:
        return "returned", "登记作废"
    return ("now", "待单位知悉") if row.waits else ("done", "单位已知悉")


@access("overseer")
@require_safe
@carries(*TALKS)
def talks(http: HttpRequest) -> HttpResponse:
    """The talks the viewer sees, the newest first."""
    page = web.page_of(http, UnitTalk.objects.visible_to(http.user).for_pages())
    rows = [
        {
            "url": row.get_absolute_url(),
            "name": str(row.unit),
            "post": row.with_whom,
            "type": row.why,
            "span": f"{row.held_on:%Y-%m-%d}",
            "status_kind": talk_tag(row)[0],
            "status_label": talk_tag(row)[1],
        }
        for row in page.object_list
    ]
    context = {
        "pages": tabs.pages("talks"),
        "page": page,
        "rows": rows,
        "may_record": any(desk.talk for desk in desks_of(http.user)),
    }
    return render(http, "inspection/talks.html", context)


@access("overseer")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*TALKS)
def new(http: HttpRequest) -> HttpResponse:
    """登记约谈."""
    desk = desk_for(http, "talk")
    posted = http.method == "POST"
    form = TalkForm(
        http.POST if posted else None,
        http.FILES if posted else None,
        desk=desk,
        initial={
            "held_on": clock.today(),
            "talker": http.user.person.name if http.user.person else "",
            **_about(http, desk),
        },
    )
    if posted and form.is_valid():
        try:
            made = verbs.record(
                acting_user=http.user,
                office_id=desk.office.pk,
                talk=form.talk,
                form_key=http.POST.get("form_key", "")[:64],
                files=form.good_files,
            )
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(f"{made.get_absolute_url()}?recorded")
    context = {
        "form": form,
        "office": desk.office,
        "form_key": http.POST.get("form_key", "")[:64] or web.form_key(),
    }
    return render(http, "inspection/talk_form.html", context, status=422 if form.errors else 200)


def _about(http: HttpRequest, desk: Desk) -> dict[str, object]:
    """The unit and the case from whose page the form was opened; nothing the office may not talk about."""
    wanted = http.GET.get("case", "")
    rows = verbs.cases_for(desk).filter(pk=int(wanted)) if wanted.isdecimal() and len(wanted) < 12 else []
    return next(({"unit": row.unit_id, "cases": [row.pk]} for row in rows), {})


@access("overseer")
@require_safe
@carries(*TALKS)
def talk(http: HttpRequest, pk: int) -> HttpResponse:
    """One talk, for its office and the unit."""
    return show_talk(http, get_object_or_404(UnitTalk.objects.visible_to(http.user), pk=pk))


def show_talk(
    http: HttpRequest, found: UnitTalk, refusal: Refused | None = None, why: str = ""
) -> HttpResponse:
    """The present state of a talk; with ``refusal`` its sentence and status code."""
    found = UnitTalk.objects.for_pages().get(pk=found.pk)
    rows = [
        {"label": "约谈单位", "value": str(found.office)},
        {"label": "日期", "value": cn_date(found.held_on, "year")},
        {"label": "谈话人", "value": found.talker},
        {"label": "谈话对象", "value": found.with_whom},
        {"label": "事由", "value": found.why},
        {"label": "结果", "value": found.outcome},
        {"label": "登记", "value": f"{found.recorded_by} {cn_datetime(found.recorded_at)}"},
    ]
    if found.seen_at:
        rows.append({"label": "单位知悉", "value": f"{found.seen_by} {cn_datetime(found.seen_at)}"})
    if found.voided_at:
        rows.append(
            {
                "label": "登记作废",
                "value": f"{found.voided_by} {cn_datetime(found.voided_at)}：{found.void_why}",
            }
        )
    context = {
        "talk": found,
        "rows": rows,
        "cases": list(found.cases.for_lists().order_by("day", "pk")),
        "files": attachments.rows_of(attachments.of(TALK, found.pk)),
        "basis": basis_of(found.clause),
        "tag": talk_tag(found),
        "may_acknowledge": verbs.waiting_for(http.user).filter(pk=found.pk).exists(),
        "may_void": found.office_id in own_offices(http.user) and found.voided_at is None,
        "refusal": refusal,
        "has_errors": refusal is not None and refusal.status == 422,
        "why": why,
    }
    return render(http, "inspection/talk.html", context, status=refusal.status if refusal else 200)


@access("overseer")
@require_POST
def acknowledge(http: HttpRequest, pk: int) -> HttpResponse:
    """知悉, by the head of the unit."""
    found = get_object_or_404(UnitTalk.objects.visible_to(http.user), pk=pk)
    try:
        verbs.acknowledge(acting_user=http.user, talk_id=pk)
    except Refused as refused:
        return show_talk(http, found, refused)
    return redirect(f"{found.get_absolute_url()}?seen")


@access("overseer")
@require_POST
def void(http: HttpRequest, pk: int) -> HttpResponse:
    """登记作废, with a reason."""
    found = get_object_or_404(UnitTalk.objects.visible_to(http.user), pk=pk)
    why = http.POST.get("why", "")
    try:
        verbs.void(acting_user=http.user, talk_id=pk, why=why)
    except Refused as refused:
        return show_talk(http, found, refused, why)
    return redirect(found)
