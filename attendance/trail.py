"""The words of this room in the audit trail."""

from __future__ import annotations

from core import trail

trail.name_actions(
    {
        "attendance.enter": "登记出勤",
        "attendance.sign_in": "本人签到",
        "attendance.set_point": "登记驻点位置",
        "attendance.forget_positions": "删去到期的签到位置",
    }
)
trail.name_kinds({"team_month": "工作队的一个月"})
trail.name_fields({"entries": "登记", "month": "年月", "team_id": "工作队编号", "days": "涉及天数"})
trail.name_fields({"day": "日", "unverified": "待核", "offline": "补传"})
