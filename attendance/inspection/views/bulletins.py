"""督查通报: the list, drafting and editing, one bulletin with its addressees, and its sheet of A4."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals import flow
from approvals import selectors as sign_offs
from approvals.bar import decision_bar
from attendance.inspection import bulletins as verbs
from attendance.inspection.authority import desks_of
from attendance.inspection.clauses import BULLETINS
from attendance.inspection.models import own_offices, when_words
from attendance.inspection.paper_forms import WordsForm
from attendance.inspection.papers import BULLETIN, InspectionBulletin, filings_of, items_for
from attendance.inspection.views import tabs
from attendance.inspection.views.checks import desk_for
from attendance.views.bases import basis_of
from core import clock, web
from core.access import access
from core.errors import Refused
from core.months import day_words
from core.templatetags.zhubang import cn_datetime
from policy.carries import carries

S = InspectionBulletin.State
TAGS: dict[str, str] = {S.DRAFT: "later", S.PENDING: "now", S.ISSUED: "done", S.DROPPED: "returned"}


@access("overseer")
@require_safe
@carries(*BULLETINS)
def bulletins(http: HttpRequest) -> HttpResponse:
    """The bulletins the viewer sees, the newest first."""
    page = web.page_of(http, InspectionBulletin.objects.visible_to(http.user).for_pages())
    rows = [
        {
            "url": row.get_absolute_url(),
            "name": str(row.office),
            "post": row.number,
            "type": row.title,
            "span": f"{row.issued_at:%Y-%m-%d}" if row.issued_at else "",
            "status_kind": TAGS[row.state],
            "status_label": row.get_state_display(),
        }
        for row in page.object_list
    ]
    context = {
        "pages": tabs.pages("bulletins"),
        "page": page,
        "rows": rows,
        "may_draft": any(desk.bulletin for desk in desks_of(http.user)),
    }
    return render(http, "inspection/bulletins.html", context)


@access("overseer")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*BULLETINS)
def new(http: HttpRequest) -> HttpResponse:
    """Choose the closed checks a bulletin is about; it is drafted from what they found."""
    desk = desk_for(http, "bulletin")
    refusal: Refused | None = None
    if http.method == "POST":
        ids = {int(each) for each in http.POST.getlist("checks")[:200] if each.isdecimal() and len(each) < 12}
        try:
            made = verbs.draft(
                acting_user=http.user,
                office_id=desk.office.pk,
                check_ids=ids,
                form_key=http.POST.get("form_key", "")[:64],
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect("inspection:bulletin_edit", made.pk)
    context = {
        "office": desk.office,
        "checks": [
            {"row": row, "label": f"{row.office} {when_words(row)}{row.get_method_display()}"}
            for row in verbs.checks_for(desk).order_by("-day", "-pk")[:60]
        ],
        "form_key": web.form_key(),
        "problems": [{"text": refusal.sentence, "href": "#checks"}] if refusal else [],
        "has_errors": refusal is not None,
    }
    return render(http, "inspection/bulletin_new.html", context, status=refusal.status if refusal else 200)


@access("overseer")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*BULLETINS)
def edit(http: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of a draft, and take people off its list."""
    found = get_object_or_404(
        InspectionBulletin.objects.for_pages(), pk=pk, office__in=own_offices(http.user), state=S.DRAFT
    )
    items = list(found.items.order_by("order", "pk"))
    posted = http.method == "POST"
    form = WordsForm(http.POST if posted else None, bulletin=found, items=items)
    if posted and form.is_valid():
        revision = http.POST.get("revision", "")
        try:
            verbs.edit(
                acting_user=http.user,
                bulletin_id=pk,
                revision=int(revision[:9]) if revision.isdecimal() else None,
                wording=form.wording,
            )
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(f"{found.get_absolute_url()}?saved")
    context = {
        "bulletin": found,
        "form": form,
        "fields": [form[name] for name in ("title", "prefix", "method", "overall", "demands", "deadline")],
        "items": [(form[f"keep{item.pk}"], form[f"problem{item.pk}"]) for item in items],
    }
    return render(http, "inspection/bulletin_edit.html", context, status=422 if form.errors else 200)


def seen(http: HttpRequest, pk: int) -> InspectionBulletin:
    """A bulletin the user may see, or 404."""
    return get_object_or_404(InspectionBulletin.objects.visible_to(http.user).for_pages(), pk=pk)


@access("serving")
@require_safe
@carries(*BULLETINS)
def bulletin(http: HttpRequest, pk: int) -> HttpResponse:
    """One bulletin: its text, the list as the viewer may read it, who signed, to whom it went and who has read it."""
    return show_bulletin(http, seen(http, pk))


