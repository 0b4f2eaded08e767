"""Verbs on grants: give one, revoke one, clear guardian's rows of those that have run out.

A grant opens pages for reading and nothing else: no verb asks whether its user may act by one.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from guardian.shortcuts import assign_perm, remove_perm

from core import audit, clock
from core.errors import Conflict, Refused
from core.verbs import verb
from teams.administered import insist, insist_on_person
from teams.models import Body, BodyPermission, Grant, Region, RegionPermission, User
from teams.words import Duty, GrantPurpose

#: A grant is for a time. Who needs longer needs an appointment, or a new grant with a new reason.
LONGEST = timedelta(days=366)


@verb("grant.give")
def give_grant(
    *,
    user_id: int,
    target: Region | Body,
    purpose: str,
    why: str,
    document: str,
    valid_from: date,
    valid_to: date,
    acting_user: Any,
) -> Grant:
    """Let a user read what belongs to ``target`` from one day to another, on a document and with a reason.

    Refused: an administrative account, a switched-off one, oneself; days out of order, past, or too many; a target
    that has ended; a second grant on the same target at the same time.
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user_id)
    _may_give(acting_user, user, target)
    why, document = why.strip(), document.strip()
    if purpose not in GrantPurpose.values:
        raise Refused("purpose", "选一个用途", field="purpose")
    if not why:
        raise Refused("no_why", "写明为什么要授权", field="why")
    if not document:
        raise Refused("no_document", "写明依据的文号或批件", field="document")
    _check_days(valid_from, valid_to)
    if target.valid_to is not None and target.valid_to < valid_from:
        raise Refused("ended", f"{target}已撤并，选接着办的那一个", field="target")
    place = {"region": target} if isinstance(target, Region) else {"body_id": target.pk}
    earlier = _unspent(user, target).filter(valid_from__lte=valid_to, valid_to__gte=valid_from).first()
    if earlier is not None:
        raise Refused(
            "granted_already",
            f"他已有{target}的授权，到 {earlier.valid_to} 止；要改日期，先收回那一项",
            field="target",
        )
    grant = Grant.objects.create(
        user=user,
        purpose=purpose,
        why=why,
        document=document,
        valid_from=valid_from,
        valid_to=valid_to,
        given_by=acting_user,
        given_at=clock.now(),
        **place,
    )
    assign_perm(*_permission(user, target))
    _keep_horizon(user)
    audit.record(
        action="grant.give",
        actor=acting_user,
        subject_kind="grant",
        subject_id=grant.pk,
        after={
            "user": user.pk,
            "target": [_kind(target), target.pk],
            "purpose": purpose,
            "document": document,
            "from": valid_from.isoformat(),
            "to": valid_to.isoformat(),
        },
    )
    return grant


@verb("grant.revoke")
def revoke_grant(*, grant_id: int, why: str, acting_user: Any) -> Grant:
    """Take a grant back from this moment, with a reason."""
    owner = Grant.objects.values_list("user", flat=True).get(pk=grant_id)
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=owner)
    grant = Grant.objects.select_related("region", "body__region").get(pk=grant_id)
    insist(acting_user, path_of(grant.target), Duty.SECURITY)
    why = why.strip()
    if grant.revoked_at is not None:
        raise Conflict("revoked", "这项授权已经收回，不用再办")
    if grant.valid_to is not None and grant.valid_to < clock.today():
        raise Conflict("over", f"这项授权到 {grant.valid_to} 已自己结束，不用收回")
    if not why:
        raise Refused("no_why", "写明为什么收回", field="why")
    grant.revoked_at, grant.revoked_by, grant.revoked_why = clock.now(), acting_user, why
    grant.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    if not _unspent(user, grant.target).exists():
        remove_perm(*_permission(user, grant.target))
    _keep_horizon(user)
    audit.record(
        action="grant.revoke",
        actor=acting_user,
        subject_kind="grant",
        subject_id=grant.pk,
        before={"to": grant.valid_to.isoformat() if grant.valid_to else None},
        after={"user": user.pk, "target": [_kind(grant.target), grant.target.pk]},
    )
    return grant


@verb("grant.clear")
def clear_expired(*, acting_user: Any = None) -> int:
    """Lift guardian's rows behind which no grant of today or later stands; gives how many.

    The dates have ended those grants already: this keeps guardian's tables as short as the truth.
    """
    unspent = Grant.objects.filter(revoked_at=None, valid_to__gte=clock.today())
    cleared = 0
    for model, column in ((RegionPermission, "region"), (BodyPermission, "body")):
        behind = unspent.filter(**{"user": OuterRef("user"), column: OuterRef("content_object")})
        spent = list(model.objects.filter(~Exists(behind)).values_list("pk", flat=True))
        if spent:
            cleared += model.objects.filter(pk__in=spent).delete()[0]
    if cleared:
        audit.record(action="grant.clear", actor=acting_user, after={"rows": cleared})
    return cleared


def path_of(target: Region | Body) -> str:
    """The region path a target lies at."""
    return target.path if isinstance(target, Region) else target.region.path


def _may_give(acting_user: Any, user: User, target: Region | Body) -> None:
    insist(acting_user, path_of(target), Duty.SECURITY)
    if user.duty or user.person is None:
        raise Refused("no_person", "管理账号不能得到授权，选本人的业务账号", field="person")
    insist_on_person(acting_user, user.person, Duty.SECURITY)
    if not user.is_active:
        raise Refused("inactive", f"{user}的账号已停用，先由系统管理员启用", field="person")
    if acting_user is not None and acting_user.holder_id == user.person_id:
        raise Refused("oneself", "不能给自己授权，由上一级安全管理员办理", field="person")


def _check_days(first: date, last: date) -> None:
    if last < first:
        raise Refused("dates", "止期不能早于起期", field="valid_to")
    if last < clock.today():
        raise Refused("past", "止期已过，授权只给今天和以后", field="valid_to")
    if last - first >= LONGEST:
        raise Refused("too_long", "一次授权最长一年，到期再办", field="valid_to")


def _unspent(user: User, target: Region | Body) -> QuerySet[Grant]:
    """The user's grants on the target that hold today or later."""
    same = Q(region=target) if isinstance(target, Region) else Q(body=target.pk)
    return Grant.objects.filter(same, user=user, revoked_at=None, valid_to__gte=clock.today())


def _permission(user: User, target: Region | Body) -> tuple[str, User, Region | Body]:
    """guardian's arguments; an office, a unit and a team are kept under the body they are."""
    if isinstance(target, Region):
        return "teams.view_region", user, target
    return "teams.view_body", user, Body.objects.get(pk=target.pk)


def _keep_horizon(user: User) -> None:
    """The last day any grant reaches, on the account, so that most people's scope need not look."""
    rows = Grant.objects.filter(user=user, revoked_at=None).order_by("-valid_to")
    user.granted_until = rows.values_list("valid_to", flat=True).first()
    user.save(update_fields=["granted_until"])


def _kind(target: Region | Body) -> str:
    return "region" if isinstance(target, Region) else "body"
