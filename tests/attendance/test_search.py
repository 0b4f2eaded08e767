"""搜索 among absence, checks and bulletins: by person or number, never by somebody whom the viewer may not read there."""

from __future__ import annotations

import re

import pytest

from attendance.inspection.finding import numbered
from attendance.inspection.papers import InspectionBulletin
from tests.attendance.absences import FRIDAY, waiting
from tests.attendance.absences import find as find_unexcused
from tests.attendance.inspections import (
    CITY,
    COUNTY,
    TOMORROW,
    city_world,
    closed,
    drafted,
    judge,
    plan,
    signed,
)
from tests.cast import World
from tests.drive import Clock, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def w(db: None) -> World:
    return city_world()


def found(w: World, who: str, words: str, kind: str) -> str:
    """What one kind of the search says, without markup."""
    page = browser(w, who).get("/search/", {"q": words, "kind": kind})
    assert page.status_code == 200
    rows = page.content.decode().partition('<div id="rows">')[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", rows))


@pytest.mark.parametrize("words", ["洪队员", "hongduiyuan", "hdy"])
def test_a_case_by_its_person_for_who_looks_after_him(drive: Drive, words: str) -> None:
    w = drive.world
    find_unexcused(drive, "liusha_officer", waiting(drive), "到村核实不在")
    for who in ("liusha_officer", "liusha_captain", "pn_agri_chief", "pn_unit_chief", "liusha_member"):
        said = found(w, who, words, "absence")
        assert "11月20日" in said, who
        assert "到村核实不在" not in said
    for who in (
        "lihu_officer",
        "lihu_captain",
        "liusha_mate",
        "pn_unit2_chief",
        "sc_rural_chief",
        "pn_finance_chief",
    ):
        said = found(w, who, words, "absence")
        assert "洪队员" not in said, who
        assert "11月20日" not in said, who
        assert "没有找到" in said, who


def test_a_surname_or_a_number_finds_no_case(drive: Drive) -> None:
    waiting(drive, day=FRIDAY)
    for words in ("洪", "2026-0001", "20"):
        assert "没有找到" in found(drive.world, "liusha_officer", words, "absence")


def test_a_check_is_secret_until_closed_then_found_by_whom_one_sees_in_it(w: World, clock: Clock) -> None:
    made = plan(w)
    office = found(w, CITY, "上队员", "spot_check")
    assert f"第 {made.serial} 次" in office
    # Canary: whoever is to be checked, or looks after him, learns nothing of it.
    for who in ("sc_member", "sc_captain", "zhuli_officer", "sc_unit_chief", COUNTY, "xp_rural_chief"):
        for words in ("上队员", "sdy", f"2026年第{made.serial}次", str(made.serial)):
            assert "没有找到" in found(w, who, words, "spot_check"), (who, words)
    closed(w, clock, absent=["sc_member", "houyang_member"], day=TOMORROW, by=CITY)
    assert "查岗" in found(w, "sc_captain", "上队员", "spot_check")
    # The check is visible to him, but that it looked for somebody elsewhere is not.
    assert "没有找到" in found(w, "sc_captain", "邵队员", "spot_check")
    assert "没有找到" in found(w, "water_chief", "上队员", "spot_check")
    assert "查岗" in found(w, "water_chief", "邵队员", "spot_check")
    assert "查岗" in found(w, "sc_member", "2026-2", "spot_check")
    assert "没有找到" in found(w, "xp_rural_chief", "上队员", "spot_check")


def test_a_bulletin_by_number_and_by_whom_the_viewer_reads_in_it(w: World, clock: Clock) -> None:
    check = closed(w, clock, absent=["sc_member", "houyang_member"])
    judge(w, "sc_member")
    judge(w, "houyang_member")
    draft = drafted(w, check)
    for who in ("sc_member", "sc_unit_chief", "zhuli_secretary", COUNTY):
        assert "没有找到" in found(w, who, "上队员", "inspection_bulletin"), who
    bulletin: InspectionBulletin = signed(w, draft)
    for who in (CITY, "sc_member", "sc_captain", "sc_unit_chief", "zhuli_secretary"):
        said = found(w, who, "上队员", "inspection_bulletin")
        assert bulletin.number in said, who
        assert "上队员" not in said
    for words in (bulletin.number, f"{bulletin.serial}号", f"{bulletin.year}-{bulletin.serial}"):
        assert bulletin.number in found(w, "sc_unit_chief", words, "inspection_bulletin"), words
    # The unit received it, and reads only its own line; the next county nothing at all.
    assert "没有找到" in found(w, "sc_unit_chief", "邵队员", "inspection_bulletin")
    assert "没有找到" in found(w, "sc_captain", "邵队员", "inspection_bulletin")
    for words in ("上队员", bulletin.number, "通报"):
        assert "没有找到" in found(w, "xp_rural_chief", words, "inspection_bulletin"), words


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("驻乡振督〔2026〕3号", {"year": 2026, "serial": 3}),
        ("2026年第3次", {"year": 2026, "serial": 3}),
        ("第 3 次", {"serial": 3}),
        ("2026-3", {"year": 2026, "serial": 3}),
        ("3", {"serial": 3}),
        ("13800138000", {}),
    ],
)
def test_numbers_as_people_type_them(words: str, meant: dict[str, int]) -> None:
    children = dict(each for each in numbered(words).children if each[0] != "pk__in")  # type: ignore[misc]
    assert children == meant


def test_all_kinds_stand_together_on_one_page(w: World, clock: Clock) -> None:
    check = closed(w, clock, absent=["sc_member"])
    judge(w, "sc_member")
    signed(w, drafted(w, check))
    page = text(browser(w, CITY).get("/search/", {"q": "上队员"}))
    for heading in ("人员", "缺勤处置", "查岗", "督查通报"):
        assert heading in page
