"""Log lines: one JSON object each in production, plain text elsewhere, and no personal number in either."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from core.context import origin

# An 18-digit identity number or a mobile number, wherever it stands, also inside a traceback.
_IDENTITY = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
# What a record may carry beside its message: ids and measures, never names or contents.
FIELDS = ("method", "route", "status", "milliseconds", "user_id", "task", "task_id")


def scrub(text: str) -> str:
    """``text`` with identity and mobile numbers blotted out but for their last four characters."""
    text = _IDENTITY.sub(lambda match: "*" * 14 + match.group()[-4:], text)
    return _MOBILE.sub(lambda match: "*" * 7 + match.group()[-4:], text)


class PlainLines(logging.Formatter):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


class JsonLines(logging.Formatter):
    """For a log collector: one object a line, times in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := origin().request_id:
            line["request_id"] = request_id
        line.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return scrub(json.dumps(line, ensure_ascii=False, default=str))


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """The LOGGING setting: everything to standard error, for the service manager to keep."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {"()": "config.logs.JsonLines"}
            if as_json
            else {"()": "config.logs.PlainLines", "format": "{levelname} {name}: {message}", "style": "{"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would print a second time, and mail tracebacks.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "axes": {"level": "WARNING"},
        },
    }
