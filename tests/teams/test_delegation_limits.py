"""代办委托: what is refused, and who may be named at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import Conflict, Declined, NotYours, Refused
from core.models import Notice
from teams.delegations import candidates, end_delegation
from teams.models import Delegation, OfficeFunction
from teams.words import Function, Post
from tests.cast import World
from tests.drive import MONDAY
from tests.teams.delegating import FRIDAY, give

pytestmark = pytest.mark.usefixtures("clock")


class TestWhatIsRefused:
    def refused(self, world: World, of: str, to: str, *args: Any, **changes: Any) -> str:
        with pytest.raises(Declined) as refusal:
            give(world, of, to, *args, **changes)
        assert not Delegation.objects.exists()
        return refusal.value.code

    def test_somebody_elses_post(self, world: World) -> None:
        assert self.refused(world, "liusha_captain", "liusha_mate", acting_user=world.user("lihu_captain"))

    def test_a_post_that_decides_nothing(self, world: World) -> None:
        assert self.refused(world, "liusha_member", "liusha_mate") == "not_delegable"

    def test_a_post_that_is_only_acted_for(self, world: World) -> None:
        acting = world.appoint(
            "liusha_officer",
            Post.PARTY_SECRETARY,
            "liusha_party",
            acting_for=world.appointments["liusha_secretary"],
            basis="镇党委会议纪要〔2026〕3号",
        )
        code = self.refused(
            world,
            "liusha_secretary",
            "liusha_officer",
            of_id=acting.pk,
            acting_user=world.user("liusha_officer"),
        )
        assert code == "only_acting"
        assert self.refused(world, "liusha_secretary", "liusha_officer", to_id=acting.pk) == "only_acting"

    def test_oneself_another_town_and_who_cannot_sign_in(self, world: World) -> None:
        assert self.refused(world, "liusha_captain", "liusha_captain") == "oneself"
        assert self.refused(world, "liusha_captain", "lihu_member") == "other_body"
        assert self.refused(world, "liusha_captain", "liusha_secretary") == "other_body"
        world.users["liusha_mate"].is_active = False
        world.users["liusha_mate"].save()
        assert self.refused(world, "liusha_captain", "liusha_mate") == "no_login"

    @pytest.mark.parametrize(
        ("first", "days", "code"),
        [(-1, 3, "past"), (0, 0, "dates"), (0, 91, "too_long"), (3, 91, "too_long")],
    )
    def test_days(self, world: World, first: int, days: int, code: str) -> None:
        start = MONDAY + timedelta(days=first)
        assert self.refused(world, "liusha_captain", "liusha_mate", start, days) == code

    def test_no_reason_and_no_such_person(self, world: World) -> None:
        assert self.refused(world, "liusha_captain", "liusha_mate", why="  ") == "no_why"
        assert self.refused(world, "liusha_captain", "liusha_mate", to_id=10**9) == "no_taker"

    def test_a_second_one_for_the_same_days(self, world: World) -> None:
        given = give(world, "liusha_captain", "liusha_mate", FRIDAY, 90)
        with pytest.raises(Refused) as second:
            give(world, "liusha_captain", "liusha_first", MONDAY, 5)
        assert second.value.code == "delegated_already"
        assert "洪队友" in second.value.sentence
        give(world, "liusha_captain", "liusha_first", MONDAY, 4)
        end_delegation(delegation_id=given.pk, acting_user=world.user("liusha_captain"))
        give(world, "liusha_captain", "liusha_first", FRIDAY, 90)

    def test_it_is_its_holders_to_end_once(self, world: World) -> None:
        given = give(world, "liusha_captain", "liusha_mate")
        for who in ("liusha_mate", "lihu_captain", "liusha_secretary"):
            with pytest.raises(NotYours):
                end_delegation(delegation_id=given.pk, acting_user=world.user(who))
        end_delegation(delegation_id=given.pk, acting_user=world.user("liusha_captain"))
        with pytest.raises(Conflict):
            end_delegation(delegation_id=given.pk, acting_user=world.user("liusha_captain"))
        told = list(
            Notice.objects.filter(recipient=world.users["liusha_mate"]).values_list("title", flat=True)
        )
        assert sorted(told) == [
            "洪队长委托您代办：11月23日（周一）至 11月27日（周五），驻洪阳镇工作队 队长",
            "洪队长已收回委托，您不再代办（驻洪阳镇工作队 队长）",
        ]

    def test_the_database_refuses_it_too(self, world: World) -> None:
        given = give(world, "liusha_captain", "liusha_mate")
        row = {"valid_from": MONDAY, "valid_to": FRIDAY, "why": "外出", "given_at": given.given_at}
        captain, secretary = world.appointments["liusha_captain"], world.appointments["liusha_secretary"]
        acting = world.appoint(
            "liusha_mate", Post.CAPTAIN, "liusha_team", acting_for=captain, basis="〔2026〕1号"
        )
        for bad in (
            {"of": captain, "to": world.appointments["liusha_first"]},
            {"of": secretary, "to": secretary},
            {"of": secretary, "to": acting},
            {"of": acting, "to": secretary},
            {"of": secretary, "to": captain, "valid_to": None},
            {"of": secretary, "to": captain, "why": ""},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Delegation.objects.create(**{**row, **bad})
        for change in ({"valid_to": FRIDAY + timedelta(days=60)}, {"to": world.appointments["liusha_first"]}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Delegation.objects.filter(pk=given.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.filter(pk=given.pk)._raw_delete("default")


class TestWhoMayBeNamed:
    def names(self, world: World, of: str) -> list[str]:
        return [row.person.name for row in candidates(world.appointments[of], MONDAY).rows]

    def test_people_of_the_same_body_each_once(self, world: World) -> None:
        assert self.names(world, "liusha_captain") == ["洪第一", "洪队友", "洪队员"]
        world.person("helper", "洪特派", Post.TECH_COMMISSIONER, "liusha_party")
        world.person("volunteer", "洪志愿", Post.GRADUATE_VOLUNTEER, "liusha_team")
        assert "洪志愿" not in self.names(world, "liusha_captain")
        assert self.names(world, "liusha_secretary") == ["洪考勤"]

    def test_alone_in_his_body_he_names_somebody_of_the_places_other_offices(self, world: World) -> None:
        """The unit's chief has nobody; the county's offices stand in, those of the town do not."""
        found = candidates(world.appointments["pn_unit_chief"], MONDAY)
        assert found.elsewhere
        assert {row.body.name for row in found.rows} == {
            "普宁市农业农村局",
            "中共普宁市委组织部",
            "普宁市财政局",
        }
        give(world, "pn_unit_chief", "pn_org_chief")

    def test_nobody_at_all_is_said_so(self, world: World) -> None:
        with pytest.raises(Refused) as nobody:
            give(world, "meikeng_secretary", "xf_rural_chief")
        assert nobody.value.code == "nobody"
        assert OfficeFunction.objects.filter(function=Function.PARTY_COMMITTEE).exists()
