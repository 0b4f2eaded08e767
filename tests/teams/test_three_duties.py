"""三员: three accounts, three people, no business, and how the first one comes about."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from teams import account_admin, people
from teams.models import Person, User
from teams.words import Duty
from tests.cast import World
from tests.pages import beside, browser, confirmed, text

KEEPERS = {"pn_system": "system", "pn_security": "security", "pn_auditor": "audit"}


@pytest.fixture
def system(world: World) -> Client:
    return confirmed(browser(world, "pn_system"))


@pytest.fixture
def newcomer(world: World) -> Person:
    return people.add_person(name="陈小满", acting_user=None, registered_in=world.regions["puning"])


def duty(system: Client, person: Person, world: World, duty: str = "security", **fields: object):
    fields = {"duty": duty, "region": world.regions["puning"].pk, "username": "chen.sec", **fields}
    return system.post(f"/accounts/people/{person.pk}/duty/", fields)


@pytest.mark.parametrize("kind", Duty.values)
def test_the_system_administrator_creates_all_three_also_his_successor(
    system: Client, world: World, newcomer: Person, kind: str
) -> None:
    page = duty(system, newcomer, world, kind)
    assert page.status_code == 200
    user = User.objects.get(username="chen.sec")
    assert (user.duty, user.holder, user.duty_region, user.person) == (
        kind,
        newcomer,
        world.regions["puning"],
        None,
    )
    password = re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", page.text)[0]
    keeper = Client()
    keeper.post("/login/", {"username": "chen.sec", "password": password})
    assert keeper.get("/").headers["Location"] == "/password/"


def test_without_a_name_one_is_made_from_the_person_and_the_duty(
    system: Client, world: World, newcomer: Person
) -> None:
    duty(system, newcomer, world, "audit", username="")
    assert User.objects.get(holder=newcomer).username == "chenxiaoman.aud"


def test_the_administrator_of_everything_chooses_between_everything_and_a_county(
    world: World, newcomer: Person
) -> None:
    keeper = people.add_person(name="总管", acting_user=None)
    world.users["root"] = User.objects.create(username="root.sys", holder=keeper, duty="system", password="!")
    root = confirmed(browser(world, "root"))
    assert duty(root, newcomer, world, region="").status_code == 422
    assert duty(root, newcomer, world, region="whole").status_code == 200
    assert User.objects.get(holder=newcomer).duty_region is None


@pytest.mark.parametrize("who", KEEPERS)
def test_nobody_keeps_two(system: Client, world: World, who: str) -> None:
    holder = world.users[who].holder
    page = duty(system, holder, world, "audit")
    assert page.status_code == 422
    assert f"{holder.name}已保管" in text(page)
    assert "三员不能由一人兼任" in text(page)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="x.two", holder=holder, duty="audit")


def test_an_account_with_a_duty_is_nobodys_own(world: World, newcomer: Person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="x.both", holder=newcomer, person=newcomer, duty="audit")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="x.none", duty="audit")


def test_who_keeps_a_duty_may_have_an_account_of_his_own(
    system: Client, world: World, newcomer: Person
) -> None:
    duty(system, newcomer, world)
    page = system.post(f"/accounts/people/{newcomer.pk}/new/", {"username": "chenxiaoman"})
    assert page.status_code == 200
    card = text(system.get(f"/accounts/people/{newcomer.pk}/"))
    assert "本人账号" in card
    assert "安全管理员" in card
    assert "让陈小满保管" not in card


def test_a_successor_switches_the_old_one_off_and_it_stays_off_beside_another(
    system: Client, world: World, newcomer: Person
) -> None:
    duty(system, newcomer, world, "system")
    User.objects.filter(username="chen.sec").update(password_is_temporary=False)
    world.users["successor"] = User.objects.get(username="chen.sec")
    successor = confirmed(browser(world, "successor"))
    old = world.users["pn_system"]
    assert successor.post(f"/accounts/{old.pk}/off/", {"reason": "换人"}).status_code == 302
    assert system.get("/accounts/").status_code == 302
    assert duty(successor, old.holder, world, "audit", username="pu.aud").status_code == 200
    page = successor.post(f"/accounts/{old.pk}/on/")
    assert page.status_code == 422
    assert "已保管审计管理员账号（pu.aud）" in text(page)


@pytest.mark.parametrize("place", ["xinfeng", "jieyang", "liusha", ""])
def test_a_duty_reaches_no_further_than_who_gives_it(
    system: Client, world: World, newcomer: Person, place: str
) -> None:
    region = world.regions[place].pk if place else ""
    page = duty(system, newcomer, world, region=region)
    assert page.status_code == 422
    assert beside(page, "region") in ("这个地方不在您的管理范围，重新选一个", "选一个管理范围")
    assert not User.objects.filter(holder=newcomer).exists()


@pytest.mark.parametrize("who", KEEPERS)
def test_the_three_open_no_business_page(world: World, who: str) -> None:
    client = browser(world, who)
    for name in ("leave:mine", "leave:list", "leave:new", "approvals:todo", "teams:list", "teams:pairing"):
        assert client.get(reverse(name)).status_code == 404, name
    assert client.get(reverse("teams:person", args=[world.human("liusha_member").pk])).status_code == 404


def test_an_account_without_a_person_opens_none_either(world: World) -> None:
    world.users["nobody"] = User.objects.create(username="nobody", password="!")
    assert browser(world, "nobody").get(reverse("leave:mine")).status_code == 404


@pytest.mark.parametrize(
    ("who", "there", "not_there"),
    [
        ("pn_system", ["账号"], ["登录与锁定", "密码策略"]),
        ("pn_security", ["登录与锁定", "密码策略"], ["建立、停用账号"]),
        ("pn_auditor", ["账号与安全"], ["登录与锁定", "建立、停用账号"]),
    ],
)
def test_each_has_a_home_with_what_is_his(world: World, who: str, there: list, not_there: list) -> None:
    page = browser(world, who).get("/")
    words = text(page)
    assert all(word in words for word in there)
    assert not any(word in words for word in not_there)
    assert "我要请假" not in words
    assert 'class="tabbar"' not in page.text
    links = re.findall(r'<a [^>]*href="(/[^"#]*)"', page.text)
    assert len(links) >= 4
    for link in links:
        assert browser(world, who).get(link.replace("&amp;", "&"), follow=True).status_code == 200, link


# --- The first one ---------------------------------------------------------------------------------------


def owner(*options: str) -> str:
    out = io.StringIO()
    call_command("createowner", *options, stdout=out)
    return out.getvalue()


def test_a_fresh_installation_has_no_account_until_the_shell_makes_the_first(db, client: Client) -> None:
    assert User.objects.count() == 0
    said = owner("--name", "张三丰")
    username, password = "zhangsanfeng.sys", re.findall(r"首次密码：(\S+)", said)[0]
    assert username in said
    client.post("/login/", {"username": username, "password": password})
    assert client.get("/").headers["Location"] == "/password/"
    new = "yunxing-qiao-77"
    client.post("/password/", {"old_password": password, "new_password1": new, "new_password2": new})
    assert "账号" in text(client.get("/"))
    assert "整个系统" in text(client.get("/"))
    event = AuditEvent.objects.get(action="duty.first")
    assert (event.actor_name, event.source) == ("系统", "command")


def test_there_is_one_first_administrator(db) -> None:
    owner("--name", "张三丰")
    with pytest.raises(CommandError, match="已有系统管理员"):
        owner("--name", "李四光")
    assert User.objects.count() == Person.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--name", "张"], "写明保管人的姓名"),
        (["--name", "张三丰", "--username", "张三丰"], "小写字母开头"),
    ],
)
def test_the_shell_hears_why_not(db, options: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        owner(*options)
    assert Person.objects.count() == 0


def test_the_shell_may_ask_for_name_and_password(db, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["张三丰", "owner1", "yunxing-qiao-77", "yunxing-qiao-77"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    assert "首次密码" not in owner("--ask-password")
    user = User.objects.get(username="owner1")
    assert user.check_password("yunxing-qiao-77")
    assert not user.password_is_temporary


def test_a_poor_password_makes_no_account(db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: "12345")
    with pytest.raises(CommandError, match="至少 10 个字符"):
        owner("--name", "张三丰", "--ask-password")
    assert User.objects.count() == 0


def test_without_a_terminal_the_name_is_an_option(db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(CommandError, match="--name"):
        owner()


def test_the_owner_creates_administrators_of_counties_and_of_the_whole(world: World) -> None:
    account_admin_user = User.objects.create(
        username="root.sys",
        holder=people.add_person(name="总管", acting_user=None),
        duty="system",
        password="!",
    )
    far = people.add_person(name="陈小满", acting_user=None)
    whole, _ = account_admin.open_duty(
        acting_user=account_admin_user, person_id=far.pk, duty="audit", region_id=None, username="all.aud"
    )
    assert whole.duty_region is None
    near = people.add_person(name="林谷雨", acting_user=None)
    county, _ = account_admin.open_duty(
        acting_user=account_admin_user,
        person_id=near.pk,
        duty="system",
        region_id=world.regions["xinfeng"].pk,
        username="xf.sys",
    )
    assert county.duty_region.name == "新丰县"
