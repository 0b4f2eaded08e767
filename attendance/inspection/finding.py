"""What a search means among checks and bulletins: whom they are about, as far as the viewer reads it, or their number."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet

from approvals.selectors import told_to
from attendance.inspection.models import SpotCheck, SpotTarget, own_offices
from attendance.inspection.papers import BULLETIN, BulletinItem, InspectionBulletin, concerns
from teams.models import User
from teams.names import so_named
from teams.words import BodyKind

#: 驻乡振督〔2026〕3号, 2026年第3次, 2026-3, 3号, 3.
_NUMBER = re.compile(r"(?:([0-9]{4})\s*(?:年|〕|-|－|第|\]|\s)+)?\s*([0-9]{1,5})\s*[号次]?")


def numbered(text: str) -> Q:
    """The year and serial that are meant; matches nothing where the text holds no such number."""
    digits = re.search(r"[0-9].*", text.strip())
    found = _NUMBER.fullmatch(digits[0]) if digits else None
    if found is None:
        return Q(pk__in=[])
    year, serial = found.groups()
    return Q(serial=int(serial), **({"year": int(year)} if year else {}))


def checks_found(rows: QuerySet[SpotCheck], text: str, user: User) -> QuerySet[SpotCheck]:
    """By number, or by somebody whom it looked for and whom the user may see among them; the newest first."""
    if any(sign.isdecimal() for sign in text):
        rows = rows.filter(numbered(text))
    elif len(text.strip()) > 1:
        named = so_named(SpotTarget.objects.visible_to(user), text, "posting__person").order_by()
        rows = rows.filter(pk__in=named.values("check_of"))
    else:
        rows = rows.none()
    return rows.order_by("-day", "-pk")


def bulletins_found(
    rows: QuerySet[InspectionBulletin], text: str, user: User
) -> QuerySet[InspectionBulletin]:
    """By number, by its title, or by somebody it names, where the user reads that line; the newest first."""
    if any(sign.isdecimal() for sign in text):
        rows = rows.filter(numbered(text), state=InspectionBulletin.State.ISSUED)
    elif len(text.strip()) > 1:
        named = so_named(BulletinItem.objects.order_by(), text, "case__person")
        sent = told_to(user).filter(subject_kind=BULLETIN, body__kind=BodyKind.OFFICE).order_by()
        whole = Q(office__in=own_offices(user)) | Q(pk__in=sent.values("subject_id"))
        rows = rows.filter(
            Q(title__contains=text.strip())
            | whole & Q(pk__in=named.values("bulletin"))
            | Q(pk__in=named.filter(concerns(user)).values("bulletin"))
        )
    else:
        rows = rows.none()
    return rows.order_by("-last", "-pk")
