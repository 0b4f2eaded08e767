"""The chain over the trail: sealing, several sealers, late commits; and verification against every way to tamper."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core import audit, doctor, seal, tasks, trail_care, triggers, verify
from core.errors import Conflict, Refused
from core.models import AuditAnchor, AuditCheck, AuditEvent, AuditSeal

pytestmark = pytest.mark.django_db


def note(count: int = 1) -> list[int]:
    return [
        audit.record(action="test", actor=None, before={"甲": 1.5}, after={"n": n, "text": "长"}).pk
        for n in range(count)
    ]


def tampered(*statements: str) -> None:
    """Change rows by raw SQL past the triggers, as whoever owns the database could."""
    with triggers.lifted(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def breaks() -> tuple[str, ...]:
    return verify.verify().breaks


def test_the_digest_covers_every_column() -> None:
    columns = {field.attname for field in AuditEvent._meta.concrete_fields}
    assert set(seal.COLUMNS) == columns
    note()
    event = AuditEvent.objects.values(*seal.COLUMNS).get()
    first = seal.digest(event)
    for name in seal.COLUMNS:
        other = event["at"] + timedelta(microseconds=1) if name == "at" else f"{event[name]}x"
        assert seal.digest({**event, name: other}) != first, name


def test_what_is_committed_is_sealed_once_and_the_chain_is_whole() -> None:
    note(3)
    assert verify.verify().unsealed == 3
    assert seal.seal() == 3
    assert seal.seal() == 0
    note(2)
    assert seal.seal() == 2
    report = verify.verify()
    assert (report.links, report.breaks, report.unsealed) == (5, (), 0)
    assert seal.head() == (report.last, report.hash)


def test_batches_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "BATCH", 2)
    monkeypatch.setattr(verify, "BATCH", 3)
    note(7)
    assert seal.seal() == 7
    assert verify.verify().links == 7
    assert breaks() == ()


def test_sealing_costs_the_same_for_many_events(django_assert_max_num_queries: Any) -> None:
    note(300)
    with django_assert_max_num_queries(12):
        seal.seal()


def test_an_event_that_commits_late_is_sealed_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id below the head's: a transaction that began earlier and took longer."""
    first, late, last = note(3)
    row = AuditEvent.objects.filter(pk=late).values().get()
    tampered(f"DELETE FROM core_auditevent WHERE id = {late}")
    seal.seal()
    AuditEvent.objects.create(**row)
    assert seal.seal() == 1
    sealed = list(AuditSeal.objects.order_by("position").values_list("event_id", flat=True))
    assert sealed == [first, last, late]
    assert breaks() == ()


def test_an_event_far_behind_the_head_is_found_by_the_long_look(monkeypatch: pytest.MonkeyPatch) -> None:
    late = note(1)[0]
    row = AuditEvent.objects.filter(pk=late).values().get()
    tampered(f"DELETE FROM core_auditevent WHERE id = {late}")
    note(6)
    seal.seal()
    AuditEvent.objects.create(**row)
    monkeypatch.setattr(seal, "LOOK_BACK", 3)
    assert seal.seal() == 0
    assert verify.verify().unsealed == 1
    assert tasks.seal_everything() == 1
    assert verify.verify().unsealed == 0
    assert breaks() == ()


def test_a_changed_sign_names_its_event() -> None:
    ids = note(5)
    seal.seal()
    tampered(f"UPDATE core_auditevent SET actor_name = '系綂' WHERE id = {ids[2]}")
    assert breaks() == (f"记录 {ids[2]} 被改过（位置 3）",)


@pytest.mark.parametrize(
    "change",
    [
        "outcome = 'refused'",
        "at = '2026-01-01 00:00:00+00:00'",
        "place = '0001'",
        "after = '{}'",
        "actor_id = NULL, source = 'web'",
        "address = '192.0.2.1'",
    ],
)
def test_no_column_can_be_changed_unseen(change: str) -> None:
    ids = note(2)
    seal.seal()
    tampered(f"UPDATE core_auditevent SET {change} WHERE id = {ids[0]}")
    assert breaks() == (f"记录 {ids[0]} 被改过（位置 1）",)


def test_a_deleted_event_is_named() -> None:
    ids = note(5)
    seal.seal()
    tampered(f"DELETE FROM core_auditevent WHERE id = {ids[1]}")
    assert breaks() == (f"记录 {ids[1]} 被删去（位置 2）",)


def test_an_event_deleted_with_its_link_is_named() -> None:
    ids = note(5)
    seal.seal()
    tampered(
        f"DELETE FROM core_auditevent WHERE id = {ids[1]}",
        f"DELETE FROM core_auditseal WHERE event_id = {ids[1]}",
    )
    assert breaks() == ("位置 2 的封存被删去",)


def test_a_deleted_stretch_is_named() -> None:
    note(6)
    seal.seal()
    tampered("DELETE FROM core_auditseal WHERE position IN (2, 3, 4)")
    assert breaks() == ("位置 2 至 4 的封存被删去",)


def test_the_first_link_is_missed() -> None:
    note(3)
    seal.seal()
    tampered("DELETE FROM core_auditseal WHERE position = 1")
    assert breaks() == ("位置 1 的封存被删去",)


