"""What every trigger and constraint must refuse: SQL past the verbs, built on a scene with a row of each kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import models

from approvals.models import Signature, SignOff
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.inspection.papers import BulletinItem, InspectionBulletin
from attendance.models import AbsenceCase
from attendance.sheets import MonthSheet
from core import clock, feedback, seal, trail_care
from core.models import AuditAnchor
from leave.models import Consent, LeaveRequest
from rules.models import LocalRule, LocalRuleScope
from teams.delegations import delegate
from teams.models import Appointment, Delegation, Grant
from teams.words import GrantPurpose
from tests.attendance import rows as attendance_rows
from tests.drive import NEXT_MONDAY, Drive, newest
from tests.rules.local import Registrar, paper, waiting_rule, xinfeng_tiers


class Scene:
    """Rows to work against: a joint decision one third signed, then pending, approved, withdrawn, a draft."""

    def __init__(self, drive: Drive) -> None:
        self.drive = drive
        self.joint = drive.ask("sc_member", 8)
        self.signature = drive.sign("sc_org_chief", self.joint)
        self.pending = drive.ask("liusha_member", 2)
        self.approved = drive.ask("lihu_member", 1)
        drive.sign("lihu_captain", self.approved)
        filed = drive.ask("sc_captain", 1)
        drive.sign("zhuli_secretary", filed)
        self.withdrawn = drive.ask("lihu_member", 1, start=NEXT_MONDAY + timedelta(days=7))
        drive.withdraw("lihu_member", self.withdrawn)
        self.draft = drive.save("xf_member", 1)
        self.confirmed_rule = Registrar(drive.world).confirmed(paper(xinfeng_tiers()))
        self.waiting_rule = waiting_rule(drive.world)
        feedback.send(acting_user=drive.world.user("xf_member"), text="去向能不能记住")
        seal.seal()
        trail_care.go_on(trail_care.start_check(acting_user=None).pk)
        Consent.objects.create(
            request=self.draft,
            kind="paper",
            given_by="某局长",
            given_post="局长",
            given_on=clock.today(),
            recorded_by=drive.world.human("xf_member"),
            recorded_at=clock.now(),
        )
        attendance_rows.lay(drive.world)
        Grant.objects.create(
            user=drive.world.users["pn_finance_chief"],
            body_id=drive.world.bodies["liusha_team"].pk,
            purpose=GrantPurpose.values[0],
            why="核对",
            document="某文号",
            valid_from=clock.today(),
            valid_to=clock.today(),
            given_at=clock.now(),
        )
        self.delegation = delegate(
            of_id=drive.world.appointments["liusha_captain"].pk,
            to_id=drive.world.appointments["liusha_mate"].pk,
            valid_from=clock.today(),
            valid_to=clock.today(),
            why="外出",
            acting_user=drive.world.user("liusha_captain"),
        )
        long_ago = clock.at(date(2020, 1, 1), 0)
        AuditAnchor.objects.create(position=0, hash="0", before=long_ago, events=0, made_at=long_ago)

    def person(self, who: str) -> int:
        return self.drive.world.human(who).pk

    def free_seat(self) -> int:
        return newest(self.joint).seats.exclude(pk=self.signature.seat_id).first().pk

    def second_signature(self, **changes: Any) -> str:
        """SQL that adds a signature of another person in a free seat of the joint decision."""
        values = {
            "seat_id": self.free_seat(),
            "signer_id": self.person("sc_rural_chief"),
            "request_key": "raw",
            **changes,
        }
        return copied(Signature, self.signature.pk, **values)


def copied(model: type[models.Model], pk: int, **changes: Any) -> str:
    """SQL that inserts a copy of a row with some columns changed."""
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    values = [literal(changes[name]) if name in changes else f'"{name}"' for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(values)} FROM {model._meta.db_table} WHERE id = {pk}"


def literal(value: Any) -> str:
    return "NULL" if value is None else str(value) if isinstance(value, int) else f"'{value}'"


def changed(table: str, assignment: str, where: str = "1 = 1") -> Callable[[Scene], str]:
    return lambda scene: f"UPDATE {table} SET {assignment} WHERE {where}"


def removed(table: str) -> Callable[[Scene], str]:
    return lambda scene: f"DELETE FROM {table}"


def leave(assignment: str, which: str) -> Callable[[Scene], str]:
    return lambda scene: f"UPDATE leave_leaverequest SET {assignment} WHERE id = {getattr(scene, which).pk}"


def round_of(which: str, assignment: str) -> Callable[[Scene], str]:
    return lambda scene: (
        f"UPDATE approvals_signoff SET {assignment} WHERE id = {newest(getattr(scene, which)).pk}"
    )


def rule(assignment: str, which: str) -> Callable[[Scene], str]:
    return lambda scene: f"UPDATE rules_localrule SET {assignment} WHERE id = {getattr(scene, which).pk}"


def second_posting(scene: Scene) -> str:
    """SQL that posts a member for the second time, from the next day on."""
    mine = scene.drive.world.appointments["liusha_member"]
    return copied(Appointment, mine.pk, valid_from=(mine.valid_from + timedelta(days=1)).isoformat())


def posting_of_a_mate(scene: Scene) -> str:
    """SQL that makes a member's posting that of a mate, who has one."""
    mine, mate = (scene.drive.world.appointments[who].pk for who in ("liusha_member", "liusha_mate"))
    return f"UPDATE teams_appointment SET person_id = (SELECT person_id FROM teams_appointment WHERE id = {mate}) WHERE id = {mine}"


