"""Settings of the test run: the ordinary ones, made quick and kept apart from everybody's data."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# pytest-xdist's workers inherit the name, so all of one run share it and two runs never do.
RUN = os.environ.setdefault("ZHUBANG_TEST_RUN", str(os.getpid()))
HOME = Path(tempfile.gettempdir()) / f"zhubang-test-{RUN}"

os.environ["ZHUBANG_PROFILE"] = "test"
os.environ["ZHUBANG_DATA"] = str(HOME)
if os.environ.get("ZHUBANG_TEST_DATABASES") == "postgres":
    os.environ["DATABASE_URL"] = os.environ.get(
        "ZHUBANG_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres"
    )
else:
    os.environ.pop("DATABASE_URL", None)
for name in (
    "BROKER_URL",
    "ZHUBANG_TODAY",
    "ALLOWED_HOSTS",
    "DEBUG",
    "TRUSTED_PROXIES",
    "ZHUBANG_STRICT_LOGIN",
    "EMAIL_HOST",
    "SITE_URL",
):
    os.environ.pop(name, None)

from config import api_settings  # noqa: E402
from config.settings import *  # noqa: E402, F403
from config.settings import DATABASE_VENDOR, DATABASES, MIDDLEWARE  # noqa: E402

DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASE_VENDOR == "sqlite":
    # A file as in real use, since shared memory databases lock differently; its loss in a crash is no loss.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
    _options = DATABASES["default"]["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
else:
    DATABASES["default"]["TEST"] = {"NAME": f"zhubang_test_{RUN}"}
    # Nobody waits for the disk either; its loss in a crash is no loss.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The live server of the browser tests serves static files from their sources.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
# Jobs are called as functions; one that is sent stays in memory and runs nowhere.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
# A test asks more often in a second than a program may in a minute.
REST_FRAMEWORK = api_settings.rest_framework(None)
