"""What stands of a day, and what a month comes to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.derive import AWAY, standing
from attendance.lines import cells
from attendance.models import Fact
from attendance.standing import Quotas
from core import triggers
from core.months import month_number
from leave.whereabouts.grid import days_of
from policy import dayset
from policy.attendance import NOTHING_SAID, PARTS, PersonDays, shown
from policy.periods import period_of
from policy.quota import QuotaState
from teams.models import Person
from teams.people import end_appointment
from teams.words import Post
from tests.cast import World
from tests.drive import Drive

AT = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SAID = st.lists(
    st.tuples(
        st.sampled_from([10, 20, 30, 40, 50, 90]),
        st.integers(1, 3),
        st.sampled_from(["on_post", "training", "unverified", ""]),
    ),
    max_size=8,
    unique_by=lambda each: each[:2],
)


def write(person: Person, day: date, part: str, value: str, *, source: int = 30, revision: int = 1) -> None:
    Fact.objects.create(
        person=person, month=month_number(day), day=day.day, part=part, source=source, revision=revision,
        value=value, note="理由", entered_at=AT,
    )  # fmt: skip


def people(person: Person):
    return Person.objects.filter(pk=person.pk).values("pk")


@given(said=SAID, shuffled=st.randoms(use_true_random=False), away=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_arrival_never_changes_a_day(drive: Drive, said, shuffled, away: bool) -> None:
    human, day = drive.world.human("liusha_member"), date(2026, 11, 23)
    with triggers.lifted():
        connection.cursor().execute("DELETE FROM attendance_fact")
        connection.cursor().execute("DELETE FROM teams_away")
    shuffled.shuffle(said)
    for source, revision, value in said:
        write(human, day, "am", value, source=source, revision=revision)
    if away:
        drive.is_away("liusha_member", day)
    newest = {}
    for source, _, value in sorted(said):
        newest[source] = value
    ranks = {source: value for source, value in newest.items() if value}
    if away:
        ranks[AWAY] = "trip"
    expected = ranks[max(ranks)] if ranks else None
    found = standing(people(human), [202611]).get(human.pk)
    assert (found.values[day].get("am") if found and day in found.values else None) == expected


PARTS_SAID = st.dictionaries(
    st.tuples(
        st.sampled_from([1, 2, 30, 31]),
        st.sampled_from(PARTS),
        st.sampled_from([10, 30, 40]),
        st.integers(1, 2),
    ),
    st.sampled_from(["on_post", "unverified", "duty", ""]),
    max_size=25,
)


@given(said=PARTS_SAID)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_part_of_each_day_is_found_by_itself(drive: Drive, said) -> None:
    human = drive.world.human("liusha_member")
    with triggers.lifted():
        connection.cursor().execute("DELETE FROM attendance_fact")
    for (day, part, source, revision), value in said.items():
        write(human, date(2026, 10, day), part, value, source=source, revision=revision)
    latest = {key[:3]: said[key] for key in sorted(said)}
    expected: dict[date, dict[str, str]] = {}
    for (day, part, _), value in sorted(latest.items()):
        if value:
            expected.setdefault(date(2026, 10, day), {})[part] = value
    found = standing(people(human), [202610, 202611]).get(human.pk, NOTHING_SAID)
    assert found.values == expected
    for only in expected:
        one = standing(people(human), [202610], only=only).get(human.pk, NOTHING_SAID)
        assert one.values == {only: expected[only]}


@given(said=PARTS_SAID, gone=st.integers(1, 31))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_shows_each_day_as_the_register_does(drive: Drive, said, gone: int) -> None:
    month = days_of(date(2026, 10, 1))
    known: dict[date, dict[str, str]] = {}
    for (day, part, _, _), value in said.items():
        if part == "night":
            value = {"on_post": "village", "duty": "none"}.get(value, value)
        known.setdefault(date(2026, 10, day), dict.fromkeys(PARTS, ""))[part] = value
    inside = dayset.stretch(date(2026, 9, 12), date(2026, 10, gone))
    own = PersonDays.of_parts({day: [parts[part] for part in PARTS] for day, parts in known.items()})
    own = own.among(inside)
    held = own.values
    days, marks = cells(own, inside & dayset.stretch(date(2026, 10, 1), date(2026, 10, 31)), month)
    assert list(days.items()) == [
        (str(day.day), [parts.get(part, "") for part in PARTS]) for day, parts in sorted(held.items())
    ]
    assert marks == [
        shown(held.get(day.date, {}), workday=not day.rest).glyph if day.number <= gone else None
        for day in month
    ]


def test_what_is_taken_back_falls_to_the_next_source(drive: Drive) -> None:
    human, day = drive.world.human("liusha_member"), date(2026, 11, 23)
    write(human, day, "am", "on_post", source=10)
    write(human, day, "am", "training", source=30)
    write(human, day, "am", "", source=30, revision=2)
    assert standing(people(human), [202611])[human.pk].values[day] == {"am": "on_post"}


def _month(world: World, who: str, month: date, *, whole: bool = False):
    human = world.human(who)
    days = standing(people(human), [month_number(month)]).get(human.pk, NOTHING_SAID)
    return Quotas(people(human), period_of("month", month), whole=whole).of(human.pk, days)


def _work(world: World, who: str, days) -> None:
    for day in days:
        for half in ("am", "pm"):
            write(world.human(who), day, half, "on_post")


def test_a_make_up_saturday_counts_as_a_working_day(world: World, clock) -> None:
    """驻马店 counts working days: Saturday 10 October 2026 is worked in exchange, Sunday 11 is not."""
    clock.set(date(2026, 10, 31))
    _work(world, "sc_member", [date(2026, 10, 10), date(2026, 10, 11)])
    found = _month(world, "sc_member", date(2026, 10, 1))
    assert [each.tally.done for each in found if each.need.rule.per == "month"] == [2]


def test_posted_on_the_17th_owes_a_part(world: World, clock) -> None:
    world.person(
        "late", "上新来", Post.MEMBER, "sc_team", unit=world.bodies["sc_unit"], valid_from=date(2026, 11, 17)
    )
    whole = _month(world, "sc_member", date(2026, 11, 1))[0]
    part = _month(world, "late", date(2026, 11, 1))[0]
    assert (whole.need.halves, part.need.part) == (40, True)
    assert part.need.halves == 19  # 10 of the month's 21 working days, in half-days rounded down


def test_a_transfer_inside_the_county_is_one_quota(world: World, clock) -> None:
    world.region("zhuli_2", "后杨村", "village", "411722107202", "zhuli")
    from teams.models import Team

    world.body("sc_team2", Team, "驻后杨村工作队", "zhuli_2", team_kind="village")
    end_appointment(
        appointment_id=world.appointments["sc_member"].pk, last_day=date(2026, 11, 10), acting_user=None
    )
    world.appoint(
        "sc_member", Post.MEMBER, "sc_team2", unit=world.bodies["sc_unit"], valid_from=date(2026, 11, 11)
    )
    days = (date(2026, 11, 1) + timedelta(days=n) for n in count())
    _work(world, "sc_member", [day for day in [next(days) for _ in range(28)] if day.weekday() < 5])
    clock.set(date(2026, 11, 30))
    found = [each for each in _month(world, "sc_member", date(2026, 11, 1)) if each.need.rule.per == "month"]
    assert [(each.need.halves, each.tally.done, each.state) for each in found] == [(40, 40, QuotaState.MET)]


def test_a_week_is_judged_with_its_days_of_the_month_before(world: World, clock) -> None:
    found = _month(world, "sc_member", date(2026, 11, 1), whole=True)
    weeks = [each.need.period.label for each in found if each.need.rule.code == "week_days"]
    assert weeks[0] == "2026年10月26日至11月1日"


@pytest.mark.parametrize("who", ["liusha_member", "xf_member"])
def test_where_the_document_is_silent_nothing_is_owed(world: World, clock, who: str) -> None:
    assert _month(world, who, date(2026, 11, 1), whole=True) == []
