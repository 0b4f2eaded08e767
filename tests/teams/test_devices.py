"""Where one is signed in, what happened at the door, and what the security administrator sees of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone

from core.errors import NotYours
from core.models import AuditEvent
from teams import lockout, sessions
from teams.models import Session, User
from teams.security_views import policy
from tests.cast import World
from tests.pages import beside, browser, confirmed, hidden, text

PASSWORD = "fuyuan-lu-1988"
EDGE = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0"
WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/116.0 Mobile MicroMessenger/8.0"


@pytest.fixture
def captain(world: World) -> User:
    for who in ("liusha_captain", "xf_captain"):
        user = world.users[who]
        user.set_password(PASSWORD)
        user.save()
    return world.users["liusha_captain"]


def sign_in(password: str = PASSWORD, who: str = "liusha_captain", **meta: str) -> Client:
    client = Client(**meta)
    client.post("/login/", {"username": who, "password": password})
    return client


def test_ones_devices_in_words_the_present_one_first_and_not_to_be_ended(captain: User) -> None:
    phone = sign_in(HTTP_USER_AGENT=WECHAT, REMOTE_ADDR="198.51.100.7")
    desk = sign_in(HTTP_USER_AGENT=EDGE)
    page = desk.get("/account/")
    words = text(page)
    assert words.index("Windows 电脑上的 Edge 正在用的这一台") < words.index("安卓手机上的微信")
    assert "198.51.100.7" in words
    assert page.text.count('name="device" value="') == 2
    assert desk.post("/account/devices/end/", {"device": hidden(page, "device")}).status_code == 302
    assert phone.get("/account/").status_code == 302
    assert desk.get("/account/").status_code == 200


def test_ending_all_others(captain: User) -> None:
    others = [sign_in(), sign_in(), sign_in()]
    here = sign_in()
    here.post("/account/devices/end/", {"device": "others"})
    assert [each.get("/account/").status_code for each in [*others, here]] == [302, 302, 302, 200]
    assert AuditEvent.objects.get(action="user.end_devices").after == {"sessions_ended": 3}
    assert "退出其他全部设备" not in here.get("/account/").text


def test_somebody_elses_device_and_the_present_one_stay(captain: User, world: World) -> None:
    stranger, here = sign_in(who="xf_captain"), sign_in()
    theirs, mine = (sessions.hashed(client.session.session_key) for client in (stranger, here))
    for device in (theirs, mine, "\0", "x" * 3000, ""):
        assert here.post("/account/devices/end/", {"device": device}).status_code == 302
    assert stranger.get("/account/").status_code == here.get("/account/").status_code == 200
    assert Session.objects.count() == 2


def test_ones_last_sign_ins_with_their_outcome(captain: User) -> None:
    sign_in("wrong-one", HTTP_USER_AGENT=WECHAT, REMOTE_ADDR="198.51.100.7")
    sign_in("wrong-one", who="xf_captain", REMOTE_ADDR="203.0.113.5")
    words = text(sign_in(HTTP_USER_AGENT=EDGE).get("/account/"))
    history = words[words.index("最近的登录") :]
    assert "密码不对" in history
    assert "安卓手机上的微信，198.51.100.7" in history
    assert history.index("已登录") < history.index("密码不对")
    assert "203.0.113.5" not in history


@pytest.fixture
def security(world: World) -> Client:
    return confirmed(browser(world, "pn_security"))


def lock(who: str = "liusha_captain", address: str = "198.51.100.7") -> AccessAttempt:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in("wrong-one", who, REMOTE_ADDR=address)
    return AccessAttempt.objects.get(username=who)


def test_the_security_administrator_sees_locks_of_his_county_and_opens_one_with_a_reason(
    captain: User, security: Client
) -> None:
    mine, foreign = lock(), lock("xf_captain")
    page = security.get("/security/logins/")
    assert "洪队长" in page.text
    assert "198.51.100.7" in page.text
    assert "xf_captain" not in page.text
    assert security.get(f"/security/unlock/{foreign.pk}/").status_code == 404
    assert security.post(f"/security/unlock/{foreign.pk}/", {"reason": "x"}).status_code == 404
    no_reason = security.post(f"/security/unlock/{mine.pk}/")
    assert beside(no_reason, "reason") == "写明解锁的原因，如：本人来电核实"
    assert security.post(f"/security/unlock/{mine.pk}/", {"reason": "本人来电"}).status_code == 302
    assert "没有锁定的账号" in security.get("/security/logins/").text
    assert sign_in(REMOTE_ADDR="198.51.100.7").get("/account/").status_code == 200
    event = AuditEvent.objects.get(action="login.unlock", outcome="done")
    assert (event.after, event.before["address"]) == ({"reason": "本人来电"}, "198.51.100.7")
    assert event.actor_name == "普安全（安全管理员）"


def test_a_lock_that_has_run_out_is_shown_no_more(captain: User, security: Client) -> None:
    attempt = lock()
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
    )
    assert "没有锁定的账号" in security.get("/security/logins/").text
    assert security.get(f"/security/unlock/{attempt.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["pn_system", "pn_auditor", "liusha_secretary"])
def test_nobody_else_unlocks(captain: User, world: World, who: str) -> None:
    attempt = lock()
    client = confirmed(browser(world, who))
    assert client.get("/security/logins/").status_code == 404
    assert client.get("/security/password-policy/").status_code == 404
    assert client.post(f"/security/unlock/{attempt.pk}/", {"reason": "x"}).status_code == 404
    with pytest.raises(NotYours):
        lockout.unlock(acting_user=world.user(who), attempt_id=attempt.pk, reason="x")


def test_failed_sign_ins_by_person_and_the_whole_history_of_one(captain: User, security: Client) -> None:
    sign_in("wrong-one")
    sign_in()
    sign_in("wrong-one", "xf_captain")
    page = text(security.get("/security/logins/"))
    assert "liusha_captain 密码不对" in page
    assert "已登录" not in page
    assert "xf_captain" not in page
    assert "已登录" in text(security.get("/security/logins/", {"only": "all"}))
    assert "没有符合条件的登录" in text(security.get("/security/logins/", {"name": "里队长"}))
    assert "liusha_captain" in text(security.get("/security/logins/", {"name": "洪队"}))
    assert f'href="/security/logins/{captain.pk}/"' in security.get("/security/logins/").text
    assert "已登录" in text(security.get(f"/security/logins/{captain.pk}/"))
    foreign = User.objects.get(username="xf_captain")
    assert security.get(f"/security/logins/{foreign.pk}/").status_code == 404


def test_the_policy_states_what_is_in_force(security: Client, settings) -> None:
    page = text(security.get("/security/password-policy/"))
    for rule in (
        "至少 10 个字符",
        "连续输错 5 次",
        "30 分钟，锁定中再试不延长",
        "30 分钟后退出",
        "12 小时后",
        "各人自愿",
    ):
        assert rule in page
    settings.AXES_FAILURE_LIMIT = 7
    settings.SESSION_IDLE = timedelta(minutes=20)
    page = text(security.get("/security/password-policy/"))
    for rule in ("连续输错 7 次", "20 分钟后退出"):
        assert rule in page
    settings.STRICT_LOGIN = True
    assert "管理员和资金签字人必须设置" in str(policy())
