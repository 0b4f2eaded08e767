"""Bulletins and talks as the shared machinery knows them: sign-off, files, notices and lists come through here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attendance.inspection import bulletins
from attendance.inspection.finding import bulletins_found
from attendance.inspection.papers import BULLETIN, TALK, InspectionBulletin, UnitTalk
from attendance.inspection.subjects import never_signed
from attendance.inspection.views.bulletins import TAGS, show_bulletin
from attendance.inspection.views.talks import show_talk, talk_tag
from core import attachments, subjects


def bulletin_summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per bulletin, one query for all."""
    return {
        row.pk: {
            "object": row,
            "kind": "督查通报",
            "person": str(row.office),
            "post": row.number,
            "what": row.title,
            "span": None,
            "number": row.number,
            "status_kind": TAGS[row.state],
            "status_label": row.get_state_display(),
            "url": row.get_absolute_url(),
        }
        for row in InspectionBulletin.objects.for_pages().filter(pk__in=set(ids))
    }


def talk_summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per talk, one query for all."""
    return {
        row.pk: {
            "object": row,
            "kind": "约谈",
            "person": str(row.unit),
            "post": "",
            "what": f"{row.held_on:%Y-%m-%d} 约谈",
            "span": None,
            "status_kind": talk_tag(row)[0],
            "status_label": talk_tag(row)[1],
            "url": row.get_absolute_url(),
        }
        for row in UnitTalk.objects.for_pages().filter(pk__in=set(ids))
    }


subjects.register(
    subjects.Subject(
        kind=BULLETIN,
        name="督查通报",
        model=InspectionBulletin,
        label=str,
        url=lambda bulletin: bulletin.get_absolute_url(),
        visible_to=lambda user: InspectionBulletin.objects.visible_to(user),
        content=lambda bulletin: bulletin.content,
        # Whoever is named does not sign what names him.
        recused=lambda bulletin: bulletin.items.values_list("case__person", flat=True),
        settle=bulletins.settle,
        card=show_bulletin,
        summary=bulletin_summary,
        may_attach=lambda bulletin, user: False,
        sees_files=lambda bulletin, user: False,
        place=lambda bulletin: bulletin.office.region.path,
        found=bulletins_found,
        related=("office__region", "drafted_by__user"),
        words=subjects.Words(
            asked="送签",
            again="改好再送签",
            asker="起草人",
            act=lambda post: "签发",
            agree=lambda post: "签发",
            agreed="已印发",
            withdrawn="起草人撤回",
            sent_back="已退给起草人",
            after_back="起草人改好后再送签",
            thing="通报",
            after="印发后",
        ),
    )
)
subjects.register(
    subjects.Subject(
        kind=TALK,
        name="约谈",
        model=UnitTalk,
        label=str,
        url=lambda talk: talk.get_absolute_url(),
        visible_to=lambda user: UnitTalk.objects.visible_to(user),
        content=lambda talk: {"why": talk.why, "files": attachments.fingerprint(TALK, talk.pk)},
        recused=lambda talk: [],
        settle=never_signed,
        card=show_talk,
        summary=talk_summary,
        may_attach=lambda talk, user: False,
        # Who sees the record sees what belongs to it: the office and the unit.
        sees_files=lambda talk, user: True,
        place=lambda talk: talk.office.region.path,
        related=("office__region",),
    )
)
