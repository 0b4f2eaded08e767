from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import World

PASSWORD = "fuyuan-lu-1988"


@pytest.fixture
def member(world: World):
    """A member who can sign in, with a password of his own."""
    user = world.user("liusha_member")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, username: str, password: str, **more: str):
    return client.post("/login/", {"username": username, "password": password, **more})


def test_signing_in_leads_to_the_page_asked_for(client: Client, member) -> None:
    assert client.get("/account/").headers["Location"] == "/login/?next=/account/"
    answer = sign_in(client, "liusha_member", PASSWORD, next="/account/")
    assert answer.headers["Location"] == "/account/"
    assert "洪队员" in client.get("/account/").text


def test_signing_in_never_leads_out_of_the_house(client: Client, member) -> None:
    answer = sign_in(client, "liusha_member", PASSWORD, next="https://elsewhere.example/")
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_says_how_many_tries_are_left(client: Client, member) -> None:
    answer = sign_in(client, "liusha_member", "wrong-one-here")
    assert answer.status_code == 422
    assert "账号或密码不对，还可以试 4 次" in answer.text
    assert 'value="liusha_member"' in answer.text


def test_the_fifth_wrong_password_locks_until_a_clock_time_even_for_the_right_one(
    client: Client, member
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, "liusha_member", "wrong-one-here")
    assert answer.status_code == 429
    assert "账号已锁定" in answer.text
    assert "以后再登录" in answer.text
    assert sign_in(client, "liusha_member", PASSWORD).status_code == 429


def test_a_lock_is_of_one_account_not_of_the_colleague_beside(client: Client, world: World, member) -> None:
    mate = world.user("liusha_mate")
    mate.set_password(PASSWORD)
    mate.save()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "liusha_member", "wrong-one-here")
    assert sign_in(client, "liusha_mate", PASSWORD).status_code == 302


def test_a_disabled_account_does_not_get_in(client: Client, member) -> None:
    member.is_active = False
    member.save()
    assert sign_in(client, "liusha_member", PASSWORD).status_code == 422
    assert client.get("/account/").status_code == 302


def test_a_first_password_is_changed_before_anything_else_opens(client: Client, member) -> None:
    member.password_is_temporary = True
    member.save()
    sign_in(client, "liusha_member", PASSWORD)
    for address in ("/", "/account/", "/notices/"):
        assert client.get(address).headers["Location"] == "/password/"
    assert "第一次登录，先改密码" in client.get("/password/").text
    answer = change(client, PASSWORD, "yunxing-qiao-77")
    assert answer.headers["Location"] == "/password/done/"
    assert client.get("/account/").status_code == 200


def change(client: Client, old: str, new: str, again: str | None = None):
    return client.post(
        "/password/",
        {"old_password": old, "new_password1": new, "new_password2": new if again is None else again},
    )


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("not-mine-at-all", "yunxing-qiao-77", None, "现在的密码不对，再填一次"),
        (PASSWORD, "kurz-9", None, "新密码至少 10 个字符"),
        (PASSWORD, "739102846512", None, "新密码不能全是数字，加上字母"),
        (PASSWORD, "password123", None, "这个密码太常见"),
        (PASSWORD, "liusha_member", None, "新密码和账号太像，换一个"),
        (PASSWORD, "yunxing-qiao-77", "yunxing-qiao-78", "两次填的新密码不一样"),
        (PASSWORD, PASSWORD, None, "新密码和现在的一样，换一个"),
        ("", "", None, "填写现在的密码"),
    ],
)
def test_a_password_that_cannot_be_taken_says_why(
    client: Client, member, old: str, new: str, again: str | None, sentence: str
) -> None:
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    answer = change(client, old, new, again)
    assert answer.status_code == 422
    assert sentence in answer.text
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_changing_the_password_signs_out_elsewhere_and_not_here(client: Client, member) -> None:
    elsewhere = Client()
    sign_in(client, "liusha_member", PASSWORD)
    sign_in(elsewhere, "liusha_member", PASSWORD)
    change(client, PASSWORD, "yunxing-qiao-77")
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_signing_out_is_a_post(client: Client, member) -> None:
    sign_in(client, "liusha_member", PASSWORD)
    assert client.get("/logout/").status_code == 405
    assert client.get("/account/").status_code == 200
    client.post("/logout/")
    assert client.get("/account/").status_code == 302


def test_larger_letters_before_and_after_signing_in(client: Client, member) -> None:
    assert (
        client.post("/text-size/", {"text_size": "large", "next": "/login/"}).headers["Location"] == "/login/"
    )
    assert 'class="text-large"' in client.get("/login/").text
    sign_in(client, "liusha_member", PASSWORD)
    client.post("/text-size/", {"text_size": "xlarge", "next": "/account/"})
    member.refresh_from_db()
    assert member.text_size == "xlarge"
    assert 'class="text-xlarge"' in client.get("/account/").text


def test_a_size_nobody_offers_changes_nothing(client: Client, member) -> None:
    sign_in(client, "liusha_member", PASSWORD)
    client.post("/text-size/", {"text_size": "gigantic", "next": "https://elsewhere.example/"})
    member.refresh_from_db()
    assert member.text_size == "normal"
    assert 'class="text-normal"' in client.get("/account/").text
