"""整队登记: who keeps a team's register enters its whole day in one go, on the phone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from attendance import selectors
from attendance.derive import people_of, standing
from attendance.keepers import kept_teams
from attendance.services import NOTE_LENGTH, Entry, enter
from attendance.sheets import MonthSheet, standing_sheets
from attendance.views.register import address
from core import clock, web
from core.access import access
from core.calendar import statutory_calendar
from core.errors import Refused
from core.months import month_number
from policy.attendance import AWAY_VALUES, MARK_OF, NOTHING_SAID, VISIT, shown
from teams.models import Appointment, Team
from teams.scope import scope_of

#: What somebody is who is not there; leave and trips flow in by themselves.
ELSE = ("unverified", "training", "comp_rest", "rest")
#: Of these one sentence says why.
ASKS = ("unverified",)


class GroupForm(forms.Form):
    """For each person: there, stayed the night, else what, and why."""

    use_required_attribute = False

    def __init__(self, *args: Any, rows: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = [row for row in rows if not row["fixed"]]
        for row in self.rows:
            pk, name = row["posting"].pk, row["posting"].person.name
            self.fields[f"on{pk}"] = forms.BooleanField(
                label=f"{name}在岗", required=False, initial=row["on"]
            )
            self.fields[f"night{pk}"] = forms.BooleanField(
                label=f"{name}住村", required=False, initial=row["night"]
            )
            choices = [(code, MARK_OF[code].label) for code in ELSE]
            self.fields[f"else{pk}"] = forms.ChoiceField(
                label=f"{name}不在岗，记为", required=False, choices=choices, initial=row["else"]
            )
            self.fields[f"why{pk}"] = forms.CharField(
                label=f"{name}为什么不在岗",
                required=False,
                max_length=NOTE_LENGTH,
                error_messages={"max_length": f"理由最多 {NOTE_LENGTH} 字"},
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for row in self.rows:
            pk = row["posting"].pk
            if said.get(f"on{pk}") or said.get(f"night{pk}"):
                continue
            if said.get(f"else{pk}") in ASKS and not said.get(f"why{pk}") and row["changes"](said):
                self.add_error(f"why{pk}", f"{row['posting'].person.name}没有勾在岗，写一句原因")
        return said

    def mark(self, pk: int) -> str:
        """The mark the ticks come to."""
        return mark_of(self.cleaned_data, pk)


def mark_of(said: dict[str, Any], pk: int) -> str:
    """The mark of one person's ticks: a night in the village is a day on post too."""
    if said.get(f"night{pk}"):
        return "village"
    return "on_post" if said.get(f"on{pk}") else said.get(f"else{pk}") or "unverified"


@access("register")
@require_http_methods(["GET", "HEAD", "POST"])
def group(http: HttpRequest) -> HttpResponse:
    """Everybody of a team today, ticked as there; one button enters all of it or nothing (``?team=7``)."""
    today = clock.today()
    team = _team(http)
    rows = _rows(http, team, today)
    held = standing_sheets([team.pk], month_number(today)).get(team.pk)
    form = GroupForm(http.POST if http.method == "POST" else None, rows=rows)
    if http.method == "POST" and form.is_valid():
        entries = [
            Entry(
                posting_id=row["posting"].pk,
                day=today,
                mark=form.mark(row["posting"].pk),
                seen=_seen(http, row),
                note=form.cleaned_data[f"why{row['posting'].pk}"],
            )
            for row in form.rows
            if row["changes"](form.cleaned_data)
        ]
        try:
            facts = (
                enter(acting_user=http.user, team_id=team.pk, month=today, entries=entries) if entries else []
            )
        except Refused as refused:
            for each in web.each_refusal(refused):
                pk = each.field.partition(":")[0]
                name = f"why{pk}"
                form.add_error(name if name in form.fields else None, each.sentence)
        else:
            people = len({fact.person_id for fact in facts})
            messages.success(http, f"已登记 {people} 人" if people else "和已有的登记一样，没有改动")
            return redirect(f"{reverse('attendance:group')}?team={team.pk}")
    shown_rows = [{**row, "fields": _fields(form, row)} for row in rows]
    context = {
        "team": team,
        "today": today,
        "rest": not statutory_calendar().is_workday(today),
        "rows": shown_rows,
        "form": form,
        "open": [row for row in shown_rows if row["fields"]],
        "closed": held is not None and held.state == MonthSheet.State.CLOSED,
        "held": held,
        "teams": list(kept_teams(http.user).order_by("region__path", "pk")),
        "register_url": address(team, today),
    }
    return render(http, "attendance/group.html", context, status=422 if form.errors else 200)


def _team(http: HttpRequest) -> Team:
    """The team the address names, among those whose register the viewer keeps; the first where it names none."""
    asked = http.POST.get("team", "") or http.GET.get("team", "")
    kept = kept_teams(http.user).select_related("region__parent").order_by("region__path", "pk")
    if asked:
        if not asked.isdecimal() or len(asked) > 11:
            raise Http404
        kept = kept.filter(pk=int(asked))
    team = kept.first()
    if team is None:
        raise Http404
    return team


def _rows(http: HttpRequest, team: Team, today: date) -> list[dict[str, Any]]:
    postings = [row for row in selectors.rows_of(http.user, [team], today, today) if row.holds(today)]
    people = people_of(postings)
    number = month_number(today)
    known = standing(people, [number]) if postings else {}
    workday, own = statutory_calendar().is_workday(today), scope_of(http.user).person_id
    found = []
    for posting in postings:
        days = known.get(posting.person_id, NOTHING_SAID)
        mine = posting.person_id == own
        found.append(_row(posting, days.values.get(today, {}), days.newest, workday=workday, own=mine))
    return found


def _row(
    posting: Appointment, values: dict[str, str], seen: int, *, workday: bool, own: bool
) -> dict[str, Any]:
    halves = [values.get(half, "") for half in ("am", "pm")]
    locked = all(half in AWAY_VALUES for half in halves)
    code = next((each for each in ELSE if halves[0] == halves[1] == MARK_OF[each].am), "unverified")
    said = any(halves)
    # Nobody has to be ticked on a rest day; on a working day whoever is not known to be elsewhere is.
    # 下组入户 is a day on post; ticked as it stands it stays what it was.
    on = any(half in ("on_post", VISIT) for half in halves) if said else workday
    night = values.get("night") == "village"
    before = "village" if night and on else "on_post" if on else code

    def changes(form: dict[str, Any]) -> bool:
        """Does the person's line say something else than what stands?"""
        mark = mark_of(form, posting.pk)
        if not said and not workday and mark == code and not form.get(f"why{posting.pk}"):
            return False
        return not said or mark != before or (mark == "unverified" and bool(form.get(f"why{posting.pk}")))

    return {
        "posting": posting,
        "mark": shown(values, workday=workday),
        "said": said,
        "fixed": "本人的由别人登记" if own else "已批准，不用登记" if locked else "",
        "on": on,
        "night": night,
        "else": code,
        "seen": seen,
        "changes": changes,
    }


def _seen(http: HttpRequest, row: dict[str, Any]) -> int:
    """The newest fact the page had seen; what it did not say counts as seen now by nobody."""
    text = http.POST.get(f"seen{row['posting'].pk}", "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _fields(form: GroupForm, row: dict[str, Any]) -> dict[str, Any]:
    pk = row["posting"].pk
    if row["fixed"]:
        return {}
    return {name: form[f"{name}{pk}"] for name in ("on", "night", "else", "why")}
