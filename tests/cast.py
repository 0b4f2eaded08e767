"""The permanent cast: a small world with near misses. Every test that needs people takes them from here.

普宁 has two towns, so that a neighbour exists for every role; 驻马店's 上蔡县 has joint decisions and filings;
新丰 has no tiers. Names say the place and the post.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import calendar
from teams import people
from teams.models import Appointment, Body, DispatchingUnit, Office, Person, Region, Team, User
from teams.words import Duty, Function, Level, Origin, Post, TeamKind
from tests.again import again

START = date(2020, 1, 1)
PASSWORD = "cast-password-1"
#: Everybody's telephone, and the identity number of 洪队员: tests/canary.py looks for both wherever they must not be.
PHONE = "13800138000"
IDENTITY = "445281198603144233"


@dataclass
class World:
    """Everything the cast made, by short names."""

    regions: dict[str, Region] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    appointments: dict[str, Appointment] = field(default_factory=dict)

    def region(self, key: str, name: str, level: str, code: str, parent: str | None) -> Region:
        self.regions[key] = people.add_region(
            parent=self.regions[parent] if parent else None,
            name=name,
            level=level,
            code=code,
            valid_from=START,
            acting_user=None,
        )
        return self.regions[key]

    def body(self, key: str, model: type[Body], name: str, region: str, **fields: Any) -> Any:
        self.bodies[key] = people.add_body(
            model=model, name=name, region=self.regions[region], valid_from=START, acting_user=None, **fields
        )
        return self.bodies[key]

    def person(self, key: str, name: str, post: str, body: str, **fields: Any) -> User:
        """A person with a login and one appointment; ``key`` names all three."""
        identity = IDENTITY if key == "liusha_member" else ""
        human = people.add_person(name=name, phone=PHONE, identity=identity, acting_user=None)
        user = User.objects.create(username=key, person=human, password="!")
        self.users[key] = user
        self.appoint(key, post, body, **fields)
        return user

    def appoint(self, key: str, post: str, body: str, **fields: Any) -> Appointment:
        fields.setdefault("valid_from", START)
        appointment = people.appoint(
            person=self.users[key].person, post=post, body=self.bodies[body], acting_user=None, **fields
        )
        self.appointments.setdefault(key, appointment)
        return appointment

    def keeper(self, key: str, name: str, duty: str, region: str | None) -> User:
        """An administrative account (三员) and the person who keeps it."""
        human = people.add_person(name=name, acting_user=None)
        place = self.regions[region] if region else None
        user = User.objects.create(username=key, holder=human, duty=duty, duty_region=place, password="!")
        self.users[key] = user
        return user

    def user(self, key: str) -> User:
        """The user loaded anew, as a request would: no remembered scope."""
        return User.objects.select_related("person").get(pk=self.users[key].pk)

    def human(self, key: str) -> Person:
        return self.users[key].person


def build() -> World:
    """The whole cast."""
    return again(_whole)


def published() -> None:
    """The statutory calendar of the years tests touch."""
    again(_published)


def _published() -> None:
    calendar.seed(range(2024, 2027))


def _whole() -> World:
    world = World()
    _puning(world)
    _shangcai(world)
    _xinfeng(world)
    return world


def _puning(w: World) -> None:
    w.region("gd", "广东省", Level.PROVINCE, "440000000000", None)
    w.region("jieyang", "揭阳市", Level.CITY, "445200000000", "gd")
    w.region("puning", "普宁市", Level.COUNTY, "445281000000", "jieyang")
    w.region("liusha", "洪阳镇", Level.TOWN, "445281101000", "puning")
    w.region("lihu", "里湖镇", Level.TOWN, "445281105000", "puning")
    w.body(
        "pn_agri",
        Office,
        "普宁市农业农村局",
        "puning",
        functions=(Function.AGRICULTURE, Function.RURAL_REVITALIZATION),
    )
    w.body("pn_org", Office, "中共普宁市委组织部", "puning", functions=(Function.ORGANIZATION,))
    w.body("pn_finance", Office, "普宁市财政局", "puning", functions=(Function.FINANCE,))
    w.body("pn_unit", DispatchingUnit, "普宁市林业局", "puning", origin=Origin.COUNTY)
    w.body("pn_unit2", DispatchingUnit, "普宁市水利局", "puning", origin=Origin.COUNTY)
    w.body("gd_unit", DispatchingUnit, "广东省某厅", "gd", origin=Origin.PROVINCE)
    for key, name in (("liusha", "洪阳镇"), ("lihu", "里湖镇")):
        w.body(f"{key}_party", Office, f"中共{name}委员会", key, functions=(Function.PARTY_COMMITTEE,))
        w.body(f"{key}_team", Team, f"驻{name}工作队", key, team_kind=TeamKind.TOWN)
        w.person(f"{key}_secretary", f"{name[0]}书记", Post.PARTY_SECRETARY, f"{key}_party")
        w.person(f"{key}_officer", f"{name[0]}考勤", Post.ATTENDANCE_OFFICER, f"{key}_party")
        w.person(f"{key}_captain", f"{name[0]}队长", Post.CAPTAIN, f"{key}_team", unit=w.bodies["pn_unit"])
        w.person(f"{key}_member", f"{name[0]}队员", Post.MEMBER, f"{key}_team", unit=w.bodies["pn_unit"])
    w.person("liusha_mate", "洪队友", Post.MEMBER, "liusha_team", unit=w.bodies["pn_unit2"])
    w.person("liusha_first", "洪第一", Post.MEMBER, "liusha_team", unit=w.bodies["pn_unit2"])
    w.appoint("liusha_first", Post.FIRST_SECRETARY, "liusha_team")
    w.person("pn_agri_chief", "农业局长", Post.LEADER, "pn_agri")
    w.person("pn_agri_staff", "农业科员", Post.STAFF, "pn_agri")
    w.person("pn_org_chief", "组织部长", Post.LEADER, "pn_org")
    w.person("pn_finance_chief", "财政局长", Post.LEADER, "pn_finance")
    w.person("pn_unit_chief", "林业局长", Post.LEADER, "pn_unit")
    w.person("pn_unit2_chief", "水利局长", Post.LEADER, "pn_unit2")
    w.keeper("pn_system", "普系统", Duty.SYSTEM, "puning")
    w.keeper("pn_security", "普安全", Duty.SECURITY, "puning")
    w.keeper("pn_auditor", "普审计", Duty.AUDIT, "puning")


def _shangcai(w: World) -> None:
    w.region("henan", "河南省", Level.PROVINCE, "410000000000", None)
    w.region("zhumadian", "驻马店市", Level.CITY, "411700000000", "henan")
    w.region("shangcai", "上蔡县", Level.COUNTY, "411722000000", "zhumadian")
    w.region("zhuli", "朱里镇", Level.TOWN, "411722107000", "shangcai")
    w.region("zhuli_village", "拐子杨村", Level.VILLAGE, "411722107201", "zhuli")
    w.body("sc_org", Office, "中共上蔡县委组织部", "shangcai", functions=(Function.ORGANIZATION,))
    w.body("sc_rural", Office, "上蔡县乡村振兴局", "shangcai", functions=(Function.RURAL_REVITALIZATION,))
    w.body("sc_unit", DispatchingUnit, "上蔡县教育局", "shangcai", origin=Origin.COUNTY)
    w.body("zhuli_party", Office, "中共朱里镇委员会", "zhuli", functions=(Function.PARTY_COMMITTEE,))
    w.body("sc_team", Team, "驻拐子杨村工作队", "zhuli_village", team_kind=TeamKind.VILLAGE)
    w.person("zhuli_secretary", "朱书记", Post.PARTY_SECRETARY, "zhuli_party")
    w.person("sc_org_chief", "上组织", Post.LEADER, "sc_org")
    w.person("sc_rural_chief", "上振兴", Post.LEADER, "sc_rural")
    w.person("sc_unit_chief", "上教育", Post.LEADER, "sc_unit")
    w.person("sc_captain", "上队长", Post.CAPTAIN, "sc_team", unit=w.bodies["sc_unit"])
    w.person("sc_member", "上队员", Post.MEMBER, "sc_team", unit=w.bodies["sc_unit"])


def _xinfeng(w: World) -> None:
    w.region("shaoguan", "韶关市", Level.CITY, "440200000000", "gd")
    w.region("xinfeng", "新丰县", Level.COUNTY, "440233000000", "shaoguan")
    w.region("meikeng", "梅坑镇", Level.TOWN, "440233102000", "xinfeng")
    w.body("xf_org", Office, "中共新丰县委组织部", "xinfeng", functions=(Function.ORGANIZATION,))
    w.body(
        "xf_rural",
        Office,
        "新丰县乡村振兴局",
        "xinfeng",
        functions=(Function.RURAL_REVITALIZATION, Function.AGRICULTURE, Function.RURAL_WORK),
    )
    w.body("xf_unit", DispatchingUnit, "新丰县交通运输局", "xinfeng", origin=Origin.COUNTY)
    w.body("meikeng_party", Office, "中共梅坑镇委员会", "meikeng", functions=(Function.PARTY_COMMITTEE,))
    w.body("xf_team", Team, "驻梅坑镇工作队", "meikeng", team_kind=TeamKind.TOWN)
    w.person("meikeng_secretary", "梅书记", Post.PARTY_SECRETARY, "meikeng_party")
    w.person("xf_rural_chief", "新振兴", Post.LEADER, "xf_rural")
    w.person("xf_captain", "新队长", Post.CAPTAIN, "xf_team", unit=w.bodies["xf_unit"])
    w.person("xf_member", "新队员", Post.MEMBER, "xf_team", unit=w.bodies["xf_unit"])
    w.keeper("xf_system", "丰系统", Duty.SYSTEM, "xinfeng")
    w.keeper("xf_security", "丰安全", Duty.SECURITY, "xinfeng")


def add_yongxing(w: World) -> None:
    """永兴县: a document without leave tiers, whose managing office is 驻村办."""
    w.region("hunan", "湖南省", Level.PROVINCE, "430000000000", None)
    w.region("chenzhou", "郴州市", Level.CITY, "431000000000", "hunan")
    w.region("yongxing", "永兴县", Level.COUNTY, "431023000000", "chenzhou")
    w.region("matian", "马田镇", Level.TOWN, "431023102000", "yongxing")
    w.region("matian_village", "和平村", Level.VILLAGE, "431023102201", "matian")
    w.body("yx_office", Office, "永兴县驻村办", "yongxing", functions=(Function.STATIONING_OFFICE,))
    w.body("yx_unit", DispatchingUnit, "永兴县交通局", "yongxing", origin=Origin.COUNTY)
    w.body("matian_party", Office, "中共马田镇委员会", "matian", functions=(Function.PARTY_COMMITTEE,))
    w.body("yx_team", Team, "驻和平村工作队", "matian_village", team_kind=TeamKind.VILLAGE)
    w.person("matian_secretary", "马书记", Post.PARTY_SECRETARY, "matian_party")
    w.person("yx_office_chief", "永驻村", Post.LEADER, "yx_office")
    w.person("yx_captain", "永队长", Post.CAPTAIN, "yx_team", unit=w.bodies["yx_unit"])
    w.person("yx_member", "永队员", Post.MEMBER, "yx_team", unit=w.bodies["yx_unit"])


def add_ganzhou(w: World) -> None:
    """赣州市 with 蓉江新区, a management area whose towns do not share its code prefix."""
    w.region("jiangxi", "江西省", Level.PROVINCE, "360000000000", None)
    w.region("ganzhou", "赣州市", Level.CITY, "360700000000", "jiangxi")
    w.region("rongjiang", "蓉江新区", Level.COUNTY, "", "ganzhou")
    w.region("tandong", "潭东镇", Level.TOWN, "360703109000", "rongjiang")
    w.region("tandong_village", "高坑村", Level.VILLAGE, "360703109203", "tandong")
    w.body("gz_rural", Office, "蓉江新区农办", "rongjiang",
           functions=(Function.RURAL_WORK, Function.RURAL_REVITALIZATION))  # fmt: skip
    w.body("gz_unit", DispatchingUnit, "蓉江新区城管局", "rongjiang", origin=Origin.COUNTY)
    w.body("tandong_party", Office, "中共潭东镇委员会", "tandong", functions=(Function.PARTY_COMMITTEE,))
    w.body("gz_team", Team, "驻高坑村工作队", "tandong_village", team_kind=TeamKind.VILLAGE)
    w.person("tandong_secretary", "潭书记", Post.PARTY_SECRETARY, "tandong_party")
    w.person("gz_rural_chief", "蓉农办", Post.LEADER, "gz_rural")
    w.person("gz_captain", "赣队长", Post.CAPTAIN, "gz_team", unit=w.bodies["gz_unit"])
    w.person("gz_member", "赣队员", Post.MEMBER, "gz_team", unit=w.bodies["gz_unit"])
