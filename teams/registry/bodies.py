"""单位: offices with their functions, dispatching units and teams, for the system administrator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import clock, web
from core.access import access
from teams.administered import bodies_of, regions_of
from teams.functions import add_function, end_function
from teams.mergers import absorb_office, end_body, merge_body, rename_body
from teams.models import Appointment, Body, DispatchingUnit, Office, OfficeFunction, Team
from teams.people import add_body
from teams.registry.fields import form_page
from teams.registry.place_forms import (
    BodiesFilter,
    EndBodyForm,
    EndFunctionForm,
    FunctionForm,
    MergeBodyForm,
    OfficeForm,
    RenameBodyForm,
    TeamForm,
    UnitForm,
    today_first,
)
from teams.registry.places import place_url
from teams.rosters import in_town
from teams.words import BodyKind

READ_OR_SEND = ["GET", "HEAD", "POST"]
MODELS: dict[str, type[Body]] = {
    BodyKind.OFFICE.value: Office,
    BodyKind.UNIT.value: DispatchingUnit,
    BodyKind.TEAM.value: Team,
}


def body_url(body: Body) -> str:
    return reverse("teams:registry_body", args=[body.pk])


@access("system_admin")
@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """Offices, units and teams by place; those that have ended on request."""
    form = BodiesFilter(request.GET, user=request.user)
    said = form.cleaned_data
    text = said.get("name", "")
    rows = bodies_of(request.user).filter(valid_to__isnull=said.get("state") != "ended")
    if said.get("kind"):
        rows = rows.filter(kind=said["kind"])
    if text:
        rows = rows.filter(Q(name__contains=text) | Q(short_name__contains=text))
    rows = rows.filter(in_town(said.get("town"), "region__path"))
    today = clock.today()
    now = Q(appointments__valid_from__lte=today, appointments__void=False) & (
        Q(appointments__valid_to__isnull=True) | Q(appointments__valid_to__gte=today)
    )
    rows = rows.select_related("region", "successor").annotate(
        people=Count("appointments__person", filter=now, distinct=True)
    )
    context = {
        "form": form,
        "page": web.page_of(request, rows.order_by("region__path", "kind", "pk")),
        "ended": said.get("state") == "ended",
        "clear_url": reverse("teams:registry_bodies") if any(said.values()) else "",
    }
    template = "registry/bodies_rows.html" if web.wants_fragment(request) else "registry/bodies.html"
    return render(request, template, context)


@access("system_admin")
@require_safe
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One body: who serves in it, what it answers for, what it was called and became."""
    found = get_object_or_404(bodies_of(request.user).select_related("region", "successor"), pk=pk)
    today = clock.today()
    rows = Appointment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), void=False)
    serving = rows.filter(body=found).select_related(
        "person", "body", "unit", "stationed_at", "acting_for__person"
    )
    sent = rows.filter(unit=found).select_related("person", "body").order_by("body__region__path", "pk")
    context = {
        "body": found,
        "functions": OfficeFunction.objects.filter(office=found.pk).order_by("-valid_from", "pk"),
        "serving": serving.order_by("post", "person__pinyin", "pk"),
        "sent": sent if found.kind == BodyKind.UNIT else [],
        "before": found.predecessors.order_by("-valid_to", "pk"),
        "details": _details(found),
        "today": today,
    }
    return render(request, "registry/body.html", context)


