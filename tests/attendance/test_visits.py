"""下组入户: told apart where a document names it, a day on post everywhere, a night only where somebody stayed."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from attendance.models import Fact
from attendance.quotas import standings
from attendance.reports.team_book import team_book
from attendance.services import Entry, enter
from core.errors import Refused
from policy.periods import period_of
from teams.words import Post
from tests import cast
from tests.attendance.months import mark
from tests.cast import World
from tests.drive import MONDAY, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
LAST = MONDAY - timedelta(days=3)


@pytest.fixture
def yongxing(drive: Drive) -> Drive:
    cast.add_yongxing(drive.world)
    drive.world.person("matian_deputy", "马副书", Post.DEPUTY_SECRETARY, "matian_party")
    return drive


def told(world: World, who: str = "yx_member") -> dict[str, str]:
    """Rule → its figures in words."""
    found = standings(world.user("yx_office_chief"), period_of("month", MONDAY))
    return {line.label: line.text for line in found.lines if line.posting.person_id == world.human(who).pk}


@pytest.mark.parametrize("clause", ["yongxing-1-4-12-nights"])
def test_a_visit_is_a_day_on_post_and_counts_among_the_twelve_where_he_stayed(
    yongxing: Drive, clause: str
) -> None:
    for number, code in enumerate(("visit", "visit_stay", "visit_town", "on_post")):
        mark(yongxing, "yx_member", LAST - timedelta(days=number), code, by="matian_deputy")
    said = told(yongxing.world)
    assert "已在岗 4 天" in said["每月驻村不少于 20 天"]
    assert "已住下 2 天" in said["其中下组入户、住在村里或乡镇政府不少于 12 天"]


def test_where_no_document_names_it_it_is_neither_offered_nor_taken(yongxing: Drive) -> None:
    with pytest.raises(Refused) as refused:
        mark(yongxing, "liusha_member", LAST, "visit")
    assert refused.value.code == "not_named"
    assert not Fact.objects.filter(value="visit").exists()
    assert "下组入户" not in text(
        browser(yongxing.world, "liusha_officer").get(reverse("attendance:register"))
    )


def test_the_keeper_has_its_keys_and_the_form_its_choice(yongxing: Drive) -> None:
    keeper = browser(yongxing.world, "matian_deputy")
    page = keeper.get(reverse("attendance:register")).content.decode()
    assert "<kbd>H</kbd>下组入户" in page
    posting = yongxing.world.appointments["yx_member"]
    address = reverse("attendance:row", args=[posting.pk])
    assert "下组入户并住村" in keeper.get(address).content.decode()
    saved = keeper.post(
        reverse("attendance:save"),
        {"team": posting.body_id, "month": "2026-11", "entry": f"{posting.pk}:20:visit_stay:0"},
        headers={"accept": "application/json"},
    )
    assert saved.status_code == 200
    assert "户住" in keeper.get(reverse("attendance:register")).content.decode()


def test_the_printed_form_counts_the_days_and_says_what_the_sign_means(yongxing: Drive) -> None:
    world = yongxing.world

    def cells() -> list[str]:
        book = team_book(
            acting_user=world.user("matian_deputy"),
            team_ids=[world.bodies["yx_team"].pk],
            month=date(2026, 11, 1),
        )
        sheet = load_workbook(io.BytesIO(book.content)).active
        heads = {cell.value: cell.column for cell in sheet[4] if cell.value}
        row = next(row for row in sheet.iter_rows() if row[1].value == "永队员")
        return [
            str(sheet.cell(row[0].row, heads["下组入户"]).value),
            *(str(cell.value) for each in sheet.iter_rows() for cell in each if cell.value),
        ]

    assert any("由乡镇核实后手填" in each for each in cells())
    for number in range(2):
        mark(yongxing, "yx_member", LAST - timedelta(days=number), "visit", by="matian_deputy")
    found = cells()
    assert found[0] == "2"
    assert any("户 下组入户" in each for each in found)
    assert not any("由乡镇核实后手填" in each for each in found)


def test_a_whole_team_entered_at_once_leaves_a_visit_what_it_was(yongxing: Drive) -> None:
    world = yongxing.world
    posting = world.appointments["yx_member"]
    enter(
        acting_user=world.user("matian_deputy"),
        team_id=posting.body_id,
        month=MONDAY,
        entries=[Entry(posting_id=posting.pk, day=MONDAY, mark="visit_stay")],
    )
    page = browser(world, "matian_deputy").get(reverse("attendance:group"))
    assert page.status_code == 200
    html = page.content.decode()
    assert f'name="on{posting.pk}"' in html
    browser(world, "matian_deputy").post(
        reverse("attendance:group"),
        {
            "team": posting.body_id,
            f"on{posting.pk}": "on",
            f"night{posting.pk}": "on",
            f"seen{posting.pk}": "99",
        },
    )
    newest = Fact.objects.filter(person=posting.person_id, part="am").latest("pk")
    assert newest.value == "visit"
