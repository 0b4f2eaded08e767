"""The pages of 名册导入, its template, 新丰's annex as a workbook, and what a county of 500 costs."""

from __future__ import annotations

import io
import re
import time
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core import upload_guard
from teams.annex import annex_of
from teams.imports import services
from teams.imports.reading import read
from teams.models import Appointment, Office, Person, Region, RosterImport, Team
from teams.words import Duty, Level
from tests import bombs
from tests.cast import START, World
from tests.pages import browser, hidden, text
from tests.teams import rosters_typed as typed
from tests.teams.rosters_typed import person

pytestmark = pytest.mark.usefixtures("clock", "read_here")
UPLOAD = "/roster/imports/"


def sent(world: World, content: bytes, who: str = "pn_system", county: str = "puning", **more):
    fields = {"region": world.regions[county].pk, "file": typed.upload(content)}
    return browser(world, who).post(UPLOAD, fields, **more)


# ---- pages -----------------------------------------------------------------------------------------------


def test_upload_read_confirm(world: World) -> None:
    client = browser(world, "pn_system")
    assert "还没有导入过名册" in text(client.get(UPLOAD))
    fields = {
        "region": hidden(client.get(UPLOAD), "region"),
        "file": typed.upload(typed.people(person("林菱角"))),
    }
    shown = client.post(UPLOAD, fields, follow=True)
    assert "林菱角：新登记；驻洪阳镇工作队 队员" in text(shown)
    assert "确认导入 1 行" in text(shown)
    assert not Person.objects.filter(name="林菱角").exists()
    row = RosterImport.objects.get()
    done = client.post(
        reverse("teams:roster_apply", args=[row.pk]), {"plan_hash": hidden(shown, "plan_hash")}, follow=True
    )
    assert "已导入：新增 1 行" in text(done)
    assert Appointment.objects.get(person__name="林菱角").valid_from == date(2026, 3, 1)
    again = client.post(UPLOAD, {**fields, "file": typed.upload(typed.people(person("林菱角")))}, follow=True)
    assert "和系统里的登记一样，不用导入" in text(again)
    assert "确认导入" not in text(again)


def test_mistakes_stand_in_a_table_by_sheet_row_and_column(world: World) -> None:
    page = sent(world, typed.people(person("林菱角"), person("林荸荠", 任期起="2026-02-30")))
    assert page.status_code == 422
    assert "有 1 处要改，什么都没有导入" in text(page)
    assert "人员 3 任期起 “2026-02-30”这一天不存在" in text(page)
    assert not RosterImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "空文件"), (bombs.OLE + b"\0" * 99, "加了密码"), (bombs.macros(), "含有宏"), (b"name,phone", "已损坏")],
)  # fmt: skip
def test_a_wrong_file_is_refused_beside_the_field(world: World, content: bytes, words: str) -> None:
    page = sent(world, content)
    assert page.status_code == 422
    assert words in text(page)


def test_without_a_file_or_for_a_foreign_county_nothing_happens(world: World) -> None:
    client = browser(world, "pn_system")
    assert "选一个文件" in text(client.post(UPLOAD, {"region": world.regions["puning"].pk}))
    page = sent(world, typed.people(person("林菱角")), county="xinfeng")
    assert page.status_code == 422
    assert "没有这个县" in text(page)


def test_a_conflict_shows_the_page_and_offers_to_look_again(world: World) -> None:
    sent(world, typed.people(person("林菱角")))
    row = RosterImport.objects.get()
    other = services.check_roster(
        acting_user=world.user("pn_system"),
        region_id=row.region_id,
        file=typed.upload(typed.people(person("林菱角"))),
    )
    services.apply_roster(import_id=other.pk, acting_user=world.user("pn_system"), plan_hash=other.plan_hash)
    client = browser(world, "pn_system")
    page = client.post(reverse("teams:roster_apply", args=[row.pk]), {"plan_hash": row.plan_hash})
    assert page.status_code == 409
    assert "核对以后，系统里的登记又有变动" in text(page)
    assert "重新核对" in text(page)
    again = client.post(reverse("teams:roster_recheck", args=[row.pk]), follow=True)
    assert "和系统里的登记一样，不用导入" in text(again)
    client.post(reverse("teams:roster_drop", args=[row.pk]))
    assert "已放弃" in text(client.get(UPLOAD))


