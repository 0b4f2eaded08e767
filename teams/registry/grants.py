"""权限核查: who has which grant until when, what a person sees today; giving and revoking, for the security administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import clock, web
from core.access import access
from teams.administered import people_of
from teams.grants import give_grant, revoke_grant
from teams.models import Grant
from teams.names import so_named
from teams.reauth import recent_password
from teams.registry.fields import form_page
from teams.registry.grant_forms import KINDS, STATES, GrantForm, GrantsFilter, PeopleSearch, RevokeForm
from teams.registry.people import lines
from teams.scope import scope_of
from teams.sight import sight_of

READ_OR_SEND = ["GET", "HEAD", "POST"]


def grants_of(user: Any) -> QuerySet[Grant]:
    """Grants on places and bodies inside the account's region."""
    scope = scope_of(user)
    inside = scope.administered_q("region__path") | scope.administered_q("body__region__path")
    return Grant.objects.filter(inside).select_related(
        "user__person", "region", "body__region", "given_by", "revoked_by"
    )


@access("security_admin")
@require_safe
def grant_list(request: HttpRequest) -> HttpResponse:
    """Every grant: in force, coming, over."""
    form = GrantsFilter(request.GET)
    today = clock.today()
    state = form.cleaned_data.get("state") or STATES[0][0]
    rows = {
        "live": Q(revoked_at=None, valid_from__lte=today, valid_to__gte=today),
        "later": Q(revoked_at=None, valid_from__gt=today),
        "over": Q(revoked_at__isnull=False) | Q(valid_to__lt=today),
    }
    page = web.page_of(request, grants_of(request.user).filter(rows[state]).order_by("valid_to", "pk"))
    template = "registry/grants_rows.html" if web.wants_fragment(request) else "registry/grants.html"
    context = {"form": form, "page": page, "state": state, "today": today}
    return render(request, template, context)


@access("security_admin")
@require_safe
def people_search(request: HttpRequest) -> HttpResponse:
    """Find the person whose sight is checked, or who is to get a grant."""
    form = PeopleSearch(request.GET)
    people = so_named(people_of(request.user), form.cleaned_data.get("name", ""))
    page = web.page_of(request, people.order_by("pinyin", "pk"))
    context = {
        "form": form,
        "page": page,
        "lines": lines(page.object_list),
        "clear_url": reverse("teams:grant_people") if any(form.cleaned_data.values()) else "",
    }
    template = (
        "registry/grant_people_rows.html" if web.wants_fragment(request) else "registry/grant_people.html"
    )
    return render(request, template, context)


@access("security_admin")
@require_safe
def sight(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person may see today, in words."""
    person = get_object_or_404(people_of(request.user), pk=pk)
    mine = set(grants_of(request.user).filter(user__person=person).values_list("pk", flat=True))
    context = {"person": person, "sight": sight_of(person), "today": clock.today(), "mine": mine}
    return render(request, "registry/sight.html", context)


@access("security_admin")
@recent_password
@require_http_methods(READ_OR_SEND)
def grant_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person read what belongs to a place or a body, from one day to another."""
    person = get_object_or_404(
        people_of(request.user).filter(user__isnull=False).select_related("user"), pk=pk
    )
    kind = request.GET.get("kind", "region")
    kind = kind if kind in KINDS else "region"
    today = clock.today()
    form = GrantForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        kind=kind,
        initial={"valid_from": today, "valid_to": today + timedelta(days=30)},
    )

    def do(said: dict[str, Any]) -> str:
        grant = give_grant(user_id=person.user.pk, acting_user=request.user, **said)
        return f"已授权：{person.name} 从 {grant.valid_from} 到 {grant.valid_to} 能看{grant.target}"

    return form_page(
        request,
        form,
        heading=f"授权：{person.name}",
        button="授权",
        back=reverse("teams:sight", args=[person.pk]),
        do=do,
        kinds=[
            {"label": label, "url": f"?kind={key}", "active": key == kind} for key, label in KINDS.items()
        ],
        kinds_label="授权看什么",
        lead="授权只能看，不能签字，也不能改。到期那天过后自己失效。",
    )


@access("security_admin")
@recent_password
@require_http_methods(READ_OR_SEND)
def grant_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a grant back at once."""
    grant = get_object_or_404(grants_of(request.user), pk=pk)
    form = RevokeForm(request.POST if request.method == "POST" else None)

    def do(said: dict[str, Any]) -> str:
        revoke_grant(grant_id=grant.pk, why=said["why"], acting_user=request.user)
        return f"已收回：{grant.user} 看{grant.target}的授权，即刻生效"

    return form_page(
        request,
        form,
        heading=f"收回授权：{grant.user}",
        button="收回授权",
        danger=True,
        back=reverse("teams:grants"),
        do=do,
        facts=[
            {"label": "能看", "value": str(grant.target)},
            {"label": "起止", "value": f"{grant.valid_from} 至 {grant.valid_to}"},
            {"label": "依据", "value": grant.document},
            {"label": "理由", "value": grant.why},
        ],
    )
