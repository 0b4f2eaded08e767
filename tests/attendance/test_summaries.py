"""每日汇总 and 调度: who is told what on which day, each once, and what the pages say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance import holding, tasks
from attendance.held import HeldCheck
from attendance.tallies import one_day, total
from attendance.totals.reading import totals
from core.errors import NotYours, Refused
from core.models import Notice
from policy.periods import period_of
from rules.settings import set_setting
from teams.models import Office, Team
from teams.words import Function, Post
from tests import cast
from tests.attendance.test_standing import write
from tests.cast import World
from tests.drive import MONDAY, Drive, key
from tests.pages import browser, hidden, text

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
    # 4 people, 3 days on post, none stayed, no leave, a day's trip, nothing to verify; of 20 days until today 3 are
    # entered and one is a trip, and of three people nothing is entered today.
    assert "洪阳镇 4 3 0 0 1 0 16 今天 3" in page
    assert "里湖镇 2 0 0 0 0 0 10 今天 2" in page
    assert "今天还没有过完" in page
    assert "里湖镇" not in text(browser(world, "liusha_secretary").get("/attendance/check/"))
    assert "本地文件没有规定每周调度" in page


def test_a_week_so_far_and_its_days_name_the_same_people(yongxing: World, clock) -> None:
    """On Monday the week is that day; on Wednesday it is three: what the days say adds up to what the week says."""
    chief = yongxing.user("yx_office_chief")
    for today, silent in ((MONDAY, 2), (MONDAY + timedelta(days=2), 2 + 3 + 3)):
        clock.set(today, hour=10)
        days = [MONDAY + timedelta(days=number) for number in range((today - MONDAY).days + 1)]
        daily = [total(totals(chief, one_day(day)).lines) for day in days]
        week = total(totals(chief, period_of("week", today)).lines)
        assert week.silent == sum(each.silent for each in daily) == silent
        assert week.silent_today == daily[-1].silent
        assert {name.split("（")[0] for name in week.names} == {name for each in daily for name in each.names}
    page = text(browser(yongxing, "yx_office_chief").get("/attendance/check/"))
    assert "到今天为止" in page
    assert "永队长（3 天）" in page
    clock.set(SATURDAY, hour=10)
    assert total(totals(chief, period_of("week", SATURDAY)).lines).silent_today == 0


@pytest.fixture
def ganzhou(world: World) -> World:
    """赣州, with a neighbour town in the same area."""
    cast.add_ganzhou(world)
    world.region("tanxi", "潭西镇", "town", "360703110000", "rongjiang")
    world.body("tanxi_party", Office, "中共潭西镇委员会", "tanxi", functions=(Function.PARTY_COMMITTEE,))
    world.body("tanxi_team", Team, "驻潭西村工作队", "tanxi", team_kind="village")
    world.person("tanxi_secretary", "西书记", Post.PARTY_SECRETARY, "tanxi_party")
    world.person("tanxi_member", "西队员", Post.MEMBER, "tanxi_team", unit=world.bodies["gz_unit"])
    return world


def record(world: World, who: str, place: str, per: str = "week", **said: object) -> HeldCheck:
    held = {"held_on": MONDAY, "chair": "潭书记", "decided": "缺登记的今天补上", **said}
    return holding.record(
        acting_user=world.user(who),
        path=world.regions[place].path,
        period=period_of(per, MONDAY),
        held=holding.Held(**held),
        form_key=key(),
    )


@pytest.mark.parametrize("clause", ["ganzhou-2-town-check"])
def test_that_a_week_was_looked_at_is_recorded_with_who_when_and_what(ganzhou: World, clause: str) -> None:
    write(ganzhou.human("gz_member"), MONDAY, "am", "on_post")
    secretary = browser(ganzhou, "tandong_secretary")
    page = secretary.get("/attendance/check/")
    assert "还没有登记" in text(page)
    path = ganzhou.regions["tandong"].path
    address = f"/attendance/check/record/?week=2026-11-23&place={path}"
    assert address.replace("&", "&amp;") in page.content.decode()
    form = secretary.get(address)
    assert "现在的数字会一起记下" in text(form)
    posted = {
        "held_on": "2026-11-23",
        "chair": "潭书记",
        "decided": "补登记",
        "form_key": hidden(form, "form_key"),
    }
    for _ in range(2):
        assert secretary.post(address, posted).status_code == 302
    row = HeldCheck.objects.get()
    assert (row.clause, row.period, row.region_id) == (clause, "2026-W48", ganzhou.regions["tandong"].pk)
    said = text(secretary.get("/attendance/check/"))
    assert "2026年11月23日（周一），潭书记主持，看的是截至 11月23日 09:00 的数字：专职 2 人，在岗 0.5" in said
    assert "议定：补登记" in said
    assert "再登记一次" in said
    # The county reads in one column which towns have looked at their week.
    county = text(browser(ganzhou, "gz_rural_chief").get("/attendance/check/"))
    assert "潭东镇 2 0.5 0 0 0 0 1 今天 1 11-23" in county
    assert "潭西镇 1 0 0 0 0 0 1 今天 1 没有登记" in county


@pytest.mark.parametrize("clause", ["ganzhou-2-county-check"])
def test_the_county_records_its_month(ganzhou: World, clause: str) -> None:
    row = record(ganzhou, "gz_rural_chief", "rongjiang", "month", chair="区领导")
    assert (row.clause, row.period, row.figures["people"]) == (clause, "2026-11", 3)
    page = text(browser(ganzhou, "gz_rural_chief").get("/attendance/check/?month=2026-11"))
    assert "区领导主持" in page


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("tanxi_secretary", "tandong"),
        ("gz_rural_chief", "tandong"),
        ("tandong_secretary", "rongjiang"),
        ("gz_captain", "tandong"),
        ("liusha_secretary", "liusha"),
    ],
)
def test_only_an_office_of_the_place_records_and_only_where_a_document_asks(
    ganzhou: World, who: str, place: str
) -> None:
    with pytest.raises(NotYours):
        record(ganzhou, who, place)
    path = ganzhou.regions[place].path
    answer = browser(ganzhou, who).get(f"/attendance/check/record/?week=2026-11-23&place={path}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"held_on": MONDAY + timedelta(days=1)}, "held_on"),
        ({"held_on": MONDAY - timedelta(days=1)}, "held_on"),
        ({"chair": " "}, "chair"),
        ({"decided": "长" * 501}, "decided"),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_the_field(
    ganzhou: World, said: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        record(ganzhou, "tandong_secretary", "tandong", **said)
    assert refused.value.field == field


def test_a_wrong_record_is_voided_with_a_reason_and_stays(ganzhou: World) -> None:
    row = record(ganzhou, "tandong_secretary", "tandong")
    address = f"/attendance/check/{row.pk}/void/?week=2026-11-23"
    assert browser(ganzhou, "tanxi_secretary").post(address, {"why": "不是"}).status_code == 404
    own = browser(ganzhou, "tandong_secretary")
    silent = own.post(address, {"why": " "})
    assert (silent.status_code, "写一句哪里登记错了" in text(silent)) == (422, True)
    assert own.post(address, {"why": "登错了周"}).status_code == 302
    assert own.post(address, {"why": "再来"}).status_code == 409
    page = text(own.get("/attendance/check/"))
    assert "作废：登错了周" in page
    assert "登记这次调度" in page
    assert "没有登记" in text(browser(ganzhou, "gz_rural_chief").get("/attendance/check/"))
    for act in (
        lambda: HeldCheck.objects.filter(pk=row.pk).update(chair="别人"),
        lambda: HeldCheck.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


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
