"""代办委托: the holder of a deciding post names for some days who decides in his place; never a way round recusal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from approvals.plans import Plan, SeatSpec
from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent, Notice
from leave import routing
from teams import people
from teams.delegations import end_delegation, running_words
from teams.mergers import rename_body
from teams.models import Delegation
from teams.scope import scope_of
from teams.second_step import is_required
from teams.words import Post
from tests.drive import MONDAY, Drive, newest, now
from tests.teams.delegating import give, sees, waits_for

pytestmark = pytest.mark.usefixtures("clock")


class TestWhileItRuns:
    def test_both_may_decide_and_the_record_says_for_whom(self, drive: Drive, deputy: str) -> None:
        first, second = drive.ask("liusha_member", 4), drive.ask("liusha_mate", 4)
        assert waits_for(drive, deputy) == []
        given = give(drive.world, "liusha_secretary", deputy)
        assert waits_for(drive, deputy) == ["delegated", "delegated"]
        assert waits_for(drive, "liusha_secretary") == ["own", "own"]
        signature = drive.sign(deputy, first)
        assert signature.capacity == "代洪书记（中共洪阳镇委员会 党（工）委书记）"
        assert signature.appointment == drive.world.appointments[deputy]
        assert now(first).state == "approved"
        kept = AuditEvent.objects.get(action="sign_off.sign", subject_id=first.pk, outcome="done").after
        assert (kept["via"], kept["delegation"]) == ("delegated", given.pk)
        assert drive.sign("liusha_secretary", second).capacity == "中共洪阳镇委员会 党（工）委书记"

    def test_only_on_its_days(self, drive: Drive, deputy: str, clock) -> None:
        request = drive.ask("liusha_member", 4)
        give(drive.world, "liusha_secretary", deputy, MONDAY + timedelta(days=1), 2)
        for day, expected in enumerate([[], ["delegated"], ["delegated"], []]):
            clock.set(MONDAY + timedelta(days=day))
            assert waits_for(drive, deputy) == expected
        with pytest.raises(Conflict) as late:
            drive.sign(deputy, request)
        assert late.value.code == "not_your_step"

    def test_ended_while_the_page_was_open(self, drive: Drive, deputy: str) -> None:
        request = drive.ask("liusha_member", 4)
        given = give(drive.world, "liusha_secretary", deputy)
        page = newest(request).content_hash
        end_delegation(delegation_id=given.pk, acting_user=drive.world.user("liusha_secretary"))
        with pytest.raises(Conflict):
            drive.sign(deputy, request, page_hash=page)
        assert now(request).state == "pending"

    def test_a_request_that_comes_meanwhile_is_told_to_both(self, drive: Drive, deputy: str) -> None:
        give(drive.world, "liusha_secretary", deputy)
        Notice.objects.all().delete()
        drive.ask("liusha_member", 4)
        told = set(
            Notice.objects.filter(key__contains=":step:").values_list("recipient__username", flat=True)
        )
        assert told == {"liusha_secretary", deputy}

    def test_with_the_holder_away_nothing_doubles_and_nothing_goes_up(
        self, drive: Drive, deputy: str
    ) -> None:
        """The same deputy acts by a written basis as well: one task, one signature, by the better right."""
        world = drive.world
        world.appoint(
            deputy,
            Post.PARTY_SECRETARY,
            "liusha_party",
            acting_for=world.appointments["liusha_secretary"],
            basis="镇党委会议纪要〔2026〕3号",
        )
        give(world, "liusha_secretary", deputy)
        drive.is_away("liusha_secretary", MONDAY)
        request = drive.ask("liusha_member", 4)
        assert waits_for(drive, deputy) == ["delegated"]
        assert waits_for(drive, "pn_agri_chief") == []
        assert Notice.objects.filter(recipient__username=deputy, key__contains=":step:").count() == 1
        drive.sign(deputy, request)
        assert now(request).state == "approved"

    def test_a_delegate_who_is_away_himself_passes_it_up(self, drive: Drive, deputy: str) -> None:
        give(drive.world, "liusha_secretary", deputy)
        drive.ask("liusha_member", 4)
        for who in ("liusha_secretary", deputy):
            drive.is_away(who, MONDAY)
        assert waits_for(drive, deputy) == []
        assert waits_for(drive, "pn_agri_chief") == ["upward"]

    def test_the_next_tier_may_be_delegated_too(self, drive: Drive, deputy: str) -> None:
        give(drive.world, "liusha_secretary", deputy)
        request = drive.ask("liusha_member", 2)
        drive.is_away("liusha_captain", MONDAY)
        assert waits_for(drive, deputy) == ["upward"]
        assert drive.sign(deputy, request).capacity.startswith(
            "代洪书记（中共洪阳镇委员会 党（工）委书记）（"
        )

    def test_a_joint_seat_is_one_of_his_seats(self, drive: Drive) -> None:
        drive.world.person("sc_org_staff", "上科员", Post.STAFF, "sc_org")
        give(drive.world, "sc_org_chief", "sc_org_staff")
        request = drive.ask("sc_member", 8)
        for who in ("sc_org_staff", "sc_rural_chief", "sc_unit_chief"):
            drive.sign(who, request)
        assert now(request).state == "approved"

    def test_a_dual_signature_is_never_reached(
        self, drive: Drive, deputy: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """双签 allows no substitute: it waits for the two themselves and stands in nobody else's list."""
        world = drive.world
        seats = tuple(
            SeatSpec(
                party=post, label=post, post=post, body_id=world.bodies[body].pk, need="all", fallback="none"
            )
            for post, body in (("captain", "liusha_team"), ("party_secretary", "liusha_party"))
        )
        monkeypatch.setattr(routing, "plan_for", lambda decision, directory: Plan(steps=(seats,)))
        give(world, "liusha_captain", "liusha_mate")
        give(world, "liusha_secretary", deputy)
        request = drive.ask("liusha_member", 2)
        assert waits_for(drive, "liusha_mate") == waits_for(drive, deputy) == []
        assert not sees(drive, "liusha_mate", request)
        with pytest.raises(NotYours):
            drive.sign("liusha_mate", request)
        with pytest.raises(Conflict):
            drive.sign(deputy, request)

    def test_the_organ_whose_head_delegated_is_spoken_for(self, drive: Drive) -> None:
        """签批人 of a bureau that has named none is its head; where it has named one, the head's delegate is nobody."""
        request = drive.ask("liusha_member", 6)
        give(drive.world, "pn_agri_chief", "pn_agri_staff")
        assert waits_for(drive, "pn_agri_staff") == ["delegated"]
        drive.world.person("pn_agri_signer", "农业签批", Post.SIGNER, "pn_agri")
        assert waits_for(drive, "pn_agri_staff") == []
        with pytest.raises(Conflict):
            drive.sign("pn_agri_staff", request)

    def test_a_holder_who_leaves_his_post_leaves_no_delegate_behind(self, drive: Drive, deputy: str) -> None:
        give(drive.world, "liusha_secretary", deputy)
        drive.ask("liusha_member", 4)
        people.end_appointment(
            appointment_id=drive.world.appointments["liusha_secretary"].pk,
            last_day=MONDAY - timedelta(days=1),
            acting_user=None,
        )
        assert waits_for(drive, deputy) == []

    def test_a_renamed_body_takes_it_along(self, drive: Drive, deputy: str, clock) -> None:
        give(drive.world, "liusha_secretary", deputy)
        request = drive.ask("liusha_member", 4)
        rename_body(
            body_id=drive.world.bodies["liusha_party"].pk,
            name="中共洪阳街道工作委员会",
            document="粤府函〔2026〕9号",
            first_day=MONDAY + timedelta(days=1),
            acting_user=None,
        )
        assert waits_for(drive, deputy) == ["delegated"]
        clock.set(MONDAY + timedelta(days=1))
        assert waits_for(drive, deputy) == ["delegated"]
        drive.sign(deputy, request)
        clock.set(MONDAY + timedelta(days=5))
        assert waits_for(drive, deputy) == []


