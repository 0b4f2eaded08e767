"""出勤明细: one row a person and day, of whom one looks after and of nobody else."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from attendance.reports import day_book
from core.models import AuditEvent
from tests.attendance.test_standing import write
from tests.cast import World
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/attendance/days/"
ASKED = {"first": "2026-11-19", "last": "2026-11-30"}


def rows(answer: Any) -> list[tuple[Any, ...]]:
    sheet = load_workbook(io.BytesIO(answer.content)).active
    return [row for row in sheet.iter_rows(min_row=4, values_only=True) if isinstance(row[5], datetime)]


@pytest.fixture
def said(world: World) -> World:
    for half in ("am", "pm"):
        write(world.human("sc_member"), date(2026, 11, 20), half, "on_post")
    write(world.human("sc_member"), date(2026, 11, 20), "night", "village")
    write(world.human("liusha_member"), date(2026, 11, 20), "am", "on_post")
    return world


def test_each_day_up_to_today_in_words(said: World) -> None:
    answer = browser(said, "sc_org_chief").get(PAGE, ASKED)
    assert answer["Content-Type"].endswith("sheet")
    every = rows(answer)
    found = [row for row in every if row[2] == "上队员"]
    # The clock stands on Monday, 23 November.
    assert [row[5].day for row in found] == [19, 20, 21, 22, 23]
    assert found[1][6:] == ("五", "在岗", "在岗", "住村", None, None)
    assert found[2][6:] == ("六", None, None, None, "是", None)
    event = AuditEvent.objects.get(action="attendance.export_days")
    assert event.after["rows"] == len(every)


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("liusha_captain", {"洪队长", "洪队员", "洪队友", "洪第一"}),
        ("lihu_officer", {"里队长", "里队员"}),
        ("sc_unit_chief", {"上队长", "上队员"}),
    ],
)
def test_everybody_gets_whom_he_looks_after(said: World, who: str, names: set[str]) -> None:
    assert {row[2] for row in rows(browser(said, who).get(PAGE, ASKED))} == names


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"first": "2026-11-20", "last": "2026-11-19"}, "开始日期不能晚于结束日期"),
        ({"first": "2026-12-20", "last": "2026-12-24"}, "也不能晚于今天"),
        ({"first": "二月三十", "last": "2026-11-19"}, "开始日期写成 2026-11-24 的样子"),
        ({"first": "", "last": ""}, "选开始日期"),
        ({"first": "2026-11-01", "last": "2026-11-19", "town": "9.9"}, "选名单里的乡镇"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(said: World, asked: dict[str, str], sentence: str) -> None:
    answer = browser(said, "pn_agri_chief").get(PAGE, asked)
    assert answer.status_code == 422
    assert sentence in text(answer)


def test_too_many_rows_are_refused_before_they_are_made(said: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_book, "MOST_ROWS", 3)
    answer = browser(said, "sc_org_chief").get(PAGE, ASKED)
    assert answer.status_code == 422
    assert "一次最多导出 3 行" in text(answer)


def test_more_days_ask_no_more_questions(said: World) -> None:
    chief = browser(said, "pn_agri_chief")
    counts = []
    # What each process keeps is read once.
    chief.get(PAGE, ASKED)
    for first in ("2026-11-20", "2026-11-01"):
        with CaptureQueriesContext(connection) as queries:
            assert chief.get(PAGE, {"first": first, "last": "2026-11-23"}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_of_more_people_than_are_read_at_once_everybody_is_there_in_order(
    said: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read in pieces is the workbook that would be read at once."""
    chief = browser(said, "pn_agri_chief")
    whole = rows(chief.get(PAGE, ASKED))
    assert len({row[2] for row in whole}) > 4
    monkeypatch.setattr(day_book, "AT_ONCE", 1)
    assert rows(chief.get(PAGE, ASKED)) == whole


def test_who_looks_after_nobody_is_told_so(said: World) -> None:
    assert browser(said, "liusha_member").get(PAGE, ASKED).status_code in (404, 422)
