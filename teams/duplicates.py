"""可能是同一个人: whom a clerk should look at before he registers somebody a second time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from core import clock
from core.crypto import fingerprints
from teams.administered import people_of
from teams.models import Appointment, DispatchingUnit, Person
from teams.models.dated import in_force
from teams.names import pinyin_of


@dataclass
class Alike:
    """A registered person who may be the one meant; ``because`` says by what, ``posts`` where he serves."""

    person: Person
    because: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """``陈小满（驻洪阳镇工作队 队员，普宁市水利局派出；姓名相同）``."""
        return f"{self.person.name}（{'、'.join(self.posts) or '未任职'}；{'、'.join(self.because)}）"


def likely_same(
    user: Any,
    *,
    name: str,
    phone: str = "",
    identity: str = "",
    unit: DispatchingUnit | None = None,
    but: int | None = None,
) -> list[Alike]:
    """Registered people who sound the same, or have the same telephone or identity number; two queries.

    With a ``unit`` those of another unit who merely sound alike are left out. ``but``: a person not to compare
    with, himself. An administrator is told of people he administers; ``user`` None compares with everybody.
    """
    people = Person.objects.all() if user is None else people_of(user)
    sound = Q(pinyin=pinyin_of(name))
    if unit is not None:
        sound &= Q(pk__in=Appointment.objects.filter(unit=unit, void=False).values("person"))
    # An empty number is nobody's.
    numbers = {"phone_hash": phone, "identity_hash": identity}
    asked = {column: fingerprints(number) for column, number in numbers.items() if number}
    query = sound
    for column, value in asked.items():
        query |= Q(**{f"{column}__in": value})
    found = list(people.filter(query).exclude(pk=but).order_by("pinyin", "pk")[:20])
    posts = _posts(found)
    return [Alike(person, _because(person, name, asked), posts[person.pk]) for person in found]


def _because(person: Person, name: str, asked: dict[str, list[str]]) -> list[str]:
    words = []
    if person.pinyin == pinyin_of(name):
        words.append("姓名相同" if person.name == name else "姓名同音")
    if person.phone_hash in asked.get("phone_hash", ()):
        words.append("电话相同")
    if person.identity_hash in asked.get("identity_hash", ()):
        words.append("身份证号相同")
    return words


def _posts(people: list[Person]) -> dict[int, list[str]]:
    posts: dict[int, list[str]] = defaultdict(list)
    rows = Appointment.objects.filter(in_force(clock.today()), person__in=people)
    for row in rows.select_related("body", "unit").order_by("pk"):
        posts[row.person_id].append(f"{row.capacity}，{row.unit}派出" if row.unit else row.capacity)
    return posts
