"""The outbox: written with its cause, claimed by one, tried so often and no oftener, silent at night."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock as core_clock
from core.models import OutboxMessage
from core.outbox import kinds, night, queue
from core.outbox.kinds import Kind, Letter, Line, NotNow, Parcel, ToAddress
from core.outbox.words import Undelivered
from tests.cast import World
from tests.drive import MONDAY, Clock

pytestmark = pytest.mark.usefixtures("clock", "world")

S = OutboxMessage.State
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of the tests' own: one that waits for the morning, one that does not."""
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    letter = Parcel(ToAddress("a@example.cn"), Letter("标题\n第二行", (Line("一件", "/leave/1/"),)))
    kinds.register(Kind(code="calm", name="平常", render=lambda row: letter))
    kinds.register(Kind(code="awake", name="随时", render=lambda row: letter, quiet_at_night=False))


def put(world: World, *keys: str, kind: str = "calm", **changes: Any) -> list[OutboxMessage]:
    for key in keys:
        queue.put(kind=kind, channel="email", keys={world.users["liusha_member"].pk: key}, **changes)
    return list(OutboxMessage.objects.filter(key__in=keys))


def only() -> OutboxMessage:
    return OutboxMessage.objects.get()


def at(hour: int, minute: int = 0, day: Any = MONDAY) -> datetime:
    return core_clock.at(day, hour, minute)


class Broken:
    """A mail server that fails so often and then works."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> None:
        self.errors, self.tries = list(errors), 0
        genuine = queue.Post.send

        def send(post: queue.Post, **letter: Any) -> str:
            self.tries += 1
            if self.errors:
                raise self.errors.pop(0)
            return genuine(post, **letter)

        monkeypatch.setattr(queue.Post, "send", send)


def test_a_message_is_sent_once_and_says_so(world: World) -> None:
    put(world, "one")
    assert queue.drain() == {"sent": 1}
    assert queue.drain() == {}
    (letter,) = sent.outbox
    assert (letter.to, letter.subject) == (["a@example.cn"], "标题 第二行")
    assert "http://localhost:8000/leave/1/" in letter.body
    assert only().message_id == letter.extra_headers["Message-ID"]


def test_what_is_rolled_back_leaves_nothing_to_send(world: World) -> None:
    with transaction.atomic():
        put(world, "one")
        transaction.set_rollback(True)
    assert queue.drain() == {}
    assert sent.outbox == []


def test_the_same_key_ten_times_is_one_message(world: World) -> None:
    put(world, *["same"] * 10)
    queue.drain()
    assert len(sent.outbox) == 1


def test_while_one_worker_holds_it_no_other_sends_it(world: World, clock: Clock) -> None:
    put(world, "one")
    assert queue.claim() is not None
    assert queue.claim() is None
    clock.moment = at(9) + queue.LEASE - timedelta(seconds=1)
    assert queue.claim() is None


def test_a_worker_that_died_before_sending_loses_nothing(world: World, clock: Clock) -> None:
    put(world, "one")
    queue.claim()
    clock.moment = at(9) + queue.LEASE
    assert queue.drain() == {"sent": 1}
    assert (len(sent.outbox), only().attempts) == (1, 2)


def test_a_worker_that_died_after_sending_sends_once_more_under_the_same_number(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crash the outbox cannot see: the letter is out, the row does not say so yet."""
    put(world, "one")
    with monkeypatch.context() as crash:
        crash.setattr(queue, "_write", lambda *args, **kwargs: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            queue.drain()
    clock.moment = at(9) + queue.LEASE
    assert queue.drain() == {"sent": 1}
    assert queue.drain() == {}
    numbers = [letter.extra_headers["Message-ID"] for letter in sent.outbox]
    assert len(numbers) == 2
    assert len(set(numbers)) == 1


def test_a_worker_that_comes_to_after_its_claim_ran_out_overwrites_nothing(
    world: World, clock: Clock
) -> None:
    put(world, "one")
    slow = queue.claim()
    clock.moment = at(9) + queue.LEASE
    queue.drain()
    queue._write(slow, state=S.FAILED, last_error="晚了")
    assert only().state == S.SENT


def test_a_message_that_kills_every_worker_ends_as_failed(world: World, clock: Clock) -> None:
    put(world, "one")
    for number in range(queue.MOST_TRIES):
        clock.moment = at(9) + number * queue.LEASE
        assert queue.claim() is not None
    clock.moment += queue.LEASE
    assert queue.claim() is None
    assert (only().state, only().attempts) == (S.FAILED, queue.MOST_TRIES)
    assert "中断" in only().last_error


def test_a_server_that_stays_down_is_tried_with_growing_pauses_and_then_shown(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world, "one", kind="awake")
    broken = Broken(monkeypatch, *[Undelivered("邮件服务器连不上", way=True)] * 99)
    tried = []
    for minute in range(24 * 60):
        clock.moment = at(9) + timedelta(minutes=minute)
        before = broken.tries
        queue.drain()
        if broken.tries > before:
            tried.append(minute)
    assert tried == [0, 1, 6, 21, 81, 321]
    assert (only().state, only().last_error) == (S.FAILED, "邮件服务器连不上")


def test_a_server_that_comes_back_gets_it_once(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world, "one")
    Broken(monkeypatch, Undelivered("邮件服务器连不上", way=True))
    assert queue.drain() == {"pending": 1}
    clock.moment = at(9, 1)
    assert queue.drain() == {"sent": 1}
    assert len(sent.outbox) == 1
    assert only().last_error == ""


def test_when_the_server_is_down_the_others_need_not_find_out_one_by_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world, "one", "two", "three")
    broken = Broken(monkeypatch, *[Undelivered("邮件服务器连不上", way=True)] * 3)
    queue.drain()
    assert broken.tries == 1
    assert sorted(OutboxMessage.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_an_address_nobody_takes_letters_for_is_not_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world, "one", "two")
    Broken(monkeypatch, Undelivered("对方邮件服务器不收这个地址（550）", final=True))
    assert queue.drain() == {"failed": 1, "sent": 1}


