"""Every refusal of the API has one shape, in Chinese, and tells outsiders nothing."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client

from leave import services
from tests.pages import browser

WISH = {"type": "personal", "start": "2026-11-30", "end": "2026-12-01"}


def problem(answer: HttpResponse) -> dict:
    """The body, after its shape has been looked at."""
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert set(said) <= {"type", "title", "status", "code", "errors"}
    assert said["status"] == answer.status_code
    assert said["type"] == f"urn:zhubang:problem:{said['code']}"
    assert any("一" <= sign <= "鿿" for sign in said["title"])
    assert "请" not in said["title"].replace("请求", "").replace("请假", "").replace("申请", "")
    return said


def test_a_stranger_is_told_how_to_sign_in(client: Client, db) -> None:
    answer = client.get("/api/leave/")
    assert (answer.status_code, problem(answer)["code"]) == (401, "not_authenticated")


def test_a_broken_body_a_wrong_type_and_a_wrong_method(program) -> None:
    member = program("liusha_member")
    auth = {"Authorization": f"Bearer {member.plain}"}
    broken = Client().post("/api/leave/", "{", content_type="application/json", headers=auth)
    assert (broken.status_code, problem(broken)["code"]) == (400, "malformed")
    form = Client().post("/api/leave/", WISH, headers=auth)
    assert (form.status_code, problem(form)["code"]) == (415, "unsupported_media_type")
    wrong = member.send("PATCH", "leave/")
    assert (wrong.status_code, problem(wrong)["code"]) == (405, "method_not_allowed")
    assert "POST" in wrong["Allow"]
    asked = member.get("leave/", Accept="text/csv")
    assert (asked.status_code, problem(asked)["code"]) == (406, "not_acceptable")


def test_each_mistake_stands_at_its_field(program) -> None:
    answer = program("liusha_member").post("leave/", {"type": "personal", "start": "2026-02-30"})
    errors = problem(answer)["errors"]
    assert answer.status_code == 422
    assert {name: found[0]["message"] for name, found in errors.items()} == {
        "start": "格式不对",
        "end": "缺少这一项",
    }


def test_what_a_verb_refuses_has_the_verbs_own_codes_and_sentences(program) -> None:
    member = program("liusha_member")
    draft = member.post("leave/", WISH).json()
    answer = member.post(f"leave/{draft['id']}/submit/", {"revision": draft["revision"]})
    errors = problem(answer)["errors"]
    assert answer.status_code == 422
    assert errors["destination"] == [{"code": "destination", "message": "填写去向，写到县（市、区）"}]
    assert set(errors) == {"destination", "reason", "contact"}
    stale = member.post(f"leave/{draft['id']}/submit/", {"revision": 99})
    assert (stale.status_code, problem(stale)["code"]) == (409, "stale")


def test_missing_and_foreign_are_the_same_to_the_letter(program, drive) -> None:
    foreign = drive.ask("xf_member", 1)
    member = program("liusha_member")
    answers = [member.get(f"leave/{pk}/") for pk in (foreign.pk, 987654321, 10**17)]
    answers += [member.post(f"leave/{pk}/withdraw/") for pk in (foreign.pk, 987654321)]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert problem(answers[0])["code"] == "not_found"


@pytest.mark.parametrize("path", ["nowhere/", "leave/99999999999999999999999999/", "leave/0x1/"])
def test_an_unknown_address_below_api_has_the_shape_too(program, path: str) -> None:
    answer = program("liusha_member").get(path)
    assert (answer.status_code, problem(answer)["code"]) == (404, "not_found")


def test_a_crash_has_the_shape_too_and_shows_nothing_of_itself(program, monkeypatch) -> None:
    def fall(**kwargs) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(services, "save_draft", fall)
    answer = program("liusha_member").post("leave/", WISH)
    assert (answer.status_code, problem(answer)["code"]) == (500, "server_error")
    assert b"secret" not in answer.content


def test_too_many_requests_are_told_when_to_come_back(program, monkeypatch) -> None:
    from rest_framework.throttling import UserRateThrottle

    monkeypatch.setattr(UserRateThrottle, "get_rate", lambda self: "2/min")
    mine, other = program("liusha_member"), program("liusha_captain")
    answers = [mine.get("me/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem(answers[2])["code"] == "throttled"
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert other.get("me/").status_code == 200


def test_a_session_writes_only_with_the_token_of_its_page(world, clock) -> None:
    client = browser(world, "liusha_member")
    client.handler.enforce_csrf_checks = True
    answer = client.post("/api/leave/", WISH, content_type="application/json")
    assert (answer.status_code, problem(answer)["code"]) == (403, "csrf")
    client.get("/leave/new/")
    token = client.cookies["zhubang_csrf"].value
    answer = client.post("/api/leave/", WISH, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999999999999999", "team=x", "since=2026-13-01"]
)
def test_a_wrong_question_is_a_mistake_in_its_field(program, query: str) -> None:
    answer = program("liusha_captain").get(f"leave/?{query}")
    assert answer.status_code == 422
    assert set(problem(answer)["errors"]) == {query.partition("=")[0]}
