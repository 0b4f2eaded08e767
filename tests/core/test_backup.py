"""Backups: what went in comes back, on whichever database; what is wrong with an archive leaves everything as it was."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from core import calendar, clock, seal, triggers
from core.backup import archive, nightly, restoring, tables, taking
from core.backup.models import Backup
from core.errors import NotYours, Refused
from core.models import Attachment, AuditEvent, Heartbeat
from core.verify import verify
from leave.models import LeaveRequest
from teams.models import Person, Session, User
from teams.words import Duty
from tests import cast
from tests.drive import Drive
from tests.pages import browser, text

PAPER = b"%PDF-1.4 a paper"


@pytest.fixture
def files(settings: object, tmp_path: Path) -> Path:
    """A folder of files and of backups of this test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.BACKUP_DIR = tmp_path / "backups"
    return tmp_path / "files"


@pytest.fixture
def stood(drive: Drive, files: Path) -> Drive:
    """A small installation: a cast with its leave, one file, a sealed trail, somebody signed in."""
    return lived_in(drive)


@pytest.fixture
def committed(transactional_db: None, clock: object, files: Path) -> Drive:
    """The same, seen by other connections: for what empties tables or writes beside the backup."""
    calendar.seed(range(2026, 2027))
    return lived_in(Drive(cast.build()))


def lived_in(drive: Drive) -> Drive:
    drive.save("xf_member", 1, files=[SimpleUploadedFile("slip.pdf", PAPER)])
    drive.sign("lihu_captain", drive.ask("lihu_member", 1))
    seal.seal()
    browser(drive.world, "xf_member")
    return drive


def standing() -> dict[str, str]:
    """A hash of every table and every file: two equal ones are the same installation."""
    found = {
        model._meta.db_table: hashlib.sha256(b"\n".join(tables.lines(model, connection))).hexdigest()
        for model in tables.kept()
    }
    root = Path(settings.MEDIA_ROOT)
    return found | {
        str(path.relative_to(root)): path.read_bytes().hex() for path in root.rglob("*") if path.is_file()
    }


def archive_of(folder: Path) -> Path:
    return taking.take(folder / "one.zip").path


# ---- there and back --------------------------------------------------------------------------------------


def test_what_was_lost_and_changed_since_comes_back(committed: Drive, tmp_path: Path) -> None:
    path = archive_of(tmp_path)
    before, head = standing(), verify()
    name = Person.objects.first().name
    Person.objects.filter(name=name).update(name="改错了")
    shutil.rmtree(settings.MEDIA_ROOT)
    later = committed.ask("xf_member", 2)

    manifest, report = restoring.restore(path, replace=True)

    after = standing()
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    # The trail alone has one event more: that a backup was put back.
    assert changed == {"core_auditevent"}
    assert AuditEvent.objects.latest("pk").action == "backup.restore"
    assert (report.last, report.hash, report.links) == (head.last, head.hash, head.links)
    assert manifest.audit_head == f"{head.last}:{head.hash}"
    assert Person.objects.filter(name=name).exists()
    assert not Person.objects.filter(name="改错了").exists()
    assert not LeaveRequest.objects.filter(pk=later.pk).exists()
    assert Path(Attachment.objects.get().file.path).read_bytes() == PAPER
    assert not Session.objects.exists(), "a sign-in of then would be valid again"
    assert triggers.missing() == []
    # Numbering goes on above what came back.
    assert committed.ask("xf_member", 2).pk not in set(
        LeaveRequest.objects.exclude(pk=None).values_list("pk")[1:]
    )


def test_identity_numbers_are_in_it_only_as_they_are_stored(stood: Drive, tmp_path: Path) -> None:
    person = Person.objects.exclude(phone="").first()
    with zipfile.ZipFile(archive_of(tmp_path)) as zip_:
        said = b"".join(zip_.read(name) for name in zip_.namelist())
    assert person.phone
    assert person.phone.encode() not in said
    assert settings.FIELD_ENCRYPTION_KEYS[0].encode() not in said


