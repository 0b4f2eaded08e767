"""The register's pages: what an officer, a captain, a member, a county and a unit find there."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from attendance.models import Fact
from attendance.services import Entry, enter
from rules.settings import set_setting
from tests.cast import World
from tests.drive import MONDAY, Drive
from tests.pages import browser, hidden, text

pytestmark = pytest.mark.usefixtures("clock")
FRIDAY = MONDAY - timedelta(days=3)


def write(world: World, who: str, day: Any, mark: str, *, by: str = "liusha_officer") -> None:
    posting = world.appointments[who]
    enter(
        acting_user=world.user(by), team_id=posting.body_id, month=day.replace(day=1),
        entries=[Entry(posting_id=posting.pk, day=day, mark=mark)],
    )  # fmt: skip


def cells(page: Any, world: World, who: str) -> list[str]:
    """The words of one person's line: the days, then the totals."""
    line = re.search(
        rf"<tr data-p={world.appointments[who].pk} .*?(?=<tr|</tbody)", page.content.decode(), re.S
    )
    assert line
    return [re.sub(r"<[^>]+>", "", each).strip() for each in re.split(r"<td[^>]*>", line[0])[1:]]


def save(client: Client, world: World, *entries: str, js: bool = False, **more: str) -> Any:
    fields = {"team": world.bodies["liusha_team"].pk, "month": "2026-11", "entry": list(entries), **more}
    headers = {"accept": "application/json"} if js else {}
    return client.post("/attendance/save/", fields, headers=headers)


def test_the_officer_finds_his_town_with_rest_days_and_absences_filled_in(drive: Drive) -> None:
    world = drive.world
    write(world, "liusha_member", FRIDAY, "village")
    drive.is_away("liusha_member", FRIDAY + timedelta(days=3))
    page = browser(world, "liusha_officer").get("/attendance/")
    line = cells(page, world, "liusha_member")
    assert (line[19], line[20], line[21], line[22]) == ("住", "休", "休", "公")
    assert line[30:] == ["1", "1", "", "", "1"]  # 在岗 住村 住镇 请假 因公
    assert "本地文件没有规定每月天数" in text(page)
    assert "里队员" not in text(page)


def test_where_the_document_asks_for_days_the_line_says_what_lacks(drive: Drive) -> None:
    world = drive.world
    set_setting(region=world.regions["shangcai"], key="attendance.captain_enters", value=True, basis="纪要", acting_user=None)  # fmt: skip
    write(world, "sc_member", FRIDAY, "village", by="sc_captain")
    write(world, "sc_member", FRIDAY + timedelta(days=1), "duty", by="sc_captain")
    page = browser(world, "sc_captain").get("/attendance/")
    assert cells(page, world, "sc_member")[30:] == ["2", "1", "", "", "", "20", "1", "19"]


@pytest.mark.parametrize(
    ("who", "answer"),
    [("liusha_member", 404), ("pn_finance_chief", 404), ("liusha_secretary", 200), ("pn_unit_chief", 200)],
)
def test_who_opens_the_register(world: World, who: str, answer: int) -> None:
    assert browser(world, who).get("/attendance/").status_code == answer


def test_a_captain_reads_his_team_without_tools(world: World) -> None:
    page = browser(world, "liusha_captain").get("/attendance/")
    assert "洪队友" in text(page)
    assert "data-url" not in page.content.decode()
    assert save(browser(world, "liusha_captain"), world, f"{world.appointments['liusha_mate'].pk}:20:on_post:0", js=True).json()[
        "refused"
    ][0]["code"] == "not_keeper"  # fmt: skip


def test_a_unit_sees_its_own_people_alone(world: World) -> None:
    page = text(browser(world, "pn_unit_chief").get(f"/attendance/?team={world.bodies['liusha_team'].pk}"))
    assert "洪队员" in page
    assert "洪队友" not in page


def test_a_name_leads_whoever_only_reads_to_the_month_of_that_person(world: World) -> None:
    month = f'href="/attendance/people/{world.human("liusha_member").pk}/?month=2026-11"'
    form = f'href="/attendance/postings/{world.appointments["liusha_member"].pk}/?month=2026-11"'
    for who, link in (("pn_unit_chief", month), ("liusha_captain", month), ("liusha_officer", form)):
        page = browser(world, who).get(f"/attendance/?team={world.bodies['liusha_team'].pk}")
        assert link in page.content.decode()


def test_the_county_sees_towns_and_where_today_is_not_entered(world: World) -> None:
    write(world, "liusha_member", MONDAY, "on_post")
    page = text(browser(world, "pn_agri_chief").get("/attendance/"))
    assert re.search(r"洪阳镇 4 3\b.*里湖镇 2 2", page)


