"""查岗: the list, a plan, one check with its draw, and what can be done before it begins."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.absence import cases as absences
from attendance.absence.models import AbsenceCase
from attendance.inspection import planning, results
from attendance.inspection.authority import Desk, desks_of
from attendance.inspection.clauses import CHECKS
from attendance.inspection.forms import PlanForm
from attendance.inspection.models import SpotCheck, SpotTarget, when_words
from attendance.inspection.selectors import owed_words
from attendance.inspection.views import tabs
from attendance.views.bases import basis_of
from core import attachments, clock, web
from core.access import access
from core.errors import Refused
from core.models import Attachment
from core.templatetags.zhubang import cn_datetime
from policy.basis import readings
from policy.carries import carries
from policy.inspection import tickets
from rules.book import rule_book
from teams.models import User

S = SpotCheck.State
TAGS: dict[str, str] = {S.PLANNED: "later", S.DRAWN: "now", S.CLOSED: "done", S.CANCELLED: "returned"}
OUTCOME_TAGS: dict[str, str] = {
    "on_post": "done",
    "leave": "done",
    "trip": "done",
    "absent": "now",
    "": "later",
}
CASE_TAGS: dict[str, str] = {"pending": "now", "explained": "done", "unexcused": "refused"}


def desk_for(http: HttpRequest, what: str) -> Desk:
    """The user's first desk that may do it, or the one the address names; 404 without one."""
    found = [desk for desk in desks_of(http.user) if getattr(desk, what)]
    wanted = http.POST.get("office") or http.GET.get("office") or ""
    named = [desk for desk in found if str(desk.office.pk) == wanted]
    if not found or (wanted and not named):
        raise Http404
    return (named or found)[0]


@access("overseer")
@require_safe
@carries(*CHECKS)
def checks(http: HttpRequest) -> HttpResponse:
    """The checks the viewer sees, the newest first."""
    desks = desks_of(http.user)
    page = web.page_of(http, SpotCheck.objects.visible_to(http.user).for_pages())
    context = {
        "pages": tabs.pages("checks"),
        "page": page,
        "rows": [_row(row) for row in page.object_list],
        "may_plan": any(desk.check for desk in desks),
        "owed": owed_words(desks),
        "silent": not any(desk.check for desk in desks),
    }
    return render(http, "inspection/checks.html", context)


def _row(check: SpotCheck) -> dict[str, Any]:
    return {
        "url": check.get_absolute_url(),
        "name": f"{check.office}",
        "post": f"{check.year}年第 {check.serial} 次",
        "type": f"{check.get_method_display()}查岗",
        "span": f"{check.day:%Y-%m-%d} {check.get_time_display()}",
        "status_kind": TAGS[check.state],
        "status_label": check.get_state_display(),
    }


@access("overseer")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*CHECKS)
def new(http: HttpRequest) -> HttpResponse:
    """安排查岗."""
    desk = desk_for(http, "check")
    posted = http.method == "POST"
    form = PlanForm(http.POST if posted else None, desk=desk)
    if posted and form.is_valid():
        try:
            made = planning.plan(
                acting_user=http.user,
                office_id=desk.office.pk,
                wish=form.wish,
                form_key=http.POST.get("form_key", "")[:64],
            )
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(f"{made.get_absolute_url()}?planned")
    context = {
        "form": form,
        "office": desk.office,
        "form_key": http.POST.get("form_key", "")[:64] or web.form_key(),
    }
    return render(http, "inspection/check_form.html", context, status=422 if form.errors else 200)


@access("overseer")
@require_safe
@carries(*CHECKS)
def check(http: HttpRequest, pk: int) -> HttpResponse:
    """One check: the plan, the draw and how to repeat it, and what was found of whom the viewer may see."""
    return show_check(http, seen(http, pk))


def seen(http: HttpRequest, pk: int) -> SpotCheck:
    """A check the user may see, or 404."""
    return get_object_or_404(SpotCheck.objects.visible_to(http.user).for_pages(), pk=pk)


