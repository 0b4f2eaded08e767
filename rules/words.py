"""What the places where a clause works are called, for those who read the 制度库."""

from __future__ import annotations

from policy.base import TOPIC_LABELS

SCREEN_WORDS = {
    "rules:pack": "制度库",
    "rules:trial": "试算",
    "rules:local_submit": "登记本地制度",
    "leave:submit": "请假申请",
    "leave:extend": "续假",
    "leave:new_trip": "因公外出",
    "leave:assign": "指定批准人",
    "leave:back": "销假",
    "leave:ledger": "请销假台账",
    "leave:ledger_file": "请销假台账导出",
    "attendance:register": "考勤台账",
    "attendance:mine": "我的考勤",
    "attendance:quotas": "驻村定额",
    "attendance:daily": "每日汇总",
    "attendance:check": "在岗履职调度",
    "attendance:check_record": "登记调度",
    "attendance:person": "一个人的考勤",
    "attendance:absences": "缺勤处置",
    "attendance:absence_case": "一件缺勤处置",
    "attendance:absence_step": "办理处置步骤",
    "attendance:absence_state": "写情况说明",
    "attendance:absence_paper": "代录纸质情况说明",
    "attendance:absence_summary": "情况说明汇总",
    "inspection:checks": "查岗",
    "inspection:check": "一次查岗",
    "inspection:check_new": "安排查岗",
    "inspection:results": "记查岗结果",
    "inspection:bulletins": "督查通报",
    "inspection:bulletin": "一份督查通报",
    "inspection:bulletin_new": "起草督查通报",
    "inspection:bulletin_edit": "修改督查通报",
    "inspection:bulletin_paper": "督查通报打印件",
    "inspection:talks": "约谈",
    "inspection:talk": "一次约谈",
    "inspection:talk_new": "登记约谈",
    "teams:pairing": "组团结对",
    "teams:roster_imports": "名册导入",
}
#: Where a reader is led who may go there; the other places are about one object and have no address of their own.
LINKED = {
    "rules:trial": "rules:trial",
    "rules:local_submit": "rules:local_new",
    "leave:submit": "leave:new",
    "leave:ledger": "leave:ledger",
    "attendance:register": "attendance:register",
    "attendance:mine": "attendance:mine",
    "attendance:quotas": "attendance:quotas",
    "attendance:daily": "attendance:daily",
    "attendance:check": "attendance:check",
    "attendance:absences": "attendance:absences",
    "attendance:absence_summary": "attendance:absence_summary",
    "inspection:checks": "inspection:checks",
    "inspection:bulletins": "inspection:bulletins",
    "inspection:talks": "inspection:talks",
    "teams:pairing": "teams:pairing",
}
JOB_WORDS = {
    "leave.remind_return": "到期当天提醒销假",
    "leave.remind_overdue": "逾期没有销假的提醒",
    "attendance.daily_summary": "每日出勤汇总的通报",
    "attendance.check_ready": "可以调度的提醒",
    "attendance.remind_absences": "处置步骤到期的提醒",
}
COMMAND_WORDS = {"explain": "命令 explain"}


def topic_words(topic: str) -> str:
    """请销假, 考勤 and the rest."""
    return TOPIC_LABELS.get(topic, topic)
