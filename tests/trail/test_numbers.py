"""Identity and telephone numbers: masked everywhere, shown in full for a reason on record, and their change of keys."""

from __future__ import annotations

import logging
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from config.celery import app
from core import rotation
from core.crypto import fingerprint, fingerprints
from core.errors import Conflict
from core.models import AuditEvent
from core.templatetags.zhubang import mask_identity
from leave.models import LeaveRequest
from teams import people
from teams.amendments import amend
from teams.identifiers import kept_by
from teams.models import Person
from tests.canary import Canary
from tests.cast import IDENTITY, PHONE, World
from tests.drive import Drive
from tests.outgoing import add_robot
from tests.pages import beside, browser, confirmed, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NEW_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
REASON = "核对保险名单"


def address(world: World, who: str) -> str:
    return reverse("teams:numbers", args=[world.human(who).pk])


def keeper(world: World, who: str) -> Any:
    return confirmed(browser(world, who))


@pytest.mark.parametrize("who", ["pn_agri_chief", "pn_org_chief", "pn_system"])
def test_who_keeps_his_papers_sees_them_once_for_a_reason(world: World, who: str) -> None:
    client = keeper(world, who)
    page = client.get(address(world, "liusha_member"))
    assert "138****8000" in text(page)
    assert mask_identity(IDENTITY) in text(page)
    page = client.post(address(world, "liusha_member"), {"reason": REASON})
    assert PHONE in text(page)
    assert IDENTITY in text(page)
    assert page["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="person.unmask")
    assert event.after == {"reason": REASON, "shown": ["电话", "身份证号"]}
    assert (event.actor, event.subject_id) == (world.users[who], str(world.human("liusha_member").pk))
    assert PHONE not in text(client.get(address(world, "liusha_member")))


@pytest.mark.parametrize(
    "who",
    [
        "liusha_secretary",
        "liusha_captain",
        "liusha_mate",
        "liusha_member",
        "pn_finance_chief",
        "pn_unit_chief",
        "xf_rural_chief",
        "sc_org_chief",
        "pn_security",
        "pn_auditor",
    ],
)
def test_nobody_else_does(world: World, who: str) -> None:
    client = keeper(world, who)
    assert client.get(address(world, "liusha_member")).status_code == 404
    assert client.post(address(world, "liusha_member"), {"reason": REASON}).status_code == 404
    assert not AuditEvent.objects.filter(action="person.unmask", outcome="done").exists()


def test_the_neighbouring_county_is_out_of_reach(world: World) -> None:
    assert keeper(world, "pn_agri_chief").get(address(world, "xf_member")).status_code == 404
    assert not kept_by(world.user("pn_system")).filter(pk=world.human("xf_member").pk).exists()


@pytest.mark.parametrize("reason", ["", "   ", "查", "\0\0\0\0", "长" * 3000])
def test_without_a_reason_nothing_is_shown(world: World, reason: str) -> None:
    page = keeper(world, "pn_agri_chief").post(address(world, "liusha_member"), {"reason": reason})
    assert page.status_code == 422
    assert "理由" in beside(page, "reason")
    assert PHONE not in text(page)


def test_the_password_is_asked_for_and_the_reason_not_lost(world: World) -> None:
    page = browser(world, "pn_agri_chief").post(address(world, "liusha_member"), {"reason": REASON})
    assert PHONE not in text(page)
    assert REASON in page.content.decode()
    assert "您的登录密码" in text(page)


def test_the_page_of_a_person_leads_there_for_those_alone(world: World) -> None:
    person = world.human("liusha_member")
    page = browser(world, "pn_agri_chief").get(person.get_absolute_url())
    assert address(world, "liusha_member") in page.content.decode()
    page = browser(world, "liusha_captain").get(person.get_absolute_url())
    assert address(world, "liusha_member") not in page.content.decode()
    assert "138****8000" in text(page)


def test_the_telephone_of_a_leave_is_for_those_who_decide_or_answer_for_him(drive: Drive) -> None:
    request = drive.ask("liusha_member", 4)
    there = reverse("leave:contact", args=[request.pk])
    for who in ("liusha_secretary", "liusha_captain"):
        client = browser(drive.world, who)
        card = client.get(request.get_absolute_url())
        assert there in card.content.decode()
        assert "138****8000" in text(card)
        assert client.post(there, {"reason": ""}).status_code == 422
        assert PHONE in text(client.post(there, {"reason": "通知返岗开会"}))
    assert AuditEvent.objects.filter(action="leave.contact", outcome="done").count() == 2
    for who in ("liusha_mate", "lihu_captain", "xf_captain", "pn_unit2_chief"):
        assert browser(drive.world, who).post(there, {"reason": "通知返岗开会"}).status_code == 404


def test_his_own_telephone_a_person_reads_whole_and_without_a_reason(drive: Drive) -> None:
    request = drive.ask("liusha_member", 4)
    card = browser(drive.world, "liusha_member").get(request.get_absolute_url())
    assert PHONE in text(card)
    assert reverse("leave:contact", args=[request.pk]) not in card.content.decode()
    assert PHONE in text(browser(drive.world, "liusha_member").get(reverse("teams:account")))
    # To the captain it is masked as before, and nothing was put on record for looking at one's own.
    assert PHONE not in text(browser(drive.world, "liusha_captain").get(request.get_absolute_url()))
    assert not AuditEvent.objects.filter(action="leave.contact").exists()


def test_the_canary_sings(numbers_watched: Canary, world: World) -> None:
    """A number in an answer, a log line or a job is found, also in a traceback."""
    client = browser(world, "liusha_member")
    response = client.get("/help/")
    request = response.wsgi_request
    response.content = f"<p>{PHONE}</p>".encode()
    numbers_watched.answer(request, response)
    numbers_watched.job("mail", [IDENTITY])
    assert len(numbers_watched.found) == 2
    numbers_watched.found.clear()
    # What a careless line says is blotted out on its way.
    logging.getLogger("careless").error("called %s", PHONE)
    try:
        raise ValueError(IDENTITY)
    except ValueError:
        logging.getLogger("careless").exception("failed")
    assert numbers_watched.found == []
    app.send_task("config.heartbeat")
    assert numbers_watched.answers > 0


# --- Keys -----------------------------------------------------------------------------------------------------


def raw(column: str, person: Person) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM teams_person WHERE id = %s", [person.pk])
        return cursor.fetchone()[0]


def test_hashes_do_not_hang_on_the_secret_key(settings: Any) -> None:
    before = fingerprint(PHONE)
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-for-anybody"
    assert fingerprint(PHONE) == before
    settings.IDENTIFIER_HASH_KEYS = ["another hash key, thirty-two signs and more"]
    assert fingerprint(PHONE) != before


def test_while_keys_change_people_are_found_and_nobody_is_added_twice(world: World, settings: Any) -> None:
    settings.IDENTIFIER_HASH_KEYS = [
        "a new hash key of thirty-two signs at least",
        *settings.IDENTIFIER_HASH_KEYS,
    ]
    found = Person.objects.get(identity_hash__in=fingerprints(IDENTITY))
    assert found == world.human("liusha_member")
    with pytest.raises(Conflict, match="已登记在另一个人名下"):
        people.add_person(name="洪队员二", identity=IDENTITY, acting_user=None)


def test_rotation_rewrites_everything_under_the_first_keys(
    drive: Drive, settings: Any, monkeypatch: Any
) -> None:
    drive.ask("liusha_member", 1)
    person = drive.world.human("liusha_member")
    before = raw("identity", person), raw("identity_hash", person)
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY, *settings.FIELD_ENCRYPTION_KEYS]
    settings.IDENTIFIER_HASH_KEYS = [
        "a new hash key of thirty-two signs at least",
        *settings.IDENTIFIER_HASH_KEYS,
    ]
    monkeypatch.setattr(rotation, "BATCH", 4)
    told = StringIO()
    call_command("rotate_keys", stdout=told)
    everybody = Person.objects.count()
    assert f"人员（电话、身份证号）：{everybody} 行" in told.getvalue()
    assert "请假（请假期间电话）：1 行，重新加密 1 处" in told.getvalue()
    assert raw("identity", person) != before[0]
    assert raw("identity_hash", person) not in (before[1], "")
    assert AuditEvent.objects.filter(action="keys.rotate", source="command").count() > everybody // 4
    # The old keys may go now.
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY]
    settings.IDENTIFIER_HASH_KEYS = settings.IDENTIFIER_HASH_KEYS[:1]
    assert Person.objects.get(identity_hash=fingerprint(IDENTITY)).identity == IDENTITY
    assert LeaveRequest.objects.get().contact == PHONE
    told = StringIO()
    call_command("rotate_keys", stdout=told)
    assert "重新加密 0 处，重算索引 0 处，解不开 0 行" in told.getvalue()


