"""两步验证: a code from the person's phone after the password (TOTP, django-otp), and codes on paper for a lost phone.

``User.second_step`` says whether the account has a confirmed phone, so that a request need not ask the device's
table. django-otp refuses a code used before and slows guessing down by itself.
"""

from __future__ import annotations

import math
import time
import unicodedata
from dataclasses import dataclass

import django_otp
import segno
from django.conf import settings
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import audit
from core.errors import Conflict, NotYours, Refused
from core.texts import written
from core.verbs import verb
from teams.lockout import note_failure
from teams.models import User
from teams.scope import scope_of
from teams.words import FUND_SIGNERS, Duty

#: How many codes a person gets for the day the phone is lost.
RECOVERY_CODES = 10


def is_required(user: User) -> bool:
    """Must this person sign in with a second step: administrators and fund signers, where the setting says so.

    Whoever decides in a fund signer's place signs in as strictly as he does.
    """
    if not settings.STRICT_LOGIN:
        return False
    scope = scope_of(user)
    return (
        bool(user.duty)
        or scope.has_post(FUND_SIGNERS)
        or any(each.of.post in FUND_SIGNERS for each in scope.taken_on)
    )


@dataclass(frozen=True)
class Pairing:
    """What a phone needs to know: the QR code as the path of an SVG, and the same secret to type in."""

    path: str
    size: int
    secret: str


def pairing_of(device: TOTPDevice) -> Pairing:
    code = segno.make(device.config_url, error="m", micro=False)
    rows = list(code.matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    secret = device.config_url.partition("secret=")[2].partition("&")[0]
    secret = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return Pairing(path=path, size=len(rows), secret=secret)


def waiting(user: User) -> TOTPDevice | None:
    """The phone that is being set up and has not proved itself by a code yet."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("-pk").first()


@verb("second_step.begin")
def begin(*, acting_user: User) -> TOTPDevice:
    """Make a new secret for a phone. Nothing changes before the phone has shown a code made from it."""
    user = User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    device = TOTPDevice.objects.create(user=user, name="手机", confirmed=False)
    audit.record(action="second_step.begin", actor=user, subject_kind="user", subject_id=user.pk)
    return device


@verb("second_step.on")
def confirm(*, acting_user: User, code: str) -> tuple[TOTPDevice, list[str]]:
    """The phone proves itself: from now on its codes are asked for. Returns it with fresh recovery codes."""
    user = User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
    device = waiting(user)
    if device is None:
        raise Conflict("no_phone_waiting", "没有正在设置的手机，重新开始设置")
    if not device.verify_token(_plain(code)):
        raise Refused("wrong_code", "验证码不对，等手机上换了新的 6 位数字再填", field="code")
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    user.second_step = True
    user.save(update_fields=["second_step"])
    codes = _fresh_codes(user)
    audit.record(action="second_step.on", actor=user, subject_kind="user", subject_id=user.pk)
    return device, codes


@verb("second_step.codes")
def new_codes(*, acting_user: User) -> list[str]:
    """Fresh recovery codes; those before them open nothing any more."""
    user = User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
    if not user.second_step:
        raise Conflict("no_second_step", "还没有开启两步验证")
    codes = _fresh_codes(user)
    audit.record(action="second_step.codes", actor=user, subject_kind="user", subject_id=user.pk)
    return codes


@verb("second_step.off")
def turn_off(*, acting_user: User) -> None:
    """The password alone is enough again, where the person's duties allow it."""
    user = User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
    if not user.second_step:
        raise Conflict("no_second_step", "还没有开启两步验证")
    if is_required(user):
        raise Refused("required", "您的职责要求两步验证，不能关闭。换手机时选“换一部手机”")
    _forget(user)
    audit.record(action="second_step.off", actor=user, subject_kind="user", subject_id=user.pk)


@verb("second_step.drop")
def drop(*, acting_user: User, user_id: int, reason: str) -> User:
    """A system administrator takes the second step off an account whose phone and codes are both lost."""
    actor = User.objects.filter(pk=acting_user.pk, is_active=True, duty=Duty.SYSTEM).first()
    accounts = User.objects.administered_by(acting_user).select_for_update(of=("self",))
    user = accounts.filter(pk=user_id).first()
    if actor is None or user is None:
        raise NotYours("not_administered", "这个账号不在您的管理范围")
    if user.pk == actor.pk:
        raise Refused("own_account", "自己的两步验证在“账号与安全”里改")
    reason = written(
        reason, field="reason", most=200, missing="写明取消的原因，如：手机和恢复码都丢了", label="原因"
    )
    if not user.second_step:
        raise Conflict("no_second_step", "这个账号没有开启两步验证")
    _forget(user)
    audit.record(
        action="second_step.drop",
        actor=actor,
        subject_kind="user",
        subject_id=user.pk,
        after={"reason": reason},
    )
    return user


def left(user: User) -> int:
    """How many recovery codes are unused."""
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def take_step(request: HttpRequest, code: str) -> None:
    """Check a code at the sign-in and let the session through; Refused with a sentence where it is wrong.

    Not a verb: the count that slows guessing down must stay when the code is refused.
    """
    user: User = request.user  # type: ignore[assignment]
    plain = _plain(code)
    if not plain:
        raise Refused("no_code", "填写手机上的 6 位验证码，或一个恢复码", field="code")
    model = TOTPDevice if plain.isdigit() and len(plain) == 6 else StaticDevice
    device = model.objects.filter(user=user, confirmed=True).first()
    if device is None:
        raise Refused("wrong_code", "验证码不对，再填一次", field="code")
    allowed, why = device.verify_is_allowed()
    if not allowed:
        seconds = math.ceil(why["locked_until"].timestamp() - time.time())
        raise Refused("too_fast", f"验证码刚输错，{max(1, seconds)} 秒后再填", field="code")
    found = django_otp.verify_token(user, device.persistent_id, plain)
    if found is None:
        note_failure(request, user.username)
        raise Refused("wrong_code", "验证码不对或已用过，等手机上换了新的再填", field="code")
    django_otp.login(request, found)
    request.session.cycle_key()
    if isinstance(found, StaticDevice):
        audit.record(
            action="second_step.recovery",
            actor=user,
            subject_kind="user",
            subject_id=user.pk,
            after={"left": left(user)},
        )


def _plain(code: str) -> str:
    """Full-width digits, spaces and dashes as people type them."""
    text = unicodedata.normalize("NFKC", code).lower()
    return "".join(sign for sign in text if sign.isascii() and sign.isalnum())[:16]


def _fresh_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="恢复码", confirmed=True)
    tokens = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=token) for token in tokens)
    return [f"{token[:4]}-{token[4:]}" for token in tokens]


def _forget(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    user.second_step = False
    user.save(update_fields=["second_step"])
