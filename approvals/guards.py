"""What the database refuses past the verbs, and the sentence for each refusal."""

from __future__ import annotations

from approvals.models import Recusal, Signature, SignOff
from core.errors import say
from core.triggers import Trigger, append_only, changed, register

_OPEN_STEP = (
    "SELECT 1 FROM approvals_signoff so WHERE so.id = NEW.sign_off_id AND so.state = 'open' "
    "AND so.step = NEW.step AND so.content_hash = NEW.content_hash"
)
_OWN_SEAT = (
    "SELECT 1 FROM approvals_seat s WHERE s.id = NEW.seat_id AND s.sign_off_id = NEW.sign_off_id "
    "AND s.step = NEW.step AND s.need = NEW.need AND ("
    "(s.voice = 'decide' AND NEW.decision IN ('agree', 'refuse', 'return')) "
    "OR (s.voice = 'opinion' AND NEW.decision = 'opinion') "
    "OR (s.voice = 'assign' AND NEW.decision = 'assign'))"
)
_RECUSED = (
    "SELECT 1 FROM approvals_recusal r WHERE r.sign_off_id = NEW.sign_off_id AND r.person_id = NEW.signer_id"
)
_YES = "g.decision IN ('agree', 'opinion')"
_UNSIGNED_ALL = (
    "SELECT 1 FROM approvals_seat s WHERE s.sign_off_id = NEW.id AND s.need = 'all' AND NOT EXISTS "
    f"(SELECT 1 FROM approvals_signature g WHERE g.seat_id = s.id AND {_YES})"
)
_UNSIGNED_ANY = (
    "SELECT 1 FROM approvals_seat s WHERE s.sign_off_id = NEW.id AND s.need = 'any' AND NOT EXISTS "
    f"(SELECT 1 FROM approvals_signature g WHERE g.sign_off_id = s.sign_off_id AND g.step = s.step AND {_YES})"
)
_FROZEN = changed("kind", "subject_kind", "subject_id", "round", "content_hash")

register(
    *append_only("approvals_signature"),
    *append_only("approvals_recusal"),
    *append_only("approvals_seat"),
    *append_only("approvals_seatupward"),
    Trigger("approvals_signature_in_step", "approvals_signature", "INSERT", f"NOT EXISTS ({_OPEN_STEP})"),
    Trigger("approvals_signature_in_seat", "approvals_signature", "INSERT", f"NOT EXISTS ({_OWN_SEAT})"),
    Trigger("approvals_signature_recused", "approvals_signature", "INSERT", f"EXISTS ({_RECUSED})"),
    Trigger("approvals_signoff_no_delete", "approvals_signoff", "DELETE"),
    Trigger("approvals_signoff_settled", "approvals_signoff", "UPDATE", f"OLD.state <> 'open' OR {_FROZEN}"),
    Trigger(
        "approvals_signoff_born_open", "approvals_signoff", "INSERT", "NEW.state <> 'open' OR NEW.step <> 0"
    ),
    Trigger(
        "approvals_signoff_all_signed",
        "approvals_signoff",
        "UPDATE",
        f"NEW.state = 'agreed' AND (EXISTS ({_UNSIGNED_ALL}) OR EXISTS ({_UNSIGNED_ANY}))",
    ),
    Trigger("approvals_filing_no_delete", "approvals_filing", "DELETE"),
)

say(SignOff, "one_open_sign_off", code="already_open", sentence="这一件已在办理中，不用再提交")
say(
    Signature,
    "one_signature_per_signer",
    code="signed_already",
    sentence="您在这一件里已签过字，由其他人接着办",
)
say(
    Signature,
    "one_signature_per_any_step",
    code="decided_already",
    sentence="别人刚刚办理了这一件，您不用再办",
)
say(Signature, "seat", code="decided_already", sentence="别人刚刚办理了这一件，您不用再办")
say(Signature, "request_key", code="key_reused", sentence="这个页面已经用过，刷新后再办")
say(Signature, "approvals_signature_in_step", code="stale", sentence="内容或环节已有变化，看过最新内容再办")
say(Signature, "approvals_signature_recused", code="recused", sentence="这一件与您本人有关，由其他人办理")
say(Recusal, "one_recusal_per_person", code="recused_already", sentence="这个人已在回避名单里")