def delegation(who: str, to: str) -> Callable[[Scene], str]:
    """SQL that makes another delegation, of this person's post to that one."""

    def sql(scene: Scene) -> str:
        of, taker = (scene.drive.world.appointments[key].pk for key in (who, to))
        return copied(Delegation, scene.delegation.pk, of_id=of, to_id=taker)

    return sql


AGREED = "state = 'agreed', settled_at = opened_at"
#: trigger → statements it must refuse, built on the scene.
CASES: dict[str, list[Callable[[Scene], str]]] = {
    "appointment_one_posting": [second_posting],
    "appointment_one_posting_still": [posting_of_a_mate],
    "appointment_no_delete": [removed("teams_appointment")],
    "delegation_depth_one": [delegation("liusha_secretary", "liusha_secretary")],
    "delegation_one_at_a_time": [delegation("liusha_captain", "liusha_first")],
    "delegation_given_once": [
        changed("teams_delegation", "valid_to = '2099-01-01'"),
        changed("teams_delegation", "to_id = (SELECT MAX(id) FROM teams_appointment)"),
    ],
    "delegation_no_delete": [removed("teams_delegation")],
    "grant_given_once": [changed("teams_grant", "valid_to = '2099-01-01'")],
    "grant_no_delete": [removed("teams_grant")],
    "attendance_fact_no_update": [changed("attendance_fact", "value = ''")],
    "attendance_fact_no_delete": [removed("attendance_fact")],
    "attendance_heldcheck_no_delete": [removed("attendance_heldcheck")],
    "attendance_heldcheck_kept": [
        changed("attendance_heldcheck", "chair = 'x'"),
        # What is void stays void, and for the reason that was written.
        changed("attendance_heldcheck", "voided_at = NULL, voided_by_id = NULL, void_why = ''"),
    ],
    "attendance_postpoint_no_update": [changed("attendance_postpoint", "latitude = 25")],
    "attendance_postpoint_no_delete": [removed("attendance_postpoint")],
    "attendance_monthsheet_born_pending": [
        lambda scene: copied(MonthSheet, MonthSheet.objects.get().pk, version=2)
    ],
    "attendance_monthsheet_frozen": [
        changed("attendance_monthsheet", "hash = 'x'"),
        changed("attendance_monthsheet", "state = 'pending'"),
        changed("attendance_monthsheet", "state = 'returned'"),
    ],
    "attendance_monthsheet_no_delete": [removed("attendance_monthsheet")],
    "attendance_monthline_no_update": [changed("attendance_monthline", "name = 'x'")],
    "attendance_monthline_no_delete": [removed("attendance_monthline")],
    "attendance_monthobjection_once": [
        changed("attendance_monthobjection", "answer = 'x'"),
        changed("attendance_monthobjection", "text = 'x'"),
    ],
    "attendance_monthobjection_no_delete": [removed("attendance_monthobjection")],
    "attendance_monthreport_finished": [changed("attendance_monthreport", "hash = 'x'")],
    "attendance_monthreport_no_delete": [removed("attendance_monthreport")],
    "attendance_absenceact_no_update": [changed("attendance_absenceact", "note = 'x'")],
    "attendance_absenceact_no_delete": [removed("attendance_absenceact")],
    "attendance_absencecase_no_delete": [removed("attendance_absencecase")],
    "attendance_absencecase_same": [changed("attendance_absencecase", "day = '2026-11-19'")],
    "attendance_absencecase_born_pending": [
        lambda scene: copied(AbsenceCase, AbsenceCase.objects.get().pk, state="explained", day="2026-11-19")
    ],
    "attendance_casestep_no_delete": [removed("attendance_casestep")],
    "attendance_casestep_done_once": [
        changed("attendance_casestep", "text = 'x'", "code = 's2'"),
        # The person concerned decides nothing about himself.
        changed(
            "attendance_casestep",
            "done_at = '2026-11-20', capacity = 'x', done_by_id = (SELECT c.person_id FROM attendance_absencecase c)",
            "code = 's1'",
        ),
    ],
    "attendance_absencestatement_no_delete": [removed("attendance_absencestatement")],
    "attendance_absencestatement_frozen": [
        changed("attendance_absencestatement", "reason = 'x'"),
        changed("attendance_absencestatement", "state = 'pending'"),
    ],
    "attendance_reportpart_no_update": [changed("attendance_reportpart", "hash = 'x'")],
    "attendance_reportpart_no_delete": [removed("attendance_reportpart")],
    "attendance_spotcheck_no_delete": [removed("attendance_spotcheck")],
    "attendance_spotcheck_born_planned": [
        lambda scene: copied(SpotCheck, SpotCheck.objects.get().pk, form_key="x", serial=2)
    ],
    "attendance_spotcheck_frozen": [
        changed("attendance_spotcheck", "pool_hash = 'x'"),
        changed("attendance_spotcheck", "state = 'planned'"),
    ],
    "attendance_spotcheck_one_seed": [changed("attendance_spotcheck", "seed = 'x'")],
    "attendance_spottarget_no_delete": [removed("attendance_spottarget")],
    "attendance_spottarget_only_drawn": [
        lambda scene: copied(
            SpotTarget,
            SpotTarget.objects.get().pk,
            posting_id=scene.drive.world.appointments["xf_captain"].pk,
        )
    ],
    "attendance_spottarget_frozen": [
        changed("attendance_spottarget", "outcome = 'on_post'"),
        changed("attendance_spottarget", "code = 'P2'"),
    ],
    "attendance_inspectionbulletin_no_delete": [removed("attendance_inspectionbulletin")],
    "attendance_inspectionbulletin_born_draft": [
        lambda scene: copied(InspectionBulletin, InspectionBulletin.objects.get().pk, form_key="x")
    ],
    "attendance_inspectionbulletin_frozen": [
        changed("attendance_inspectionbulletin", "overall = 'x'"),
        changed("attendance_inspectionbulletin", "title = 'x'"),
    ],
    "attendance_bulletinitem_frozen": [changed("attendance_bulletinitem", "problem = 'x'")],
    "attendance_bulletinitem_kept": [removed("attendance_bulletinitem")],
    "attendance_bulletinitem_only_found": [
        lambda scene: copied(BulletinItem, BulletinItem.objects.get().pk, case_id=0)
    ],
    "attendance_absencecase_being_signed": [
        changed("attendance_absencecase", "state = 'explained', explained_with = 'leave'")
    ],
    "attendance_unittalk_no_delete": [removed("attendance_unittalk")],
    "attendance_unittalk_kept": [changed("attendance_unittalk", "outcome = 'x'")],
    "leave_consent_no_update": [changed("leave_consent", "given_by = 'x'")],
    "leave_consent_no_delete": [removed("leave_consent")],
    "leave_leaverequest_voice": [leave("state = 'voice'", "pending")],
    "core_feedback_kept": [changed("core_feedback", "text = 'x'")],
    "core_auditevent_no_update": [changed("core_auditevent", "actor_name = 'x'")],
    "core_auditevent_no_delete": [removed("core_auditevent")],
    "core_auditseal_no_update": [changed("core_auditseal", "hash = previous")],
    "core_auditseal_no_delete": [removed("core_auditseal")],
    "core_auditanchor_no_update": [changed("core_auditanchor", "position = 9")],
    "core_auditanchor_no_delete": [removed("core_auditanchor")],
    "core_auditanchor_in_time": [
        lambda scene: (
            "INSERT INTO core_auditanchor (position, hash, before, events, made_at) "
            "SELECT 9, hash, sealed_at, 1, sealed_at FROM core_auditseal LIMIT 1"
        ),
    ],
    "core_auditcheck_done": [changed("core_auditcheck", "breaks = '[]'")],
    "core_auditcheck_no_delete": [removed("core_auditcheck")],
    "approvals_signature_no_update": [
        changed("approvals_signature", "decision = 'agree'"),
        changed("approvals_signature", "note = 'x'"),
    ],
    "approvals_signature_no_delete": [removed("approvals_signature")],
    "approvals_recusal_no_update": [changed("approvals_recusal", "person_id = person_id + 1")],
    "approvals_recusal_no_delete": [removed("approvals_recusal")],
    "approvals_seat_no_update": [changed("approvals_seat", "need = 'any'")],
    "approvals_seat_no_delete": [removed("approvals_seat")],
    "approvals_seatupward_no_update": [changed("approvals_seatupward", "rank = 7")],
    "approvals_seatupward_no_delete": [removed("approvals_seatupward")],
    "approvals_signature_in_step": [
        lambda scene: scene.second_signature(content_hash="0" * 64),
        lambda scene: scene.second_signature(
            sign_off_id=newest(scene.withdrawn).pk,
            seat_id=newest(scene.withdrawn).seats.get().pk,
            content_hash=newest(scene.withdrawn).content_hash,
            need="any",
        ),
    ],
    "approvals_signature_in_seat": [
        lambda scene: scene.second_signature(seat_id=newest(scene.pending).seats.get().pk),
        lambda scene: scene.second_signature(need="any"),
        lambda scene: scene.second_signature(decision="opinion"),
        lambda scene: scene.second_signature(decision="assign", note="x"),
    ],
    "approvals_signature_recused": [
        lambda scene: scene.second_signature(signer_id=scene.person("sc_member")),
    ],
    "approvals_signoff_no_delete": [removed("approvals_signoff")],
    "approvals_signoff_settled": [
        round_of("approved", "state = 'open', settled_at = NULL"),
        round_of("approved", "state = 'refused'"),
        round_of("pending", "content_hash = 'x'"),
        round_of("pending", "subject_id = 999"),
        round_of("pending", "round = 9"),
    ],
    "approvals_signoff_born_open": [
        lambda scene: copied(SignOff, newest(scene.approved).pk, round=9),
        lambda scene: copied(SignOff, newest(scene.pending).pk, round=9, step=1),
    ],
    "approvals_signoff_all_signed": [round_of("joint", AGREED), round_of("pending", AGREED)],
    "approvals_filing_no_delete": [removed("approvals_filing")],
    "leave_leaverequest_unsigned": [leave("state = 'approved'", "pending")],
    "leave_leaverequest_signed": [
        leave("reason = 'x'", "approved"),
        leave("destination = 'x'", "approved"),
        leave("absence_halves = 40", "approved"),
        leave("decision = '{}'", "approved"),
        leave("going = 'beyond'", "approved"),
        leave("stand_in_id = applicant_id", "approved"),
        leave("\"end\" = '2027-01-01', until = '2027-01-01'", "approved"),
    ],
    "leave_leaverequest_until": [leave("until = '2027-01-01'", "approved")],
    "leave_leaverequest_changed": [leave("state = 'changed'", "approved")],
    "leave_leaverequest_born_draft": [
        lambda scene: copied(
            LeaveRequest, scene.pending.pk, form_key="raw", number="2026-9999", state="approved"
        ),
    ],
    "leave_leaverequest_no_delete": [
        lambda scene: f"DELETE FROM leave_leaverequest WHERE id = {scene.pending.pk}"
    ],
    "rules_localrule_unconfirmed": [rule("state = 'confirmed'", "waiting_rule")],
    "rules_localrule_frozen": [
        rule("state = 'draft'", "confirmed_rule"),
        rule("body = '{}'", "confirmed_rule"),
        rule("number = 'x'", "confirmed_rule"),
        rule("valid_from = '2020-01-01'", "confirmed_rule"),
        rule("region_id = 1", "confirmed_rule"),
        rule("supersedes_id = id", "confirmed_rule"),
    ],
    "rules_localrule_born_draft": [
        lambda scene: copied(LocalRule, scene.confirmed_rule.pk, form_key="raw"),
    ],
    "rules_localrule_no_delete": [
        lambda scene: f"DELETE FROM rules_localrule WHERE id = {scene.waiting_rule.pk}"
    ],
    "rules_localrulescope_no_delete": [removed("rules_localrulescope")],
}

