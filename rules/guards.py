"""What the database refuses of local rules past the verbs, and in which words."""

from __future__ import annotations

from core.errors import say
from core.triggers import Trigger, changed, register
from rules.models import LocalRule, LocalRuleScope

_AGREED = (
    "SELECT 1 FROM approvals_signoff so WHERE so.subject_kind = 'local_rule' AND so.subject_id = NEW.id "
    "AND so.state = 'agreed'"
)
_CONTENT = changed("region_id", "under", "answers", "number", "title", "issuer", "valid_from", "team_kinds", "topics", "body",
        "body_hash", "repeals", "proposer_id", "state")  # fmt: skip
_CONTENT += " OR COALESCE(NEW.supersedes_id, 0) <> COALESCE(OLD.supersedes_id, 0)"
# A last day is set once, when the next version takes force.
_CONTENT += " OR (OLD.valid_to IS NOT NULL AND (NEW.valid_to IS NULL OR NEW.valid_to <> OLD.valid_to))"

register(
    Trigger(
        "rules_localrule_unconfirmed",
        "rules_localrule",
        "UPDATE",
        f"NEW.state = 'confirmed' AND OLD.state <> 'confirmed' AND NOT EXISTS ({_AGREED})",
    ),
    Trigger(
        "rules_localrule_frozen",
        "rules_localrule",
        "UPDATE",
        f"OLD.state IN ('confirmed', 'refused', 'withdrawn') AND ({_CONTENT})",
    ),
    Trigger("rules_localrule_born_draft", "rules_localrule", "INSERT", "NEW.state <> 'draft'"),
    Trigger("rules_localrule_no_delete", "rules_localrule", "DELETE", "OLD.state <> 'draft'"),
    Trigger("rules_localrulescope_no_delete", "rules_localrulescope", "DELETE"),
)

say(LocalRule, "form_key", code="key_reused", sentence="这个页面已经用过，刷新后再填")
say(LocalRule, "one_next_version", code="next_exists", sentence="后一版正在登记，在那一件上接着办")
say(
    LocalRule,
    "local_rule_dates_in_order",
    code="order",
    sentence="前一版还没有施行到这一天，改一个更晚的施行日期",
)
say(LocalRule, "rules_localrule_unconfirmed", code="unconfirmed", sentence="没有另一个人确认，不能生效")
say(LocalRule, "rules_localrule_frozen", code="frozen", sentence="已办结的本地制度不能改，要改就出新版本")
say(
    LocalRuleScope,
    "one_open_local_rule",
    code="overlap",
    sentence="同一内容刚有另一份本地制度确认，看过最新内容再办",
)
