"""The files a newcomer meets: commands, locks, static files, the schedule."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from config import assets, schedule
from config.celery import app

ROOT = Path(__file__).resolve().parents[2]


def _make(*arguments: str) -> str:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_make_help_lists_every_target_with_a_sentence():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    listed = dict(re.findall(r"^  make ([a-z-]+) +(\S.*)$", _make("help"), re.MULTILINE))
    assert set(listed) == targets
    assert {"run", "test", "setup", "help"} <= targets
    assert _make() == _make("help")


def test_the_readme_starts_with_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    head = readme[: readme.index("## ")]
    assert head.index("make run") < head.index("make test") < readme.index("docs/images/")
    for picture in re.findall(r"\(docs/images/([^)]+)\)", readme):
        assert picture in {"approval-390.png", "home-1440.png"}


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_a_lock_pins_and_hashes_everything_and_names_no_host(path: Path):
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    for entry in entries:
        assert re.match(r"[\w.\[\],-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_what_tests_need_contains_exactly_what_running_needs():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[^ \n]+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.txt") < pins("requirements-dev.txt")


def test_the_front_end_lock_names_no_host():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert "node_modules/bootstrap" in packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


def test_only_named_files_leave_node_modules(settings: Any, tmp_path: Path):
    settings.NODE_MODULES = tmp_path
    dist = tmp_path / "bootstrap/dist/css"
    dist.mkdir(parents=True)
    (dist / "bootstrap.min.css").write_text("body{}")
    (dist / "bootstrap.rtl.css").write_text("body{}")
    finder = assets.PackageFilesFinder()
    listed = {address for address, _ in finder.list(None)}
    assert {address for address in listed if address.startswith("bootstrap/")} == {
        "bootstrap/css/bootstrap.min.css"
    }
    assert listed - {"bootstrap/css/bootstrap.min.css"} == set(assets.PYTHON_FILES)
    assert finder.find("bootstrap/css/bootstrap.min.css") == str(dist / "bootstrap.min.css")
    assert finder.find("bootstrap/css/bootstrap.rtl.css") == []
    assert finder.find("../bootstrap/dist/css/bootstrap.rtl.css") == []


def test_static_files_get_names_that_may_be_cached_for_ever(settings: Any, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    assert {"bootstrap/css/bootstrap.min.css", "css/zhubang.css", "icons/sprite.svg"} <= set(manifest)
    bootstrap = tmp_path / manifest["bootstrap/css/bootstrap.min.css"]
    assert re.search(r"\.[0-9a-f]{12}\.css$", bootstrap.name)
    assert bootstrap.with_name(bootstrap.name + ".gz").stat().st_size < 40_000


def test_types_are_checked_in_every_module_that_holds_verbs():
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    rooms = [path.parent.name for path in ROOT.glob("*/apps.py")]
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"^@verb\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert "leave.services" in modules
    assert {name for name in modules if name.partition(".")[0] not in checked["packages"]} <= set(
        checked["modules"]
    )


def test_everything_beat_sends_is_a_job_that_exists():
    app.loader.import_default_modules()
    entries = app.conf.beat_schedule
    assert entries["heartbeat"]["task"] == "config.heartbeat"
    for name, entry in entries.items():
        assert entry["task"] in app.tasks, name


def test_everything_beat_sends_leaves_traces_and_has_a_name_on_screen():
    """A new job: make it with core.jobs.job, and name it in JOB_NAMES of config/schedule.py."""
    app.loader.import_default_modules()
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks == set(schedule.JOB_NAMES)
    assert [name for name in tasks if not hasattr(app.tasks[name].run, "job")] == []


def test_a_job_cannot_outlive_the_time_after_which_it_is_delivered_again(settings: Any):
    assert settings.CELERY_TASK_ACKS_LATE is settings.CELERY_TASK_REJECT_ON_WORKER_LOST is True
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < settings.REDELIVER_AFTER
