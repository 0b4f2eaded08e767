"""Appointments: whole periods, acting holders, ending at once; and what the database refuses past the verbs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent
from leave.models import LeaveRequest
from teams import people
from teams.appointing import appoint, correct_appointment, end_appointment, end_at_once
from teams.models import Appointment
from teams.scope import scope_of
from teams.words import Post
from tests.cast import START, World
from tests.drive import MONDAY, NEXT_MONDAY, Clock, Drive, newest
from tests.pages import answers, beside, browser, sign_fields, text

YESTERDAY, TOMORROW = MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("clock")


def newcomer(world: World, name: str = "陈小满"):
    return people.add_person(name=name, registered_in=world.regions["puning"], acting_user=None)


def post(world: World, person, first: date, last: date | None, team: str = "liusha_team", **fields):
    return appoint(
        person=person,
        post=Post.MEMBER,
        body=world.bodies[team],
        unit=world.bodies["pn_unit"],
        valid_from=first,
        valid_to=last,
        acting_user=None,
        **fields,
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 6, 30), None),
        (date(2026, 6, 30), date(2026, 12, 31)),
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2020, 1, 1), None),
    ],
)
def test_two_postings_never_overlap_also_when_both_are_dated(world: World, first: date, last) -> None:
    person = newcomer(world)
    post(world, person, date(2026, 1, 1), date(2026, 6, 30))
    with pytest.raises(Refused, match="已有一个专职驻点") as refused:
        post(world, person, first, last, "lihu_team")
    assert refused.value.field == "valid_from"
    assert Appointment.objects.filter(person=person).count() == 1


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 7, 1), None), (date(2025, 1, 1), date(2025, 12, 31))]
)
def test_the_day_before_and_the_day_after_are_free(world: World, first: date, last) -> None:
    person = newcomer(world)
    post(world, person, date(2026, 1, 1), date(2026, 6, 30))
    assert post(world, person, first, last, "lihu_team").pk


def test_the_database_refuses_an_overlap_past_the_verbs(world: World) -> None:
    person = newcomer(world)
    first = post(world, person, date(2026, 1, 1), date(2026, 6, 30))
    later = post(world, person, date(2026, 7, 1), date(2026, 12, 31), "lihu_team")
    fields = {
        "person": person,
        "post": Post.CAPTAIN,
        "body_id": world.bodies["lihu_team"].pk,
        "unit": world.bodies["pn_unit"],
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(**fields, valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=first.pk).update(valid_to=date(2026, 7, 1))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM teams_appointment WHERE id = %s", [later.pk])
    assert Appointment.objects.filter(person=person).count() == 2


def test_a_post_fits_the_kind_of_body(world: World) -> None:
    person = newcomer(world)
    for wrong, body in (
        (Post.PARTY_SECRETARY, "liusha_team"),
        (Post.CAPTAIN, "pn_agri"),
        (Post.MEMBER, "pn_unit"),
    ):
        with pytest.raises(Refused, match="没有“") as refused:
            appoint(
                person=person,
                post=wrong,
                body=world.bodies[body],
                unit=world.bodies["pn_unit"],
                valid_from=MONDAY,
                acting_user=None,
            )
        assert refused.value.field == "post"


def test_acting_is_for_somebody_elses_post_in_its_time(world: World) -> None:
    held = world.appointments["liusha_secretary"]
    fields = {
        "post": held.post,
        "body": held.body,
        "valid_from": MONDAY,
        "acting_user": None,
        "acting_for": held,
    }
    with pytest.raises(Refused, match="不能代行自己的职务"):
        appoint(person=held.person, basis="会议纪要", **fields)
    with pytest.raises(Refused, match="写明书面依据"):
        appoint(person=world.human("liusha_officer"), basis=" ", **fields)
    member = world.appointments["liusha_member"]
    with pytest.raises(Refused, match="不能由人代行"):
        appoint(
            person=world.human("liusha_mate"),
            basis="会议纪要",
            **{**fields, "post": member.post, "body": member.body, "acting_for": member},
        )
    acting = appoint(person=world.human("liusha_officer"), basis="洪阳镇党委会议纪要 3 号", **fields)
    with pytest.raises(Refused, match="已在任这个职务"):
        appoint(person=world.human("liusha_officer"), basis="会议纪要 4 号", **fields)
    with pytest.raises(Refused, match="不能由人代行"):
        appoint(person=world.human("liusha_mate"), basis="会议纪要", **{**fields, "acting_for": acting})


def test_ended_at_once_it_gives_nothing_from_this_moment(world: World) -> None:
    row = end_at_once(
        appointment_id=world.appointments["liusha_secretary"].pk, acting_user=world.user("pn_system")
    )
    assert row.valid_to == YESTERDAY
    assert scope_of(world.user("liusha_secretary")).appointments == ()
    with pytest.raises(Conflict, match="已经结束"):
        end_at_once(appointment_id=row.pk, acting_user=None)


def test_what_began_today_is_called_off_and_never_held(world: World) -> None:
    row = world.appoint("liusha_officer", Post.PARTY_SECRETARY, "lihu_party", valid_from=MONDAY)
    assert "0002" in "".join(scope_of(world.user("liusha_officer")).paths)
    ended = end_at_once(appointment_id=row.pk, acting_user=None)
    assert (ended.void, ended.valid_to) == (True, YESTERDAY)
    scope = scope_of(world.user("liusha_officer"))
    assert world.regions["lihu"].path not in scope.paths
    assert AuditEvent.objects.filter(action="appointment.end").latest("pk").after["called_off"] is True
    again = world.appoint("liusha_officer", Post.PARTY_SECRETARY, "lihu_party", valid_from=MONDAY)
    assert again.holds(MONDAY)


def test_only_what_has_not_begun_can_be_corrected(world: World) -> None:
    row = world.appoint("liusha_officer", Post.STAFF, "pn_agri", valid_from=TOMORROW)
    fresh = correct_appointment(
        appointment_id=row.pk, acting_user=world.user("pn_system"), title="挂职副局长", valid_from=NEXT_MONDAY
    )
    assert (fresh.title, fresh.valid_from) == ("挂职副局长", NEXT_MONDAY)
    with pytest.raises(Refused, match="已生效"):
        correct_appointment(
            appointment_id=world.appointments["liusha_officer"].pk, acting_user=None, title="副书记"
        )


def test_a_correction_may_not_make_postings_overlap(world: World) -> None:
    person = newcomer(world)
    post(world, person, date(2026, 1, 1), MONDAY)
    later = post(world, person, NEXT_MONDAY, None, "lihu_team")
    with pytest.raises(Refused, match="已有一个专职驻点"):
        correct_appointment(appointment_id=later.pk, acting_user=None, valid_from=MONDAY)


def test_an_end_is_not_moved_to_a_later_day(world: World) -> None:
    row = world.appoint("liusha_officer", Post.STAFF, "pn_agri", valid_to=TOMORROW)
    with pytest.raises(Refused, match="止期不能更晚"):
        end_appointment(appointment_id=row.pk, last_day=NEXT_MONDAY, acting_user=None)


@pytest.mark.parametrize("who", ["xf_system", "pn_security", "liusha_secretary"])
def test_nobody_else_appoints_or_ends(world: World, who: str) -> None:
    user = world.user(who)
    with pytest.raises(NotYours):
        appoint(
            person=newcomer(world),
            post=Post.STAFF,
            body=world.bodies["pn_agri"],
            valid_from=START,
            acting_user=user,
        )
    with pytest.raises(NotYours):
        end_at_once(appointment_id=world.appointments["liusha_member"].pk, acting_user=user)
    assert Appointment.objects.get(pk=world.appointments["liusha_member"].pk).valid_to is None


# ---- B9: the form was open, then the appointment ended -------------------------------------------------------


def test_a_member_whose_posting_ended_cannot_send_the_form_he_had_open(world: World) -> None:
    client = browser(world, "liusha_member")
    assert client.get(reverse("leave:new")).status_code == 200
    end_at_once(appointment_id=world.appointments["liusha_member"].pk, acting_user=world.user("pn_system"))
    assert client.post(reverse("leave:new"), answers()).status_code == 404
    assert not LeaveRequest.objects.exists()


def test_a_secretary_whose_post_ended_cannot_sign_the_card_he_had_open(world: World, drive: Drive) -> None:
    request = drive.ask("liusha_member", 4)
    client = browser(world, "liusha_secretary")
    page = client.get(reverse("leave:card", args=[request.pk]))
    fields = sign_fields(page)
    end_at_once(appointment_id=world.appointments["liusha_secretary"].pk, acting_user=world.user("pn_system"))
    answer = client.post(reverse("approvals:sign", args=[newest(request).pk]), fields)
    assert answer.status_code in (404, 422)
    assert LeaveRequest.objects.get(pk=request.pk).state == LeaveRequest.State.PENDING
    assert client.get(reverse("leave:card", args=[request.pk])).status_code == 404


# ---- the pages -----------------------------------------------------------------------------------------------


def test_an_administrator_appoints_on_the_page_and_refusals_keep_what_was_typed(world: World) -> None:
    client = browser(world, "pn_system")
    person = newcomer(world)
    address = reverse("teams:registry_appoint", args=[person.pk])
    page = client.get(f"{address}?kind=team")
    assert "驻洪阳镇工作队" in text(page)
    assert "驻梅坑镇工作队" not in text(page)
    said = {
        "body": world.bodies["liusha_team"].pk,
        "post": "member",
        "unit": "",
        "home_post": "四级主任科员",
        "valid_from": "2026-11-23",
        "valid_to": "",
    }
    refused = client.post(f"{address}?kind=team", said)
    assert refused.status_code == 422
    assert beside(refused, "unit") == "队长和队员要写明派出单位"
    assert "四级主任科员" in refused.content.decode()
    done = client.post(f"{address}?kind=team", {**said, "unit": world.bodies["pn_unit"].pk}, follow=True)
    assert "已登记：陈小满 任驻洪阳镇工作队 队员" in text(done)
    assert Appointment.objects.get(person=person).home_post == "四级主任科员"


def test_posts_offered_are_those_of_the_kind(world: World) -> None:
    client = browser(world, "pn_system")
    address = reverse("teams:registry_appoint", args=[world.human("liusha_officer").pk])
    office, unit = client.get(f"{address}?kind=office"), client.get(f"{address}?kind=unit")
    assert "组织委员" in text(office)
    assert "组织委员" not in text(unit)
    assert "派出单位职务" not in text(office)


def test_acting_is_registered_on_the_page(world: World) -> None:
    client = browser(world, "pn_system")
    held = world.appointments["liusha_secretary"]
    address = reverse("teams:registry_appoint", args=[world.human("liusha_officer").pk])
    said = {"acting_for": held.pk, "basis": "", "valid_from": "2026-11-23"}
    refused = client.post(f"{address}?kind=acting", said)
    assert "写明书面依据" in beside(refused, "basis")
    done = client.post(f"{address}?kind=acting", {**said, "basis": "洪阳镇党委会议纪要 3 号"}, follow=True)
    assert "代洪书记" in text(done)
    listed = client.get(f"{reverse('teams:registry_posts')}?state=acting")
    assert "洪考勤" in text(listed)


def test_ending_on_the_page_is_at_once_or_on_a_day(world: World) -> None:
    client = browser(world, "pn_system")
    address = reverse("teams:registry_post_end", args=[world.appointments["liusha_mate"].pk])
    missing = client.post(address, {"when": "day", "valid_to": ""})
    assert (missing.status_code, beside(missing, "valid_to")) == (422, "填写最后一天")
    assert "到 2026-11-30 为止" in text(
        client.post(address, {"when": "day", "valid_to": "2026-11-30"}, follow=True)
    )
    assert "即刻生效" in text(client.post(address, {"when": "now"}, follow=True))
    assert client.post(address, {"when": "now"}).status_code == 409


def test_a_neighbouring_countys_administrator_finds_none_of_it(world: World) -> None:
    client = browser(world, "xf_system")
    row = world.appointments["liusha_member"]
    for name, pk in (
        ("registry_person", row.person_id),
        ("registry_appoint", row.person_id),
        ("registry_post_end", row.pk),
        ("registry_place", world.regions["liusha"].pk),
        ("registry_body", world.bodies["liusha_team"].pk),
    ):
        assert client.get(reverse(f"teams:{name}", args=[pk])).status_code == 404
    for name in ("registry_people", "registry_posts", "registry_bodies"):
        page = text(client.get(reverse(f"teams:{name}")))
        assert "洪" not in page.replace("洪水", "")
        assert "新" in page


def test_the_lists_ask_the_same_number_of_questions_whatever_their_length(
    world: World, django_assert_max_num_queries
) -> None:
    client = browser(world, "pn_system")
    for number in range(15):
        world.person(
            f"extra{number}", f"员{number}", Post.MEMBER, "liusha_team", unit=world.bodies["pn_unit"]
        )
    for name, most in (("registry_people", 16), ("registry_posts", 14), ("registry_bodies", 14)):
        client.get(reverse(f"teams:{name}"))
        with django_assert_max_num_queries(most):
            client.get(reverse(f"teams:{name}"))


def test_a_stopped_clock_is_no_excuse(world: World, clock: Clock) -> None:
    """Ends on a day: the next morning it is gone, without any job."""
    end_appointment(
        appointment_id=world.appointments["liusha_secretary"].pk, last_day=MONDAY, acting_user=None
    )
    assert scope_of(world.user("liusha_secretary")).paths
    clock.set(TOMORROW)
    assert scope_of(world.user("liusha_secretary")).appointments == ()
