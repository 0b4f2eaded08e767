"""Who decides, who is told, and the whole way to 已销假, in each jurisdiction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from approvals import selectors
from approvals.models import Filing
from core.errors import Conflict, NotYours, Refused
from tests.drive import MONDAY, NEXT_MONDAY, Drive, away_halves, newest, now, route

pytestmark = pytest.mark.usefixtures("clock")

SECRETARY, BUREAU = "town:party_secretary", "county:agriculture"
COMMITTEE = "town:party_committee"
JOINT = ["county:organization", "county:rural_revitalization", "unit:leader"]


@pytest.mark.parametrize(
    ("who", "days", "party", "decider"),
    [
        ("liusha_member", 3, "team:captain", "liusha_captain"),
        ("liusha_member", 3.5, SECRETARY, "liusha_secretary"),
        ("liusha_member", 4, SECRETARY, "liusha_secretary"),
        ("liusha_member", 5, SECRETARY, "liusha_secretary"),
        ("liusha_member", 5.5, BUREAU, "pn_agri_chief"),
        ("liusha_member", 6, BUREAU, "pn_agri_chief"),
        ("liusha_captain", 5, SECRETARY, "liusha_secretary"),
        ("liusha_captain", 6, BUREAU, "pn_agri_chief"),
        ("sc_member", 7, COMMITTEE, "zhuli_secretary"),
        ("sc_captain", 7, COMMITTEE, "zhuli_secretary"),
    ],
)
def test_one_decider_by_tier(drive: Drive, clock, who: str, days: float, party: str, decider: str) -> None:
    request = drive.ask(who, days)
    assert route(request) == [("any", [party])]
    assert [task.sign_off for task in selectors.waiting_for(drive.world.user(decider))] == [newest(request)]
    drive.sign(decider, request)
    assert now(request).state == "approved"
    assert {firm for *_, firm in away_halves(request)} == {True}
    assert len(away_halves(request)) == days * 2
    clock.set(request.end, hour=20)
    drive.back(who, request, request.end, "pm")
    assert now(request).state == "back"


def test_the_neighbouring_towns_people_see_nothing(drive: Drive) -> None:
    request = drive.ask("liusha_member", 4)
    for who in ("lihu_captain", "lihu_secretary", "lihu_member", "liusha_mate", "xf_rural_chief"):
        assert selectors.waiting_for(drive.world.user(who)) == []
        with pytest.raises(NotYours):
            drive.sign(who, request)
    assert now(request).state == "pending"


def test_filings_follow_the_agreement_of_the_town_committee(drive: Drive) -> None:
    request = drive.ask("sc_member", 7)
    assert not Filing.objects.exists()
    drive.sign("zhuli_secretary", request)
    filed = Filing.objects.filter(kind="filing")
    assert sorted(filed.values_list("party", "clause")) == [
        ("county:organization", "zhumadian-16-7"),
        ("county:rural_revitalization", "zhumadian-16-7"),
    ]
    assert [item.party for item in selectors.told_to(drive.world.user("sc_org_chief"))] == [
        "county:organization"
    ]


@pytest.mark.parametrize("days", [7.5, 8])
@pytest.mark.parametrize(
    "order",
    [
        ("sc_org_chief", "sc_rural_chief", "sc_unit_chief"),
        ("sc_unit_chief", "sc_org_chief", "sc_rural_chief"),
        ("sc_rural_chief", "sc_unit_chief", "sc_org_chief"),
    ],
)
def test_over_seven_days_three_decide_in_any_order_each_once(
    drive: Drive, days: float, order: tuple[str, str, str]
) -> None:
    request = drive.ask("sc_member", days)
    assert route(request) == [("all", JOINT)]
    for who in order[:2]:
        drive.sign(who, request)
        assert now(request).state == "pending"
        with pytest.raises(Conflict) as again:
            drive.sign(who, request)
        assert again.value.code == "signed_already"
    drive.sign(order[2], request)
    assert now(request).state == "approved"
    assert newest(request).signatures.count() == 3
    told = set(Filing.objects.values_list("kind", "party"))
    assert ("copy", "team:captain") in told
    assert ("copy", COMMITTEE) in told


def test_one_of_three_refusing_ends_a_joint_decision(drive: Drive) -> None:
    request = drive.ask("sc_captain", 8)
    drive.sign("sc_org_chief", request)
    drive.sign("sc_unit_chief", request, "refuse", "值守任务紧，改期再请")
    assert now(request).state == "refused"
    with pytest.raises(Conflict) as late:
        drive.sign("sc_rural_chief", request)
    assert "上教育" in late.value.sentence
    assert away_halves(request) == []


@pytest.mark.parametrize(
    ("who", "managing", "chief"),
    [
        ("xf_member", "county:rural_revitalization", "xf_rural_chief"),
        ("liusha_first", "county:agriculture", "pn_agri_chief"),
    ],
)
@pytest.mark.parametrize("days", [1, 6])
def test_where_the_document_is_silent_the_managing_office_names_who_decides(
    drive: Drive, who: str, managing: str, chief: str, days: int
) -> None:
    request = drive.ask(who, days)
    assert request.decision["outcome"] == ("unspecified" if who == "xf_member" else "yields")
    assert route(request) == [("any", [managing])]
    with pytest.raises(Refused) as wrong:
        drive.sign(chief, request)
    assert wrong.value.code == "wrong_voice"
    with pytest.raises(Refused) as silent:
        drive.assign(chief, request, "team:captain", reason="  ")
    assert silent.value.field == "note"
    drive.assign(chief, request, "team:captain", SECRETARY, together=True)
    assert route(request) == [("all", ["team:captain", SECRETARY])]
    assert newest(request).plan["reason"] == "按县里以往的做法"
    town = "meikeng" if who == "xf_member" else "liusha"
    drive.sign(f"{town}_secretary", request)
    drive.sign("xf_captain" if who == "xf_member" else "liusha_captain", request)
    assert now(request).state == "approved"


def test_only_the_managing_office_names_deciders(drive: Drive) -> None:
    request = drive.ask("xf_member", 2)
    for outsider in ("liusha_captain", "pn_agri_chief"):
        with pytest.raises(NotYours):
            drive.assign(outsider, request, "team:captain")
        with pytest.raises(NotYours):
            drive.assign(outsider, request, "no:such")
    with pytest.raises(Conflict):
        drive.assign("xf_captain", request, "team:captain")
    with pytest.raises(Refused):
        drive.assign("xf_member", request, "team:captain")
    with pytest.raises(Refused) as unknown:
        drive.assign("xf_rural_chief", request, "town:mayor")
    assert unknown.value.field == "parties"
    assert newest(request).round == 1


def test_naming_only_the_applicant_is_refused_and_changes_nothing(drive: Drive) -> None:
    request = drive.ask("xf_captain", 2)
    with pytest.raises(Refused) as alone:
        drive.assign("xf_rural_chief", request, "team:captain")
    assert alone.value.code == "nobody_there"
    assert newest(request).round == 1
    assert newest(request).is_open


def test_naming_deciders_twice_with_one_key_is_one_round(drive: Drive) -> None:
    request = drive.ask("xf_member", 2)
    page = {"page_hash": newest(request).content_hash, "request_key": "same-key"}
    first = drive.assign("xf_rural_chief", request, "team:captain", **page)
    assert drive.assign("xf_rural_chief", request, "team:captain", **page).pk == first.pk
    drive.sign("xf_captain", request)
    assert drive.assign("xf_rural_chief", request, "team:captain", **page).pk == first.pk
    assert newest(request).round == 2


def test_a_page_from_before_the_deciders_were_named_is_told_so(drive: Drive) -> None:
    request = drive.ask("xf_member", 2)
    page_hash = newest(request).content_hash
    drive.assign("xf_rural_chief", request, "team:captain")
    with pytest.raises(Conflict) as late:
        drive.assign("xf_rural_chief", request, SECRETARY, page_hash=page_hash)
    assert "已指定了批准人" in late.value.sentence
    assert route(request) == [("any", ["team:captain"])]


def test_touching_leave_is_routed_by_the_whole_length(drive: Drive) -> None:
    """Friday, then Monday: only rest days between, so the second is counted as one stretch of four days."""
    friday = MONDAY + timedelta(days=4)
    drive.ask("liusha_member", 1, start=friday)
    second = drive.ask("liusha_member", 1, start=NEXT_MONDAY)
    assert route(second) == [("any", [SECRETARY])]
    assert second.decision["total_halves"] == 8
    assert second.absence_halves == 2


def test_a_decision_above_the_captain_is_copied_to_captain_town_and_unit(drive: Drive) -> None:
    request = drive.ask("liusha_member", 6)
    drive.sign("pn_agri_chief", request)
    copies = set(Filing.objects.filter(kind="copy").values_list("party", flat=True))
    assert copies == {"team:captain", SECRETARY, "unit:leader"}
    assert not Filing.objects.filter(kind="filing").exists()


def test_a_refinement_of_type_changes_only_the_charge(drive: Drive) -> None:
    """年休假 from Friday to Monday: four days decide who signs, two are charged."""
    request = drive.ask("liusha_member", 4, start=MONDAY + timedelta(days=4), type="annual")
    assert (request.absence_halves, request.charged_halves) == (8, 4)
    assert route(request) == [("any", [SECRETARY])]
