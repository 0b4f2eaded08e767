"""Reading the State Council's notice on a year's holidays: its own words in, days off and weekends worked out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import Refused, Several

ONE_DAY = timedelta(days=1)
WEEKDAYS = "一二三四五六日"
#: No holiday is longer; a slip of the pen is.
LONGEST = 20

_FULL_WIDTH = str.maketrans("():;,.", "（）：；，。")
_HEADING = re.compile(r"([^\s：。；、，\d][^\s：。；，\d]{1,18})：")
_NUMBER = re.compile(r"^[一二三四五六七八九十]+、")
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日"
_SPAN = re.compile(rf"{_DAY}(（[^）]*）)?(?:(?:至|到|-|—|~)\s*{_DAY}(（[^）]*）)?)?")
_TOTAL = re.compile(r"共\s*(\d+)\s*天")


@dataclass(frozen=True)
class Holiday:
    """One holiday of a notice: its name, the days off in order, and the weekends worked for it."""

    name: str
    off: tuple[date, ...]
    worked: tuple[date, ...]


def read_notice(text: str, year: int) -> list[Holiday]:
    """The holidays in the notice's own words, e.g. ``元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。``

    Raises Several with a sentence for each that cannot be right: a day of the week or a number of days that does not
    fit, a worked day that is no weekend, days given twice; Refused where no holiday is found at all.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_FULL_WIDTH)
    headings = list(_HEADING.finditer(plain))
    found: list[Holiday] = []
    wrong: list[str] = []
    for number, heading in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(plain)
        name, body = _NUMBER.sub("", heading[1]), plain[heading.end() : end]
        if "日" not in body or "放假" not in body:
            continue
        try:
            found.append(_holiday(name, body, year, wrong))
        except ValueError as error:
            wrong.append(f"{name}：{error}")
    if not found and not wrong:
        raise Refused(
            "no_holiday",
            "没有读到放假的日子。照通知原文粘贴，如：元旦：1月1日（周四）至3日（周六）放假，共3天",
            field="text",
        )
    wrong += _clashes(found)
    if wrong:
        raise Several([Refused("notice_text", sentence, field="text") for sentence in wrong])
    return found


def _holiday(name: str, body: str, year: int, wrong: list[str]) -> Holiday:
    off: list[date] = []
    worked: list[date] = []
    for sentence in re.split(r"[。；\n]", body):
        days = _days(sentence, year, off or worked)
        if "上班" in sentence:
            worked += [day for day, _ in days]
        elif "放假" in sentence:
            off += [day for day, _ in days]
            total = _TOTAL.search(sentence)
            if total and int(total[1]) != len(days):
                wrong.append(f"{name}：从日期数是 {len(days)} 天，通知里写共 {total[1]} 天")
        else:
            continue
        wrong += [
            f"{name}：{words(day)}是{weekday(day)}，通知里写的是{said}"
            for day, said in days
            if said and said != weekday(day)
        ]
    if not off:
        raise ValueError("没有读到放几天假")
    wrong += [
        f"{name}：{words(day)}是{weekday(day)}，本来就上班，不用补" for day in worked if day.weekday() < 5
    ]
    return Holiday(name, tuple(off), tuple(worked))


def _days(sentence: str, year: int, before: list[date]) -> list[tuple[date, str]]:
    """Each day the sentence names, with the day of the week the notice gives for it, or nothing."""
    found: list[tuple[date, str]] = []
    month = before[-1].month if before else 0
    for match in _SPAN.finditer(sentence):
        first = _date(match[1], match[2], match[3], year, month)
        month = first.month
        if match[7] is None:
            found.append((first, _said(match[4])))
            continue
        last = _date(match[5], match[6], match[7], first.year, month)
        month = last.month
        if last < first:
            last = last.replace(year=last.year + 1)
        if (last - first).days >= LONGEST:
            raise ValueError(f"{words(first)}到{words(last)}太长，看是不是写错了")
        run = [first + ONE_DAY * step for step in range((last - first).days + 1)]
        said = {first: _said(match[4]), last: _said(match[8])}
        found += [(day, said.get(day, "")) for day in run]
    return found


def _date(year: str | None, month: str | None, day: str, usual: int, before: int) -> date:
    try:
        return date(int(year or usual), int(month or before), int(day))
    except ValueError:
        raise ValueError(f"{month or before}月{day}日不是一个日期") from None


def _said(note: str | None) -> str:
    found = re.search(r"(?:周|星期)([一二三四五六日天])", note or "")
    return f"周{found[1].replace('天', '日')}" if found else ""


def _clashes(found: list[Holiday]) -> list[str]:
    wrong, seen = [], {}
    for holiday in found:
        for day, what in [(day, "放假") for day in holiday.off] + [(day, "上班") for day in holiday.worked]:
            if day in seen:
                wrong.append(f"{words(day)}出现了两次：{seen[day]}、{holiday.name}{what}")
            seen[day] = f"{holiday.name}{what}"
    return wrong


def weekday(day: date) -> str:
    """周一 … 周日."""
    return f"周{WEEKDAYS[day.weekday()]}"


def words(day: date) -> str:
    return f"{day.month}月{day.day}日"
