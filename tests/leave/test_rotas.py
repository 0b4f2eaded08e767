"""轮值表: who stays on duty over a holiday. Too few are refused by name; it grants no leave; half a plan is none."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from core.errors import Conflict, NotYours, Refused, Several
from core.models import AuditEvent, Notice
from leave.models import HolidayRota, LeaveRequest, RotaDay, RotaDuty
from leave.rotas.selectors import coming_holidays
from leave.rotas.services import Plan, cancel_rota, save_rota
from rules.settings import set_setting
from teams.models import Appointment, Away
from tests.drive import MONDAY, Drive, key
from tests.leave.test_away import cells
from tests.pages import browser, hidden, text

pytestmark = pytest.mark.usefixtures("clock")

#: Saturday and Sunday, then a Monday.
SAT, SUN, MON = date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)


def want(drive: Drive, people: int) -> None:
    set_setting(
        region=drive.world.regions["puning"],
        key="leave.least_on_duty",
        value=people,
        basis="普驻办〔2026〕9号",
        acting_user=None,
    )


def plan(drive: Drive, duty: dict[date, list[str]], **changes: Any) -> Plan:
    fields: dict[str, Any] = {"name": "周末值守", "first": min(duty), "last": max(duty)}
    pairs = {(drive.world.human(who).pk, day) for day, people in duty.items() for who in people}
    return Plan(**{**fields, "duty": frozenset(pairs), **changes})


def save(
    drive: Drive,
    duty: dict[date, list[str]],
    who: str = "liusha_captain",
    team: str = "liusha_team",
    **options,
) -> HolidayRota:
    fields = {"form_key": key(), **options}
    names = {name: fields.pop(name) for name in ("name", "first", "last") if name in fields}
    return save_rota(
        acting_user=drive.world.user(who),
        team_id=drive.world.bodies[team].pk,
        plan=plan(drive, duty, **names),
        **fields,
    )


WEEKEND = {SAT: ["liusha_captain", "liusha_member"], SUN: ["liusha_mate", "liusha_first"]}


def test_everybody_hears_which_days_are_his_and_the_month_shows_them(drive: Drive) -> None:
    want(drive, 2)
    rota = save(drive, WEEKEND)
    told = dict(Notice.objects.filter(subject_kind="rota").values_list("recipient__username", "title"))
    assert told == {
        "liusha_member": "周末值守的轮值表已排好：您 11月28日值班",
        "liusha_mate": "周末值守的轮值表已排好：您 11月29日值班",
        "liusha_first": "周末值守的轮值表已排好：您 11月29日值班",
    }
    page = browser(drive.world, "liusha_secretary").get("/leave/away/?view=month&month=2026-11")
    row = cells(page.content.decode(), "洪队员")
    assert (row[28].split(), row[29]) == (["值", "值班"], "")
    assert "值 洪队员、洪队长" in text(browser(drive.world, "liusha_officer").get(rota.get_absolute_url()))
    # It is a plan and no leave: nobody is away by it, nobody has asked for anything.
    assert not Away.objects.exists()
    assert not LeaveRequest.objects.exists()


def test_below_the_least_it_is_refused_and_says_who_would_have_to_stay(drive: Drive) -> None:
    want(drive, 3)
    drive.travel("liusha_mate", 1, start=SAT)
    with pytest.raises(Several) as refused:
        save(drive, {SAT: ["liusha_captain"], SUN: ["liusha_captain", "liusha_mate"]})
    assert [each.sentence for each in refused.value.refusals] == [
        "11月28日只排了 1 人值班，至少要留 3 人；洪第一、洪队员都要留下",
        "11月29日只排了 2 人值班，至少要留 3 人；洪第一、洪队员里再留 1 人",
    ]
    assert not HolidayRota.objects.exists()
    assert not RotaDay.objects.exists()


def test_when_not_enough_are_left_at_all_it_says_so(drive: Drive) -> None:
    want(drive, 3)
    for who in ("liusha_mate", "liusha_first"):
        drive.ask(who, 1, start=SAT)
    with pytest.raises(Several, match="没有请假的人都留下也不够，先调整请假"):
        save(drive, {SAT: ["liusha_captain", "liusha_member"]})


@pytest.mark.parametrize(
    ("duty", "changes", "sentence"),
    [
        ({SAT: ["liusha_mate"]}, {}, "洪队友11月28日因公外出，换一个人值班"),
        ({SAT: ["lihu_member"]}, {}, "值班的人从本队这几天在任的人里选"),
        ({SAT: []}, {}, "勾出每天谁值班，没有勾的轮休"),
        ({SAT: ["liusha_captain"]}, {"name": " "}, "写上是哪个节假日，如：国庆节"),
        ({SAT: ["liusha_captain"]}, {"last": MONDAY}, "结束日期不能早于开始日期"),
        ({SAT: ["liusha_captain"]}, {"last": SAT + timedelta(days=16)}, "最多排 16 天，分成几张"),
        ({SAT: ["liusha_captain"], SUN: ["liusha_captain"]}, {"last": SAT}, "在任的人里选"),
        ({MONDAY - timedelta(days=9): ["liusha_captain"]}, {}, "这几天已过去 7 天以上，不用再排"),
    ],
)
def test_what_cannot_be_planned(
    drive: Drive, duty: dict[date, list[str]], changes: dict[str, Any], sentence: str
) -> None:
    drive.travel("liusha_mate", 1, start=SAT)
    with pytest.raises(Refused, match=sentence):
        save(drive, duty, **changes)
    assert not RotaDay.objects.exists()


def test_who_has_left_the_team_by_then_cannot_stay(drive: Drive) -> None:
    Appointment.objects.filter(pk=drive.world.appointments["liusha_mate"].pk).update(valid_to=SAT)
    save(drive, {SAT: ["liusha_mate"]})
    with pytest.raises(Refused, match="在任的人里选"):
        save(drive, {SUN: ["liusha_mate"]})


@pytest.mark.parametrize(
    ("who", "team"),
    [
        ("liusha_member", "liusha_team"),
        ("liusha_secretary", "liusha_team"),
        ("lihu_captain", "liusha_team"),
        ("lihu_officer", "liusha_team"),
        ("pn_agri_chief", "liusha_team"),
        ("pn_unit_chief", "liusha_team"),
        ("liusha_captain", "lihu_team"),
        ("liusha_officer", "xf_team"),
    ],
)
def test_the_captain_and_the_towns_own_officer_arrange_and_nobody_else(
    drive: Drive, who: str, team: str
) -> None:
    with pytest.raises(NotYours):
        save(drive, {SAT: ["liusha_captain"]}, who=who, team=team)


def test_the_officer_arranges_too_and_everybody_concerned_sees_it(drive: Drive) -> None:
    rota = save(drive, {SAT: ["liusha_captain"]}, who="liusha_officer")
    for who in ("liusha_member", "liusha_captain", "liusha_secretary", "pn_agri_staff"):
        client = browser(drive.world, who)
        assert client.get(rota.get_absolute_url()).status_code == 200
        assert "周末值守" in text(client.get("/leave/rotas/"))
    for who in ("lihu_captain", "lihu_secretary", "pn_unit_chief", "xf_captain", "pn_finance_chief"):
        client = browser(drive.world, who)
        for path in (rota.get_absolute_url(), f"{rota.get_absolute_url()}edit/"):
            assert client.get(path).status_code == 404
        assert client.post(f"{rota.get_absolute_url()}cancel/", {"why": "x"}).status_code == 404
        assert "周末值守" not in text(client.get("/leave/rotas/"))


def test_pressed_twice_it_is_one_plan(drive: Drive) -> None:
    same = key()
    first, second = (save(drive, {SAT: ["liusha_captain"]}, form_key=same) for _ in range(2))
    assert first.pk == second.pk
    assert RotaDuty.objects.count() == 1
    assert AuditEvent.objects.filter(action="rota.save", outcome="done").count() == 1


def test_a_day_is_in_one_plan_of_a_team_only(drive: Drive) -> None:
    rota = save(drive, {SAT: ["liusha_captain"], SUN: ["liusha_mate"]})
    with pytest.raises(Conflict, match="11月29日已经排进“周末值守”的轮值表，改那一张"):
        save(drive, {SUN: ["liusha_member"], MON: ["liusha_member"]})
    save(drive, {SUN: ["lihu_captain"]}, who="lihu_captain", team="lihu_team")
    with pytest.raises(IntegrityError), transaction.atomic():
        RotaDay.objects.create(rota=rota, team=rota.team, day=SAT)


def test_a_plan_is_changed_whole_and_the_slower_of_two_pages_is_told(drive: Drive) -> None:
    rota = save(drive, WEEKEND)
    changed = save(
        drive, {SAT: ["liusha_mate"], SUN: ["liusha_mate"]}, rota_id=rota.pk, revision=rota.revision
    )
    assert changed.revision == 2
    assert set(RotaDuty.objects.values_list("person__name", "day__day")) == {("洪队友", SAT), ("洪队友", SUN)}
    with pytest.raises(Conflict, match="另一个页面刚改过"):
        save(drive, WEEKEND, rota_id=rota.pk, revision=1)
    assert Notice.objects.filter(title="周末值守的轮值表已改过：您轮休").count() == 2


def test_a_refused_change_leaves_the_old_plan_whole(drive: Drive) -> None:
    rota = save(drive, WEEKEND)
    before = set(RotaDuty.objects.values_list("person", "day__day"))
    want(drive, 4)
    with pytest.raises(Refused):
        save(drive, {SAT: ["liusha_mate"], SUN: []}, rota_id=rota.pk, revision=1)
    assert set(RotaDuty.objects.values_list("person", "day__day")) == before
    assert HolidayRota.objects.get().revision == 1


def test_cancelled_it_gives_its_days_back_and_keeps_its_reason(drive: Drive) -> None:
    rota = save(drive, WEEKEND)
    path = f"{rota.get_absolute_url()}cancel/"
    client = browser(drive.world, "liusha_captain")
    page = client.post(path, {"why": " "})
    assert (page.status_code, "写一句为什么作废" in text(page)) == (422, True)
    assert "台风，全员在岗" in text(client.post(path, {"why": "台风，全员在岗"}, follow=True))
    cancel_rota(rota_id=rota.pk, acting_user=drive.world.user("liusha_officer"), why="再来一次")
    assert HolidayRota.objects.get().cancelled_why == "台风，全员在岗"
    assert not RotaDuty.objects.exists()
    assert "周末值守的轮值表已作废：台风，全员在岗" in Notice.objects.values_list("title", flat=True)
    save(drive, WEEKEND)
    with pytest.raises(Refused, match="由队长或驻地乡镇的考勤员安排"):
        cancel_rota(rota_id=rota.pk, acting_user=drive.world.user("liusha_secretary"), why="x")


def ticks(page: HttpResponse, *names: str) -> list[str]:
    """The values of the boxes of these people, day after day."""
    body = page.content.decode()
    boxes = re.findall(r'value="(\d+:[\d-]+)" id="[^"]*"[^>]*><label[^>]*>(\S+)', body)
    return [value for value, name in boxes if name.split("<")[0].strip() in names]


def form_of(client: Client) -> HttpResponse:
    return client.get(
        "/leave/rotas/new/", {"team": _team(client), "name": "周末值守", "first": SAT, "last": SUN}
    )


def _team(client: Client) -> str:
    return hidden(client.get("/leave/rotas/new/"), "team")


def test_the_whole_way_in_the_browser(drive: Drive) -> None:
    want(drive, 1)
    client = browser(drive.world, "liusha_captain")
    page = form_of(client)
    assert "本地要求每天至少留 1 人" in text(page)
    fields = {name: hidden(page, name) for name in ("form_key", "team", "name", "first", "last")}
    refused = client.post("/leave/rotas/new/", {**fields, "duty": ticks(page, "洪队员")[:1]})
    assert refused.status_code == 422
    assert "11月29日只排了 0 人值班，至少要留 1 人" in text(refused)
    assert refused.content.decode().count(" checked") == 1
    done = client.post("/leave/rotas/new/", {**fields, "duty": ticks(refused, "洪队员")}, follow=True)
    assert "轮值表已排好，本队的人会收到消息" in text(done)
    rota = HolidayRota.objects.get()
    edit = client.get(f"{rota.get_absolute_url()}edit/")
    assert edit.content.decode().count(" checked") == 2
    again = {name: hidden(edit, name) for name in ("form_key", "revision")}
    client.post(f"{rota.get_absolute_url()}edit/", {**again, "duty": ticks(edit, "洪队友")})
    assert set(RotaDuty.objects.values_list("person__name", flat=True)) == {"洪队友"}
    late = client.post(f"{rota.get_absolute_url()}edit/", {**again, "duty": ticks(edit, "洪队长")})
    assert (late.status_code, "另一个页面刚改过" in text(late)) == (409, True)
    assert late.content.decode().count(" checked") == 2


def test_working_days_want_a_request_whose_dates_are_filled_in(drive: Drive) -> None:
    rota = save(drive, {SAT: ["liusha_captain"], SUN: ["liusha_captain"], MON: ["liusha_captain"]})
    client = browser(drive.world, "liusha_member")
    page = client.get(rota.get_absolute_url())
    assert "休息日、节假日轮休不用请假" in text(page)
    assert "请 11月30日（周一） 的假" in text(page)
    assert "/leave/new/?start=2026-11-30&amp;end=2026-11-30" in page.content.decode()
    form = client.get("/leave/new/?start=2026-11-30&end=2026-11-30").content.decode()
    assert form.count('value="2026-11-30"') == 2
    assert client.get("/leave/new/?start=x&end=2026-11-30").status_code == 200
    # Who is on duty that day needs none.
    assert "请 11月30日" not in text(browser(drive.world, "liusha_captain").get(rota.get_absolute_url()))


def test_leave_on_a_day_of_duty_is_warned_and_not_blocked(drive: Drive) -> None:
    save(drive, {SAT: ["liusha_member"]})
    request = drive.ask("liusha_member", 2, start=SAT)
    said = "11月28日轮值表上排了本人值班，先和队长换班"
    assert said in text(browser(drive.world, "liusha_captain").get(request.get_absolute_url()))


def test_published_holidays_are_offered_with_the_rest_days_around(drive: Drive, clock) -> None:
    assert coming_holidays() == []
    clock.set(date(2026, 9, 1))
    names = {each.name: (each.first, each.last) for each in coming_holidays()}
    assert any(first <= date(2026, 10, 1) <= last for first, last in names.values())
    assert all(first <= last for first, last in names.values())
    page = text(browser(drive.world, "liusha_captain").get("/leave/rotas/new/"))
    assert "国庆" in page
