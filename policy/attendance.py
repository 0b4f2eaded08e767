"""A day of the register: what may be said of its parts, the marks people use for it, and what the quota makes of it.

A day has three parts: morning, afternoon, and the night that begins with its evening. Of each part one value
stands; how it was found out is no business of this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from policy.days import Half
from policy.quota import Facts

Part = str
AM, PM, NIGHT = "am", "pm", "night"
PARTS: tuple[Part, ...] = (AM, PM, NIGHT)
PART_LABELS: dict[Part, str] = {AM: "上午", PM: "下午", NIGHT: "夜间"}
#: Nothing is said of this part, or no longer.
CLEARED = ""
LEAVE, TRIP = "leave", "trip"
#: What may be said of half a day, and of a night.
HALF_VALUES: dict[str, str] = {
    "on_post": "在岗", "duty": "值班", "comp_rest": "补休", "rest": "休息", "training": "培训",
    "unverified": "待核",
}  # fmt: skip
NIGHT_VALUES: dict[str, str] = {"village": "住村", "town": "住镇", "none": "没有住下", "unverified": "待核"}
#: What an approved absence says of half a day; nobody types it.
AWAY_VALUES: dict[str, str] = {LEAVE: "请假", TRIP: "因公外出"}
_GLYPHS: dict[str, str] = {
    "on_post": "√", "duty": "值", "comp_rest": "补", "rest": "休", "training": "训", "unverified": "待核",
    LEAVE: "假", TRIP: "公", CLEARED: "·",
}  # fmt: skip
_CSS: dict[str, str] = {
    "on_post": "on-post", "duty": "duty", "comp_rest": "duty", "rest": "rest", "training": "duty",
    "unverified": "unverified", LEAVE: "leave", TRIP: "trip", CLEARED: "none",
}  # fmt: skip


def fits(part: Part, value: str) -> bool:
    """Is `value` something a person may say of `part`? Clearing it always is."""
    return value == CLEARED or value in (NIGHT_VALUES if part == NIGHT else HALF_VALUES)


def value_label(part: Part, value: str) -> str:
    """在岗, 住村, 请假 …; 没有登记 where nothing is said."""
    if value == CLEARED:
        return "没有登记"
    if part == NIGHT:
        return NIGHT_VALUES[value]
    return {**HALF_VALUES, **AWAY_VALUES}[value]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing people write into a day of the register.

    `key`: the physical key that writes it (an input method eats letters). `am`, `pm`, `night`: what it says of
    each part; empty says nothing and takes back what stood there.
    """

    code: str
    glyph: str
    label: str
    key: str
    am: str = CLEARED
    pm: str = CLEARED
    night: str = CLEARED

    def value(self, part: Part) -> str:
        """What the mark says of a part."""
        return {AM: self.am, PM: self.pm, NIGHT: self.night}[part]

    @property
    def key_label(self) -> str:
        """The key as a person calls it: 1, T, Delete."""
        return self.key.removeprefix("Digit").removeprefix("Key")


def _whole(code: str, glyph: str, label: str, key: str, value: str, night: str = CLEARED) -> Mark:
    return Mark(code, glyph, label, key, value, value, night)


CLEAR = Mark("clear", "", "清除登记", "Delete")
MARKS: tuple[Mark, ...] = (
    _whole("on_post", "√", "在岗", "Digit1", "on_post"),
    _whole("village", "住", "在岗并住村", "Digit2", "on_post", "village"),
    _whole("rest", "休", "休息", "Digit3", "rest"),
    _whole("town", "镇", "在岗并住镇", "Digit4", "on_post", "town"),
    _whole("duty", "值", "值班", "Digit5", "duty"),
    _whole("comp_rest", "补", "补休", "Digit6", "comp_rest"),
    Mark("morning", "√·", "上午在岗", "Digit7", am="on_post"),
    Mark("afternoon", "·√", "下午在岗", "Digit8", pm="on_post"),
    _whole("unverified", "待核", "待核", "Digit9", "unverified"),
    _whole("training", "训", "培训", "KeyT", "training"),
    CLEAR,
)
MARK_OF: dict[str, Mark] = {mark.code: mark for mark in MARKS}


