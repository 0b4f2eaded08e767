"""The trail in words: what each action, kind of object, field and value is called on the auditor's pages.

Rooms name theirs in their own ``trail.py`` at start-up, so that this room holds no word of the field. A test
insists that every verb and every recorded action has a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Choices = Iterable[tuple[Any, Any]]

ACTIONS: dict[str, str] = {}
KINDS: dict[str, str] = {}
_FIELDS: dict[str, str] = {}
_VALUES: dict[tuple[str, str], list[Choices | Callable[[], Choices]]] = {}


def name_actions(names: Mapping[str, str]) -> None:
    """``{"leave.submit": "提交请假"}``: what somebody did, as a verb and its object."""
    ACTIONS.update(names)


def name_kinds(names: Mapping[str, str]) -> None:
    """``{"leave": "请假"}``: the kinds of object that events are about."""
    KINDS.update(names)


def name_fields(names: Mapping[str, str]) -> None:
    """``{"last_day": "最后一天"}``: the keys of what stood before and after."""
    _FIELDS.update(names)


def name_values(field: str, choices: Choices | Callable[[], Choices], *, about: str = "") -> None:
    """What the codes under a key mean; ``choices`` as a model's field has them, or a function that gives them.

    ``about`` keeps them to one kind of object, because two kinds may say the same code differently.
    """
    _VALUES.setdefault((about, field), []).append(choices)


def action_words(code: str) -> str:
    """The action in words; a code nobody named stays as it is, so that nothing is hidden."""
    return ACTIONS.get(code, code)


def kind_words(kind: str) -> str:
    return KINDS.get(kind, kind)


def field_words(field: str) -> str:
    return _FIELDS.get(field, field)


def value_words(field: str, value: Any, about: str = "") -> str:
    """One value of before or after, readable: lists with 、, objects as pairs, nothing as —."""
    if value is None or value == "" or value == [] or value == {}:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value_words(field, item, about) for item in value)
    if isinstance(value, Mapping):
        return "，".join(f"{field_words(key)} {value_words(key, item, about)}" for key, item in value.items())
    for choices in [*_VALUES.get((about, field), ()), *_VALUES.get(("", field), ())]:
        for code, words in choices() if callable(choices) else choices:
            if code == value:
                return str(words)
    return str(value)


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], about: str = ""
) -> list[tuple[str, str, str]]:
    """Each key in words with what stood before and after, keys of both sides first."""
    keys = [key for key in after if key in before] + [key for key in after if key not in before]
    keys += [key for key in before if key not in after]
    return [
        (field_words(key), value_words(key, before.get(key), about), value_words(key, after.get(key), about))
        for key in keys
    ]


name_actions(
    {
        "attachment.add": "添加附件",
        "attachment.remove": "移除附件",
        "feedback.send": "提交意见反馈",
        "feedback.answer": "答复意见反馈",
        "calendar.enter": "登记放假通知",
        "delivery.email": "要邮箱验证码",
        "delivery.confirm": "验证邮箱",
        "delivery.choose": "选择消息方式",
        "delivery.forget": "删除邮箱",
        "outbox.retry": "重试外发消息",
        "outbox.drop": "放弃外发消息",
        "audit.read": "查看审计记录",
        "audit.export": "导出审计记录",
        "audit.check": "开始链校验",
        "audit.checked": "链校验完成",
        "audit.purge": "清除旧审计记录",
        "keys.rotate": "更换号码密钥",
        "backup.ask": "要一份备份",
        "backup.take": "做好一份备份",
        "backup.restore": "从备份恢复",
    }
)
name_kinds(
    {
        "delivery": "消息方式",
        "outbox": "外发消息",
        "feedback": "意见反馈",
        "calendar": "法定日历",
        "backup": "备份",
        "audit_check": "链校验",
        "audit_event": "审计记录",
    }
)
name_values(
    "source",
    [("web", "网页"), ("api", "接口"), ("command", "管理命令"), ("job", "后台任务"), ("shell", "命令行")],
)
name_fields(
    {
        "code": "拒绝代码",
        "why": "说明",
        "reason": "理由",
        "name": "名称",
        "sha256": "校验码",
        "hash": "校验码",
        "size": "字节数",
        "page": "页面",
        "state": "状态",
        "from": "起",
        "to": "止",
        "count": "数量",
        "value": "值",
        "key": "项目",
        "kind": "类别",
        "first": "从位置",
        "last": "到位置",
        "breaks": "断点数",
        "unsealed": "未封存条数",
        "before": "早于",
        "events": "条数",
        "head": "链头",
        "digest": "每天一次汇总",
        "hour": "几点发",
        "instant": "要办的即时发",
        "right": "验证码正确",
        "attempts": "已试次数",
        "error": "没有发出的原因",
        "message_id": "外发消息编号",
        "by": "操作系统账号",
        "filters": "条件",
        "format": "格式",
        "table": "表",
    }
)