def test_without_script_a_person_is_entered_day_by_day(drive: Drive) -> None:
    world, client = drive.world, browser(drive.world, "liusha_officer")
    address = f"/attendance/postings/{world.appointments['liusha_member'].pk}/"
    page = client.get(address)
    said = {"month": "2026-11", "seen": hidden(page, "seen"), "d20": "village", "d21": "duty", "reason": ""}
    page = client.post(address, said, follow=True)
    assert "已登记" in text(page)
    assert "11月20日（周五） 现在：在岗，住村" in text(page)
    Fact.objects.get(day=20, part="night")
    drive.is_away("liusha_member", FRIDAY - timedelta(days=1))
    refused = client.post(address, {**said, "d19": "on_post", "d20": "", "d21": ""})
    assert refused.status_code == 422
    assert "洪队员 11月19日：已批准因公外出，不用登记" in text(refused)


def test_the_list_of_today_enters_one_or_all(world: World) -> None:
    client = browser(world, "liusha_officer")
    mate = world.appointments["liusha_mate"].pk
    page = client.get("/attendance/")
    assert "没有登记的 4 人都记为在岗" in text(page)
    assert save(client, world, f"{mate}:23:village:0").status_code == 302
    page = text(client.get("/attendance/"))
    assert "已登记" in page
    assert "没有登记的 3 人都记为在岗" in page


def test_the_grid_is_told_which_cell_was_refused_and_what_stands(world: World) -> None:
    client = browser(world, "liusha_officer")
    member, mate = (world.appointments[who].pk for who in ("liusha_member", "liusha_mate"))
    first = save(client, world, f"{member}:20:village:0", js=True)
    assert first.status_code == 200
    row = first.json()["rows"][0]
    assert row["cells"][19] == {"css": "m-stayed", "glyph": "住"}
    second = save(client, world, f"{member}:20:on_post:0", f"{mate}:20:on_post:0", js=True)
    assert (second.status_code, [each["code"] for each in second.json()["refused"]]) == (409, ["stale"])
    assert second.json()["refused"][0]["cell"] == f"{member}:20"
    assert not Fact.objects.filter(person=world.human("liusha_mate")).exists()
    assert save(client, world, f"{member}:20:on_post:{row['seen']}", js=True).status_code == 200


@pytest.mark.parametrize(
    "entry", ["", "1", "x:20:on_post:0", "1:31:on_post:0", "1:0:on_post:0", "1:20:on_post:0"]
)
def test_what_no_page_sends_is_answered_with_404(world: World, entry: str) -> None:
    assert save(browser(world, "liusha_officer"), world, entry).status_code == 404


def test_the_history_of_a_day_says_who_when_and_why(drive: Drive, clock) -> None:
    world = drive.world
    write(world, "liusha_member", FRIDAY, "village")
    clock.set(MONDAY + timedelta(days=1))
    posting = world.appointments["liusha_member"]
    enter(
        acting_user=world.user("liusha_officer"), team_id=posting.body_id, month=FRIDAY.replace(day=1), reason="当晚回县城",
        entries=[Entry(posting_id=posting.pk, day=FRIDAY, mark="town", seen=10**9)],
    )  # fmt: skip
    address = f"/attendance/postings/{posting.pk}/day/?day=2026-11-20"
    page = text(browser(world, "liusha_officer").get(address))
    assert re.search("住镇 更正，洪考勤，.* 理由：当晚回县城 在岗，住村 乡镇登记，洪考勤", page)
    assert browser(world, "lihu_officer").get(address).status_code == 404


def test_a_member_sees_his_month_and_how_his_quota_stands(drive: Drive) -> None:
    world = drive.world
    set_setting(region=world.regions["shangcai"], key="attendance.captain_enters", value=True, basis="纪要", acting_user=None)  # fmt: skip
    for day in (FRIDAY, MONDAY):
        write(world, "sc_member", day, "village", by="sc_captain")
    client = browser(world, "sc_member")
    page = text(client.get("/attendance/mine/?day=20"))
    assert "应在岗 20 个工作日，已在岗 2 天，还差 18 天" in page
    assert "在岗，住村 乡镇登记，上队长" in page
    assert "今天以前还有 14 个工作日没有登记" in page
    assert "2026年11月16日至22日 应在岗 5 个工作日，已在岗 1 天" in page
    assert "本月在岗 2/20 天，还差 18 天" in text(client.get("/"))


def test_an_unpublished_year_is_an_estimate(drive: Drive, clock) -> None:
    clock.set(MONDAY.replace(year=2028))
    page = text(browser(drive.world, "liusha_member").get("/attendance/mine/"))
    assert "2028 年的放假安排还没有公布" in page


def test_a_team_mate_has_no_part_in_a_month(world: World) -> None:
    mate = world.human("liusha_mate").pk
    assert browser(world, "liusha_member").get(f"/attendance/people/{mate}/").status_code == 404
    assert browser(world, "liusha_captain").get(f"/attendance/people/{mate}/").status_code == 200
    assert browser(world, "pn_unit_chief").get(f"/attendance/people/{mate}/").status_code == 404


def test_the_county_says_how_attendance_is_kept(world: World) -> None:
    set_setting(region=world.regions["puning"], key="attendance.mode", value="register", basis="普驻办〔2026〕5号", acting_user=None)  # fmt: skip
    page = text(browser(world, "liusha_officer").get("/attendance/"))
    assert "考勤方式：乡镇台账，依据普驻办〔2026〕5号" in page
