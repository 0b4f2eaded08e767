"""The telephone of a leave in full: for those who decide on it or answer for the person, with a reason, on record."""

from __future__ import annotations

from core import audit, subjects
from core.errors import NotYours
from core.verbs import verb
from leave.endings import may_record_return
from leave.models import LeaveRequest
from leave.steps import KIND
from teams.identifiers import check_reason
from teams.models import User


def sees_contact(request: LeaveRequest, user: User) -> bool:
    """Those who decide or decided, the captain, the staff of the town, the applicant himself."""
    return subjects.subject(KIND).sees_files(request, user) or may_record_return(request.posting, user)


@verb("leave.contact")
def show_contact(*, request_id: int, acting_user: User, reason: str) -> str:
    """The number the person left for the time of his leave. NotYours for outsiders, Refused without a reason."""
    rows = LeaveRequest.objects.visible_to(acting_user).select_related("posting__body__region")
    request = rows.filter(pk=request_id).first()
    if request is None or not sees_contact(request, acting_user):
        raise NotYours("not_yours", "没有这一件")
    said = check_reason(reason)
    audit.record(
        action="leave.contact",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=request.pk,
        after={"reason": said, "shown": ["电话"]},
        place=request.posting.body.region.path,
    )
    return request.contact
