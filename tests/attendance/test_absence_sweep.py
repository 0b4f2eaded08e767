"""At the region's hour: which days are listed as 待核, which never, and what strikes them again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.absence import sweep
from attendance.absence.models import AbsenceCase
from core.models import Notice
from rules.settings import set_setting
from teams.models import Appointment
from tests.attendance.absences import FRIDAY
from tests.attendance.months import mark
from tests.drive import MONDAY, Clock, Drive

pytestmark = pytest.mark.usefixtures("clock")


def listed(drive: Drive, who: str) -> set[date]:
    return set(AbsenceCase.objects.filter(person=drive.world.human(who)).values_list("day", flat=True))


def setting(drive: Drive, key: str, value: str, region: str = "puning") -> None:
    set_setting(region=drive.world.regions[region], key=key, value=value, basis="会议纪要", acting_user=None)


def run(clock: Clock, day: date = MONDAY, hour: int = 10) -> int:
    clock.set(day, hour, 5)
    return sweep.list_missing(acting_user=None)


def test_fridays_silence_is_listed_on_monday_at_ten_and_once(drive: Drive, clock: Clock) -> None:
    mark(drive, "liusha_member", FRIDAY, "on_post")
    run(clock, MONDAY, 9)
    assert FRIDAY not in listed(drive, "liusha_mate")
    assert run(clock) > 0
    assert FRIDAY not in listed(drive, "liusha_member")
    assert FRIDAY in listed(drive, "liusha_mate") & listed(drive, "lihu_member")
    # Saturday and Sunday are no working days, and today is not over.
    assert all(day.weekday() < 5 and day < MONDAY for day in listed(drive, "liusha_mate"))
    before = AbsenceCase.objects.count()
    assert run(clock) == 0
    assert AbsenceCase.objects.count() == before
    assert all(case.state == "pending" for case in AbsenceCase.objects.all())
    told = Notice.objects.filter(title__contains="列为待核")
    assert set(told.values_list("recipient__username", flat=True)) == {"liusha_officer", "lihu_officer"}


def test_leave_rest_duty_and_the_days_before_a_posting_are_no_absence(drive: Drive, clock: Clock) -> None:
    thursday = FRIDAY - timedelta(days=1)
    clock.set(thursday - timedelta(days=1))
    leave = drive.ask("liusha_member", 1, start=FRIDAY)
    drive.sign("liusha_captain", leave)
    clock.set(MONDAY)
    for who, code in (("liusha_mate", "comp_rest"), ("liusha_first", "duty"), ("lihu_member", "rest")):
        mark(drive, who, FRIDAY, code, by="lihu_officer" if who.startswith("lihu") else "liusha_officer")
    late = drive.world.appointments["xf_member"]
    Appointment.objects.filter(pk=late.pk).update(valid_from=FRIDAY)
    run(clock)
    for who in ("liusha_member", "liusha_mate", "liusha_first", "lihu_member"):
        assert FRIDAY not in listed(drive, who), who
    assert listed(drive, "xf_member") == {FRIDAY}


def test_half_a_day_and_what_was_marked_unverified(drive: Drive, clock: Clock) -> None:
    mark(drive, "liusha_member", FRIDAY, "morning")
    mark(drive, "liusha_mate", FRIDAY, "unverified")
    run(clock)
    half = AbsenceCase.objects.get(person=drive.world.human("liusha_member"), day=FRIDAY)
    assert (half.halves, half.how) == ("pm", "register")
    assert AbsenceCase.objects.get(person=drive.world.human("liusha_mate"), day=FRIDAY).how == "marked"


def test_a_county_that_keeps_no_register_or_lists_nothing_has_no_cases(drive: Drive, clock: Clock) -> None:
    setting(drive, "attendance.mode", "sign_in")
    setting(drive, "attendance.absence_cutoff", "无", "xinfeng")
    run(clock)
    assert listed(drive, "liusha_member") == listed(drive, "xf_member") == set()
    assert FRIDAY in listed(drive, "sc_member")


def test_after_leave_nobody_ended_it_waits_from_the_first_day_without_a_word(
    drive: Drive, clock: Clock
) -> None:
    setting(drive, "attendance.mode", "sign_in")
    clock.set(date(2026, 11, 18))
    leave = drive.ask("liusha_member", 1, start=date(2026, 11, 19))
    drive.sign("liusha_captain", leave)
    run(clock)
    case = AbsenceCase.objects.get(person=drive.world.human("liusha_member"))
    assert (case.day, case.how, case.state) == (FRIDAY, "overdue", "pending")


def test_what_is_entered_later_strikes_it_but_not_what_somebody_saw(drive: Drive, clock: Clock) -> None:
    run(clock)
    AbsenceCase.objects.filter(person=drive.world.human("liusha_mate"), day=FRIDAY).update(how="spot_check")
    for who in ("liusha_member", "liusha_mate"):
        mark(drive, who, FRIDAY, "on_post")
    assert sweep.strike_explained(acting_user=None) == 1
    cases = {case.person_id: case for case in AbsenceCase.objects.filter(day=FRIDAY)}
    struck = cases[drive.world.human("liusha_member").pk]
    assert (struck.state, struck.explained_with, struck.found_by) == ("explained", "correction", None)
    assert cases[drive.world.human("liusha_mate").pk].state == "pending"


def questions() -> int:
    with CaptureQueriesContext(connection) as asked:
        sweep.list_missing(acting_user=None)
    told = ("SAVEPOINT", "core_edition")
    return len([each for each in asked.captured_queries if not any(word in each["sql"] for word in told)])


def test_it_asks_as_often_for_one_as_for_many(drive: Drive, clock: Clock) -> None:
    clock.set(MONDAY, 10, 5)
    first = questions()
    clock.set(MONDAY + timedelta(days=1), 10, 5)
    for number in range(12):
        drive.world.person(
            f"extra{number}", f"增{number}", "member", "liusha_team", unit=drive.world.bodies["pn_unit"]
        )
    assert questions() <= first


def test_a_county_is_looked_at_once_when_its_hour_has_come(drive: Drive, clock: Clock) -> None:
    setting(drive, "attendance.absence_cutoff", "15:00", "xinfeng")
    run(clock, MONDAY, 10)
    assert FRIDAY in listed(drive, "liusha_mate")
    assert FRIDAY not in listed(drive, "xf_member")
    # Ten minutes later nobody is derived: counties, teams, and up to where each is.
    clock.set(MONDAY, 10, 15)
    assert questions() <= 3
    before = set(AbsenceCase.objects.values_list("pk", flat=True))
    run(clock, MONDAY, 15)
    fresh = AbsenceCase.objects.exclude(pk__in=before)
    assert {case.posting.body.region.path[:12] for case in fresh} == {drive.world.regions["xinfeng"].path}
    assert FRIDAY in listed(drive, "xf_member")


def test_a_day_marked_unverified_after_its_hour_is_listed_with_the_next(drive: Drive, clock: Clock) -> None:
    mark(drive, "liusha_member", FRIDAY, "on_post")
    run(clock)
    mark(drive, "liusha_member", FRIDAY, "unverified", reason="村里反映那天没有来")
    clock.set(MONDAY, 10, 15)
    sweep.list_missing(acting_user=None)
    assert FRIDAY not in listed(drive, "liusha_member")
    run(clock, MONDAY + timedelta(days=1))
    assert FRIDAY in listed(drive, "liusha_member")
