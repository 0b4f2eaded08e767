"""What programs read of people, posts, messages and rules: what the pages show, in a stable number of questions."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext

from core import notices
from core.models import Notice
from teams import people
from teams.words import Post
from tests.drive import MONDAY


def names(answer) -> set[str]:
    return {row["name"] for row in answer.json()["results"]}


def test_telephone_numbers_come_masked(program) -> None:
    rows = program("liusha_secretary").get("people/?page_size=100").json()["results"]
    assert {row["phone"] for row in rows} == {"138****8000"}
    assert set(rows[0]) == {"id", "name", "phone"}


def test_people_are_those_of_one_s_own_places(program) -> None:
    found = names(program("liusha_secretary").get("people/?page_size=100"))
    assert {"洪队长", "洪队员", "洪队友"} <= found
    assert not any(name.startswith(("里", "新", "上")) for name in found)


@pytest.mark.parametrize("asked", ["洪队员", "hong dui y", "hdy"])
def test_people_are_found_by_name_pinyin_and_initials(program, asked: str) -> None:
    found = names(program("liusha_secretary").get(f"people/?name={asked}"))
    assert "洪队员" in found
    assert "洪队长" not in found


def test_a_former_team_mate_is_nobody_s_business_any_more(world, program, clock) -> None:
    clock.set(MONDAY)
    people.end_appointment(
        appointment_id=world.appointments["liusha_mate"].pk,
        last_day=MONDAY.replace(day=1),
        acting_user=None,
    )
    mate = world.human("liusha_mate").pk
    assert program("liusha_member").get(f"people/{mate}/").status_code == 404
    assert program("liusha_secretary").get(f"people/{mate}/").status_code == 200


def test_offices_come_with_their_functions_and_appointments_with_their_bodies(program) -> None:
    office = program("liusha_member").get("offices/?function=agriculture").json()["results"][0]
    assert (office["name"], office["functions"]) == (
        "普宁市农业农村局",
        ["agriculture", "rural_revitalization"],
    )
    row = program("liusha_captain").get("appointments/?post=captain&on=2026-11-23").json()["results"][0]
    assert (row["person"]["name"], row["body"]["name"]) == ("洪队长", "驻洪阳镇工作队")


def test_messages_are_one_s_own_and_marked_read_one_by_one_or_together(world, program) -> None:
    for number in range(3):
        notices.tell(users=[world.users["liusha_member"].pk], title=f"第 {number}", key=str(number))
    notices.tell(users=[world.users["liusha_mate"].pk], title="别人的", key="other")
    member = program("liusha_member")
    unread = member.get("notices/?unread=true").json()["results"]
    assert [row["title"] for row in unread] == ["第 2", "第 1", "第 0"]
    assert member.post(f"notices/{unread[0]['id']}/read/").json()["read_at"] is not None
    assert member.post("notices/read-all/").json() == {"marked": 2}
    foreign = Notice.objects.get(title="别人的")
    assert member.post(f"notices/{foreign.pk}/read/").status_code == 404
    assert Notice.objects.get(pk=foreign.pk).read_at is None


def test_explain_answers_as_the_command_does(program) -> None:
    said = StringIO()
    call_command(
        "explain", "--place=puning", "--role=member", "--days=4", "--on=2026-11-24", "--json", stdout=said
    )
    asked = program("liusha_member").get("explain/?place=puning&role=member&days=4&on=2026-11-24")
    assert asked.json() == json.loads(said.getvalue())


@pytest.mark.parametrize(("query", "field"), [
    ("place=nowhere&role=member&days=4", "place"), ("place=puning&role=king&days=4", "role"),
    ("place=puning&role=member&days=x", "days"), ("role=member&days=4", "place"),
    ("place=puning&role=member&days=4&on=2026-13-01", "on"),
])  # fmt: skip
def test_explain_names_what_is_wrong_with_the_question(program, query: str, field: str) -> None:
    answer = program("liusha_member").get(f"explain/?{query}")
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


def test_clauses_are_those_of_the_command(program) -> None:
    said = StringIO()
    call_command("clauses", "--pack=puning", "--json", stdout=said)
    member = program("liusha_member")
    assert member.get("clauses/?pack=puning").json() == json.loads(said.getvalue())
    assert member.get("clauses/?pack=nowhere").status_code == 422


def test_lists_ask_the_same_number_of_questions_whatever_their_length(
    program, world, drive, django_assert_max_num_queries
) -> None:
    from django.db import connection

    def asked() -> dict[str, int]:
        counts = {}
        chief = program("pn_agri_chief")
        for path in ("regions", "offices", "units", "teams", "people", "appointments", "leave", "sign-offs",
                     "filings", "notices"):  # fmt: skip
            chief.get(f"{path}/?page_size=100")
            with CaptureQueriesContext(
                connection,
            ) as questions:
                assert chief.get(f"{path}/?page_size=100").status_code == 200
            counts[path] = len(questions)
        return counts

    drive.ask("liusha_member", 6)
    few = asked()
    for number in range(12):
        who = f"extra{number}"
        world.person(who, f"洪新{number}", Post.MEMBER, "liusha_team", unit=world.bodies["pn_unit"])
        drive.ask(who, 6)
    assert asked() == few
    assert max(few.values()) <= 14, few
