"""The region settings there are: each with its words, its type, what holds where nobody has set it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rules import yearly
from rules.book import leave_types_known


@dataclass(frozen=True)
class Shape:
    """How a text that is a value is written: ``help`` says so to people, ``fits`` checks, ``words`` reads it out."""

    help: str
    fits: Callable[[str], bool]
    words: Callable[[str], str]


@dataclass(frozen=True)
class Declared:
    """One setting: its key, what it does in words, its type, what holds where nobody has set it, the heading it stands
    under and what else to know of it.

    The page shows a switch for bool, a number for int (``unit`` behind it, from ``least`` to ``most``), and for str
    a text or, where there are ``choices`` (value, words), a list; ``shape`` says how a text must be written. For dict
    it shows a number for each of ``rows`` (code, words); the value holds those above 0.
    """

    key: str
    says: str
    kind: type
    default: Any
    group: str = ""
    note: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    least: int = 0
    most: int = 366
    shape: Shape | None = None
    rows: Callable[[], list[tuple[str, str]]] | None = None

    def words(self, value: Any) -> str:
        """The value as a page says it."""
        if self.shape is not None:
            return self.shape.words(value)
        if self.rows is not None:
            said = [f"{label} {value[code]} {self.unit}" for code, label in self.rows() if value.get(code)]
            return "，".join(said) or "不设"
        if self.kind is bool:
            return "是" if value else "否"
        return f"{dict(self.choices).get(value, value)}{f' {self.unit}' if self.unit else ''}"

    def allows(self, value: Any) -> bool:
        """Is this a value the setting can have?"""
        if type(value) is not self.kind:
            return False
        if self.rows is not None:
            known = dict(self.rows())
            return isinstance(value, dict) and all(
                code in known and type(each) is int and max(1, self.least) <= each <= self.most
                for code, each in value.items()
            )
        if isinstance(value, int) and self.kind is int:
            return self.least <= value <= self.most
        if self.shape is not None:
            return isinstance(value, str) and self.shape.fits(value)
        return not self.choices or value in dict(self.choices)


DECLARED = {
    item.key: item
    for item in [
        Declared(
            "leave.join_touching",
            "相连的假合并计算天数来定批准人",
            bool,
            True,
            group="请假",
        ),
        Declared(
            "leave.voice_days",
            "口头同意的紧急请假，几天内补办书面手续",
            int,
            0,
            unit="天",
            most=30,
            group="请假",
            note="0 为不开",
        ),
        Declared(
            "leave.allowance",
            "每人每年各类假可休的天数",
            dict,
            {},
            unit="天",
            rows=leave_types_known,
            group="请假",
            note="超出只提醒，不拦；本人的年休假以派出单位核定的为准",
        ),
        Declared(
            "leave.least_on_post",
            "有人请假时，工作队至少要有多大比例的人在岗",
            int,
            0,
            unit="%",
            most=100,
            group="人手和防汛",
            note="只作提醒，不拦；0 为不规定",
        ),
        Declared(
            "leave.least_on_duty",
            "节假日轮休，工作队每天至少留几人值班",
            int,
            0,
            unit="人",
            most=20,
            group="人手和防汛",
            note="不够的轮值表不能提交；0 为不规定",
        ),
        Declared(
            "leave.flood_season",
            "防汛期",
            str,
            "",
            shape=Shape(
                "写起止的月日，如 04-15 至 10-15；没有的写“无”",
                lambda text: text == "无" or yearly.read(text) is not None,
                lambda text: yearly.words(text) or "不设",
            ),
            group="人手和防汛",
            note="这段时间请假从严，填写和批准时提醒",
        ),
        Declared(
            "leave.remind_after_days",
            "请假几个工作日没有批，提醒批的人",
            int,
            1,
            unit="个工作日",
            most=30,
            group="提醒",
            note="0 为不提醒",
        ),
        Declared(
            "leave.escalate_after_days",
            "请假几个工作日没有批，告诉代行的人、上一级和申请人",
            int,
            2,
            unit="个工作日",
            most=30,
            group="提醒",
            note="只告知，不改由谁批；0 为不告知",
        ),
        Declared(
            "leave.return_notice_days",
            "假期结束前几天提醒本人",
            int,
            1,
            unit="天",
            most=30,
            group="提醒",
            note="0 为只在最后一天提醒",
        ),
        Declared(
            "attendance.mode",
            "考勤方式",
            str,
            "register",
            choices=(
                ("register", "乡镇台账"),
                ("sign_in", "本人签到，签不上的由乡镇代记"),
                ("both", "本人签到和乡镇台账并用"),
            ),
            group="考勤登记",
        ),
        Declared(
            "attendance.captain_enters",
            "队长也登记本队的考勤台账",
            bool,
            False,
            group="考勤登记",
        ),
        Declared(
            "attendance.absence_cutoff",
            "乡镇记台账的，工作日没有登记到什么时候列为待核",
            str,
            "10:00",
            shape=Shape(
                "写下一个工作日的时刻，如 10:00；不列的写“无”",
                lambda text: text == "无" or re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text) is not None,
                lambda text: "不列" if text == "无" else f"下一个工作日 {text}",
            ),
            group="考勤登记",
        ),
        Declared(
            "attendance.daily_summary",
            "每个工作日傍晚向乡镇和县级主管部门通报当天出勤",
            bool,
            False,
            group="考勤登记",
            note="文件要求的自动开通",
        ),
        Declared(
            "attendance.count_trip",
            "因公外出算作在岗",
            bool,
            False,
            group="考勤登记",
            note="文件没有写明时由县里定",
        ),
        Declared(
            "attendance.tap",
            "本人签一次在岗，算一天还是半天",
            str,
            "day",
            choices=(("day", "算一天"), ("half", "算当时的半天")),
            group="本人签到",
        ),
        Declared(
            "attendance.place_needed",
            "本人签到要不要定位",
            str,
            "off",
            choices=(("off", "不要"), ("asked", "要，和驻点位置比对")),
            group="本人签到",
            note="没有定位或在范围外的照样收下，记为待核",
        ),
        Declared(
            "attendance.radius",
            "签到定位离驻点多远以内算在岗",
            int,
            1000,
            unit="米",
            least=100,
            most=50_000,
            group="本人签到",
        ),
        Declared(
            "attendance.position_days",
            "签到的位置留几天，到期删去",
            int,
            30,
            unit="天",
            least=7,
            most=366,
            group="本人签到",
            note="出勤登记不受影响",
        ),
        Declared(
            "attendance.photo",
            "本人签到可不可以附一张照片",
            str,
            "off",
            choices=(("off", "不收"), ("allowed", "可以附，选填")),
            group="本人签到",
            note="选填，从不要求；位置、时间和手机信息先去掉，和签到位置一起到期删去",
        ),
    ]
}
