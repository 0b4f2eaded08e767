"""What the database refuses of leave past the verbs, and in which words."""

from __future__ import annotations

from core.errors import say
from core.triggers import Trigger, register
from leave.models import LeaveRequest

_AGREED = (
    "SELECT 1 FROM approvals_signoff so WHERE so.subject_kind = 'leave' AND so.subject_id = NEW.id "
    "AND so.state = 'agreed'"
)
_SIGNED_CONTENT = " OR ".join(
    f"NEW.{column} <> OLD.{column}"
    for column in (
        "applicant_id",
        "posting_id",
        "type",
        '"start"',
        '"end"',
        "start_half",
        "end_half",
        "going",
        "destination",
        "reason",
        "absence_halves",
        "charged_halves",
        "decision",
        "series",
        "number",
    )
)
_SIGNED_CONTENT += " OR COALESCE(NEW.stand_in_id, 0) <> COALESCE(OLD.stand_in_id, 0)"

register(
    Trigger(
        "leave_leaverequest_unsigned",
        "leave_leaverequest",
        "UPDATE",
        f"NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT EXISTS ({_AGREED})",
    ),
    Trigger(
        "leave_leaverequest_signed",
        "leave_leaverequest",
        "UPDATE",
        f"OLD.state IN ('approved', 'back', 'refused', 'withdrawn', 'cancelled') AND ({_SIGNED_CONTENT})",
    ),
    Trigger("leave_leaverequest_born_draft", "leave_leaverequest", "INSERT", "NEW.state <> 'draft'"),
    Trigger("leave_leaverequest_no_delete", "leave_leaverequest", "DELETE", "OLD.state <> 'draft'"),
)

say(LeaveRequest, "leave_ends_after_start", code="dates", sentence="结束不能早于开始")
say(LeaveRequest, "form_key", code="key_reused", sentence="这个页面已经用过，刷新后再填")
say(LeaveRequest, "one_leave_number", code="number_taken", sentence="编号刚被占用，再提交一次")
say(LeaveRequest, "leave_leaverequest_unsigned", code="unsigned", sentence="没有完整的同意签字，不能批准")
