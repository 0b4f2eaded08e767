"""Region settings: what holds in a place, since when, on what basis, set by whom; set anew with a basis."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import clock, web
from core.access import access
from core.errors import Refused
from rules.declared import DECLARED, Declared
from rules.desks import desks
from rules.local.forms import Plain, choice, day, text
from rules.models import RegionSetting
from rules.settings import BASIS_LENGTH, Shown, set_setting, standing_settings
from teams.models import Region
from teams.models.dated import in_force
from teams.models.places import path_range
from teams.words import Level

ON_OFF = [("yes", "是"), ("no", "否")]


class SettingForm(Plain):
    """One setting: its new value, from when, on what basis."""

    def __init__(self, *args: Any, declared: Declared, **kwargs: Any) -> None:
        super().__init__(*args, prefix=declared.key.replace(".", "-"), **kwargs)
        self.declared = declared
        for code, label in declared.rows() if declared.rows else ():
            self.fields[f"value_{code}"] = self._number(f"{label}（{declared.unit}）", required=False)
        if declared.rows is None:
            self.fields["value"] = self._value()
        self.fields["valid_from"] = day("从哪天起", required=True)
        self.fields["basis"] = text("依据", required=True, most=BASIS_LENGTH, help_text="文号或会议，如：县驻村办〔2026〕3号",
                                    error_messages={"required": "写明依据的文号或会议"})  # fmt: skip

    def _value(self) -> forms.Field:
        declared = self.declared
        if declared.kind is bool:
            return choice("改为", ON_OFF)
        if declared.kind is int:
            return self._number(f"改为（{declared.unit}）" if declared.unit else "改为")
        if declared.choices:
            return choice("改为", list(declared.choices))
        shape = declared.shape
        return text(
            "改为",
            required=True,
            most=60,
            help_text=shape.help if shape else "",
            error_messages={"required": shape.help if shape else "填写新的值"},
        )

    def _number(self, label: str, required: bool = True) -> forms.Field:
        least, most = self.declared.least, self.declared.most
        sentence = f"写 {least} 到 {most} 之间的整数"
        return forms.IntegerField(
            label=label,
            required=required,
            min_value=least,
            max_value=most,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
        )

    def clean(self) -> dict[str, Any]:
        """Of several numbers one value: those above 0."""
        said = super().clean() or self.cleaned_data
        if self.declared.rows is not None:
            codes = [code for code, _ in self.declared.rows()]
            said["value"] = {code: said[f"value_{code}"] for code in codes if said.get(f"value_{code}")}
        return said

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        shape = self.declared.shape
        if shape is not None and not shape.fits(value):
            raise forms.ValidationError(shape.help)
        return value == "yes" if self.declared.kind is bool else value


@access("registrar")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The settings of the county or of one of its towns (``?region=``); a post sets one of them."""
    regions = _regions(request)
    asked = request.POST.get("region") or request.GET.get("region") or (str(regions[0].pk) if regions else "")
    region = next((each for each in regions if str(each.pk) == asked), None)
    if region is None:
        raise Http404
    bad: SettingForm | None = None
    if request.method == "POST":
        declared = DECLARED.get(request.POST.get("key", ""))
        if declared is None:
            raise Http404
        bad = SettingForm(request.POST, declared=declared)
        if bad.is_valid():
            said = bad.cleaned_data
            try:
                set_setting(
                    region=region,
                    key=declared.key,
                    value=said["value"],
                    basis=said["basis"],
                    valid_from=said["valid_from"],
                    acting_user=request.user,
                )
            except Refused as refused:
                web.refusals_to_form(bad, refused)
            else:
                messages.success(request, f"已设置，从 {said['valid_from'].isoformat()} 起按新的值办")
                return redirect(f"{reverse('rules:settings')}?region={region.pk}")
    history = (
        RegionSetting.objects.filter(region__path=region.path)
        .select_related("set_by__person")
        .order_by("-valid_from")
    )
    past: dict[str, list[RegionSetting]] = {}
    for row in history:
        past.setdefault(row.key, []).append(row)
    context = {
        "region": region,
        "regions": regions,
        "items": [_item(each, past.get(each.declared.key, []), bad) for each in standing_settings(region)],
        "form": bad,
        "has_errors": bad is not None,
    }
    return render(request, "rules/settings.html", context, status=422 if bad else 200)


def _regions(request: HttpRequest) -> list[Region]:
    """The counties whose settings the user manages, each followed by its towns."""
    found: list[Region] = []
    for desk in desks(request.user):
        if desk.region.level == Level.COUNTY:
            low, high = path_range(desk.region.path)
            below = Region.objects.filter(
                in_force(clock.today()), path__gte=low, path__lt=high, level__in=[Level.COUNTY, Level.TOWN]
            )
            found += below.order_by("path")
    return found


def _item(standing: Shown, past: list[RegionSetting], bad: SettingForm | None) -> dict[str, Any]:
    declared, row = standing.declared, standing.row
    value = standing.value
    shown = {"value": ("yes" if value else "no") if declared.kind is bool else value}
    if declared.rows is not None:
        shown = {f"value_{code}": days for code, days in value.items()}
    own = bad is not None and bad.declared.key == declared.key
    return {
        "declared": declared,
        "value": declared.words(value),
        "source": _source(standing),
        "past": [
            {
                "value": declared.words(each.value),
                "since": each.valid_from,
                "to": each.valid_to,
                "basis": each.basis,
                "by": str(each.set_by) if each.set_by else "系统",
            }
            for each in past
            if row is None or each.pk != row.pk
        ],
        "form": bad
        if own
        else SettingForm(declared=declared, initial={**shown, "valid_from": clock.today()}),
        "open": own,
    }


def _source(standing: Shown) -> str:
    """Where the value comes from, since when, on what basis and who set it."""
    row = standing.row
    if row is None:
        return "没有设置过，按系统的默认值"
    whose = "本地设置" if standing.own else f"沿用{row.region.name}的设置"
    return f"{whose}，{row.valid_from.isoformat()} 起。依据：{row.basis}。由{row.set_by or '系统'}设置"
