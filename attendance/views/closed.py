"""What the register says of months that are being closed or are closed, and where one sends a month to be closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from attendance import closing
from attendance.keepers import kept_among
from attendance.lines import Difference, differences
from attendance.sheets import MonthLine, MonthSheet
from core import clock
from core.templatetags.zhubang import cn_date
from teams.models import Team, User
from teams.scope import scope_of
from teams.words import Post

S = MonthSheet.State


def later_than(sheets: Iterable[MonthSheet], month: date) -> list[Difference]:
    """What is said of the month since these sheets were frozen, and is not counted; three queries, none without any."""
    ids = [sheet.pk for sheet in sheets]
    frozen = MonthLine.objects.filter(sheet__in=ids).select_related("appointment", "sheet__team")
    return differences(list(frozen.order_by("sheet", "order")), month) if ids else []


def banners(
    user: User, teams: list[Team], month: date, held: Mapping[int, MonthSheet]
) -> list[dict[str, Any]]:
    """What the register says above its grid of the teams that are being closed or are closed."""
    said = []
    by_sheet = Counter(each.line.sheet_id for each in later_than(held.values(), month))
    for team in teams:
        if (sheet := held.get(team.pk)) is None:
            continue
        changed, label = by_sheet[sheet.pk], "看关账的内容"
        if sheet.state == S.CLOSED:
            title = f"{team}：已关账"
            text = f"{sheet.closed_by} {cn_date(timezone.localtime(sheet.closed_at))}关账，台账只读。"
            if closing.may_reopen(user, team):
                label = "看变动，重开这个月" if changed else "看关账的内容，重开"
            if changed:
                text += f"关账后有 {changed} 处变动（虚框的格子），没有计入；要计入，由乡镇写明原因重开。"
        else:
            title, label = f"{team}：已送核对，还没有关账", "看送核的内容"
            text = "核对期间台账只读。"
            if changed:
                text += f"送核后有 {changed} 处变动；要带上，先撤回或退回，再送一次。"
        said.append(
            {
                "kind": "warning" if changed else "info",
                "title": title,
                "text": text,
                "url": sheet.get_absolute_url(),
                "label": label,
            }
        )
    return said


def send_links(user: User, teams: list[Team], month: date, held: Collection[int]) -> list[dict[str, str]]:
    """Where the viewer sends a month that is over, one link for each team he may send."""
    if month >= clock.today().replace(day=1):
        return []
    led = {
        row.body_id
        for row in scope_of(user).appointments
        if row.post == Post.CAPTAIN and row.acting_for_id is None
    }
    may = kept_among(user, teams) | led
    several = len(teams) > 1
    return [
        {
            "label": f"关账：{team}" if several else "关账",
            "url": f"{reverse('attendance:send')}?team={team.pk}&month={month:%Y-%m}",
        }
        for team in teams
        if team.pk in may and team.pk not in held
    ]
