"""Leave as the shared machinery knows it: sign-off, files, notices and lists all come through here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from approvals.selectors import decided_subjects
from core import attachments, subjects
from leave import selectors, services, settling
from leave.finding import found
from leave.models import Consent, LeaveRequest
from leave.review import review
from leave.views.card import show_card
from teams.models import User
from teams.scope import scope_of

S = LeaveRequest.State


def content(request: LeaveRequest) -> dict[str, Any]:
    """What a signature covers: the request's own content and its files, not looked for where it is known to have none."""
    none = getattr(request, "has_files", True) is False
    return {**request.content, "files": [] if none else attachments.fingerprint(services.KIND, request.pk)}


def summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per request, one query for all."""
    rows = LeaveRequest.objects.for_lists().filter(pk__in=set(ids))
    return {
        row.pk: {
            "object": row,
            "kind": "请假",
            "person": row.applicant.name,
            "post": f"{row.posting.body} {row.posting.post_name}",
            "what": row.kind_and_days,
            "span": row.whole,
            "number": row.number,
            "phase": row.phase,
            "status_kind": selectors.tag(row.phase)[0],
            "status_label": selectors.tag(row.phase)[1],
            "url": row.get_absolute_url(),
        }
        for row in rows
    }


def may_attach(request: LeaveRequest, user: User) -> bool:
    """Only the applicant, only while he may still edit."""
    return request.applicant_id == user.person_id and request.state in (S.DRAFT, S.RETURNED)


def sees_private(request: LeaveRequest, user: User) -> bool:
    """Reasons and certificates are for the applicant, those who decide or decided, and who wrote down a paper."""
    if request.applicant_id == user.person_id:
        return True
    if Consent.objects.filter(request=request.pk, recorded_by=scope_of(user).person_id).exists():
        return True
    return LeaveRequest.objects.filter(pk=request.pk).filter(decided_subjects(user, services.KIND)).exists()


subjects.register(
    subjects.Subject(
        kind=services.KIND,
        name="请假",
        model=LeaveRequest,
        label=str,
        url=lambda request: request.get_absolute_url(),
        visible_to=lambda user: LeaveRequest.objects.visible_to(user),
        content=content,
        recused=lambda request: [request.applicant_id],
        settle=settling.settle,
        card=show_card,
        summary=summary,
        may_attach=may_attach,
        sees_files=lambda request, user: bool(scope_of(user).person_id) and sees_private(request, user),
        review=review,
        place=lambda request: request.posting.body.region.path,
        found=lambda rows, text, user: found(rows, text, "applicant"),
        related=("applicant__user", "posting__body__region"),
    )
)
