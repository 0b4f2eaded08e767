"""What the pages about accounts show: people with their accounts, one account, sign-ins, locks."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django import forms
from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from core import clock
from teams.models import Appointment, Person, Region, User
from teams.names import so_named
from teams.scope import scope_of
from teams.sessions import in_words
from teams.words import Level

STATES = (
    ("", "全部人员"),
    ("without", "没有账号"),
    ("on", "账号启用"),
    ("first", "还没改首次密码"),
    ("off", "账号停用"),
    ("duty", "保管管理账号"),
)


class AccountFilter(forms.Form):
    """姓名、拼音或账号; the state of the account; the town. All of it lives in the address."""

    name = forms.CharField(
        label="姓名、拼音或账号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "最多 40 字"},
    )
    state = forms.ChoiceField(
        label="账号",
        required=False,
        choices=STATES,
        error_messages={"invalid_choice": "没有这一种，重新选一个"},
    )
    town = forms.ModelChoiceField(
        label="镇（街）",
        required=False,
        queryset=Region.objects.none(),
        empty_label="全部镇（街）",
        error_messages={"invalid_choice": "没有这个镇（街），重新选一个"},
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__({key: data.get(key, "") for key in ("name", "state", "town")})
        here = scope_of(user).administered_q("path")
        self.fields["town"].queryset = Region.objects.filter(here, level=Level.TOWN).order_by("code", "path")
        self.full_clean()

    @property
    def narrowed(self) -> bool:
        return any(self.data.values())


def people(user: User, form: AccountFilter) -> QuerySet[Person]:
    """The people the administrator looks after, as far as the filters let them through; by pinyin."""
    found = Person.objects.administered_by(user)
    text, state, town = (form.cleaned_data.get(name) for name in ("name", "state", "town"))
    whose = Q(person=OuterRef("pk")) | Q(holder=OuterRef("pk"))
    logins = User.objects.filter(whose, username__startswith=(text or "").replace(" ", "").lower())
    found = so_named(found, text or "", also=Q(Exists(logins)))
    if state:
        kept = User.objects.filter(holder=OuterRef("pk"), is_active=True)
        found = found.filter(
            {
                "without": Q(user=None),
                "on": Q(user__is_active=True),
                "first": Q(user__is_active=True, user__password_is_temporary=True),
                "off": Q(user__is_active=False),
                "duty": Q(Exists(kept)),
            }[state]
        )
    if town:
        serving = Appointment.objects.on(clock.today()).filter(body__region__path__startswith=town.path)
        found = found.filter(
            Q(pk__in=serving.values("person")) | Q(registered_in__path__startswith=town.path)
        )
    return found.order_by("pinyin", "pk")


@dataclass(frozen=True)
class Line:
    """One person of the list."""

    person: Person
    posts: list[str]
    own: User | None
    duties: list[User]


def lines(people: Iterable[Person]) -> list[Line]:
    """Two queries for all of them."""
    people = list(people)
    accounts: dict[int, list[User]] = {}
    for user in User.objects.filter(Q(person__in=people) | Q(holder__in=people)).order_by("-is_active", "pk"):
        accounts.setdefault(user.person_id or user.holder_id or 0, []).append(user)
    posts = appointments_of(people)
    return [
        Line(
            person=person,
            posts=[row.capacity for row in posts.get(person.pk, [])],
            own=next((user for user in accounts.get(person.pk, []) if not user.duty), None),
            duties=[user for user in accounts.get(person.pk, []) if user.duty and user.is_active],
        )
        for person in people
    ]


def appointments_of(people: Iterable[Person]) -> dict[int, list[Appointment]]:
    """What these people are today, by person."""
    found: dict[int, list[Appointment]] = {}
    rows = Appointment.objects.on(clock.today()).filter(person__in=list(people))
    for row in rows.select_related("body__team", "unit").order_by("pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def accounts_of(person: Person) -> list[User]:
    """The person's own account and those he keeps, the ones switched on first."""
    found = User.objects.filter(Q(person=person) | Q(holder=person)).select_related("duty_region")
    return list(found.order_by("-is_active", "pk"))


@dataclass(frozen=True)
class Card:
    """One account as its administrator sees it; ``acts`` as ``components/links.html`` takes them."""

    account: User
    sessions: int
    acts: list[dict[str, str]]


