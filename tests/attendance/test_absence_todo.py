"""Steps of chains under 待办: in the list and the badge of whoever may do them, nowhere else, and gone once done."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.selectors import count_waiting, todo_of
from attendance.absence import summaries
from attendance.absence.models import AbsenceCase
from tests import cast
from tests.attendance.absences import city_of_zhumadian, find, waiting
from tests.attendance.test_absence_chains import do, sign, state
from tests.drive import Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")


def labels(drive: Drive, who: str) -> list[str]:
    user = drive.world.user(who)
    found = todo_of(user)
    assert count_waiting(user) == len(found)
    return [item.label for item in found]


def badge(page: Any) -> str:
    return re.search(r'id="todo-count">(\d*)<', page.content.decode())[1]


def test_each_step_stands_in_its_holders_list_with_its_clock_and_in_the_badge(drive: Drive) -> None:
    cast.add_yongxing(drive.world)
    case = find(drive, "matian_secretary", waiting(drive, "yx_member"))
    town, county = browser(drive.world, "matian_secretary"), browser(drive.world, "yx_office_chief")
    address = reverse("approvals:todo")
    page = town.get(address)
    assert badge(page) == "1"
    row = text(page)
    assert "永队员" in row
    assert "书面报告" in row
    assert "今天" in row or "小时" in row
    assert badge(county.get(address)) == ""
    assert "书面报告" in text(town.get(reverse("overview:home")))
    do(drive, "matian_secretary", case, "report")
    assert (labels(drive, "matian_secretary"), labels(drive, "yx_office_chief")) == ([], ["处理意见"])
    page = county.get(address)
    assert badge(page) == "1"
    assert case.get_absolute_url() in page.content.decode()
    for outsider in ("sc_rural_chief", "pn_agri_chief", "liusha_officer", "yx_captain", "yx_member"):
        assert labels(drive, outsider) == [], outsider


def test_a_statement_waits_for_the_person_then_for_the_head_of_his_unit_and_a_summary_is_one_line(
    drive: Drive,
) -> None:
    city_of_zhumadian(drive.world)
    cases = [find(drive, "zmd_rural_chief", waiting(drive, who)) for who in ("sc_member", "sc_captain")]
    assert labels(drive, "zmd_rural_chief") == ["通报", "通报"]
    assert labels(drive, "sc_rural_chief") == ["汇总"]
    assert "2 件" in text(browser(drive.world, "sc_rural_chief").get(reverse("approvals:todo")))
    for case in cases:
        do(drive, "zmd_rural_chief", case, "bulletin")
    member = browser(drive.world, "sc_member")
    home = member.get(reverse("overview:home")).content.decode()
    assert reverse("attendance:absence_state", args=[cases[0].pk]) in home
    assert labels(drive, "sc_captain") == ["写情况说明"]
    statement = state(drive, "sc_member", cases[0])
    assert labels(drive, "sc_member") == []
    assert labels(drive, "sc_unit_chief") != []
    sign(drive, "sc_unit_chief", statement, "return", "写清楚")
    assert (labels(drive, "sc_member"), labels(drive, "sc_unit_chief")) == (["写情况说明"], [])
    due = summaries.summaries_waiting(drive.world.user("sc_rural_chief"))
    [day] = due
    sent = {"due": day.isoformat(), "case": [each.pk for each in cases]}
    browser(drive.world, "sc_rural_chief").post(reverse("attendance:absence_summary"), sent)
    assert labels(drive, "sc_rural_chief") == []


def test_an_office_s_clerk_finds_papers_to_send_on_but_no_opinion(drive: Drive) -> None:
    cast.add_yongxing(drive.world)
    drive.world.person("yx_clerk", "永科员", "staff", "yx_office")
    case = find(drive, "matian_secretary", waiting(drive, "yx_member"))
    do(drive, "matian_secretary", case, "report")
    assert labels(drive, "yx_clerk") == []
    city_of_zhumadian(drive.world)
    drive.world.person("zmd_clerk", "驻科员", "staff", "zmd_rural")
    find(drive, "zmd_rural_chief", waiting(drive, "sc_member"))
    assert labels(drive, "zmd_clerk") == ["通报"]


def test_it_asks_as_often_for_many_steps_as_for_one(drive: Drive) -> None:
    cast.add_yongxing(drive.world)

    def questions() -> int:
        user = drive.world.user("matian_secretary")
        with CaptureQueriesContext(connection) as asked:
            todo_of(user)
        return len(asked.captured_queries)

    find(drive, "matian_secretary", waiting(drive, "yx_member"))
    first = questions()
    find(drive, "matian_secretary", waiting(drive, "yx_captain"))
    assert (questions(), AbsenceCase.objects.count()) == (first, 2)


@pytest.mark.parametrize(
    "who",
    [
        "liusha_captain",
        "liusha_secretary",
        "liusha_officer",
        "pn_agri_chief",
        "pn_org_chief",
        "pn_unit_chief",
    ],
)
def test_the_entry_stands_in_the_menu_and_on_the_phones_own_page(drive: Drive, who: str) -> None:
    client, address = browser(drive.world, who), reverse("attendance:absences")
    home = client.get(reverse("overview:home")).content.decode()
    nav = re.search(r'<nav class="mainnav".*?</nav>', home, re.S)[0]
    assert f'href="{address}"' in nav
    own = client.get(reverse("teams:account")).content.decode()
    beyond = re.search(r'<section class="panel beyond">.*?</section>', own, re.S)[0]
    # Who keeps the town's register has it among his tabs.
    assert (f'href="{address}"' in beyond) == (who != "liusha_officer")
    tabs = re.search(r'<nav class="tabbar".*?</nav>', own, re.S)[0]
    assert (f'href="{address}"' in tabs) == (who == "liusha_officer")
    page = client.get(address).content.decode()
    active = re.findall(
        r'aria-current="page">([^<]+)', re.search(r'<nav class="mainnav".*?</nav>', page, re.S)[0]
    )
    assert [words.strip() for words in active] == ["缺勤处置"]
    assert "待办" in text(client.get(reverse("overview:help")))


def test_a_member_reaches_his_own_from_his_month_once_there_is_one(drive: Drive) -> None:
    member, mine = browser(drive.world, "liusha_member"), reverse("attendance:mine")
    link = f'href="{reverse("attendance:absences")}"'
    assert link not in member.get(mine).content.decode()
    waiting(drive)
    assert link in member.get(mine).content.decode()
