"""A month's sheet as the shared machinery knows it: sign-off, notices and lists all come through here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attendance import closing
from attendance.lines import hash_of
from attendance.sheets import MonthSheet
from attendance.views.sheet import TAGS, show_sheet
from core import subjects
from teams.models import User


def content(sheet: MonthSheet) -> dict[str, Any]:
    """What a signature covers: the lines as they lie in the table, not only the checksum they once had."""
    return {
        "team": sheet.team_id,
        "month": sheet.month,
        "version": sheet.version,
        "lines": hash_of(sheet.lines.all()),
    }


def summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per sheet, one query for all."""
    return {
        row.pk: {
            "object": row,
            "kind": "月度考勤",
            "person": str(row.team),
            "post": str(row.team.region),
            "what": f"{row.month // 100}年{row.month % 100}月考勤关账",
            "span": None,
            "number": f"第 {row.version} 次",
            "status_kind": TAGS[row.state],
            "status_label": row.get_state_display(),
            "url": row.get_absolute_url(),
        }
        for row in MonthSheet.objects.for_pages().filter(pk__in=set(ids))
    }


def may_attach(sheet: MonthSheet, user: User) -> bool:
    """A sheet has no files."""
    return False


subjects.register(
    subjects.Subject(
        kind=closing.KIND,
        name="月度考勤",
        model=MonthSheet,
        label=str,
        url=lambda sheet: sheet.get_absolute_url(),
        visible_to=lambda user: MonthSheet.objects.visible_to(user),
        content=content,
        # A captain checks his team's month with his own line in it; the town closes it.
        recused=lambda sheet: [],
        settle=closing.settle,
        card=show_sheet,
        summary=summary,
        may_attach=may_attach,
        sees_files=lambda sheet, user: False,
        place=lambda sheet: sheet.team.region.path,
        related=("team__region__parent",),
    )
)