def test_it_is_one_moment_and_nobody_waits(committed: Drive, tmp_path: Path, monkeypatch) -> None:
    """Somebody writes while the tables are read: he is let through, and the archive does not know of him."""
    original, wrote = tables.lines, []

    def write() -> None:
        wrote.append(Person.objects.create(name="后来的", pinyin="hou lai de").pk)
        connections.close_all()

    def slow(model, connection_):
        if not wrote:
            # The first table has been asked for; the snapshot stands.
            first = list(original(model, connection_))
            writer = threading.Thread(target=write)
            writer.start()
            writer.join(timeout=15)
            assert not writer.is_alive(), "the backup keeps people from writing"
            return iter(first)
        return original(model, connection_)

    monkeypatch.setattr(tables, "lines", slow)
    path = archive_of(tmp_path)
    monkeypatch.undo()
    opened = archive.open_archive(path)
    people = next(table for table in opened.manifest.tables if table.name == Person._meta.db_table)
    assert wrote
    assert people.rows == Person.objects.count() - 1


def test_a_file_that_a_row_names_and_nobody_has_is_said(stood: Drive, tmp_path: Path) -> None:
    Path(Attachment.objects.get().file.path).unlink()
    told = StringIO()
    call_command("backup", str(tmp_path / "here.zip"), stdout=told)
    assert f"有记录而没有文件：{Attachment.objects.get().file.name}" in told.getvalue()


@pytest.mark.postgres
def test_from_postgresql_to_sqlite(stood: Drive, tmp_path: Path) -> None:
    """An installation may move: every table has the same hash on the other database."""
    path = archive_of(tmp_path)
    told = {table.name: table.sha256 for table in archive.peek(path).tables}
    home = tmp_path / "other"
    home.mkdir()
    keys = {name: getattr(settings, name) for name in ("FIELD_ENCRYPTION_KEYS", "IDENTIFIER_HASH_KEYS")}
    there = {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        **{name: ",".join(value) for name, value in keys.items()},
        "ZHUBANG_PROFILE": "demo",
        "ZHUBANG_DATA": str(home),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    def manage(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR, env=there, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    assert "逐表核对无误" in manage("restore", str(path))
    manage("backup", str(tmp_path / "back.zip"))
    back = archive.peek(tmp_path / "back.zip")
    assert back.vendor == "sqlite"
    differing = {table.name for table in back.tables if table.sha256 != told[table.name]}
    assert differing <= {"core_auditevent", "core_backup"}


# ---- what is refused leaves everything as it was --------------------------------------------------------


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


def flipped(path: Path) -> None:
    """One letter of one row, with the zip's own checksum mended: only the list's hash can tell."""
    rewritten(path, "tables/teams_person.jsonl", lambda body: body.replace(b'"', b"'", 1))


def dropped(path: Path) -> None:
    rewritten(path, "tables/teams_person.jsonl", lambda body: None)


def forged(path: Path) -> None:
    """The list was changed with the row, but not its signature."""

    def one_more(body: bytes) -> bytes:
        said = json.loads(body)
        said["tables"][0]["rows"] += 1
        return json.dumps(said).encode()

    rewritten(path, archive.MANIFEST, one_more)


def rewritten(path: Path, member: str, change: Callable[[bytes], bytes | None]) -> None:
    with zipfile.ZipFile(path) as old:
        bodies: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()}
    bodies[member] = change(bodies[member])
    with zipfile.ZipFile(path, "w") as new:
        for name, body in bodies.items():
            if body is not None:
                new.writestr(name, body)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (cut, "不是备份文件，或没有传完整"),
        (flipped, "teams_person 和清单对不上"),
        (dropped, "里面的内容和清单对不上"),
        (forged, "签名不符"),
        (lambda path: path.write_bytes(b"PK\x03\x04 nothing"), "不是备份文件"),
        (Path.unlink, "没有这个文件"),
    ],
)
def test_a_wrong_archive_touches_nothing(stood: Drive, tmp_path: Path, spoil, sentence: str) -> None:
    path = archive_of(tmp_path)
    spoil(path)
    before = standing()
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", str(path), replace=True)
    assert standing() == before


def test_an_archive_of_other_keys_is_known(stood: Drive, tmp_path: Path, settings) -> None:
    path = archive_of(tmp_path)
    settings.IDENTIFIER_HASH_KEYS = ["k" * 48]
    with pytest.raises(Refused, match="不是用这套密钥做的"):
        restoring.check(path)