def test_a_letter_that_cannot_be_made_is_a_failure_in_words_and_holds_up_nobody(world: World) -> None:
    def breaks(row: OutboxMessage) -> NotNow:
        raise KeyError("身份证 110101199001011234")

    kinds.register(Kind(code="broken", name="坏的", render=breaks))
    put(world, "bad", kind="broken")
    put(world, "good")
    assert queue.drain() == {"pending": 1, "sent": 1}
    assert OutboxMessage.objects.get(key="bad").last_error == "程序出错（KeyError），告诉开发人员"


def test_nothing_to_say_is_no_letter(world: World) -> None:
    kinds.register(Kind(code="empty", name="空", render=lambda row: NotNow("没有新的")))
    put(world, "one", kind="empty")
    assert queue.drain() == {"dropped": 1}
    assert sent.outbox == []
    assert only().last_error == "没有新的"


@pytest.mark.parametrize(
    ("written", "goes"), [((20, 59), (20, 59)), ((21, 0), (31, 0)), ((23, 59), (31, 0)), ((6, 59), (7, 0))]
)
def test_what_falls_due_at_night_goes_in_the_morning(
    world: World, clock: Clock, written: tuple[int, int], goes: tuple[int, int]
) -> None:
    clock.moment = at(*written)
    put(world, "one")
    assert only().due_at == at(0) + timedelta(hours=goes[0], minutes=goes[1])


def test_a_retry_that_falls_into_the_night_waits_too(
    world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.moment = at(20, 59)
    put(world, "calm")
    put(world, "code", kind="awake")
    Broken(monkeypatch, *[Undelivered("没有收下")] * 2)
    queue.drain()
    clock.moment = at(21, 5)
    assert queue.drain() == {"sent": 1}
    assert OutboxMessage.objects.get(key="code").state == S.SENT
    clock.moment = at(7, 0, MONDAY + DAY)
    assert queue.drain() == {"sent": 1}


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)))
def test_the_morning_that_follows_is_never_night_and_never_further_than_ten_hours(moment: datetime) -> None:
    moment = core_clock.at(moment.date(), moment.hour, moment.minute)
    goes = night.awake(moment)
    assert not night.is_night(goes)
    assert timedelta(0) <= goes - moment <= timedelta(hours=10)
    assert goes == moment or night.is_night(moment)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["sent", "refused", "down", "dies", "silent"]), min_size=1, max_size=14))
def test_whatever_happens_a_message_ends_and_is_never_sent_after_its_end(
    world: World, clock: Clock, fates: list[str]
) -> None:
    """Each try meets one fate; afterwards everything works. One letter at most for each death and one more."""
    with transaction.atomic():
        sent.outbox.clear()
        clock.moment = at(9)
        (row,) = put(world, "one", kind="awake")
        tries = 0
        for fate in [*fates, *["sent"] * 3]:
            clock.moment += timedelta(hours=5)
            claimed = queue.claim()
            if claimed is None:
                break
            tries += 1
            if fate == "sent":
                sent.outbox.append(claimed.key)
                queue._write(claimed, state=S.SENT)
            elif fate == "dies":
                sent.outbox.append(claimed.key)
            elif fate != "silent":
                queue._failed(claimed, "没有收下", final=fate == "refused")
        row.refresh_from_db()
        assert row.state in (S.SENT, S.FAILED)
        assert row.settled_at is not None
        assert tries <= queue.MOST_TRIES
        assert len(sent.outbox) <= fates.count("dies") + 1
        transaction.set_rollback(True)


def test_what_was_settled_long_ago_is_cleared_away_and_failures_stay(world: World, clock: Clock) -> None:
    put(world, "one", "two")
    queue.drain()
    OutboxMessage.objects.filter(key="two").update(state=S.FAILED)
    clock.moment = at(9) + timedelta(days=181)
    assert queue.prune(timedelta(days=180)) == 1
    assert only().key == "two"
