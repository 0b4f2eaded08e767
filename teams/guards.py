"""What the database refuses of appointments and grants past the verbs, and in which words."""

from __future__ import annotations

from core.errors import say
from core.triggers import Trigger, register
from teams.models import Appointment, Grant, Region

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

register(
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
