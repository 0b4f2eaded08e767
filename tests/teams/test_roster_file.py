"""花名册 as a workbook: who may have it, whom it names, and that it hands out no number and no formula."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core.models import AuditEvent
from teams import people
from teams.amendments import amend
from teams.roster_file import COLUMNS
from teams.words import Post
from tests.access import names_in
from tests.cast import World
from tests.pages import browser, text
from tests.teams.rosters_typed import number

pytestmark = pytest.mark.usefixtures("clock")


def sheet(world: World, who: str, query: str = ""):
    """The one sheet of the workbook, as somebody opens it who saved it."""
    page = browser(world, who).get(f"/roster/{query}")
    assert page.status_code == 200
    assert page["Content-Disposition"].startswith("attachment")
    return load_workbook(io.BytesIO(page.content)).active


def listed(world: World, who: str, query: str = "") -> list[dict[str, object]]:
    rows = list(sheet(world, who, query).iter_rows(values_only=True))
    return [dict(zip(rows[1], row, strict=True)) for row in rows[2:-1]]


def test_the_columns_are_those_of_the_form() -> None:
    headings = [column.heading.replace("\n", "") for column in COLUMNS]
    assert headings == [
        "序号", "姓名", "性别", "民族", "出生年月（档案）", "学历", "政治面貌", "入党时间转正时间", "参加工作", "编制性质", "派出单位全称",
        "职务职级", "选派层级", "驻点", "队内职务", "第一书记", "任期起止", "批准文号", "组织关系", "保险止期", "电话", "身份证号", "备注",
    ]  # fmt: skip


def test_a_person_stands_once_with_everything_the_form_asks(world: World) -> None:
    human, posting = world.human("liusha_first"), world.appointments["liusha_first"]
    amend(
        row=human,
        changes={"gender": "f", "ethnicity": "汉族", "born": "1985-03", "joined_party_on": date(2006, 7, 1), "identity": number()},
        acting_user=None,
    )  # fmt: skip
    amend(row=posting, changes={"home_post": "科员", "document": "普组〔2020〕1号"}, acting_user=None)
    (row,) = [row for row in listed(world, "pn_org_chief") if row["姓名"] == "洪第一"]
    wanted = {
        "性别": "女", "民族": "汉族", "出生年月\n（档案）": "1985-03", "派出单位全称": "普宁市水利局", "职务职级": "科员", "选派层级": "县直单位",
        "驻点": "洪阳镇", "队内职务": "队员，兼驻村第一书记", "第一书记": "是", "任期起止": "2020-01-01 起", "批准文号": "普组〔2020〕1号",
        "入党时间\n转正时间": "2006-07-01\n—", "电话": "138****8000", "身份证号": f"9900{'*' * 12}{number()[-2:]}",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted


def test_no_number_leaves_the_house_whole(world: World) -> None:
    amend(row=world.human("liusha_member"), changes={"identity": number()}, acting_user=None)
    for row in sheet(world, "pn_org_chief").iter_rows(values_only=True):
        assert not re.search(r"\d{11}", " ".join(str(cell) for cell in row))


@pytest.mark.parametrize(
    ("who", "mine", "hidden"),
    [
        ("pn_org_chief", {"洪队员", "里队员"}, ("上蔡", "朱里", "新丰", "梅坑")),
        ("liusha_secretary", {"洪队员", "洪第一"}, ("里湖", "上蔡", "朱里", "新丰", "梅坑")),
        ("xf_rural_chief", {"新队员"}, ("洪阳", "里湖", "上蔡", "朱里")),
    ],
)
def test_it_names_nobody_from_beyond_the_border(
    world: World, who: str, mine: set[str], hidden: tuple[str, ...]
) -> None:
    cells = {str(cell) for row in sheet(world, who).iter_rows(values_only=True) for cell in row}
    assert mine <= cells
    assert {name for name in names_in(world, *hidden) if any(name in cell for cell in cells)} == set()


@pytest.mark.parametrize(
    "who", ["liusha_member", "liusha_captain", "pn_unit_chief", "pn_finance_chief", "pn_system", "pn_auditor"]
)
def test_it_is_for_offices_that_look_after_people(world: World, who: str) -> None:
    assert browser(world, who).get("/roster/").status_code == 404


def test_an_office_whose_appointment_ended_gets_nothing(world: World) -> None:
    client = browser(world, "pn_org_chief")
    assert client.get("/roster/").status_code == 200
    people.end_appointment(
        appointment_id=world.appointments["pn_org_chief"].pk, last_day=date(2026, 11, 22), acting_user=None
    )
    assert client.get("/roster/").status_code == 404


def test_what_the_list_is_narrowed_by_narrows_the_file_and_the_trail_knows(world: World) -> None:
    client = browser(world, "pn_org_chief")
    page = client.get(f"/teams/?view=people&town={world.regions['lihu'].pk}&name=里")
    found = re.search(r'href="(/roster/\?[^"]+)"', page.content.decode())
    assert found
    query = found[1].removeprefix("/roster/").replace("&amp;", "&")
    assert {row["姓名"] for row in listed(world, "pn_org_chief", query)} == {"里队长", "里队员"}
    assert str(sheet(world, "pn_org_chief", query)["A1"].value).startswith("里湖镇")
    event = AuditEvent.objects.filter(action="roster.export").latest("pk")
    assert (event.actor_name, event.after["rows"]) == ("组织部长", 2)
    assert "导出花名册" not in text(browser(world, "liusha_captain").get("/teams/?view=people"))


def test_what_people_typed_is_never_a_formula(world: World) -> None:
    for key, value in (("ethnicity", "=1+1"), ("education", "＝cmd"), ("staffing", "@SUM(A1)")):
        amend(row=world.human("liusha_member"), changes={key: value}, acting_user=None)
    amend(
        row=world.appointments["liusha_member"],
        changes={"home_post": "\t=1", "remark": "-1+cmd"},
        acting_user=None,
    )
    cells = [cell for row in sheet(world, "pn_org_chief").iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {"'=1+1", "'＝cmd", "'@SUM(A1)", "'=1", "'-1+cmd"} <= {cell.value for cell in cells}


def test_it_prints_on_a4_across(world: World) -> None:
    page = sheet(world, "pn_org_chief")
    assert (int(page.page_setup.paperSize), page.page_setup.orientation) == (9, "landscape")
    assert page.print_title_rows == "$2:$2"
    assert page["A1"].value == "普宁市驻镇驻村工作队人员花名册"


def test_forty_more_people_cost_no_further_question(world: World) -> None:
    def asked() -> int:
        client = browser(world, "pn_org_chief")
        client.get("/roster/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/roster/")
        return len(queries)

    few = asked()
    for n in range(40):
        world.person(f"more{n}", f"员{n}", Post.MEMBER, "lihu_team", unit=world.bodies["pn_unit"])
    assert asked() == few <= 14
