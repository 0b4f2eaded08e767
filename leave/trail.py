"""The words of this room in the audit trail."""

from __future__ import annotations

from approvals.clocks import name_clocks
from core import trail
from leave.models import CalendarFeed, LeaveRequest, OfficialTrip
from rules.book import leave_types_known
from teams.words import Half

trail.name_actions(
    {
        "leave.save": "保存请假草稿",
        "leave.discard": "删去请假草稿",
        "leave.remove_file": "移除请假附件",
        "leave.submit": "提交请假",
        "leave.assign": "指定批准人",
        "leave.withdraw": "撤回请假",
        "leave.cancel": "取消请假",
        "leave.report_back": "销假",
        "leave.contact": "查看请假期间电话",
        "leave.agreed": "请假获批准",
        "leave.refused": "请假未获同意",
        "leave.returned": "请假退回修改",
        "leave.replaced": "请假由变更代替",
        "leave.voice": "登记口头同意",
        "leave.paper": "代录纸质请假",
        "calendar_feed.make": "生成日历订阅链接",
        "calendar_feed.revoke": "撤销日历订阅链接",
        "leave.export_ledger": "导出请销假台账",
        "leave.export_balances": "导出假期余额",
        "rota.save": "排节假日轮值表",
        "rota.cancel": "作废轮值表",
        "trip.report": "报告因公外出",
        "trip.acknowledge": "知悉因公外出",
        "trip.cancel": "取消因公外出",
        "trip.back": "因公外出返岗",
    }
)
trail.name_kinds({"leave": "请假", "trip": "因公外出", "calendar_feed": "日历订阅", "rota": "轮值表"})
trail.name_fields(
    {
        "type": "类型",
        "span": "起止",
        "start": "开始",
        "end": "结束",
        "start_half": "开始（半天）",
        "end_half": "结束（半天）",
        "revision": "第几稿",
        "number": "编号",
        "halves": "离岗半天数",
        "outcome": "批准方式",
        "clauses": "依据条款",
        "returned_on": "返岗日期",
        "half": "返岗半天",
        "request_id": "请假编号",
        "attachment_id": "附件编号",
        "extends": "续哪一件",
        "replaces": "变更哪一件",
        "by": "由哪一件代替",
        "why": "原因",
        "channel": "途径",
        "given_by": "同意的人",
        "given_on": "同意日期",
        "traveller": "外出人",
        "duties": "谁哪天值班（人员编号）",
        "rota_id": "轮值表编号",
        "team_id": "工作队编号",
        "reach": "内容",
        "feed_id": "日历订阅编号",
        "trip_id": "因公外出编号",
        "asked": "导出的范围",
    }
)
trail.name_values("state", LeaveRequest.State.choices, about="leave")
trail.name_values("state", OfficialTrip.State.choices, about="trip")
trail.name_values("channel", LeaveRequest.Channel.choices, about="leave")
trail.name_values("type", leave_types_known)
trail.name_values("reach", CalendarFeed.Reach.choices)
trail.name_values(
    "outcome", [("route", "按档次"), ("unspecified", "文件未规定"), ("yields", "让位于别的规定")]
)
for key in ("half", "start_half", "end_half"):
    trail.name_values(key, Half.choices)

name_clocks({"leave.return": "销假", "leave.paper": "补办书面手续"})
