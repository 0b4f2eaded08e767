"""What a system administrator does with the accounts of his place. He sees no business and changes none.

Nobody is reached outside his place (404), and nobody's account is taken over who also serves outside it: whoever
could set a first password for such a person could sign in as him there.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.db.models import Q

from core import audit, clock
from core.errors import Conflict, NotYours, Refused
from core.models import Sequence
from core.texts import written
from core.verbs import verb
from teams.models import Appointment, Person, Region, User
from teams.models.dated import in_force
from teams.people import name_fields, pinyin_of
from teams.scope import scope_of
from teams.sessions import cut_off
from teams.words import Duty, Level

#: Without signs that look alike; three groups of four are 59 bits, and are read out over the telephone.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
USERNAME_RULE = "账号 3 到 40 个字符，小写字母开头，其余用小写字母、数字、点和短横"
_SUFFIX = {Duty.SYSTEM: "sys", Duty.SECURITY: "sec", Duty.AUDIT: "aud"}
#: From a county upwards a place has administrators of its own.
DUTY_LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY)


def first_password() -> str:
    """A password to be read out once and changed at the first sign-in: ``kf7m-2xqp-9wrt``."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))


def suggest_username(person: Person, duty: str = "") -> str:
    """A free account name from the person's pinyin: ``chenxiaoman``, ``chenxiaoman2``, ``chenxiaoman.sec``."""
    base = re.sub(r"[^a-z0-9]", "", pinyin_of(person.name)) or "user"
    base = base if base[0].isalpha() and len(base) > 2 else f"user{base}"
    ending = f".{_SUFFIX[Duty(duty)]}" if duty else ""
    taken = set(User.objects.filter(username__startswith=base[:30]).values_list("username", flat=True))
    tries = (f"{base[:30]}{number or ''}{ending}" for number in (0, *range(2, len(taken) + 3)))
    return next(name for name in tries if name not in taken)


def serves_elsewhere(person: Person, acting_user: User) -> Appointment | None:
    """An appointment, now or to come, outside the place the administrator looks after."""
    here = scope_of(acting_user).administered_q("body__region__path")
    lasting = Appointment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=clock.today()), person=person, void=False
    )
    return lasting.exclude(pk__in=lasting.filter(here).values("pk")).select_related("body").first()


def duty_regions(acting_user: User) -> list[Region]:
    """For which places he may create administrative accounts, his own first."""
    scope = scope_of(acting_user)
    return list(
        Region.objects.filter(
            scope.administered_q("path"), in_force(clock.today()), level__in=DUTY_LEVELS
        ).order_by("path")
    )


@verb("user.open")
def open_account(*, acting_user: User, person_id: int, username: str) -> tuple[User, str]:
    """Give a person an account; returns it with its first password, which is shown once and stored nowhere."""
    _administrator(acting_user)
    person = _person(acting_user, person_id)
    existing = User.objects.filter(person=person).first()
    if existing is not None:
        raise Conflict("has_account", f"{person.name}已有账号（{existing.username}），不用再建")
    _within_reach(person, acting_user)
    password = first_password()
    user = User.objects.create_user(_username(username), password, person=person, password_is_temporary=True)
    _record("user.open", acting_user, user, after={"username": user.username, "person": person.pk})
    return user, password


@verb("duty.open")
def open_duty(
    *, acting_user: User, person_id: int, duty: str, region_id: int | None, username: str
) -> tuple[User, str]:
    """Create an administrative account (三员) and name who keeps it; nobody keeps two, nobody keeps two duties."""
    actor = _administrator(acting_user)
    holder = _person(acting_user, person_id)
    if duty not in Duty.values:
        raise Refused("duty", "从系统、安全、审计管理员里选一个职责", field="duty")
    region = _region(actor, region_id)
    _keeps_none(holder)
    password = first_password()
    user = User.objects.create_user(
        _username(username),
        password,
        duty=duty,
        duty_region=region,
        holder=holder,
        password_is_temporary=True,
    )
    after = {"username": user.username, "duty": duty, "holder": holder.pk, "region": region_id}
    _record("duty.open", acting_user, user, after=after)
    return user, password


@verb("user.first_password")
def new_first_password(*, acting_user: User, user_id: int) -> tuple[User, str]:
    """Replace a forgotten password by a first one. Whatever is signed in with the old one ends at once."""
    _administrator(acting_user)
    user = _account(acting_user, user_id)
    if user.pk == acting_user.pk:
        raise Refused("own_account", "自己的密码在“修改密码”里改")
    if not user.is_active:
        raise Conflict("is_off", "这个账号已停用，先启用再发首次密码")
    if user.person is not None:
        _within_reach(user.person, acting_user)
    password = first_password()
    user.set_password(password)
    user.password_is_temporary = True
    user.save(update_fields=["password", "password_is_temporary"])
    _record("user.first_password", acting_user, user, after={"sessions_ended": cut_off(user)})
    return user, password


