"""Two close one month, somebody writes meanwhile, a report is asked for by many, and its worker is killed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from approvals import services as sign_offs
from approvals.models import SignOff
from attendance import tasks
from attendance.lines import differences
from attendance.models import Fact
from attendance.reports import building
from attendance.reports.models import MonthReport, ReportPart
from attendance.services import Entry, enter
from attendance.sheets import MonthLine, MonthSheet
from core import clock as core_clock
from core.errors import Conflict
from core.models import AuditEvent, Notice
from teams.words import Post
from tests.attendance.months import DAY, OCTOBER, closed, mark, send, sign
from tests.concurrency.race import dawdle, lost, race, without_guards, without_locks, won
from tests.concurrency.worker import Worker
from tests.conftest import Broker
from tests.drive import Drive, key

pytestmark = pytest.mark.postgres
S = MonthSheet.State


@pytest.fixture
def officers(drive: Drive) -> list[str]:
    drive.world.person("deputy", "洪副书", Post.DEPUTY_SECRETARY, "liusha_party")
    return ["liusha_officer", "deputy"]


def test_of_two_who_send_one_month_one_is_told(drive: Drive, officers: list[str]) -> None:
    outcomes = race(4, lambda number: send(drive, by=officers[number % 2]))
    assert len(won(outcomes)) == 1
    assert {(type(each), each.code) for each in lost(outcomes)} == {(Conflict, "being_closed")}
    sheet = MonthSheet.objects.get()
    assert sheet.lines.count() == len({line.appointment_id for line in sheet.lines.all()})
    assert AuditEvent.objects.filter(action="month_sheet.send", outcome="done").count() == 1


def test_without_locks_the_table_refuses_the_second_sheet(
    drive: Drive, officers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    dawdle(monkeypatch, "attendance.closing.lines_of", 0.2)
    outcomes = race(4, lambda number: send(drive, by=officers[number % 2]))
    assert len(won(outcomes)) == 1
    assert {each.code for each in lost(outcomes)} == {"being_closed"}
    assert MonthSheet.objects.count() == 1


def test_without_locks_and_guards_both_sheets_would_stand(
    drive: Drive, officers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it must break, or the tests above prove nothing."""
    without_locks(monkeypatch)
    dawdle(monkeypatch, "attendance.closing.lines_of", 0.2)
    with without_guards(MonthSheet):
        race(4, lambda number: send(drive, by=officers[number % 2]))
        assert MonthSheet.objects.count() > 1


def test_of_two_officers_who_close_one_closes(drive: Drive, officers: list[str]) -> None:
    sheet = send(drive)
    sign(drive, "liusha_captain", sheet)
    sign_off = SignOff.objects.get(subject_kind="month_sheet", subject_id=sheet.pk)

    def close(number: int) -> Any:
        return sign_offs.sign(
            sign_off_id=sign_off.pk,
            acting_user=drive.world.user(officers[number % 2]),
            decision="agree",
            page_hash=sign_off.content_hash,
            request_key=key(),
            note="",
        )

    outcomes = race(6, close)
    assert len(won(outcomes)) == 1
    assert all(isinstance(each, Conflict) for each in lost(outcomes))
    sheet.refresh_from_db()
    assert sheet.state == S.CLOSED
    assert sheet.closed_by is not None
    assert AuditEvent.objects.filter(action="month_sheet.closed").count() == 1


def _late(drive: Drive, who: str) -> list[Fact]:
    posting = drive.world.appointments[who]
    entry = Entry(posting_id=posting.pk, day=DAY, mark="on_post", seen=0)
    return enter(
        acting_user=drive.world.user("liusha_officer"),
        team_id=posting.body_id,
        month=OCTOBER,
        entries=[entry],
        reason="补登记",
    )


@pytest.mark.parametrize("slow", ["attendance.closing.lines_of", "attendance.services._facts"])
def test_what_is_written_while_a_month_is_sent_is_in_it_or_refused(
    drive: Drive, officers: list[str], monkeypatch: pytest.MonkeyPatch, slow: str
) -> None:
    """Whichever of the two is slow between reading and writing."""
    dawdle(monkeypatch, slow, 0.2)
    members = ["liusha_member", "liusha_mate", "liusha_first"]
    outcomes = race(
        4, lambda number: _late(drive, members[number]) if number < 3 else send(drive, by="deputy")
    )
    assert isinstance(outcomes[3], MonthSheet)
    assert {each.code for each in lost(outcomes)} <= {"being_closed"}
    sheet = MonthSheet.objects.get()
    for name, outcome in zip(members, outcomes, strict=False):
        line = sheet.lines.get(appointment=drive.world.appointments[name])
        assert (line.marks[DAY.day - 1] == "√") == isinstance(outcome, list)
    assert differences(list(MonthLine.objects.select_related("appointment")), OCTOBER) == []


