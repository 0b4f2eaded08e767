"""What beat sends, and when (Asia/Shanghai). One entry a job; every job may safely be sent twice."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": {
        "task": "config.heartbeat",
        "schedule": crontab(),
        # A beat that nobody took in time says nothing about now.
        "options": {"expires": 120},
    },
    "sessions and tries that are over": {
        "task": "teams.sweep_sessions",
        "schedule": crontab(hour=3, minute=20),
    },
    "audit trail sealed": {"task": "core.seal", "schedule": 5.0, "options": {"expires": 60}},
    "audit trail sealed throughout": {"task": "core.seal_everything", "schedule": crontab(minute=17)},
    "leave on its last day": {"task": "leave.remind_return", "schedule": crontab(hour=8, minute=30)},
    "leave overdue": {"task": "leave.remind_overdue", "schedule": crontab(hour=8, minute=30)},
}
