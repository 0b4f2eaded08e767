"""What a month comes to: derived at once, or of more people than that read as it was written, with its time."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import tasks
from attendance.quotas import Chosen
from attendance.tallies import one_day
from attendance.totals import reading, writing
from attendance.totals.models import CountyMonthDay, CountyMonthLine, CountyPeriod, CountyQuota
from attendance.totals.quotas import standings_for
from attendance.totals.reading import month_totals
from overview.board import days, ranges
from overview.board.days import Days
from overview.board.risks import risks
from policy.periods import period_of
from teams.models import Office, Region, Team
from teams.people import end_appointment
from teams.words import Function, Level, Post, TeamKind
from tests.attendance.months import mark, send, sign
from tests.attendance.test_standing import write
from tests.cast import World
from tests.drive import MONDAY, Clock, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


@pytest.fixture
def busy(world: World) -> World:
    """上蔡 with days, a night, and one who is away; 普宁 with a day of its own."""
    for day in (2, 3, 4):
        for half in ("am", "pm"):
            write(world.human("sc_member"), date(2026, 11, day), half, "on_post")
    write(world.human("sc_member"), date(2026, 11, 2), "night", "village")
    write(world.human("sc_captain"), date(2026, 11, 2), "am", "unverified")
    write(world.human("liusha_member"), date(2026, 11, 2), "am", "on_post")
    return world


def plain(found: reading.Totals) -> list[dict[str, Any]]:
    """The lines without the names of the silent, which are not written."""
    return [{**asdict(line), "names": None} for line in found.lines]


@pytest.mark.parametrize("by", ["town", "team", "person"])
@pytest.mark.parametrize(
    "who", ["sc_rural_chief", "sc_captain", "sc_unit_chief", "pn_agri_chief", "lihu_officer"]
)
def test_what_is_read_is_what_would_be_derived(
    busy: World, monkeypatch: pytest.MonkeyPatch, by: Any, who: str
) -> None:
    user = busy.user(who)
    derived = month_totals(user, NOVEMBER, by=by)
    assert derived.as_of is None
    monkeypatch.setattr(writing, "MOST", 1)
    assert tasks.write_totals() > 2
    monkeypatch.setattr(reading, "MOST", 0)
    read = month_totals(user, NOVEMBER, by=by)
    assert read.as_of is not None
    assert plain(read) == plain(derived)
    assert read.lines


def test_written_again_it_is_whole_and_until_then_it_says_of_when_it_is(
    busy: World, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(writing, "MOST", 1)
    monkeypatch.setattr(reading, "MOST", 0)
    clock.set(MONDAY, hour=9, minute=40)
    tasks.write_totals()
    lines, months = CountyMonthLine.objects.count(), CountyPeriod.objects.count()
    write(busy.human("sc_member"), date(2026, 11, 5), "am", "on_post")
    clock.set(MONDAY, hour=9, minute=45)
    chief = browser(busy, "sc_rural_chief")
    page = text(chief.get("/attendance/check/", {"month": "2026-11"}))
    assert "数据截至 11月23日 09:40" in page
    before = month_totals(busy.user("sc_rural_chief"), NOVEMBER).lines
    clock.set(MONDAY, hour=9, minute=50)
    tasks.write_totals()
    after = month_totals(busy.user("sc_rural_chief"), NOVEMBER).lines
    assert [each.on_post for each in after] == [each.on_post + 1 for each in before]
    assert (CountyMonthLine.objects.count(), CountyPeriod.objects.count()) == (lines, months)


@pytest.mark.parametrize("place", ["shangcai", "zhumadian", "puning"])
def test_the_days_of_a_board_are_read_as_they_would_be_derived(
    busy: World, monkeypatch: pytest.MonkeyPatch, clock: Clock, place: str
) -> None:
    here = ranges.of_region(busy.regions[place])
    derived = Days(here, MONDAY)
    cells = [line.cells for line in derived.heat]
    assert derived.counts
    assert derived.as_of is None
    monkeypatch.setattr(writing, "MOST", 1)
    monkeypatch.setattr(days, "MOST", 0)
    assert not Days(here, MONDAY).counted
    clock.set(MONDAY, hour=9, minute=40)
    tasks.write_totals()
    read = Days(here, MONDAY)
    assert read.counts == derived.counts
    assert read.as_of is not None
    assert [line.cells for line in read.heat] == cells
    written = CountyMonthDay.objects.count()
    tasks.write_totals()
    assert CountyMonthDay.objects.count() == written
    clock.set(MONDAY, hour=9, minute=45)
    page = text(browser(busy, "sc_rural_chief").get("/board/"))
    assert "每天在岗" in page
    assert "数据截至 11月23日 09:40" in page


@pytest.fixture
def busier(busy: World) -> World:
    """The same with a second town under 上蔡, somebody who changed towns within the week, one silent half, a trip."""
    busy.region("wulong", "五龙镇", "town", "411722108000", "shangcai")
    busy.body("wulong_team", Team, "驻五龙镇工作队", "wulong", team_kind="village")
    busy.person("mover", "五调任", Post.MEMBER, "sc_team", unit=busy.bodies["sc_unit"])
    end_appointment(
        appointment_id=busy.appointments["mover"].pk, last_day=MONDAY - timedelta(days=5), acting_user=None
    )
    busy.appoint(
        "mover",
        Post.MEMBER,
        "wulong_team",
        valid_from=MONDAY - timedelta(days=4),
        unit=busy.bodies["sc_unit"],
    )
    for number in range(14):
        write(busy.human("mover"), MONDAY - timedelta(days=number), "am", "on_post")
    write(busy.human("mover"), MONDAY - timedelta(days=1), "night", "town")
    return busy


WEEKS = (MONDAY, MONDAY - timedelta(days=7), date(2026, 11, 1), date(2026, 11, 2))


@pytest.mark.parametrize("per", ["week", "day"])
@pytest.mark.parametrize("who", ["sc_rural_chief", "pn_agri_chief", "zmd_rural_chief"])
def test_a_week_and_a_day_of_towns_are_read_as_they_would_be_derived(
    busier: World, monkeypatch: pytest.MonkeyPatch, per: str, who: str
) -> None:
    """Weeks that lie in two months, today among the days, somebody of two towns: every figure but the names."""
    if who not in busier.users:
        busier.body(
            "zmd_rural", Office, "驻马店市乡村振兴局", "zhumadian", functions=("rural_revitalization",)
        )
        busier.person(who, "驻局长", Post.LEADER, "zmd_rural")
    user = busier.user(who)
    asked = [one_day(day) if per == "day" else period_of(per, day) for day in WEEKS]
    derived = [plain(reading.totals(user, each)) for each in asked]
    assert any(line["on_post"] for each in derived for line in each)
    monkeypatch.setattr(writing, "MOST", 1)
    tasks.write_totals()
    for each in asked:
        for county in Region.objects.filter(level="county"):
            writing.write(county, period_of("month", each.first))
            if per == "week":
                writing.write(county, each)
    monkeypatch.setattr(reading, "MOST", 0)
    read = [reading.totals(user, each) for each in asked]
    assert all(each.as_of is not None for each in read)
    assert [plain(each) for each in read] == derived


@pytest.mark.parametrize("per", ["month", "week"])
@pytest.mark.parametrize("who", ["sc_rural_chief", "sc_unit_chief", "pn_agri_chief"])
def test_quotas_are_read_as_they_would_be_judged(
    busier: World, monkeypatch: pytest.MonkeyPatch, per: str, who: str
) -> None:
    user, period = busier.user(who), period_of(per, MONDAY)
    judged = standings_for(user, period)
    assert judged.as_of is None
    monkeypatch.setattr(writing, "MOST", 1)
    tasks.write_totals()
    monkeypatch.setattr(reading, "MOST", 0)
    read = standings_for(user, period)
    town = next(iter(judged.towns), "")
    state = judged.counted(Chosen())[0].states[0][0] if judged.asked else ""
    for chosen in (Chosen(), Chosen(town=town), Chosen(state=state), Chosen(town="9999")):
        assert [words(each) for each in read.shown(read.narrowed(chosen))] == [
            words(each) for each in judged.shown(judged.narrowed(chosen))
        ]
        assert read.counted(chosen) == judged.counted(chosen)
        assert set(read.clauses(chosen)) == set(judged.clauses(chosen))
    assert (read.asked, read.measures, list(read.towns)) == (
        judged.asked,
        judged.measures,
        list(judged.towns),
    )
    assert read.unasked_people == judged.unasked_people
    assert (read.as_of is not None) == judged.asked
    if judged.asked:
        assert read.pers == judged.pers


@pytest.mark.parametrize(("leaves", "goes_to"), [("sc_member", "xp_team"), ("xp_member", "sc_team")])
def test_who_moved_from_county_to_county_is_one_person_of_the_city_with_one_quota(
    busier: World, monkeypatch: pytest.MonkeyPatch, leaves: str, goes_to: str
) -> None:
    w = busier
    w.region("xiping", "西平县", Level.COUNTY, "411721000000", "zhumadian")
    w.region("chushan", "出山镇", Level.TOWN, "411721105000", "xiping")
    w.region("chushan_village", "韩堂村", Level.VILLAGE, "411721105201", "chushan")
    w.body("xp_team", Team, "驻韩堂村工作队", "chushan_village", team_kind=TeamKind.VILLAGE)
    w.body("zmd_rural", Office, "驻马店市乡村振兴局", "zhumadian", functions=(Function.RURAL_REVITALIZATION,))
    w.person("zmd_chief", "驻振兴", Post.LEADER, "zmd_rural")
    unit = w.bodies["sc_unit"]
    w.person("xp_member", "西队员", Post.MEMBER, "xp_team", unit=unit)
    end_appointment(appointment_id=w.appointments[leaves].pk, last_day=date(2026, 11, 10), acting_user=None)
    w.appoint(leaves, Post.MEMBER, goes_to, unit=unit, valid_from=date(2026, 11, 11))
    write(w.human(leaves), date(2026, 11, 12), "am", "on_post")
    city, period = w.user("zmd_chief"), period_of("month", NOVEMBER)
    derived = {by: plain(month_totals(city, NOVEMBER, by=by)) for by in ("town", "team", "person")}
    judged = standings_for(city, period)
    told = [words(each) for each in judged.shown(judged.narrowed(Chosen()))]
    monkeypatch.setattr(writing, "MOST", 1)
    tasks.write_totals()
    monkeypatch.setattr(reading, "MOST", 0)
    assert {by: plain(month_totals(city, NOVEMBER, by=by)) for by in ("town", "team", "person")} == derived
    read = standings_for(city, period)
    assert read.as_of is not None
    assert [words(each) for each in read.shown(read.narrowed(Chosen()))] == told
    assert sum(line["people"] for line in derived["town"]) == 4


def words(line: Any) -> tuple[Any, ...]:
    """What a page says of a line."""
    return (
        line.posting.pk, line.label, line.text, line.causes, list(line.ways), line.changed, line.state,
        line.state_label, line.tag,
    )  # fmt: skip


@pytest.mark.parametrize(
    "address", ["/attendance/quotas/", "/attendance/check/", "/attendance/daily/", "/board/"]
)
def test_of_many_the_pages_say_of_when_they_are_and_ask_no_more_of_more(
    busier: World, monkeypatch: pytest.MonkeyPatch, clock: Clock, address: str
) -> None:
    monkeypatch.setattr(writing, "MOST", 1)
    monkeypatch.setattr(reading, "MOST", 0)
    monkeypatch.setattr(days, "MOST", 0)

    def looked() -> tuple[int, str]:
        clock.set(MONDAY, hour=9, minute=40)
        tasks.write_totals()
        clock.set(MONDAY, hour=9, minute=45)
        client = browser(busier, "sc_rural_chief")
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert not [each for each in queries if "attendance_fact" in each["sql"]]
        return len(queries), text(page)

    few, page = looked()
    assert "数据截至 11月23日 09:40" in page
    for number in range(4):
        busier.person(f"more{number}", f"上增{number}", Post.MEMBER, "sc_team", unit=busier.bodies["sc_unit"])
    assert looked()[0] == few


def test_the_block_of_quotas_stands_on_a_board_of_many(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here = ranges.of_region(busy.regions["shangcai"])
    live = risks(Days(here, MONDAY))
    assert any(each.any for each in live)
    monkeypatch.setattr(writing, "MOST", 1)
    tasks.write_totals()
    monkeypatch.setattr(days, "MOST", 0)
    assert risks(Days(here, MONDAY)) == live
    assert CountyQuota.objects.exists()


def test_small_places_write_nothing_down(busy: World) -> None:
    assert tasks.write_totals() == 0
    assert tasks.write_older_totals() == 0
    assert not CountyPeriod.objects.exists()


def test_not_written_yet_it_is_derived(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 0)
    found = month_totals(busy.user("sc_rural_chief"), NOVEMBER)
    assert found.as_of is None
    assert [line.on_post for line in found.lines] == [6]


def test_a_closed_month_is_written_as_it_was_closed(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    drive.world.person("zhuli_officer", "朱考勤", Post.ATTENDANCE_OFFICER, "zhuli_party")
    mark(drive, "sc_member", date(2026, 10, 20), "on_post", by="zhuli_officer")
    sheet = send(drive, by="zhuli_officer", team="sc_team")
    sign(drive, "sc_captain", sheet)
    sign(drive, "zhuli_officer", sheet)
    write(drive.world.human("sc_member"), date(2026, 10, 21), "am", "on_post", source=90)
    monkeypatch.setattr(writing, "MOST", 1)
    tasks.write_totals()
    monkeypatch.setattr(reading, "MOST", 0)
    read = month_totals(drive.world.user("sc_rural_chief"), OCTOBER)
    assert read.as_of is not None
    assert [(line.on_post, line.silent) for line in read.lines] == [(2, 0)]


def test_one_town_or_team_alone(busy: World) -> None:
    chief = busy.user("pn_agri_chief")
    everybody = month_totals(chief, NOVEMBER)
    assert len(everybody.lines) == 2
    town = busy.regions["liusha"].path
    assert [line.path for line in month_totals(chief, NOVEMBER, town=town).lines] == [town]
    team = busy.bodies["liusha_team"].pk
    people = month_totals(chief, NOVEMBER, by="person", team=team).lines
    assert {line.team for line in people} == {team}
    assert [line.label for line in people if line.on_post] == ["洪队员"]
