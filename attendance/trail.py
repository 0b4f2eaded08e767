"""The words of this room in the audit trail."""

from __future__ import annotations

from approvals.clocks import name_clocks
from core import trail
from policy.chains import FORM_LABELS

trail.name_actions(
    {
        "attendance.enter": "登记出勤",
        "attendance.sign_in": "本人签到",
        "attendance.add_photo": "附上签到照片",
        "attendance.see_photo": "查看签到照片",
        "attendance.set_point": "登记驻点位置",
        "attendance.forget_positions": "删去到期的签到位置",
        "attendance.object": "提出考勤异议",
        "attendance.answer": "答复考勤异议",
        "absence.open": "列为待核",
        "absence.report": "把某人某天列为待核",
        "absence.sweep": "到时列出待核",
        "absence.settle": "按登记核销待核",
        "absence.explain": "查明缺勤有因",
        "absence.find": "认定无故不在岗",
        "absence.withdraw": "撤销无故认定",
        "absence.step": "办理缺勤处置步骤",
        "absence.state": "写情况说明",
        "absence.paper": "代录纸质情况说明",
        "absence.statement_signed": "情况说明签字",
        "absence.statement_returned": "退回情况说明",
        "absence.summary": "报送情况说明汇总",
        "register_import.check": "核对考勤表",
        "register_import.recheck": "重新核对考勤表",
        "register_import.apply": "导入考勤",
        "register_import.drop": "放弃考勤导入",
        "register_import.expire": "清掉过期的考勤表",
        "month_report.ask": "生成月度考勤报表",
        "month_report.finish": "月度考勤报表完成",
        "month_report.download": "下载出勤登记表",
        "held_check.record": "登记调度",
        "held_check.void": "作废调度登记",
        "attendance.export_days": "导出出勤明细",
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
        "attendance_days": "出勤明细",
        "held_check": "调度",
        "team_month": "工作队的一个月",
        "month_sheet": "月度考勤",
        "month_objection": "考勤异议",
        "month_report": "月度考勤报表",
        "absence": "缺勤处置",
        "absence_statement": "情况说明",
        "register_import": "考勤导入",
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
trail.name_fields(
    {
        "case_id": "缺勤处置编号",
        "posting_id": "任职编号",
        "halves": "时段",
        "how": "方式",
        "chain": "处置制度",
        "step": "步骤",
        "form": "形式",
        "late": "逾期",
        "outcomes": "措施",
        "statement_id": "情况说明编号",
        "step_id": "步骤编号",
        "mark": "更正为",
        "reason": "理由",
        "note": "内容",
        "also": "一并认定",
        "cases": "件数",
        "through": "列到",
    }
)

#: The steps of a chain, by the codes of the packs; what a pack calls otherwise is 缺勤处置.
name_clocks(
    {
        f"absence.{code}": FORM_LABELS[form]
        for code, form in {**{form: form for form in FORM_LABELS}, "filed": "filing"}.items()
    }
)
