"""Five wrong passwords lock one account from one address; what is kept of it, and what cannot be forged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.test import Client
from django.utils import timezone

from teams.lockout import taken
from tests.cast import World

PASSWORD = "fuyuan-lu-1988"
WRONG = "neverkept-4711"


@pytest.fixture
def member(world: World):
    for who in ("liusha_member", "liusha_mate"):
        user = world.user(who)
        user.set_password(PASSWORD)
        user.save()
    return world.user("liusha_member")


def sign_in(password: str, who: str = "liusha_member", **meta: str):
    return Client().post("/login/", {"username": who, "password": password}, **meta)


def fail(times: int, **meta: str):
    for _ in range(times):
        answer = sign_in(WRONG, **meta)
    return answer


def test_other_browsers_and_forged_headers_give_no_further_tries(member) -> None:
    for number in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(
            WRONG, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}", HTTP_USER_AGENT=f"Robot {number}"
        )
    assert answer.status_code == 429
    assert sign_in(PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.77").status_code == 429


def test_behind_one_proxy_a_colleague_gets_in_and_the_person_from_another_address(member, settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    fail(5, HTTP_X_FORWARDED_FOR="198.51.100.7")
    assert sign_in(PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 429
    assert sign_in(PASSWORD, "liusha_mate", HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 302
    assert sign_in(PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.8").status_code == 302
    assert sign_in(PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.7").status_code == 429


def test_the_lock_opens_after_half_an_hour_and_knocking_does_not_prolong_it(member) -> None:
    fail(5)
    locked_at = AccessAttempt.objects.get().attempt_time
    fail(3)
    assert AccessAttempt.objects.get().attempt_time == locked_at
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
    )
    assert "还可以试 4 次" in sign_in(WRONG).text
    assert sign_in(PASSWORD).status_code == 302


def test_a_right_password_gives_the_tries_back(member) -> None:
    fail(4)
    assert sign_in(PASSWORD).status_code == 302
    assert "还可以试 4 次" in fail(1).text


def test_nothing_that_was_typed_is_kept(member) -> None:
    fail(2)
    sign_in(WRONG, who=WRONG)
    Client().post(f"/login/?note={WRONG}", {"username": "liusha_member", "password": "x", "reason": WRONG})
    kept = [*AccessAttempt.objects.exclude(username=WRONG).values(), *AccessFailureLog.objects.values()]
    assert len(kept) == 4
    assert WRONG not in str(kept)


def test_a_name_nobody_has_is_answered_like_any_other(member) -> None:
    answers = [
        (fail_as(who).status_code, fail_as(who).text.count("还可以试 3 次"))
        for who in ("niemand", "liusha_mate")
    ]
    assert answers[0] == answers[1] == (422, 1)


def fail_as(who: str):
    return sign_in(WRONG, who)


def test_tries_are_counted_from_the_window_on(db) -> None:
    now = timezone.now()
    assert [taken("a", "192.0.2.1", now) for _ in range(7)] == [1, 2, 3, 4, 5, 6, 6]
    assert taken("a", "192.0.2.2", now) == taken("b", "192.0.2.1", now) == 1
    assert taken("a", "192.0.2.1", now + settings.AXES_COOLOFF_TIME + timedelta(seconds=1)) == 1
