"""Exceptional, dated sight: who gets it, what it opens, when it ends; and that nobody signs by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.selectors import count_waiting
from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent
from leave.endings import may_record_return
from leave.models import LeaveRequest
from teams import people
from teams.grants import clear_expired, revoke_grant
from teams.models import Appointment, BodyPermission, Grant, Person, RegionPermission, Team, User
from teams.scope import scope_of
from teams.tasks import clear_grants
from tests.access import names_in
from tests.cast import World
from tests.drive import MONDAY, Clock, Drive
from tests.pages import beside, browser, confirmed, text

pytestmark = pytest.mark.usefixtures("clock")
TOMORROW = MONDAY + timedelta(days=1)


def seen(world: World, who: str) -> set[str]:
    return set(Person.objects.visible_to(world.user(who)).values_list("name", flat=True))


def retired(world: World, who: str = "liusha_officer") -> None:
    """An account without any appointment: an inspector from outside, registered in the county."""
    Person.objects.filter(pk=world.human(who).pk).update(registered_in=world.regions["puning"])
    Appointment.objects.filter(person=world.human(who)).update(valid_to=date(2021, 1, 1))


@pytest.mark.parametrize(
    ("kind", "target", "opens"),
    [
        ("regions", "lihu", {"里书记", "里考勤", "里队长", "里队员"}),
        ("bodies", "lihu_party", {"里书记", "里考勤", "里队长", "里队员"}),
        ("bodies", "lihu_team", {"里队长", "里队员"}),
        ("bodies", "pn_unit2", {"洪队友", "洪第一"}),
        ("bodies", "pn_finance", set()),
    ],
)
def test_a_grant_opens_one_object_and_nothing_beside_it(
    world: World, drive: Drive, kind: str, target: str, opens: set[str]
) -> None:
    retired(world)
    assert seen(world, "liusha_officer") == {"洪考勤"}
    drive.grant("liusha_officer", getattr(world, kind)[target])
    assert seen(world, "liusha_officer") == {"洪考勤"} | opens
    assert not names_in(world, "上蔡", "朱里", "新丰", "梅坑") & seen(world, "liusha_officer")


def test_it_opens_teams_and_leave_too_and_lets_nobody_sign_or_record(world: World, drive: Drive) -> None:
    request = drive.ask("lihu_member", 1)
    drive.ask("liusha_mate", 1)
    drive.grant("liusha_captain", world.bodies["lihu_team"])
    user = world.user("liusha_captain")
    assert set(LeaveRequest.objects.visible_to(user).values_list("applicant__name", flat=True)) == {
        "里队员",
        "洪队友",
    }
    assert {str(team) for team in Team.objects.visible_to(user)} == {"驻洪阳镇工作队", "驻里湖镇工作队"}
    assert count_waiting(user) == 1
    assert not may_record_return(request.posting, user)
    with pytest.raises(Refused):
        drive.sign("liusha_captain", request)
    card = browser(world, "liusha_captain").get(reverse("leave:card", args=[request.pk]))
    assert card.status_code == 200
    assert "家中有事" not in text(card)
    assert 'name="decision"' not in card.content.decode()


def test_the_town_granted_is_not_written_in(world: World, drive: Drive) -> None:
    """Who serves a town by post records returns there; who was granted a look at it does not."""
    request = drive.ask("lihu_member", 1)
    drive.grant("liusha_officer", world.regions["lihu"])
    assert LeaveRequest.objects.visible_to(world.user("liusha_officer")).filter(pk=request.pk).exists()
    assert not may_record_return(request.posting, world.user("liusha_officer"))


def test_it_ends_at_midnight_before_any_job_has_run(world: World, drive: Drive, clock: Clock) -> None:
    retired(world)
    drive.grant("liusha_officer", world.regions["lihu"], days=1)
    clock.set(MONDAY, 23, 59)
    assert "里队员" in seen(world, "liusha_officer")
    clock.set(TOMORROW, 0, 0)
    assert RegionPermission.objects.exists()
    assert seen(world, "liusha_officer") == {"洪考勤"}
    client = browser(world, "liusha_officer")
    assert client.get(reverse("teams:list")).status_code == 404


def test_it_does_not_begin_before_its_day(world: World, drive: Drive, clock: Clock) -> None:
    drive.grant("liusha_captain", world.regions["lihu"], start=TOMORROW)
    assert "里队员" not in seen(world, "liusha_captain")
    clock.set(TOMORROW, 0, 0)
    assert "里队员" in seen(world, "liusha_captain")


def test_the_nightly_job_clears_what_ran_out_and_nothing_else(
    world: World, drive: Drive, clock: Clock
) -> None:
    drive.grant("liusha_captain", world.regions["lihu"], days=1)
    drive.grant("liusha_captain", world.bodies["pn_unit2"], days=2)
    clock.set(TOMORROW, 0, 10)
    assert clear_grants() == 1
    assert (RegionPermission.objects.count(), BodyPermission.objects.count()) == (0, 1)
    assert clear_expired() == 0
    assert AuditEvent.objects.filter(action="grant.clear").count() == 1
    assert Grant.objects.count() == 2


def test_guardians_row_gone_the_grant_gives_nothing(world: World, drive: Drive) -> None:
    drive.grant("liusha_captain", world.regions["lihu"])
    RegionPermission.objects.all().delete()
    assert "里队员" not in seen(world, "liusha_captain")


def test_revoked_it_gives_nothing_from_this_moment_also_to_a_page_that_was_open(
    world: World, drive: Drive
) -> None:
    request = drive.ask("lihu_member", 1)
    grant = drive.grant("liusha_captain", world.regions["lihu"])
    client = browser(world, "liusha_captain")
    card = reverse("leave:card", args=[request.pk])
    assert client.get(card).status_code == 200
    with pytest.raises(Refused, match="写明为什么收回"):
        revoke_grant(grant_id=grant.pk, why=" ", acting_user=world.user("pn_security"))
    revoke_grant(grant_id=grant.pk, why="核对已完成", acting_user=world.user("pn_security"))
    assert client.get(card).status_code == 404
    assert not RegionPermission.objects.exists()
    with pytest.raises(Conflict, match="已经收回"):
        revoke_grant(grant_id=grant.pk, why="再收一次", acting_user=world.user("pn_security"))


def test_a_switched_off_account_sees_nothing_by_grant(world: World, drive: Drive) -> None:
    drive.grant("liusha_captain", world.regions["lihu"])
    User.objects.filter(pk=world.users["liusha_captain"].pk).update(is_active=False)
    assert seen(world, "liusha_captain") == set()
    with pytest.raises(Refused, match="已停用"):
        drive.grant("liusha_captain", world.bodies["lihu_team"])


@pytest.mark.parametrize("who", ["pn_system", "pn_auditor", "xf_security", "pn_org_chief"])
def test_nobody_but_the_security_administrator_of_the_place_gives_or_revokes(
    world: World, drive: Drive, who: str
) -> None:
    grant = drive.grant("liusha_captain", world.regions["lihu"])
    with pytest.raises(NotYours):
        drive.grant("liusha_member", world.regions["lihu"], by=who)
    with pytest.raises(NotYours):
        revoke_grant(grant_id=grant.pk, why="不该看", acting_user=world.user(who))
    assert Grant.objects.filter(revoked_at=None).count() == 1


def test_no_sight_of_another_county_and_none_to_its_people(world: World, drive: Drive) -> None:
    with pytest.raises(NotYours):
        drive.grant("liusha_captain", world.regions["meikeng"])
    with pytest.raises(NotYours):
        drive.grant("xf_captain", world.regions["lihu"])


def test_nobody_grants_himself_and_no_administrative_account_is_granted(world: World, drive: Drive) -> None:
    with pytest.raises(Refused, match="管理账号不能得到授权"):
        drive.grant("pn_auditor", world.regions["lihu"])
    keeper = world.users["pn_security"].holder
    keeper.registered_in = world.regions["puning"]
    keeper.save()
    world.users["own"] = people.add_user(person=keeper, username="own", password=None, acting_user=None)
    with pytest.raises(Refused, match="不能给自己授权"):
        drive.grant("own", world.regions["lihu"])


def test_days_in_order_not_past_and_not_for_ever(world: World, drive: Drive) -> None:
    with pytest.raises(Refused, match="止期不能早于起期"):
        drive.grant("liusha_captain", world.regions["lihu"], days=0)
    with pytest.raises(Refused, match="止期已过"):
        drive.grant("liusha_captain", world.regions["lihu"], days=5, start=MONDAY - timedelta(days=5))
    with pytest.raises(Refused, match="最长一年"):
        drive.grant("liusha_captain", world.regions["lihu"], days=367)
    assert drive.grant("liusha_captain", world.regions["lihu"], days=366).pk
    with pytest.raises(Refused, match="已有里湖镇的授权"):
        drive.grant("liusha_captain", world.regions["lihu"], days=3, start=TOMORROW)


def test_the_database_keeps_a_grant_as_it_was_given(world: World, drive: Drive) -> None:
    grant = drive.grant("liusha_captain", world.regions["lihu"])
    rows = Grant.objects.filter(pk=grant.pk)
    for change in ({"valid_to": MONDAY + timedelta(days=99)}, {"user": world.users["liusha_mate"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_who_has_no_grant_is_asked_nothing_more(
    world: World, drive: Drive, django_assert_num_queries
) -> None:
    user = world.user("liusha_captain")
    with django_assert_num_queries(1):
        scope_of(user)
    drive.grant("liusha_captain", world.regions["lihu"])
    user = world.user("liusha_captain")
    with django_assert_num_queries(2):
        scope_of(user)


# ---- the pages -----------------------------------------------------------------------------------------------


def test_giving_and_revoking_on_the_pages(world: World) -> None:
    client = confirmed(browser(world, "pn_security"))
    person = world.human("liusha_captain")
    give = reverse("teams:grant_give", args=[person.pk]) + "?kind=team"
    said = {
        "target": world.bodies["lihu_team"].pk,
        "purpose": "assistance",
        "document": "",
        "why": "帮里湖镇核对名册",
        "valid_from": "2026-11-23",
        "valid_to": "2026-12-22",
    }
    assert beside(refused := client.post(give, said), "document") == "写明依据的文号或批件"
    assert refused.status_code == 422
    done = client.post(give, {**said, "document": "普办函〔2026〕8号"}, follow=True)
    assert "2026-11-23 至 2026-12-22，只能看" in text(done)
    assert "驻里湖镇工作队的人员和请假" in text(done)
    listed = text(client.get(reverse("teams:grants")))
    assert "洪队长" in listed
    assert "帮里湖镇核对名册" in listed
    back = reverse("teams:grant_revoke", args=[Grant.objects.get().pk])
    assert "已收回" in text(client.post(back, {"why": "核对完了"}, follow=True))
    assert "现在没有生效的授权" in text(client.get(reverse("teams:grants")))
    assert "核对完了" in text(client.get(reverse("teams:grants") + "?state=over"))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("liusha_secretary", "洪阳镇范围内的队伍、人员和请假"),
        ("liusha_captain", "驻洪阳镇工作队的人员和请假"),
        ("liusha_member", "人员名单，不看别人的请假"),
        ("pn_unit_chief", "普宁市林业局派出的人员和他们的请假"),
        ("pn_finance_chief", "不看别人，只办本人和本职务的事"),
    ],
)
def test_what_a_person_sees_today_stands_there_in_words(world: World, who: str, words: str) -> None:
    page = browser(world, "pn_security").get(reverse("teams:sight", args=[world.human(who).pk]))
    assert words in text(page)


def test_the_neighbouring_countys_security_administrator_finds_nobody_of_it(
    world: World, drive: Drive
) -> None:
    grant = drive.grant("liusha_captain", world.regions["lihu"])
    client = confirmed(browser(world, "xf_security"))
    for name, pk in (
        ("sight", world.human("liusha_captain").pk),
        ("grant_give", world.human("liusha_captain").pk),
        ("grant_revoke", grant.pk),
    ):
        assert client.get(reverse(f"teams:{name}", args=[pk])).status_code == 404
    hidden = names_in(world, "洪阳", "里湖")
    for name in ("grants", "grant_people"):
        page = client.get(reverse(f"teams:{name}")).content.decode()
        assert [each for each in hidden if each in page] == []


def test_who_only_has_a_grant_has_a_menu_that_leads_to_it(world: World, drive: Drive) -> None:
    retired(world)
    drive.grant("liusha_officer", world.regions["lihu"])
    client = browser(world, "liusha_officer")
    home = client.get("/").content.decode()
    assert reverse("teams:list") in home
    assert reverse("leave:list") in home
    assert reverse("approvals:todo") not in home
    assert "驻里湖镇工作队" in text(client.get(reverse("teams:list")))
    assert "里湖镇，只能看，到 2026-12-22 为止" in text(client.get(reverse("teams:account")))
