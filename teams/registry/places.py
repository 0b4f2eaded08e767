"""区划: the tree as far as the system administrator looks after it, and what may be changed in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.access import access
from teams.administered import regions_of
from teams.models import Body, Region
from teams.people import add_region
from teams.places import correct_region, merge_region, move_region, rename_region
from teams.registry.fields import form_page
from teams.registry.place_forms import (
    CorrectPlaceForm,
    MergePlaceForm,
    MovePlaceForm,
    PlaceForm,
    RenamePlaceForm,
    today_first,
)
from teams.scope import scope_of
from teams.words import LEVELS, BodyKind

READ_OR_SEND = ["GET", "HEAD", "POST"]


def place_url(region: Region) -> str:
    return reverse("teams:registry_place", args=[region.pk])


@access("system_admin")
@require_safe
def place_root(request: HttpRequest) -> HttpResponse:
    """The region the account administers; for the whole installation the provinces."""
    region = request.user.duty_region
    if region is not None:
        return redirect("teams:registry_place", pk=region.pk)
    roots = Region.objects.filter(parent=None, valid_to=None)
    return render(request, "registry/place_roots.html", {"roots": roots})


@access("system_admin")
@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: what lies below it, which bodies are there, what it was called before."""
    region = get_object_or_404(regions_of(request.user).select_related("parent", "successor"), pk=pk)
    living = Count("bodies", filter=Q(bodies__valid_to__isnull=True))
    below = (
        Region.objects.filter(parent__path=region.path)
        .select_related("successor")
        .annotate(bodies_here=living)
    )
    bodies = Body.objects.filter(region__path=region.path, valid_to=None).order_by("kind", "pk")
    scope = scope_of(request.user)
    inside = region.parent is not None and region.parent.path.startswith(scope.duty_path)
    context = {
        "region": region,
        "up": region.parent if inside else None,
        "below": [row for row in below if row.valid_to is None],
        "gone": [row for row in below if row.valid_to is not None],
        "before": Region.objects.filter(path=region.path).exclude(pk=region.pk).order_by("valid_from"),
        "groups": [(kind, [row for row in bodies if row.kind == kind]) for kind in BodyKind],
        "has_lower": region.level != LEVELS[-1],
        # The account's own root is renamed, moved and merged by whoever administers the level above.
        "own_root": region.path == scope.duty_path,
    }
    return render(request, "registry/place.html", context)


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def place_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a place below this one."""
    parent = get_object_or_404(regions_of(request.user).filter(valid_to=None), pk=pk)
    if parent.level == LEVELS[-1]:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = PlaceForm(data, parent=parent, initial=today_first())

    def do(said: dict[str, Any]) -> str:
        region = add_region(parent=parent, acting_user=request.user, **said)
        return f"已在{parent}下面新增 {region}"

    return form_page(
        request, form, heading=f"在{parent}下面新增", button="新增区划", back=place_url(parent), do=do
    )


def _rename(request: HttpRequest, region: Region, data: Any) -> HttpResponse:
    form = RenamePlaceForm(data, initial=today_first(code=region.code))
    fresh: list[Region] = []

    def do(said: dict[str, Any]) -> str:
        fresh.append(rename_region(region_id=region.pk, acting_user=request.user, **said))
        return f"{region}已更名为 {said['name']}，{said['first_day']} 起用"

    return form_page(
        request,
        form,
        heading=f"更名：{region}",
        button="登记更名",
        back=place_url(region),
        done=lambda: place_url(fresh[0]),
        do=do,
        lead="旧名称留在以前的单子上；下级、机构和在任的人都跟过来。",
    )


def _merge(request: HttpRequest, region: Region, data: Any) -> HttpResponse:
    form = MergePlaceForm(data, user=request.user, region=region, initial=today_first())
    into: list[Region] = []

    def do(said: dict[str, Any]) -> str:
        into.append(said["into"])
        merge_region(
            region_id=region.pk,
            into_id=said["into"].pk,
            first_day=said["first_day"],
            document=said["document"],
            acting_user=request.user,
        )
        return f"{region}已并入 {said['into']}，{said['first_day']} 起按新的算"

    return form_page(
        request,
        form,
        heading=f"并入别处：{region}",
        button="登记合并",
        back=place_url(region),
        done=lambda: place_url(into[0]),
        do=do,
        lead="下级、工作队和派出单位跟着转过去；本级的部门要先并入或撤销。旧名称留在以前的单子上。",
    )


def _move(request: HttpRequest, region: Region, data: Any) -> HttpResponse:
    form = MovePlaceForm(data, user=request.user, region=region)

    def do(said: dict[str, Any]) -> str:
        move_region(
            region_id=region.pk,
            parent_id=said["parent"].pk,
            document=said["document"],
            acting_user=request.user,
        )
        return f"{region}已归 {said['parent']}管理，区划代码不变"

    return form_page(
        request,
        form,
        heading=f"调整管理范围：{region}",
        button="移过去",
        back=place_url(region),
        do=do,
        lead="经开区、新区代管乡镇时用。区划代码不变，谁能看到它，从现在起按新的上级算。",
    )


def _correct(request: HttpRequest, region: Region, data: Any) -> HttpResponse:
    initial = {"code": region.code, "support_class": region.support_class}
    form = CorrectPlaceForm(data, initial=initial)

    def do(said: dict[str, Any]) -> str:
        correct_region(region_id=region.pk, acting_user=request.user, **said)
        return f"已改 {region}的登记"

    return form_page(
        request, form, heading=f"修改登记：{region}", button="保存登记", back=place_url(region), do=do
    )


CHANGES: dict[str, Callable[[HttpRequest, Region, Any], HttpResponse]] = {
    "rename": _rename,
    "merge": _merge,
    "move": _move,
    "correct": _correct,
}


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def place_change(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Rename, merge, move or correct a place."""
    region = get_object_or_404(regions_of(request.user).filter(valid_to=None).select_related("parent"), pk=pk)
    if act not in CHANGES or (act in ("merge", "move") and region.path == scope_of(request.user).duty_path):
        raise Http404
    return CHANGES[act](request, region, request.POST if request.method == "POST" else None)
