"""任职: the list, making one, acting by written basis, correcting what has not begun, ending, for the administrator."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import clock, web
from core.access import access
from teams.administered import people_of
from teams.appointing import appoint, correct_appointment, end_appointment, end_at_once
from teams.models import Appointment
from teams.registry.fields import form_page
from teams.registry.post_forms import (
    STATES,
    ActingForm,
    AppointForm,
    CorrectActingForm,
    EndForm,
    PostsFilter,
)
from teams.rosters import in_town, named
from teams.scope import scope_of
from teams.words import BodyKind

READ_OR_SEND = ["GET", "HEAD", "POST"]
ACTING = "acting"
ACTING_LEAD = "原任在岗时由他本人办；他请假、外出时，代行人自动接着办，不用另外转交。"
#: In which order the kinds of appointment are offered; the last is acting for somebody.
KINDS = {
    BodyKind.TEAM.value: "工作队",
    BodyKind.OFFICE.value: "机关",
    BodyKind.UNIT.value: "派出单位",
    ACTING: "代行",
}


def appointments_of(user: Any) -> QuerySet[Appointment]:
    """Appointments to bodies inside the account's region."""
    return Appointment.objects.filter(scope_of(user).administered_q("body__region__path"))


def narrowed(rows: QuerySet[Appointment], form: PostsFilter) -> QuerySet[Appointment]:
    """The appointments the filters leave, by place, body and post."""
    said, today = form.cleaned_data, clock.today()
    state = said.get("state") or STATES[0][0]
    by_state = {
        "present": Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today)),
        "later": Q(valid_from__gt=today),
        "former": Q(valid_to__lt=today),
        "acting": Q(acting_for__isnull=False, valid_to__isnull=True)
        | Q(acting_for__isnull=False, valid_to__gte=today),
    }
    rows = named(rows.filter(by_state[state], void=False), said.get("name", ""))
    if said.get("kind"):
        rows = rows.filter(body__kind=said["kind"])
    return rows.filter(in_town(said.get("town"), "body__region__path")).order_by(
        "body__region__path", "body", "post", "person__pinyin", "pk"
    )


@access("system_admin")
@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """Who holds which post, in force unless asked otherwise."""
    form = PostsFilter(request.GET, user=request.user)
    rows = narrowed(appointments_of(request.user), form)
    page = web.page_of(
        request, rows.select_related("person", "body__region", "unit", "acting_for__person", "stationed_at")
    )
    context = {
        "form": form,
        "page": page,
        "clear_url": reverse("teams:registry_posts") if any(form.cleaned_data.values()) else "",
    }
    template = "registry/posts_rows.html" if web.wants_fragment(request) else "registry/posts.html"
    return render(request, template, context)


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def appoint_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an appointment for a person: first in which kind of body (``?kind=``), then the rest."""
    person = get_object_or_404(people_of(request.user), pk=pk)
    kind = request.GET.get("kind", BodyKind.TEAM.value)
    kind = kind if kind in KINDS else BodyKind.TEAM.value
    data = request.POST if request.method == "POST" else None
    initial = {"valid_from": clock.today()}
    form: ActingForm | AppointForm
    if kind == ACTING:
        form = ActingForm(data, user=request.user, person=person, initial=initial)
    else:
        form = AppointForm(data, user=request.user, person=person, kind=kind, initial=initial)

    def do(said: dict[str, Any]) -> str:
        if isinstance(form, ActingForm):
            held = said["acting_for"]
            row = appoint(person=person, post=held.post, body=held.body, acting_user=request.user, **said)
        else:
            row = appoint(person=person, acting_user=request.user, **form.said())
        return f"已登记：{person.name} 任{row.capacity}，{row.valid_from} 起"

    return form_page(
        request,
        form,
        heading=f"登记任职：{person.name}",
        button="登记任职",
        back=reverse("teams:registry_person", args=[person.pk]),
        do=do,
        kinds=[
            {"label": label, "url": f"?kind={key}", "active": key == kind} for key, label in KINDS.items()
        ],
        kinds_label="任职在哪一类机构",
        lead=ACTING_LEAD if kind == ACTING else "",
    )


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def correct_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an appointment that has not begun yet."""
    row = _row(request, pk)
    if row.void or row.valid_from <= clock.today():
        raise Http404
    data = request.POST if request.method == "POST" else None
    fields = ("post", "title", "unit_id", "home_post", "stationed_at_id", "valid_from", "valid_to", "basis")
    initial = {name.removesuffix("_id"): getattr(row, name) for name in fields}
    form: CorrectActingForm | AppointForm
    if row.acting_for_id is not None:
        form = CorrectActingForm(data, initial=initial)
    else:
        form = AppointForm(
            data, user=request.user, person=row.person, kind=row.body.kind, row=row, initial=initial
        )

    def do(said: dict[str, Any]) -> str:
        changes = form.said() if isinstance(form, AppointForm) else said
        correct_appointment(appointment_id=row.pk, acting_user=request.user, **changes)
        return f"已改 {row.person} 在{row.body}的任职"

    return form_page(
        request,
        form,
        heading=f"修改任职：{row.person}",
        button="保存任职",
        back=reverse("teams:registry_person", args=[row.person_id]),
        do=do,
        facts=[{"label": "机构", "value": str(row.body)}],
    )


@access("system_admin")
@require_http_methods(READ_OR_SEND)
def end_post(request: HttpRequest, pk: int) -> HttpResponse:
    """End an appointment at once or on a day; one that has not begun is called off."""
    row = _row(request, pk)
    begun = row.valid_from <= clock.today()
    form = EndForm(request.POST if request.method == "POST" else None, initial={"when": "now"})
    if not begun:
        form.fields["when"].choices = [("now", "撤销，到日子也不生效")]
        del form.fields["valid_to"]

    def do(said: dict[str, Any]) -> str:
        if said["when"] == "now":
            ended = end_at_once(appointment_id=row.pk, acting_user=request.user)
            return f"已{'撤销' if ended.void else '结束'}：{row.person} {row.capacity}，即刻生效"
        end_appointment(appointment_id=row.pk, last_day=said["valid_to"], acting_user=request.user)
        return f"已登记：{row.person} 任{row.capacity}到 {said['valid_to']} 为止"

    acting = _acting_for(row)
    return form_page(
        request,
        form,
        heading=f"{'结束' if begun else '撤销'}任职：{row.person}",
        button="结束任职" if begun else "撤销任职",
        danger=True,
        back=reverse("teams:registry_person", args=[row.person_id]),
        do=do,
        facts=[
            {"label": "职务", "value": row.capacity},
            {"label": "任职起", "value": str(row.valid_from)},
            *([{"label": "任职止", "value": str(row.valid_to)}] if row.valid_to else []),
        ],
        lead="结束以后，他看不到这个职务的任何内容，打开着的页面也提交不了；等他办的事由接任的人办。",
        warning={"title": "还有人代行这个职务，要停就另外结束", "items": acting} if acting else None,
    )


def _acting_for(row: Appointment) -> list[str]:
    today = clock.today()
    rows = row.acting.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), void=False)
    return [f"{each.person}（{each.basis}）" for each in rows.select_related("person")]


def _row(request: HttpRequest, pk: int) -> Appointment:
    rows = appointments_of(request.user).select_related("person", "body__region", "acting_for__person")
    return get_object_or_404(rows, pk=pk)