class TestWhatHeSees:
    """A captain's delegate from the team: nothing but what reaches the captain's seat in those days."""

    @pytest.fixture
    def given(self, drive: Drive) -> Delegation:
        return give(drive.world, "liusha_captain", "liusha_mate")

    def test_what_he_decides_and_no_more(self, drive: Drive, clock, given: Delegation) -> None:
        clock.set(MONDAY - timedelta(days=3))
        before = drive.ask("liusha_member", 1)
        drive.sign("liusha_captain", before)
        clock.set(MONDAY)
        start = MONDAY + timedelta(days=14)
        his, other = drive.ask("liusha_member", 2, start=start), drive.ask("liusha_first", 4)
        assert sees(drive, "liusha_mate", his)
        assert not sees(drive, "liusha_mate", other)
        assert not sees(drive, "liusha_mate", before)
        assert not sees(drive, "lihu_member", his)
        drive.sign("liusha_captain", his)
        assert sees(drive, "liusha_mate", his)
        with pytest.raises(Conflict) as faster:
            drive.sign("liusha_mate", his)
        assert "洪队长" in faster.value.sentence

    def test_afterwards_only_what_he_signed(self, drive: Drive, clock, given: Delegation) -> None:
        start = MONDAY + timedelta(days=14)
        signed = drive.ask("liusha_member", 2, start=start)
        drive.sign("liusha_mate", signed)
        left = drive.ask("liusha_member", 1, start=start + timedelta(days=7))
        assert sees(drive, "liusha_mate", left)
        clock.set(MONDAY + timedelta(days=5))
        assert sees(drive, "liusha_mate", signed)
        assert not sees(drive, "liusha_mate", left)
        with pytest.raises(NotYours):
            drive.sign("liusha_mate", left)

    def test_it_opens_no_list_and_no_person(self, drive: Drive, given: Delegation) -> None:
        scope = scope_of(drive.world.user("liusha_mate"))
        assert scope.has_todo
        assert not scope.sees_others
        assert not scope.team_ids
        assert not scope.has_post([Post.CAPTAIN])

    def test_a_disabled_delegate_sees_and_signs_nothing(self, drive: Drive, given: Delegation) -> None:
        request = drive.ask("liusha_member", 2)
        user = drive.world.user("liusha_mate")
        user.is_active = False
        user.save()
        assert waits_for(drive, "liusha_mate") == []
        assert not sees(drive, "liusha_mate", request)
        with pytest.raises(NotYours):
            drive.sign("liusha_mate", request)

    def test_he_signs_in_as_strictly_as_the_holder(self, drive: Drive, settings, given: Delegation) -> None:
        settings.STRICT_LOGIN = True
        required = {who: is_required(drive.world.user(who)) for who in ("liusha_mate", "liusha_member")}
        assert required == {"liusha_mate": True, "liusha_member": False}

    def test_both_are_told_while_it_runs(self, drive: Drive, clock, given: Delegation) -> None:
        def words(who: str) -> list[str]:
            return running_words(scope_of(drive.world.user(who)))

        assert words("liusha_mate") == [
            "11月23日（周一）至 11月27日（周五）您代洪队长（驻洪阳镇工作队 队长）办理"
        ]
        assert words("liusha_captain") == [
            "11月23日（周一）至 11月27日（周五）由洪队友代您（驻洪阳镇工作队 队长）办理，您也可以自己办"
        ]
        clock.set(MONDAY + timedelta(days=5))
        assert words("liusha_mate") == words("liusha_captain") == []


