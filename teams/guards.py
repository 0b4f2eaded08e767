"""What the database refuses of appointments, delegations and grants past the verbs, and in which words."""

from __future__ import annotations

from core.errors import say
from core.triggers import Trigger, register
from teams.models import Appointment, Delegation, Grant, Region

_POSTS = "('captain', 'member')"
_FULL_TIME = f"NEW.post IN {_POSTS} AND NEW.acting_for_id IS NULL AND NOT NEW.void"
#: SQLite gives a row its number only after a BEFORE INSERT trigger, so that one does not ask for it.
_OVERLAPPING = (
    "SELECT 1 FROM teams_appointment a WHERE a.person_id = NEW.person_id "
    f"AND a.post IN {_POSTS} AND a.acting_for_id IS NULL AND NOT a.void "
    "AND a.valid_from <= COALESCE(NEW.valid_to, '9999-12-31') "
    "AND COALESCE(a.valid_to, '9999-12-31') >= NEW.valid_from"
)
_GIVEN = " OR ".join(
    f"COALESCE(NEW.{column}, 0) <> COALESCE(OLD.{column}, 0)"
    for column in ("user_id", "region_id", "body_id")
)
#: Nobody to himself, and depth one: neither end is held by acting alone.
_NOT_DELEGABLE = (
    "NOT EXISTS (SELECT 1 FROM teams_appointment h, teams_appointment d WHERE h.id = NEW.of_id AND d.id = NEW.to_id "
    "AND h.person_id <> d.person_id AND h.acting_for_id IS NULL AND d.acting_for_id IS NULL)"
)
_DELEGATED_ALREADY = (
    "NEW.ended_at IS NULL AND EXISTS (SELECT 1 FROM teams_delegation d WHERE d.of_id = NEW.of_id "
    "AND d.ended_at IS NULL AND d.valid_from <= NEW.valid_to AND d.valid_to >= NEW.valid_from)"
)

register(
    Trigger("delegation_depth_one", "teams_delegation", "INSERT", _NOT_DELEGABLE),
    Trigger("delegation_one_at_a_time", "teams_delegation", "INSERT", _DELEGATED_ALREADY),
    Trigger(
        "delegation_given_once",
        "teams_delegation",
        "UPDATE",
        "OLD.ended_at IS NOT NULL OR NEW.of_id <> OLD.of_id OR NEW.to_id <> OLD.to_id "
        "OR NEW.valid_from <> OLD.valid_from OR NEW.valid_to > OLD.valid_to",
    ),
    Trigger("delegation_no_delete", "teams_delegation", "DELETE"),
    Trigger(
        "appointment_one_posting",
        "teams_appointment",
        "INSERT",
        f"{_FULL_TIME} AND EXISTS ({_OVERLAPPING})",
    ),
    Trigger(
        "appointment_one_posting_still",
        "teams_appointment",
        "UPDATE",
        f"{_FULL_TIME} AND EXISTS ({_OVERLAPPING} AND a.id <> NEW.id)",
    ),
    Trigger("appointment_no_delete", "teams_appointment", "DELETE"),
    Trigger(
        "grant_given_once",
        "teams_grant",
        "UPDATE",
        f"OLD.revoked_at IS NOT NULL OR {_GIVEN} OR NEW.valid_from <> OLD.valid_from "
        "OR NEW.valid_to <> OLD.valid_to",
    ),
    Trigger("grant_no_delete", "teams_grant", "DELETE"),
)

_SECOND = "这个人在这段时间里已有一个专职驻点，先结束那一个"
say(Appointment, "appointment_one_posting_still", code="second_posting", sentence=_SECOND)
say(Appointment, "appointment_one_posting", code="second_posting", sentence=_SECOND)
say(Appointment, "appointment_dates_in_order", code="dates", sentence="止期不能早于起期")
say(Appointment, "one_appointment_a_day", code="same_post", sentence="这个人从这一天起已在任这个职务")
say(Region, "one_living_region_a_path", code="faster", sentence="刚有人在这里加了下级，再提交一次")
say(Grant, "grant_names_one_object", code="no_object", sentence="授权要指明一个区划或一个机构")
say(Grant, "grant_names_its_last_day", code="no_last_day", sentence="授权要写明到哪一天为止")
say(Grant, "grant_names_its_basis", code="no_basis", sentence="授权要写明理由和依据文号")
say(Grant, "grant_given_once", code="revoked", sentence="这项授权已收回或已过期，不能再改")
say(
    Delegation,
    "delegation_depth_one",
    code="not_delegable",
    sentence="不能委托给自己，代行的职务也不能再委托",
)
say(
    Delegation,
    "delegation_one_at_a_time",
    code="delegated_already",
    sentence="这个职务在这几天里已经委托了人，先结束那一项",
)
say(Delegation, "delegation_given_once", code="over", sentence="这项委托已经结束，不能再改")
say(Delegation, "delegation_names_its_last_day", code="no_last_day", sentence="委托要写明到哪一天为止")
say(Delegation, "delegation_says_why", code="no_why", sentence="写一句为什么委托")
