"""Who may act in a seat: the holder, who acts for him while he is away, the next tier, and never the applicant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from approvals import selectors
from approvals.models import Signature
from core.errors import Conflict, NotYours, Refused
from teams import people
from teams.models import Office, OfficeFunction
from teams.words import Function, Post
from tests.cast import START, World
from tests.drive import MONDAY, Drive, newest, now, route

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def deputy(world: World) -> str:
    """A town deputy with a written basis to act for 洪阳's party secretary."""
    world.person("liusha_deputy", "洪副书记", Post.DEPUTY_SECRETARY, "liusha_party")
    world.appoint(
        "liusha_deputy",
        Post.PARTY_SECRETARY,
        "liusha_party",
        acting_for=world.appointments["liusha_secretary"],
        basis="镇党委会议纪要〔2026〕3号",
    )
    return "liusha_deputy"


def waits_for(drive: Drive, who: str) -> bool:
    return bool(selectors.waiting_for(drive.world.user(who)))


def test_the_acting_holder_acts_only_while_the_holder_is_away(drive: Drive, clock, deputy: str) -> None:
    request = drive.ask("liusha_member", 4)
    assert waits_for(drive, "liusha_secretary")
    assert not waits_for(drive, deputy)
    with pytest.raises(Conflict) as early:
        drive.sign(deputy, request)
    assert early.value.code == "not_your_step"
    drive.is_away("liusha_secretary", MONDAY)
    assert waits_for(drive, deputy)
    clock.set(MONDAY + timedelta(days=1))
    assert not waits_for(drive, deputy)
    clock.set(MONDAY, hour=15)
    signature = drive.sign(deputy, request)
    assert signature.capacity == "代洪书记（中共洪阳镇委员会 党（工）委书记）"
    assert now(request).state == "approved"


def test_an_acting_holder_who_is_away_himself_passes_it_up(drive: Drive, deputy: str) -> None:
    request = drive.ask("liusha_member", 4)
    drive.is_away("liusha_secretary", MONDAY)
    drive.is_away(deputy, MONDAY)
    assert not waits_for(drive, deputy)
    assert waits_for(drive, "pn_agri_chief")
    drive.sign("pn_agri_chief", request)
    assert now(request).state == "approved"


def test_the_holder_who_is_away_may_still_sign_from_his_phone(drive: Drive, deputy: str) -> None:
    drive.is_away("liusha_secretary", MONDAY)
    request = drive.ask("liusha_member", 4)
    assert drive.sign("liusha_secretary", request).capacity == "中共洪阳镇委员会 党（工）委书记"


def test_a_claim_that_is_not_approved_yet_moves_nothing(drive: Drive, deputy: str) -> None:
    drive.is_away("liusha_secretary", MONDAY)
    drive.world.human("liusha_secretary").away.update(firm=False)
    drive.ask("liusha_member", 4)
    assert not waits_for(drive, deputy)


