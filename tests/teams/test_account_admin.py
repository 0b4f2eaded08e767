"""The system administrator's accounts: made from people, switched off and on, never outside his place."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.errors import NotYours, Refused
from core.models import AuditEvent
from teams import account_admin, people
from teams.models import Office, Person, Session, User
from teams.words import Duty, Post
from tests.cast import World
from tests.pages import beside, browser, confirmed, text

PASSWORD = "fuyuan-lu-1988"
OWN = "yunxing-qiao-77"


@pytest.fixture
def system(world: World) -> Client:
    return confirmed(browser(world, "pn_system"))


@pytest.fixture
def newcomer(world: World) -> Person:
    """Registered in 普宁, serving nowhere, without an account."""
    return people.add_person(name="陈小满", acting_user=None, registered_in=world.regions["liusha"])


def create(system: Client, person: Person, username: str = "chenxiaoman"):
    return system.post(f"/accounts/people/{person.pk}/new/", {"username": username})


def shown(page) -> str:
    """The first password on a page."""
    return re.findall(r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>", page.text)[0]


def test_from_a_person_to_an_account_to_the_first_sign_in(system: Client, newcomer: Person) -> None:
    assert 'value="chenxiaoman"' in system.get(f"/accounts/people/{newcomer.pk}/new/").text
    page = create(system, newcomer)
    password = shown(page)
    card = system.get(f"/accounts/people/{newcomer.pk}/")
    assert "还没改首次密码" in card.text
    assert password not in card.text
    person = Client()
    person.post("/login/", {"username": "chenxiaoman", "password": password})
    assert person.get("/").headers["Location"] == "/password/"
    person.post("/password/", {"old_password": password, "new_password1": OWN, "new_password2": OWN})
    assert person.get("/").status_code == 200
    event = AuditEvent.objects.get(action="user.open")
    assert event.actor_name == "普系统（系统管理员）"
    assert password not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("liusha_captain", "这个账号已有人用，换一个"),
        ("Chen", account_admin.USERNAME_RULE),
        ("陈小满", account_admin.USERNAME_RULE),
        ("ab", account_admin.USERNAME_RULE),
        ("", "填写账号"),
    ],
)
def test_a_name_that_cannot_be_taken_says_why_beside_the_field(
    system: Client, newcomer: Person, username: str, sentence: str
) -> None:
    page = create(system, newcomer, username)
    assert page.status_code in (409, 422)
    assert beside(page, "username") == sentence
    assert not User.objects.filter(person=newcomer).exists()


def test_nobody_gets_a_second_account_of_his_own(system: Client, newcomer: Person) -> None:
    create(system, newcomer)
    page = create(system, newcomer, "another")
    assert page.status_code == 409
    assert "陈小满已有账号（chenxiaoman），不用再建" in text(page)
    assert User.objects.filter(person=newcomer).count() == 1


def test_names_that_are_taken_are_numbered(newcomer: Person) -> None:
    assert account_admin.suggest_username(newcomer) == "chenxiaoman"
    User.objects.create_user("chenxiaoman")
    User.objects.create_user("chenxiaoman2")
    assert account_admin.suggest_username(newcomer) == "chenxiaoman3"
    assert account_admin.suggest_username(newcomer, Duty.AUDIT) == "chenxiaoman.aud"


@pytest.fixture
def captain(world: World) -> User:
    user = world.user("liusha_captain")
    user.set_password(PASSWORD)
    user.save()
    return user


def act(system: Client, user: User, what: str, **fields: str):
    return system.post(f"/accounts/{user.pk}/{what}/", fields)


def test_switching_off_ends_what_is_open_at_once(system: Client, captain: User) -> None:
    open_page = Client()
    open_page.post("/login/", {"username": "liusha_captain", "password": PASSWORD})
    assert open_page.get("/feedback/").status_code == 200
    assert act(system, captain, "off", reason="任期结束").status_code == 302
    assert open_page.post("/feedback/", {"text": "一条"}).headers["Location"].startswith("/login/")
    assert Session.objects.filter(user=captain).count() == 0
    assert Client().post("/login/", {"username": "liusha_captain", "password": PASSWORD}).status_code == 422
    assert AuditEvent.objects.get(action="user.off").after["reason"] == "任期结束"


def test_switching_off_needs_a_reason(system: Client, captain: User) -> None:
    page = act(system, captain, "off")
    assert page.status_code == 422
    assert beside(page, "reason") == "写明停用的原因，如：任期结束"
    captain.refresh_from_db()
    assert captain.is_active


def test_switching_on_gives_a_new_first_password(system: Client, captain: User) -> None:
    act(system, captain, "off", reason="任期结束")
    password = shown(act(system, captain, "on"))
    assert Client().post("/login/", {"username": "liusha_captain", "password": PASSWORD}).status_code == 422
    assert Client().post("/login/", {"username": "liusha_captain", "password": password}).status_code == 302
    assert act(system, captain, "on").status_code == 409


def test_a_new_first_password_ends_the_old_one_and_its_sessions(system: Client, captain: User) -> None:
    open_page = Client()
    open_page.post("/login/", {"username": "liusha_captain", "password": PASSWORD})
    password = shown(act(system, captain, "password"))
    assert open_page.get("/account/").status_code == 302
    assert Client().post("/login/", {"username": "liusha_captain", "password": PASSWORD}).status_code == 422
    captain.refresh_from_db()
    assert captain.check_password(password)
    assert captain.password_is_temporary


def test_ending_the_sessions_leaves_the_password(system: Client, captain: User) -> None:
    open_page = Client()
    open_page.post("/login/", {"username": "liusha_captain", "password": PASSWORD})
    act(system, captain, "sessions")
    assert open_page.get("/account/").status_code == 302
    assert Client().post("/login/", {"username": "liusha_captain", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("who", ["xf_captain", "sc_member"])
def test_people_of_another_county_do_not_exist(system: Client, world: World, who: str) -> None:
    user, person = world.user(who), world.human(who)
    for address in (f"/accounts/people/{person.pk}/", f"/accounts/people/{person.pk}/duty/"):
        assert system.get(address).status_code == 404
    assert create(system, person).status_code == 404
    for what in ("password", "off", "on", "sessions", "second-step"):
        assert act(system, user, what, reason="x").status_code == 404
    for attempt in (
        lambda: account_admin.switch_off(acting_user=world.user("pn_system"), user_id=user.pk, reason="x"),
        lambda: account_admin.new_first_password(acting_user=world.user("pn_system"), user_id=user.pk),
    ):
        with pytest.raises(NotYours):
            attempt()
    assert world.human(who).name not in system.get("/accounts/").text


@pytest.mark.parametrize("who", ["pn_security", "pn_auditor", "liusha_secretary", "pn_org_chief"])
def test_nobody_else_manages_accounts(world: World, newcomer: Person, who: str) -> None:
    client = confirmed(browser(world, who))
    for address in ("/accounts/", f"/accounts/people/{newcomer.pk}/", f"/accounts/people/{newcomer.pk}/new/"):
        assert client.get(address).status_code == 404
    with pytest.raises(NotYours):
        account_admin.open_account(acting_user=world.user(who), person_id=newcomer.pk, username="chen.x")


def test_an_administrator_who_is_switched_off_meanwhile_is_refused(world: World, newcomer: Person) -> None:
    stale = world.user("pn_system")
    User.objects.filter(pk=stale.pk).update(is_active=False)
    with pytest.raises(NotYours):
        account_admin.open_account(acting_user=stale, person_id=newcomer.pk, username="chen.x")


def test_who_also_serves_above_is_not_taken_over_from_below(
    system: Client, world: World, captain: User
) -> None:
    """A first password would let the county sign in as a person of the city."""
    world.region("jy_city", "揭阳市区", "county", "445202000000", "jieyang")
    world.body("jy_org", Office, "中共揭阳市委组织部", "jieyang", functions=("organization",))
    world.appoint("liusha_captain", Post.STAFF, "jy_org")
    page = act(system, captain, "password")
    assert page.status_code == 422
    assert "还在中共揭阳市委组织部任职，不全在您的管理范围" in text(page)
    captain.refresh_from_db()
    assert captain.check_password(PASSWORD)
    # Switching off takes nothing over.
    assert act(system, captain, "off", reason="手机丢了").status_code == 302
    assert act(system, captain, "on").status_code == 422


def test_ones_own_account_is_not_administered(system: Client, world: World) -> None:
    me = world.user("pn_system")
    for what in ("off", "password", "sessions", "second-step"):
        page = act(system, me, what, reason="x")
        assert page.status_code == 422, what
    me.refresh_from_db()
    assert me.is_active
    assert f"/accounts/{me.pk}/" not in system.get(f"/accounts/people/{me.holder_id}/").text


def test_the_list_finds_by_name_pinyin_account_and_state(
    system: Client, world: World, newcomer: Person
) -> None:
    for asked in ("陈小", "cxm", "chen xiao", "chen"):
        page = text(system.get("/accounts/", {"name": asked}))
        assert "陈小满 没有账号" in page
        assert "洪队长" not in page
    assert "洪队长" in system.get("/accounts/", {"name": "liusha_cap"}).text
    assert "陈小满" in system.get("/accounts/", {"state": "without"}).text
    assert "洪队长" not in system.get("/accounts/", {"state": "without"}).text
    assert "陈小满" in system.get("/accounts/", {"town": world.regions["liusha"].pk, "state": "without"}).text
    assert "陈小满" not in system.get("/accounts/", {"town": world.regions["lihu"].pk}).text
    assert "普审计" in system.get("/accounts/", {"state": "duty"}).text
    assert (
        "没有这个镇（街），重新选一个" in system.get("/accounts/", {"town": world.regions["meikeng"].pk}).text
    )


def test_who_serves_nowhere_any_more_is_still_found_where_he_served(system: Client, world: World) -> None:
    for row in world.human("liusha_mate").appointments.all():
        people.end_appointment(appointment_id=row.pk, last_day=date(2024, 1, 1), acting_user=None)
    assert "洪队友" in system.get("/accounts/", {"name": "洪队友"}).text
    world.appoint("liusha_mate", Post.STAFF, "xf_rural")
    assert "/accounts/people/" not in system.get("/accounts/", {"name": "洪队友"}).text


def test_the_list_takes_the_same_questions_for_many_people(system: Client, world: World) -> None:
    system.get("/accounts/")
    with CaptureQueriesContext(connection) as few:
        system.get("/accounts/", {"name": "洪"})
    for number in range(15):
        world.person(
            f"many{number}", f"洪多{number}", Post.MEMBER, "liusha_team", unit=world.bodies["pn_unit"]
        )
    with CaptureQueriesContext(connection) as many:
        assert "洪多14" in system.get("/accounts/", {"name": "洪"}).text
    assert len(many) == len(few) <= 12


def test_every_act_asks_for_the_password_first(world: World, captain: User, newcomer: Person) -> None:
    stale = browser(world, "pn_system")
    for address in (
        f"/accounts/{captain.pk}/off/",
        f"/accounts/people/{newcomer.pk}/new/",
        f"/accounts/people/{newcomer.pk}/duty/",
    ):
        assert stale.get(address).headers["Location"].startswith("/password/again/"), address
        assert "再填一次密码" in stale.post(address, {"reason": "x", "username": "x"}).text
    captain.refresh_from_db()
    assert captain.is_active


def test_an_act_nobody_knows_is_no_page(system: Client, captain: User) -> None:
    assert system.get(f"/accounts/{captain.pk}/delete/").status_code == 404


def test_refusals_leave_a_trace(world: World, captain: User) -> None:
    with pytest.raises(Refused):
        account_admin.switch_off(acting_user=world.user("pn_system"), user_id=captain.pk, reason=" ")
    event = AuditEvent.objects.get(outcome="refused")
    assert (event.action, event.subject_id) == ("user.off", str(captain.pk))
