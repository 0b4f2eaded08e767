"""A day of the register: what may be said of its parts, the marks people use for it, and what the quota makes of it.

A day has three parts: morning, afternoon, and the night that begins with its evening. Of each part one value
stands; how it was found out is no business of this module.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from policy import dayset
from policy.dayset import DayBits
from policy.quota import Facts

Part = str
AM, PM, NIGHT = "am", "pm", "night"
PARTS: tuple[Part, ...] = (AM, PM, NIGHT)
PART_LABELS: dict[Part, str] = {AM: "上午", PM: "下午", NIGHT: "夜间"}
#: Nothing is said of this part, or no longer.
CLEARED = ""
LEAVE, TRIP = "leave", "trip"
#: 下组入户: on post, and told apart where a document names it (:class:`policy.topics.QuotaRule`).
VISIT = "visit"
#: What may be said of half a day, and of a night.
HALF_VALUES: dict[str, str] = {
    "on_post": "在岗", "duty": "值班", "comp_rest": "补休", "rest": "休息", "training": "培训",
    "unverified": "待核", VISIT: "下组入户",
}  # fmt: skip
NIGHT_VALUES: dict[str, str] = {"village": "住村", "town": "住镇", "none": "没有住下", "unverified": "待核"}
#: What a person found of half a day; no register says it, and no machine.
UNEXCUSED = "unexcused"
FOUND_VALUES: dict[str, str] = {UNEXCUSED: "无故不在岗"}
#: What an approved absence says of half a day; nobody types it.
AWAY_VALUES: dict[str, str] = {LEAVE: "请假", TRIP: "因公外出"}
_GLYPHS: dict[str, str] = {
    "on_post": "√", "duty": "值", "comp_rest": "补", "rest": "休", "training": "训", "unverified": "待核",
    VISIT: "户", LEAVE: "假", TRIP: "公", UNEXCUSED: "✗", CLEARED: "·",
}  # fmt: skip
_CSS: dict[str, str] = {
    "on_post": "on-post", "duty": "duty", "comp_rest": "duty", "rest": "rest", "training": "duty",
    "unverified": "unverified", VISIT: "on-post", LEAVE: "leave", TRIP: "trip", UNEXCUSED: "unexcused", CLEARED: "none",
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
    return {**HALF_VALUES, **AWAY_VALUES, **FOUND_VALUES}[value]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing people write into a day of the register.

    `key`: the physical key that writes it (an input method eats letters). `am`, `pm`, `night`: what it says of
    each part; empty says nothing and takes back what stood there. `named`: only where a document tells this apart.
    """

    code: str
    glyph: str
    label: str
    key: str
    am: str = CLEARED
    pm: str = CLEARED
    night: str = CLEARED
    named: str = ""

    def value(self, part: Part) -> str:
        """What the mark says of a part."""
        return {AM: self.am, PM: self.pm, NIGHT: self.night}[part]

    @property
    def key_label(self) -> str:
        """The key as a person calls it: 1, T, Delete."""
        return self.key.removeprefix("Digit").removeprefix("Key")


def _whole(
    code: str, glyph: str, label: str, key: str, value: str, night: str = CLEARED, named: str = ""
) -> Mark:
    return Mark(code, glyph, label, key, value, value, night, named)


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
    _whole("visit", "户", "下组入户", "KeyH", VISIT, named=VISIT),
    _whole("visit_stay", "户住", "下组入户并住村", "KeyJ", VISIT, "village", VISIT),
    _whole("visit_town", "户镇", "下组入户并住镇", "KeyK", VISIT, "town", VISIT),
    CLEAR,
)
MARK_OF: dict[str, Mark] = {mark.code: mark for mark in MARKS}


def marks_for(told_apart: Collection[str]) -> tuple[Mark, ...]:
    """The marks of a register whose documents tell these things apart."""
    return tuple(mark for mark in MARKS if not mark.named or mark.named in told_apart)


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
        if am in ("on_post", VISIT) and stayed:
            visit = _GLYPHS[VISIT] if am == VISIT else ""
            return Shown(f"{visit}{'住' if stayed == 'village' else '镇'}", "stayed", words)
        if am == CLEARED:
            return Shown("夜", "stayed" if stayed else "none", words)
        return Shown(_GLYPHS[am], _CSS[am], words)
    # A half-day away tells the whole cell's colour: it is what the reader must not miss.
    found = UNEXCUSED if UNEXCUSED in (am, pm) else ""
    leading = found or next((each for each in (am, pm) if each in AWAY_VALUES), am or pm)
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


