"""What programs may read of people, posts and bodies: exactly what the pages show."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core import clock
from teams.models import Appointment, DispatchingUnit, Office, Person, Region, User
from teams.models.dated import in_force
from teams.scope import scope_of


def appointments_shown(user: User) -> QuerySet[Appointment]:
    """As on the page of a person: one's own, those of today, and the past of those the user answers for."""
    scope = scope_of(user)
    answers_for = (
        scope.places_q("body__region__path")
        | Q(body__in=scope.seen_team_ids)
        | Q(unit__in=scope.seen_unit_ids)
    )
    return Appointment.objects.visible_to(user).filter(
        Q(person=scope.person_id) | in_force(clock.today()) | answers_for
    )


def people_shown(user: User) -> QuerySet[Person]:
    """Everybody of whom :func:`appointments_shown` shows anything, and oneself."""
    return Person.objects.visible_to(user).filter(
        Q(pk=scope_of(user).person_id) | Q(pk__in=appointments_shown(user).order_by().values("person"))
    )


def offices_seen(user: User) -> QuerySet[Office]:
    """The offices of the places the user sees, and of those above."""
    return Office.objects.filter(region__in=Region.objects.visible_to(user)).order_by("region__path", "pk")


def units_seen(user: User) -> QuerySet[DispatchingUnit]:
    """The dispatching units of the places the user sees, his own, and those of people he sees."""
    sent = appointments_shown(user).order_by().values("unit")
    return DispatchingUnit.objects.filter(
        Q(region__in=Region.objects.visible_to(user))
        | Q(pk__in=scope_of(user).seen_unit_ids)
        | Q(pk__in=sent)
    ).order_by("region__path", "pk")