def test_another_version_a_full_house_and_running_jobs_are_refused(
    stood: Drive, tmp_path: Path, monkeypatch
) -> None:
    path = archive_of(tmp_path)
    before = standing()
    with pytest.raises(Refused, match="已经有账号和数据"):
        restoring.restore(path)
    Heartbeat.objects.create(name="worker", at=clock.machine_now())
    with pytest.raises(Refused, match="后台进程还在运行"):
        restoring.restore(path, replace=True)
    Heartbeat.objects.all().delete()
    with monkeypatch.context() as patch:
        patch.setattr(tables, "columns", lambda model: ["id"])
        with pytest.raises(Refused, match="装上那时的版本再恢复"):
            restoring.restore(path, replace=True)
    assert standing() == before


def test_a_failure_at_the_very_end_takes_everything_back(
    committed: Drive, tmp_path: Path, monkeypatch
) -> None:
    path = archive_of(tmp_path)
    committed.ask("xf_member", 2)
    before = standing()

    def full(self: restoring._Swap) -> None:
        original(self)
        raise OSError("the disk is full")

    original = restoring._Swap.do
    monkeypatch.setattr(restoring._Swap, "do", full)
    with pytest.raises(OSError, match="disk is full"):
        restoring.restore(path, replace=True)
    assert standing() == before
    assert triggers.missing() == []


# ---- every night, and now --------------------------------------------------------------------------------


def night(monkeypatch, hour: int = 3, days: int = 0) -> None:
    at = clock.now().replace(hour=hour, minute=0) + timedelta(days=days)
    monkeypatch.setattr(clock, "machine_now", lambda: at)


@pytest.fixture
def owner(drive: Drive, files: Path) -> User:
    return drive.world.keeper("owner", "全系统", Duty.SYSTEM, None)


def test_one_a_night_and_the_old_ones_go(owner: User, monkeypatch, settings) -> None:
    settings.BACKUP_DAYS = 2
    night(monkeypatch, hour=1)
    assert nightly.run() == 0
    for days in range(4):
        night(monkeypatch, days=days)
        assert nightly.run() == 1
        assert nightly.run() == 0
    kept = {path.name for path in nightly.folder().iterdir()}
    assert kept == set(Backup.objects.order_by("-pk").values_list("name", flat=True)[:2])
    night(monkeypatch, days=300)
    nightly.prune()
    assert len(list(nightly.folder().iterdir())) == 1, "the newest one is never removed"


def test_a_backup_whose_process_died_is_taken_again(owner: User, monkeypatch) -> None:
    night(monkeypatch)
    nightly.want_tonights()
    wanted = Backup.objects.get()
    assert nightly._claim(wanted.pk)
    assert not nightly._claim(wanted.pk)
    night(monkeypatch, hour=4)
    assert nightly.run() == 1
    wanted.refresh_from_db()
    assert wanted.name
    assert restoring.check(nightly.folder() / wanted.name).rows == wanted.rows


def test_a_full_disk_is_said_where_it_is_looked_for(owner: User, drive: Drive, monkeypatch) -> None:
    def full(path: Path) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(nightly, "take", full)
    night(monkeypatch)
    assert nightly.run() == 0
    assert any("没有做成" in sentence for sentence in nightly._doctor())
    assert "没有做成" in text(browser(drive.world, "owner").get(reverse("core:backups")))


def test_who_keeps_the_installation_asks_for_one(owner: User, drive: Drive) -> None:
    page = browser(drive.world, "owner")
    assert "还没有做过备份" in text(page.get(reverse("core:backups")))
    for _ in range(2):
        said = page.post(reverse("core:backup_ask"), follow=True)
    assert "已交给后台去做" in text(said)
    assert Backup.objects.get().asked_by == owner
    nightly.run()
    listed = text(page.get(reverse("core:backups")))
    assert Backup.objects.exclude(name="").latest("pk").name in listed


def test_nobody_else_sees_it(drive: Drive, files: Path, client: Client) -> None:
    """Not even the administrator of one county: the archive holds the others' people."""
    county = drive.world.user("pn_system")
    assert browser(drive.world, "pn_system").get(reverse("core:backups")).status_code == 404
    assert browser(drive.world, "pn_system").post(reverse("core:backup_ask")).status_code == 404
    assert "备份" not in text(browser(drive.world, "pn_system").get("/"))
    with pytest.raises(NotYours):
        nightly.ask(acting_user=county)
