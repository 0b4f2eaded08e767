"""``manage.py explain``: what it answers under the five documents, and how it refuses."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError

from core import calendar as statutory
from policy.calendar import Calendar
from rules import asking
from rules.book import shipped_book
from rules.management.commands import explain

ROOT = Path(__file__).resolve().parents[2]
CAPTAIN, SECRETARY, BUREAU = "team:captain", "town:party_secretary", "county:agriculture"
COMMITTEE, ORGANIZATION, REVITALIZATION = (
    "town:party_committee", "county:organization", "county:rural_revitalization",
)  # fmt: skip
JOINT = [{"mode": "all", "parties": [ORGANIZATION, REVITALIZATION, "unit:leader"]}]


def one(party: str) -> list[dict[str, Any]]:
    return [{"mode": "any", "parties": [party]}]


@pytest.fixture
def years(db: None) -> None:
    statutory.seed(range(2024, 2025))


def answer(*flags: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("explain", *flags, "--on", "2024-09-01", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize(
    ("place", "role", "days", "steps", "filings", "clause"),
    [
        ("puning", "member", "0.5", one(CAPTAIN), [], "puning-6-member-3"),
        ("puning", "member", "3", one(CAPTAIN), [], "puning-6-member-3"),
        ("puning", "member", "3.5", one(SECRETARY), [], "puning-6-member-4-5"),
        ("puning", "member", "5", one(SECRETARY), [], "puning-6-member-4-5"),
        ("puning", "member", "5.5", one(BUREAU), [], "puning-6-member-over-5"),
        ("puning", "member", "6", one(BUREAU), [], "puning-6-member-over-5"),
        ("puning", "captain", "5", one(SECRETARY), [], "puning-6-captain-5"),
        ("puning", "captain", "5.5", one(BUREAU), [], "puning-6-captain-over-5"),
        ("zhumadian", "member", "7", one(COMMITTEE), [ORGANIZATION, REVITALIZATION], "zhumadian-16-7"),
        ("zhumadian", "captain", "7", one(COMMITTEE), [ORGANIZATION, REVITALIZATION], "zhumadian-16-7"),
        ("zhumadian", "member", "7.5", JOINT, [], "zhumadian-16-over-7"),
        ("zhumadian", "first_secretary", "8", JOINT, [], "zhumadian-16-over-7"),
    ],
)
def test_every_threshold_goes_where_the_document_says(
    place: str, role: str, days: str, steps: Any, filings: list[str], clause: str
) -> None:
    found = answer("--place", place, "--role", role, "--days", days)
    assert (found["outcome"], found["steps"], found["filings"]) == ("route", steps, filings)
    assert found["clauses"] == [clause]


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize(
    ("place", "clause", "office"),
    [
        ("xinfeng", "xinfeng-leave-unspecified", "县乡村振兴局"),
        ("yongxing", "yongxing-leave-unspecified", "县驻村办"),
        ("ganzhou", "ganzhou-2-leave-system", "乡村振兴"),
    ],
)
@pytest.mark.parametrize("days", ["0.5", "3", "30"])
def test_a_silent_document_is_called_silent(place: str, clause: str, office: str, days: str) -> None:
    found = answer("--place", place, "--role", "member", "--days", days)
    assert (found["outcome"], found["steps"], found["filings"]) == ("unspecified", [], [])
    assert found["clauses"] == [clause]
    assert office in found["text"]
    assert "指定批准人" in found["text"]


@pytest.mark.usefixtures("years")
def test_first_secretaries_go_by_their_own_rules_and_captains_do_not() -> None:
    member = answer("--place", "puning", "--role", "member", "--days", "1", "--also-first-secretary")
    assert (member["outcome"], member["steps"]) == ("yields", [])
    assert member["clauses"] == ["puning-6-first-secretary"]
    captain = answer("--place", "puning", "--role", "captain", "--days", "1", "--also-first-secretary")
    assert (captain["outcome"], captain["steps"]) == ("route", one(SECRETARY))
    assert "puning-captain-first-secretary" in [each["id"] for each in captain["interpretations"]]


@pytest.mark.usefixtures("years")
def test_teams_sent_from_above_cite_the_clause_on_scope() -> None:
    found = answer("--place", "puning", "--role", "member", "--days", "6", "--dispatched-by", "province")
    assert found["clauses"] == ["puning-6-member-over-5", "puning-10-scope"]
    assert found["steps"] == one(BUREAU)


@pytest.mark.usefixtures("years")
def test_json_has_these_keys_and_no_others() -> None:
    found = answer("--place", "puning", "--role", "member", "--days", "6", "--start", "2024-09-02")
    assert list(found) == ["outcome", "steps", "filings", "clauses", "interpretations", "days", "text"]
    assert found["days"] == 6
    assert all(list(each) == ["id", "says", "why"] for each in found["interpretations"])
    assert found["text"].startswith("共 6 天，由市农业农村局批准。依据：普市农办函〔2024〕4号第六条。")
    assert "推算" not in found["text"]
    half = answer("--place", "puning", "--role", "member", "--days", "3.5")
    assert half["days"] == 3.5


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize("place", ["puning", "普宁市", "普宁", "445281", "445281105000"])
def test_a_place_goes_by_document_code_and_name(place: str) -> None:
    assert answer("--place", place, "--role", "member", "--days", "6")["steps"] == one(BUREAU)


@pytest.mark.usefixtures("years")
def test_plain_text_names_people_clause_and_reading(capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "explain", "--place", "zhumadian", "--role", "member", "--days", "8", "--type", "annual",
        "--on", "2024-09-01", "--start", "2024-09-14",
    )  # fmt: skip
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("共 8 天，由县（区）委组织部、县（区）乡村振兴局和派出单位共同批准。")
    assert "离岗 8 天，计假 4 天。" in lines
    assert any(line.startswith("条款：第十六条 请假超过 7 天") for line in lines)
    assert any(line.startswith("解释：") and "zhumadian-other-types" in line for line in lines)


@pytest.mark.usefixtures("years")
def test_a_year_without_published_holidays_is_called_an_estimate(capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--place", "puning", "--role", "member", "--days", "2", "--on", "2031-03-03"]
    call_command("explain", *flags)
    assert "2031 年的放假安排还没有登记，休息日先按周末推算。" in capsys.readouterr().out


def run(*flags: str, data: Path) -> subprocess.CompletedProcess[str]:
    """The command as a person starts it, on a machine of its own."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("ZHUBANG_", "DATABASE"))}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ZHUBANG_DATA": str(data)}
    command = [sys.executable, "manage.py", "explain", *flags]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8")


