"""``Idempotency-Key``: what is posted twice under one key happens once and is answered alike."""

from __future__ import annotations

from datetime import timedelta

from core.api import idempotency
from core.models import IdempotencyKey
from core.tasks import forget_outcomes
from leave import services
from leave.models import LeaveRequest
from tests.api.test_leave import WISH


def test_the_same_request_is_done_once_and_answered_alike(program) -> None:
    member = program("liusha_member")
    first, again = (member.post("leave/", WISH, key="abc") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Content-Type"] == first["Content-Type"]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert LeaveRequest.objects.count() == 1


def test_a_refusal_is_kept_as_well(program) -> None:
    member = program("liusha_member")
    draft = member.post("leave/", {**WISH, "reason": ""}).json()
    path, body = f"leave/{draft['id']}/submit/", {"revision": 1}
    first = member.post(path, body, key="abc")
    member.send("PUT", f"leave/{draft['id']}/", {**WISH, "revision": 1})
    again = member.post(path, body, key="abc")
    assert (first.status_code, again.status_code) == (422, 422)
    assert first.content == again.content
    assert again["Content-Type"] == "application/problem+json"


def test_the_key_of_another_body_or_address_is_refused(program) -> None:
    member = program("liusha_member")
    member.post("leave/", WISH, key="abc")
    for other in (
        member.post("leave/", {**WISH, "reason": "看病"}, key="abc"),
        member.post("leave/preview/", WISH, key="abc"),
    ):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert LeaveRequest.objects.count() == 1


def test_the_key_belongs_to_its_user(program) -> None:
    assert program("liusha_member").post("leave/", WISH, key="abc").status_code == 201
    assert program("liusha_mate").post("leave/", WISH, key="abc").status_code == 201
    assert LeaveRequest.objects.count() == 2


def test_a_key_of_another_make_is_refused(program) -> None:
    for key in ("a" * 65, "with space", "半"):
        answer = program("liusha_member").post("leave/", WISH, key=key)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_idempotency_key")


def test_a_crash_in_between_leaves_the_key_free(program, monkeypatch) -> None:
    member, save = program("liusha_member"), services.save_draft

    def fall_after(**kwargs):
        save(**kwargs)
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(services, "save_draft", fall_after)
    assert member.post("leave/", WISH, key="abc").status_code == 500
    assert not LeaveRequest.objects.exists()
    monkeypatch.undo()
    assert not IdempotencyKey.objects.exists()


def test_after_the_crash_the_same_request_goes_through(program, monkeypatch) -> None:
    member = program("liusha_member")
    with monkeypatch.context() as broken:
        broken.setattr(services, "save_draft", lambda **kwargs: 1 / 0)
        assert member.post("leave/", WISH, key="abc").status_code == 500
    assert member.post("leave/", WISH, key="abc").status_code == 201


def test_after_a_day_the_key_is_free_again(program, clock) -> None:
    member = program("liusha_member")
    member.post("leave/", WISH, key="abc")
    clock.moment += idempotency.KEPT - timedelta(seconds=1)
    assert member.post("leave/", WISH, key="abc")["Idempotency-Replayed"] == "true"
    clock.moment += timedelta(seconds=2)
    assert forget_outcomes() == 1
    fresh = member.post("leave/", {**WISH, "reason": "看病"}, key="abc")
    assert fresh.status_code == 201


def test_what_is_kept_can_be_read_by_nobody_who_reads_the_table(program) -> None:
    from django.db import connection

    program("liusha_member").post("leave/", WISH, key="abc")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM core_idempotencykey")
        assert WISH["reason"] not in cursor.fetchone()[0]


def test_a_token_that_has_died_gets_no_kept_answer(program) -> None:
    from teams.tokens import revoke_token

    member = program("liusha_member")
    member.post("leave/", WISH, key="abc")
    revoke_token(token_id=member.token.pk, acting_user=member.token.user)
    assert member.post("leave/", WISH, key="abc").status_code == 401
