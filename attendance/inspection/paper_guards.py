"""What the database refuses of bulletins and talks past the verbs, and in which words."""

from __future__ import annotations

from attendance.inspection.papers import InspectionBulletin
from core.errors import say
from core.triggers import Trigger, changed, register

_BULLETIN, _ITEM, _CASE, _TALK = (
    "attendance_inspectionbulletin", "attendance_bulletinitem", "attendance_absencecase", "attendance_unittalk",
)  # fmt: skip
_ONWARDS = (
    "OLD.state = NEW.state OR (OLD.state = 'draft' AND NEW.state IN ('pending', 'dropped')) "
    "OR (OLD.state = 'pending' AND NEW.state IN ('issued', 'draft', 'dropped'))"
)
_WORDS = changed("title", "prefix", "first", "last", "method", "overall", "demands", "clause", "office_id")


def _state_of(row: str) -> str:
    return f"(SELECT b.state FROM {_BULLETIN} b WHERE b.id = {row}.bulletin_id)"


register(
    Trigger(f"{_BULLETIN}_no_delete", _BULLETIN, "DELETE"),
    Trigger(f"{_BULLETIN}_born_draft", _BULLETIN, "INSERT", "NEW.state <> 'draft'"),
    # Issued it never changes; sent, its words are those that are being signed.
    Trigger(
        f"{_BULLETIN}_frozen",
        _BULLETIN,
        "UPDATE",
        f"OLD.state IN ('issued', 'dropped') OR NOT ({_ONWARDS}) OR (OLD.state = 'pending' AND ({_WORDS}))",
    ),
    Trigger(f"{_ITEM}_frozen", _ITEM, "UPDATE", f"{_state_of('OLD')} <> 'draft'"),
    Trigger(f"{_ITEM}_kept", _ITEM, "DELETE", f"{_state_of('OLD')} <> 'draft'"),
    # Nobody stands in a bulletin of whom no person has found that he was away without cause.
    Trigger(
        f"{_ITEM}_only_found",
        _ITEM,
        "INSERT",
        f"{_state_of('NEW')} <> 'draft' "
        f"OR NOT EXISTS (SELECT 1 FROM {_CASE} c WHERE c.id = NEW.case_id AND c.state = 'unexcused')",
    ),
    # What is being signed stays found; after it is issued a finding that falls is put right by a new bulletin.
    Trigger(
        f"{_CASE}_being_signed",
        _CASE,
        "UPDATE",
        f"NEW.state <> OLD.state AND EXISTS (SELECT 1 FROM {_ITEM} i JOIN {_BULLETIN} b ON b.id = i.bulletin_id "
        "WHERE i.case_id = OLD.id AND b.state = 'pending')",
    ),
    Trigger(f"{_TALK}_no_delete", _TALK, "DELETE"),
    Trigger(
        f"{_TALK}_kept",
        _TALK,
        "UPDATE",
        f"OLD.void_why <> '' OR {changed('why', 'outcome', 'held_on', 'unit_id', 'with_whom', 'talker')} "
        # Confirmed is confirmed, by whom it was.
        "OR (OLD.seen_at IS NOT NULL AND (NEW.seen_at IS NULL OR NEW.seen_by_id <> OLD.seen_by_id))",
    ),
)
say(
    InspectionBulletin,
    f"{_BULLETIN}_frozen",
    code="wrong_state",
    sentence="这份通报刚刚有变化，看过最新的情况再办",
)
say(
    InspectionBulletin,
    f"{_CASE}_being_signed",
    code="being_signed",
    sentence="这个认定写进了正在送签的通报，先撤回通报",
)
