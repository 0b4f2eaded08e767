"""总览 of a place, a team or a unit on a day. The address says both, so that it can be kept and passed on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance.spans import day_asked
from core import clock, web
from core.access import access
from leave.forms import DayInput
from overview.board import ranges
from overview.board.blocks import Board
from overview.board.ranges import Range


class BoardForm(forms.Form):
    """日期 and 范围; a choice of one thing is no choice and travels along."""

    day = forms.CharField(label="日期", required=False, widget=DayInput())

    def __init__(self, here: Range, day: date, choices: list[Range]) -> None:
        super().__init__({"day": day.isoformat(), here.name: here.value})
        if len(choices) > 1:
            field = forms.ChoiceField(label="范围", choices=[(each.value, each.label) for each in choices])
        else:
            field = forms.CharField(widget=forms.HiddenInput)  # type: ignore[assignment]
        self.fields = {"day": self.fields["day"], here.name: field}  # type: ignore[assignment]
        self.fields["day"].widget.attrs["max"] = clock.today().isoformat()


@access("register")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board of what the address names; of the widest the viewer sees where it names nothing."""
    context = context_of(request, ranges.roots(request.user))
    template = "overview/board/body.html" if web.wants_fragment(request) else "overview/board/page.html"
    return render(request, template, context)


def context_of(request: HttpRequest, roots: list[Range]) -> dict[str, Any]:
    """Everything the board's templates want. Raises Http404 for a range outside what the viewer sees."""
    said = request.GET.dict()
    here = ranges.asked(request.user, said, roots)
    today = clock.today()
    day = min(day_asked(said.get("day", ""), today), today)
    made = Board(request, here, day)
    blocks = made.blocks()
    above = ranges.above(request.user, here)
    return {
        "board": made,
        "range": here,
        "day": day,
        "today": today,
        "above": [{"label": each.label, "url": each.url(**made.days.kept)} for each in above],
        "filters": BoardForm(here, day, _choices(here, roots, made)),
        "here": reverse("overview:board"),
        "clear_url": "" if day == today else here.url(),
        "blocks": blocks,
        "columns": [] if made.empty else made.columns(blocks),
        "now": made.now,
        "siblings": [
            {"label": each.label, "url": each.url(**made.days.kept), "active": each == here}
            for each in roots
            if len(roots) > 1
        ],
    }


def _choices(here: Range, roots: list[Range], made: Board) -> list[Range]:
    """The range itself, and the places one step down."""
    if here.name != "place" or not here.wide:
        return [here]
    names = made.days.names
    return [
        here,
        *(Range("", names.get(key, key), "place", key) for key in made.days.keys if key != here.value),
    ]
