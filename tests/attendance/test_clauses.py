"""What each clause about attendance asks, seen where a person meets it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.services import Entry, enter
from core.errors import Refused
from rules.settings import set_setting
from teams.words import Post
from tests import cast
from tests.cast import World
from tests.drive import MONDAY, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
FRIDAY = MONDAY - timedelta(days=3)


def _write(world: World, who: str, by: str, mark: str = "village") -> None:
    posting = world.appointments[who]
    enter(
        acting_user=world.user(by), team_id=posting.body_id, month=FRIDAY.replace(day=1),
        entries=[Entry(posting_id=posting.pk, day=FRIDAY, mark=mark)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "sentence"),
    [
        pytest.param(
            "zhumadian-13-month", "应在岗 20 个工作日，已在岗 1 天，还差 19 天", id="zhumadian-13-month"
        ),
        pytest.param("zhumadian-13-week", "应住村 4 夜，已住村 1 夜，还差 3 夜", id="zhumadian-13-week"),
        pytest.param(
            "yongxing-1-4-20-days", "应在岗 20 天，已在岗 1 天，还差 19 天", id="yongxing-1-4-20-days"
        ),
        pytest.param(
            "yongxing-1-4-12-nights", "应住下 12 天，已住下 1 天，还差 11 天", id="yongxing-1-4-12-nights"
        ),
    ],
)
def test_the_month_is_counted_by_the_clause(world: World, clause: str, sentence: str) -> None:
    if clause.startswith("yongxing"):
        cast.add_yongxing(world)
    county, who = ("yongxing", "yx") if clause.startswith("yongxing") else ("shangcai", "sc")
    set_setting(region=world.regions[county], key="attendance.captain_enters", value=True, basis="纪要", acting_user=None)  # fmt: skip
    _write(world, f"{who}_member", f"{who}_captain")
    page = browser(world, f"{who}_member").get("/attendance/mine/")
    assert sentence in text(page)
    assert f"/rules/clause/{clause}/" in page.content.decode()


@pytest.mark.parametrize("clause", ["puning-6-residence", "zhumadian-16-residence"])
def test_nights_stayed_are_told_from_days(world: World, clause: str) -> None:
    if clause == "puning-6-residence":
        _write(world, "liusha_member", "liusha_officer", "town")
        page = browser(world, "liusha_officer").get(
            f"/attendance/postings/{world.appointments['liusha_member'].pk}/"
        )
        assert "现在：在岗，住镇" in text(page)
        return
    set_setting(region=world.regions["shangcai"], key="attendance.captain_enters", value=True, basis="纪要", acting_user=None)  # fmt: skip
    _write(world, "sc_member", "sc_captain")
    page = browser(world, "zhuli_secretary").get(f"/attendance/people/{world.human('sc_member').pk}/?day=20")
    assert "住村 1 夜" in text(page)
    assert "在岗，住村 乡镇登记，上队长" in text(page)


@pytest.mark.parametrize("clause", ["ganzhou-2-attendance-officer"])
def test_who_keeps_the_register(drive: Drive, clause: str) -> None:
    world = drive.world
    cast.add_ganzhou(world)
    world.person("tandong_deputy", "潭副书", Post.DEPUTY_SECRETARY, "tandong_party")
    world.person("tandong_member", "潭组委", Post.ORGANIZATION_MEMBER, "tandong_party")
    for by in ("tandong_deputy", "tandong_member"):
        assert "data-team" in browser(world, by).get("/attendance/").content.decode()
        _write(world, "gz_member", by)
    with pytest.raises(Refused, match="由乡镇考勤员、副书记或组织委员登记"):
        _write(world, "gz_member", "tandong_secretary")
    assert "data-team" not in browser(world, "tandong_secretary").get("/attendance/").content.decode()