class TestNeverARoundaboutWay:
    def test_the_captains_own_leave_is_not_decided_by_whom_he_named(self, drive: Drive) -> None:
        """A captain who is also the town's secretary names a deputy and asks for leave: it goes up."""
        world = drive.world
        people.end_appointment(
            appointment_id=world.appointments["liusha_secretary"].pk,
            last_day=MONDAY - timedelta(days=1),
            acting_user=None,
        )
        world.person("liusha_deputy", "洪副书记", Post.DEPUTY_SECRETARY, "liusha_party")
        secretary = world.appoint("liusha_captain", Post.PARTY_SECRETARY, "liusha_party")
        give(world, "liusha_captain", "liusha_deputy", of_id=secretary.pk)
        other, own = drive.ask("liusha_member", 4), drive.ask("liusha_captain", 2)
        drive.sign("liusha_deputy", other)
        assert waits_for(drive, "liusha_deputy") == []
        with pytest.raises(Conflict):
            drive.sign("liusha_deputy", own)
        assert waits_for(drive, "pn_agri_chief") == ["upward"]

    def test_the_delegates_own_leave_stays_with_the_holder(self, drive: Drive) -> None:
        give(drive.world, "liusha_captain", "liusha_mate")
        request = drive.ask("liusha_mate", 2)
        assert waits_for(drive, "liusha_mate") == []
        with pytest.raises(Refused) as own:
            drive.sign("liusha_mate", request)
        assert own.value.code == "recused"
        drive.is_away("liusha_captain", MONDAY)
        assert waits_for(drive, "liusha_secretary") == ["upward"]

    def test_nobody_signs_twice_by_another_hand(self, drive: Drive) -> None:
        """One man heads two bodies of a joint decision; his delegate does not give the second signature for him."""
        world = drive.world
        world.person("sc_unit_staff", "上教科员", Post.STAFF, "sc_unit")
        both = world.appoint("sc_org_chief", Post.LEADER, "sc_unit")
        give(world, "sc_org_chief", "sc_unit_staff", of_id=both.pk)
        request = drive.ask("sc_member", 8)
        drive.sign("sc_org_chief", request)
        assert waits_for(drive, "sc_unit_staff") == []

    def test_what_was_delegated_cannot_be_passed_on(self, drive: Drive, deputy: str) -> None:
        """The delegate has no such post; what he delegates of his own reaches his own seats alone."""
        world = drive.world
        give(world, "liusha_secretary", deputy)
        with pytest.raises(NotYours):
            give(world, "liusha_secretary", "liusha_officer", acting_user=world.user(deputy))
        give(world, deputy, "liusha_officer")
        drive.ask("liusha_member", 4)
        assert waits_for(drive, "liusha_officer") == []
