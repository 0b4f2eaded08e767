"""Who sees whom, as truth tables. Every row has its near miss: the neighbouring town, the day after, the other unit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from leave.models import LeaveRequest
from teams import people
from teams.mergers import absorb_office
from teams.models import Appointment, Person, Region, Team, User
from teams.scope import NOBODY, scope_of
from teams.words import Level, Post
from tests.cast import World
from tests.drive import MONDAY, Clock, Drive

HONGYANG = {"liusha_captain", "liusha_member", "liusha_mate", "liusha_first"}
LIHU = {"lihu_captain", "lihu_member"}
TOWN_HALLS = {"liusha_secretary", "liusha_officer", "lihu_secretary", "lihu_officer"}
COUNTY_HALL = {
    "pn_agri_chief",
    "pn_agri_staff",
    "pn_org_chief",
    "pn_finance_chief",
    "pn_unit_chief",
    "pn_unit2_chief",
}
PUNING = HONGYANG | LIHU | TOWN_HALLS | COUNTY_HALL

#: who → whose pages open to him, himself left out.
SEES = {
    "liusha_member": HONGYANG,
    "lihu_member": LIHU,
    "liusha_captain": HONGYANG,
    "lihu_captain": LIHU,
    "liusha_secretary": HONGYANG | {"liusha_secretary", "liusha_officer"},
    "liusha_officer": HONGYANG | {"liusha_secretary", "liusha_officer"},
    "lihu_secretary": LIHU | {"lihu_secretary", "lihu_officer"},
    "pn_agri_chief": PUNING,
    "pn_agri_staff": PUNING,
    "pn_org_chief": PUNING,
    "pn_finance_chief": set(),
    "pn_unit_chief": {"liusha_captain", "liusha_member", "lihu_captain", "lihu_member"},
    "pn_unit2_chief": {"liusha_mate", "liusha_first"},
}

#: who → the applicants whose submitted leave he sees; each of the four has asked for four days, none is decided.
ASKED = ("liusha_member", "liusha_mate", "lihu_member", "sc_member")
SEES_LEAVE = {
    "liusha_member": {"liusha_member"},
    "liusha_first": set(),
    "liusha_captain": {"liusha_member", "liusha_mate"},
    "lihu_captain": {"lihu_member"},
    "liusha_secretary": {"liusha_member", "liusha_mate"},
    "liusha_officer": {"liusha_member", "liusha_mate"},
    "lihu_officer": {"lihu_member"},
    "pn_agri_staff": {"liusha_member", "liusha_mate", "lihu_member"},
    "pn_org_chief": {"liusha_member", "liusha_mate", "lihu_member"},
    "pn_finance_chief": set(),
    "pn_unit_chief": {"liusha_member", "lihu_member"},
    "pn_unit2_chief": {"liusha_mate"},
    "sc_captain": {"sc_member"},
    "sc_org_chief": {"sc_member"},
    "sc_unit_chief": {"sc_member"},
    "xf_captain": set(),
}


def keys(world: World, rows) -> set[str]:
    """The cast's keys of the persons behind rows."""
    names = {user.person_id: key for key, user in world.users.items()}
    return {names[pk] for pk in rows}


@pytest.mark.parametrize("who", SEES)
def test_whose_page_opens(world: World, who: str) -> None:
    seen = keys(world, Person.objects.visible_to(world.user(who)).values_list("pk", flat=True))
    assert seen == SEES[who] | {who}


@pytest.mark.parametrize("who", SEES_LEAVE)
def test_whose_leave_is_seen(world: World, drive: Drive, clock: Clock, who: str) -> None:
    for asker in ASKED:
        drive.ask(asker, 4)
    seen = LeaveRequest.objects.visible_to(world.user(who)).values_list("applicant", flat=True)
    assert keys(world, seen) == SEES_LEAVE[who]


def test_a_draft_is_its_drafters_alone(world: World, drive: Drive, clock: Clock) -> None:
    drive.save("liusha_member", 2)
    assert LeaveRequest.objects.visible_to(world.user("liusha_member")).count() == 1
    for other in ("liusha_captain", "liusha_secretary", "pn_org_chief", "pn_unit_chief"):
        assert not LeaveRequest.objects.visible_to(world.user(other)).exists(), other


@pytest.mark.parametrize(
    ("who", "teams"),
    [
        ("liusha_member", {"liusha_team"}),
        ("lihu_secretary", {"lihu_team"}),
        ("pn_org_chief", {"liusha_team", "lihu_team"}),
        ("pn_unit_chief", {"liusha_team", "lihu_team"}),
        ("pn_unit2_chief", {"liusha_team"}),
        ("pn_finance_chief", set()),
        ("sc_org_chief", {"sc_team"}),
    ],
)
def test_which_teams_are_seen(world: World, who: str, teams: set[str]) -> None:
    seen = set(Team.objects.visible_to(world.user(who)).values_list("pk", flat=True))
    assert seen == {world.bodies[key].pk for key in teams}


def test_places_are_seen_downwards_and_the_way_up(world: World) -> None:
    seen = set(Region.objects.visible_to(world.user("liusha_secretary")).values_list("name", flat=True))
    assert seen == {"广东省", "揭阳市", "普宁市", "洪阳镇"}


