"""Who sees which page of leave, what stays private, and what the overseers' list costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.drive import NEXT_MONDAY, Drive, newest
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")

REASON = "陪父亲做化疗"


@pytest.mark.parametrize(
    ("who", "status", "reads_reason"),
    [
        ("liusha_member", 200, True),
        ("liusha_secretary", 200, True),
        ("liusha_captain", 200, False),
        ("liusha_officer", 200, False),
        ("pn_unit_chief", 200, False),
        ("pn_agri_staff", 200, False),
        ("liusha_mate", 404, False),
        ("lihu_secretary", 404, False),
        ("lihu_captain", 404, False),
        ("pn_unit2_chief", 404, False),
        ("pn_finance_chief", 404, False),
        ("xf_rural_chief", 404, False),
    ],
)
def test_the_card_and_the_private_reason(drive: Drive, who: str, status: int, reads_reason: bool) -> None:
    request = drive.ask("liusha_member", 4, reason=REASON)
    page = browser(drive.world, who).get(request.get_absolute_url())
    assert page.status_code == status
    assert (REASON in text(page)) is reads_reason


def test_the_telephone_is_masked_and_only_those_near_may_ask_for_it(drive: Drive) -> None:
    request = drive.ask("liusha_member", 4)
    asking = reverse("leave:contact", args=[request.pk])
    for who, near in (("pn_unit_chief", False), ("liusha_captain", True)):
        page = browser(drive.world, who).get(request.get_absolute_url())
        assert "138****8000" in text(page)
        assert (asking in page.content.decode()) is near


@pytest.mark.parametrize("name", ["edit", "check"])
@pytest.mark.parametrize("who", ["liusha_captain", "liusha_mate", "lihu_member"])
def test_a_draft_is_its_drafters_alone(drive: Drive, who: str, name: str) -> None:
    draft = drive.save("liusha_member", 2)
    assert browser(drive.world, who).get(reverse(f"leave:{name}", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("name", ["submit", "withdraw", "cancel", "discard", "back", "assign"])
def test_outsiders_change_nothing(drive: Drive, name: str) -> None:
    request = drive.ask("liusha_member", 2)
    outsider = browser(drive.world, "lihu_captain")
    assert outsider.post(reverse(f"leave:{name}", args=[request.pk])).status_code == 404
    assert newest(request).is_open


@pytest.mark.parametrize("name", ["submit", "withdraw", "cancel", "discard", "back", "assign"])
def test_nothing_is_changed_by_a_link(drive: Drive, name: str) -> None:
    request = drive.ask("liusha_member", 2)
    page = browser(drive.world, "liusha_member").get(reverse(f"leave:{name}", args=[request.pk]))
    assert page.status_code == 405


def test_only_people_with_a_posting_ask(drive: Drive) -> None:
    assert browser(drive.world, "liusha_secretary").get(reverse("leave:new")).status_code == 404
    assert browser(drive.world, "liusha_captain").get(reverse("leave:new")).status_code == 200


def test_only_overseers_have_the_list(drive: Drive) -> None:
    assert browser(drive.world, "liusha_member").get(reverse("leave:list")).status_code == 404
    assert browser(drive.world, "pn_finance_chief").get(reverse("leave:list")).status_code == 404


@pytest.fixture
def asked(drive: Drive) -> Drive:
    """Leave in both towns of 普宁, in several conditions."""
    drive.sign("liusha_captain", drive.ask("liusha_member", 2))
    drive.ask("liusha_mate", 1, type="sick", start=NEXT_MONDAY + timedelta(days=20))
    drive.ask("lihu_member", 3)
    drive.save("lihu_captain", 1)
    return drive


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("pn_agri_staff", {"洪队员", "洪队友", "里队员"}),
        ("liusha_secretary", {"洪队员", "洪队友"}),
        ("liusha_captain", {"洪队员", "洪队友"}),
        ("lihu_officer", {"里队员"}),
        ("pn_unit2_chief", {"洪队友"}),
    ],
)
def test_each_overseer_lists_his_own_and_no_drafts(asked: Drive, who: str, names: set[str]) -> None:
    page = browser(asked.world, who).get(reverse("leave:list"))
    assert {row["request"].applicant.name for row in page.context["rows"]} == names


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"phase": "approved"}, ["洪队员"]),
        ({"type": "sick"}, ["洪队友"]),
        ({"name": "里队"}, ["里队员"]),
        ({"name": "hong dui y"}, ["洪队友", "洪队员"]),
        ({"name": "lidy"}, []),
        ({"name": "ldy"}, ["里队员"]),
        ({"since": "2026-12-10"}, ["洪队友"]),
        ({"until": "2026-12-01"}, ["里队员", "洪队员"]),
        ({"phase": "pending", "type": "personal"}, ["里队员"]),
    ],
)
def test_filters_stand_in_the_address(asked: Drive, filters: dict[str, str], names: list[str]) -> None:
    page = browser(asked.world, "pn_agri_staff").get(reverse("leave:list"), filters)
    assert [row["request"].applicant.name for row in page.context["rows"]] == names
    if not names:
        assert "没有符合条件的请假" in text(page)


def test_a_filter_by_town_and_by_team(asked: Drive) -> None:
    office = browser(asked.world, "pn_agri_staff")
    for name, value in (
        ("town", asked.world.regions["lihu"].path),
        ("team", asked.world.bodies["lihu_team"].pk),
    ):
        page = office.get(reverse("leave:list"), {name: value})
        assert [row["request"].applicant.name for row in page.context["rows"]] == ["里队员"]
    assert (
        'name="team"' not in browser(asked.world, "lihu_officer").get(reverse("leave:list")).content.decode()
    )


def test_a_filter_that_makes_no_sense_is_named_and_the_rest_holds(asked: Drive) -> None:
    page = browser(asked.world, "pn_agri_staff").get(reverse("leave:list"), {"since": "下周", "type": "sick"})
    assert "日期写成 2026-11-24 的样子" in text(page)
    assert [row["request"].applicant.name for row in page.context["rows"]] == ["洪队友"]


def many(drive: Drive, number: int) -> None:
    for place in range(number):
        who = f"extra_{len(drive.world.users)}_{place}"
        drive.world.person(who, f"增员{place}", "member", "liusha_team", unit=drive.world.bodies["pn_unit"])
        drive.ask(who, 1)


def test_pages_of_the_list_keep_the_filters(drive: Drive) -> None:
    many(drive, 21)
    office = browser(drive.world, "pn_agri_staff")
    page = office.get(reverse("leave:list"), {"phase": "pending", "name": "增员"})
    assert "?phase=pending&amp;name=%E5%A2%9E%E5%91%98&amp;page=2" in page.content.decode()
    second = office.get(reverse("leave:list"), {"phase": "pending", "name": "增员", "page": 2})
    assert len(second.context["rows"]) == 1


@pytest.mark.parametrize(("name", "who"), [("leave:list", "pn_agri_staff"), ("leave:mine", "liusha_captain")])
def test_the_number_of_queries_does_not_grow_with_the_rows(drive: Drive, name: str, who: str) -> None:
    client = browser(drive.world, who)

    def fill(first: int, last: int) -> None:
        if name == "leave:list":
            many(drive, last - first)
            return
        for place in range(first, last):
            drive.ask(who, 1, start=NEXT_MONDAY + timedelta(days=2 * place))

    def count() -> int:
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(name)).status_code == 200
        return len(caught)

    fill(0, 3)
    few = count()
    fill(3, 15)
    assert count() == few
