"""What makes a verb: one transaction, its refusals on record, the database's refusals in words."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from core import audit, notices
from core.context import working_from
from core.crypto import decrypt, encrypt, fingerprint
from core.errors import Conflict, Refused
from core.models import AuditEvent, Notice, Sequence
from core.verbs import verb
from teams.models import Appointment, Person
from tests.cast import World
from tests.drive import MONDAY

pytestmark = pytest.mark.django_db


@verb("test.number")
def take_number(*, acting_user, then: Exception | None = None, thing_id: int = 0) -> int:
    value = Sequence.next("test")
    audit.record(action="test.number", actor=acting_user, after={"value": value})
    if then is not None:
        raise then
    return value


def test_a_refusal_undoes_everything_and_is_recorded(world: World) -> None:
    user = world.user("liusha_member")
    with pytest.raises(Refused):
        take_number(acting_user=user, then=Refused("no", "不行"), thing_id=7)
    event = AuditEvent.objects.get(action="test.number")
    assert event.after["why"] == "不行"
    assert (event.outcome, event.actor, event.subject_id) == ("refused", user, "7")
    assert event.after["code"] == "no"
    assert take_number(acting_user=user) == 1


def test_an_unexpected_error_undoes_everything_and_is_not_hidden(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        take_number(acting_user=None, then=ZeroDivisionError("13800138000"))
    assert not Sequence.objects.exists()
    event = AuditEvent.objects.get(action="test.number")
    assert (event.outcome, event.after) == ("failed", {"code": "ZeroDivisionError"})


@verb("test.words")
def take_words(*, acting_user, note: str) -> str:
    audit.record(action="test.words", actor=acting_user, after={"note": note})
    return note


def test_a_verb_gets_no_text_that_a_text_column_refuses(world: World) -> None:
    assert take_words(acting_user=world.user("liusha_member"), note="家中\0有事\n") == "家中有事\n"
    assert AuditEvent.objects.get(action="test.words").after == {"note": "家中有事\n"}


@dataclass(frozen=True)
class Letter:
    title: str
    lines: tuple[str, ...] = ()


@verb("test.letter")
def take_letter(*, acting_user, letter: Letter, notes: dict[int, str]) -> tuple[Letter, dict[int, str]]:
    return letter, notes


def test_nor_do_the_texts_inside_what_it_gets(db: None) -> None:
    letter, notes = take_letter(
        acting_user=None, letter=Letter("标\0题", ("一\0", "二")), notes={1: "甲\0", 2: "乙"}
    )
    assert (letter, notes) == (Letter("标题", ("一", "二")), {1: "甲", 2: "乙"})
    clean = Letter("标题", ("一", "二"))
    assert take_letter(acting_user=None, letter=clean, notes={})[0] is clean


@verb("test.numbers")
def take_numbers(*, acting_user, end: Exception | None = None) -> None:
    """Three at once; the second is refused, and the others go on without it."""
    audit.record(action="test.numbers", actor=acting_user, after={"begun": True})
    take_number(acting_user=acting_user)
    with contextlib.suppress(Refused):
        take_number(acting_user=acting_user, then=Refused("no", "不行"))
    take_number(acting_user=acting_user)
    if end is not None:
        raise end


def test_the_events_of_verbs_within_a_verb_keep_their_order_and_a_refused_one_says_only_that() -> None:
    take_numbers(acting_user=None)
    rows = AuditEvent.objects.filter(action__startswith="test.").order_by("pk")
    assert [(row.outcome, row.after.get("value")) for row in rows] == [
        ("done", None), ("done", 1), ("refused", None), ("done", 2),
    ]  # fmt: skip


def test_what_fails_in_the_end_leaves_only_its_failure() -> None:
    with pytest.raises(Refused):
        take_numbers(acting_user=None, end=Refused("late", "还是不行"))
    assert not Sequence.objects.exists()
    event = AuditEvent.objects.get(action__startswith="test.")
    assert (event.action, event.outcome) == ("test.numbers", "refused")


def test_the_events_of_one_verb_go_in_together() -> None:
    with CaptureQueriesContext(connection) as asked:
        take_numbers(acting_user=None)
    assert sum('INSERT INTO "core_auditevent"' in query["sql"] for query in asked) == 1


@verb("test.post")
def post_past_the_checks(*, acting_user, **fields) -> Appointment:
    """What a racing verb would write that had looked before the other one wrote."""
    return Appointment.objects.create(**fields)


def test_a_constraint_with_a_sentence_is_a_conflict(world: World) -> None:
    with pytest.raises(Conflict) as clash:
        post_past_the_checks(
            acting_user=None,
            person=world.human("liusha_member"),
            post="member",
            body=world.bodies["lihu_team"],
            unit=world.bodies["pn_unit"],
            valid_from=MONDAY,
        )
    assert clash.value.sentence == "这个人在这段时间里已有一个专职驻点，先结束那一个"


def test_a_constraint_without_one_is_an_error_of_ours(world: World) -> None:
    with pytest.raises(IntegrityError):
        take_number(acting_user=None, then=IntegrityError("no such sentence"))


def test_numbers_are_separate_by_key() -> None:
    assert [Sequence.next("a"), Sequence.next("a"), Sequence.next("b"), Sequence.next("a")] == [1, 2, 1, 3]


def test_an_event_says_where_it_came_from() -> None:
    with working_from("web", address="192.0.2.7", request_id="r-1"):
        event = audit.record(action="test", actor=None)
    assert (event.source, event.address, event.request_id) == ("web", "192.0.2.7", "r-1")
    assert event.actor_name == "系统"
    assert audit.record(action="test", actor=None).source == "shell"


def test_a_message_with_one_key_reaches_each_once(world: World) -> None:
    users = [world.users["liusha_member"].pk, world.users["liusha_captain"].pk]
    for _ in range(3):
        notices.tell(users=[*users, users[0]], title="通知", key="k")
    assert Notice.objects.count() == 2
    assert notices.unread(world.users["liusha_member"]) == 1
    foreign = Notice.objects.get(recipient=users[1]).pk
    assert notices.mark_read(user=world.users["liusha_member"], notice_ids=[foreign]) == 0
    assert notices.mark_read(user=world.users["liusha_member"]) == 1
    assert notices.unread(world.users["liusha_captain"]) == 1


def test_identifiers_are_unreadable_in_the_table_and_found_again(world: World) -> None:
    person = world.human("liusha_member")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM teams_person WHERE id = %s", [person.pk])
        stored = cursor.fetchone()[0]
    assert "13800138000" not in stored
    assert Person.objects.get(pk=person.pk).phone == "13800138000"
    assert Person.objects.filter(phone_hash=fingerprint(" 13800138000 ")).exists()


def test_a_new_key_reads_what_the_old_one_wrote(settings) -> None:
    old = settings.FIELD_ENCRYPTION_KEYS
    token = encrypt("445281199001010011")
    new = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    settings.FIELD_ENCRYPTION_KEYS = [new, *old]
    assert decrypt(token) == "445281199001010011"
    settings.FIELD_ENCRYPTION_KEYS = [new]
    with pytest.raises(ValueError, match="没有一把密钥"):
        decrypt(token)