CONSTRAINTS: dict[str, Callable[[Scene], str]] = {
    "two open rounds on one subject": lambda scene: copied(SignOff, newest(scene.pending).pk, round=9),
    "two signatures in one seat": lambda scene: scene.second_signature(seat_id=scene.signature.seat_id),
    "two signatures by one person": lambda scene: scene.second_signature(signer_id=scene.signature.signer_id),
    "a refusal without a reason": lambda scene: scene.second_signature(decision="refuse", note=""),
    "settled but still open": round_of("pending", "settled_at = opened_at"),
    "open but settled": round_of("pending", "state = 'withdrawn'"),
    "one person away twice on a half-day": lambda scene: (
        "INSERT INTO teams_away (person_id, month, day, half, kind, source_id, firm) "
        "SELECT person_id, month, day, half, 'trip', 1, firm FROM teams_away"
    ),
    "a filing that names no clause": changed("approvals_filing", "clause = ''", "kind = 'filing'"),
    "back without a day": leave("state = 'back'", "approved"),
    "the end before the start": leave("\"end\" = '2020-01-01'", "pending"),
    "two open local rules on one matter": lambda scene: copied(
        LocalRuleScope, scene.confirmed_rule.scopes.first().pk, rule_id=scene.waiting_rule.pk
    ),
    "a local rule that ends before it begins": rule("valid_to = '2020-01-01'", "confirmed_rule"),
    "two requests with one number": lambda scene: leave(
        f"series = '{scene.approved.series}', number = '{scene.approved.number}'", "pending"
    )(scene),
}