def test_with_nobody_acting_it_goes_to_the_next_tier_of_the_same_clause(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    drive.is_away("liusha_captain", MONDAY)
    assert waits_for(drive, "liusha_secretary")
    assert not waits_for(drive, "lihu_secretary")
    signature = drive.sign("liusha_secretary", request)
    assert "不在，上一级办理" in signature.capacity
    assert route(request) == [("any", ["team:captain"])]


def test_an_empty_post_goes_up_two_tiers_when_the_first_is_away_too(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    people.end_appointment(
        appointment_id=drive.world.appointments["liusha_captain"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    assert not waits_for(drive, "pn_agri_chief")
    drive.is_away("liusha_secretary", MONDAY)
    assert waits_for(drive, "pn_agri_chief")
    drive.sign("pn_agri_chief", request)
    assert now(request).state == "approved"


def test_a_joint_seat_waits_for_its_own_people(drive: Drive) -> None:
    drive.world.person("sc_org_staff", "上科员", Post.STAFF, "sc_org")
    request = drive.ask("sc_member", 8)
    drive.is_away("sc_org_chief", MONDAY)
    drive.sign("sc_rural_chief", request)
    drive.sign("sc_unit_chief", request)
    assert now(request).state == "pending"
    for who in ("sc_org_staff", "zhuli_secretary"):
        assert not waits_for(drive, who)
        with pytest.raises(Conflict):
            drive.sign(who, request)
    drive.sign("sc_org_chief", request)
    assert now(request).state == "approved"


def test_a_seat_goes_to_the_office_that_holds_the_function_on_the_day_of_asking(drive: Drive, clock) -> None:
    world = drive.world
    world.body("sc_agri", Office, "上蔡县农业农村局", "shangcai")
    world.person("sc_agri_chief", "上农业", Post.LEADER, "sc_agri")
    OfficeFunction.objects.filter(office=world.bodies["sc_rural"]).update(valid_to=MONDAY)
    OfficeFunction.objects.create(
        office=world.bodies["sc_agri"],
        function=Function.RURAL_REVITALIZATION,
        valid_from=MONDAY + timedelta(days=1),
    )
    before = drive.ask("sc_captain", 8)
    clock.set(MONDAY + timedelta(days=1))
    after = drive.ask("sc_member", 8)
    assert world.bodies["sc_rural"].pk in {seat.body_id for seat in newest(before).seats.all()}
    assert world.bodies["sc_agri"].pk in {seat.body_id for seat in newest(after).seats.all()}
    assert waits_for(drive, "sc_rural_chief")
    drive.sign("sc_agri_chief", after)


def test_institutions_that_became_one_sign_once_and_the_page_says_so(drive: Drive) -> None:
    world = drive.world
    OfficeFunction.objects.filter(office=world.bodies["sc_rural"]).update(valid_to=MONDAY - timedelta(days=1))
    OfficeFunction.objects.create(
        office=world.bodies["sc_org"], function=Function.RURAL_REVITALIZATION, valid_from=MONDAY
    )
    request = drive.ask("sc_member", 8)
    assert [len(parties) for _, parties in route(request)] == [2]
    assert len(newest(request).plan["remarks"]) == 1
    assert "同一机构，签一次" in newest(request).plan["remarks"][0]
    drive.sign("sc_org_chief", request)
    drive.sign("sc_unit_chief", request)
    assert now(request).state == "approved"


def test_a_unit_that_dispatches_and_decides_signs_by_two_leaders(drive: Drive) -> None:
    """One man heads both the department and the unit: he signs once, the other seat waits for somebody else."""
    world = drive.world
    world.appoint("sc_org_chief", Post.LEADER, "sc_unit")
    request = drive.ask("sc_member", 8)
    drive.sign("sc_org_chief", request)
    with pytest.raises(Conflict):
        drive.sign("sc_org_chief", request)
    drive.sign("sc_unit_chief", request)
    drive.sign("sc_rural_chief", request)
    assert Signature.objects.values("signer").distinct().count() == 3
    assert now(request).state == "approved"


class TestTheApplicantNeverDecides:
    def test_by_his_own_post(self, drive: Drive) -> None:
        """A captain who is also the town's party secretary: his leave goes up."""
        world = drive.world
        people.end_appointment(
            appointment_id=world.appointments["liusha_secretary"].pk,
            last_day=MONDAY - timedelta(days=1),
            acting_user=None,
        )
        world.appoint("liusha_captain", Post.PARTY_SECRETARY, "liusha_party")
        request = drive.ask("liusha_captain", 2)
        with pytest.raises(Refused) as own:
            drive.sign("liusha_captain", request)
        assert own.value.code == "recused"
        assert not waits_for(drive, "liusha_captain")
        drive.sign("pn_agri_chief", request)
        assert now(request).state == "approved"

    def test_by_acting_for_the_decider(self, drive: Drive) -> None:
        world = drive.world
        request = drive.ask("liusha_member", 4)
        world.appoint(
            "liusha_member",
            Post.PARTY_SECRETARY,
            "liusha_party",
            acting_for=world.appointments["liusha_secretary"],
            basis="镇党委会议纪要〔2026〕4号",
        )
        drive.is_away("liusha_secretary", MONDAY)
        with pytest.raises(Refused) as acting:
            drive.sign("liusha_member", request)
        assert acting.value.code == "recused"
        assert waits_for(drive, "pn_agri_chief")

    def test_by_a_post_given_meanwhile(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 6)
        drive.world.appoint("liusha_member", Post.LEADER, "pn_agri")
        with pytest.raises(Refused) as promoted:
            drive.sign("liusha_member", request)
        assert promoted.value.code == "recused"
        assert now(request).state == "pending"


class TestRevocationIsImmediate:
    def test_an_ended_appointment_signs_nothing(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 2)
        assert waits_for(drive, "liusha_captain")
        people.end_appointment(
            appointment_id=drive.world.appointments["liusha_captain"].pk,
            last_day=MONDAY - timedelta(days=1),
            acting_user=None,
        )
        assert not waits_for(drive, "liusha_captain")
        with pytest.raises(NotYours):
            drive.sign("liusha_captain", request)
        assert now(request).state == "pending"

    def test_the_last_day_still_counts(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 2)
        people.end_appointment(
            appointment_id=drive.world.appointments["liusha_captain"].pk, last_day=MONDAY, acting_user=None
        )
        drive.sign("liusha_captain", request)
        assert now(request).state == "approved"

    def test_a_disabled_user_neither_signs_nor_sees(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 2)
        user = drive.world.user("liusha_captain")
        user.is_active = False
        user.save()
        with pytest.raises(NotYours):
            drive.sign("liusha_captain", request)
        assert not waits_for(drive, "liusha_captain")

    def test_a_disabled_applicant_does_nothing_with_his_own(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 2)
        user = drive.world.user("liusha_member")
        user.is_active = False
        user.save()
        with pytest.raises(NotYours):
            drive.withdraw("liusha_member", request)
        assert now(request).state == "pending"

    def test_a_handover_reassigns_nothing(self, drive: Drive) -> None:
        """The seat names the post: the successor finds the request in his list, with no word from anyone."""
        world = drive.world
        request = drive.ask("liusha_member", 2)
        people.end_appointment(
            appointment_id=world.appointments["liusha_captain"].pk,
            last_day=MONDAY - timedelta(days=1),
            acting_user=None,
        )
        world.person(
            "liusha_next",
            "洪新队长",
            Post.CAPTAIN,
            "liusha_team",
            unit=world.bodies["pn_unit"],
            valid_from=START,
        )
        assert waits_for(drive, "liusha_next")
        drive.sign("liusha_next", request)
        assert now(request).state == "approved"
