"""Demo data: five jurisdictions with real places and invented people, all made through the verbs.

Days in the data count from the demo's today. Everything past happens with the clock standing on its own day, in
the order in which it would have happened, so numbers, notices and the audit trail read as if people had done it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from approvals import services as sign_offs
from approvals.models import Filing
from attendance import checks, daily
from core import clock, notices
from core.calendar import statutory_calendar
from core.context import working_from
from core.models import Notice
from leave import waiting
from overview.demo import (
    absences,
    administrators,
    closing,
    duty,
    inspections,
    local_rules,
    outgoing,
    register,
    rosters,
    sign_ins,
)
from overview.demo.story import live
from overview.demo.world import FIRST_HOUR, World
from rules.settings import set_setting
from teams import people
from teams.delegations import delegate
from teams.grants import give_grant
from teams.holders import users_at
from teams.mergers import absorb_office
from teams.models import Appointment, Body, DispatchingUnit, Office, Team, User
from teams.pairings import pair
from teams.places import merge_region
from teams.words import PairingRole, Post

HERE = Path(__file__).parent
#: In the order in which the accounts are listed.
JURISDICTIONS = ("puning", "xinfeng", "zhumadian", "yongxing", "ganzhou")
PASSWORD = "zhubang-demo-2026"
#: Places and bodies have existed since then, people have served since then.
BODIES_SINCE = date(2016, 1, 1)
SERVING_SINCE = date(2024, 8, 1)
#: The story reaches ten weeks back, and by then all five documents must be in force.
EARLIEST = date(2024, 12, 1)
#: People have read what reached them before that.
UNREAD_FOR = timedelta(days=4)


@dataclass(frozen=True)
class Account:
    """One line of the list of accounts."""

    place: str
    role: str
    name: str
    username: str
    see: str


def read(name: str) -> dict[str, Any]:
    with (HERE / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def accounts() -> list[Account]:
    """The accounts to show people around with, by place and role."""
    listed = [
        Account(data["name"], row["role"], row["name"], row["key"], row.get("see", ""))
        for data in map(read, JURISDICTIONS)
        for row in [*data["people"], *data.get("administrators", ())]
        if "role" in row
    ]
    return [*listed, Account("整个系统", "系统管理员", administrators.OWNER, administrators.OWNER_KEY, "")]


def load() -> World:
    """Make everything, in the caller's transaction. The database must hold no people yet."""
    world = World(clock.today())
    data = {name: read(name) for name in JURISDICTIONS}
    with working_from("command"):
        with clock.standing_on(clock.at(SERVING_SINCE, FIRST_HOUR)):
            _regions(world, read("regions")["regions"])
            for each in data.values():
                _bodies(world, each)
                _people(world, each)
                _pairings(world, each.get("pairing"))
                _settings(world, each.get("settings", ()))
            administrators.make(world, data, phone=_phone)
        live(
            world,
            [row for each in data.values() for row in each["leave"]],
            [row for each in data.values() for row in each.get("trips", ())],
        )
        _delegations(world, [row for each in data.values() for row in each.get("delegations", ())])
        _reminders(world)
        _grants(world, [row for each in data.values() for row in each.get("grants", ())])
        duty.load(world)
        sign_ins.load(
            world,
            [row for each in data.values() for row in each.get("sign_ins", ())],
            [row for each in data.values() for row in each.get("points", ())],
        )
        register.load(world)
        closing.load(world)
        inspections.load(world)
        absences.load(world)
        _evenings(world)
        rosters.load(world)
        local_rules.load(world.users, world.regions, world.today)
        _read(world)
        outgoing.load(world.users, world.bodies)
    # One hash for all: making it takes a tenth of a second on purpose.
    User.objects.filter(pk__in=[user.pk for user in world.users.values()]).update(
        password=make_password(PASSWORD), password_is_temporary=False
    )
    return world