def test_an_import_is_not_there_for_the_administrator_of_another_county(world: World) -> None:
    sent(world, typed.people(person("林菱角")))
    row = RosterImport.objects.get()
    client = browser(world, "xf_system")
    assert client.get(row.get_absolute_url()).status_code == 404
    for name in ("roster_apply", "roster_recheck", "roster_drop"):
        assert (
            client.post(reverse(f"teams:{name}", args=[row.pk]), {"plan_hash": row.plan_hash}).status_code
            == 404
        )
    assert "名册.xlsx" not in text(client.get(UPLOAD))
    assert RosterImport.objects.get().state == "checked"


def test_an_administrator_switched_off_meanwhile_confirms_nothing(world: World) -> None:
    sent(world, typed.people(person("林菱角")))
    row, client = RosterImport.objects.get(), browser(world, "pn_system")
    assert client.get(row.get_absolute_url()).status_code == 200
    user = world.user("pn_system")
    user.is_active = False
    user.save()
    client.post(reverse("teams:roster_apply", args=[row.pk]), {"plan_hash": row.plan_hash})
    assert not Person.objects.filter(name="林菱角").exists()


# ---- the template ----------------------------------------------------------------------------------------


def downloaded(world: World) -> bytes:
    page = browser(world, "pn_system").get("/roster/template/")
    assert page["Content-Disposition"].startswith("attachment")
    return page.content


def test_the_template_offers_choices_and_what_the_county_has(world: World) -> None:
    book = load_workbook(io.BytesIO(downloaded(world)))
    assert book.sheetnames == ["人员", "派出单位", "工作队", "区划", "组团结对", "说明"]
    people = book["人员"]
    headings = {cell.value: cell.column_letter for cell in people[1]}
    offered = {
        str(rule.sqref).split(":")[0][:-1]: rule.formula1 for rule in people.data_validations.dataValidation
    }
    assert offered[headings["性别"]] == '"男,女"'
    assert offered[headings["队内职务 *"]].startswith('"队长,队员,驻村第一书记')
    assert offered[headings["工作队 *"]] == "=工作队!$B$2:$B$502"
    assert people.column_dimensions[headings["身份证号"]].number_format == "@"
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
    assert {"洪阳镇", "里湖镇"} <= {cell.value for cell in book["区划"]["B"]}
    assert "新丰县交通运输局" not in {cell.value for cell in book["派出单位"]["B"]}


def test_the_untouched_template_imports_nothing(world: World) -> None:
    """Its examples are skipped; what it took from the county is the same there."""
    row = services.check_roster(
        acting_user=world.user("pn_system"),
        region_id=world.regions["puning"].pk,
        file=typed.upload(downloaded(world)),
    )
    assert {line["kind"] for line in row.lines} == {"unchanged"}
    assert "云溪镇" not in str(row.lines)


def test_the_template_is_read_without_a_heading_left_over(world: World) -> None:
    book = read(upload_guard.read_workbook(downloaded(world), name="模板.xlsx", field="file"))
    assert (book.problems, book.notes) == ([], [])


# ---- 新丰 附件 1 -----------------------------------------------------------------------------------------


def cells(page) -> list[str]:
    """The cells of the pairing table as people read them."""
    table = re.search(r"<table.*?</table>", page.content.decode(), re.S)
    assert table
    found = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", table[0], re.S)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in found]