def test_it_answers_before_the_database_is_made(tmp_path: Path) -> None:
    done = run("--place", "puning", "--role", "member", "--days", "6", "--json", data=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["steps"] == one(BUREAU)
    assert found["text"].endswith("的放假安排还没有登记，休息日先按周末推算。")


def test_a_wrong_question_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    done = run("--nope", data=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


GOOD = {"--place": "puning", "--role": "member", "--days": "6"}


def instead(**changed: str | None) -> list[str]:
    """The good question with flags changed, added or (None) left out."""
    flags = {**GOOD, **{f"--{name.replace('_', '-')}": value for name, value in changed.items()}}
    return [part for flag, value in flags.items() if value is not None for part in (flag, value)]


WRONG = {
    "nothing at all": ([], "缺少 --place"),
    "no place": (instead(place=None), "缺少 --place（地点）"),
    "no role": (instead(role=None), "缺少 --role（身份）"),
    "no days": (instead(days=None), "缺少 --days（天数）"),
    "unknown place": (instead(place="shanghai"), "没有“shanghai”的文件"),
    "empty place": (instead(place=""), "没有“”的文件"),
    "neighbouring county": (instead(place="445224"), "可以查的地方有"),
    "unknown role": (instead(role="mayor"), "没有“mayor”这种身份"),
    "role in Chinese": (instead(role="队员"), "captain（队长）"),
    "unknown type": (instead(type="holiday"), "没有“holiday”这种假"),
    "no days long": (instead(days="0"), "天数要大于 0"),
    "negative": (instead(days="-1"), "天数要大于 0"),
    "words for days": (instead(days="abc"), "天数要写成数字"),
    "a third of a day": (instead(days="3.3"), "天数以半天为单位"),
    "not a number": (instead(days="nan"), "天数要写成数字"),
    "endless": (instead(days="inf"), "天数要写成数字"),
    "more than a year": (instead(days="367"), "天数最多 366 天"),
    "enormous": (instead(days="1e400"), "天数最多 366 天"),
    "empty days": (instead(days=""), "天数要写成数字"),
    "no such day": (instead(on="2024-02-30"), "日期要写成"),
    "another order": (instead(on="01/09/2024"), "日期要写成"),
    "without hyphens": (instead(on="20240901"), "日期要写成"),
    "words for a date": (instead(start="tomorrow"), "日期要写成"),
    "before the asking": (instead(on="2024-09-02", start="2024-09-01"), "不能早于申请日期"),
    "end of time": (instead(on="9999-12-31"), "年份要在"),
    "unknown dispatcher": (instead(dispatched_by="moon"), "没有“moon”这种派出机关"),
    "unknown flag": ([*instead(), "--shout"], "没有“--shout”这个参数"),
    "flag cut short": ([*instead(), "--also"], "没有“--also”这个参数"),
    "a stray word": ([*instead(), "please"], "没有“please”这个参数"),
    "flag without value": (["--place"], "--place 后面要写值"),
    "value for a switch": ([*instead(), "--json=yes"], "--json 后面不写值"),
    "wrong verbosity": ([*instead(), "-v", "9"], "--verbosity 的值不对"),
}


@pytest.mark.parametrize(("flags", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_wrong_questions(
    flags: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "calendar_or_weekends", Calendar)
    monkeypatch.setattr(explain, "rule_book", shipped_book)
    with pytest.raises(SystemExit) as ended:
        explain.Command().run_from_argv(["manage.py", "explain", *flags])
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert shown.out == ""
    assert sentence in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    assert "Error" not in shown.err


@pytest.mark.parametrize("error", [OperationalError, ProgrammingError])
def test_only_a_missing_table_is_forgiven(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(kind: type[Exception]) -> Any:
        raise kind("no such table")

    monkeypatch.setattr(asking, "statutory_calendar", lambda: fail(error))
    assert asking.calendar_or_weekends().is_estimate(asking.parse_day("2024-09-01", field="on"))
    monkeypatch.setattr(asking, "statutory_calendar", lambda: fail(ValueError))
    with pytest.raises(ValueError, match="no such table"):
        asking.calendar_or_weekends()
