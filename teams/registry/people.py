"""人员: the list, one person's register, adding and correcting, for the system administrator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import clock, web
from core.access import access
from teams.administered import people_of
from teams.models import Appointment, Person
from teams.names import so_named
from teams.people import add_person, edit_person
from teams.registry.fields import form_page
from teams.registry.people_forms import EditPersonForm, NewPersonForm, PeopleFilter
from teams.rosters import in_town
from teams.scope import scope_of

READ_OR_SEND = ["GET", "HEAD", "POST"]


def _serving() -> QuerySet[Appointment]:
    return Appointment.objects.on(clock.today()).filter(person=OuterRef("pk"))


def narrowed(people: QuerySet[Person], form: PeopleFilter) -> QuerySet[Person]:
    """The people the filters leave, by pinyin."""
    said = form.cleaned_data
    people = so_named(people, said.get("name", ""))
    if said.get("unit"):
        people = people.filter(Exists(_serving().filter(unit=said["unit"])))
    if said.get("town"):
        inside = _serving().filter(in_town(said["town"], "body__region__path"))
        people = people.filter(Exists(inside) | in_town(said["town"], "registered_in__path"))
    state = said.get("state")
    if state == "posted":
        people = people.filter(Exists(_serving().full_time()))
    elif state == "serving":
        people = people.filter(Exists(_serving()))
    elif state == "none":
        people = people.filter(~Exists(_serving()))
    return people.order_by("pinyin", "pk")


@dataclass
class Line:
    """One person of the list with what he is today and will be."""

    person: Person
    posts: list[Appointment] = field(default_factory=list)
    later: list[Appointment] = field(default_factory=list)

    @property
    def units(self) -> list[str]:
        return list(dict.fromkeys(str(row.unit) for row in self.posts if row.unit))


def lines(people: Iterable[Person]) -> list[Line]:
    """The people of one page with their present and future appointments; one query."""
    found = {person.pk: Line(person) for person in people}
    today = clock.today()
    rows = Appointment.objects.filter(person__in=found, void=False)
    for row in rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today)).select_related(
        "body", "unit", "acting_for__person"
    ):
        (found[row.person_id].posts if row.holds(today) else found[row.person_id].later).append(row)
    return list(found.values())


@access("system_admin")
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody the administrator looks after, also those without an appointment."""
    form = PeopleFilter(request.GET, user=request.user)
    page = web.page_of(request, narrowed(people_of(request.user).select_related("registered_in"), form))
    context = {
        "form": form,
        "page": page,
        "lines": lines(page.object_list),
        "clear_url": reverse("teams:registry_people") if any(form.cleaned_data.values()) else "",
    }
    template = "registry/people_rows.html" if web.wants_fragment(request) else "registry/people.html"
    return render(request, template, context)


@access("system_admin")
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person with every appointment inside the administrator's region: present, later, former, called off."""
    found = get_object_or_404(people_of(request.user).select_related("registered_in"), pk=pk)
    today = clock.today()
    rows = (
        Appointment.objects.filter(person=found)
        .select_related("body__region", "unit", "stationed_at", "acting_for__person")
        .order_by("-valid_from", "-pk")
    )
    groups: dict[str, list[Appointment]] = defaultdict(list)
    for row in rows:
        groups["void" if row.void else row_state(row, today)].append(row)
    inside = scope_of(request.user).duty_path
    context = {
        "person": found,
        "present": groups["present"],
        "later": groups["later"],
        "former": groups["former"],
        "void": groups["void"],
        # A row elsewhere is shown and left alone: its own administrator ends it.
        "mine": {row.pk for row in rows if row.body.region.path.startswith(inside)},
    }
    return render(request, "registry/person.html", context)


def row_state(row: Appointment, today: Any) -> str:
    """``present``, ``later`` or ``former``."""
    if row.holds(today):
        return "present"
    return "later" if row.valid_from > today else "former"


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def person_new(request: HttpRequest) -> HttpResponse:
    """Register a person; afterwards his page, on which the first appointment is made."""
    place = request.user.duty_region
    form = NewPersonForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"registered_in": place.pk if place else None},
    )
    made: list[Person] = []

    def do(said: dict[str, Any]) -> str:
        kept = ("name", "gender", "born", "phone", "registered_in", "told_apart")
        made.append(add_person(acting_user=request.user, **{key: said[key] for key in kept}))
        return f"已登记 {made[0].name}，接着登记任职"

    return form_page(
        request,
        form,
        heading="登记人员",
        button="登记这个人",
        back=reverse("teams:registry_people"),
        done=lambda: reverse("teams:registry_person", args=[made[0].pk]),
        do=do,
    )


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is registered of a person."""
    found = get_object_or_404(people_of(request.user).select_related("registered_in"), pk=pk)
    form = EditPersonForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        person=found,
        initial={
            "name": found.name,
            "gender": found.gender,
            "born": found.born,
            "registered_in": found.registered_in_id,
        },
    )

    def do(said: dict[str, Any]) -> str:
        edit_person(person_id=found.pk, acting_user=request.user, **said)
        return f"已改 {said['name']} 的登记"

    return form_page(
        request,
        form,
        heading=f"修改登记：{found.name}",
        button="保存登记",
        back=reverse("teams:registry_person", args=[found.pk]),
        do=do,
    )
