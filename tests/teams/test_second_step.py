"""两步验证: a code from the phone after the password, once each; whom it is asked of; what a lost phone costs."""

from __future__ import annotations

import base64
import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.models import AuditEvent
from teams.models import User
from tests.cast import World
from tests.pages import beside, browser, confirmed, text

PASSWORD = "fuyuan-lu-1988"


class Phone:
    """An authenticator that has been told a secret, and a clock that stands until it is turned."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        # Early in the half minute of one code: a slow machine must not come into the next.
        now = time.time() // 30 * 30 + 1
        monkeypatch.setattr("time.time", lambda: now + self.ahead)
        self.key = b""

    def scan(self, page) -> None:
        secret = re.findall(r'<p class="secret"><code>([A-Z2-7 ]+)</code>', page.text)[0]
        self.key = base64.b32decode(secret.replace(" ", ""))

    def code(self) -> str:
        clock = TOTP(self.key)
        clock.time = time.time()
        return f"{clock.token():06d}"

    def wait(self, seconds: float = 60) -> None:
        """Time passes, so that the phone shows another code; nothing typed is remembered as too fast."""
        self.ahead += seconds
        for model in (TOTPDevice, StaticDevice):
            model.objects.exclude(throttling_failure_timestamp=None).update(
                throttling_failure_timestamp=timezone.now() - timedelta(days=1)
            )


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    return Phone(monkeypatch)


@pytest.fixture
def captain(world: World) -> User:
    for who in ("liusha_captain", "liusha_member", "pn_system"):
        user = world.users[who]
        user.set_password(PASSWORD)
        user.save()
    return world.users["liusha_captain"]


def sign_in(who: str = "liusha_captain", **fields: str) -> Client:
    client = Client()
    client.post("/login/", {"username": who, "password": PASSWORD, **fields})
    return client


def enrol(client: Client, phone: Phone) -> list[str]:
    """Set a phone up; the recovery codes."""
    assert client.post("/account/second-step/begin/").headers["Location"] == "/account/second-step/confirm/"
    phone.scan(client.get("/account/second-step/confirm/"))
    page = client.post("/account/second-step/confirm/", {"code": phone.code()})
    return re.findall(r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", page.text)


def test_a_phone_is_set_up_and_then_asked_for(captain: User, phone: Phone) -> None:
    client = sign_in()
    codes = enrol(client, phone)
    assert len(set(codes)) == 10
    assert client.get("/leave/").status_code == 200
    assert "已开启" in text(client.get("/account/second-step/"))
    phone.wait()
    again = sign_in()
    led = again.get("/leave/?q=1").headers["Location"]
    assert led == "/login/code/?next=%2Fleave%2F%3Fq%3D1"
    assert 'name="next" value="/leave/?q=1"' in again.get(led).text
    assert again.post("/leave/new/", {"type": "personal"}).headers["Location"] == "/login/code/"
    answer = again.post("/login/code/", {"code": phone.code(), "next": "/leave/?q=1"})
    assert answer.headers["Location"] == "/leave/?q=1"
    assert again.get("/leave/").status_code == 200


def test_the_picture_is_drawn_here_and_holds_no_style(captain: User, phone: Phone) -> None:
    client = sign_in()
    client.post("/account/second-step/begin/")
    page = client.get("/account/second-step/confirm/")
    picture = re.search(r'<svg class="qr".*?</svg>', page.text, re.S)[0]
    assert "style" not in picture
    assert picture.count("M") > 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_a_code_is_good_once(captain: User, phone: Phone) -> None:
    enrol(sign_in(), phone)
    assert sign_in().post("/login/code/", {"code": phone.code()}).status_code == 422
    phone.wait()
    code = phone.code()
    assert sign_in().post("/login/code/", {"code": code}).status_code == 302
    replayed = sign_in().post("/login/code/", {"code": code})
    assert replayed.status_code == 422
    assert beside(replayed, "code") == "验证码不对或已用过，等手机上换了新的再填"


def test_full_width_digits_and_spaces_are_the_same_code(captain: User, phone: Phone) -> None:
    enrol(sign_in(), phone)
    phone.wait()
    code = phone.code().translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert sign_in().post("/login/code/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


def test_guessing_slows_down_and_stays_slow_for_the_right_code(captain: User, phone: Phone) -> None:
    enrol(sign_in(), phone)
    phone.wait()
    wrong = f"{(int(phone.code()) + 1) % 10**6:06d}"
    client = sign_in()
    assert client.post("/login/code/", {"code": wrong}).status_code == 422
    hasty = client.post("/login/code/", {"code": phone.code()})
    assert hasty.status_code == 422
    assert re.search(r"验证码刚输错，\d+ 秒后再填", beside(hasty, "code"))
    assert client.get("/leave/").status_code == 302
    history = text(sign_in_after(client, phone).get("/account/"))
    assert "验证码不对" in history


def sign_in_after(client: Client, phone: Phone) -> Client:
    phone.wait()
    assert client.post("/login/code/", {"code": phone.code()}).status_code == 302
    return client


def test_a_recovery_code_opens_once_and_leaves_a_trace(captain: User, phone: Phone) -> None:
    codes = enrol(sign_in(), phone)
    client = sign_in()
    assert client.post("/login/code/", {"code": codes[0].upper()}).status_code == 302
    assert "恢复码还剩 9 个" in text(client.get("/account/second-step/"))
    assert sign_in().post("/login/code/", {"code": codes[0]}).status_code == 422
    assert AuditEvent.objects.get(action="second_step.recovery").after == {"left": 9}
    phone.wait()
    fresh = re.findall(r"<code>(\w{4}-\w{4})</code>", client.post("/account/second-step/codes/").text)
    assert len(fresh) == 10
    assert sign_in().post("/login/code/", {"code": codes[1]}).status_code == 422
    phone.wait()
    assert sign_in().post("/login/code/", {"code": fresh[1]}).status_code == 302


def test_turning_off_asks_for_the_password_and_then_the_password_is_enough(
    captain: User, phone: Phone
) -> None:
    client = sign_in()
    enrol(client, phone)
    phone.wait(11 * 60)
    assert "再填一次密码" in client.post("/account/second-step/off/").text
    assert client.post("/account/second-step/off/", {"confirm_password": PASSWORD}).status_code == 302
    assert sign_in().get("/leave/").status_code == 200
    assert not TOTPDevice.objects.exists()


def test_a_wrong_code_sets_nothing_up(captain: User, phone: Phone) -> None:
    client = sign_in()
    client.post("/account/second-step/begin/")
    phone.scan(client.get("/account/second-step/confirm/"))
    wrong = f"{(int(phone.code()) + 1) % 10**6:06d}"
    page = client.post("/account/second-step/confirm/", {"code": wrong})
    assert page.status_code == 422
    assert beside(page, "code") == "验证码不对，等手机上换了新的 6 位数字再填"
    captain.refresh_from_db()
    assert not captain.second_step
    assert sign_in().get("/leave/").status_code == 200
    assert client.post("/account/second-step/confirm/", {"code": phone.code()}).status_code == 200


def test_another_phone_replaces_the_first_only_when_it_has_shown_a_code(captain: User, phone: Phone) -> None:
    client = sign_in()
    enrol(client, phone)
    first = phone.key
    client.post("/account/second-step/begin/")
    phone.wait()
    assert sign_in().post("/login/code/", {"code": phone.code()}).status_code == 302
    enrol(client, phone)
    assert phone.key != first
    assert TOTPDevice.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("pn_system", True),
        ("pn_security", True),
        ("pn_auditor", True),
        ("liusha_captain", True),
        ("liusha_secretary", True),
        ("liusha_member", False),
        ("pn_org_chief", False),
    ],
)
def test_the_strict_profile_asks_administrators_and_fund_signers(
    world: World, settings, who: str, asked: bool
) -> None:
    client = browser(world, who)
    assert client.get("/").status_code == 200
    settings.STRICT_LOGIN = True
    answer = client.get("/")
    assert answer.status_code == (302 if asked else 200)
    if asked:
        assert answer.headers["Location"] == "/account/second-step/"
        assert "先设置两步验证" in text(client.get("/account/second-step/"))
        assert client.get("/account/").status_code == 302
        assert client.post("/logout/").status_code == 302


def test_in_the_strict_profile_the_way_leads_through_setting_up_and_not_back(
    captain: User, phone: Phone, settings
) -> None:
    settings.STRICT_LOGIN = True
    client = sign_in("pn_system")
    assert client.get("/accounts/").headers["Location"] == "/account/second-step/"
    enrol(client, phone)
    assert client.get("/accounts/").status_code == 200
    refused = client.post("/account/second-step/off/")
    assert refused.status_code == 422
    assert "您的职责要求两步验证，不能关闭" in text(refused)
    assert client.get("/accounts/").status_code == 200


def test_a_first_password_is_changed_only_after_the_code(captain: User, phone: Phone) -> None:
    enrol(sign_in(), phone)
    User.objects.filter(pk=captain.pk).update(password_is_temporary=True)
    phone.wait()
    client = sign_in()
    assert client.get("/password/").headers["Location"].startswith("/login/code/")
    client.post("/login/code/", {"code": phone.code()})
    assert client.get("/leave/").headers["Location"] == "/password/"
    assert client.get("/password/").status_code == 200


def test_a_lost_phone_is_taken_off_by_the_system_administrator(
    captain: User, world: World, phone: Phone
) -> None:
    enrol(sign_in(), phone)
    system = confirmed(browser(world, "pn_system"))
    assert "取消两步验证" in system.get(f"/accounts/people/{captain.person_id}/").text
    address = f"/accounts/{captain.pk}/second-step/"
    assert beside(system.post(address), "reason") == "写明取消的原因，如：手机和恢复码都丢了"
    assert system.post(address, {"reason": "手机掉进水里"}).status_code == 302
    assert sign_in().get("/leave/").status_code == 200
    event = AuditEvent.objects.get(action="second_step.drop", outcome="done")
    assert (event.subject_id, event.after["reason"]) == (str(captain.pk), "手机掉进水里")


def test_the_api_opens_to_a_session_only_after_the_code(captain: User, phone: Phone) -> None:
    enrol(sign_in(), phone)
    phone.wait()
    client = sign_in()
    refused = client.get("/api/people/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_step")
    client.post("/login/code/", {"code": phone.code()})
    assert client.get("/api/people/").status_code == 200


def test_without_a_second_step_its_page_leads_on(captain: User) -> None:
    assert sign_in().get("/login/code/").headers["Location"] == "/"
    assert Client().get("/login/code/").headers["Location"].startswith("/login/")
