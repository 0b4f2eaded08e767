"""What a visitor finds in the demonstration of 25 November 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from django.test import Client

from approvals.models import Seat, SignOff
from core import clock as core_clock
from core.models import AuditEvent
from leave.models import LeaveRequest
from overview.demo import loader
from teams.models import Away, Person, Region, RosterImport, Team, User
from tests.overview.test_demo import demo, holds

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """The demonstration of 25 November 2026, in a transaction of the whole file."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shown(staged: None, db: None) -> None:
    """The demonstration as it was set, whatever earlier tests did to it."""


def test_the_story_holds(shown) -> None:
    holds(date(2026, 11, 25))


def test_nothing_of_the_story_lies_in_the_future(shown) -> None:
    now = core_clock.at(date(2026, 11, 25), 15)
    assert not SignOff.objects.filter(opened_at__gt=now).exists()
    assert not LeaveRequest.objects.filter(submitted_at__gt=now).exists()
    assert not AuditEvent.objects.filter(at__gt=now).exists()


def test_who_is_under_way_is_firmly_away_and_who_waits_is_not(shown) -> None:
    today = {"month": 202611, "day": 25, "half": "am"}
    away = set(Away.objects.filter(**today, firm=True).values_list("person__name", flat=True))
    assert away == {"吴寒露", "杨大雪", "侯新粟", "张红菱", "管枫叶", "李芒种", "孟豆青"}


def test_joint_decision_half_signed_and_a_seat_of_two_functions(shown) -> None:
    half = SignOff.objects.filter(
        state="open", signatures__isnull=False, seats__party="unit:leader"
    ).distinct()
    joint = half.get(seats__party="county:organization")
    assert joint.seats.filter(signature__isnull=True).count() == 2
    assert joint.seats.filter(signature__isnull=False).count() == 1
    merged = Seat.objects.get(label="县乡村振兴局、县农业农村局")
    assert str(merged.body) == "县农业农村局"
    assert merged.sign_off.seats.count() == 1


def test_a_request_whose_document_is_silent_waits_for_the_managing_office(shown) -> None:
    waiting = Seat.objects.filter(voice="assign", sign_off__state="open").values_list("body__name", flat=True)
    assert sorted(waiting) == sorted(
        ["新丰县农业农村局", "永兴县驻村帮扶工作队管理办公室", "赣州经开区农办", "普宁市农业农村局"]
    )


def test_a_management_area_need_not_share_its_towns_code(shown) -> None:
    town = Region.objects.get(name="三江乡")
    assert town.parent.name == "赣州经济技术开发区"
    assert town.code[:6] != town.parent.code[:6]
    assert Team.objects.get(region__parent=town).name == "驻新红村工作队"


def test_the_accounts_shown_around_are_free_to_ask(shown) -> None:
    """A leave nearby would be counted together with the one a visitor tries out."""
    shown = User.objects.filter(username__in=["puning-member", "puning-captain", "puning-first-secretary",
        "zhumadian-member", "xinfeng-member", "yongxing-member", "ganzhou-member"])  # fmt: skip
    assert shown.count() == 7
    near = Away.objects.filter(person__user__in=shown, month__gte=202611)
    assert not near.exists()


def test_every_account_listed_can_sign_in_and_has_a_home(shown) -> None:
    listed = demo(date(2026, 11, 25), "--accounts")
    assert loader.PASSWORD in listed
    usernames = set(re.findall(r"[a-z]+-[a-z0-9-]+", listed)) - {loader.PASSWORD}
    assert len(usernames) > 40
    assert User.objects.filter(username__in=usernames).count() == len(usernames)
    client = Client()
    answer = client.post("/login/", {"username": "puning-member", "password": loader.PASSWORD})
    assert answer.headers["Location"] == "/"


def test_no_invented_person_has_a_number_that_rings(shown) -> None:
    phones = [person.phone for person in Person.objects.all() if person.phone]
    assert all(re.fullmatch(r"1000000\d{4}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_a_second_run_changes_nothing_and_says_so(shown) -> None:
    before = (Person.objects.count(), LeaveRequest.objects.count(), AuditEvent.objects.count())
    assert "没有改动" in demo()
    assert (Person.objects.count(), LeaveRequest.objects.count(), AuditEvent.objects.count()) == before


def test_a_roster_came_in_by_workbook_and_one_waits(shown) -> None:
    waiting, applied = RosterImport.objects.all()
    assert (applied.state, waiting.state) == ("applied", "checked")
    assert applied.count("changed") == len(applied.lines) > 5
    assert (waiting.count("changed"), waiting.count("added")) == (1, 1)
    assert Person.objects.get(name="罗丝瓜").education == "本科"
    assert not Person.objects.filter(name="于秋葵").exists()
