"""Verbs on people, places and bodies: what they make, what they refuse and in which words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent
from teams import people
from teams.accounts import change_password, choose_text_size
from teams.amendments import amend
from teams.mergers import absorb_office
from teams.models import Appointment, OfficeFunction, Pairing, Person, Region, Team, User
from teams.pairings import pair
from teams.words import Function, Level, PairingRole, Post
from tests.cast import START, World
from tests.drive import MONDAY, Clock


def last_event(action: str) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("pk")


# ---- people ----------------------------------------------------------------------------------------------


def test_a_person_is_found_by_pinyin_and_first_letters(db) -> None:
    person = people.add_person(name="欧阳晓", acting_user=None)
    assert (person.pinyin, person.initials) == ("ou yang xiao", "oyx")


def test_identifiers_are_unreadable_in_the_database_and_in_the_trail(db) -> None:
    people.add_person(name="陈小满", phone="10000000042", identity="44528119850314421X", acting_user=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_hash, identity, identity_hash FROM teams_person")
        stored = " ".join(cursor.fetchone())
    assert "10000000042" not in stored
    assert "44528119850314421X" not in stored
    assert Person.objects.get().identity == "44528119850314421X"
    assert "4452811985" not in str(last_event("person.add").after)


def test_one_identity_is_one_person(db) -> None:
    people.add_person(name="陈小满", identity="44528119850314421X", acting_user=None)
    with pytest.raises(Conflict, match="已登记在另一个人名下"):
        people.add_person(name="陈晓满", identity="44528119850314421X", acting_user=None)
    assert Person.objects.count() == 1


def test_people_without_an_identity_number_do_not_collide(db) -> None:
    people.add_person(name="陈小满", acting_user=None)
    people.add_person(name="陈小满", acting_user=None)
    assert Person.objects.count() == 2


def test_a_login_given_by_somebody_else_starts_with_a_password_to_change(db) -> None:
    person = people.add_person(name="陈小满", acting_user=None)
    user = people.add_user(person=person, username="cxm", password="yunxing-qiao-77", acting_user=None)
    assert user.password_is_temporary
    assert user.check_password("yunxing-qiao-77")
    assert "yunxing" not in str(last_event("user.add").after)


def test_a_login_without_a_password_lets_nobody_in(db) -> None:
    person = people.add_person(name="陈小满", acting_user=None)
    user = people.add_user(person=person, username="cxm", password=None, acting_user=None)
    assert not user.has_usable_password()


def test_changing_the_password_ends_the_temporary_one_and_leaves_a_trace(world: World) -> None:
    user = world.user("liusha_member")
    user.set_password("first-from-the-clerk")
    user.password_is_temporary = True
    user.save()
    with pytest.raises(Refused, match="和现在的一样"):
        change_password(acting_user=user, password="first-from-the-clerk")
    changed = change_password(acting_user=user, password="yunxing-qiao-77")
    assert not changed.password_is_temporary
    assert last_event("user.password").actor_name == "洪队员"


def test_an_unknown_text_size_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="选一个字号"):
        choose_text_size(acting_user=world.user("liusha_member"), text_size="gigantic")


# ---- appointments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("post", [Post.CAPTAIN, Post.MEMBER])
def test_a_second_full_time_posting_is_refused(world: World, post: str) -> None:
    with pytest.raises(Refused, match="已有一个专职驻点"):
        world.appoint("liusha_member", post, "lihu_team", unit=world.bodies["pn_unit"])
    assert Appointment.objects.filter(person=world.human("liusha_member")).count() == 1


def test_a_role_on_top_of_the_posting_is_not_a_second_posting(world: World) -> None:
    world.appoint("liusha_member", Post.FIRST_SECRETARY, "liusha_team")
    world.appoint("liusha_member", Post.TECH_COMMISSIONER, "lihu_team")
    assert Appointment.objects.filter(person=world.human("liusha_member")).count() == 3


def test_after_the_old_posting_has_ended_a_new_one_begins(world: World) -> None:
    people.end_appointment(
        appointment_id=world.appointments["liusha_member"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    fresh = world.appoint(
        "liusha_member", Post.MEMBER, "lihu_team", unit=world.bodies["pn_unit"], valid_from=MONDAY
    )
    assert fresh.holds(MONDAY)
    assert not fresh.holds(MONDAY - timedelta(days=1))


def test_a_posting_names_its_unit(world: World) -> None:
    human = people.add_person(name="新队员", acting_user=None)
    with pytest.raises(Refused, match="写明派出单位"):
        people.appoint(
            person=human,
            post=Post.MEMBER,
            body=world.bodies["liusha_team"],
            valid_from=START,
            acting_user=None,
        )


def test_acting_needs_a_written_basis(world: World) -> None:
    held = world.appointments["liusha_secretary"]
    with pytest.raises(Refused, match="写明书面依据"):
        world.appoint("liusha_officer", held.post, "liusha_party", acting_for=held)


def test_nothing_ends_before_it_begins(world: World) -> None:
    with pytest.raises(Refused, match="止期不能早于起期"):
        people.end_appointment(
            appointment_id=world.appointments["liusha_member"].pk,
            last_day=START - timedelta(days=1),
            acting_user=None,
        )
    with pytest.raises(Refused, match="止期不能早于起期"):
        world.appoint("liusha_officer", Post.STAFF, "pn_agri", valid_to=START - timedelta(days=1))
    assert AuditEvent.objects.filter(action="appointment.end", outcome="refused").count() == 1


# ---- places and bodies -----------------------------------------------------------------------------------


def test_paths_are_given_in_order_and_sort_below_their_parent(world: World) -> None:
    fresh = people.add_region(
        parent=world.regions["puning"], name="梅塘镇", level=Level.TOWN, valid_from=START, acting_user=None
    )
    assert fresh.path == f"{world.regions['puning'].path}0003"
    below = Region.objects.filter(path__gte=fresh.subtree()[0], path__lt=fresh.subtree()[1])
    assert list(below) == [fresh]


def test_functions_go_on_in_the_office_that_absorbs(world: World, clock: Clock) -> None:
    rural, org = world.bodies["sc_rural"], world.bodies["sc_org"]
    closed = absorb_office(
        office_id=rural.pk, into_id=org.pk, last_day=MONDAY, acting_user=None, document="上编〔2026〕1号"
    )
    assert (closed.valid_to, closed.successor_id, closed.document) == (MONDAY, org.pk, "上编〔2026〕1号")
    rows = OfficeFunction.objects.filter(function=Function.RURAL_REVITALIZATION, office__in=[rural, org])
    on = {
        day: [row.office_id for row in rows if row.holds(day)] for day in (MONDAY, MONDAY + timedelta(days=1))
    }
    assert on == {MONDAY: [rural.pk], MONDAY + timedelta(days=1): [org.pk]}


def test_an_office_is_absorbed_once_and_never_by_itself(world: World, clock: Clock) -> None:
    rural, org = world.bodies["sc_rural"], world.bodies["sc_org"]
    with pytest.raises(Refused, match="不能是它自己"):
        absorb_office(office_id=rural.pk, into_id=rural.pk, last_day=MONDAY, acting_user=None)
    with pytest.raises(Refused, match="止期不能早于起期"):
        absorb_office(office_id=rural.pk, into_id=org.pk, last_day=date(2019, 1, 1), acting_user=None)
    absorb_office(office_id=rural.pk, into_id=org.pk, last_day=MONDAY, acting_user=None)
    with pytest.raises(Refused, match="撤并，不用再办"):
        absorb_office(office_id=rural.pk, into_id=org.pk, last_day=MONDAY, acting_user=None)


def test_a_pairing_names_a_unit_or_quotes_the_paper(world: World) -> None:
    team = world.bodies["xf_team"]
    with pytest.raises(Refused, match="写明单位，或照抄文件原文"):
        pair(team=team, role=PairingRole.LEAD, valid_from=START, acting_user=None, note="  ")
    pair(team=team, role=PairingRole.LEAD, valid_from=START, acting_user=None, unit=world.bodies["xf_unit"])
    with pytest.raises(Conflict, match="已以同一角色和这支队结对"):
        pair(
            team=team, role=PairingRole.LEAD, valid_from=START, acting_user=None, unit=world.bodies["xf_unit"]
        )
    assert Pairing.objects.count() == 1


def test_an_account_made_in_the_shell_signs_in_and_sees_nobody(world: World) -> None:
    """createsuperuser works without an e-mail address, and its account still has no scope of its own."""
    made = User.objects.create_superuser("shell-root", "a-long-password-1")
    assert made.check_password("a-long-password-1")
    assert made.is_superuser
    assert not Team.objects.visible_to(made).exists()
    assert not Person.objects.visible_to(made).exists()


@pytest.mark.parametrize("who", ["xf_system", "pn_security", "liusha_secretary"])
def test_a_correction_is_the_place_s_own_administrator_s(world: World, who: str) -> None:
    rows = [
        (world.human("liusha_member"), {"gender": "f"}),
        (world.appointments["liusha_member"], {"home_post": "科员"}),
        (world.regions["liusha"], {"code": "445281999000"}),
        (world.bodies["pn_unit"], {"short_name": "林业"}),
    ]
    for row, changes in rows:
        with pytest.raises(NotYours):
            amend(row=row, changes=changes, acting_user=world.user(who))
        now = type(row).objects.get(pk=row.pk)
        assert {name: getattr(now, name) for name in changes} != changes
        amend(row=row, changes=changes, acting_user=world.user("pn_system"))
        now = type(row).objects.get(pk=row.pk)
        assert {name: getattr(now, name) for name in changes} == changes
