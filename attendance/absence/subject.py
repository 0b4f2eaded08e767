"""Cases and statements as the shared machinery knows them: sign-off, files, notices and clocks come through here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from attendance.absence import chain, statements, words
from attendance.absence.models import AbsenceCase, AbsenceStatement
from attendance.absence.statement_views import show_statement
from attendance.absence.views import show_case
from core import attachments, subjects
from core.errors import Refused
from teams.models import User
from teams.names import so_named

TAGS: dict[str, str] = {
    AbsenceCase.State.PENDING: "now",
    AbsenceCase.State.EXPLAINED: "done",
    AbsenceCase.State.UNEXCUSED: "later",
}
STATEMENT_TAGS: dict[str, str] = {
    AbsenceStatement.State.PENDING: "now",
    AbsenceStatement.State.SIGNED: "done",
    AbsenceStatement.State.PAPER: "done",
    AbsenceStatement.State.RETURNED: "returned",
}


def case_summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per case, one query for all."""
    return {
        row.pk: {
            "object": row,
            "kind": "缺勤处置",
            "person": row.person.name,
            "post": str(row.team),
            "what": f"{row.short}{'无故不在岗' if row.state == AbsenceCase.State.UNEXCUSED else '待核'}",
            "span": None,
            "number": "",
            "status_kind": TAGS[row.state],
            "status_label": row.get_state_display(),
            "url": row.get_absolute_url(),
        }
        for row in AbsenceCase.objects.for_lists().filter(pk__in=set(ids))
    }


def statement_summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The same of statements."""
    rows = AbsenceStatement.objects.select_related("case__person", "case__team")
    return {
        row.pk: {
            "object": row,
            "kind": "情况说明",
            "person": row.case.person.name,
            "post": str(row.case.team),
            "what": f"{row.case.short}不在岗的情况说明",
            "span": None,
            "number": "",
            "status_kind": STATEMENT_TAGS[row.state],
            "status_label": row.get_state_display(),
            "url": row.get_absolute_url(),
        }
        for row in rows.filter(pk__in=set(ids))
    }


def content(statement: AbsenceStatement) -> dict[str, Any]:
    """What a signature covers: every word of the statement, whose day it is about, and the files."""
    return {
        "case": statement.case_id,
        "person": statement.case.person_id,
        "day": statement.case.day,
        "halves": statement.case.halves,
        **{name: getattr(statement, name) for name in statements.LENGTHS},
        "files": attachments.fingerprint(words.STATEMENT, statement.pk),
    }


def card_of_case(
    http: HttpRequest, case: AbsenceCase, refusal: Refused | None = None, **kwargs: Any
) -> HttpResponse:
    """The case's own page."""
    return show_case(http, case, refusal)


def statements_seen(user: User) -> Any:
    """The statements of the cases the user sees."""
    return AbsenceStatement.objects.filter(
        case__in=AbsenceCase.objects.visible_to(user).order_by().values("pk")
    )


def cases_found(rows: QuerySet[AbsenceCase], text: str, user: User) -> QuerySet[AbsenceCase]:
    """Whose days they are, the newest first; joined days are part of their head. A surname alone finds none."""
    text = text.strip()
    if len(text) < 2 or any(sign.isdecimal() for sign in text):
        return rows.none()
    return so_named(rows.filter(joined=None), text, "person").order_by("-day", "-pk")


subjects.register(
    subjects.Subject(
        kind=chain.KIND,
        name="缺勤处置",
        model=AbsenceCase,
        label=str,
        url=lambda case: case.get_absolute_url(),
        visible_to=lambda user: AbsenceCase.objects.visible_to(user),
        content=lambda case: {"case": case.pk},
        recused=lambda case: [case.person_id],
        settle=lambda **kwargs: None,
        card=card_of_case,
        summary=case_summary,
        may_attach=lambda case, user: False,
        sees_files=lambda case, user: True,
        place=lambda case: case.team.region.path,
        found=cases_found,
        related=("team__region", "person"),
    )
)
subjects.register(
    subjects.Subject(
        kind=words.STATEMENT,
        name="情况说明",
        model=AbsenceStatement,
        label=str,
        url=lambda statement: statement.get_absolute_url(),
        visible_to=statements_seen,
        content=content,
        recused=lambda statement: [statement.case.person_id],
        settle=statements.settle,
        card=show_statement,
        summary=statement_summary,
        may_attach=lambda statement, user: False,
        sees_files=lambda statement, user: True,
        place=lambda statement: statement.case.team.region.path,
        related=("case__person", "case__team__region"),
    )
)