#: 值班 is being there, on a rest day too; the rest taken in exchange is explained by it (common-duty).
THERE = ("on_post", "duty", VISIT)
#: What of a night means that he stayed.
STAYED = ("village", "town")


_EXPLAINS = {LEAVE: "leave", TRIP: "trip", "comp_rest": "duty", "training": "training"}


@dataclass(frozen=True, slots=True)
class PersonDays:
    """What stands of one person's days: (part, value) → the days, as bits (:mod:`policy.dayset`).

    Of a part of a day one value stands. ``newest``: the number of the newest fact among them, or of one that says
    nothing any more. ``settled``: days of closed months; ``differs``: those of them of which something else stands
    now than was frozen.
    """

    said: Mapping[tuple[Part, str], DayBits] = field(default_factory=dict)
    newest: int = 0
    settled: DayBits = 0
    differs: DayBits = 0

    @classmethod
    def of_parts(cls, days: Mapping[date, Sequence[str]]) -> PersonDays:
        """From the three parts of each day."""
        found: dict[tuple[Part, str], DayBits] = {}
        for day, parts in days.items():
            for part, value in zip(PARTS, parts, strict=True):
                if value:
                    found[part, value] = found.get((part, value), 0) | dayset.one(day)
        return cls(found)

    def among(self, days: DayBits) -> PersonDays:
        """The same of these days alone."""
        said = {key: bits & days for key, bits in self.said.items() if bits & days}
        return PersonDays(said, self.newest, self.settled & days, self.differs & days)

    def settled_as(self, frozen: PersonDays, days: DayBits) -> PersonDays:
        """The same once these days are closed: what was frozen of them counts, whatever stands now."""
        found, differs = {}, dayset.NONE
        for key in {**self.said, **frozen.said}:
            now, then = self.said.get(key, 0), frozen.said.get(key, 0) & days
            differs |= (now & days) ^ then
            if bits := now & ~days | then:
                found[key] = bits
        return PersonDays(found, self.newest, self.settled | days, self.differs | differs)

    def having(self, part: Part, *values: str) -> DayBits:
        """The days on which one of these values stands of the part."""
        found = dayset.NONE
        for value in values:
            found |= self.said.get((part, value), 0)
        return found

    @property
    def entered(self) -> DayBits:
        """The days of which something is said of a half, whatever it is."""
        found = dayset.NONE
        for (part, _), bits in self.said.items():
            if part != NIGHT:
                found |= bits
        return found

    def alike(self) -> list[tuple[tuple[str, str, str], DayBits]]:
        """The days of which anything is said, those alike together: (morning, afternoon, night) → the days."""
        every = dayset.NONE
        for bits in self.said.values():
            every |= bits
        found: list[tuple[tuple[str, ...], DayBits]] = [((), every)]
        for part in PARTS:
            own = [(value, bits) for (of, value), bits in self.said.items() if of == part]
            split = []
            for key, days in found:
                left = days
                for value, bits in own:
                    if days & bits:
                        split.append(((*key, value), days & bits))
                        left &= ~bits
                if left:
                    split.append(((*key, CLEARED), left))
            found = split
        return found  # type: ignore[return-value]

    @property
    def values(self) -> dict[date, dict[Part, str]]:
        """Date → part → value; a part of which nothing is said is left out. For pages of one person."""
        return {
            day: {part: value for part, value in zip(PARTS, parts, strict=True) if value}
            for parts, days in self.alike()
            for day in dayset.days_in(days)
        }

    @property
    def totals(self) -> Totals:
        """What the days come to."""
        halves = (AM, PM)
        return Totals(
            sum(self.having(half, *THERE).bit_count() for half in halves),
            sum(self.having(half, LEAVE).bit_count() for half in halves),
            sum(self.having(half, TRIP).bit_count() for half in halves),
            self.having(NIGHT, "village").bit_count(),
            self.having(NIGHT, "town").bit_count(),
        )

    @property
    def facts(self) -> Facts:
        """The days as the quota counts them.

        值班 counts as on post, 补休 as absence that duty explains, 休息 and 没有住下 as nothing. What was never
        verified does not count once its month is closed.
        """
        open_ = ~self.settled
        away = {
            kind: (self.having(AM, value), self.having(PM, value))
            for value, kind in _EXPLAINS.items()
            if (AM, value) in self.said or (PM, value) in self.said
        }
        village = self.having(NIGHT, "village")
        return Facts(
            (self.having(AM, *THERE), self.having(PM, *THERE)), village, village | self.having(NIGHT, "town"),
            away, (self.having(AM, "unverified") & open_, self.having(PM, "unverified") & open_),
            self.having(NIGHT, "unverified") & open_,
        )  # fmt: skip


NOTHING_SAID = PersonDays()
