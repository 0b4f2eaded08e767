"""Many numbers handed over as one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Person
from tests import cast

pytestmark = pytest.mark.django_db


def test_among_finds_what_in_finds_with_one_value_to_hand_over() -> None:
    world = cast.build()
    some = {user.person_id for user in list(world.users.values())[:9] if user.person_id}
    rows = Person.objects.filter(pk__among=[*some, 10**9])
    assert set(rows.values_list("pk", flat=True)) == some
    assert len(rows.query.sql_with_params()[1]) == 1
    assert set(Person.objects.exclude(pk__among=some).values_list("pk", flat=True)).isdisjoint(some)
    # No number at all is nobody, and no mistake.
    assert not Person.objects.filter(pk__among=[]).exists()


def test_among_may_stand_in_a_question_within_another() -> None:
    world = cast.build()
    person = world.users["liusha_member"].person_id
    assert person is not None
    with CaptureQueriesContext(connection) as asked:
        found = list(
            world.users["liusha_member"]
            .person.appointments.filter(person__in=Person.objects.filter(pk__among=[person]).values("pk"))
            .order_by("pk")
        )
    assert [row.person_id for row in found] == [person]
    assert len(asked) == 1
