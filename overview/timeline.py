"""时间线 of one person: what every room tells of him, the newest first, as far as the viewer may see each."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import timeline, web
from core.access import access
from core.timeline import Moment
from teams.models import Person, User
from teams.rosters import person_shown

Found = tuple[date, str, Hashable]


@dataclass(frozen=True)
class Shown:
    """One moment with its day and the word of its kind."""

    day: date
    label: str
    moment: Moment


class LineForm(forms.Form):
    """类别, 年份; only those in which there is something."""

    kind = forms.ChoiceField(label="类别", required=False)
    year = forms.ChoiceField(label="年份", required=False)

    def __init__(self, data: Any, found: list[Found]) -> None:
        super().__init__(data)
        kinds, years = {kind for _, kind, _ in found}, sorted({day.year for day, _, _ in found}, reverse=True)
        labels = [(each.kind, each.label) for each in timeline.sources() if each.kind in kinds]
        self.fields["kind"].choices = [("", "全部类别"), *labels]
        self.fields["year"].choices = [("", "全部年份"), *((str(year), f"{year} 年") for year in years)]
        self.full_clean()

    def narrow(self, found: list[Found]) -> list[Found]:
        kind, year = self.cleaned_data.get("kind", ""), self.cleaned_data.get("year", "")
        return [each for each in found if kind in ("", each[1]) and (not year or each[0].year == int(year))]


def dates_of(user: User, person: Person) -> list[Found]:
    """Everything on the line, the newest first; as many queries for a long life as for a short one."""
    order = {each.kind: place for place, each in enumerate(timeline.sources())}
    found = [(day, each.kind, key) for each in timeline.sources() for day, key in each.dates(user, person)]
    return sorted(found, key=lambda each: (each[0], order[each[1]], str(each[2])), reverse=True)


def in_words(user: User, person: Person, found: list[Found]) -> list[Shown]:
    """The words of one page."""
    words: dict[tuple[str, Hashable], Moment] = {}
    labels = {}
    for source in timeline.sources():
        labels[source.kind] = source.label
        keys = [key for _, kind, key in found if kind == source.kind]
        if keys:
            said = source.moments(user, person, keys)
            words |= {(source.kind, key): moment for key, moment in said.items()}
    return [Shown(day, labels[kind], words[kind, key]) for day, kind, key in found if (kind, key) in words]


@access("serving")
@require_safe
def person_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The line of whoever's page the viewer may open, by kind and year."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if person_shown(person, request.user) is None:
        raise Http404
    found = dates_of(request.user, person)
    form = LineForm(request.GET, found)
    page = web.page_of(request, form.narrow(found))
    context = {
        "person": person,
        "form": form,
        "page": page,
        "items": in_words(request.user, person, list(page.object_list)),
        "clear_url": reverse("overview:timeline", args=[pk])
        if any(request.GET.get(name) for name in ("kind", "year"))
        else "",
    }
    template = "overview/timeline_rows.html" if web.wants_fragment(request) else "overview/timeline.html"
    return render(request, template, context)
