"""What the database refuses of the trail and its chain. Only what an anchor covers, and is old enough, may go."""

from __future__ import annotations

from core.triggers import Trigger, append_only, changed, register

_COVERED = (
    "SELECT 1 FROM core_auditseal s JOIN core_auditanchor a ON s.position <= a.position "
    "WHERE s.event_id = OLD.id AND s.sealed_at < {half_a_year_ago} AND OLD.at < a.before"
)

register(
    # What somebody said stays as he said it, and is answered once.
    Trigger(
        "core_feedback_kept",
        "core_feedback",
        "UPDATE",
        f"{changed('text', 'author_id')} OR (OLD.answer <> '' AND NEW.answer <> OLD.answer)",
    ),
    Trigger("core_auditevent_no_update", "core_auditevent", "UPDATE"),
    Trigger(
        "core_auditevent_no_delete",
        "core_auditevent",
        "DELETE",
        f"OLD.at >= {{half_a_year_ago}} OR NOT EXISTS ({_COVERED})",
    ),
    Trigger("core_auditseal_no_update", "core_auditseal", "UPDATE"),
    Trigger(
        "core_auditseal_no_delete",
        "core_auditseal",
        "DELETE",
        "OLD.sealed_at >= {half_a_year_ago} "
        "OR NOT EXISTS (SELECT 1 FROM core_auditanchor a WHERE OLD.position <= a.position) "
        "OR EXISTS (SELECT 1 FROM core_auditevent e WHERE e.id = OLD.event_id)",
    ),
    *append_only("core_auditanchor"),
    Trigger("core_auditanchor_in_time", "core_auditanchor", "INSERT", "NEW.before > {half_a_year_ago}"),
    Trigger("core_auditcheck_done", "core_auditcheck", "UPDATE", "OLD.finished_at IS NOT NULL"),
    Trigger("core_auditcheck_no_delete", "core_auditcheck", "DELETE"),
)
