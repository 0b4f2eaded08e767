"""Production refuses to start unsafely, and says why in a sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config import keys, safety

ROOT = Path(__file__).resolve().parents[2]
SAFE: dict[str, Any] = {
    "debug": False,
    "secret_key": keys.make()["SECRET_KEY"],
    "allowed_hosts": ["zhubang.example.gov.cn"],
    "trusted_origins": ["https://zhubang.example.gov.cn"],
    "database_vendor": "postgresql",
    "single_host": False,
    "field_keys": [keys.make()["FIELD_ENCRYPTION_KEYS"]],
    "hash_keys": [keys.make()["IDENTIFIER_HASH_KEYS"]],
    "broker_url": "redis://127.0.0.1:6379/0",
    "moved_today": None,
}


def test_safe_settings_start():
    assert safety.refusals(**SAFE) == []


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"debug": True}, "DEBUG"),
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": "a" * 60}, "SECRET_KEY"),
        ({"secret_key": "short-secret"}, "SECRET_KEY"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS is empty"),
        ({"allowed_hosts": ["a.example", "*"]}, "ALLOWED_HOSTS contains"),
        ({"trusted_origins": ["http://a.example"]}, "CSRF_TRUSTED_ORIGINS"),
        ({"database_vendor": "sqlite"}, "ZHUBANG_SINGLE_HOST"),
        ({"field_keys": []}, "FIELD_ENCRYPTION_KEYS is missing"),
        ({"field_keys": ["not a key"]}, "FIELD_ENCRYPTION_KEYS holds"),
        ({"hash_keys": []}, "IDENTIFIER_HASH_KEYS is missing"),
        ({"hash_keys": [keys.make()["IDENTIFIER_HASH_KEYS"], "short"]}, "IDENTIFIER_HASH_KEYS holds"),
        ({"broker_url": ""}, "BROKER_URL"),
        ({"broker_url": "filesystem://"}, "BROKER_URL"),
        ({"moved_today": date(2026, 11, 24)}, "ZHUBANG_TODAY"),
    ],
)
def test_each_unsafe_setting_is_refused_alone(change: dict[str, Any], names: str):
    (sentence,) = safety.refusals(**{**SAFE, **change})
    assert names in sentence
    assert sentence.endswith(".")


MAIL: dict[str, Any] = {
    "host": "smtp.example.gov.cn",
    "user": "zhubang@example.gov.cn",
    "password": "a-password",
    "encrypted": [True, False],
    "sender": "驻帮 <zhubang@example.gov.cn>",
    "site_url": "https://zhubang.example.gov.cn",
}
NO_MAIL = {"host": "", "user": "", "password": "", "encrypted": [True, False], "sender": "", "site_url": ""}


def test_all_of_mail_or_none_of_it_starts():
    assert safety.mail_refusals(**MAIL) == []
    assert safety.mail_refusals(**NO_MAIL) == []
    assert safety.mail_refusals(**{**NO_MAIL, "site_url": MAIL["site_url"]}) == []
    relay = {"host": "127.0.0.1", "user": "", "password": "", "encrypted": [False, False]}
    assert safety.mail_refusals(**{**MAIL, **relay}) == []


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"host": ""}, "EMAIL_HOST is missing"),
        ({"host": "smtp.example.cn:25/x"}, "bare name"),
        ({"user": ""}, "belong together"),
        ({"password": ""}, "belong together"),
        ({"encrypted": [True, True]}, "both on"),
        ({"encrypted": [False, False]}, "in the clear"),
        ({"sender": ""}, "DEFAULT_FROM_EMAIL"),
        ({"sender": "驻帮"}, "DEFAULT_FROM_EMAIL"),
        ({"site_url": ""}, "SITE_URL is missing"),
        ({"site_url": "http://zhubang.example.gov.cn"}, "SITE_URL must be https"),
        ({"site_url": "https://zhubang.example.gov.cn/app"}, "SITE_URL must be https"),
    ],
)
def test_half_of_mail_is_refused(change: dict[str, Any], names: str):
    (sentence,) = safety.mail_refusals(**{**MAIL, **change})
    assert names in sentence
    assert sentence.endswith(".")


def test_sqlite_is_allowed_when_everything_runs_on_one_host():
    assert safety.refusals(**{**SAFE, "database_vendor": "sqlite", "single_host": True}) == []


def _example(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def _check(environment: dict[str, str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ZHUBANG_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_production_example_starts_only_with_secrets_of_ones_own(tmp_path: Path):
    example = _example(".env.production.example")

    refused = _check(example, tmp_path)
    assert refused.returncode != 0
    assert "SECRET_KEY is missing" in refused.stderr
    assert "FIELD_ENCRYPTION_KEYS is missing" in refused.stderr
    assert "IDENTIFIER_HASH_KEYS is missing" in refused.stderr

    passed = _check({**example, **keys.make()}, tmp_path)
    assert passed.returncode == 0, passed.stderr

    half = _check({**example, **keys.make(), "EMAIL_HOST": "smtp.example.gov.cn"}, tmp_path)
    assert "DEFAULT_FROM_EMAIL is missing" in half.stderr


def test_every_variable_that_settings_read_is_in_an_example():
    source = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    documented = (ROOT / ".env.example").read_text(encoding="utf-8")
    documented += (ROOT / ".env.production.example").read_text(encoding="utf-8")
    assert {name for name in read if not re.search(rf"^#? ?{name}=", documented, re.MULTILINE)} == set()


def test_a_mistyped_profile_or_day_is_a_sentence(tmp_path: Path):
    wrong = _check({"ZHUBANG_PROFILE": "prod"}, tmp_path)
    assert "it must be one of: dev, demo, test, production" in wrong.stderr
    wrong = _check({"ZHUBANG_TODAY": "24.11.2026"}, tmp_path)
    assert "write it as 2026-11-24" in wrong.stderr


def test_secrets_of_a_data_directory_are_made_once_and_kept_private(tmp_path: Path):
    first = keys.kept_in(tmp_path / "data")
    assert keys.kept_in(tmp_path / "data") == first
    assert keys.kept_in(tmp_path / "other") != first
    assert (tmp_path / "data" / "secrets.json").stat().st_mode & 0o077 == 0
    assert safety.is_field_key(first["FIELD_ENCRYPTION_KEYS"])


def test_a_key_that_an_older_file_lacks_is_added_to_it(tmp_path: Path):
    older = {name: value for name, value in keys.make().items() if name != "IDENTIFIER_HASH_KEYS"}
    (tmp_path / "secrets.json").write_text(json.dumps(older), encoding="utf-8")
    known = keys.kept_in(tmp_path)
    assert {name: known[name] for name in older} == older
    assert len(known["IDENTIFIER_HASH_KEYS"]) >= 32
    assert keys.kept_in(tmp_path) == known
