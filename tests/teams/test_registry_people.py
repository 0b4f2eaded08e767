"""人员 for the system administrator: the list and its filters, registering, telling apart, correcting."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import NotYours, Refused
from core.models import AuditEvent
from teams import people
from teams.appointing import end_at_once
from teams.duplicates import likely_same
from teams.models import Person
from tests.cast import START, World
from tests.pages import beside, browser, hidden, text

pytestmark = pytest.mark.usefixtures("clock")
NEW = "teams:registry_person_new"


@pytest.fixture
def keeper(world: World) -> Client:
    return browser(world, "pn_system")


def said(world: World, **changes: object) -> dict[str, object]:
    return {
        "name": "陈小满",
        "gender": "f",
        "born": "1985.3",
        "phone": "１３９ 0013-9001",
        "registered_in": world.regions["puning"].pk,
        **changes,
    }


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("name=hdy", {"洪队员"}, {"洪队长", "里队员"}),
        ("name=hongdui", {"洪队员", "洪队长", "洪队友"}, {"里队员"}),
        ("name=洪队", {"洪队员", "洪队长"}, {"里队长"}),
        ("state=posted", {"洪队员"}, {"洪书记"}),
        ("state=none", {"洪考勤"}, {"洪队员"}),
        ("unit={pn_unit2}", {"洪队友"}, {"洪队员"}),
        ("town={lihu}", {"里队员"}, {"洪队员"}),
    ],
)
def test_the_list_is_narrowed(
    world: World, keeper: Client, query: str, there: set[str], not_there: set[str]
) -> None:
    human = world.human("liusha_officer")
    Person.objects.filter(pk=human.pk).update(registered_in=world.regions["liusha"])
    end_at_once(appointment_id=world.appointments["liusha_officer"].pk, acting_user=None)
    query = query.format(pn_unit2=world.bodies["pn_unit2"].pk, lihu=world.regions["lihu"].pk)
    page = text(keeper.get(f"{reverse('teams:registry_people')}?{query}"))
    assert {name for name in there if name not in page} == set()
    assert {name for name in not_there if name in page} == set()


def test_a_person_is_registered_as_clerks_type(world: World, keeper: Client) -> None:
    page = keeper.post(reverse(NEW), said(world), follow=True)
    assert "已登记 陈小满，接着登记任职" in text(page)
    person = Person.objects.get(name="陈小满")
    assert (person.born, person.phone, person.pinyin) == ("1985-03", "13900139001", "chen xiao man")
    assert "13900139001" not in page.content.decode()
    assert "现在没有任职" in text(page)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "填写姓名"),
        ("name", "陈=1+1", "姓名只写文字，中间可以有“·”"),
        ("born", "1985-13", "出生年月写成 1985-03 的样子"),
        ("phone", "打电话", "电话写 11 位手机号，或带区号的座机号"),
        ("registered_in", "", "选一个登记地"),
        ("gender", "x", "性别选男或女"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    world: World, keeper: Client, field: str, typed: str, sentence: str
) -> None:
    page = keeper.post(reverse(NEW), said(world, **{field: typed}))
    assert (page.status_code, beside(page, field)) == (422, sentence)
    assert not Person.objects.filter(name__startswith="陈").exists()


def test_somebody_who_sounds_the_same_is_named_and_the_clerk_decides(world: World, keeper: Client) -> None:
    first = keeper.post(reverse(NEW), said(world, name="洪对员"))
    assert first.status_code == 422
    assert "洪队员（驻洪阳镇工作队 队员，普宁市林业局派出；姓名同音）" in text(first)
    told = hidden(first, "told")
    assert keeper.post(reverse(NEW), said(world, name="洪对员", told=told)).status_code == 422
    sure = keeper.post(reverse(NEW), said(world, name="洪对员", told=told, another="on"), follow=True)
    assert "已登记 洪对员" in text(sure)


def test_having_told_one_apart_does_not_answer_for_another(world: World, keeper: Client) -> None:
    first = keeper.post(reverse(NEW), said(world, name="洪对员"))
    told = hidden(first, "told")
    people.add_person(name="洪队元", registered_in=world.regions["puning"], acting_user=None)
    again = keeper.post(reverse(NEW), said(world, name="洪对员", told=told, another="on"))
    assert again.status_code == 422
    assert "洪队元（未任职；姓名同音）" in text(again)


def test_the_same_telephone_is_noticed_inside_the_county_only(world: World) -> None:
    people.add_person(
        name="林谷雨", phone="13700137000", registered_in=world.regions["xinfeng"], acting_user=None
    )
    people.add_person(
        name="何小暑", phone="13700137000", registered_in=world.regions["puning"], acting_user=None
    )
    found = likely_same(world.user("pn_system"), name="陈小满", phone="13700137000")
    assert [(each.person.name, each.because) for each in found] == [("何小暑", ["电话相同"])]
    assert {each.person.name for each in likely_same(None, name="陈小满", phone="13700137000")} == {
        "林谷雨",
        "何小暑",
    }


def test_the_verb_asks_too(world: World) -> None:
    with pytest.raises(Refused, match="可能已登记过：洪队员"):
        people.add_person(
            name="洪对员",
            registered_in=world.regions["puning"],
            told_apart=(),
            acting_user=world.user("pn_system"),
        )


def test_the_same_name_in_the_same_unit_is_asked_about_when_he_is_posted(
    world: World, keeper: Client
) -> None:
    twin = people.add_person(name="洪对友", registered_in=world.regions["puning"], acting_user=None)
    address = reverse("teams:registry_appoint", args=[twin.pk]) + "?kind=team"
    fields = {
        "body": world.bodies["lihu_team"].pk,
        "post": "member",
        "unit": world.bodies["pn_unit2"].pk,
        "valid_from": "2026-11-23",
    }
    asked = keeper.post(address, fields)
    assert asked.status_code == 422
    assert "洪队友" in text(asked)
    sure = keeper.post(address, {**fields, "told": hidden(asked, "told"), "another": "on"}, follow=True)
    assert "已登记：洪对友" in text(sure)
    other = keeper.post(address, {**fields, "unit": world.bodies["pn_unit"].pk, "valid_from": "2026-11-24"})
    assert "已有一个专职驻点" in text(other)


def test_a_correction_keeps_the_number_that_is_not_shown(world: World, keeper: Client) -> None:
    human = world.human("liusha_member")
    address = reverse("teams:registry_person_edit", args=[human.pk])
    page = keeper.get(address)
    assert "13800138000" not in page.content.decode()
    fields = said(world, name="洪队圆", phone="")
    assert "已改 洪队圆 的登记" in text(keeper.post(address, fields, follow=True))
    human.refresh_from_db()
    assert (human.name, human.phone, human.initials) == ("洪队圆", "13800138000", "hdy")
    keeper.post(address, {**fields, "phone": "无"})
    human.refresh_from_db()
    assert (human.phone, human.phone_hash) == ("", "")
    event = AuditEvent.objects.filter(action="person.edit").latest("pk")
    assert event.after["phone_changed"] is True
    assert "13800138000" not in f"{event.before}{event.after}"


def test_nobody_is_handed_to_another_county_and_none_is_taken(world: World) -> None:
    human = world.human("liusha_member")
    fields = {"person_id": human.pk, "name": "洪队员", "gender": "", "born": ""}
    with pytest.raises(NotYours):
        people.edit_person(
            **fields, registered_in=world.regions["xinfeng"], acting_user=world.user("pn_system")
        )
    with pytest.raises(NotYours):
        people.edit_person(
            **fields, registered_in=world.regions["xinfeng"], acting_user=world.user("xf_system")
        )


def test_all_of_a_persons_appointments_stand_on_his_page(world: World, keeper: Client) -> None:
    world.appoint("liusha_mate", "staff", "pn_agri", valid_from=date(2027, 1, 1))
    gone = world.appoint("liusha_mate", "staff", "pn_org", valid_from=START)
    end_at_once(appointment_id=gone.pk, acting_user=None)
    page = text(keeper.get(reverse("teams:registry_person", args=[world.human("liusha_mate").pk])))
    for part in (
        "现任 1 项 驻洪阳镇工作队 队员",
        "将任 1 项 普宁市农业农村局 工作人员",
        "曾任 中共普宁市委组织部",
    ):
        assert part in page