def show_check(
    http: HttpRequest, found: SpotCheck, refusal: Refused | None = None, **said: str
) -> HttpResponse:
    """The present state of a check; with ``refusal`` its sentence and status code, and what was typed."""
    found = SpotCheck.objects.for_pages().get(pk=found.pk)
    own = results.may_judge(http.user, found)
    targets = list(found.targets.visible_to(http.user).in_order())
    everybody = found.targets.count()
    cases = results.cases_of(found, targets)
    book = rule_book()
    context = {
        "check": found,
        "status_kind": TAGS[found.state],
        "status_label": found.get_state_display(),
        "plan": _plan(found),
        "day": when_words(found),
        "draw": _draw(found, "repeat" in http.GET),
        "targets": [
            _target(http.user, each, cases.get(each.posting.person_id), str(said.get("target")))
            for each in targets
        ],
        "others": everybody - len(targets),
        "figures": _figures(targets, cases) if found.state == S.CLOSED else [],
        "basis": basis_of(found.clause),
        "readings": readings(book, [found.clause]),
        "own": own,
        "may_seed": own and found.state == S.PLANNED and not found.seed,
        "may_draw": own and found.state == S.PLANNED and bool(found.seed),
        "draw_late": clock.today() >= found.day,
        "may_find": found.state == S.DRAWN
        and own
        and clock.today() >= found.day
        and found.checkers.filter(pk=http.user.person_id).exists(),
        "may_cancel": own and found.state in (S.PLANNED, S.DRAWN),
        "refusal": refusal,
        "has_errors": refusal is not None and refusal.status == 422,
        "said": said,
    }
    return render(http, "inspection/check.html", context, status=refusal.status if refusal else 200)


def _plan(found: SpotCheck) -> list[dict[str, str]]:
    people = "、".join(person.name for person in found.checkers.order_by("pinyin", "pk"))
    places = [place.name for place in found.places.order_by("path")]
    how = "范围里的人都查"
    if found.how_many is not None:
        how = f"{'每个乡镇' if found.by_town else '一共'}抽 {found.how_many} 人"
    rows = [
        {"label": "时间", "value": when_words(found)},
        {"label": "方式", "value": found.get_method_display()},
        {"label": "范围", "value": "、".join(places) or f"{found.office.region.name}全部"},
        {"label": "对象", "value": f"{how}（范围里共 {len(found.pool)} 人）"},
        {"label": "查岗人", "value": people + (f"；会同：{found.others}" if found.others else "")},
        {"label": "安排", "value": f"{found.planned_by} {cn_datetime(found.planned_at)}"},
    ]
    if found.closed_at:
        rows.append({"label": "结束", "value": f"{found.closed_by} {cn_datetime(found.closed_at)}"})
    if found.cancelled_at:
        rows.append({"label": "取消", "value": f"{found.cancelled_by} {cn_datetime(found.cancelled_at)}"})
        rows.append({"label": "取消原因", "value": found.cancelled_why})
    return rows


def _draw(found: SpotCheck, repeat: bool) -> dict[str, Any] | None:
    """How the names were drawn; with ``repeat`` drawn once more and compared with what was kept."""
    if found.how_many is None:
        return None
    shown: dict[str, Any] = {
        "rows": [
            {
                "label": "种子来源",
                "value": found.seed_basis or found.get_seed_from_display(),
            },
            {"label": "种子", "value": found.seed or "还没有填"},
            *(
                [{"label": "种子确定", "value": cn_datetime(found.seeded_at, "year")}]
                if found.seeded_at
                else []
            ),
            *([{"label": "抽取", "value": cn_datetime(found.drawn_at, "year")}] if found.drawn_at else []),
            {"label": "名单校验码", "value": found.pool_hash[:16]},
        ],
        "example": found.pool[0][1] if found.pool else "",
    }
    if repeat and found.drawn_at and found.seed:
        again = tickets(found.seed, found.candidates, found.how_many, by_group=found.by_town)
        codes = {each.candidate.code for each in again if each.drawn}
        kept = set(found.targets.values_list("code", flat=True))
        shown |= {"again": [each for each in again if each.drawn], "same": codes == kept}
    return shown


