"""What the register says of months that are being closed or are closed, and where one sends a month to be closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from attendance.keepers import kept_among
from attendance.lines import differences
from attendance.sheets import MonthLine, MonthSheet
from core import clock
from core.templatetags.zhubang import cn_date
from teams.models import Team, User
from teams.scope import scope_of
from teams.words import Post

S = MonthSheet.State


def banners(teams: list[Team], month: date, held: Mapping[int, MonthSheet]) -> list[dict[str, Any]]:
    """What the register says above its grid of the teams that are being closed or are closed."""
    said = []
    frozen = MonthLine.objects.filter(sheet__in=[sheet.pk for sheet in held.values()])
    lines = list(frozen.select_related("appointment")) if held else []
    by_sheet = Counter(each.line.sheet_id for each in differences(lines, month))
    for team in teams:
        if (sheet := held.get(team.pk)) is None:
            continue
        changed = by_sheet[sheet.pk]
        if sheet.state == S.CLOSED:
            title = f"{team}：已关账"
            text = f"{sheet.closed_by} {cn_date(timezone.localtime(sheet.closed_at))}关账，台账只读。"
            text += f"关账后有 {changed} 处变动。" if changed else ""
        else:
            title = f"{team}：已送核对，还没有关账"
            text = f"送核后有 {changed} 处变动。" if changed else "核对期间台账只读。"
        said.append(
            {
                "kind": "warning" if changed else "info",
                "title": title,
                "text": text,
                "url": sheet.get_absolute_url(),
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
