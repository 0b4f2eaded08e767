"""消息方式: an address counts once its code came back, and only what the person chose goes there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from core.errors import Refused
from core.models import AuditEvent, Delivery, Notice, OutboxMessage
from core.outbox import queue, services
from tests.cast import World
from tests.drive import MONDAY, Clock, Drive
from tests.outgoing import choose_mail
from tests.pages import beside, browser, text

pytestmark = pytest.mark.usefixtures("clock")

PAGE = "/account/messages/"


def code_in_the_mail() -> str:
    queue.drain()
    body = mail.outbox[-1].body
    return body.partition("验证码 ")[2][:6]


def test_from_an_address_to_a_digest_and_back(world: World) -> None:
    member = browser(world, "liusha_member")
    page = member.post(f"{PAGE}email/", {"email": " member@example.cn "}, follow=True)
    assert "验证码已发往 member@example.cn" in text(page)
    code = code_in_the_mail()
    assert mail.outbox[-1].to == ["member@example.cn"]
    page = member.post(f"{PAGE}code/", {"code": code}, follow=True)
    assert "m***@example.cn 已验证" in text(page)
    page = member.post(PAGE, {"digest": "on", "hour": "18", "instant": "on"}, follow=True)
    assert "已按您的选择发消息" in text(page)
    mine = Delivery.objects.get(user=world.users["liusha_member"])
    assert (mine.email, mine.digest, mine.hour, mine.instant) == ("member@example.cn", True, 18, True)
    page = member.post(f"{PAGE}forget/", follow=True)
    assert "消息只在系统里看" in text(page)
    mine.refresh_from_db()
    assert (mine.email, mine.verified_at, mine.digest, mine.instant) == ("", None, False, False)


def test_the_address_is_not_readable_in_the_database_nor_in_the_trail(world: World) -> None:
    choose_mail(world, "liusha_member", address="hidden@example.cn")
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, code, new_email FROM core_delivery")
        assert "hidden" not in str(cursor.fetchall())
    assert "hidden" not in str(list(AuditEvent.objects.values_list("before", "after")))


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "填写邮箱"),
        ("member", "邮箱写完整"),
        ("a@b", "邮箱写完整"),
        ("a@example.cn\nBcc: b@example.cn", "邮箱写完整"),
        ("a@example.cn, b@example.cn", "邮箱写完整"),
        (f"{'a' * 60}@{'b' * 60}.{'c' * 20}.cn", "最多 120 个字符"),
    ],
)
def test_an_address_that_is_none_is_named_beside_the_field(world: World, email: str, sentence: str) -> None:
    page = browser(world, "liusha_member").post(f"{PAGE}email/", {"email": email})
    assert page.status_code == 422
    assert sentence in beside(page, "email")
    assert not OutboxMessage.objects.exists()


def test_a_wrong_code_is_counted_and_five_spend_it(world: World) -> None:
    user = world.user("liusha_member")
    services.ask_code(acting_user=user, email="a@example.cn")
    code = Delivery.objects.get(user=user).code
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    member = browser(world, "liusha_member")
    said = [beside(member.post(f"{PAGE}code/", {"code": wrong}), "code") for _ in range(5)]
    assert "还可以试 4 次" in said[0]
    assert "重新要一个" in said[4]
    page = member.post(f"{PAGE}code/", {"code": code})
    assert (page.status_code, "重新要一个" in beside(page, "code")) == (422, True)
    assert Delivery.objects.get(user=user).verified_at is None


def test_a_code_holds_for_half_an_hour(world: World, clock: Clock) -> None:
    user = world.user("liusha_member")
    services.ask_code(acting_user=user, email="a@example.cn")
    code = Delivery.objects.get(user=user).code
    clock.set(MONDAY, 9, 31)
    with pytest.raises(Refused, match="过了 30 分钟"):
        services.confirm_code(acting_user=user, code=code)
    assert queue.drain() == {"dropped": 1}


def test_nobody_floods_a_strangers_mailbox(world: World, clock: Clock) -> None:
    user = world.user("liusha_member")
    for number in range(5):
        services.ask_code(acting_user=user, email=f"stranger{number}@example.cn")
        with pytest.raises(Refused, match="等一分钟"):
            services.ask_code(acting_user=user, email="stranger@example.cn")
        clock.moment += timedelta(minutes=1)
    with pytest.raises(Refused, match="一天最多"):
        services.ask_code(acting_user=user, email="stranger@example.cn")


def test_nothing_is_chosen_for_an_address_that_is_not_verified(world: World) -> None:
    page = browser(world, "liusha_member").post(PAGE, {"digest": "on", "hour": "8"})
    assert page.status_code == 422
    assert "先验证邮箱" in text(page)


@pytest.mark.parametrize("hour", ["6", "21", "3", "x", "", "9" * 20])
def test_no_digest_at_night(world: World, hour: str) -> None:
    choose_mail(world, "liusha_member")
    page = browser(world, "liusha_member").post(PAGE, {"digest": "on", "hour": hour})
    assert page.status_code == 422
    assert beside(page, "hour")


def test_where_there_is_no_mail_the_page_says_so(world: World, settings) -> None:
    settings.MAIL_ENABLED = False
    member = browser(world, "liusha_member")
    assert "没有开通邮件" in text(member.get(reverse("core:delivery")))
    assert member.post(f"{PAGE}email/", {"email": "a@example.cn"}).status_code == 422


# --- 即时 ---------------------------------------------------------------------------------------------


def test_a_decision_that_waits_is_mailed_at_once_only_to_who_chose_so(drive: Drive) -> None:
    choose_mail(drive.world, "liusha_captain", digest=False, instant=True)
    choose_mail(drive.world, "liusha_secretary", digest=True, instant=False)
    request = drive.ask("liusha_member", 1, reason="肝病复查")
    queue.drain()
    (letter,) = mail.outbox
    assert letter.to == ["liusha_captain@example.cn"]
    assert letter.subject == "待您办理：洪队员 事假 1 天"
    assert f"http://localhost:8000{request.get_absolute_url()}" in letter.body
    assert "肝病" not in letter.body
    drive.sign("liusha_captain", request)
    queue.drain()
    assert len(mail.outbox) == 1


def test_at_night_it_waits_for_the_morning(drive: Drive, clock: Clock) -> None:
    choose_mail(drive.world, "liusha_captain", instant=True)
    clock.set(MONDAY, 22)
    drive.ask("liusha_member", 1)
    assert queue.drain() == {}
    clock.set(MONDAY + timedelta(days=1), 7)
    assert queue.drain() == {"sent": 1}


@pytest.mark.parametrize("what", ["read", "forgot", "stopped"])
def test_what_was_read_or_is_no_longer_wanted_is_not_sent(drive: Drive, what: str) -> None:
    choose_mail(drive.world, "liusha_captain", instant=True)
    drive.ask("liusha_member", 1)
    captain = drive.world.user("liusha_captain")
    if what == "read":
        Notice.objects.filter(recipient=captain).update(read_at="2026-11-23T09:00:00+08:00")
    elif what == "forgot":
        services.forget(acting_user=captain)
    else:
        captain.is_active = False
        captain.save(update_fields=["is_active"])
    assert queue.drain() == {"dropped": 1}
    assert mail.outbox == []
