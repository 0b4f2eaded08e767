"""群机器人: put where one administers, spoken to once in a while, never shown again."""

from __future__ import annotations

import pytest
from django.db import connection

from core.models import AuditEvent
from core.outbox import queue
from core.outbox import robots as provider
from teams.models import Robot
from tests.cast import World
from tests.outgoing import add_robot
from tests.pages import beside, browser, text

pytestmark = pytest.mark.usefixtures("clock")

PAGE = "/robots/"
KEY = "693a91f6-7dfd-4bc4-97a0-0ec2fa5aaa11"


def fields(world: World, body: str = "liusha_party", **changes: str) -> dict[str, str]:
    return {
        "body": str(world.bodies[body].pk),
        "group": "洪阳镇工作群",
        "provider": "wecom",
        "webhook": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        "secret": "",
        "hour": "8",
        **changes,
    }


@pytest.mark.parametrize("who", ["pn_system", "pn_agri_chief", "pn_agri_staff"])
def test_who_looks_after_the_county_puts_one_into_a_group(world: World, who: str) -> None:
    keeper = browser(world, who)
    page = keeper.post(PAGE, fields(world), follow=True)
    assert "机器人已添加，先试发一条" in text(page)
    assert "洪阳镇工作群 企业微信，每天 8:00" in text(page)
    assert KEY not in page.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, token_hash FROM teams_robot")
        assert KEY not in str(cursor.fetchall())
    assert KEY not in str(AuditEvent.objects.get(action="robot.add").after)


@pytest.mark.parametrize(
    "who", ["pn_org_chief", "liusha_secretary", "liusha_captain", "pn_security", "pn_finance_chief"]
)
def test_others_do_not_find_the_page(world: World, who: str) -> None:
    assert browser(world, who).get(PAGE).status_code == 404
    assert browser(world, who).post(PAGE, fields(world)).status_code == 404


@pytest.mark.parametrize("body", ["xf_rural", "zhuli_party", "pn_unit"])
def test_only_in_offices_and_teams_of_ones_own_place(world: World, body: str) -> None:
    page = browser(world, "pn_system").post(PAGE, fields(world, body))
    assert page.status_code == 422
    assert "由您管理的部门或工作队" in beside(page, "body")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("webhook", "https://evil.example/cgi-bin/webhook/send?key=123456789", "整条复制"),
        ("webhook", "http://169.254.169.254/latest/meta-data", "整条复制"),
        ("webhook", "", "填写机器人地址"),
        ("group", "", "填写群名称"),
        ("group", "群" * 41, "最多 40 字"),
        ("hour", "22", "7:00 到 20:00"),
        ("secret", "SECabc", "企业微信不用填"),
        ("provider", "slack", "企业微信、钉钉、飞书"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(world: World, field: str, value: str, sentence: str) -> None:
    page = browser(world, "pn_system").post(PAGE, fields(world, **{field: value}))
    assert page.status_code == 422
    assert sentence in beside(page, field)
    assert not Robot.objects.exists()


def test_the_same_robot_is_added_once(world: World) -> None:
    keeper = browser(world, "pn_system")
    keeper.post(PAGE, fields(world))
    page = keeper.post(PAGE, fields(world, "lihu_party"))
    assert page.status_code == 422
    assert "已经添加过" in beside(page, "webhook")


def test_it_says_one_sentence_on_trial_and_none_after_it_was_ended(world: World, monkeypatch) -> None:
    said: list[tuple[str, ...]] = []
    monkeypatch.setattr(provider, "send", lambda *args: said.append(args))
    robot = add_robot(world, "pn_system", "liusha_party")
    keeper = browser(world, "pn_system")
    for _ in range(3):
        keeper.post(f"{PAGE}{robot.pk}/try/")
    queue.drain()
    ((_, token, _, words),) = said
    assert token == robot.token
    assert "机器人已接到“工作群”" in words
    assert "停用机器人" in text(keeper.get(f"{PAGE}{robot.pk}/end/"))
    keeper.post(f"{PAGE}{robot.pk}/end/")
    robot.refresh_from_db()
    assert (robot.token, robot.ended_at is None) == ("", False)
    assert keeper.post(f"{PAGE}{robot.pk}/try/").status_code == 404
    assert "还没有群机器人" in text(keeper.get(PAGE))


def test_another_countys_robot_is_not_there(world: World) -> None:
    robot = add_robot(world, "xf_rural_chief", "xf_team")
    keeper = browser(world, "pn_system")
    for action in ("try", "end"):
        assert keeper.post(f"{PAGE}{robot.pk}/{action}/").status_code == 404
    assert robot.group not in text(keeper.get(PAGE)).replace("工作群里", "")
