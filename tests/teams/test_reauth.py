"""Sensitive acts ask for the password again, and what was typed before is not lost."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as site
from core.access import access
from teams import reauth
from tests.cast import World
from tests.pages import confirmed

PASSWORD = "fuyuan-lu-1988"


@access("login")
@reauth.recent_password
def sensitive(request: HttpRequest) -> HttpResponse:
    """Answers with what it was posted."""
    posted = [f"{name}={value}" for name, values in request.POST.lists() for value in values]
    return HttpResponse(f"done {request.method} {request.GET.get('q', '')} {' '.join(posted)}")


@access("auditor")
@reauth.recent_password
def not_his(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


urlpatterns = [*site, path("sensitive/", sensitive), path("not-his/", not_his)]


@pytest.fixture
def captain(world: World, client: Client, settings) -> Client:
    """Signed in, the password typed long ago."""
    settings.ROOT_URLCONF = __name__
    user = world.user("liusha_captain")
    user.set_password(PASSWORD)
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_page_leads_to_the_question_and_back_to_itself(captain: Client) -> None:
    away = captain.get("/sensitive/?q=1")
    assert away.headers["Location"] == "/password/again/?next=%2Fsensitive%2F%3Fq%3D1"
    asked = captain.get(away.headers["Location"])
    assert 'name="next" value="/sensitive/?q=1"' in asked.text
    back = captain.post("/password/again/", {"confirm_password": PASSWORD, "next": "/sensitive/?q=1"})
    assert back.headers["Location"] == "/sensitive/?q=1"
    assert captain.get("/sensitive/?q=1").text.startswith("done GET 1")


def test_what_was_posted_goes_on_after_the_password(captain: Client) -> None:
    asked = captain.post("/sensitive/", {"reason": '说"明"', "pick": ["1", "2"]})
    assert "再填一次密码" in asked.text
    for field in ('name="reason" value="说&quot;明&quot;"', 'name="pick" value="1"', 'name="pick" value="2"'):
        assert field in asked.text
    wrong = captain.post("/sensitive/", {"reason": "说明", "pick": ["1", "2"], "confirm_password": "wrong"})
    assert wrong.status_code == 422
    assert "密码不对，再填一次，还可以试 4 次" in wrong.text
    assert 'name="pick" value="2"' in wrong.text
    assert "wrong" not in wrong.text
    done = captain.post("/sensitive/", {"reason": "说明", "pick": ["1", "2"], "confirm_password": PASSWORD})
    assert done.text.split() == ["done", "POST", "reason=说明", "pick=1", "pick=2"]


def test_ten_minutes_later_it_asks_again(captain: Client) -> None:
    session = confirmed(captain).session
    assert captain.get("/sensitive/").text.startswith("done")
    session[reauth.TYPED_AT] = time.time() - 599
    session.save()
    assert captain.get("/sensitive/").text.startswith("done")
    session[reauth.TYPED_AT] = time.time() - 601
    session.save()
    assert captain.get("/sensitive/").status_code == 302
    assert "再填一次密码" in captain.post("/sensitive/").text


def test_signing_in_is_typing_the_password(captain: Client) -> None:
    captain.logout()
    captain.post("/login/", {"username": "liusha_captain", "password": PASSWORD})
    assert captain.get("/sensitive/").text.startswith("done")


def test_five_wrong_passwords_lock_here_as_at_the_door(captain: Client) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = captain.post("/sensitive/", {"confirm_password": "wrong"})
    assert answer.status_code == 429
    assert "账号已锁定" in answer.text
    assert captain.post("/sensitive/", {"confirm_password": PASSWORD}).status_code == 429


def test_the_right_password_forgets_the_wrong_ones(captain: Client) -> None:
    for _ in range(2):
        captain.post("/sensitive/", {"confirm_password": "wrong"})
        assert captain.post("/sensitive/", {"confirm_password": PASSWORD}).status_code == 200
        session = captain.session
        del session[reauth.TYPED_AT]
        session.save()
    assert "还可以试 4 次" in captain.post("/sensitive/", {"confirm_password": "wrong"}).text


def test_another_persons_password_is_a_wrong_one(captain: Client, world: World) -> None:
    mate = world.user("liusha_mate")
    mate.set_password("yunxing-qiao-77")
    mate.save()
    fields = {"confirm_password": "yunxing-qiao-77", "username": "liusha_mate"}
    assert captain.post("/sensitive/", fields).status_code == 422


def test_nobody_is_asked_for_a_password_before_a_page_that_is_not_his(captain: Client) -> None:
    assert captain.get("/not-his/").status_code == 404
    assert captain.post("/not-his/", {"confirm_password": PASSWORD}).status_code == 404


def test_htmx_shows_the_question_as_the_page(captain: Client) -> None:
    asked = captain.post("/sensitive/", {"reason": "x"}, headers={"HX-Request": "true"})
    assert asked.headers["HX-Retarget"] == asked.headers["HX-Reselect"] == "#main"
    led = captain.get("/sensitive/", headers={"HX-Request": "true"})
    assert led.headers["HX-Redirect"].startswith("/password/again/?next=")


def test_files_that_cannot_be_posted_again_are_not_lost_in_silence(captain: Client) -> None:
    from tests.access import pdf

    assert "选过的文件没有带过来" in captain.post("/sensitive/", {"file": pdf()}).text


def test_the_question_leads_nowhere_else(captain: Client) -> None:
    fields = {"confirm_password": PASSWORD, "next": "https://elsewhere.example/"}
    assert captain.post("/password/again/", fields).headers["Location"] == "/"


def test_the_order_of_the_decorators_is_not_left_to_luck() -> None:
    with pytest.raises(TypeError, match="beneath @access"):
        reauth.recent_password(sensitive)
