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
    "answers kept for a day": {"task": "core.forget_outcomes", "schedule": crontab(minute=40)},
    "audit trail sealed": {"task": "core.seal", "schedule": 5.0, "options": {"expires": 60}},
    "audit trail sealed throughout": {"task": "core.seal_everything", "schedule": crontab(minute=17)},
    "what leaves the house": {"task": "core.send_outbox", "schedule": crontab(), "options": {"expires": 55}},
    "what left long ago": {"task": "core.prune_outbox", "schedule": crontab(hour=3, minute=20)},
    "backups": {"task": "core.make_backups", "schedule": crontab(), "options": {"expires": 55}},
    "digests": {"task": "overview.plan_digests", "schedule": crontab(minute="*/10", hour="7-20")},
    "grants that ran out": {"task": "teams.clear_grants", "schedule": crontab(hour=0, minute=10)},
    "rosters nobody confirmed": {"task": "teams.expire_rosters", "schedule": crontab(hour=3, minute=50)},
    "positions kept long enough": {
        "task": "attendance.forget_positions",
        "schedule": crontab(hour=3, minute=30),
    },
    "leave on its last day": {"task": "leave.remind_return", "schedule": crontab(hour=8, minute=30)},
    "leave agreed by voice": {"task": "leave.remind_paper", "schedule": crontab(hour=8, minute=30)},
    "leave that waits": {"task": "leave.remind_deciders", "schedule": crontab(hour=8, minute=30)},
    "trips that ended": {"task": "leave.remind_trips", "schedule": crontab(hour=8, minute=30)},
    "the day summed up": {
        "task": "attendance.daily_summary",
        # In the morning only what the evening before missed.
        "schedule": crontab(hour="8,17", minute=35),
    },
    "a week or a month to look at": {
        "task": "attendance.check_ready",
        "schedule": crontab(hour=8, minute=40),
    },
    "attendance reports of the first": {
        "task": "attendance.begin_month",
        "schedule": crontab(day_of_month=1, hour="1-23", minute=10),
    },
    "register imports nobody confirmed": {
        "task": "attendance.expire_imports",
        "schedule": crontab(hour=3, minute=55),
    },
    "attendance reports due": {"task": "attendance.build_reports", "schedule": crontab()},
    "days nobody accounted for": {
        "task": "attendance.absences",
        "schedule": crontab(minute="*/10", hour="7-20"),
    },
    "steps that run out": {"task": "attendance.remind_absences", "schedule": crontab(hour=8, minute=45)},
    "totals of large places": {
        "task": "attendance.write_totals",
        "schedule": crontab(minute="*/10"),
        # The next run writes everything again.
        "options": {"expires": 540},
    },
    "totals of months long over": {
        "task": "attendance.write_older_totals",
        "schedule": crontab(hour=1, minute=35),
    },
    "leave overdue": {"task": "leave.remind_overdue", "schedule": crontab(hour=8, minute=30)},
}

#: What 运行状态 calls the jobs above.
JOB_NAMES = {
    "core.forget_outcomes": "清掉一天前的接口重发记录",
    "config.heartbeat": "报到",
    "teams.sweep_sessions": "清理过期的登录",
    "teams.clear_grants": "清理到期的授权",
    "teams.expire_rosters": "清掉三十天没有确认的名册",
    "core.seal": "封存审计记录",
    "core.seal_everything": "补封审计记录",
    "core.send_outbox": "发送外发消息",
    "core.prune_outbox": "清理半年前的外发消息",
    "core.make_backups": "备份",
    "overview.plan_digests": "每天一次的汇总",
    "attendance.forget_positions": "删去到期的签到位置",
    "attendance.expire_imports": "清掉三十天没有确认的考勤表",
    "attendance.begin_month": "月初生成临时考勤报表",
    "attendance.build_reports": "生成考勤报表",
    "leave.remind_return": "请假到期提醒",
    "leave.remind_deciders": "请假久未批的提醒",
    "leave.remind_trips": "因公外出返岗提醒",
    "leave.remind_paper": "补办书面手续提醒",
    "attendance.write_totals": "汇总本月和上月出勤",
    "attendance.write_older_totals": "汇总以前各月出勤",
    "attendance.daily_summary": "每日出勤汇总",
    "attendance.check_ready": "在岗履职调度提醒",
    "attendance.absences": "列出待核的缺勤",
    "attendance.remind_absences": "缺勤处置到期提醒",
    "leave.remind_overdue": "逾期未销假提醒",
}
