"""A month's sheet as the shared machinery knows it: sign-off, notices and lists all come through here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attendance import closing
from attendance.lines import hash_of
from attendance.sheets import MonthSheet
from attendance.views.sheet import TAGS, show_sheet
from core import subjects
from core.months import month_words
from teams.models import User
from teams.words import Post


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
            "what": f"{month_words(row.month)}考勤关账",
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


def _act(post: str) -> str:
    return "核对" if post == Post.CAPTAIN else "关账"


def _agree(post: str) -> str:
    return "核对无误" if post == Post.CAPTAIN else "关账"


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
        # A month that is not right is sent back and mended: there is nothing to be refused.
        words=subjects.Words(
            asked="送核",
            again="再次送核",
            asker="送核人",
            act=_act,
            agree=_agree,
            agreed="已关账",
            withdrawn="撤回送核",
            send_back="退回",
            sent_back="已退给送核人",
            after_back="改好台账以后再送一次",
            refuses=False,
            thing="月度考勤",
        ),
    )
)
