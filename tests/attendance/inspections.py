"""驻马店 with its city office and neighbours, and the verbs of 查岗 under short names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from approvals import services as sign_offs
from approvals.models import SignOff
from attendance.absence import cases
from attendance.absence.models import AbsenceCase
from attendance.inspection import bulletins, planning, results
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.inspection.papers import BULLETIN, InspectionBulletin
from teams.models import DispatchingUnit, Office, Team
from teams.words import Function, Level, Origin, Post, TeamKind
from tests import cast
from tests.again import again
from tests.cast import World
from tests.drive import MONDAY, Clock, key

TOMORROW = MONDAY + timedelta(days=1)
CITY, COUNTY = "zmd_chief", "sc_rural_chief"


def add_city(w: World) -> World:
    """市乡村振兴局 of two, a second town in 上蔡县 with a team from another unit, and the next county's bureau."""
    w.body("zmd_rural", Office, "驻马店市乡村振兴局", "zhumadian", functions=(Function.RURAL_REVITALIZATION,))
    w.person("zmd_chief", "驻振兴", Post.LEADER, "zmd_rural")
    w.person("zmd_staff", "驻科员", Post.STAFF, "zmd_rural")
    w.person("zhuli_officer", "朱考勤", Post.ATTENDANCE_OFFICER, "zhuli_party")
    w.region("shaodian", "邵店镇", Level.TOWN, "411722109000", "shangcai")
    w.region("houyang", "后杨村", Level.VILLAGE, "411722109201", "shaodian")
    w.body("sc_water", DispatchingUnit, "上蔡县水利局", "shangcai", origin=Origin.COUNTY)
    w.body("shaodian_party", Office, "中共邵店镇委员会", "shaodian", functions=(Function.PARTY_COMMITTEE,))
    w.body("houyang_team", Team, "驻后杨村工作队", "houyang", team_kind=TeamKind.VILLAGE)
    w.person("shaodian_secretary", "邵书记", Post.PARTY_SECRETARY, "shaodian_party")
    w.person("shaodian_officer", "邵考勤", Post.ATTENDANCE_OFFICER, "shaodian_party")
    w.person("water_chief", "水利局长", Post.LEADER, "sc_water")
    w.person("houyang_captain", "邵队长", Post.CAPTAIN, "houyang_team", unit=w.bodies["sc_water"])
    w.person("houyang_member", "邵队员", Post.MEMBER, "houyang_team", unit=w.bodies["sc_water"])
    w.region("xiping", "西平县", Level.COUNTY, "411721000000", "zhumadian")
    w.body("xp_rural", Office, "西平县乡村振兴局", "xiping", functions=(Function.RURAL_REVITALIZATION,))
    w.person("xp_rural_chief", "西振兴", Post.LEADER, "xp_rural")
    return w


def city_world() -> World:
    """The cast with them."""
    cast.published()
    return again(_whole)


def _whole() -> World:
    return add_city(cast.build())


def wish(w: World, by: str = CITY, **changes: Any) -> planning.Wish:
    fields: dict[str, Any] = {
        "clause": "zhumadian-18-absence-statement" if by.startswith("zmd") else "zhumadian-18-inspection",
        "method": "on_site",
        "day": TOMORROW,
        "time": "am",
        "checker_ids": (w.human(by).pk,),
    }
    return planning.Wish(**{**fields, **changes})


def plan(w: World, by: str = CITY, office: str = "", **changes: Any) -> SpotCheck:
    office = office or ("zmd_rural" if by.startswith("zmd") else "sc_rural")
    return planning.plan(
        acting_user=w.user(by), office_id=w.bodies[office].pk, wish=wish(w, by, **changes), form_key=key()
    )


def target(check: SpotCheck, w: World, who: str) -> SpotTarget:
    return SpotTarget.objects.get(check_of=check, posting=w.appointments[who])


def find(check: SpotCheck, w: World, who: str, outcome: str, by: str = CITY, **said: Any) -> SpotTarget:
    return results.find(acting_user=w.user(by), target_id=target(check, w, who).pk, outcome=outcome, **said)


def closed(
    w: World, clock: Clock, by: str = CITY, absent: Iterable[str] = (), day: date = TOMORROW, **changes: Any
) -> SpotCheck:
    """A whole check, on its day: everybody was there but those ``absent``."""
    made = plan(w, by, day=day, **changes)
    clock.set(day)
    for who in absent:
        find(made, w, who, "absent", by, note="村部和住处都没有人")
    results.find_rest(acting_user=w.user(by), check_id=made.pk)
    return results.close(acting_user=w.user(by), check_id=made.pk)


def case_of(w: World, who: str, day: date = TOMORROW) -> AbsenceCase:
    return AbsenceCase.objects.get(person=w.human(who).pk, day=day)


def judge(w: World, who: str, by: str = CITY, day: date = TOMORROW) -> AbsenceCase:
    """无故, found in the case that the check opened."""
    return cases.find_unexcused(
        acting_user=w.user(by), case_id=case_of(w, who, day).pk, reason="电话未接，无请假记录"
    )


def excuse(w: World, who: str, by: str = CITY, day: date = TOMORROW) -> AbsenceCase:
    """With cause after all: he was there, and the check missed him."""
    return cases.explain(
        acting_user=w.user(by),
        case_id=case_of(w, who, day).pk,
        how="correction",
        note="在地里，村干部证实",
        mark="on_post",
    )


def drafted(w: World, *checks: SpotCheck, by: str = CITY, office: str = "zmd_rural") -> InspectionBulletin:
    return bulletins.draft(
        acting_user=w.user(by),
        office_id=w.bodies[office].pk,
        check_ids=[check.pk for check in checks],
        form_key=key(),
    )


def signed(
    w: World, bulletin: InspectionBulletin, decision: str = "agree", note: str = ""
) -> InspectionBulletin:
    """Sent by a clerk, decided by the head."""
    bulletins.send(acting_user=w.user("zmd_staff"), bulletin_id=bulletin.pk)
    sign_off = SignOff.objects.filter(subject_kind=BULLETIN, subject_id=bulletin.pk).latest("round")
    sign_offs.sign(
        sign_off_id=sign_off.pk, acting_user=w.user(CITY), decision=decision, page_hash=sign_off.content_hash,
        request_key=key(), note=note,
    )  # fmt: skip
    return InspectionBulletin.objects.get(pk=bulletin.pk)
