"""What the database refuses of leave past the verbs, and in which words."""

from __future__ import annotations

from core.errors import say
from core.triggers import Trigger, append_only, changed, register
from leave.models import LeaveRequest

_AGREED = (
    "SELECT 1 FROM approvals_signoff so WHERE so.subject_kind = 'leave' AND so.subject_id = NEW.id "
    "AND so.state = 'agreed'"
)
_SIGNED_CONTENT = changed(
    "applicant_id",
    "posting_id",
    "type",
    '"start"',
    '"end"',
    "start_half",
    "end_half",
    "going",
    "destination",
    "exit_document",
    "reason",
    "absence_halves",
    "charged_halves",
    "channel",
    "decision",
    "series",
    "number",
)
_SIGNED_CONTENT += "".join(
    f" OR COALESCE(NEW.{column}, 0) <> COALESCE(OLD.{column}, 0)"
    for column in ("stand_in_id", "extends_id", "replaces_id")
)
_ON_PAPER = "SELECT 1 FROM leave_consent c WHERE c.request_id = NEW.id AND c.kind IN ('paper', 'past') AND c.kind = NEW.channel"
_BY_VOICE = "SELECT 1 FROM leave_consent c WHERE c.request_id = NEW.id AND c.kind = 'voice'"
_REPLACEMENT = (
    "SELECT 1 FROM leave_leaverequest r WHERE r.state = 'approved' "
    "AND r.replaces_id = COALESCE(NEW.extends_id, NEW.id)"
)
_EXTENSION = (
    "SELECT 1 FROM leave_leaverequest e WHERE e.extends_id = NEW.id AND e.state IN ('approved', 'back') "
    'AND e."end" = NEW.until AND e.end_half = NEW.until_half'
)

register(
    Trigger(
        "leave_leaverequest_unsigned",
        "leave_leaverequest",
        "UPDATE",
        f"NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT EXISTS ({_AGREED}) "
        f"AND NOT EXISTS ({_ON_PAPER})",
    ),
    Trigger(
        "leave_leaverequest_signed",
        "leave_leaverequest",
        "UPDATE",
        f"OLD.state IN ('approved', 'back', 'refused', 'withdrawn', 'cancelled', 'changed') AND ({_SIGNED_CONTENT})",
    ),
    Trigger(
        "leave_leaverequest_until",
        "leave_leaverequest",
        "UPDATE",
        f'(NEW.until <> NEW."end" OR NEW.until_half <> NEW.end_half) AND NOT EXISTS ({_EXTENSION})',
    ),
    Trigger(
        "leave_leaverequest_changed",
        "leave_leaverequest",
        "UPDATE",
        f"NEW.state = 'changed' AND OLD.state <> 'changed' AND NOT EXISTS ({_REPLACEMENT})",
    ),
    Trigger(
        "leave_leaverequest_voice",
        "leave_leaverequest",
        "UPDATE",
        f"NEW.state = 'voice' AND NOT EXISTS ({_BY_VOICE})",
    ),
    *append_only("leave_consent"),
    Trigger("leave_leaverequest_born_draft", "leave_leaverequest", "INSERT", "NEW.state <> 'draft'"),
    Trigger("leave_leaverequest_no_delete", "leave_leaverequest", "DELETE", "OLD.state <> 'draft'"),
)

say(LeaveRequest, "leave_ends_after_start", code="dates", sentence="结束不能早于开始")
say(LeaveRequest, "form_key", code="key_reused", sentence="这个页面已经用过，刷新后再填")
say(LeaveRequest, "one_leave_number", code="number_taken", sentence="编号刚被占用，再提交一次")
say(
    LeaveRequest,
    "one_pending_link",
    code="link_pending",
    sentence="这次请假已有一件续假或变更在办，办完或撤回以后再提",
)
say(LeaveRequest, "leave_leaverequest_unsigned", code="unsigned", sentence="没有完整的同意签字，不能批准")
