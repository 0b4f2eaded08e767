"""Verbs on places: rename one, merge one into another, move one with everything below it, correct its code.

A place is its path; a row is its name for a time. Whatever points to an old row of a renamed place is in the same
place, so scope, settings and rules follow without being told.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from core import audit, clock, editions
from core.errors import Conflict, Refused
from core.verbs import verb
from teams.administered import insist
from teams.appointing import carry_over
from teams.models import Appointment, Body, Office, Person, Region, User
from teams.models.places import path_range
from teams.names import place_words
from teams.paths import next_path
from teams.words import LEVELS

ONE_DAY = timedelta(days=1)
#: Renewed when a place comes to lie elsewhere: who keeps something by its path makes it anew.
EDITION = "places"


@verb("region.correct")
def correct_region(*, region_id: int, code: str, support_class: str, acting_user: Any) -> Region:
    """Correct the statistical code or the kind of town; the name changes by :func:`rename_region` alone."""
    region = _living(region_id, acting_user)
    before = {"code": region.code, "support_class": region.support_class}
    region.code, region.support_class = code, support_class
    region.save(update_fields=["code", "support_class"])
    audit.record(
        action="region.correct",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        before=before,
        after={"code": code, "support_class": support_class},
    )
    return region


@verb("region.rename")
def rename_region(
    *, region_id: int, name: str, first_day: date, document: str, acting_user: Any, code: str | None = None
) -> Region:
    """Give a place a new name (and code) from ``first_day`` on; gives the new row, which stands on the same path."""
    region = _living(region_id, acting_user)
    _check_day(region, first_day)
    if name == region.name:
        raise Refused("same_name", "新名称和现在的一样", field="name")
    _close(region, first_day - ONE_DAY, document)
    fresh = Region.objects.create(
        parent=region.parent,
        path=region.path,
        level=region.level,
        code=region.code if code is None else code,
        name=name,
        **place_words(name),
        support_class=region.support_class,
        valid_from=first_day,
    )
    Region.objects.filter(pk=region.pk).update(successor=fresh)
    Region.objects.filter(parent=region).update(parent=fresh)
    Body.objects.filter(region=region, valid_to=None).update(region=fresh)
    User.objects.filter(duty_region=region).update(duty_region=fresh)
    _settle(region, fresh, first_day)
    audit.record(
        action="region.rename",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        before={"name": region.name, "code": region.code},
        after={"name": name, "code": fresh.code, "from": first_day.isoformat(), "document": document},
    )
    return fresh


@verb("region.merge")
def merge_region(*, region_id: int, into_id: int, first_day: date, document: str, acting_user: Any) -> Region:
    """Merge a place into another of its level; what lies below and lives there moves along. Gives the one that ended.

    Refused while an office of its own still stands: who served in it would overnight see all of the successor.
    """
    region, into = _living(region_id, acting_user), _living(into_id, acting_user)
    _check_day(region, first_day)
    if region.pk == into.pk or region.level != into.level:
        raise Refused("other_level", "只能并入另一个同级的区划", field="into")
    offices = Office.objects.filter(region__path=region.path, valid_to=None)
    if offices.exists():
        names = "、".join(str(office) for office in offices.order_by("pk")[:3])
        raise Refused("offices", f"{region}还有{names}，先把部门并入或撤销，再并区划", field="into")
    if User.objects.filter(duty_region__path=region.path, is_active=True).exists():
        raise Refused("keepers", f"{region}还有管理账号，先停用，再并区划", field="into")
    for path in sorted(set(Region.objects.filter(parent__path=region.path).values_list("path", flat=True))):
        _move(path, into)
    Body.objects.filter(region__path=region.path, valid_to=None).update(region=into)
    _close(region, first_day - ONE_DAY, document, into)
    _settle(region, into, first_day)
    audit.record(
        action="region.merge",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        after={"into": into.pk, "from": first_day.isoformat(), "document": document},
    )
    return region


@verb("region.move")
def move_region(*, region_id: int, parent_id: int, document: str, acting_user: Any) -> Region:
    """Put a place with everything below it under another parent, e.g. a town under a 经开区; its code stays.

    The paths of the whole subtree change in one statement, so that scope follows at once.
    """
    region, parent = _living(region_id, acting_user), _living(parent_id, acting_user)
    if parent.path.startswith(region.path):
        raise Refused("below_itself", "不能移到它自己下面", field="parent")
    if LEVELS.index(parent.level) >= LEVELS.index(region.level):
        raise Refused("level", f"{region.name}不能在{parent.name}下面", field="parent")
    if region.parent is not None and region.parent.path == parent.path:
        raise Conflict("there_already", f"{region.name}已在{parent.name}下面")
    if Region.objects.filter(parent__path=parent.path, name=region.name, valid_to=None).exists():
        raise Refused("same_name", f"{parent.name}下面已有“{region.name}”", field="parent")
    before = region.path
    _move(region.path, parent)
    region.refresh_from_db()
    audit.record(
        action="region.move",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        before={"path": before},
        after={"path": region.path, "under": parent.pk, "document": document},
    )
    return region


def _move(path: str, parent: Region) -> None:
    """Rewrite the paths of a subtree, rows of former names included; its head gets the new parent."""
    fresh = next_path(parent)
    low, high = path_range(path)
    Region.objects.filter(path__gte=low, path__lt=high).update(
        path=Concat(Value(fresh), Substr("path", len(path) + 1))
    )
    Region.objects.filter(path=fresh).update(parent=parent)
    editions.renew(EDITION)


def _living(region_id: int, acting_user: Any) -> Region:
    region = Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region_id)
    insist(acting_user, region.path)
    if region.valid_to is not None:
        raise Conflict("ended", f"{region}已于 {region.valid_to} 撤并或更名，不用再办")
    return region


def _check_day(region: Region, first_day: date) -> None:
    if first_day <= region.valid_from:
        raise Refused("dates", f"日期要晚于 {region.valid_from}（这个名称启用的那天）", field="first_day")
    if first_day > clock.today() + ONE_DAY:
        raise Refused("later", "日期最晚填明天，以后的变动到时再登记", field="first_day")


def _close(region: Region, last_day: date, document: str, successor: Region | None = None) -> None:
    region.valid_to, region.document, region.successor = last_day, document, successor
    region.save(update_fields=["valid_to", "document", "successor"])


def _settle(old: Region, new: Region, first_day: date) -> None:
    """People registered there, and postings stationed there, from ``first_day`` on."""
    Person.objects.filter(registered_in=old).update(registered_in=new)
    stationed = Appointment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=first_day), stationed_at=old, void=False
    )
    carry_over(stationed, first_day=first_day, change=lambda row: {"stationed_at_id": new.pk})
