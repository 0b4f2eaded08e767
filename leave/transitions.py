"""The life of a leave request as a table: (state, verb) → next state. What is not here cannot happen."""

from __future__ import annotations

from core.errors import Conflict
from leave.models import LeaveRequest

S = LeaveRequest.State

TRANSITIONS: dict[tuple[str, str], str] = {
    (S.DRAFT, "edit"): S.DRAFT,
    (S.DRAFT, "submit"): S.PENDING,
    (S.DRAFT, "voice"): S.VOICE,
    (S.DRAFT, "paper"): S.APPROVED,
    (S.VOICE, "edit"): S.VOICE,
    (S.VOICE, "submit"): S.PENDING,
    (S.VOICE, "withdraw"): S.WITHDRAWN,
    (S.PENDING, "withdraw"): S.WITHDRAWN,
    (S.PENDING, "agreed"): S.APPROVED,
    (S.PENDING, "refused"): S.REFUSED,
    (S.PENDING, "returned"): S.RETURNED,
    (S.PENDING, "reassign"): S.PENDING,
    (S.RETURNED, "edit"): S.RETURNED,
    (S.RETURNED, "submit"): S.PENDING,
    (S.RETURNED, "withdraw"): S.WITHDRAWN,
    (S.APPROVED, "cancel"): S.CANCELLED,
    (S.APPROVED, "report_back"): S.BACK,
    (S.APPROVED, "replaced"): S.CHANGED,
}

#: What a person reads when he asks for something that cannot happen from here.
_WORDS = {
    "edit": "改",
    "submit": "提交",
    "withdraw": "撤回",
    "cancel": "取消",
    "report_back": "销假",
    "reassign": "指定批准人",
    "replaced": "变更",
}


def after(request: LeaveRequest, verb: str) -> str:
    """The state after ``verb``; Conflict (409) with a sentence when the table has no such move."""
    following = TRANSITIONS.get((request.state, verb))
    if following is None:
        raise Conflict(
            "wrong_state", f"这一件现在是“{request.get_state_display()}”，不能{_WORDS.get(verb, '这样办')}"
        )
    return following


def allowed(request: LeaveRequest, verb: str) -> bool:
    """Does the table have the move? Pages ask before they show a button."""
    return (request.state, verb) in TRANSITIONS
