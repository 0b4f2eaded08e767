"""What the database refuses of attendance past the verbs, and in which words."""

from __future__ import annotations

from attendance.models import AbsenceCase, CaseStep, Fact, RegisterImport, SignIn
from attendance.sheets import MonthObjection, MonthSheet
from core.errors import say
from core.triggers import Trigger, append_only, changed, register

register(*append_only("attendance_fact"), *append_only("attendance_postpoint"))
#: What a sheet says never changes; where it stands goes only onwards.
_FROZEN = changed("team_id", "month", "version", "hash", "sent_by_id", "sent_at")
_ONWARDS = (
    "OLD.state = NEW.state OR (OLD.state = 'pending' AND NEW.state IN ('closed', 'returned', 'withdrawn')) "
    "OR (OLD.state = 'closed' AND NEW.state = 'reopened')"
)

register(
    *append_only("attendance_fact"),
    *append_only("attendance_monthline"),
    *append_only("attendance_reportpart"),
    Trigger("attendance_monthreport_no_delete", "attendance_monthreport", "DELETE"),
    Trigger(
        "attendance_monthreport_finished", "attendance_monthreport", "UPDATE", "OLD.finished_at IS NOT NULL"
    ),
    Trigger("attendance_monthobjection_no_delete", "attendance_monthobjection", "DELETE"),
    Trigger(
        "attendance_monthobjection_once",
        "attendance_monthobjection",
        "UPDATE",
        "OLD.answered_at IS NOT NULL OR NEW.text <> OLD.text OR NEW.person_id <> OLD.person_id "
        "OR NEW.month <> OLD.month OR NEW.version <> OLD.version",
    ),
    Trigger("attendance_monthsheet_no_delete", "attendance_monthsheet", "DELETE"),
    Trigger(
        "attendance_monthsheet_frozen",
        "attendance_monthsheet",
        "UPDATE",
        f"{_FROZEN} OR NOT ({_ONWARDS})",
    ),
    Trigger(
        "attendance_monthsheet_born_pending", "attendance_monthsheet", "INSERT", "NEW.state <> 'pending'"
    ),
)

#: What was recorded of a 调度 stays; only that it was wrong is written to it, once.
_RECORDED = changed(
    "region_id", "clause", "period", "held_on", "chair", "decided", "recorded_by_id", "recorded_at"
)
register(
    Trigger("attendance_heldcheck_no_delete", "attendance_heldcheck", "DELETE"),
    Trigger(
        "attendance_heldcheck_kept",
        "attendance_heldcheck",
        "UPDATE",
        f"OLD.void_why <> '' OR {_RECORDED}",
    ),
)
#: Whose day it is and which day never change; where it stands goes by finding, explaining and taking back.
_SAME_CASE = changed("person_id", "posting_id", "team_id", "day")
_BY_HIMSELF = (
    "NEW.done_by_id IS NOT NULL AND NEW.party <> 'person:self' AND EXISTS (SELECT 1 FROM attendance_absencecase c "
    "WHERE c.id = NEW.case_id AND c.person_id = NEW.done_by_id)"
)
register(
    *append_only("attendance_absenceact"),
    Trigger("attendance_absencecase_no_delete", "attendance_absencecase", "DELETE"),
    Trigger("attendance_absencecase_same", "attendance_absencecase", "UPDATE", _SAME_CASE),
    Trigger(
        "attendance_absencecase_born_pending", "attendance_absencecase", "INSERT", "NEW.state <> 'pending'"
    ),
    Trigger("attendance_casestep_no_delete", "attendance_casestep", "DELETE"),
    Trigger(
        "attendance_casestep_done_once",
        "attendance_casestep",
        "UPDATE",
        f"OLD.done_at IS NOT NULL OR OLD.dropped_at IS NOT NULL OR {_BY_HIMSELF}",
    ),
    Trigger("attendance_absencestatement_no_delete", "attendance_absencestatement", "DELETE"),
    Trigger(
        "attendance_absencestatement_frozen",
        "attendance_absencestatement",
        "UPDATE",
        changed("case_id", "step_id", "whereabouts", "reason", "papers", "evidence", "remedy")
        + " OR (OLD.state <> 'pending' AND NEW.state <> OLD.state)",
    ),
)
say(
    AbsenceCase,
    "one_absence_case_a_day",
    code="stale",
    sentence="这一天别人刚刚列入了缺勤处置，看过最新的情况再办",
)
say(
    CaseStep,
    "attendance_casestep_done_once",
    code="settled",
    sentence="这一步别人刚刚办了，看过最新的情况再办",
)

say(
    RegisterImport,
    "register_import_settled_by_somebody",
    code="import_settled",
    sentence="导入或放弃要有办理人和时间",
)
say(
    RegisterImport,
    "register_import_keeps_no_workbook",
    code="import_settled",
    sentence="办结的导入不再保留考勤表",
)
say(
    Fact,
    "one_fact_a_revision",
    code="stale",
    sentence="别人刚刚登记了同一天，看过最新的情况再改",
)
say(SignIn, "one_sign_in_a_key", code="stale", sentence="这次签到已经收到，刷新再看")
say(
    MonthSheet,
    "one_standing_sheet_a_month",
    code="being_closed",
    sentence="别人刚刚送了核对，看过最新的情况再办",
)
say(MonthSheet, "one_sheet_a_version", code="being_closed", sentence="别人刚刚送了核对，看过最新的情况再办")
say(
    MonthSheet,
    "attendance_monthsheet_frozen",
    code="wrong_state",
    sentence="这个月的考勤刚刚有变化，看过最新的情况再办",
)
say(
    MonthObjection,
    "one_objection_a_month_and_closing",
    code="said_already",
    sentence="异议已提出过，等乡镇答复",
)
