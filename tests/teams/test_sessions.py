"""Sessions: what the table knows, how they end, and what ends them at once."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from teams import sessions
from teams.models import Session
from teams.tasks import sweep_sessions
from tests.cast import World

PASSWORD = "fuyuan-lu-1988"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"


@pytest.fixture
def captain(world: World):
    user = world.user("liusha_captain")
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(**meta: str) -> Client:
    client = Client(**meta)
    assert client.post("/login/", {"username": "liusha_captain", "password": PASSWORD}).status_code == 302
    return client


def test_what_the_browser_holds_stands_nowhere_in_the_database(captain) -> None:
    client = signed_in()
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM teams_session")
        kept = [row[0] for row in cursor.fetchall()]
    assert kept == [sessions.hashed(key)]
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept[0]
    assert thief.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_a_session_knows_its_account_browser_and_times(captain) -> None:
    before = time.time()
    signed_in(HTTP_USER_AGENT=EDGE, REMOTE_ADDR="198.51.100.7")
    row = Session.objects.get()
    assert (row.user, row.address) == (captain, "198.51.100.7")
    assert sessions.in_words(row.agent) == "Windows 电脑上的 Edge"
    assert before - 1 <= row.started_at.timestamp() <= time.time()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/116.0 Mobile MicroMessenger/8.0.50 Safari/537.36",
            "安卓手机上的微信",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 Version/17.0 Safari/604.1",
            "iPhone上的 Safari",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) UOS Chrome/108.0 Safari/537.36", "统信系统电脑上的 Chrome"),
        ("curl/8.0", "认不出的浏览器"),
        ("", "认不出的浏览器"),
    ],
)
def test_browsers_in_words(agent: str, words: str) -> None:
    assert sessions.in_words(agent) == words


def aged(client: Client, **seconds: float) -> Client:
    session = client.session
    for name, age in seconds.items():
        session[{"started": sessions.STARTED, "seen": sessions.SEEN}[name]] = time.time() - age
    session.save()
    return client


@pytest.mark.parametrize(
    ("age", "status"),
    [
        ({"seen": 29 * 60}, 200),
        ({"seen": 30 * 60 + 1}, 302),
        ({"started": 12 * 3600 - 60, "seen": 0}, 200),
        ({"started": 12 * 3600 + 1, "seen": 0}, 302),
    ],
)
def test_half_an_hour_idle_and_twelve_hours_in_all(captain, age: dict[str, float], status: int) -> None:
    client = aged(signed_in(), **age)
    assert client.get("/account/").status_code == status
    if status == 302:
        assert client.get("/login/").status_code == 200


def test_working_keeps_a_session_until_the_twelve_hours_are_over(captain) -> None:
    client = aged(signed_in(), seen=20 * 60)
    assert client.get("/account/").status_code == 200
    assert time.time() - client.session[sessions.SEEN] < 60


def test_a_form_that_is_open_when_the_account_is_switched_off_goes_nowhere(captain) -> None:
    client = signed_in()
    assert client.get("/feedback/").status_code == 200
    captain.is_active = False
    captain.save()
    answer = client.post("/feedback/", {"text": "一条意见", "page": "/"})
    assert answer.headers["Location"].startswith("/login/")


def test_a_password_changed_elsewhere_ends_the_session_at_once(captain) -> None:
    here, elsewhere = signed_in(), signed_in()
    here.post(
        "/password/",
        {"old_password": PASSWORD, "new_password1": "yunxing-qiao-77", "new_password2": "yunxing-qiao-77"},
    )
    assert Session.objects.filter(user=captain).count() == 1
    assert elsewhere.post("/feedback/", {"text": "一条意见"}).headers["Location"].startswith("/login/")
    assert here.get("/account/").status_code == 200


def test_cutting_off_ends_all_but_the_one_to_keep(captain) -> None:
    kept, ended = signed_in(), signed_in()
    hash_of_kept = sessions.hashed(kept.session.session_key)
    assert sessions.cut_off(captain, keep=hash_of_kept) == 1
    assert kept.get("/account/").status_code == 200
    assert ended.get("/account/").status_code == 302


def test_expired_sessions_are_swept(captain) -> None:
    signed_in()
    Session.objects.update(expire_date="2020-01-01T00:00:00+08:00")
    sweep_sessions()
    assert Session.objects.count() == 0