def test_rows_in_another_order_are_named() -> None:
    note(5)
    seal.seal()
    tampered(
        "UPDATE core_auditseal SET position = 99 WHERE position = 2",
        "UPDATE core_auditseal SET position = 2 WHERE position = 4",
        "UPDATE core_auditseal SET position = 4 WHERE position = 99",
    )
    found = "\n".join(breaks())
    assert "位置 2 接不上前一环" in found
    assert "位置 4 接不上前一环" in found


def test_two_events_that_change_places_are_named() -> None:
    ids = note(4)
    seal.seal()
    tampered(
        f"UPDATE core_auditseal SET event_id = -1 WHERE event_id = {ids[0]}",
        f"UPDATE core_auditseal SET event_id = {ids[0]} WHERE event_id = {ids[2]}",
        f"UPDATE core_auditseal SET event_id = {ids[2]} WHERE event_id = -1",
    )
    found = "\n".join(breaks())
    assert f"记录 {ids[0]} 被改过（位置 3）" in found
    assert f"记录 {ids[2]} 被改过（位置 1）" in found


def test_an_event_rewritten_with_its_link_breaks_the_next_one() -> None:
    ids = note(4)
    seal.seal()
    tampered(f"UPDATE core_auditevent SET action = 'other' WHERE id = {ids[1]}")
    event = AuditEvent.objects.values(*seal.COLUMNS).get(pk=ids[1])
    row = AuditSeal.objects.get(position=2)
    forged = seal.digest(event)
    tampered(
        f"UPDATE core_auditseal SET digest = '{forged}', "
        f"hash = '{seal.link(2, ids[1], forged, row.previous)}' WHERE position = 2"
    )
    assert breaks() == ("位置 3 接不上前一环：顺序被调换，或前一环被改过",)


def test_a_cut_off_end_is_seen_against_a_head_written_down() -> None:
    ids = note(5)
    seal.seal()
    kept = seal.head()
    tampered(
        f"DELETE FROM core_auditseal WHERE event_id >= {ids[3]}",
        f"DELETE FROM core_auditevent WHERE id >= {ids[3]}",
    )
    assert breaks() == ()
    assert verify.verify(heads=[kept]).breaks == ("链尾被截去：记下过位置 5，现在只到 3",)
    note(4)
    seal.seal()
    assert breaks() == ()
    short = verify.parse_head(f" 5：{kept[1][:16].upper()} ")
    assert verify.verify(heads=[short]).breaks == ("位置 5 的校验码和记下的不同：从这里或更早起被重写",)
    assert verify.verify(heads=[seal.head()]).breaks == ()


def test_a_cut_off_end_is_seen_against_earlier_checks() -> None:
    note(5)
    seal.seal()
    check = trail_care.start_check(acting_user=None)
    trail_care.go_on(check.pk)
    seal.seal()
    tampered(
        "DELETE FROM core_auditevent WHERE id IN (SELECT event_id FROM core_auditseal WHERE position > 4)",
        "DELETE FROM core_auditseal WHERE position > 4",
    )
    assert breaks() == ("链尾被截去：记下过位置 5，现在只到 4",)


@pytest.mark.parametrize(
    "text", ["", "5", "5:abc", "x:9f86d081884c7d65", "5:" + "g" * 16, "\0", "9" * 30 + ":" + "a" * 16]
)
def test_a_head_that_cannot_be_one_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused, match="位置:校验码"):
        verify.parse_head(text)


def test_the_command_says_it_in_words_and_json_and_ends_with_1_on_a_break() -> None:
    ids = note(3)
    seal.seal()
    note(1)
    told = StringIO()
    call_command("verify_audit", stdout=told)
    position, hash_ = seal.head()
    assert "✓ 3 条记录首尾相接，没有断点" in told.getvalue()
    assert told.getvalue().endswith(f"链头 {position}:{hash_}\n")
    tampered(f"UPDATE core_auditevent SET action = 'other' WHERE id = {ids[0]}")
    told = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", "--json", stdout=told)
    assert end.value.code == 1
    said = json.loads(told.getvalue())
    assert (said["ok"], said["breaks"], said["unsealed"]) == (False, [f"记录 {ids[0]} 被改过（位置 1）"], 1)


