"""每日汇总 and 调度: who is told what on which day, each once, and what the pages say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import tasks
from core.models import Notice
from rules.settings import set_setting
from teams.models import Office, Team
from teams.words import Function, Post
from tests import cast
from tests.attendance.test_standing import write
from tests.cast import World
from tests.drive import MONDAY, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
SATURDAY = MONDAY + timedelta(days=5)
FRIDAY = MONDAY + timedelta(days=4)


def told() -> list[tuple[str, str, str]]:
    return sorted(Notice.objects.values_list("recipient__username", "title", "body"))


@pytest.fixture
def yongxing(world: World) -> World:
    """永兴 with two towns; one of the first town's two people is entered on Monday."""
    cast.add_yongxing(world)
    world.region("gaotingsi", "高亭司镇", "town", "431023105000", "yongxing")
    world.body("gao_party", Office, "中共高亭司镇委员会", "gaotingsi", functions=(Function.PARTY_COMMITTEE,))
    world.body("gao_team", Team, "驻板梁村工作队", "gaotingsi", team_kind="village")
    world.person("gao_secretary", "高书记", Post.PARTY_SECRETARY, "gao_party")
    world.person("gao_member", "高队员", Post.MEMBER, "gao_team", unit=world.bodies["yx_unit"])
    world.person("matian_deputy", "马副书", Post.DEPUTY_SECRETARY, "matian_party")
    world.person("matian_organizer", "马组委", Post.ORGANIZATION_MEMBER, "matian_party")
    for half in ("am", "pm"):
        write(world.human("yx_member"), MONDAY, half, "on_post")
    Notice.objects.all().delete()
    return world


@pytest.mark.parametrize("clause", ["yongxing-3-7-daily"])
def test_each_town_and_the_office_are_told_of_the_day_once(yongxing: World, clock, clause: str) -> None:
    clock.set(MONDAY, hour=17, minute=35)
    for _ in range(2):
        tasks.daily_summary()
    clock.set(MONDAY + timedelta(days=1), hour=8, minute=30)
    tasks.daily_summary()
    own = ("马田镇11月23日出勤：在岗 1，没有登记 1 人", "没有登记的：永队长。")
    assert told() == [
        ("gao_secretary", "高亭司镇11月23日出勤：在岗 0，没有登记 1 人", "没有登记的：高队员。"),
        ("matian_deputy", *own),
        ("matian_secretary", *own),
        ("yx_office_chief", "11月23日各乡镇出勤：在岗 1，没有登记 2 人", "没有登记的：马田镇永队长；高亭司镇高队员。"),
    ]  # fmt: skip
    page = browser(yongxing, "yx_office_chief").get(
        Notice.objects.get(recipient__username="yx_office_chief").url
    )
    assert "马田镇：永队长" in text(page)
    assert f"/rules/clause/{clause}/" in page.content.decode()


def test_after_days_without_a_run_only_the_latest_day_is_told_and_none_on_a_rest_day(
    yongxing: World, clock
) -> None:
    clock.set(SATURDAY, hour=17, minute=35)
    tasks.daily_summary()
    assert told() == []
    clock.set(MONDAY + timedelta(days=7), hour=8, minute=30)
    tasks.daily_summary()
    assert {title.split("出勤")[0] for _, title, _ in told()} == {
        "马田镇11月27日",
        "高亭司镇11月27日",
        "11月27日各乡镇",
    }


def test_elsewhere_nobody_is_told_until_the_county_asks_for_it(world: World, clock) -> None:
    Notice.objects.all().delete()
    clock.set(MONDAY, hour=17, minute=35)
    tasks.daily_summary()
    assert told() == []
    set_setting(region=world.regions["liusha"], key="attendance.daily_summary", value=True, basis="纪要", acting_user=None)  # fmt: skip
    tasks.daily_summary()
    assert {who for who, _, _ in told()} == {"liusha_secretary", "liusha_officer", "pn_agri_chief"}
    assert all("里" not in body for _, _, body in told())


def test_the_day_shows_a_town_its_own_people_alone(yongxing: World) -> None:
    client = browser(yongxing, "gao_secretary")
    for address in ("/attendance/daily/", f"/attendance/daily/?town={yongxing.regions['matian'].path}"):
        page = text(client.get(address))
        assert "高队员" in page
        assert "永队" not in page
    assert browser(yongxing, "yx_member").get("/attendance/daily/").status_code == 404


@pytest.mark.parametrize("clause", ["ganzhou-2-town-check"])
def test_the_town_hears_on_the_last_working_day_that_its_week_is_ready(
    world: World, clock, clause: str
) -> None:
    cast.add_ganzhou(world)
    Notice.objects.all().delete()
    clock.set(MONDAY + timedelta(days=3), hour=8, minute=40)
    tasks.check_ready()
    assert told() == []
    clock.set(FRIDAY, hour=8, minute=40)
    for _ in range(2):
        tasks.check_ready()
    assert told() == [("tandong_secretary", "潭东镇2026年11月23日至29日在岗履职情况已汇总，可以调度", "")]
    page = browser(world, "tandong_secretary").get(Notice.objects.get().url)
    assert "驻高坑村工作队 2" in text(page)
    assert f"/rules/clause/{clause}/" in page.content.decode()


@pytest.mark.parametrize("clause", ["ganzhou-2-county-check"])
def test_the_county_hears_on_the_month_s_last_working_day(world: World, clock, clause: str) -> None:
    cast.add_ganzhou(world)
    Notice.objects.all().delete()
    # 31 October 2026 is a Saturday: its last working day is Friday the 30th.
    clock.set(date(2026, 10, 30), hour=8, minute=40)
    tasks.check_ready()
    assert [who for who, title, _ in told() if "2026年10月在岗" in title] == ["gz_rural_chief"]
    page = browser(world, "gz_rural_chief").get("/attendance/check/?month=2026-10")
    assert f"/rules/clause/{clause}/" in page.content.decode()


def test_a_week_comes_to_days_away_and_not_entered(drive: Drive, clock) -> None:
    world = drive.world
    clock.set(FRIDAY)
    for number in (0, 1, 2):
        for half in ("am", "pm"):
            write(world.human("liusha_member"), MONDAY + timedelta(days=number), half, "on_post")
    drive.is_away("liusha_member", FRIDAY)
    page = text(browser(world, "pn_agri_chief").get("/attendance/check/"))
    # 4 people, 3 days on post, none stayed, no leave, a day's trip, nothing to verify, 13 of 16 days before today not entered.
    assert "洪阳镇 4 3 0 0 1 0 13" in page
    assert "里湖镇 2 0 0 0 0 0 8" in page
    assert "里湖镇" not in text(browser(world, "liusha_secretary").get("/attendance/check/"))
    assert "本地文件没有规定每周调度" in page


@pytest.mark.parametrize("address", ["/attendance/daily/", "/attendance/check/"])
def test_more_people_ask_no_more_questions(world: World, address: str) -> None:
    def asked() -> int:
        client = browser(world, "pn_agri_chief")
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    few = asked()
    for number in range(4):
        world.person(f"more{number}", f"洪增{number}", Post.MEMBER, "lihu_team", unit=world.bodies["pn_unit"])
    assert asked() == few