def test_a_rotation_that_was_broken_off_goes_on(world: World, settings: Any, monkeypatch: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY, *settings.FIELD_ENCRYPTION_KEYS]
    monkeypatch.setattr(rotation, "BATCH", 5)
    first = rotation.rotate_batch(model=Person, after=None, acting_user=None)
    assert (first.read, first.encrypted >= 5) == (5, True)
    again = rotation.rotate_batch(model=Person, after=None, acting_user=None)
    assert (again.encrypted, again.last) == (0, first.last)
    assert rotation.rotate_batch(model=Person, after=first.last, acting_user=None).encrypted >= 5


def test_rows_no_key_opens_are_counted_and_the_rest_is_done(world: World, settings: Any) -> None:
    lost = world.human("xf_member")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE teams_person SET phone = 'gAAAAA-broken' WHERE id = %s", [lost.pk])
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY, *settings.FIELD_ENCRYPTION_KEYS]
    told = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("rotate_keys", stdout=told)
    assert end.value.code == 1
    assert "解不开 1 行" in told.getvalue()
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY]
    assert Person.objects.get(pk=world.human("liusha_member").pk).phone == PHONE


def test_masks() -> None:
    assert mask_identity("440281199001011234") == "4402**********1234"
    assert mask_identity("440281900101123") == "4402*******1123"
    assert mask_identity("") == mask_identity(None) == "—"
    assert mask_identity("12") == "*12"


def test_an_amended_number_is_not_another_persons_either(world: World, settings: Any) -> None:
    settings.IDENTIFIER_HASH_KEYS = [
        "a new hash key of thirty-two signs at least",
        *settings.IDENTIFIER_HASH_KEYS,
    ]
    with pytest.raises(Conflict, match="已登记在另一个人名下"):
        amend(row=world.human("liusha_mate"), changes={"identity": IDENTITY}, acting_user=None)
    amend(row=world.human("liusha_member"), changes={"identity": IDENTITY}, acting_user=None)
    assert world.human("liusha_member").pk == Person.objects.get(identity_hash=fingerprint(IDENTITY)).pk


def test_a_robots_webhook_is_known_again_after_a_change_of_keys(world: World, settings: Any) -> None:
    robot = add_robot(world, "pn_system", "liusha_party")
    settings.IDENTIFIER_HASH_KEYS = ["a new hash key of thirty-two signs at least"]
    call_command("rotate_keys", stdout=StringIO())
    robot.refresh_from_db()
    assert robot.token_hash == fingerprint(f"{robot.provider}:{robot.token}")
