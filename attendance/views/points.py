"""驻点位置: the list of a town's posts, and the form for one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from attendance.points import EAST, NORTH, kept_places, points_of, set_point
from core import web
from core.access import access
from core.errors import Refused


class PointForm(forms.Form):
    """Degrees north and east; the page's script can fill them in from the phone."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, (least, most) in (("latitude", "纬度", NORTH), ("longitude", "经度", EAST)):
            sentence = (
                f"写 {least} 到 {most} 之间的度数，如 {'25.89012' if name == 'latitude' else '112.93456'}"
            )
            self.fields[name] = forms.DecimalField(
                label=label,
                min_value=least,
                max_value=most,
                max_digits=12,
                error_messages=dict.fromkeys(
                    (
                        "required", "invalid", "min_value", "max_value", "max_digits", "max_decimal_places",
                        "max_whole_digits",
                    ),
                    sentence,
                ),
            )  # fmt: skip


@access("register")
@require_safe
def points(http: HttpRequest) -> HttpResponse:
    """The posts whose register the viewer keeps, with what is recorded of each."""
    places = list(kept_places(http.user))
    known = points_of(place.path for place in places)
    rows = [{"place": place, "point": known.get(place.path)} for place in places]
    return render(http, "attendance/points.html", {"rows": rows})


@access("register")
@require_http_methods(["GET", "HEAD", "POST"])
def point(http: HttpRequest, pk: int) -> HttpResponse:
    """Record where one post is."""
    place = get_object_or_404(kept_places(http.user), pk=pk)
    known = points_of([place.path]).get(place.path)
    form = PointForm(http.POST if http.method == "POST" else None)
    if http.method == "POST" and form.is_valid():
        try:
            set_point(acting_user=http.user, region_id=pk, **form.cleaned_data)
        except Refused as refused:
            for each in web.each_refusal(refused):
                form.add_error(each.field if each.field in form.fields else None, each.sentence)
        else:
            messages.success(http, f"已登记{place.name}的位置")
            return redirect("attendance:points")
    context = {"place": place, "known": known, "form": form}
    return render(http, "attendance/point.html", context, status=422 if form.errors else 200)
