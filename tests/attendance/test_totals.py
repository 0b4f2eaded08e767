"""What a month comes to: derived at once, or of more people than that read as it was written, with its time."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from attendance import tasks
from attendance.totals import reading, writing
from attendance.totals.models import CountyMonth, CountyMonthDay, CountyMonthLine
from attendance.totals.reading import month_totals
from overview.board import days, ranges
from overview.board.days import Days
from teams.words import Post
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
    lines, months = CountyMonthLine.objects.count(), CountyMonth.objects.count()
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
    assert (CountyMonthLine.objects.count(), CountyMonth.objects.count()) == (lines, months)


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


def test_small_places_write_nothing_down(busy: World) -> None:
    assert tasks.write_totals() == 0
    assert tasks.write_older_totals() == 0
    assert not CountyMonth.objects.exists()


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
