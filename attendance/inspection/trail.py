"""The words of checks, bulletins and talks in the audit trail."""

from __future__ import annotations

from core import trail

trail.name_actions(
    {
        "spot_check.plan": "安排查岗",
        "spot_check.seed": "填写抽取种子",
        "spot_check.draw": "抽取查岗名单",
        "spot_check.cancel": "取消查岗",
        "spot_check.find": "记查岗结果",
        "spot_check.find_rest": "记其余的人在岗",
        "spot_check.close": "结束查岗",
        "bulletin.draft": "起草督查通报",
        "bulletin.correct": "起草更正通报",
        "bulletin.edit": "修改督查通报",
        "bulletin.send": "督查通报送签",
        "bulletin.withdraw": "撤回督查通报",
        "bulletin.drop": "督查通报不发了",
        "bulletin.issued": "印发督查通报",
        "bulletin.dropped": "不同意督查通报",
        "unit_talk.record": "登记约谈",
        "unit_talk.acknowledge": "知悉约谈",
        "unit_talk.void": "约谈登记作废",
    }
)
trail.name_kinds(
    {"spot_check": "查岗", "spot_target": "查岗对象", "inspection_bulletin": "督查通报", "unit_talk": "约谈"}
)
trail.name_fields(
    {
        "serial": "第几次",
        "pool": "名单人数",
        "pool_hash": "名单校验码",
        "seed": "种子",
        "drawn": "抽取人数",
        "target": "代码",
        "outcome": "结果",
        "checks": "查岗次数",
        "items": "问题条数",
        "held_on": "约谈日期",
        "cases": "涉及件数",
        "on_post": "在岗",
        "trip": "公出",
        "absent": "不在岗",
        "people": "人数",
    }
)