def _figures(targets: list[SpotTarget], cases: dict[int, AbsenceCase]) -> list[dict[str, Any]]:
    counts = {value: sum(each.outcome == value for each in targets) for value in SpotTarget.Outcome.values}
    unexcused = sum(case.state == AbsenceCase.State.UNEXCUSED for case in cases.values())
    return [
        {"label": "查到", "value": len(targets), "unit": "人"},
        {"label": "在岗", "value": counts["on_post"], "unit": "人"},
        {"label": "请假、公出", "value": counts["leave"] + counts["trip"], "unit": "人"},
        {"label": "不在岗", "value": counts["absent"], "unit": "人",
         "note": f"认定无故 {unexcused} 人" if unexcused else "", "bad": bool(unexcused)},
    ]  # fmt: skip


def _target(user: User, target: SpotTarget, case: AbsenceCase | None, asked: str) -> dict[str, Any]:
    posting = target.posting
    kind, label = OUTCOME_TAGS[target.outcome], target.get_outcome_display() or "还没有记"
    if case is not None:
        kind, label = CASE_TAGS[case.state], case.get_state_display()
    waits = case is not None and case.state == AbsenceCase.State.PENDING
    return {
        "row": target,
        "name": posting.person.name,
        "post": f"{posting.body} {posting.post_name}",
        "unit": str(posting.unit) if posting.unit else "",
        "kind": kind,
        "label": label,
        "found": f"{target.found_by} {cn_datetime(target.found_at)}" if target.found_at else "",
        "case": case,
        "judged": f"{case.found_by} {cn_datetime(case.found_at)}" if case and case.found_at else "",
        "may_judge": waits and absences.powers(user, case).find is not None,
        "asked": asked == str(target.pk),
    }


def photos_of(targets: list[SpotTarget]) -> dict[int, list[dict[str, Any]]]:
    """The photos of these people, by target; one query."""
    rows = Attachment.objects.filter(
        subject_kind=results.TARGET_KIND, subject_id__in=[str(each.pk) for each in targets]
    ).order_by("pk")
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(int(row.subject_id), []).extend(attachments.rows_of([row]))
    return found


@access("overseer")
@require_safe
def pool(http: HttpRequest, pk: int) -> HttpResponse:
    """The frozen list as CSV: town, code, digest, drawn. No names: with the seed it is all one needs."""
    found = seen(http, pk)
    if found.how_many is None:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="draw-{found.year}-{found.serial}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["区划代码", "代码", "SHA-256", "抽中"])
    if found.seed:
        for each in tickets(found.seed, found.candidates, found.how_many, by_group=found.by_town):
            drawn = "是" if each.drawn and found.drawn_at else ""
            writer.writerow([each.candidate.group, each.candidate.code, each.digest, drawn])
    else:
        writer.writerows([each.group, each.code, "", ""] for each in found.candidates)
    return response


def _act(http: HttpRequest, pk: int, verb: Any, **said: str) -> HttpResponse:
    found = seen(http, pk)
    try:
        verb(acting_user=http.user, check_id=pk, **said)
    except Refused as refused:
        return show_check(http, found, refused, **said)
    return redirect(found)


@access("overseer")
@require_POST
def seed(http: HttpRequest, pk: int) -> HttpResponse:
    """Write the published figure down."""
    return _act(http, pk, planning.fix_seed, seed=http.POST.get("seed", ""))


@access("overseer")
@require_POST
def draw(http: HttpRequest, pk: int) -> HttpResponse:
    """抽取."""
    return _act(http, pk, planning.draw)


@access("overseer")
@require_POST
def cancel(http: HttpRequest, pk: int) -> HttpResponse:
    """取消, with a reason."""
    return _act(http, pk, planning.cancel, why=http.POST.get("why", ""))


@access("overseer")
@require_POST
def judge(http: HttpRequest, pk: int) -> HttpResponse:
    """无故 of somebody who was not at his post, found in his case; ``pk`` of the person looked for."""
    rows = SpotTarget.objects.visible_to(http.user).select_related("check_of", "posting")
    target = get_object_or_404(rows, pk=pk)
    case = results.cases_of(target.check_of, [target]).get(target.posting.person_id)
    if case is None:
        raise Http404
    why = http.POST.get("why", "")
    try:
        absences.find_unexcused(acting_user=http.user, case_id=case.pk, reason=why)
    except Refused as refused:
        return show_check(http, target.check_of, refusal=refused, target=str(pk), why=why)
    return redirect(f"{target.get_absolute_url()}#t{pk}")
