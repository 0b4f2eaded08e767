"""A program signs in for its owner, and reads what its owner may read; never a place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from attendance.models import Fact, SignIn
from attendance.points import set_point
from rules.settings import set_setting
from tests.api.program import Program
from tests.drive import Drive

pytestmark = pytest.mark.usefixtures("clock")
PLACE = {"latitude": 32.98108, "longitude": 114.64, "accuracy": 30}


@pytest.fixture
def program(drive: Drive) -> Any:
    for name, value in {"mode": "sign_in", "place_needed": "asked"}.items():
        set_setting(region=drive.world.regions["shangcai"], key=f"attendance.{name}", value=value, basis="上驻办〔2026〕8号",
                    acting_user=None, valid_from=date(2026, 1, 1))  # fmt: skip
    village = drive.world.regions["zhuli_village"].pk
    set_point(acting_user=None, region_id=village, latitude=32.98, longitude=114.64)
    return lambda who, *scopes: Program.acting_for(drive.world.user(who), *scopes)


def test_a_key_counts_once_and_the_answer_holds_no_place(program: Any) -> None:
    phone = program("sc_member", "attendance:write")
    wanted = {"kind": "on_post", "client_key": "tap-1", "position": PLACE}
    answers = [phone.post("attendance/sign-ins/", wanted) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == {
        "day": "2026-11-23", "parts": ["am", "pm"], "unverified": False, "needs_reason": False,
        "place": "距驻点 120 米",
    }  # fmt: skip
    assert answers[1].json()["day"] == "2026-11-23"
    assert (Fact.objects.count(), SignIn.objects.count()) == (2, 1)
    assert phone.get("attendance/mine/").status_code == 403


def test_who_may_read_which_month(program: Any, drive: Drive) -> None:
    program("sc_member").post("attendance/sign-ins/", {"kind": "on_post", "client_key": "tap-1"})
    own = program("sc_member").get("attendance/mine/?month=2026-11").json()
    assert own["days"] == [
        {"date": "2026-11-23", "am": "unverified", "pm": "unverified", "night": "", "words": "待核"}
    ]
    team = drive.world.bodies["sc_team"].pk
    seen = program("sc_captain").get(f"attendance/register/?team={team}&month=2026-11")
    assert [each["person"]["name"] for each in seen.json()["people"] if each["days"]] == ["上队员"]
    assert "32.98" not in seen.content.decode()
    assert program("liusha_captain").get(f"attendance/register/?team={team}").status_code == 404
    assert program("sc_member").get(f"attendance/register/?team={team}").status_code == 404


def test_a_county_that_keeps_the_register_refuses_in_the_api_shape(program: Any) -> None:
    answer = program("liusha_member").post("attendance/sign-ins/", {"kind": "on_post", "client_key": "tap-1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "mode")
