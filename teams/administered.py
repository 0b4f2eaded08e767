"""What an administrative account (三员) may touch: people, places and bodies inside its region, and nothing else.

Verbs ask :func:`insist`; lists start from the ``*_of`` functions. ``acting_user`` None is the system itself: the
demonstration, a command, a job.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from core.errors import NotYours
from teams.models import Appointment, Body, DispatchingUnit, Person, Region
from teams.scope import scope_of
from teams.words import Duty


def insist(acting_user: Any, path: str, duty: Duty = Duty.SYSTEM) -> None:
    """Refuse as if it did not exist what lies outside the account's region, or belongs to another duty."""
    if acting_user is None:
        return
    scope = scope_of(acting_user)
    if scope.duty != duty or not path.startswith(scope.duty_path):
        raise NotYours("not_yours", "没有这一项")


def regions_of(user: Any) -> QuerySet[Region]:
    """Places inside the account's region, itself included."""
    return Region.objects.filter(scope_of(user).administered_q("path"))


def above(user: Any) -> Q:
    """Regions on the way from the root to the account's region, itself left out: their units send people too."""
    path = scope_of(user).duty_path
    return Q(path__in=Region(path=path).ancestor_paths()[:-1])


def bodies_of(user: Any) -> QuerySet[Body]:
    """Offices, units and teams inside the account's region."""
    return Body.objects.filter(scope_of(user).administered_q("region__path"))


def units_for(user: Any) -> QuerySet[DispatchingUnit]:
    """Units a posting may name: those inside, those of the levels above, and those that send people here already."""
    scope = scope_of(user)
    inside = scope.administered_q("region__path")
    here = scope.administered_q("body__region__path")
    sending = Appointment.objects.filter(here, unit__isnull=False).values("unit")
    paired = scope.administered_q("pairings__team__region__path")
    upper = Region.objects.filter(above(user)).values("pk")
    return DispatchingUnit.objects.filter(
        Q(pk__in=DispatchingUnit.objects.filter(inside | paired).values("pk"))
        | Q(region__in=upper)
        | Q(pk__in=sending)
    )


def people_of(user: Any) -> QuerySet[Person]:
    """People registered inside the account's region, serving there now or later, or nowhere any more."""
    return Person.objects.administered_by(user)


def insist_on_person(acting_user: Any, person: Person, duty: Duty = Duty.SYSTEM) -> None:
    """Refuse as if he did not exist a person whom the account does not administer."""
    if acting_user is None:
        return
    if scope_of(acting_user).duty != duty or not people_of(acting_user).filter(pk=person.pk).exists():
        raise NotYours("not_yours", "没有这个人")
