"""The words of this room in the audit trail."""

from __future__ import annotations

from core import trail
from rules.models import LocalRule

trail.name_actions(
    {
        "setting.set": "修改本地设置",
        "local_rule.save": "填写本地制度",
        "local_rule.import": "导入制度文件",
        "local_rule.new_version": "起草本地制度的新版本",
        "local_rule.add_files": "给本地制度加附件",
        "local_rule.remove_file": "移除本地制度的附件",
        "local_rule.submit": "提交本地制度",
        "local_rule.withdraw": "撤回本地制度",
        "local_rule.discard": "删去本地制度草稿",
        "local_rule.confirmed": "确认本地制度",
        "local_rule.refused": "不同意本地制度",
        "local_rule.returned": "退回本地制度",
    }
)
trail.name_kinds({"local_rule": "本地制度"})
trail.name_fields(
    {
        "rule_id": "本地制度编号",
        "region_id": "区划编号",
        "hash": "校验码",
        "supersedes": "替代的制度",
        "repeals": "只废止",
        "title": "名称",
    }
)
trail.name_values("state", LocalRule.State.choices, about="local_rule")
