"""Identity and telephone numbers in full: for those who keep a person's papers, with a reason, on record."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from core import audit, clock
from core.errors import NotYours, Refused
from core.texts import written
from core.verbs import verb
from teams.models import Appointment, Person, User
from teams.models.places import path_range
from teams.scope import Scope, scope_of
from teams.words import Duty

SHORTEST, LONGEST = 4, 200


@dataclass(frozen=True)
class Numbers:
    """What is shown once."""

    phone: str
    identity: str


def kept_by(user: User) -> QuerySet[Person]:
    """The people whose papers the user keeps: those who serve in his county, or whom he administers."""
    scope = scope_of(user)
    if scope.duty == Duty.SYSTEM:
        served = Appointment.objects.filter(scope.administered_q("body__region__path"))
        return Person.objects.filter(
            scope.administered_q("registered_in__path") | Q(pk__in=served.values("person"))
        )
    return Person.objects.filter(
        pk__in=Appointment.objects.on(clock.today()).filter(_inside(scope)).values("person")
    )


def keeps_one_of(scope: Scope, rows: list[Appointment]) -> bool:
    """Does one of these appointments put the person under the scope's care? Asks nothing of the database."""
    return any(row.body.region.path.startswith(path) for row in rows for path in scope.number_paths)


@verb("person.unmask")
def unmask(*, person_id: int, acting_user: User, reason: str) -> Numbers:
    """The numbers in full. Raises NotYours for others' people, Refused without a reason."""
    person = kept_by(acting_user).filter(pk=person_id).first()
    if person is None:
        raise NotYours("not_yours", "没有这个人")
    said = check_reason(reason)
    audit.record(
        action="person.unmask",
        actor=acting_user,
        subject_kind="person",
        subject_id=person.pk,
        after={
            "reason": said,
            "shown": [
                name for name, value in (("电话", person.phone), ("身份证号", person.identity)) if value
            ],
        },
    )
    return Numbers(person.phone, person.identity)


def check_reason(reason: str) -> str:
    """The reason as it is kept; Refused where it says nothing."""
    said = written(reason, field="reason", most=LONGEST, label="理由")
    if len(said) < SHORTEST:
        raise Refused("missing", "写明查看的理由，至少四个字", field="reason")
    return said


def _inside(scope: Scope) -> Q:
    query = Q(pk__in=[])
    for path in scope.number_paths:
        low, high = path_range(path)
        query |= Q(body__region__path__gte=low, body__region__path__lt=high)
    return query
