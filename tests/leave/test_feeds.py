"""日历订阅: a secret address shown once, read without a login; what it shows follows the account at every request."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from approvals import deadlines
from core import clock as clock_of
from core.errors import NotYours
from core.models import AuditEvent
from leave.feeds.services import make_feed, revoke_feed
from leave.models import CalendarFeed
from teams.models import Appointment, User
from tests import cast
from tests.attendance.absences import find, waiting
from tests.attendance.test_absence_chains import do
from tests.drive import MONDAY, NEXT_MONDAY, Drive, now
from tests.pages import browser, confirmed, text

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/leave/calendar/"


def address(drive: Drive, who: str, reach: str = "others") -> str:
    _, secret = make_feed(acting_user=drive.world.user(who), reach=reach)
    return f"{PAGE}{secret}.ics"


def events(path: str) -> dict[str, tuple[date, date]]:
    """Summary → (first day, the day after the last), read by a calendar program that has never signed in."""
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.content)
    return {str(event["summary"]): (event["dtstart"].dt, event["dtend"].dt) for event in read.walk("VEVENT")}


def approved(drive: Drive, who: str, days: float, chief: str, **changes):
    request = drive.ask(who, days, **changes)
    drive.sign(chief, request)
    return request


def test_made_in_the_browser_shown_once_kept_as_a_hash(drive: Drive) -> None:
    client = confirmed(browser(drive.world, "liusha_captain"))
    assert "没有链接" in text(client.get(PAGE))
    page = client.post(PAGE, {"reach": "others"})
    found = re.search(r"http://testserver(/leave/calendar/[\w-]{43}\.ics)", page.content.decode())
    assert found
    secret = found[1].rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in client.get(PAGE).content.decode()
    feed = CalendarFeed.objects.get()
    assert secret not in (feed.digest, str(feed.__dict__))
    assert AuditEvent.objects.filter(action="calendar_feed.make", outcome="done").count() == 1
    assert secret not in str(list(AuditEvent.objects.values()))
    assert Client().get(found[1]).status_code == 200


def test_the_password_is_asked_before_an_address_is_given(drive: Drive) -> None:
    page = browser(drive.world, "liusha_captain").post(PAGE, {"reach": "others"})
    assert "您的登录密码" in text(page)
    assert not CalendarFeed.objects.exists()


def test_a_captain_reads_names_and_days_and_nothing_else(drive: Drive) -> None:
    request = approved(
        drive, "liusha_member", 2.5, "liusha_captain", start=MONDAY, type="sick", reason="化疗", half="pm"
    )
    drive.ask("liusha_mate", 1, half="pm")
    drive.travel("liusha_first", 2, start=date(2026, 12, 7))
    drive.travel("lihu_member", 1)
    path = address(drive, "liusha_captain")
    assert events(path) == {
        "洪队员 请假（第一天下午起）": (MONDAY, MONDAY + timedelta(days=3)),
        "洪队友 请假（第一天下午起，最后一天到中午，待批）": (NEXT_MONDAY, NEXT_MONDAY + timedelta(days=2)),
        "洪第一 因公外出": (date(2026, 12, 7), date(2026, 12, 9)),
    }
    body = Client().get(path).content.decode()
    assert {word for word in ("病假", "事假", "化疗", "广州", "榕城", "里") if word in body} == set()
    assert f"UID:leave-{request.pk}@zhubang" in body


def test_ones_own_feed_has_nobody_else(drive: Drive) -> None:
    approved(drive, "liusha_member", 1, "liusha_captain", start=MONDAY)
    drive.travel("liusha_mate", 1, start=MONDAY)
    assert events(address(drive, "liusha_member", "own")) == {"请假": (MONDAY, MONDAY + timedelta(days=1))}
    # A member looks after nobody, so there is no other feed for him.
    with pytest.raises(NotYours):
        address(drive, "liusha_member")


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("liusha_captain", {"洪队员", "洪队友"}),
        ("liusha_officer", {"洪队员", "洪队友"}),
        ("lihu_secretary", {"里队员"}),
        ("pn_agri_staff", {"洪队员", "洪队友", "里队员"}),
        ("pn_unit_chief", {"洪队员", "里队员"}),
        ("pn_unit2_chief", {"洪队友"}),
        ("xf_rural_chief", {"新队员"}),
    ],
)
def test_each_scope_has_its_own_people_only(drive: Drive, who: str, names: set[str]) -> None:
    for member in ("liusha_member", "liusha_mate", "lihu_member", "sc_member", "xf_member"):
        drive.travel(member, 1, start=MONDAY)
    assert {summary.split()[0] for summary in events(address(drive, who))} == names


def test_it_follows_what_happens(drive: Drive, clock) -> None:
    path = address(drive, "liusha_secretary")
    request = drive.ask("liusha_member", 3, start=MONDAY)
    first = Client().get(path)
    assert list(events(path)) == ["洪队员 请假（待批）"]
    drive.sign("liusha_captain", request)
    assert events(path) == {"洪队员 请假": (MONDAY, MONDAY + timedelta(days=3))}
    clock.set(MONDAY + timedelta(days=1))
    drive.back("liusha_member", now(request), MONDAY + timedelta(days=1), "pm")
    # The same event by its UID, only shorter.
    assert list(events(path)) == ["洪队员 请假（最后一天到中午）"]
    assert f"UID:leave-{request.pk}@" in first.content.decode()


def test_an_unchanged_feed_is_not_sent_again(drive: Drive) -> None:
    path = address(drive, "liusha_secretary")
    client = Client()
    first = client.get(path)
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    drive.ask("liusha_member", 1)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_it_reaches_three_months_back_and_a_year_ahead(drive: Drive, clock) -> None:
    clock.set(date(2026, 7, 1))
    drive.ask("liusha_member", 1, start=date(2026, 7, 2))
    drive.ask("liusha_member", 1, start=date(2026, 9, 7))
    clock.set(MONDAY)
    drive.ask("liusha_member", 1, start=date(2027, 11, 1))
    firsts = sorted(first for first, _ in events(address(drive, "liusha_member", "own")).values())
    assert date(2026, 7, 2) not in firsts
    assert firsts[-1] == date(2027, 11, 1)


def test_revoked_replaced_unknown_and_foreign_ones_do_not_exist(drive: Drive) -> None:
    client = browser(drive.world, "liusha_captain")
    old = address(drive, "liusha_captain")
    path = address(drive, "liusha_captain")
    assert Client().get(old).status_code == 404
    feed = CalendarFeed.objects.get(revoked_at=None)
    for other in ("lihu_captain", "liusha_secretary"):
        page = browser(drive.world, other).post(f"{PAGE}{feed.pk}/revoke/")
        assert page.status_code == 404
    assert Client().get(path).status_code == 200
    page = client.post(f"{PAGE}{feed.pk}/revoke/", follow=True)
    assert "的链接已撤销" in text(page)
    assert Client().get(path).status_code == 404
    revoke_feed(feed_id=feed.pk, acting_user=drive.world.user("liusha_captain"))
    assert AuditEvent.objects.filter(action="calendar_feed.revoke", outcome="done").count() == 1
    assert Client().get(f"{PAGE}{'x' * 43}.ics").status_code == 404
    assert Client().post(path).status_code == 405


def test_it_ends_with_the_post_and_with_the_account(drive: Drive, clock) -> None:
    drive.travel("liusha_mate", 1, start=MONDAY)
    others, own = address(drive, "liusha_captain"), address(drive, "liusha_captain", "own")
    Appointment.objects.filter(pk=drive.world.appointments["liusha_captain"].pk).update(valid_to=MONDAY)
    assert len(events(others)) == 1
    clock.set(MONDAY + timedelta(days=1))
    assert Client().get(others).status_code == 404
    assert events(own) == {}
    User.objects.filter(username="liusha_captain").update(is_active=False)
    assert Client().get(own).status_code == 404


def test_a_transfer_narrows_the_feed_at_once(drive: Drive, clock) -> None:
    """The secretary of one town becomes the secretary of the next: the same address shows other people."""
    drive.travel("liusha_member", 1, start=MONDAY)
    drive.travel("lihu_member", 1, start=MONDAY)
    path = address(drive, "liusha_secretary")
    Appointment.objects.filter(pk=drive.world.appointments["liusha_secretary"].pk).update(valid_to=MONDAY)
    clock.set(MONDAY + timedelta(days=1))
    drive.world.appoint("liusha_secretary", "deputy_secretary", "lihu_party", valid_from=MONDAY)
    assert [summary.split()[0] for summary in events(path)] == ["里队员"]


def test_who_has_left_is_seen_for_the_days_on_which_he_was_there(drive: Drive, clock) -> None:
    drive.travel("liusha_mate", 1, start=MONDAY)
    drive.travel("liusha_mate", 1, start=date(2026, 12, 14))
    Appointment.objects.filter(pk=drive.world.appointments["liusha_mate"].pk).update(
        valid_to=date(2026, 11, 30)
    )
    assert list(events(address(drive, "liusha_secretary")).values()) == [(MONDAY, MONDAY + timedelta(days=1))]


def test_the_database_knows_one_live_address_a_reach(drive: Drive) -> None:
    address(drive, "liusha_captain")
    live = CalendarFeed.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(user=live.user, reach=live.reach, digest="x", made_at=live.made_at)


def test_a_feed_costs_the_same_for_many(drive: Drive) -> None:
    path = address(drive, "pn_agri_chief")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            Client().get(path)
        return len(captured)

    drive.travel("liusha_member", 1)
    few = asked()
    for who in ("liusha_mate", "lihu_member", "lihu_captain"):
        drive.travel(who, 2)
    assert asked() == few <= 6


def test_ones_clocks_on_a_calendar_what_ran_out_on_today_and_nobodys_name(drive: Drive, clock) -> None:
    cast.add_yongxing(drive.world)
    clock.set(date(2026, 11, 24))
    case = find(drive, "matian_secretary", waiting(drive, "yx_member"))
    town = address(drive, "matian_secretary", "clocks")
    office = address(drive, "yx_office_chief", "clocks")
    tuesday = date(2026, 11, 24)
    assert events(town) == {"书面报告（11-24 23:59 前）": (tuesday, tuesday + timedelta(days=1))}
    assert events(office) == {}
    clock.set(date(2026, 11, 26))
    [(words, (day, _))] = events(town).items()
    assert (words, day) == ("已超期：书面报告（11-24 23:59 前）", date(2026, 11, 26))
    said = Client().get(town).content.decode()
    assert "永队员" not in said
    assert "无故" not in said
    assert "缺勤处置" in said
    do(drive, "matian_secretary", case, "report")
    assert events(town) == {}
    assert list(events(office)) == ["处理意见（12-01 23:59 前）"]
    for other in ("liusha_captain", "pn_agri_chief", "sc_rural_chief", "yx_captain"):
        assert events(address(drive, other, "clocks")) == {}, other


def test_what_several_offices_decide_together_stands_on_the_calendar_of_each_until_he_has_signed(
    drive: Drive,
) -> None:
    """驻马店 第十六条: more than seven days are agreed to by 组织部, 乡村振兴局 and the unit together."""
    request = drive.ask("sc_member", 8)
    deciding = ("sc_org_chief", "sc_rural_chief", "sc_unit_chief")
    feeds = {who: address(drive, who, "clocks") for who in deciding}
    assert {who: len(events(path)) for who, path in feeds.items()} == dict.fromkeys(deciding, 1)
    # On the page of clocks it is one line that names all three.
    page = text(browser(drive.world, "sc_rural_chief").get(reverse("approvals:clocks")))
    assert "中共上蔡县委组织部、上蔡县乡村振兴局（您）、上蔡县教育局" in page
    assert "共 1 项" in page
    drive.sign("sc_org_chief", request)
    assert [len(events(feeds[who])) for who in deciding] == [0, 1, 1]
    page = text(browser(drive.world, "sc_org_chief").get(reverse("approvals:clocks")))
    assert "上蔡县乡村振兴局、上蔡县教育局" in page
    assert "组织部、" not in page
    drive.sign("sc_rural_chief", request)
    drive.sign("sc_unit_chief", request)
    assert [len(events(feeds[who])) for who in deciding] == [0, 0, 0]


def test_a_step_two_offices_do_together_is_met_for_both_by_one_of_them(drive: Drive) -> None:
    request, moment = drive.ask("sc_member", 1), clock_of.now()
    pairs = [("leader", drive.world.bodies[name].pk) for name in ("sc_org", "sc_rural")]
    what = {"kind": "absence.feedback", "subject_kind": "leave", "subject_id": request.pk}
    deadlines.start_duty(
        **what, started=moment, due=moment + timedelta(days=3), clause="zhumadian-16-7", pairs=pairs
    )
    feeds = [address(drive, who, "clocks") for who in ("sc_org_chief", "sc_rural_chief")]
    assert [len(events(path)) for path in feeds] == [1, 1]
    deadlines.meet(**what)
    assert [len(events(path)) for path in feeds] == [0, 0]


def test_clocks_of_leave_stand_there_too_and_cost_the_same_for_many(drive: Drive) -> None:
    path = address(drive, "liusha_captain", "clocks")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            Client().get(path)
        return len(captured)

    drive.ask("liusha_member", 1)
    few = asked()
    drive.ask("liusha_mate", 1)
    assert asked() == few
    assert all("签批" in words for words in events(path))
    assert events(path)
