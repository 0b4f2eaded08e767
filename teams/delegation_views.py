"""代办委托: what a person has delegated, what was delegated to him; and the list for the security administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock, web
from core.access import access
from core.errors import Conflict
from teams.delegations import Candidates, candidates, delegate, end_delegation, own_posts, span_words
from teams.models import Appointment, Delegation
from teams.registry.fields import DayField, RegistryForm, choice, form_page, line
from teams.scope import scope_of

#: Ended ones a person still sees on his page.
EARLIER = 10
STATES = {"live": "生效中", "later": "还没到日子", "over": "已结束"}


class DelegationForm(RegistryForm):
    to = choice("委托给谁", (), "选一个代办的人", radio=True)
    valid_from = DayField("从哪一天起", "填写从哪一天起")
    valid_to = DayField("到哪一天为止", "填写到哪一天为止", help_text="最长 90 天，可以提前结束")
    why = line("原因", 100, "写一句为什么委托", help_text="如：外出开会")

    def __init__(self, data: Any = None, *, able: Candidates, **more: Any) -> None:
        super().__init__(data, **more)
        field: Any = self.fields["to"]
        field.inline = False
        field.choices = [(row.pk, _taker_words(row, able)) for row in able.rows]


def _taker_words(row: Appointment, able: Candidates) -> str:
    where = f"{row.body} " if able.elsewhere else ""
    return f"{row.person}（{where}{row.post_name}）"


@access("person")
@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """What one has delegated and may delegate, and what others have delegated to one."""
    today = clock.today()
    person = request.user.person_id
    rows = Delegation.objects.for_pages()
    unspent = rows.unspent(today).order_by("valid_from", "pk")
    over = rows.filter(Q(of__person=person) | Q(to__person=person)).exclude(pk__in=unspent.values("pk"))
    context = {
        "posts": [_post(row, today) for row in own_posts(request.user, today)],
        "given": [_shown(row, today) for row in unspent.filter(of__person=person)],
        "taken": [_shown(row, today) for row in unspent.filter(to__person=person)],
        "over": [_shown(row, today) for row in over.order_by("-valid_to", "-pk")[:EARLIER]],
        "person_id": person,
    }
    return render(request, "teams/delegations.html", context)


def _post(row: Appointment, today: Any) -> dict[str, Any]:
    """One post that may be delegated, and whether there is anybody who could take it on."""
    able = candidates(row, today)
    nobody = "" if able.rows else "本机构和同一地方的部门里没有别的人有账号。请县管理员先开通账号，或登记代行"
    return {"row": row, "url": reverse("teams:delegate", args=[row.pk]), "nobody": nobody}


def _shown(row: Delegation, today: Any) -> dict[str, Any]:
    """A delegation in words: how it stands, and why it does not count where its dates say it should."""
    if row.ended_at is not None:
        state = ("later", "已提前结束")
    elif row.valid_to is not None and row.valid_to < today:
        state = ("done", "已到期")
    elif row.valid_from > today:
        state = ("later", "还没到日子")
    elif not (row.of.holds(today) and row.to.holds(today)):
        state = ("returned", "任职有变动，不起作用")
    else:
        state = ("now", "生效中")
    return {"row": row, "span": span_words(row), "status_kind": state[0], "status_label": state[1]}


@access("person")
@require_http_methods(["GET", "HEAD", "POST"])
def delegate_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Delegate one of one's own posts."""
    today = clock.today()
    of = next((row for row in own_posts(request.user, today) if row.pk == pk), None)
    if of is None:
        raise Http404
    able = candidates(of, today)
    form = DelegationForm(
        request.POST if request.method == "POST" else None,
        able=able,
        initial={"valid_from": today, "valid_to": today + timedelta(days=6)},
    )

    def do(said: dict[str, Any]) -> str:
        found = delegate(
            of_id=of.pk,
            to_id=int(said["to"]),
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
            why=said["why"],
            acting_user=request.user,
        )
        return f"已委托：{span_words(found)}由{found.to.person}代您办理"

    nothing = {"title": "没有人可以委托", "text": "本机构和同一地方的部门里没有别的人有账号"}
    return form_page(
        request,
        form,
        heading="委托别人代办",
        button="委托代办",
        back=reverse("teams:delegations"),
        do=do,
        lead=(
            "委托期间他能替您批这个职务的事，您自己也能批。双签不能代；您本人的申请他也不能批，往上一级办。"
            + (f"{of.body}里没有别的人有账号，从同一地方的部门里选。" if able.elsewhere and able.rows else "")
        ),
        facts=[{"label": "职务", "value": of.capacity}],
        warning=None if able.rows else nothing,
    )


@access("person")
@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation of one's own at once."""
    try:
        found = end_delegation(delegation_id=pk, acting_user=request.user)
    except Conflict as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, f"已结束委托，{found.to.person}不再代您办理")
    return redirect("teams:delegations")


@access("security_admin")
@require_safe
def delegations_given(request: HttpRequest) -> HttpResponse:
    """Every delegation in the account's region: who lets whom decide what, until when, and why."""
    today = clock.today()
    state = request.GET.get("state", "")
    state = state if state in STATES else "live"
    inside = Delegation.objects.filter(scope_of(request.user).administered_q("of__body__region__path"))
    rows = {
        "live": Q(ended_at=None, valid_from__lte=today, valid_to__gte=today),
        "later": Q(ended_at=None, valid_from__gt=today),
        "over": Q(ended_at__isnull=False) | Q(valid_to__lt=today),
    }
    page = web.page_of(request, inside.filter(rows[state]).for_pages().order_by("-valid_from", "-pk"))
    context = {
        "page": page,
        "lines": [_shown(row, today) for row in page.object_list],
        "state": state,
        "views": [
            {"label": label, "url": f"?state={key}", "active": key == state} for key, label in STATES.items()
        ],
    }
    template = (
        "registry/delegations_rows.html" if web.wants_fragment(request) else "registry/delegations.html"
    )
    return render(request, template, context)
