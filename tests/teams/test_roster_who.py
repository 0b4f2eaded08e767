"""名册导入: who in a workbook is who of those already known, and what that changes for him."""

from __future__ import annotations

from datetime import date

import pytest

from teams import people
from teams.models import Appointment, Person
from tests.teams import rosters_typed as typed
from tests.teams.clerk import Clerk, kinds, posting
from tests.teams.rosters_typed import person

pytestmark = pytest.mark.usefixtures("clock", "read_here")


def test_the_member_of_the_same_name_and_unit_is_the_same_person(clerk: Clerk) -> None:
    row = clerk.import_(
        typed.people(person("洪队员", 任期起="2020-01-01", 出生年月="1990-11", 职务职级="科员"))
    )
    assert kinds(row) == ["changed"]
    assert "出生年月：空 → 1990-11" in row.lines[0]["words"]
    assert posting("洪队员").home_post == "科员"
    assert Person.objects.filter(name="洪队员").count() == 1


def test_a_namesake_from_another_unit_is_asked_about(clerk: Clerk) -> None:
    """洪队员 serves from 林业局; a 洪队员 and a 洪对元 from elsewhere may or may not be he."""
    newcomer = person("洪队员", "驻里湖镇工作队", "普宁市水利局")
    (told,) = clerk.mend(typed.people(newcomer))
    assert told == (
        "“人员”第 2 行“是否同一人”：可能是已有的洪队员（普宁市林业局）：填同一身份证号，或在“是否同一人”列写是或否"
    )
    homophone = person("洪对园", "驻里湖镇工作队", "普宁市林业局")
    assert "可能是已有的洪队员（普宁市林业局）" in clerk.mend(typed.people(homophone))[0]
    no = typed.people(person("洪队员", "驻里湖镇工作队", "普宁市水利局", 是否同一人="否"))
    assert kinds(clerk.import_(no)) == ["added"]
    assert Person.objects.filter(name="洪队员").count() == 2
    assert kinds(clerk.import_(no)) == ["unchanged"]
    assert Person.objects.filter(name="洪队员").count() == 2


def test_who_is_the_same_person_needs_no_second_one(clerk: Clerk) -> None:
    yes = person("洪队员", "驻里湖镇工作队", "普宁市水利局", 队内职务="科技特派员", 是否同一人="是")
    assert kinds(clerk.import_(typed.people(yes))) == ["added"]
    assert Person.objects.filter(name="洪队员").count() == 1
    assert Appointment.objects.filter(person__name="洪队员").count() == 2


def test_an_identity_number_settles_who_it_is(clerk: Clerk) -> None:
    number = typed.number()
    clerk.import_(typed.people(person("林菱角", 身份证号=number)))
    other = clerk.mend(typed.people(person("林荸荠", 身份证号=number)))
    assert "这个身份证号登记的是林菱角（普宁市林业局）" in other[0]
    twin = typed.people(person("林菱角", 身份证号=typed.number(serial=115)))
    assert kinds(clerk.import_(twin)) == ["added"]
    assert "已有同名同单位的林菱角" in clerk.mend(typed.people(person("林菱角")))[0]


def test_an_identity_number_of_another_county_is_not_taken_over(clerk: Clerk) -> None:
    number = typed.number()
    people.add_person(
        name="上蔡人", identity=number, registered_in=clerk.world.regions["shangcai"], acting_user=None
    )
    (told,) = clerk.mend(typed.people(person("林菱角", 身份证号=number)))
    assert "登记在别的县" in told
    assert "上蔡人" not in told


def test_a_transfer_ends_the_one_posting_and_begins_the_other(clerk: Clerk) -> None:
    moved = person("洪队员", "驻里湖镇工作队")
    assert (
        "已任驻洪阳镇工作队 队员（2020-01-01 起），先写上那一件的任期止" in clerk.mend(typed.people(moved))[0]
    )
    ended = person("洪队员", 任期起="2020-01-01", 任期止="2026-02-28")
    row = clerk.import_(typed.people(moved, ended))
    assert kinds(row) == ["added", "ended"]
    rows = Appointment.objects.filter(person__name="洪队员").order_by("valid_from")
    assert [(str(each.body), each.valid_to) for each in rows] == [
        ("驻洪阳镇工作队", date(2026, 2, 28)),
        ("驻里湖镇工作队", None),
    ]
    assert kinds(clerk.check(typed.people(moved, ended))) == ["unchanged", "unchanged"]


def test_a_posting_told_twice_is_refused(clerk: Clerk) -> None:
    twice = person("洪队员", 任期起="2020-01-01")
    assert clerk.mend(typed.people(twice, twice)) == ["“人员”第 3 行“队内职务”：和第 2 行重复，留一行"]


def test_empty_cells_and_people_left_out_change_nothing(clerk: Clerk) -> None:
    clerk.import_(typed.people(person("林菱角", 出生年月="1985-03", 电话="13800138001", 职务职级="科员")))
    assert kinds(clerk.import_(typed.people(person("林菱角")))) == ["unchanged"]
    row = posting("林菱角")
    assert (row.person.born, row.person.phone, row.home_post) == ("1985-03", "13800138001", "科员")
    assert posting("洪队友").valid_to is None