def _all_but_the_last_signature(drive: Drive) -> dict[str, MonthSheet]:
    sheets = {}
    for town in ("liusha", "lihu"):
        sheets[town] = send(drive, by=f"{town}_officer", team=f"{town}_team")
        sign(drive, f"{town}_captain", sheets[town])
    return sheets


def test_two_towns_that_close_last_at_once_make_one_final_report(drive: Drive) -> None:
    sheets = _all_but_the_last_signature(drive)
    towns = list(sheets)
    outcomes = race(2, lambda number: sign(drive, f"{towns[number]}_officer", sheets[towns[number]]))
    assert [each.state for each in outcomes] == [S.CLOSED, S.CLOSED]
    report = MonthReport.objects.get()
    assert (report.kind, report.sheets) == ("final", sorted(each.pk for each in outcomes))


def test_begun_by_many_beats_and_sent_ten_times_it_is_one_report(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "village")
    begun = race(10, lambda number: tasks.begin_month())
    assert MonthReport.objects.count() == 3
    assert sum(begun) >= 3
    race(10, lambda number: tasks.build_reports())
    reports = list(MonthReport.objects.all())
    assert all(report.finished_at and report.version == 1 for report in reports)
    for report in reports:
        paths = [*report.towns, report.county.path]
        assert sorted(report.parts.values_list("path", flat=True)) == sorted(paths)
    assert AuditEvent.objects.filter(action="month_report.finish").count() == 3
    told = Notice.objects.filter(key__contains="month_report:").values_list("recipient", "key")
    assert len(told) == len(set(told)) > 0


def test_built_by_many_at_once_past_the_claim_each_part_is_made_once(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim runs out, and a slow builder meets a second one: they make each part once, and finish once."""
    tasks.begin_month()
    dawdle(monkeypatch, "attendance.reports.building.lines_of", 0.1)
    pk = MonthReport.objects.get(county=drive.world.regions["puning"]).pk
    race(6, lambda number: building.build(MonthReport.objects.select_related("county").get(pk=pk)))
    report = MonthReport.objects.get(pk=pk)
    assert report.parts.count() == 3
    assert AuditEvent.objects.filter(action="month_report.finish").count() == 1
    told = list(Notice.objects.filter(key__endswith=f"month_report:{pk}").values_list("recipient", flat=True))
    assert len(told) == len(set(told)) > 0


@pytest.fixture
def worker(drive: Drive, broker: Broker, tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(broker, tmp_path, "reports")
    yield worker
    worker.kill()


@pytest.mark.slow
def test_killed_in_the_middle_a_report_is_taken_up_and_is_that_of_an_undisturbed_run(
    drive: Drive, worker: Worker
) -> None:
    mark(drive, "liusha_member", DAY, "village")
    closed(drive)
    sheet = send(drive, by="lihu_officer", team="lihu_team")
    sign(drive, "lihu_captain", sheet)
    sign(drive, "lihu_officer", sheet)
    report = MonthReport.objects.get()
    first, second = report.towns

    # The second town's part cannot be written while this transaction holds its place: there the worker stops.
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO attendance_reportpart (report_id, path, name, people, hash, lines, workbook, made_at) "
                "VALUES (%s, %s, '', 0, '', '[]', '', now())",
                [report.pk, second],
            )
            worker.start()
            worker.ask("attendance.build_reports")
            worker.until(lambda: ReportPart.objects.filter(path=first).exists() and _waits())
            worker.kill()
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    report.refresh_from_db()
    assert report.finished_at is None
    assert report.claimed_until is not None
    assert [part.path for part in report.parts.all()] == [first]
    kept = report.parts.get().pk

    # The next worker leaves it alone while the claim holds, and takes it up after it.
    worker.start()
    for _ in range(3):
        worker.ask("attendance.build_reports")
    MonthReport.objects.update(claimed_until=core_clock.machine_now() - timedelta(seconds=1))
    for _ in range(3):
        worker.ask("attendance.build_reports")
    worker.until(lambda: MonthReport.objects.filter(finished_at__isnull=False).exists())
    worker.kill()
    report = MonthReport.objects.get()
    assert report.parts.get(path=first).pk == kept
    assert report.parts.count() == 3
    assert AuditEvent.objects.filter(action="month_report.finish").count() == 1

    # An undisturbed run, of the same sheets.
    with transaction.atomic():
        again = building.due(report.county, report.first, "final", "again", sheets=report.sheets)
    building.build(again)
    again.refresh_from_db()
    assert again.hash == report.hash
    for part in report.parts.all():
        same = again.parts.get(path=part.path)
        assert (part.hash, part.lines, part.people) == (same.hash, same.lines, same.people)


def _waits() -> bool:
    """Does somebody wait for the place that is held?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0