def _details(found: Body) -> list[dict[str, Any]]:
    """What only bodies of its kind have."""
    if found.kind == BodyKind.UNIT:
        unit = DispatchingUnit.objects.select_related("institution").get(pk=found.pk)
        return [
            {"label": "选派层级", "value": unit.get_origin_display()},
            *([{"label": "同一机构", "value": str(unit.institution)}] if unit.institution else []),
            *([{"label": "单位代码", "value": unit.code}] if unit.code else []),
        ]
    if found.kind == BodyKind.TEAM:
        team = Team.objects.get(pk=found.pk)
        task = [{"label": "任务", "value": team.get_task_display()}] if team.task else []
        return [{"label": "类型", "value": team.get_team_kind_display()}, *task]
    return []


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def body_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Register an office, a unit or a team of a place."""
    region = get_object_or_404(regions_of(request.user).filter(valid_to=None), pk=pk)
    data = request.POST if request.method == "POST" else None
    initial = today_first()
    form: OfficeForm | UnitForm | TeamForm
    if kind == BodyKind.OFFICE:
        form = OfficeForm(data, initial=initial)
    elif kind == BodyKind.UNIT:
        form = UnitForm(data, user=request.user, region=region, initial=initial)
    elif kind == BodyKind.TEAM:
        form = TeamForm(data, initial=initial)
    else:
        raise Http404

    def do(said: dict[str, Any]) -> str:
        fields = {"region": region, **said}
        if kind == BodyKind.UNIT and fields["institution"] is not None:
            fields["institution"] = Office.objects.get(pk=fields["institution"].pk)
        fields["functions"] = tuple(fields.get("functions", ()))
        made = add_body(model=MODELS[kind], acting_user=request.user, **fields)
        return f"已登记 {made}"

    label = BodyKind(kind).label
    return form_page(
        request, form, heading=f"登记{label}：{region}", button=f"登记{label}", back=place_url(region), do=do
    )


def _rename(request: HttpRequest, found: Body, data: Any) -> HttpResponse:
    form = RenameBodyForm(data, initial=today_first(short_name=""))
    fresh: list[Body] = []

    def do(said: dict[str, Any]) -> str:
        fresh.append(rename_body(body_id=found.pk, acting_user=request.user, **said))
        return f"{found}已更名为 {fresh[0]}，{said['first_day']} 起用"

    return form_page(
        request,
        form,
        heading=f"更名：{found}",
        button="登记更名",
        back=body_url(found),
        done=lambda: body_url(fresh[0]),
        do=do,
        lead="旧名称留在以前的单子上。在任的人、职能、结对和没办完的事都转到新名称下。",
    )


_MERGED = {
    BodyKind.OFFICE.value: "职能转入新部门，原来等它办的事由新部门接着办；工作人员转过去，其他职务到期结束、另行登记。",
    BodyKind.UNIT.value: "它派出的人转由新单位派出，驻点不变；主要负责人在新单位已有的，原职务结束。",
    BodyKind.TEAM.value: "队员转入新的队；两队都有队长时，转来的队长改任队员。",
}


def _merge(request: HttpRequest, found: Body, data: Any) -> HttpResponse:
    form = MergeBodyForm(data, user=request.user, body=found, initial=today_first())
    into: list[Body] = []

    def do(said: dict[str, Any]) -> str:
        into.append(said["into"])
        document, first_day = said["document"], said["first_day"]
        if found.kind == BodyKind.OFFICE:
            absorb_office(
                office_id=found.pk,
                into_id=into[0].pk,
                last_day=first_day - timedelta(days=1),
                document=document,
                acting_user=request.user,
            )
        else:
            merge_body(
                body_id=found.pk,
                into_id=into[0].pk,
                first_day=first_day,
                document=document,
                acting_user=request.user,
            )
        return f"{found}已并入 {into[0]}，{first_day} 起由它接着办"

    return form_page(
        request,
        form,
        heading=f"并入别处：{found}",
        button="登记合并",
        back=body_url(found),
        done=lambda: body_url(into[0]),
        do=do,
        lead=f"{_MERGED[found.kind]}旧名称留在以前的单子上。",
    )


def _end(request: HttpRequest, found: Body, data: Any) -> HttpResponse:
    form = EndBodyForm(data, initial={"last_day": clock.today()})

    def do(said: dict[str, Any]) -> str:
        end_body(body_id=found.pk, acting_user=request.user, **said)
        return f"{found}已登记撤销，到 {said['last_day']} 为止"

    return form_page(
        request,
        form,
        heading=f"撤销：{found}",
        button="登记撤销",
        danger=True,
        back=body_url(found),
        do=do,
        lead="没有别处接着办才撤销；还有人任职时，先结束任职或改为并入别处。",
    )


CHANGES: dict[str, Callable[[HttpRequest, Body, Any], HttpResponse]] = {
    "rename": _rename,
    "merge": _merge,
    "end": _end,
}


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def body_change(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Rename, merge or dissolve a body."""
    found = get_object_or_404(bodies_of(request.user).filter(valid_to=None).select_related("region"), pk=pk)
    if act not in CHANGES:
        raise Http404
    return CHANGES[act](request, found, request.POST if request.method == "POST" else None)


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def function_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an office a function from a day on."""
    found = get_object_or_404(bodies_of(request.user).filter(kind=BodyKind.OFFICE, valid_to=None), pk=pk)
    form = FunctionForm(request.POST if request.method == "POST" else None, initial=today_first())

    def do(said: dict[str, Any]) -> str:
        row = add_function(office_id=found.pk, acting_user=request.user, **said)
        return f"{found}从 {row.valid_from} 起承担“{row.get_function_display()}”职能"

    return form_page(
        request, form, heading=f"增加职能：{found}", button="增加职能", back=body_url(found), do=do
    )


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def function_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a function of an office on a day."""
    rows = OfficeFunction.objects.filter(office__in=bodies_of(request.user).values("pk"), valid_to=None)
    row = get_object_or_404(rows.select_related("office"), pk=pk)
    form = EndFunctionForm(
        request.POST if request.method == "POST" else None, initial={"last_day": clock.today()}
    )

    def do(said: dict[str, Any]) -> str:
        end_function(function_id=row.pk, acting_user=request.user, **said)
        return f"{row.office}的“{row.get_function_display()}”职能到 {said['last_day']} 为止"

    return form_page(
        request,
        form,
        heading=f"结束职能：{row.get_function_display()}",
        button="结束职能",
        danger=True,
        back=body_url(row.office),
        do=do,
        lead=f"{row.office}从那以后不再为这项职能签字。没有别的部门承担，要它办的事会停住。",
    )