@verb("user.off")
def switch_off(*, acting_user: User, user_id: int, reason: str) -> User:
    """Switch an account off. Whatever is signed in ends at once; the person and the past stay."""
    _administrator(acting_user)
    user = _account(acting_user, user_id)
    reason = written(reason, field="reason", most=200, missing="写明停用的原因，如：任期结束", label="原因")
    if user.pk == acting_user.pk:
        raise Refused("own_account", "不能停用正在用的账号，由接任的系统管理员停用")
    if not user.is_active:
        raise Conflict("is_off", "这个账号已经停用")
    user.is_active = False
    user.save(update_fields=["is_active"])
    after = {"active": False, "reason": reason, "sessions_ended": cut_off(user)}
    _record("user.off", acting_user, user, before={"active": True}, after=after)
    return user


@verb("user.on")
def switch_on(*, acting_user: User, user_id: int) -> tuple[User, str]:
    """Switch an account on again, with a new first password: who had the old one may be anybody by now."""
    _administrator(acting_user)
    user = _account(acting_user, user_id)
    if user.is_active:
        raise Conflict("is_on", "这个账号已经启用")
    if user.person is not None:
        _within_reach(user.person, acting_user)
    if user.holder is not None:
        _keeps_none(user.holder)
    password = first_password()
    user.set_password(password)
    user.is_active = user.password_is_temporary = True
    user.save(update_fields=["is_active", "password", "password_is_temporary"])
    _record("user.on", acting_user, user, before={"active": False}, after={"active": True})
    return user, password


@verb("user.end_sessions")
def end_sessions(*, acting_user: User, user_id: int) -> int:
    """Sign an account out everywhere, e.g. after a phone was lost; how many sessions ended."""
    _administrator(acting_user)
    user = _account(acting_user, user_id)
    if user.pk == acting_user.pk:
        raise Refused("own_account", "自己的登录在“账号与安全”里退出")
    ended = cut_off(user)
    _record("user.end_sessions", acting_user, user, after={"sessions_ended": ended})
    return ended


@verb("duty.first")
def create_owner(*, acting_user: None, name: str, username: str, password: str = "") -> tuple[User, str]:
    """The first system administrator of an installation, for the whole of it; only from the machine's shell.

    Without a ``password`` a first one is made, which must be changed at the first sign-in.
    """
    # The counter's row is the lock: of two commands at once the second one sees the first one's account.
    Sequence.next("teams.owner")
    known = User.objects.filter(duty=Duty.SYSTEM, is_active=True).first()
    if known is not None:
        raise Conflict("has_owner", f"已有系统管理员（{known.username}），以后的账号在网页上建立")
    name = name.strip()
    if not 2 <= len(name) <= 40:
        raise Refused("name", "写明保管人的姓名，2 到 40 个字", field="name")
    holder = Person.objects.create(**name_fields(name))
    made = "" if password else first_password()
    user = User.objects.create_user(
        _username(username or suggest_username(holder, Duty.SYSTEM)),
        password or made,
        duty=Duty.SYSTEM,
        holder=holder,
        password_is_temporary=bool(made),
    )
    _record("duty.first", acting_user, user, after={"username": user.username, "holder": holder.pk})
    return user, made


def _administrator(acting_user: User) -> User:
    """The acting account as it stands now: a page that was open may outlive what opened it."""
    user = User.objects.filter(pk=acting_user.pk, is_active=True, duty=Duty.SYSTEM).first()
    if user is None:
        raise NotYours("not_administrator", "这件事由系统管理员办")
    return user


def _person(acting_user: User, person_id: int) -> Person:
    person = (
        Person.objects.administered_by(acting_user)
        .select_for_update(of=("self",))
        .filter(pk=person_id)
        .first()
    )
    if person is None:
        raise NotYours("not_administered", "这个人不在您的管理范围")
    return person


def _account(acting_user: User, user_id: int) -> User:
    user = (
        User.objects.administered_by(acting_user).select_for_update(of=("self",)).filter(pk=user_id).first()
    )
    if user is None:
        raise NotYours("not_administered", "这个账号不在您的管理范围")
    return user


def _within_reach(person: Person, acting_user: User) -> None:
    elsewhere = serves_elsewhere(person, acting_user)
    if elsewhere is not None:
        raise Refused(
            "serves_elsewhere",
            f"{person.name}还在{elsewhere.body}任职，不全在您的管理范围，账号由上一级系统管理员办",
        )


def _keeps_none(holder: Person) -> None:
    kept = User.objects.filter(holder=holder, is_active=True).exclude(duty="").first()
    if kept is not None:
        raise Refused(
            "second_duty",
            f"{holder.name}已保管{kept.get_duty_display()}账号（{kept.username}），三员不能由一人兼任",
        )


def _region(actor: User, region_id: int | None) -> Region | None:
    if region_id is None:
        if actor.duty_region_id is None:
            return None
        raise Refused("duty_region", "选一个管理范围", field="region")
    region = next((each for each in duty_regions(actor) if each.pk == region_id), None)
    if region is None:
        raise Refused("duty_region", "这个地方不在您的管理范围，选县级以上的一个", field="region")
    return region


def _username(username: str) -> str:
    if not _USERNAME.fullmatch(username):
        raise Refused("username", USERNAME_RULE, field="username")
    if User.objects.filter(username=username).exists():
        raise Conflict("username_taken", "这个账号已有人用，换一个", field="username")
    return username


def _record(
    action: str,
    actor: User | None,
    user: User,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        action=action,
        actor=actor,
        subject_kind="user",
        subject_id=user.pk,
        before=before,
        after=after,
    )
