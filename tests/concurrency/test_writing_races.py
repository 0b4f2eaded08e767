"""Two confirm one workbook, two write one county's month down, two chain the trail: once, and nothing doubled."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from attendance.imports import services
from attendance.models import Fact, RegisterImport
from attendance.totals import writing
from attendance.totals.models import CountyMonthLine, CountyPeriod
from core import seal, verify
from core.errors import Conflict
from core.models import AuditEvent, AuditSeal
from policy.periods import Period, period_of
from teams.models import Region
from teams.words import Post
from tests.attendance.test_import import check, row, sheet
from tests.concurrency.race import dawdle, lost, race, without_guards, without_locks, won
from tests.drive import Drive
from tests.trail.test_seal import note

pytestmark = pytest.mark.postgres
NOVEMBER = period_of("month", date(2026, 11, 1))


def _confirm(drive: Drive, found: RegisterImport, by: str = "liusha_officer") -> RegisterImport:
    user = drive.world.user(by)
    return services.apply(import_id=found.pk, acting_user=user, plan_hash=found.plan_hash)


def _revisions() -> Counter[tuple[object, ...]]:
    return Counter(Fact.objects.values_list("person", "month", "day", "part", "revision"))


def test_one_workbook_confirmed_by_many_taps_is_written_once(drive: Drive) -> None:
    found = check(drive, sheet(row("洪队员", d2="√", d3="住")))
    outcomes = race(6, lambda _: _confirm(drive, found))
    assert not lost(outcomes)
    assert AuditEvent.objects.filter(action="register_import.apply", outcome="done").count() == 1
    assert max(_revisions().values()) == 1
    assert Fact.objects.count() == 5


def test_of_two_workbooks_of_one_month_the_second_is_to_be_looked_through_again(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive.world.person("deputy", "洪副书", Post.DEPUTY_SECRETARY, "liusha_party")
    officers = ["liusha_officer", "deputy"]
    found = [
        check(drive, sheet(row("洪队员", d2="√"))),
        check(drive, sheet(row("洪队员", d2="住")), by="deputy"),
    ]
    dawdle(monkeypatch, "attendance.imports.services.lock_people", 0.2)
    outcomes = race(2, lambda number: _confirm(drive, found[number], officers[number]))
    assert len(won(outcomes)) == 1
    assert [type(each) for each in lost(outcomes)] == [Conflict]
    assert max(_revisions().values()) == 1


def _lines_once() -> bool:
    return CountyMonthLine.objects.count() == len(set(CountyMonthLine.objects.values_list("appointment")))


def test_two_who_write_one_countys_month_leave_it_once(drive: Drive) -> None:
    county = drive.world.regions["puning"]
    outcomes = race(4, lambda _: writing.write(county, NOVEMBER))
    assert outcomes == [True] * 4
    assert CountyPeriod.objects.filter(county=county, period="2026-11").count() == 1
    assert CountyMonthLine.objects.count() > 2
    assert _lines_once()


def test_without_the_lock_and_guards_a_month_would_be_written_twice(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it must break, or the test above proves nothing."""
    without_locks(monkeypatch)
    dawdle(monkeypatch, "attendance.totals.writing.with_teams", 0.2)
    with without_guards(CountyPeriod):
        race(4, lambda _: writing.write(drive.world.regions["puning"], NOVEMBER))
        assert CountyPeriod.objects.count() > 1


def _written() -> list[tuple[object, ...]]:
    rows = CountyMonthLine.objects.order_by("appointment")
    return list(
        rows.values_list("of__county", "appointment", "people", "on_post", "nights", "silent", "town")
    )


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


def test_counties_written_side_by_side_are_as_one_after_the_other(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(drive, sheet(row("洪队员", d2="√", d3="住")))
    before, write, by = _connections(), writing.write, set()

    def noted(county: Region, period: Period) -> bool:
        by.add(threading.current_thread().name)
        return write(county, period)

    monkeypatch.setattr(writing, "write", noted)
    written = writing.write_all([NOVEMBER])
    side_by_side = _written()
    assert (written, len(by)) == (3, writing.LANES)
    CountyPeriod.objects.all().delete()
    by.clear()
    with transaction.atomic():
        assert writing.write_all([NOVEMBER]) == written
    assert by == {threading.current_thread().name}
    assert side_by_side == _written() != []
    until = time.monotonic() + 5
    while _connections() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert _connections() == before, "a thread leaves its connection open"


def test_two_sealers_make_one_chain(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    note(40)
    dawdle(monkeypatch, "core.seal.head", 0.05)
    done = race(4, lambda _: seal.seal(everything=True))
    assert sum(done) + seal.seal(everything=True) == AuditEvent.objects.count() == AuditSeal.objects.count()
    report = verify.verify()
    assert (report.breaks, report.unsealed) == ((), 0)


def test_without_their_lock_the_table_refuses_the_second_sealer(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(40)
    monkeypatch.setattr(seal, "_locked", lambda: True)
    dawdle(monkeypatch, "core.seal.head", 0.2)

    def chain(_: int) -> int | IntegrityError:
        try:
            return seal.seal(everything=True)
        except IntegrityError as refused:
            return refused

    outcomes = race(4, chain)
    assert any(isinstance(each, IntegrityError) for each in outcomes)
    assert verify.verify().breaks == ()
