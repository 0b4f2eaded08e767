"""Each clause on leave, walked through the pages: asked, decided by whom it names, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from leave.models import LeaveRequest
from leave.tasks import remind_overdue
from policy.days import Half, Span
from teams.models import Away
from tests import cast
from tests.drive import NEXT_MONDAY, Drive, newest, now
from tests.pages import answers, beside, browser, sign_fields, submit, text

JOINT = ["sc_unit_chief", "sc_org_chief", "sc_rural_chief"]
pytestmark = pytest.mark.usefixtures("clock")


def ask(drive: Drive, who: str, days: float) -> LeaveRequest:
    """Both pages of the form, filled in and sent."""
    span = Span.of_halves(NEXT_MONDAY, int(days * 2))
    client = browser(drive.world, who)
    wish = answers(end=span.end.isoformat(), end_half=Half(span.end_half).value)
    assert client.post(reverse("leave:new"), wish).status_code == 302
    request = LeaveRequest.objects.latest("pk")
    submit(client, request)
    assert now(request).state == "pending"
    return request


def agree(drive: Drive, who: str, request: LeaveRequest) -> str:
    """Read the card, press 同意; the words of the card as it was read."""
    client = browser(drive.world, who)
    card = client.get(request.get_absolute_url())
    client.post(reverse("approvals:sign", args=[newest(request).pk]), sign_fields(card))
    return text(card)


@pytest.mark.parametrize(
    ("clause_id", "who", "days", "deciders", "words"),
    [
        pytest.param("puning-6-captain-5", "liusha_captain", 5, ["liusha_secretary"], "不超过 5 天", id="puning-6-captain-5"),
        pytest.param("puning-6-captain-over-5", "liusha_captain", 5.5, ["pn_agri_chief"], "超过 5 天", id="puning-6-captain-over-5"),
        pytest.param("puning-6-member-3", "liusha_member", 3, ["liusha_captain"], "不超过 3 天", id="puning-6-member-3"),
        pytest.param("puning-6-member-4-5", "liusha_member", 3.5, ["liusha_secretary"], "超过 3 天至 5 天", id="puning-6-member-4-5"),
        pytest.param("puning-6-member-over-5", "liusha_member", 5.5, ["pn_agri_chief"], "超过 5 天", id="puning-6-member-over-5"),
        pytest.param("zhumadian-16-over-7", "sc_member", 7.5, JOINT, "超过 7 天", id="zhumadian-16-over-7"),
    ],
)  # fmt: skip
def test_whom_the_clause_names_decides(
    drive: Drive, clause_id: str, who: str, days: float, deciders: list[str], words: str
) -> None:
    request = ask(drive, who, days)
    assert now(request).decision["clauses"] == [clause_id]
    sign_off = newest(request)
    url, fields = reverse("approvals:sign", args=[sign_off.pk]), {"decision": "agree", "note": ""}
    for other in ("liusha_captain", "liusha_secretary", "pn_agri_chief", "zhuli_secretary", "sc_rural_chief"):
        if other not in deciders and other != who:
            pressed = {**fields, "page_hash": sign_off.content_hash, "request_key": other}
            assert browser(drive.world, other).post(url, pressed).status_code in (404, 409)
    for decider in deciders:
        assert now(request).state == "pending"
        card = agree(drive, decider, request)
        assert words in card
        assert "第十六条" in card if clause_id.startswith("zhumadian") else "第六条" in card
    assert now(request).state == "approved"


@pytest.mark.parametrize("clause_id", ["zhumadian-16-7"], ids=["zhumadian-16-7"])
def test_the_town_committee_decides_and_two_county_bodies_are_told(drive: Drive, clause_id: str) -> None:
    request = ask(drive, "sc_member", 7)
    assert now(request).decision["clauses"] == [clause_id]
    told = reverse("approvals:todo") + "?tab=told"
    for who in ("sc_org_chief", "sc_rural_chief"):
        assert "上队员" not in text(browser(drive.world, who).get(told))
    assert "不超过 7 天" in agree(drive, "zhuli_secretary", request)
    assert now(request).state == "approved"
    for who in ("sc_org_chief", "sc_rural_chief"):
        assert "上队员" in text(browser(drive.world, who).get(told))
    assert "上队员" not in text(browser(drive.world, "pn_org_chief").get(told))


@pytest.mark.parametrize(
    ("clause_id", "who", "office", "place"),
    [
        pytest.param(
            "puning-6-first-secretary", "liusha_first", "pn_agri_chief", None, id="puning-6-first-secretary"
        ),
        pytest.param(
            "xinfeng-leave-unspecified", "xf_member", "xf_rural_chief", None, id="xinfeng-leave-unspecified"
        ),
        pytest.param(
            "yongxing-leave-unspecified",
            "yx_member",
            "yx_office_chief",
            cast.add_yongxing,
            id="yongxing-leave-unspecified",
        ),
        pytest.param(
            "ganzhou-2-leave-system",
            "gz_member",
            "gz_rural_chief",
            cast.add_ganzhou,
            id="ganzhou-2-leave-system",
        ),
    ],
)
def test_where_no_tier_applies_the_managing_office_names_the_decider(
    drive: Drive, clause_id: str, who: str, office: str, place
) -> None:
    if place is not None:
        place(drive.world)
    request = ask(drive, who, 4)
    assert now(request).decision["clauses"] == [clause_id]
    assert now(request).decision["tiers"] == []
    client = browser(drive.world, office)
    card = client.get(request.get_absolute_url())
    assert "待您指定批准人" in text(card)
    url = reverse("leave:assign", args=[request.pk])
    named = sign_fields(card, together="any", parties=["town:party_secretary"])
    assert client.post(url, {**named, "reason": ""}).status_code == 422
    client.post(url, {**named, "reason": "县里会议定的"})
    decider = {"puning": "liusha", "xinfeng": "meikeng", "yongxing": "matian", "ganzhou": "tandong"}
    assert "县里会议定的" in agree(drive, f"{decider[clause_id.partition('-')[0]]}_secretary", request)
    assert now(request).state == "approved"


@pytest.mark.parametrize(
    ("clause_id", "who", "decider"),
    [
        pytest.param(
            "puning-6-personal-leave", "liusha_member", "liusha_captain", id="puning-6-personal-leave"
        ),
        pytest.param("zhumadian-16-written", "sc_member", "zhuli_secretary", id="zhumadian-16-written"),
    ],
)
def test_leave_is_asked_for_in_writing(drive: Drive, clause_id: str, who: str, decider: str) -> None:
    client = browser(drive.world, who)
    silent = client.post(reverse("leave:new"), answers(2, reason="", destination=""))
    assert silent.status_code == 422
    assert beside(silent, "reason")
    assert not Away.objects.exists()
    request = ask(drive, who, 2)
    assert now(request).decision["clauses"][0].startswith(clause_id.partition("-")[0])
    assert {row.firm for row in Away.objects.all()} == {False}
    card = agree(drive, decider, request)
    for written in ("陪父亲复查身体", "广州市天河区", "事假"):
        assert written in card
    assert {row.firm for row in Away.objects.all()} == {True}


@pytest.mark.parametrize("clause_id", ["puning-6-return"], ids=["puning-6-return"])
def test_who_is_back_says_so_and_who_does_not_is_reminded(drive: Drive, clock, clause_id: str) -> None:
    request = ask(drive, "liusha_member", 2)
    agree(drive, "liusha_captain", request)
    client = browser(drive.world, "liusha_member")
    clock.set(NEXT_MONDAY + timedelta(days=3), hour=9)
    remind_overdue()
    assert "还没有销假" in text(client.get(reverse("core:notices")))
    assert "销假" in text(client.get(reverse("leave:mine")))
    client.post(
        reverse("leave:back", args=[request.pk]),
        {"returned_on": NEXT_MONDAY + timedelta(days=2), "returned_half": "am", "note": "路上堵车"},
    )
    assert now(request).state == "back"
    assert "12月2日（周三）上午" in text(client.get(request.get_absolute_url()))


@pytest.mark.parametrize("clause_id", ["puning-10-scope"], ids=["puning-10-scope"])
def test_a_team_sent_by_the_province_goes_by_this_document_until_its_own_is_registered(
    drive: Drive, clause_id: str
) -> None:
    world = drive.world
    world.person("gd_member", "省派队员", "member", "liusha_team", unit=world.bodies["gd_unit"])
    request = drive.save("gd_member", 6)
    page = text(browser(world, "gd_member").get(reverse("leave:check", args=[request.pk])))
    assert "还没有登记这样的制度时，按本文件执行" in page
    submit(browser(world, "gd_member"), request)
    assert now(request).decision["clauses"] == ["puning-6-member-over-5", clause_id]
    assert "第十条" in agree(drive, "pn_agri_chief", request)
    assert now(request).state == "approved"
    near = drive.ask("liusha_member", 6)
    assert clause_id not in now(near).decision["clauses"]
