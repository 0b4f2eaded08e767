"""Teams, people and 组团结对, each as far as the viewer's appointments reach."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock, panels, web, workbooks
from core.access import access
from policy.carries import carries
from teams import annex, rosters
from teams.filters import ListForm
from teams.identifiers import keeps_one_of
from teams.models import Person, Region, Team
from teams.roster_file import NAME, export_roster
from teams.scope import scope_of
from teams.selectors import region_lookup
from teams.words import Level


@access("serving")
@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    """The teams in scope by town, or their people by unit and pinyin; one form narrows both."""
    scope = scope_of(request.user)
    only_unit = bool(scope.seen_unit_ids) and not (scope.seen_paths or scope.seen_team_ids)
    view = request.GET.get("view", "")
    view = view if view in ("teams", "people") else "people" if only_unit else "teams"
    form = ListForm({**request.GET.dict(), "view": view}, user=request.user)
    text, town = form.text, form.chosen_town
    context: dict[str, Any] = {
        "form": form,
        "view": view,
        "views": [
            {"label": label, "url": f"?view={key}", "active": key == view}
            for key, label in (("teams", "队伍"), ("people", "人员"))
        ],
        "roster_url": _roster_url(form) if scope.paths and view == "people" else "",
        "clear_url": f"{reverse('teams:list')}?view={view}" if text or town else "",
    }
    context |= _people(request, text, town) if view == "people" else _teams(request, text, town)
    template = "teams/list_rows.html" if web.wants_fragment(request) else "teams/list.html"
    return render(request, template, context)


def _roster_url(form: ListForm) -> str:
    """The workbook of what is listed: the same words in the address."""
    town = form.chosen_town
    kept = {"name": form.text, "town": str(town.pk) if town else ""}
    query = urlencode({key: value for key, value in kept.items() if value})
    return f"{reverse('teams:roster')}?{query}" if query else reverse("teams:roster")


def _people(request: HttpRequest, text: str, town: Region | None) -> dict[str, Any]:
    rows = rosters.people_seen(request.user).filter(rosters.in_town(town, "body__region__path"))
    page = web.page_of(request, rosters.named(rows, text))
    return {"page": page, "lines": rosters.lines(page.object_list, request.user)}


def _teams(request: HttpRequest, text: str, town: Region | None) -> dict[str, Any]:
    teams = rosters.teams_seen(request.user).filter(rosters.in_town(town, "region__path"))
    page = web.page_of(request, rosters.teams_named(teams, request.user, text))
    counties = rosters.by_town(page.object_list, request.user, text)
    loose = rosters.unplaced(request.user).filter(rosters.in_town(town, "body__region__path"))
    return {
        "page": page,
        "counties": counties,
        "with_annex": annex.with_annex(each.county for each in counties if each.county),
        # After the last team, so that nobody is overlooked who hangs on none.
        "unplaced": [] if page.has_next() else list(rosters.named(loose, text)),
    }


@access("people_office")
@require_safe
def roster(request: HttpRequest) -> HttpResponse:
    """花名册 of the people listed, as a workbook; for offices that look after a place."""
    form = ListForm(request.GET.dict(), user=request.user)
    content = export_roster(acting_user=request.user, text=form.text, town=form.chosen_town)
    return workbooks.response(content, NAME)


@access("serving")
@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team: where it lives, who serves in it, which units stand behind it."""
    found = get_object_or_404(Team.objects.visible_to(request.user).select_related("region"), pk=pk)
    places = region_lookup([found.region.path])
    groups = rosters.roster(found, request.user)
    lines = [line for _, group in groups for line in group]
    context = {
        "team": found,
        "place": [places.at(found.region.path, level) for level in (Level.COUNTY, Level.TOWN, Level.VILLAGE)],
        "groups": groups,
        "people": len(lines),
        "away": sum(1 for line in lines if line.away),
        "whole": rosters.sees_whole_team(scope_of(request.user), found),
        "units": annex.units_behind(found),
        "ended": not found.holds(clock.today()),
    }
    return render(request, "teams/team.html", context)


@access("serving")
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: capacities, absences of the month, and what other rooms add."""
    found = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    shown = rosters.person_shown(found, request.user)
    if shown is None:
        raise Http404
    seen = Team.objects.visible_to(request.user).filter(pk__in=[row.body_id for row in shown.present])
    context = {
        "person": found,
        "shown": shown,
        "team": seen.first(),
        "today": clock.today(),
        "keeps_numbers": keeps_one_of(scope_of(request.user), shown.present),
        "panels": panels.panels_of("person", request, found),
    }
    return render(request, "teams/person.html", context)


@access("serving")
@require_safe
@carries("xinfeng-1-pairing")
def pairing(request: HttpRequest, region_pk: int | None = None) -> HttpResponse:
    """组团结对 of one county, as its paper lays it out; without a county the only one, or those to choose from."""
    counties = annex.counties_of(request.user)
    if region_pk is None and len(counties) != 1:
        return render(request, "teams/pairing_counties.html", {"items": _county_links(counties)})
    county = next((each for each in counties if region_pk in (None, each.pk)), None)
    if county is None:
        raise Http404
    table = annex.annex_of(county)
    visible = Team.objects.visible_to(request.user).filter(pk__in=[line.team.pk for line in table.lines])
    context = {
        "county": county,
        "several": len(counties) > 1,
        "table": table,
        "linked": set(visible.values_list("pk", flat=True)),
    }
    return render(request, "teams/pairing.html", context)


def _county_links(counties: list[Region]) -> list[dict[str, str]]:
    """What ``components/links.html`` takes."""
    have = annex.with_annex(counties)
    return [
        {
            "label": county.name,
            "url": reverse("teams:pairing", args=[county.pk]),
            "note": "" if county.pk in have else "没有登记结对",
        }
        for county in counties
    ]
