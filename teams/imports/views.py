"""名册导入: upload, read what would happen, confirm. For the system administrator, one county at a time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import import_pages, web, workbooks
from core.access import access
from core.errors import Refused
from policy.carries import carries
from teams.imports import services
from teams.imports.planning import KINDS
from teams.imports.template import NAME, template
from teams.models import Region, RosterImport, User
from teams.scope import scope_of
from teams.words import Level


def counties_of(user: User) -> list[Region]:
    """The counties whose roster this account keeps."""
    counties = Region.objects.filter(scope_of(user).administered_q("path"), level=Level.COUNTY, valid_to=None)
    return list(counties.order_by("path"))


class UploadForm(forms.Form):
    """One county, one file."""

    use_required_attribute = False

    region = forms.TypedChoiceField(
        label="导入到",
        coerce=int,
        error_messages={
            "required": "选一个县（市、区）",
            "invalid_choice": "没有这个县（市、区），重新选一个",
        },
    )
    file = import_pages.workbook_field("名册文件")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counties = counties_of(user)
        self.fields["region"].choices = [(county.pk, county.name) for county in self.counties]
        if len(self.counties) == 1:
            self.fields["region"].widget = forms.HiddenInput()
            self.initial["region"] = self.counties[0].pk


@access("system_admin")
@require_http_methods(["GET", "HEAD", "POST"])
@carries("xinfeng-1-pairing")
def roster_imports(request: HttpRequest) -> HttpResponse:
    """Upload a roster to have it looked through; and what was imported before."""
    if request.method != "POST":
        return _upload_page(request, UploadForm(user=request.user))
    form = UploadForm(request.POST, request.FILES, user=request.user)
    problems: list[Any] = []
    if form.is_valid():
        try:
            row = services.check_roster(
                acting_user=request.user,
                region_id=form.cleaned_data["region"],
                file=form.cleaned_data["file"],
            )
        except Refused as refused:
            problems = getattr(refused, "problems", [])
            web.refusals_to_form(form, refused)
        else:
            return redirect(row)
    return _upload_page(request, form, problems, 422)


def _upload_page(
    request: HttpRequest, form: UploadForm, problems: list[Any] | None = None, status: int = 200
) -> HttpResponse:
    rows = RosterImport.objects.administered_by(request.user).defer("content", "notes")
    context = {
        "form": form,
        **import_pages.problems_shown(problems or []),
        "page": web.page_of(
            request, rows.select_related("region", "uploaded_by__person", "uploaded_by__holder")
        ),
    }
    template_name = (
        "roster_imports_rows" if web.wants_fragment(request) and status == 200 else "roster_imports"
    )
    return render(request, f"teams/{template_name}.html", context, status=status)


@access("system_admin")
@require_safe
def roster_template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in, with what the chosen or only county has already."""
    counties = counties_of(request.user)
    asked = request.GET.get("region", "")
    chosen = next((county for county in counties if str(county.pk) == asked), None)
    return workbooks.response(template(chosen or (counties[0] if len(counties) == 1 else None)), NAME)


@access("system_admin")
@require_safe
def roster_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What a roster would do, or has done, line by line."""
    return _import_page(request, _found(request, pk))


@access("system_admin")
@require_POST
def roster_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out what the page showed; a conflict shows the page with the reason."""
    row = _found(request, pk)
    try:
        row = services.apply_roster(
            import_id=pk, acting_user=request.user, plan_hash=request.POST.get("plan_hash", "")
        )
    except Refused as refused:
        return _import_page(request, row, refused)
    done = "、".join(f"{word} {row.count(kind)} 行" for kind, word in KINDS.items() if row.count(kind))
    messages.success(request, f"已导入：{done}")
    return redirect(row)


@access("system_admin")
@require_POST
def roster_recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Look through the kept workbook again."""
    row = _found(request, pk)
    try:
        services.recheck_roster(import_id=pk, acting_user=request.user)
    except Refused as refused:
        return _import_page(request, row, refused)
    messages.success(request, "已重新核对，下面是现在的结果")
    return redirect(row)


@access("system_admin")
@require_POST
def roster_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the import up."""
    row = _found(request, pk)
    try:
        services.drop_roster(import_id=pk, acting_user=request.user)
    except Refused as refused:
        return _import_page(request, row, refused)
    messages.success(request, "已放弃，什么都没有导入，名册文件已清掉")
    return redirect("teams:roster_imports")


def _found(request: HttpRequest, pk: int) -> RosterImport:
    rows = RosterImport.objects.administered_by(request.user).defer("content")
    return get_object_or_404(rows.select_related("region", "uploaded_by", "settled_by"), pk=pk)


def _import_page(request: HttpRequest, row: RosterImport, refused: Refused | None = None) -> HttpResponse:
    here = reverse("teams:roster_import", args=[row.pk])
    context = {
        **import_pages.lines_shown(request, row, KINDS, here, refused),
        "to_do": len(row.lines) - row.count("unchanged"),
    }
    status = refused.status if refused else 200
    template_name = "roster_import_rows" if web.wants_fragment(request) and not refused else "roster_import"
    return render(request, f"teams/{template_name}.html", context, status=status)
