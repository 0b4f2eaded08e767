"""The auditor's pages: 审计记录 with its files, one event, 链校验. Reading and taking along leave events too."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_http_methods, require_safe

from core import clock, seal, trail, trail_care, web, workbooks
from core.access import access
from core.errors import Refused
from core.models import AuditCheck, AuditEvent, AuditSeal
from core.verify import tail
from core.workbooks import Column, Table, safe_text
from teams.trail import note_reading, seen_by, take_along
from teams.trail_forms import CheckForm, TrailForm

#: Events of one page; the next one begins below the last of them, so that a long trail costs no more.
ROWS = 50
FILTERS = ("since", "until", "who", "action", "outcome", "kind", "number")


@access("auditor")
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """审计记录: who did what, newest first, narrowed by the address."""
    form = TrailForm(request.GET)
    rows = form.narrow(seen_by(request.user))
    below = request.GET.get("below", "")
    if below.isdecimal() and len(below) < 19:
        rows = rows.filter(pk__lt=int(below))
    found = list(rows[: ROWS + 1])
    note_reading(acting_user=request.user, filters=form.said)
    kept = {key: request.GET[key] for key in FILTERS if request.GET.get(key)}
    context = {
        "form": form,
        "lines": [_line(event) for event in found[:ROWS]],
        "clear_url": reverse("teams:audit") if kept else "",
        "older_url": f"?{urlencode({**kept, 'below': found[ROWS - 1].pk})}" if len(found) > ROWS else "",
        "newest_url": f"?{urlencode(kept)}" if below else "",
        "files": [
            {"label": words, "url": f"{reverse('teams:audit_export')}?{urlencode({**kept, 'format': key})}"}
            for key, words in (("xlsx", "导出 Excel"), ("csv", "导出 CSV"))
        ],
    }
    fragment = web.wants_fragment(request)
    return render(request, "trail/rows.html" if fragment else "trail/list.html", context)


@access("auditor")
@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with what stood before and after, and its place in the chain."""
    found = get_object_or_404(seen_by(request.user), pk=pk)
    note_reading(acting_user=request.user, filters={}, event_id=pk)
    sealed = AuditSeal.objects.filter(event_id=pk).first()
    line = _line(found)
    rows = [
        {"label": "时间", "value": f"{timezone.localtime(found.at):%Y-%m-%d %H:%M:%S}"},
        {"label": "操作人", "value": found.actor_name, "note": found.capacity},
        {"label": "对象", "value": line["subject"]},
        {"label": "来源", "value": trail.value_words("source", found.source), "note": found.address},
        {"label": "请求编号", "value": found.request_id or "—"},
    ]
    chain = [
        {"label": "位置", "value": sealed.position},
        {"label": "封存时间", "value": f"{timezone.localtime(sealed.sealed_at):%Y-%m-%d %H:%M:%S}"},
        {"label": "校验码", "value": sealed.hash},
    ] if sealed else []  # fmt: skip
    context = {
        "event": found,
        "line": line,
        "rows": rows,
        "changes": trail.changes(found.before, found.after, found.subject_kind),
        "chain": chain,
    }
    return render(request, "trail/event.html", context)