def paper() -> list[tuple[str, str, list[list[str]]]]:
    """Town, its kind, and what stands in the cells of 附件 1, in the order of the paper."""
    data = typed.annex()
    table, towns = data["pairing"], {row["key"]: row for row in data["towns"]}
    teams = {row["key"]: towns[row["in"]] for row in data["teams"]}
    short = {row["key"]: row.get("short", row["name"]) for row in data["units"]}
    return [
        (
            teams[row["team"]]["name"],
            teams[row["team"]]["class"],
            [
                [short[row["lead"]]],
                [short[unit] for unit in row["first_secretary"]] or [table["by_members"]],
                [short[unit] for unit in row["member"]],
                [table["finance"]],
            ],
        )
        for row in table["rows"]
    ]


@pytest.mark.parametrize("clause_id", ["xinfeng-1-pairing"], ids=["xinfeng-1-pairing"])
def test_the_annex_as_a_workbook_gives_the_page_of_the_paper(world: World, clause_id: str) -> None:
    """An empty county takes 新丰's annex; its page says word for word what the paper says."""
    empty = Region.objects.create(
        parent=world.regions["shaoguan"], path=f"{world.regions['shaoguan'].path}0009", level=Level.COUNTY,
        name="新丰县", valid_from=START,
    )  # fmt: skip
    world.regions["empty"] = empty
    world.body("empty_org", Office, "中共新丰县委组织部", "empty", functions=("organization",))
    world.person("empty_chief", "空部长", "leader", "empty_org")
    world.keeper("empty_system", "空系统", Duty.SYSTEM, "empty")
    page = sent(world, typed.annex_workbook(), "empty_system", "empty", follow=True)
    assert "确认导入 93 行" in text(page)
    row = RosterImport.objects.get()
    services.apply_roster(import_id=row.pk, acting_user=world.user("empty_system"), plan_hash=row.plan_hash)

    shown, lines = (
        cells(browser(world, "empty_chief").get(reverse("teams:pairing", args=[empty.pk]))),
        annex_of(empty),
    )
    told = [
        (line.town.name, line.town.support_class, [[each.text for each in cell] for _, cell in line.columns])
        for line in lines.lines
    ]
    assert told == paper()
    table = typed.annex()["pairing"]
    assert [[each.text for each in line.specialists] for line in lines.lines] == [[table["specialist"]]] * 7
    assert lines.remarks == [row["lead_note"] for row in table["rows"] if "lead_note" in row]
    assert (lines.documents, lines.since) == ([table["document"]], table["since"])
    for town, kind, columns in told:
        assert {town, kind} <= set(shown)
        for names in columns:
            assert any(all(name in cell for name in names) for cell in shown), names
    again = sent(world, typed.annex_workbook(), "empty_system", "empty", follow=True)
    assert "和系统里的登记一样，不用导入" in text(again)


# ---- what it costs ---------------------------------------------------------------------------------------


def roster_of(number: int) -> bytes:
    """``number`` people with names, numbers and telephones of their own."""
    signs = "".join(chr(0x4E00 + n * 7) for n in range(1000))
    return typed.people(
        *[
            person(
                f"林{signs[n]}",
                身份证号=typed.number(serial=n),
                电话=f"1380013{n:04d}",
                出生年月="1985-03",
                性别="男",
            )
            for n in range(number)
        ]
    )


def test_the_dry_run_asks_as_much_for_five_hundred_as_for_ten(world: World) -> None:
    asked = {}
    for number in (10, 500):
        content = roster_of(number)
        user = world.user("pn_system")
        started = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            services.check_roster(
                acting_user=user, region_id=world.regions["puning"].pk, file=typed.upload(content)
            )
        asked[number] = len(queries)
    assert time.process_time() - started < 3
    assert asked[10] == asked[500] <= 24


def test_five_hundred_people_come_in_together(world: World) -> None:
    row = services.check_roster(
        acting_user=world.user("pn_system"),
        region_id=world.regions["puning"].pk,
        file=typed.upload(roster_of(500)),
    )
    before = Person.objects.count()
    services.apply_roster(import_id=row.pk, acting_user=world.user("pn_system"), plan_hash=row.plan_hash)
    assert Person.objects.count() == before + 500
    assert (
        Team.objects.get(name="驻洪阳镇工作队").appointments.filter(person__name__startswith="林").count()
        == 500
    )
