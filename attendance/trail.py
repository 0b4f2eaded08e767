"""The words of this room in the audit trail."""

from __future__ import annotations

from core import trail

trail.name_actions(
    {
        "attendance.enter": "登记出勤",
        "attendance.sign_in": "本人签到",
        "attendance.set_point": "登记驻点位置",
        "attendance.forget_positions": "删去到期的签到位置",
        "attendance.object": "提出考勤异议",
        "attendance.answer": "答复考勤异议",
        "month_report.ask": "生成月度考勤报表",
        "month_report.finish": "月度考勤报表完成",
        "month_report.download": "下载出勤登记表",
        "month_report.team": "导出工作队的出勤登记表",
        "month_sheet.send": "月度考勤送核",
        "month_sheet.withdraw": "撤回送核",
        "month_sheet.closed": "关账",
        "month_sheet.returned": "月度考勤退回",
        "month_sheet.reopen": "重开月份",
    }
)
trail.name_kinds(
    {
        "team_month": "工作队的一个月",
        "month_sheet": "月度考勤",
        "month_objection": "考勤异议",
        "month_report": "月度考勤报表",
    }
)
trail.name_fields(
    {"entries": "登记", "month": "年月", "teams": "工作队数", "team_id": "工作队编号", "days": "涉及天数"}
)
trail.name_fields(
    {
        "lines": "人数",
        "sheet_id": "月度考勤编号",
        "text": "异议",
        "day": "日",
        "unverified": "待核",
        "offline": "补传",
        "answer": "答复",
        "objection_id": "异议编号",
    }
)
