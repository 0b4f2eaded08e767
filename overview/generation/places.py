"""One county of a thousand: its towns, bodies, people and their posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core import bulk, clock
from overview.generation.maker import Maker
from teams import people
from teams.models import Appointment, Body, DispatchingUnit, Office, Person, Region, Team, User
from teams.words import Duty, Function, Level, Origin, Post, TeamKind

#: Since when places, bodies and appointments exist: every document is in force by then.
SINCE = date(2024, 9, 2)
PEOPLE_PER_TOWN, TOWNS_PER_COUNTY = 50, 20
PEOPLE_PER_COUNTY = PEOPLE_PER_TOWN * TOWNS_PER_COUNTY
UNITS = ("林业局", "水利局", "教育局", "交通运输局", "供销社")

#: Under which document a county may be made, and what its teams are there.
KIND_UNDER = {"puning": TeamKind.TOWN, "zhumadian": TeamKind.VILLAGE, "yongxing": TeamKind.VILLAGE}
#: The documents of one county each; there is no second such county.
ONE_COUNTY = {
    "puning": ("广东省", "440000000000", "普宁市", "445281"),
    "yongxing": ("湖南省", "430000000000", "永兴县", "431023"),
}

PostAt = tuple[str, str, Body, Body | None]


@dataclass(frozen=True)
class County:
    """``code`` numbers its papers, ``postings`` are its members', ``logins`` gives person id → user id."""

    code: str
    postings: list[Appointment]
    logins: dict[int, int]


def county(maker: Maker, number: int, size: int, document: str) -> County:
    """Make county ``number`` with ``size`` people in teams; a town has fifty of them, its captain among them.

    ``document``: one of :data:`KIND_UNDER`.
    """
    region, code = _region_of(number, document)
    kind = KIND_UNDER[document]
    functions = [Function.AGRICULTURE, Function.RURAL_REVITALIZATION]
    if document == "yongxing":
        functions.append(Function.STATIONING_OFFICE)
    bureau = _body(Office, "农业农村局", region, functions=functions)
    organization = _body(Office, "县委组织部", region, functions=(Function.ORGANIZATION,))
    units = [_body(DispatchingUnit, name, region, origin=Origin.COUNTY) for name in UNITS]
    posts: list[PostAt] = [
        (f"c{number}-chief", Post.LEADER, bureau, None),
        (f"c{number}-organization", Post.LEADER, organization, None),
        *((f"c{number}-unit{n}", Post.LEADER, unit, None) for n, unit in enumerate(units)),
    ]
    for n in range(-(-size // PEOPLE_PER_TOWN)):
        town = _region(region, f"第{n}镇", Level.TOWN, f"{code}{100 + n}000")
        party = _body(Office, "镇党委", town, functions=(Function.PARTY_COMMITTEE,))
        team = _body(Team, f"驻第{n}镇工作队", town, team_kind=kind)
        key, there = f"c{number}-t{n}", min(PEOPLE_PER_TOWN, size - n * PEOPLE_PER_TOWN)
        posts += [
            (f"{key}-secretary", Post.PARTY_SECRETARY, party, None),
            (f"{key}-officer", Post.ATTENDANCE_OFFICER, party, None),
            (f"{key}-captain", Post.CAPTAIN, team, maker.chance.choice(units)),
            *((f"{key}-m{m}", Post.MEMBER, team, maker.chance.choice(units)) for m in range(1, there)),
        ]
    return _appointed(maker, posts, region, f"{code}000000")


def _region_of(number: int, document: str) -> tuple[Region, str]:
    if document in ONE_COUNTY:
        above_name, above_code, name, code = ONE_COUNTY[document]
        above = _known(None, above_name, Level.PROVINCE, above_code)
        return _region(above, name, Level.COUNTY, f"{code}000000"), code
    province = _known(None, "河南省", Level.PROVINCE, "410000000000")
    above = _known(province, "驻马店市", Level.CITY, "411700000000")
    code = f"99{number:04d}"
    return _region(above, f"第{number}县", Level.COUNTY, f"{code}000000"), code


def _known(parent: Region | None, name: str, level: str, code: str) -> Region:
    return Region.objects.filter(code=code).first() or _region(parent, name, level, code)


def _region(parent: Region | None, name: str, level: str, code: str) -> Region:
    return people.add_region(
        parent=parent, name=name, level=level, code=code, valid_from=SINCE, acting_user=None
    )


def _body(model: type[Body], name: str, region: Region, **fields: Any) -> Any:
    return people.add_body(
        model=model, name=name, region=region, valid_from=SINCE, acting_user=None, **fields
    )


def _appointed(maker: Maker, posts: list[PostAt], region: Region, code: str) -> County:
    """People with accounts in these posts."""
    now = clock.now()
    humans, users, rows = [], [], []
    for username, post, body, unit in posts:
        person, name = maker.key(Person), maker.name()
        humans.append(
            {
                "id": person,
                **people.name_fields(name),
                "registered_in_id": region.pk,
            }
        )
        users.append(
            {
                "id": maker.key(User),
                "username": username,
                "person_id": person,
                "password": "!",
                "duty": "",
                "duty_region_id": None,
                "holder_id": None,
                "created_at": now,
            }
        )
        rows.append(
            {
                "id": maker.key(Appointment),
                "person_id": person,
                "post": post,
                "body_id": body.pk,
                "unit_id": unit.pk if unit else None,
                "valid_from": SINCE,
            }
        )
    users += _keepers(maker, region, posts[0][0].partition("-")[0], humans, now)
    bulk.insert(Person, humans)
    bulk.insert(User, users)
    bulk.insert(Appointment, rows)
    found = Appointment.objects.filter(pk__gte=rows[0]["id"], pk__lte=rows[-1]["id"], post=Post.MEMBER)
    postings = list(found.select_related("body__region", "body__team", "unit").order_by("pk"))
    return County(code, postings, {user["person_id"]: user["id"] for user in users if user["person_id"]})


def _keepers(
    maker: Maker, region: Region, key: str, humans: list[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """The county's three administrative accounts; those who keep them join ``humans``."""
    users = []
    for duty in Duty.values:
        humans.append({**humans[0], "id": maker.key(Person), "name": f"{key}{Duty(duty).label}"})
        users.append(
            {
                "id": maker.key(User),
                "username": f"{key}-{duty}",
                "person_id": None,
                "password": "!",
                "duty": duty,
                "duty_region_id": region.pk,
                "holder_id": humans[-1]["id"],
                "created_at": now,
            }
        )
    return users