def card(account: User, viewer: User) -> Card:
    """The account, how many browsers are signed in, and what may be done. No last sign-in: that is no one's business."""
    acts = ["password", "sessions", "off"] if account.is_active else ["on"]
    if account.second_step:
        acts.insert(-1, "second-step")
    mine = account.pk == viewer.pk
    reached = User.objects.administered_by(viewer).filter(pk=account.pk).exists()
    words = {
        "password": "发新的首次密码",
        "sessions": "退出全部登录",
        "off": "停用账号",
        "on": "启用账号",
        "second-step": "取消两步验证",
    }
    return Card(
        account=account,
        sessions=account.sessions.filter(expire_date__gt=_now()).count(),
        acts=[
            {"label": words[act], "url": reverse("teams:account_act", args=[account.pk, act])}
            for act in acts
            if reached and not mine
        ],
    )


# --- Sign-ins and locks ----------------------------------------------------------------------------------

#: What a line of the history says, by the kind of row it comes from.
OUTCOMES = {"in": "已登录", "wrong": "密码不对", "locked": "密码不对，锁定", "code": "验证码不对"}


@dataclass(frozen=True)
class SignIn:
    """One attempt to sign in."""

    username: str
    account_pk: int | None
    at: datetime
    outcome: str
    ok: bool
    browser: str
    address: str


def named(viewer: User, text: str) -> QuerySet[User]:
    """The accounts of the administrator's place whose name, or whose person's, holds the text."""
    found = User.objects.administered_by(viewer)
    if text:
        found = found.filter(
            Q(username__startswith=text) | Q(person__name__icontains=text) | Q(holder__name__icontains=text)
        )
    return found


def history(usernames: Any, *, failed_only: bool = False) -> QuerySet:
    """Sign-ins that succeeded and failed, of these accounts (names, or a query of them), the newest first."""
    columns = ("username", "attempt_time", "kind", "path_info", "user_agent", "ip_address")
    went = AccessLog.objects.filter(username__in=usernames).annotate(kind=_word("in"))
    failed = AccessFailureLog.objects.filter(username__in=usernames)
    wrong = failed.filter(locked_out=False).annotate(kind=_word("wrong"))
    locked = failed.filter(locked_out=True).annotate(kind=_word("locked"))
    parts = [
        part.order_by().values(*columns)
        for part in ((wrong, locked) if failed_only else (wrong, locked, went))
    ]
    return parts[0].union(*parts[1:], all=True).order_by("-attempt_time", "username")


def sign_ins(rows: Iterable[dict[str, Any]]) -> list[SignIn]:
    """The lines of :func:`history` in words; one query for whose they are."""
    rows = list(rows)
    at_code = reverse("teams:code")
    accounts = User.objects.filter(username__in={row["username"] for row in rows})
    keys = dict(accounts.values_list("username", "pk"))
    return [
        SignIn(
            username=row["username"],
            account_pk=keys.get(row["username"]),
            at=row["attempt_time"],
            outcome=OUTCOMES[
                "code" if row["kind"] == "wrong" and row["path_info"] == at_code else row["kind"]
            ],
            ok=row["kind"] == "in",
            browser=in_words(row["user_agent"] or ""),
            address=row["ip_address"] or "",
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Lock:
    """An account that five wrong passwords have locked from one address."""

    pk: int
    account: User
    address: str
    until: datetime


def locks(user: User) -> list[Lock]:
    """What is locked now, among the accounts of the administrator's place."""
    accounts = {each.username: each for each in User.objects.administered_by(user).filter(_tried())}
    rows = AccessAttempt.objects.filter(
        username__in=accounts,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=_now() - settings.AXES_COOLOFF_TIME,
    )
    return [
        Lock(
            row.pk,
            accounts[row.username],
            row.ip_address or "",
            row.attempt_time + settings.AXES_COOLOFF_TIME,
        )
        for row in rows.order_by("-attempt_time")
    ]


def _tried() -> Q:
    return Q(username__in=AccessAttempt.objects.values("username"))


def _word(text: str) -> Cast:
    return Cast(Value(text), CharField(max_length=8))


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
