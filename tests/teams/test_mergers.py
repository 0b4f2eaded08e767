"""Institutions, units and teams that are renamed or merged: people move, seats follow, old papers keep the old name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from approvals.models import Seat
from approvals.selectors import waiting_for
from core.errors import Conflict, NotYours, Refused
from leave.models import LeaveRequest
from teams.functions import add_function, end_function
from teams.mergers import absorb_office, end_body, merge_body, rename_body
from teams.models import Appointment, Body, OfficeFunction, Pairing
from teams.pairings import pair
from teams.scope import scope_of
from teams.words import Function, PairingRole, Post
from tests.cast import START, World
from tests.drive import MONDAY, Clock, Drive, newest, now
from tests.pages import beside, browser, text

YESTERDAY, TOMORROW = MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)
PAPER = "普编〔2026〕3号"
pytestmark = pytest.mark.usefixtures("clock")


def today(person) -> list[tuple[str, str]]:
    rows = Appointment.objects.on(MONDAY).filter(person=person).order_by("pk")
    return [(row.post, str(row.body)) for row in rows]


# ---- offices ---------------------------------------------------------------------------------------------------


def test_what_waited_for_an_absorbed_office_waits_for_the_one_that_absorbs(
    world: World, drive: Drive, clock: Clock
) -> None:
    """上蔡: a joint decision of three; 乡村振兴局 goes into 组织部 before it has signed."""
    request = drive.ask("sc_member", 8)
    drive.sign("sc_unit_chief", request)
    absorb_office(
        office_id=world.bodies["sc_rural"].pk,
        into_id=world.bodies["sc_org"].pk,
        last_day=MONDAY,
        acting_user=None,
    )
    assert [task.sign_off.pk for task in waiting_for(world.user("sc_rural_chief"))] == [newest(request).pk]
    clock.set(TOMORROW)
    assert waiting_for(world.user("sc_rural_chief")) == []
    assert scope_of(world.user("sc_rural_chief")).appointments == ()
    deputy = world.person("sc_org_deputy", "上副部", Post.LEADER, "sc_org")
    drive.sign("sc_org_chief", request)
    assert now(request).state == LeaveRequest.State.PENDING
    assert [task.sign_off.pk for task in waiting_for(world.user(deputy.username))] == [newest(request).pk]
    drive.sign(deputy.username, request)
    assert now(request).state == LeaveRequest.State.APPROVED
    names = set(Seat.objects.filter(sign_off=newest(request)).values_list("body__name", flat=True))
    assert "上蔡县乡村振兴局" in names
    card = browser(world, "sc_org_chief").get(reverse("leave:card", args=[request.pk]))
    assert "乡村振兴局" in text(card)


def test_a_request_after_the_merger_has_one_seat_where_there_were_two(
    world: World, drive: Drive, clock: Clock
) -> None:
    before = drive.ask("sc_member", 8)
    assert newest(before).seats.count() == 3
    drive.withdraw("sc_member", before)
    absorb_office(
        office_id=world.bodies["sc_rural"].pk,
        into_id=world.bodies["sc_org"].pk,
        last_day=MONDAY,
        acting_user=None,
    )
    clock.set(TOMORROW)
    assert newest(drive.ask("sc_member", 8)).seats.count() == 2
    assert newest(before).seats.count() == 3


def test_staff_of_an_absorbed_office_move_along_and_its_head_does_not(world: World) -> None:
    absorb_office(
        office_id=world.bodies["pn_agri"].pk,
        into_id=world.bodies["pn_org"].pk,
        last_day=YESTERDAY,
        document=PAPER,
        acting_user=world.user("pn_system"),
    )
    assert today(world.human("pn_agri_staff")) == [("staff", "中共普宁市委组织部")]
    assert today(world.human("pn_agri_chief")) == []
    old = Appointment.objects.get(pk=world.appointments["pn_agri_staff"].pk)
    assert (old.valid_to, str(old.body)) == (YESTERDAY, "普宁市农业农村局")


def test_a_renamed_office_keeps_people_functions_and_what_waits(world: World, drive: Drive) -> None:
    request = drive.ask("liusha_member", 6)
    fresh = rename_body(
        body_id=world.bodies["pn_agri"].pk,
        name="普宁市农业农村和水利局",
        short_name="市农水局",
        first_day=MONDAY,
        document=PAPER,
        acting_user=world.user("pn_system"),
    )
    assert today(world.human("pn_agri_chief")) == [("leader", "市农水局")]
    held = OfficeFunction.objects.filter(office=fresh.pk, valid_to=None).values_list("function", flat=True)
    assert set(held) == {Function.AGRICULTURE, Function.RURAL_REVITALIZATION}
    drive.sign("pn_agri_chief", request)
    assert now(request).state == LeaveRequest.State.APPROVED
    assert str(newest(request).seats.get().body) == "普宁市农业农村局"
    page = text(browser(world, "liusha_member").get(reverse("leave:card", args=[request.pk])))
    assert "市农水局" in page


def test_functions_are_added_and_ended_and_held_once_in_a_place(world: World) -> None:
    finance = world.bodies["pn_finance"]
    with pytest.raises(Refused, match="现在由普宁市农业农村局承担"):
        add_function(
            office_id=finance.pk,
            function=Function.AGRICULTURE,
            valid_from=MONDAY,
            acting_user=world.user("pn_system"),
        )
    row = OfficeFunction.objects.get(office=world.bodies["pn_agri"], function=Function.AGRICULTURE)
    end_function(function_id=row.pk, last_day=YESTERDAY, acting_user=world.user("pn_system"))
    fresh = add_function(
        office_id=finance.pk,
        function=Function.AGRICULTURE,
        valid_from=MONDAY,
        acting_user=world.user("pn_system"),
    )
    assert fresh.holds(MONDAY)
    with pytest.raises(Conflict, match="不用再办"):
        end_function(function_id=row.pk, last_day=MONDAY, acting_user=None)


# ---- units -----------------------------------------------------------------------------------------------------


def test_people_of_a_merged_unit_go_on_in_its_successor_and_their_history_stays(
    world: World, drive: Drive
) -> None:
    earlier = drive.ask("liusha_mate", 2)
    pair(
        team=world.bodies["liusha_team"],
        role=PairingRole.LEAD,
        unit=world.bodies["pn_unit2"],
        valid_from=START,
        acting_user=None,
    )
    merge_body(
        body_id=world.bodies["pn_unit2"].pk,
        into_id=world.bodies["pn_unit"].pk,
        first_day=MONDAY,
        document=PAPER,
        acting_user=world.user("pn_system"),
    )
    rows = Appointment.objects.filter(person=world.human("liusha_mate")).order_by("valid_from")
    assert [(str(row.unit), row.valid_from, row.valid_to) for row in rows] == [
        ("普宁市水利局", START, YESTERDAY),
        ("普宁市林业局", MONDAY, None),
    ]
    assert str(LeaveRequest.objects.get(pk=earlier.pk).posting.unit) == "普宁市水利局"
    assert LeaveRequest.objects.visible_to(world.user("pn_unit_chief")).filter(pk=earlier.pk).exists()
    assert today(world.human("pn_unit2_chief")) == []
    lead = Pairing.objects.get(valid_to=None, team=world.bodies["liusha_team"])
    assert (str(lead.unit), lead.valid_from) == ("普宁市林业局", MONDAY)


# ---- teams -----------------------------------------------------------------------------------------------------


def test_a_team_merged_into_another_brings_members_and_its_captain_as_one(world: World, drive: Drive) -> None:
    request = drive.ask("liusha_mate", 1)
    merge_body(
        body_id=world.bodies["liusha_team"].pk,
        into_id=world.bodies["lihu_team"].pk,
        first_day=MONDAY,
        document=PAPER,
        acting_user=None,
    )
    assert today(world.human("liusha_captain")) == [("member", "驻里湖镇工作队")]
    assert today(world.human("liusha_first")) == [
        ("member", "驻里湖镇工作队"),
        ("first_secretary", "驻里湖镇工作队"),
    ]
    assert LeaveRequest.objects.visible_to(world.user("lihu_captain")).filter(pk=request.pk).exists()
    drive.sign("lihu_captain", request)
    assert now(request).state == LeaveRequest.State.APPROVED


def test_a_renamed_team_keeps_its_captain_and_the_old_name_on_old_papers(world: World, drive: Drive) -> None:
    request = drive.ask("liusha_mate", 1)
    rename_body(
        body_id=world.bodies["liusha_team"].pk,
        name="驻洪阳镇帮镇扶村工作队",
        first_day=MONDAY,
        acting_user=None,
    )
    drive.sign("liusha_captain", request)
    page = text(browser(world, "liusha_captain").get(reverse("leave:card", args=[request.pk])))
    assert "驻洪阳镇工作队" in page
    assert today(world.human("liusha_mate")) == [("member", "驻洪阳镇帮镇扶村工作队")]


# ---- refusals and pages ----------------------------------------------------------------------------------------


def test_nothing_merges_into_itself_into_another_kind_twice_or_from_next_month(world: World) -> None:
    team, unit, unit2 = (world.bodies[key] for key in ("liusha_team", "pn_unit", "pn_unit2"))

    def merge(body: Body, into: Body, first_day=MONDAY) -> None:
        merge_body(body_id=body.pk, into_id=into.pk, first_day=first_day, document=PAPER, acting_user=None)

    with pytest.raises(Refused, match="不能是它自己"):
        merge(unit, unit)
    with pytest.raises(Refused, match="同一类机构"):
        merge(unit, team)
    with pytest.raises(Refused, match="最晚填明天"):
        merge(unit2, unit, MONDAY + timedelta(days=2))
    merge(unit2, unit)
    with pytest.raises(Conflict, match="不用再办"):
        merge(unit2, unit)


def test_a_body_with_people_is_not_dissolved(world: World) -> None:
    with pytest.raises(Refused, match="任职还在"):
        end_body(body_id=world.bodies["pn_unit2"].pk, last_day=MONDAY, document=PAPER, acting_user=None)
    Appointment.objects.filter(person=world.human("pn_finance_chief")).update(valid_to=YESTERDAY)
    gone = end_body(body_id=world.bodies["pn_finance"].pk, last_day=MONDAY, document=PAPER, acting_user=None)
    assert (gone.valid_to, gone.successor_id) == (MONDAY, None)


@pytest.mark.parametrize("who", ["xf_system", "pn_security", "pn_agri_chief"])
def test_only_the_places_own_administrator_renames_and_merges(world: World, who: str) -> None:
    with pytest.raises(NotYours):
        rename_body(
            body_id=world.bodies["pn_unit"].pk, name="新名", first_day=MONDAY, acting_user=world.user(who)
        )
    with pytest.raises(NotYours):
        merge_body(
            body_id=world.bodies["pn_unit2"].pk,
            into_id=world.bodies["pn_unit"].pk,
            first_day=MONDAY,
            document=PAPER,
            acting_user=world.user(who),
        )
    assert not Body.objects.exclude(valid_to=None).exists()


def test_a_merger_on_the_page(world: World) -> None:
    client = browser(world, "pn_system")
    address = reverse("teams:registry_body_change", args=[world.bodies["pn_unit2"].pk, "merge"])
    said = {"into": world.bodies["pn_unit"].pk, "first_day": "2026-11-23", "document": ""}
    assert beside(client.post(address, said), "document") == "填写批准合并的文号"
    done = text(client.post(address, {**said, "document": PAPER}, follow=True))
    assert "普宁市水利局已并入 普宁市林业局" in done
    assert f"到 2026-11-22 止，由普宁市林业局接着办，{PAPER}" in done
    assert client.post(address, {**said, "document": PAPER}).status_code == 404
    ended = text(client.get(reverse("teams:registry_bodies") + "?state=ended"))
    assert "普宁市水利局" in ended


def test_a_new_office_a_unit_of_the_province_and_a_team_on_the_page(world: World) -> None:
    client = browser(world, "pn_system")
    place = world.regions["puning"]
    common = {"name": "普宁市 教育局", "short_name": "", "valid_from": "2026-11-23"}
    for kind, said in (
        ("office", {"functions": ["poverty_relief"]}),
        ("unit", {"origin": "province", "region": world.regions["gd"].pk, "code": "", "institution": ""}),
        ("team", {"team_kind": "town", "task": ""}),
    ):
        address = reverse("teams:registry_body_new", args=[place.pk, kind])
        assert "已登记 普宁市教育局" in text(client.post(address, {**common, **said}, follow=True))
    assert Body.objects.filter(name="普宁市教育局").count() == 3
    assert Body.objects.get(name="普宁市教育局", kind="unit").region.name == "广东省"
    again = client.post(reverse("teams:registry_body_new", args=[place.pk, "office"]), common)
    assert (again.status_code, beside(again, "name")) == (422, "普宁市已登记过“普宁市教育局”")
