"""Cases of absence under short names, and the county and city offices that the documents of three places name."""

from __future__ import annotations

from datetime import date
from typing import Any

from attendance.absence import cases
from attendance.absence.models import AbsenceCase, How
from teams.models import Office
from teams.words import Function, Post
from tests.cast import World
from tests.drive import Drive

#: A Friday without any word in the cast's registers.
FRIDAY = date(2026, 11, 20)


def waiting(drive: Drive, who: str = "liusha_member", day: date = FRIDAY, **fields: Any) -> AbsenceCase:
    return cases.open_case(
        posting=drive.world.appointments[who],
        day=day,
        how=fields.pop("how", How.REGISTER),
        acting_user=None,
        **fields,
    )


def find(
    drive: Drive, who: str, case: AbsenceCase, reason: str = "电话核实不在村，也没有请假", **said: Any
) -> AbsenceCase:
    return cases.find_unexcused(acting_user=drive.world.user(who), case_id=case.pk, reason=reason, **said)


def explain(drive: Drive, who: str, case: AbsenceCase, how: str = "correction", **said: Any) -> AbsenceCase:
    said = {"note": "村书记证实在岗，漏登", "mark": "on_post" if how == "correction" else "", **said}
    return cases.explain(acting_user=drive.world.user(who), case_id=case.pk, how=how, **said)


def withdraw(drive: Drive, who: str, case: AbsenceCase, reason: str = "补交了病历") -> AbsenceCase:
    return cases.withdraw_finding(acting_user=drive.world.user(who), case_id=case.pk, reason=reason)


def city_of_zhumadian(w: World) -> None:
    """驻马店's own offices, whose finding starts the chain of 第十八条."""
    w.body("zmd_rural", Office, "驻马店市乡村振兴局", "zhumadian", functions=(Function.RURAL_REVITALIZATION,))
    w.body("zmd_org", Office, "中共驻马店市委组织部", "zhumadian", functions=(Function.ORGANIZATION,))
    w.person("zmd_rural_chief", "驻振兴", Post.LEADER, "zmd_rural")
    w.person("zmd_org_chief", "驻组织", Post.LEADER, "zmd_org")