def test_links_cannot_be_changed_or_removed_by_sql() -> None:
    note(2)
    seal.seal()
    for statement in (
        "UPDATE core_auditseal SET hash = previous",
        "DELETE FROM core_auditseal",
        "DELETE FROM core_auditevent",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_check_walks_in_slices_and_stands_once_it_is_done() -> None:
    ids = note(5)
    seal.seal()
    check = trail_care.start_check(acting_user=None)
    with pytest.raises(Conflict):
        trail_care.start_check(acting_user=None)
    assert trail_care.go_on(check.pk, links=2) is False
    check.refresh_from_db()
    assert (check.percent, check.finished_at) == (40, None)
    tampered(f"UPDATE core_auditevent SET action = 'other' WHERE id = {ids[4]}")
    tasks.seal()
    check.refresh_from_db()
    assert check.breaks == [f"记录 {ids[4]} 被改过（位置 5）"]
    assert not check.whole
    done = AuditEvent.objects.get(action="audit.checked")
    assert done.after["breaks"] == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditCheck.objects.filter(pk=check.pk).update(breaks=[])


def test_a_check_of_some_days_begins_at_their_first_link() -> None:
    note(4)
    seal.seal()
    tomorrow = timezone.now() + timedelta(days=1)
    with pytest.raises(Refused, match="没有封存的记录"):
        trail_care.start_check(acting_user=None, since=tomorrow)
    tampered("UPDATE core_auditseal SET sealed_at = '2026-01-05 00:00:00+00:00' WHERE position <= 2")
    day = datetime(2026, 2, 1, tzinfo=UTC)
    check = trail_care.start_check(acting_user=None, since=day)
    assert (check.first, check.last) == (3, 4)
    assert trail_care.go_on(check.pk) is True
    check.refresh_from_db()
    assert check.whole
    check = trail_care.start_check(acting_user=None, until=day)
    assert (check.first, check.last) == (1, 2)


def grown_old(upto: int, years: int = 2020) -> None:
    """Let the first links and their events lie years back, sealed as they stand."""
    old = f"'{years}-01-05 00:00:00+00:00'"
    tampered(
        f"UPDATE core_auditevent SET at = {old} WHERE id IN (SELECT id FROM core_auditevent ORDER BY id LIMIT {upto})"
    )
    seal.seal()
    tampered(f"UPDATE core_auditseal SET sealed_at = {old} WHERE position <= {upto}")


LONG_AGO = datetime(2020, 6, 1, tzinfo=UTC)


def test_what_is_old_enough_is_purged_and_the_rest_stays_verifiable() -> None:
    note(6)
    grown_old(4)
    kept = seal.head()
    anchor = trail_care.purge(before=LONG_AGO, acting_user=None)
    assert (anchor.position, anchor.events) == (4, 4)
    assert list(AuditSeal.objects.values_list("position", flat=True)) == [5, 6]
    assert AuditEvent.objects.count() == 3
    assert AuditEvent.objects.get(action="audit.purge").after["events"] == 4
    seal.seal()
    report = verify.verify(heads=[kept])
    assert (report.first, report.links, report.breaks) == (5, 3, ())
    assert trail_care.purge(before=LONG_AGO, acting_user=None) is None
    tampered("UPDATE core_auditseal SET previous = hash WHERE position = 5")
    assert breaks() != ()


def test_everything_purged_leaves_a_chain_that_goes_on() -> None:
    note(2)
    grown_old(2)
    trail_care.purge(before=LONG_AGO, acting_user=None)
    assert seal.seal() == 1
    assert AuditSeal.objects.get().position == 3
    assert breaks() == ()


def test_a_broken_part_is_not_purged() -> None:
    ids = note(4)
    grown_old(4)
    tampered(f"UPDATE core_auditevent SET action = 'other' WHERE id = {ids[1]}")
    with pytest.raises(Conflict, match=f"记录 {ids[1]} 被改过"):
        trail_care.purge(before=LONG_AGO, acting_user=None)
    assert not AuditAnchor.objects.exists()


def test_nothing_younger_than_six_months_is_purged() -> None:
    note(2)
    seal.seal()
    almost = timezone.now() - timedelta(days=180)
    with pytest.raises(Refused, match="六个月"):
        trail_care.purge(before=almost, acting_user=None)
    with pytest.raises(CommandError, match="六个月"):
        call_command("purge_audit", "--before", f"{almost:%Y-%m-%d}")
    # Nor by SQL: no anchor for young rows, and an old anchor opens none of them.
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditAnchor.objects.create(position=2, hash="0", before=almost, events=2, made_at=timezone.now())
    AuditAnchor.objects.create(position=2, hash="0", before=LONG_AGO, events=2, made_at=timezone.now())
    for table in ("core_auditevent", "core_auditseal"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_the_purge_command_tells_what_it_did() -> None:
    note(3)
    grown_old(2)
    told = StringIO()
    call_command("purge_audit", "--before", "2020-06-01", stdout=told)
    assert told.getvalue().startswith("已清除 2 条，链从位置 2 之后开始")
    assert AuditEvent.objects.get(action="audit.purge").source == "command"
    call_command("purge_audit", "--before", "2020-06-01", stdout=told)
    assert "没有改动" in told.getvalue()


def test_the_doctor_names_a_break_and_a_sealer_that_stopped(clock: Any) -> None:
    note(2)
    clock.moment += timedelta(minutes=5)
    assert doctor.findings()["审计链"] == []
    clock.moment += timedelta(minutes=10)
    assert "2 条审计记录还没有封存，最早的 15 分钟" in doctor.findings()["审计链"][0]
    seal.seal()
    tampered("UPDATE core_auditevent SET action = 'other'")
    trail_care.go_on(trail_care.start_check(acting_user=None).pk)
    seal.seal()
    assert doctor.findings()["审计链"][0].startswith("上次校验有 2 处断点，第一处：记录")
