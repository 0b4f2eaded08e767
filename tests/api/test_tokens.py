"""接口令牌: who holds one acts as its owner, within its scopes, until anything ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from teams import people
from teams.accounts import change_password
from teams.models import ApiToken, User
from teams.tokens import AT_MOST, make_token
from tests import drive as days
from tests.pages import browser, text

NEW = {"name": "每晚读请假", "scopes": ["leave:read"], "days": "30"}


def signed_in(world, who: str) -> Client:
    """A browser in which the password has just been typed."""
    client = browser(world, who)
    session = client.session
    session["password_typed_at"] = __import__("time").time()
    session.save()
    return client


def test_a_token_is_shown_once_and_only_its_hash_is_kept(world, clock) -> None:
    client = signed_in(world, "liusha_captain")
    page = client.post(reverse("teams:tokens"), NEW)
    token = ApiToken.objects.get()
    plain = page.content.decode().split('<code class="token">')[1].split("<")[0]
    assert plain.startswith(token.hint)
    assert plain not in [token.digest, token.made_under]
    assert plain not in client.get(reverse("teams:tokens")).content.decode()
    answer = Client().get("/api/leave/", headers={"Authorization": f"Bearer {plain}"})
    assert answer.status_code == 200


def test_making_a_token_asks_for_the_password_first(world, clock) -> None:
    page = browser(world, "liusha_captain").post(reverse("teams:tokens"), NEW)
    assert "再填一次密码" in text(page)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "写一句用途"),
        ({"name": "长" * 41}, "用途最多 40 字"),
        ({"scopes": []}, "至少选一项权限"),
        ({"scopes": ["everything"]}, "权限从列出的里面选"),
        ({"days": "9999"}, "从列出的有效期里选一个"),
    ],
)
def test_a_wrong_answer_is_named_and_what_was_typed_is_kept(world, clock, change, sentence) -> None:
    page = signed_in(world, "liusha_captain").post(reverse("teams:tokens"), {**NEW, **change})
    assert page.status_code == 422
    assert sentence in text(page)
    assert not ApiToken.objects.exists()


def test_a_token_does_what_its_scopes_say_and_nothing_else(program) -> None:
    reader = program("liusha_captain", "leave:read")
    assert reader.get("leave/").status_code == 200
    for refused in (reader.get("people/"), reader.get("sign-offs/"), reader.post("leave/", {})):
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


def test_a_token_never_reaches_beyond_its_owner(program, drive) -> None:
    foreign = drive.ask("lihu_member", 1)
    assert program("liusha_captain").get(f"leave/{foreign.pk}/").status_code == 404


@pytest.mark.parametrize("how", ["revoked", "disabled", "password", "expired"])
def test_whatever_ends_a_token_ends_it_at_once(world, clock, program, how: str) -> None:
    mine = program("liusha_captain")
    assert mine.get("me/").status_code == 200
    user = world.user("liusha_captain")
    if how == "revoked":
        client = browser(world, "liusha_captain")
        client.post(reverse("teams:token_revoke", args=[mine.token.pk]))
    elif how == "disabled":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif how == "password":
        change_password(acting_user=user, password="another-one-1988")
    else:
        clock.set(days.MONDAY + timedelta(days=31))
    answer = mine.get("me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_when_the_appointment_ends_the_token_sees_nothing_the_day_after(world, clock, program, drive) -> None:
    request = drive.ask("liusha_member", 1)
    captain = program("liusha_captain")
    assert captain.get(f"leave/{request.pk}/").status_code == 200
    people.end_appointment(
        appointment_id=world.appointments["liusha_captain"].pk, last_day=days.MONDAY, acting_user=None
    )
    clock.set(days.MONDAY + timedelta(days=1))
    assert captain.get(f"leave/{request.pk}/").status_code == 404
    assert captain.get("people/").status_code == 404
    assert captain.get("me/").json()["appointments"] == []


def test_a_first_password_opens_no_api(world, program) -> None:
    mine = program("liusha_captain")
    User.objects.filter(pk=world.users["liusha_captain"].pk).update(password_is_temporary=True)
    assert mine.get("me/").json()["code"] == "first_password"
    assert browser(world, "liusha_captain").get("/api/me/").json()["code"] == "first_password"


def test_nobody_revokes_the_token_of_another(world, clock, program) -> None:
    mine = program("liusha_captain")
    other = browser(world, "liusha_member")
    assert other.post(reverse("teams:token_revoke", args=[mine.token.pk])).status_code == 404
    assert mine.get("me/").status_code == 200


def test_there_are_never_more_than_twenty_live_ones(world, clock) -> None:
    for number in range(AT_MOST):
        make_token(acting_user=world.user("liusha_captain"), name=str(number), scopes=["leave:read"], days=7)
    page = signed_in(world, "liusha_captain").post(reverse("teams:tokens"), NEW)
    assert "有效的令牌最多 20 个" in text(page)


def test_what_a_program_does_is_recorded_as_coming_from_the_api(program) -> None:
    member = program("liusha_member")
    body = {"type": "personal", "start": "2026-11-30", "end": "2026-11-30"}
    assert member.post("leave/", body).status_code == 201
    event = AuditEvent.objects.get(action="leave.save")
    assert (event.source, event.actor_name) == ("api", "洪队员")
    assert event.request_id


def test_the_last_use_is_noted(clock, program) -> None:
    mine = program("liusha_captain")
    mine.get("me/")
    mine.token.refresh_from_db()
    assert mine.token.last_used_at == clock.moment
