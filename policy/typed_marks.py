"""What people write into a day of a register's workbook, read as marks: √, 住, 休, half days, and the words for them."""

from __future__ import annotations

import re

from policy.attendance import CLEARED, MARKS, Mark

#: Written, without blanks → the mark it means. The register's own glyphs and labels come first.
_SAID: dict[str, str] = {
    **{mark.glyph: mark.code for mark in MARKS if mark.glyph},
    **{mark.label: mark.code for mark in MARKS},
    **dict.fromkeys(("✓", "✔", "v", "对", "勾", "出勤", "在", "1", "是"), "on_post"),
    **dict.fromkeys(("住村", "在岗住村", "√住", "√住村", "住在村", "2"), "village"),
    **dict.fromkeys(("住镇", "在岗住镇", "√镇", "√住镇", "住在镇", "4"), "town"),
    **dict.fromkeys(("休假日", "公休", "周末", "休息日", "3"), "rest"),
    **dict.fromkeys(("值守", "5"), "duty"),
    **dict.fromkeys(("调休", "6"), "comp_rest"),
    **dict.fromkeys(("学习", "集训", "t"), "training"),
    **dict.fromkeys(("上午", "上午√", "√上午", "半天上午", "7"), "morning"),
    **dict.fromkeys(("下午", "下午√", "√下午", "半天下午", "8"), "afternoon"),
    # 无故 is a person's finding and comes out of no workbook: a cross waits to be looked into.
    **dict.fromkeys(("✗", "✘", "×", "x", "❌", "缺", "缺勤", "旷", "旷工", "无故", "未到", "不在岗", "核", "?", "？", "9", "0"),
                    "unverified"),
    **dict.fromkeys(("清", "清除", "删"), "clear"),
}  # fmt: skip
#: Absences flow in from what was approved; nobody imports them.
ABSENCES = re.compile(r"(事|病|年|婚|产|丧|探亲)?假|请假|公|公出|因公|因公外出|出差|年休假?")
#: What stands where a person was not posted, or for nothing at all.
NOTHING = frozenset({"/", "／", "—", "-", "－", "·", ".", "无", "空"})
_BY_CODE = {mark.code: mark for mark in MARKS}
_HALVES = re.compile(r"[/／|、,，\n]")


def plain(text: str) -> str:
    """Without blanks, small letters: how a mark is compared."""
    return re.sub(r"\s+", "", text).lower()


def is_absence(text: str) -> bool:
    """Is it 假, 公 or a kind of them?"""
    return ABSENCES.fullmatch(plain(text)) is not None


def read(text: str) -> Mark | None:
    """The mark somebody means by a text; two halves as ``√/休``. None where nobody can tell."""
    word = plain(text)
    code = _SAID.get(word) or _SAID.get(word.strip("()（）"))
    if code is not None:
        return _BY_CODE[code]
    halves = _HALVES.split(word)
    if len(halves) != 2:
        return None
    am, pm = (_half(each) for each in halves)
    if am is None or pm is None:
        return None
    return Mark("halves", word, word, "", am, pm)


def _half(word: str) -> str | None:
    """What a half of a day says; an absence or nothing leaves the half alone."""
    if not word or word in NOTHING or is_absence(word):
        return CLEARED
    code = _SAID.get(word)
    if code is None or code in ("morning", "afternoon"):
        return None
    return _BY_CODE[code].am
