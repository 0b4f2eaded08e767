"""The blocks of a board. Each is made by itself, so that one that fails says so and the others stand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from core import clock
from core.months import day_words
from overview.board import ahead, charts, needs, people, risks, steps
from overview.board.days import Days
from overview.board.ranges import Range

logger = logging.getLogger(__name__)

#: The blocks that stand side by side, in the order in which a phone has them.
BESIDE = ("needs", "day", "people", "risks", "course", "ahead")
#: About how tall blocks and their rows are on a desktop, in pixels: enough to lay them into two even columns.
FAILED, HEAD, ROW, LATE_ROW, CHART = 160, 130, 46, 120, 338


@dataclass(frozen=True)
class Block:
    """One block as the page takes it; ``html`` is empty where it could not be made."""

    key: str
    title: str
    html: SafeString
    failed: bool = False
    tall: int = FAILED


class Board:
    """A range on a day, its blocks made as the page asks for them."""

    def __init__(self, request: HttpRequest, here: Range, day: date) -> None:
        self.request, self.range, self.day = request, here, day
        self.days = Days(here, day)
        self.now = clock.now()

    @cached_property
    def empty(self) -> bool:
        """Nobody is posted here today: what to set up first stands in place of everything else."""
        return not self.days.present[0] and not self.days.counts

    @cached_property
    def late(self) -> needs.Clocks:
        return needs.late(self.request.user, self.range)

    @cached_property
    def months(self) -> list[needs.Open]:
        return needs.months_open(self.range)

    @cached_property
    def listed(self) -> list[people.PersonLine]:
        return people.listed(self.range, self.day)

    @cached_property
    def coming(self) -> ahead.Coming:
        return ahead.coming(self.range)

    def figures(self) -> Block:
        """The four figures at the head; each leads to its rows."""

        def build() -> dict[str, Any]:
            return {"figures": _figures(self)}

        return self._made("figures", "概况", "components/figures.html", build)

    def wanting(self) -> Block:
        """需要处理, what is over time first."""

        def build() -> dict[str, Any]:
            return {"late": self.late, "now": self.now, "months": self.months}

        return self._made(
            "needs", "需要处理", "overview/board/needs.html", build,
            lambda: HEAD + LATE_ROW * len(self.late.rows) + ROW * len(self.months),
        )  # fmt: skip

    def table(self) -> Block:
        """The places or teams of the range on the chosen day."""
        return self._made(
            "day", "在岗", "overview/board/day.html", lambda: {"days": self.days, "away_url": self.away_url},
            lambda: HEAD + ROW * (len(self.days.lines) + (len(self.days.lines) > 1)),
        )  # fmt: skip

    def heat(self) -> Block:
        """Places by days of the month."""
        return self._made("heat", "每天在岗", "overview/board/heat.html", lambda: {"days": self.days})

    def ahead(self) -> Block:
        """Leave and trips of the next two weeks."""
        return self._made(
            "ahead",
            "今后两周",
            "overview/board/ahead.html",
            lambda: {"coming": self.coming, "chart": charts.coming(self.coming)},
            lambda: CHART if self.coming.later else HEAD,
        )

    def course(self) -> Block:
        """How the month went so far, all places together."""
        return self._made(
            "course",
            "本月各天",
            "overview/board/course.html",
            lambda: {"rows": charts.course_rows(self.days), "chart": charts.course(self.days)},
            lambda: CHART,
        )

    def risks(self) -> Block:
        """Quotas of the month at risk."""
        return self._made(
            "risks",
            "驻村定额",
            "overview/board/risks.html",
            lambda: {"risks": risks.risks(self.days), "days": self.days},
            lambda: HEAD,
        )

    def people(self) -> Block:
        """By name, for a team or a unit."""
        return self._made(
            "people",
            "队员",
            "overview/board/people.html",
            lambda: {"people": self.listed, "day": self.day},
            lambda: HEAD + ROW * len(self.listed),
        )

    def blocks(self) -> dict[str, Block]:
        """Everything this range has, by key, in the order of the page."""
        if self.empty:
            return {"steps": self._made("steps", "先做这四步", "overview/board/steps.html", self._steps)}
        made = [self.figures(), self.wanting()]
        made += [self.people()] if self.range.by_name else [self.table()]
        if self.days.counted and not self.range.by_name:
            made += [self.heat(), self.course()]
        if self.days.counted:
            made.append(self.risks())
        made.append(self.ahead())
        return {each.key: each for each in made}

    @staticmethod
    def columns(made: dict[str, Block]) -> tuple[list[Block], list[Block]]:
        """What stands side by side, 需要处理 first: of all ways to lay it out the most even, each in the page's order."""
        first, *others = [made[key] for key in BESIDE if key in made]

        def laid(chosen: int) -> tuple[list[Block], list[Block]]:
            left = [block for number, block in enumerate(others) if chosen >> number & 1]
            return [first, *left], [block for block in others if block not in left]

        def uneven(columns: tuple[list[Block], list[Block]]) -> int:
            left, right = (sum(block.tall for block in column) for column in columns)
            return abs(left - right)

        return min(map(laid, range(2 ** len(others))), key=uneven)

    def _steps(self) -> dict[str, Any]:
        return {"steps": steps.steps(self.request.user, self.range)}

    @property
    def away_url(self) -> str:
        """谁不在岗 of the range."""
        return f"{reverse('leave:away')}?{urlencode({'view': 'today', **self.town})}"

    @property
    def town(self) -> dict[str, str]:
        """The range as the lists of other rooms name it; nothing where they have no word for it."""
        if self.range.name == "team":
            return {"team": self.range.value}
        if self.range.name == "unit":
            return {"unit": self.range.value}
        return {} if self.range.wide else {"town": self.range.value}

    def _made(
        self,
        key: str,
        title: str,
        template: str,
        build: Callable[[], dict[str, Any]],
        tall: Callable[[], int] = lambda: HEAD,
    ) -> Block:
        try:
            context = {"board": self, "range": self.range, **build()}
            html = render_to_string(template, context, self.request)
            return Block(key, title, html, tall=tall())
        except Exception:  # whatever it was: the rest of the board is still worth reading
            logger.exception("block %s of the board failed", key)
            return Block(key, title, SafeString(""), failed=True)


def _figures(board: Board) -> list[dict[str, Any]]:
    days, here = board.days, board.range
    total = days.total
    when = "今天" if days.is_today else day_words(days.day)
    daily = days.day_url("", days.day)
    shown = [
        {
            "label": f"{when}在岗",
            "value": total.on_post,
            "unit": f"/ {total.posted} 人",
            "url": board.away_url if days.is_today else daily,
            "note": "休息日，不要求在岗" if days.rest else "",
        },
        {
            "label": "请假 / 公出",
            "value": f"{total.leave} / {total.trip}",
            "url": board.away_url if days.is_today else daily,
        },
    ]
    if days.counted and not days.rest:
        shown.append({"label": "没有登记", "value": total.silent, "unit": "人", "url": daily})
    cases = needs.cases(board.request.user, here).count()
    shown.append(
        {
            "label": "缺勤待处置",
            "value": cases,
            "unit": "件",
            "url": f"{reverse('attendance:absences')}?{urlencode(board.town)}",
        }
    )
    late = board.late.total
    shown.append(
        {
            "label": "超期时限",
            "value": late,
            "unit": "件",
            "bad": late > 0,
            "url": "#needs" if late else "",
            "note": "" if late else f"{here.label}没有超期",
        }
    )
    return shown