@access("auditor")
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The narrowed list as a workbook or as CSV; more than one file holds is refused in words."""
    form = TrailForm(request.GET)
    rows = form.narrow(seen_by(request.user))
    as_csv = request.GET.get("format") == "csv"
    try:
        take_along(acting_user=request.user, rows=rows, filters=form.said, form="CSV" if as_csv else "Excel")
    except Refused as refused:
        context = {"form": form, "lines": [], "refused": refused, "clear_url": reverse("teams:audit")}
        return render(request, "trail/list.html", context, status=refused.status)
    name = f"审计记录_{clock.today():%Y%m%d}"
    if as_csv:
        return _csv(rows, f"{name}.csv")
    table = Table("审计记录", COLUMNS, _with_links(rows).iterator(), title="审计记录")
    return workbooks.response(workbooks.write(table, title="审计记录"), f"{name}.xlsx")


@access("auditor")
@require_http_methods(["GET", "HEAD", "POST"])
def chain(request: HttpRequest) -> HttpResponse:
    """链校验: the head to write down, what waits to be sealed, the last checks; a button starts the next one."""
    form = CheckForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                check = trail_care.start_check(acting_user=request.user, **form.moments)
            except Refused as refused:
                web.refusals_to_form(form, refused)
                status = refused.status
            else:
                # The first slice at once, so that a short chain needs no job; a long one is walked on by one.
                trail_care.go_on(check.pk)
                return redirect("teams:audit_chain")
    position, hash_ = seal.head()
    waiting, seconds = tail()
    checks = list(AuditCheck.objects.select_related("asked_by__holder", "asked_by__person")[:10])
    context = {
        "form": form,
        "position": position,
        "hash": " ".join(hash_[start : start + 4] for start in range(0, 64, 4)),
        "head": f"{position}:{hash_[:16]}",
        "waiting": waiting,
        "seconds": seconds,
        "checks": checks,
        "under_way": any(check.finished_at is None for check in checks),
    }
    return render(request, "trail/chain.html", context, status=status)


def _line(event: AuditEvent) -> dict[str, Any]:
    """One row of the list."""
    kinds = {"done": "done", "refused": "refused", "failed": "returned"}
    return {
        "event": event,
        "action": trail.action_words(event.action),
        "subject": _subject(event),
        "source": trail.value_words("source", event.source),
        "status_kind": kinds[event.outcome],
        "status_label": event.get_outcome_display(),
        "why": event.after.get("why", "") if event.outcome == "refused" else "",
    }


def _subject(event: AuditEvent) -> str:
    """``请假 12``; what was refused knows only under which name the number came in."""
    words = trail.kind_words(event.subject_kind)
    if not words and event.subject_id:
        keys = [
            key for key, value in event.after.items() if key.endswith("_id") and value == event.subject_id
        ]
        words = trail.field_words(keys[0]) if keys else ""
    return f"{words} {event.subject_id}".strip() or "—"


def _with_links(rows: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    links = AuditSeal.objects.filter(event_id=OuterRef("pk"))
    return rows.annotate(position=Subquery(links.values("position")), link=Subquery(links.values("hash")))


def _said(before: bool) -> Any:
    """The column of what stood before, or after, in words."""

    def text(event: AuditEvent) -> str:
        said = event.before if before else event.after
        return "\n".join(
            f"{trail.field_words(key)}：{trail.value_words(key, value, event.subject_kind)}"
            for key, value in said.items()
        )

    return text


COLUMNS: list[Column[Any]] = [
    Column("编号", lambda event: event.pk, 8),
    Column("时间", lambda event: f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}", 19),
    Column("操作人", lambda event: event.actor_name, 12),
    Column("身份", lambda event: event.capacity, 20, left=True),
    Column("动作", lambda event: trail.action_words(event.action), 14),
    Column("结果", lambda event: event.get_outcome_display(), 6),
    Column("对象", lambda event: trail.kind_words(event.subject_kind), 8),
    Column("对象编号", lambda event: event.subject_id, 8),
    Column("改前", _said(True), 24, left=True),
    Column("改后", _said(False), 32, left=True),
    Column("来源", lambda event: trail.value_words("source", event.source), 9),
    Column("网络地址", lambda event: event.address or "", 14),
    Column("请求编号", lambda event: event.request_id, 16),
    Column("封存位置", lambda event: event.position or "", 9),
    Column("校验码", lambda event: event.link or "", 20),
]


def _csv(rows: QuerySet[AuditEvent], filename: str) -> HttpResponse:
    """The same columns; the mark in front makes Excel read it as UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in COLUMNS])
    for row in _with_links(rows).iterator():
        writer.writerow([safe_text(column.value(row)) for column in COLUMNS])
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": content_disposition_header(True, filename) or "attachment",
    }
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