def _regions(world: World, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        world.regions[row["key"]] = people.add_region(
            parent=world.regions[row["in"]] if "in" in row else None,
            name=row["name"],
            level=row["level"],
            code=row.get("code", ""),
            support_class=row.get("class", ""),
            valid_from=BODIES_SINCE,
            acting_user=None,
        )


def _bodies(world: World, data: dict[str, Any]) -> None:
    def add(model: type[Body], row: dict[str, Any], **fields: Any) -> None:
        world.bodies[row["key"]] = people.add_body(
            model=model,
            name=row["name"],
            short_name=row.get("short", ""),
            region=world.regions[row["in"]],
            valid_from=BODIES_SINCE,
            acting_user=None,
            **fields,
        )

    for row in data["offices"]:
        add(Office, row, functions=tuple(row["functions"]))
    for row in data["units"]:
        add(
            DispatchingUnit,
            row,
            origin=row["origin"],
            institution=world.bodies[row["institution"]] if "institution" in row else None,
        )
    for row in data["teams"]:
        add(Team, row, team_kind=row["kind"], task=row.get("task", ""))
    for row in data.get("merged", ()):
        absorb_office(
            office_id=world.bodies[row["office"]].pk,
            into_id=world.bodies[row["into"]].pk,
            last_day=row["last_day"],
            document=row["document"],
            acting_user=None,
        )
    for row in data.get("merged_places", ()):
        merge_region(
            region_id=world.regions[row["place"]].pk,
            into_id=world.regions[row["into"]].pk,
            first_day=row["first_day"],
            document=row["document"],
            acting_user=None,
        )


def _people(world: World, data: dict[str, Any]) -> None:
    home = next(region for region in world.regions.values() if data["name"].endswith(region.name))
    for row in data["people"]:
        key = row["key"]
        person = people.add_person(
            name=row["name"], phone=_phone(len(world.users)), registered_in=home, acting_user=None
        )
        world.users[key] = people.add_user(
            person=person, username=key, password=None, acting_user=None, temporary=False
        )

        def appoint(person=person, **fields: Any) -> Appointment:
            return people.appoint(person=person, valid_from=SERVING_SINCE, acting_user=None, **fields)

        stationed = world.regions[row["at"]] if "at" in row else None
        body = world.bodies[row["body"]]
        world.appointments[key] = appoint(
            post=row["post"],
            body=body,
            title=row.get("title", ""),
            unit=world.bodies[row["unit"]] if "unit" in row else None,
            home_post=row.get("home", ""),
            stationed_at=stationed,
        )
        if row.get("first_secretary"):
            appoint(post=Post.FIRST_SECRETARY, body=body, stationed_at=stationed)
        if "deputy_of" in row:
            appoint(
                post=Post.DEPUTY_SECRETARY, body=world.bodies[row["deputy_of"]], title="党委副书记（挂任）"
            )
        if "acting_for" in row:
            held = world.appointments[row["acting_for"]]
            appoint(post=held.post, body=held.body, acting_for=held, basis=row["basis"])


def _phone(number: int) -> str:
    """No such number is given out in China: 1000000 and four digits."""
    return f"1000000{number + 1:04d}"


def _pairings(world: World, table: dict[str, Any] | None) -> None:
    if table is None:
        return
    for row in table["rows"]:

        def add(role: str, row=row, unit: str = "", note: str = "") -> None:
            pair(
                team=world.bodies[row["team"]],
                role=role,
                unit=world.bodies[unit] if unit else None,
                note=note,
                document=table["document"],
                valid_from=table["since"],
                acting_user=None,
            )

        add(PairingRole.LEAD, unit=row["lead"], note=row.get("lead_note", ""))
        for unit in row["first_secretary"]:
            add(PairingRole.FIRST_SECRETARY, unit=unit)
        if not row["first_secretary"]:
            add(PairingRole.FIRST_SECRETARY, note=table["by_members"])
        for unit in row["member"]:
            add(PairingRole.MEMBER, unit=unit)
        add(PairingRole.FINANCE_ASSISTANT, note=table["finance"])
        add(PairingRole.SPECIALIST, note=table["specialist"])


def _settings(world: World, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        set_setting(
            region=world.regions[row["in"]],
            key=row["set"],
            value=row["to"],
            basis=row["basis"],
            acting_user=None,
        )


def _grants(world: World, rows: list[dict[str, Any]]) -> None:
    """Sight for a time, given some days ago."""
    for row in rows:
        first = world.today + timedelta(days=row["from"])
        with clock.standing_on(clock.at(first, FIRST_HOUR)):
            give_grant(
                user_id=world.users[row["who"]].pk,
                target=world.regions[row["sees"]]
                if row["sees"] in world.regions
                else world.bodies[row["sees"]],
                purpose=row["purpose"],
                why=row["why"],
                document=row["document"],
                valid_from=first,
                valid_to=first + timedelta(days=row["days"] - 1),
                acting_user=None,
            )


def _reminders(world: World) -> None:
    """What the mornings before today said of requests that still wait."""
    mornings = [world.today - timedelta(days=days) for days in (3, 2, 1)]
    for day in filter(statutory_calendar().is_workday, mornings):
        with clock.standing_on(clock.at(day, 8, 30)):
            notices.tell_all(waiting.words())


def _evenings(world: World) -> None:
    """What the last working days said of the day, and of weeks and months that could be looked at."""
    for day in filter(
        statutory_calendar().is_workday, [world.today - timedelta(days=days) for days in range(7, 0, -1)]
    ):
        with clock.standing_on(clock.at(day, 8, 40)):
            notices.tell_all(checks.words())
        with clock.standing_on(clock.at(day, 17, 45)):
            notices.tell_all(daily.words())


def _delegations(world: World, rows: list[dict[str, Any]]) -> None:
    """What holders set up themselves for days on which they are elsewhere."""
    for row in rows:
        first = world.today + timedelta(days=row["from"])
        with clock.standing_on(clock.at(world.today + timedelta(days=row["asked"]), FIRST_HOUR)):
            delegate(
                of_id=world.appointments[row["who"]].pk,
                to_id=world.appointments[row["to"]].pk,
                valid_from=first,
                valid_to=first + timedelta(days=row["days"] - 1),
                why=row["why"],
                acting_user=world.user(row["who"]),
            )


def _read(world: World) -> None:
    """What people were told more than a few days ago they have read: filings confirmed, messages opened."""
    since = clock.at(world.today, 0) - UNREAD_FOR
    for filing in Filing.objects.filter(told_at__lt=since, seen_at=None):
        readers = sorted(users_at([(filing.post, filing.body_id)]))
        if readers:
            with clock.standing_on(filing.told_at + timedelta(hours=3)):
                sign_offs.acknowledge(filing_id=filing.pk, acting_user=User.objects.get(pk=readers[0]))
    for user in User.objects.filter(notices__created_at__lt=since).distinct():
        old = Notice.objects.filter(recipient=user, created_at__lt=since).values_list("pk", flat=True)
        notices.mark_read(user=user, notice_ids=old)