@dataclass(frozen=True, slots=True)
class Shown:
    """A day as the register shows it: its glyph, the style's name for it, and the same in words."""

    glyph: str
    css: str
    label: str


_BLANK = Shown("", "none", "没有登记")
_REST = Shown("休", "rest", "休息日")


def shown(values: Mapping[Part, str], *, workday: bool) -> Shown:
    """What a day shows of what stands of its parts. Statutory rest needs no entry: it shows 休 by itself."""
    am, pm, night = (values.get(part, CLEARED) for part in PARTS)
    stayed = night if night in ("village", "town") else CLEARED
    if am == pm == night == CLEARED:
        return _BLANK if workday else _REST
    words = said(am, pm, night)
    if am == pm:
        if am == "on_post" and stayed:
            return Shown("住" if stayed == "village" else "镇", "overnight", words)
        if am == CLEARED:
            return Shown("夜", "overnight" if stayed else "none", words)
        return Shown(_GLYPHS[am], _CSS[am], words)
    # A half-day away tells the whole cell's colour: it is what the reader must not miss.
    leading = next((each for each in (am, pm) if each in AWAY_VALUES), am or pm)
    glyphs = "".join("核" if each == "unverified" else _GLYPHS[each] for each in (am, pm))
    return Shown(glyphs, _CSS[leading], words)


def said(am: str, pm: str, night: str) -> str:
    """The parts of a day in one phrase: 在岗，住村; 上午请假，下午在岗. Empty where nothing is said."""
    if am == pm:
        words = [value_label(AM, am)] if am else []
    else:
        words = [
            f"{PART_LABELS[part]}{value_label(part, each)}" for part, each in ((AM, am), (PM, pm)) if each
        ]
    if night:
        words.append("夜间待核" if night == "unverified" else value_label(NIGHT, night))
    return "，".join(words)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a person's days come to: halves on post, away on leave and on trips; nights in the village, in the town."""

    on_post: int = 0
    leave: int = 0
    trip: int = 0
    village: int = 0
    town: int = 0


#: 值班 on a rest day is being there; the rest taken in exchange for it is explained by it.
THERE = ("on_post", "duty")


def totals_of(days: Iterable[Mapping[Part, str]]) -> Totals:
    """The totals of some days."""
    on_post = leave = trip = village = town = 0
    for values in days:
        for part in (AM, PM):
            value = values.get(part, CLEARED)
            on_post += value in THERE
            leave += value == LEAVE
            trip += value == TRIP
        night = values.get(NIGHT, CLEARED)
        village += night == "village"
        town += night == "town"
    return Totals(on_post, leave, trip, village, town)


_EXPLAINS = {LEAVE: "leave", TRIP: "trip", "comp_rest": "duty", "training": "training"}


def facts_of(days: Mapping[date, Mapping[Part, str]]) -> Facts:
    """A person's days as the quota counts them.

    值班 counts as on post, 补休 as absence that duty explains, 休息 and 没有住下 as nothing.
    """
    on_post, pending = set(), set()
    nights, stays, pending_nights = set(), set(), set()
    away: dict[tuple[date, Half], str] = {}
    for day, values in days.items():
        for half in Half:
            value = values.get(half.value, CLEARED)
            if value in THERE:
                on_post.add((day, half))
            elif value in _EXPLAINS:
                away[day, half] = _EXPLAINS[value]
            elif value == "unverified":
                pending.add((day, half))
        night = values.get(NIGHT, CLEARED)
        if night in ("village", "town"):
            stays.add(day)
        if night == "village":
            nights.add(day)
        elif night == "unverified":
            pending_nights.add(day)
    return Facts(
        frozenset(on_post), frozenset(nights), frozenset(stays), away, frozenset(pending),
        frozenset(pending_nights),
    )  # fmt: skip