def test_belonging_follows_the_path_and_not_the_code(world: World) -> None:
    """A management area's town keeps the code of another district, as 赣州经开区's do."""
    region = people.add_region(
        parent=world.regions["puning"], name="飞地镇", level=Level.TOWN, code="440233900000",
        valid_from=date(2020, 1, 1), acting_user=None,
    )  # fmt: skip
    assert Region.objects.visible_to(world.user("pn_org_chief")).filter(pk=region.pk).exists()
    assert not Region.objects.visible_to(world.user("xf_rural_chief")).filter(pk=region.pk).exists()


# ---- days ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days_ago", "sees"), [(0, True), (1, False)])
def test_what_an_appointment_gave_is_gone_the_day_after_its_last(
    world: World, drive: Drive, clock: Clock, days_ago: int, sees: bool
) -> None:
    drive.ask("liusha_member", 4)
    people.end_appointment(
        appointment_id=world.appointments["liusha_secretary"].pk,
        last_day=MONDAY - timedelta(days=days_ago),
        acting_user=None,
    )
    user = world.user("liusha_secretary")
    assert Person.objects.visible_to(user).filter(pk=world.human("liusha_mate").pk).exists() is sees
    assert LeaveRequest.objects.visible_to(user).exists() is sees


@pytest.mark.parametrize(("days_ahead", "sees"), [(0, True), (1, False)])
def test_an_appointment_gives_nothing_before_its_first_day(
    world: World, clock: Clock, days_ahead: int, sees: bool
) -> None:
    world.person(
        "fresh",
        "新到任",
        Post.PARTY_SECRETARY,
        "liusha_party",
        valid_from=MONDAY + timedelta(days=days_ahead),
    )
    seen = Person.objects.visible_to(world.user("fresh"))
    assert seen.filter(pk=world.human("liusha_member").pk).exists() is sees


def test_a_transferred_captain_takes_the_new_team_and_leaves_the_old(world: World, clock: Clock) -> None:
    people.end_appointment(
        appointment_id=world.appointments["liusha_captain"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    people.end_appointment(
        appointment_id=world.appointments["lihu_captain"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    world.appoint(
        "liusha_captain", Post.CAPTAIN, "lihu_team", unit=world.bodies["pn_unit"], valid_from=MONDAY
    )
    user = world.user("liusha_captain")
    assert set(Team.objects.visible_to(user)) == {world.bodies["lihu_team"]}
    assert scope_of(user).posting.body_id == world.bodies["lihu_team"].pk


def test_an_office_that_was_absorbed_opens_nothing_any_more_and_its_successor_does(
    world: World, clock: Clock
) -> None:
    chief = world.user("sc_rural_chief")
    absorb_office(
        office_id=world.bodies["sc_rural"].pk, into_id=world.bodies["sc_org"].pk,
        last_day=MONDAY - timedelta(days=1), acting_user=None,
    )  # fmt: skip
    assert scope_of(chief).paths == ()
    assert "rural_revitalization" in scope_of(world.user("sc_org_chief")).functions


# ---- accounts --------------------------------------------------------------------------------------------


def test_a_disabled_account_has_no_scope_whatever_its_posts(world: World) -> None:
    user = world.user("pn_org_chief")
    assert scope_of(user).paths
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert scope_of(world.user("pn_org_chief")) == NOBODY
    assert not Person.objects.visible_to(world.user("pn_org_chief")).exists()
    assert not Appointment.objects.visible_to(world.user("pn_org_chief")).exists()


def test_a_disabled_account_no_longer_sees_what_it_once_signed(
    world: World, drive: Drive, clock: Clock
) -> None:
    drive.sign("liusha_captain", drive.ask("liusha_member", 2))
    assert LeaveRequest.objects.visible_to(world.user("liusha_captain")).exists()
    User.objects.filter(pk=world.users["liusha_captain"].pk).update(is_active=False)
    assert not LeaveRequest.objects.visible_to(world.user("liusha_captain")).exists()


def test_nobody_and_an_account_without_a_person_see_nothing(world: World) -> None:
    keeper = User.objects.create(username="keeper", password="!")
    for user in (AnonymousUser(), keeper):
        assert not Team.objects.visible_to(user).exists()
        assert not Person.objects.visible_to(user).exists()
        assert not LeaveRequest.objects.visible_to(user).exists()


def test_an_acting_holder_sees_what_the_post_sees(world: World, clock: Clock) -> None:
    """The captain of 洪阳 acts for the secretary of 里湖 by written basis."""
    held = world.appointments["lihu_secretary"]
    world.appoint("liusha_captain", held.post, "lihu_party", acting_for=held, basis="里湖镇党委会议纪要 3 号")
    user = world.user("liusha_captain")
    assert {str(team) for team in Team.objects.visible_to(user)} == {"驻洪阳镇工作队", "驻里湖镇工作队"}
    assert scope_of(user).posting.pk == world.appointments["liusha_captain"].pk


def test_the_scope_is_asked_in_few_queries_and_remembered(
    world: World, django_assert_max_num_queries
) -> None:
    user = world.user("pn_org_chief")
    with django_assert_max_num_queries(3):
        scope_of(user)
        scope_of(user)