def show_bulletin(
    http: HttpRequest, found: InspectionBulletin, refusal: Refused | None = None
) -> HttpResponse:
    """The present state of a bulletin; with ``refusal`` its sentence and status code."""
    found = InspectionBulletin.objects.for_pages().get(pk=found.pk)
    own = found.office_id in own_offices(http.user)
    state = sign_offs.card(http.user, BULLETIN, found.pk)
    told = list(
        sign_offs.told_to(http.user)
        .filter(subject_kind=BULLETIN, subject_id=found.pk)
        .select_related("seen_by")
    )
    unseen = next((filing for filing in told if filing.seen_at is None), None)
    context = {
        **_words(http, found),
        "status_kind": TAGS[found.state],
        "status_label": "待您签发" if state.mine is not None else found.get_state_display(),
        "own": own,
        "draft": own and found.state == S.DRAFT,
        "pending": own and found.state == S.PENDING,
        "may_correct": own and found.state == S.ISSUED and not found.corrected_by.exclude(state=S.DROPPED),
        "later": found.corrected_by.filter(state=S.ISSUED).first(),
        "flow": flow.timeline(state, str(found.drafted_by), clock.now()) if own else [],
        "seen_by": [
            {
                "label": filing.label,
                "seen": f"{filing.seen_by} {cn_datetime(filing.seen_at)}" if filing.seen_at else "",
            }
            for filing in filings_of(found)
        ]
        if own
        else [],
        "form_key": web.form_key(),
        "read": [
            f"{filing.label}：{filing.seen_by} {cn_datetime(filing.seen_at)} 已知悉"
            for filing in told
            if filing.seen_at and not own
        ],
        "bar": decision_bar(http.user, state, unseen),
        "refusal": refusal,
        "has_errors": refusal is not None and refusal.status == 422,
    }
    template = "inspection/bulletin.html"
    if web.wants_fragment(http):
        template = "inspection/bulletin_fragment.html"
        context["todo_count"] = sign_offs.count_waiting(http.user)
    return render(http, template, context, status=refusal.status if refusal else 200)


def _day(day: date) -> str:
    """2026年11月24日, as papers write it."""
    return f"{day.year}年{day_words(day)}"


def _words(http: HttpRequest, found: InspectionBulletin) -> dict[str, Any]:
    """What stands on the sheet and on the page alike."""
    items = items_for(http.user, found)
    filings = filings_of(found)
    sent = [(each.party, each.label) for each in filings]
    if not filings and found.state != S.ISSUED:
        sent = [(spec.party, spec.label) for spec in verbs.addressees(found)]
    # Towns, then units; the county's bodies get a copy.
    main = [label for level in ("town:", "unit:") for party, label in sent if party.startswith(level)]
    copies = [label for party, label in sent if party.startswith("county:")]
    return {
        "bulletin": found,
        "items": items,
        "hidden_items": found.items.count() - len(items),
        "main": main,
        "copies": copies,
        "span": _day(found.first) + ("" if found.first == found.last else f"至{_day(found.last)}"),
        "deadline": _day(found.deadline) if found.deadline else "",
        "issued": _day(timezone.localtime(found.issued_at).date()) if found.issued_at else "",
        "basis": basis_of(found.clause),
    }


@access("serving")
@require_safe
@carries(*BULLETINS)
def paper(http: HttpRequest, pk: int) -> HttpResponse:
    """The bulletin as it is printed; a draft says that it is one."""
    return render(http, "inspection/bulletin_paper.html", _words(http, seen(http, pk)))


def _act(http: HttpRequest, pk: int, verb: Any) -> HttpResponse:
    found = seen(http, pk)
    try:
        verb(acting_user=http.user, bulletin_id=pk)
    except Refused as refused:
        return show_bulletin(http, found, refused)
    return redirect(found)


@access("overseer")
@require_POST
def send(http: HttpRequest, pk: int) -> HttpResponse:
    """送签."""
    return _act(http, pk, verbs.send)


@access("overseer")
@require_POST
def withdraw(http: HttpRequest, pk: int) -> HttpResponse:
    """撤回修改."""
    return _act(http, pk, verbs.withdraw)


@access("overseer")
@require_POST
def drop(http: HttpRequest, pk: int) -> HttpResponse:
    """不发了."""
    return _act(http, pk, verbs.drop)


@access("overseer")
@require_POST
def correct(http: HttpRequest, pk: int) -> HttpResponse:
    """起草更正."""
    found = seen(http, pk)
    try:
        made = verbs.correct(
            acting_user=http.user, bulletin_id=pk, form_key=http.POST.get("form_key", "")[:64]
        )
    except Refused as refused:
        return show_bulletin(http, found, refused)
    return redirect("inspection:bulletin_edit", made.pk)
