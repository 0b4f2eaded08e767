"""The auditor's pages: his county's events and nobody else's, in words, narrowed, taken along, checked."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core import audit, seal, triggers
from core.models import AuditCheck, AuditEvent, AuditSeal
from tests.cast import World
from tests.drive import MONDAY, Drive
from tests.pages import beside, browser, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = "/audit/"


@pytest.fixture
def story(drive: Drive) -> Drive:
    """A request signed in 普宁, one in 新丰, and a refusal."""
    drive.sign("liusha_captain", drive.ask("liusha_member", 1))
    drive.ask("xf_member", 1)
    with pytest.raises(Exception, match="没有这一件"):
        drive.withdraw("lihu_member", drive.ask("liusha_mate", 1))
    return drive


def auditor(drive: Drive) -> Any:
    return browser(drive.world, "pn_auditor")


def test_he_reads_what_happened_in_his_county_in_words(story: Drive) -> None:
    page = auditor(story).get(LIST, {"until": MONDAY.isoformat()})
    words = text(page)
    assert page.status_code == 200
    for expected in (
        "提交请假",
        "签批",
        "洪队长",
        "驻洪阳镇工作队 队长",
        "撤回请假 请假编号",
        "被拒 没有这一件",
    ):
        assert expected in words, expected
    assert "新队员" not in words
    assert "leave." not in words


@pytest.mark.parametrize("who", ["pn_system", "pn_security", "pn_agri_chief", "liusha_member"])
def test_nobody_else_reads_it(story: Drive, who: str) -> None:
    event = AuditEvent.objects.filter(action="leave.submit").latest("pk")
    client = browser(story.world, who)
    for address in (LIST, f"{LIST}{event.pk}/", f"{LIST}export/", f"{LIST}chain/"):
        assert client.get(address).status_code == 404


def test_another_countys_event_does_not_exist(story: Drive) -> None:
    theirs = AuditEvent.objects.get(action="leave.submit", actor_name="新队员")
    mine = AuditEvent.objects.get(action="leave.submit", actor_name="洪队员")
    client = auditor(story)
    assert client.get(f"{LIST}{theirs.pk}/").status_code == 404
    assert client.get(f"{LIST}{mine.pk}/").status_code == 200
    for form in ("xlsx", "csv"):
        taken = client.get(f"{LIST}export/", {"format": form}).content
        assert "新队员".encode() not in taken


def test_the_installations_auditor_reads_everything(story: Drive) -> None:
    story.world.keeper("auditor", "总审计", "audit", None)
    words = text(browser(story.world, "auditor").get(LIST, {"action": "leave.submit"}))
    assert "新队员" in words
    assert "洪队员" in words


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ({"who": "队长"}, "签批", "提交请假 "),
        ({"action": "leave.submit"}, "洪队员", "洪队长"),
        ({"outcome": "refused"}, "没有这一件", "洪队长"),
        ({"kind": "leave", "number": "999999"}, "没有符合条件的审计记录", "洪队长"),
        ({"until": "2019-12-31"}, "没有符合条件的审计记录", "洪队长"),
        ({"since": MONDAY.isoformat()}, "洪队长", "没有符合条件"),
    ],
)
def test_filters_live_in_the_address(story: Drive, asked: dict[str, str], shown: str, hidden: str) -> None:
    page = auditor(story).get(LIST, asked, headers={"HX-Request": "true"})
    assert shown in text(page)
    assert hidden not in text(page)


def test_wrong_filters_are_told_and_narrow_nothing(story: Drive) -> None:
    page = auditor(story).get(
        LIST, {"since": "早上", "action": "nothing", "who": "长" * 50, "until": "2026-11-23"}
    )
    words = text(page)
    assert "日期写成 2026-11-24 的样子" in words
    assert "没有这个动作，重新选一个" in words
    page = auditor(story).get(LIST, {"since": "2026-11-24", "until": "2026-11-23"})
    assert "止期不能早于起期" in text(page)


def test_pages_go_on_below_the_last_row(drive: Drive) -> None:
    place = drive.world.regions["puning"].path
    made = [audit.record(action="feedback.send", actor=None, place=place).pk for _ in range(120)]
    client = auditor(drive)
    page, seen = client.get(LIST, {"action": "feedback.send"}), []
    for _ in range(3):
        seen += [line["event"].pk for line in page.context["lines"]]
        if page.context["older_url"]:
            page = client.get(LIST + page.context["older_url"])
    assert seen == made[::-1]
    assert page.context["older_url"] == ""
    assert "最新的" in text(page)


def test_a_long_trail_asks_no_more_questions(drive: Drive) -> None:
    def asked(address: str) -> int:
        client = auditor(drive)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = (LIST, f"{LIST}export/?format=csv", f"{LIST}export/", f"{LIST}chain/")
    few = [asked(address) for address in addresses]
    place = drive.world.regions["puning"].path
    for _ in range(200):
        audit.record(action="feedback.send", actor=drive.world.users["liusha_member"], place=place)
    assert [asked(address) for address in addresses] == few
    assert max(few) <= 12


def test_one_event_shows_before_after_and_its_link(story: Drive) -> None:
    seal.seal()
    approved = AuditEvent.objects.get(action="leave.agreed")
    page = auditor(story).get(f"{LIST}{approved.pk}/")
    words = text(page)
    assert "状态 待批 已批准" in words
    assert f"校验码 {AuditSeal.objects.get(event_id=approved.pk).hash}" in words


def test_reading_and_taking_along_leave_events(story: Drive) -> None:
    client = auditor(story)
    client.get(LIST, {"who": "队长", "outcome": "done"})
    read = AuditEvent.objects.filter(action="audit.read").latest("pk")
    assert (read.actor_name, read.after) == (
        "普审计（审计管理员）",
        {"filters": {"操作人": "队长", "结果": "完成"}},
    )
    client.get(f"{LIST}export/", {"action": "leave.submit"})
    taken = AuditEvent.objects.filter(action="audit.export").latest("pk")
    assert taken.after == {"count": 2, "format": "Excel", "filters": {"动作": "提交请假"}}


def test_the_files_hold_the_list_without_formulas(story: Drive) -> None:
    place = story.world.regions["puning"].path
    evil = "=HYPERLINK(1)"
    audit.record(action="feedback.send", actor=None, capacity=evil, after={"page": evil}, place=place)
    seal.seal()
    client = auditor(story)
    taken = client.get(f"{LIST}export/", {"format": "csv"})
    assert taken["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert rows[0][:5] == ["编号", "时间", "操作人", "身份", "动作"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert ("洪队员", "提交请假") in {(row[2], row[4]) for row in rows}
    book = load_workbook(io.BytesIO(client.get(f"{LIST}export/").content))
    sheet = book.active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert f"'{evil}" in {cell.value for cell in cells}
    # The walk of the list and the walk of the file itself stand between the two.
    assert sheet.max_row == len(rows) + 2


def test_more_than_a_file_holds_is_refused_in_words(story: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teams.trail.MOST_EXPORTED", 3)
    page = auditor(story).get(f"{LIST}export/")
    assert page.status_code == 422
    assert "一次最多导出 3 条，缩短日期范围再导出" in text(page)


def test_the_chain_is_checked_and_its_head_shown_to_write_down(story: Drive) -> None:
    seal.seal()
    client = auditor(story)
    address = reverse("teams:audit_chain")
    page = client.get(address)
    position, hash_ = seal.head()
    assert f"{position}:{hash_[:16]}" in text(page)
    assert "还没有校验过" in text(page)
    assert client.post(address, {}).status_code == 302
    assert "没有断点" in text(client.get(address))
    event = AuditEvent.objects.filter(action="leave.submit").first()
    with triggers.lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditevent SET actor_name = '某人' WHERE id = %s", [event.pk])
    client.post(address, {})
    assert f"记录 {event.pk} 被改过" in text(client.get(address))
    assert AuditEvent.objects.filter(action="audit.check", actor_name__startswith="普审计").count() == 2


def test_a_check_that_cannot_start_says_why(story: Drive, clock: Any) -> None:
    seal.seal()
    client = auditor(story)
    address = reverse("teams:audit_chain")
    page = client.post(address, {"since": "2019-01-01", "until": "2018-01-01"})
    assert page.status_code == 422
    assert beside(page, "until") == "止期不能早于起期"
    page = client.post(address, {"until": "2018-01-01"})
    assert (page.status_code, beside(page, "since")) == (422, "这几天里没有封存的记录，改日期再校验")
    AuditCheck.objects.create(started_at=clock(), first=1, last=9, reached=0, reached_hash=seal.GENESIS)
    page = client.post(address, {})
    assert page.status_code == 409
    assert "上一次校验还没有完成" in text(page)


def test_his_home_leads_there_and_to_no_business(world: World) -> None:
    words = text(browser(world, "pn_auditor").get("/"))
    assert "审计记录" in words
    assert "链校验" in words
    for never in ("待办", "请假", "队伍"):
        assert never not in words
