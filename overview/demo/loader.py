"""Demo data: five jurisdictions with real places and invented people, all made through the verbs.

Days in the data count from the demo's today. Everything past happens with the clock standing on its own day, in
the order in which it would have happened, so numbers, notices and the audit trail read as if people had done it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals import services as sign_offs
from approvals.models import Filing, SignOff
from core import clock, notices
from core.context import working_from
from core.models import Notice
from leave import consents, endings, links, trips
from leave import services as leave
from leave.checks import Wish
from leave.models import LeaveRequest
from overview.demo import administrators, local_rules, outgoing, rosters
from policy.days import Half, Span
from rules.settings import set_setting
from teams import people
from teams.grants import give_grant
from teams.holders import users_at
from teams.mergers import absorb_office
from teams.models import Appointment, Body, DispatchingUnit, Office, Region, Team, User
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
#: The first thing of a day happens then; each further one some minutes later.
FIRST_HOUR, MINUTES_APART = 8, 6
#: What stands for the photograph of a paper form: one empty page.
SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
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


@dataclass
class World:
    """What has been made so far, by the keys of the data files."""

    today: date
    regions: dict[str, Region] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)

    def user(self, key: str) -> User:
        """Loaded anew for each act, as a request would: no remembered scope."""
        return User.objects.select_related("person").get(pk=self.users[key].pk)


@dataclass(frozen=True, order=True)
class Act:
    """Something that happens on a day of the story; ``rank`` keeps one request's acts in order."""

    on: int
    rank: int
    do: Callable[[], None] = field(compare=False)


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
        _live(
            world,
            [row for each in data.values() for row in each["leave"]],
            [row for each in data.values() for row in each.get("trips", ())],
        )
        _grants(world, [row for each in data.values() for row in each.get("grants", ())])
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


def _live(world: World, rows: list[dict[str, Any]], trips_: list[dict[str, Any]]) -> None:
    """Let all requests and trips take their course, day by day."""
    acts = sorted(
        [act for number, row in enumerate(rows) for act in _course(world, row, number * 100)]
        + [
            act
            for number, row in enumerate(trips_)
            for act in _journey(world, row, (len(rows) + number) * 100)
        ]
    )
    day, nth = None, 0
    for act in acts:
        nth = nth + 1 if act.on == day else 0
        day = act.on
        moment = clock.at(world.today + timedelta(days=act.on), FIRST_HOUR)
        with clock.standing_on(moment + timedelta(minutes=MINUTES_APART * (nth + 1))):
            act.do()


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


def _course(world: World, row: dict[str, Any], rank: int) -> Iterator[Act]:
    """One request: asked on its day, then what people did with it."""
    made: list[int] = []

    def ask() -> None:
        made.append(_ask(world, row))
        if "key" in row:
            world.requests[row["key"]] = made[0]

    yield Act(row["asked"], rank, ask)
    for number, step in enumerate(row["then"], start=1):
        yield Act(step["on"], rank + number, lambda step=step: _STEPS[step["do"]](world, made[0], step))


def _journey(world: World, row: dict[str, Any], rank: int) -> Iterator[Act]:
    """One official trip: reported on its day, then what people did with it."""
    made: list[int] = []
    yield Act(row["reported"], rank, lambda: made.append(_report(world, row)))
    for number, step in enumerate(row["then"], start=1):
        yield Act(step["on"], rank + number, lambda step=step: _TRIP_STEPS[step["do"]](world, made[0], step))


def _report(world: World, row: dict[str, Any]) -> int:
    span = Span.of_halves(world.today + timedelta(days=row["start"]), int(row["days"] * 2))
    trip = trips.report_trip(
        acting_user=world.user(row.get("by", row["who"])),
        person_id=world.users[row["who"]].person_id,
        journey=trips.Journey(
            start=span.start,
            start_half=str(span.start_half),
            end=span.end,
            end_half=str(span.end_half),
            sent_by=row["sent_by"],
            document=row.get("document", ""),
            purpose=row["why"],
            going=row.get("going", LeaveRequest.Going.COUNTY),
            destination=row["to"],
        ),
        form_key=uuid4().hex,
    )
    return trip.pk


def _know(world: World, trip_id: int, step: dict[str, Any]) -> None:
    trips.acknowledge_trip(trip_id=trip_id, acting_user=world.user(step["by"]))


def _back_from_trip(world: World, trip_id: int, step: dict[str, Any]) -> None:
    trips.back_from_trip(
        trip_id=trip_id,
        acting_user=world.user(step["by"]),
        returned_on=world.today + timedelta(days=step["on"]),
        returned_half=step["half"],
        note=step["note"],
    )


_TRIP_STEPS: dict[str, Callable[[World, int, dict[str, Any]], None]] = {
    "know": _know,
    "back": _back_from_trip,
}


def _ask(world: World, row: dict[str, Any]) -> int:
    """One request; an extension (``extends``) and a change (``replaces``) name the row they concern by its ``key``."""
    user = world.user(row["who"])
    first = LeaveRequest.objects.get(pk=world.requests[row["extends"]]) if "extends" in row else None
    start, half = (
        links.next_half(first)
        if first
        else (world.today + timedelta(days=row["start"]), Half(row.get("half", "am")))
    )
    span = Span.of_halves(start, int(row["days"] * 2), half)
    stand_in = world.users[row["stand_in"]].person if "stand_in" in row else None
    wish = Wish(
        type=row["type"],
        start=span.start,
        start_half=str(span.start_half),
        end=span.end,
        end_half=str(span.end_half),
        going=row.get("going", LeaveRequest.Going.COUNTY),
        destination=row["to"],
        reason=row["why"],
        stand_in_id=stand_in.pk if stand_in else None,
        contact=user.person.phone,
        extends_id=first.pk if first else None,
        replaces_id=world.requests[row["replaces"]] if "replaces" in row else None,
    )
    if "agreed" in row:
        return _agreed_outside(world, row, wish)
    request = leave.save_draft(acting_user=user, wish=wish, form_key=uuid4().hex)
    if not row.get("draft"):
        leave.submit(
            request_id=request.pk, acting_user=user, revision=request.revision, submit_key=uuid4().hex
        )
    return request.pk


def _agreed_outside(world: World, row: dict[str, Any], wish: Wish) -> int:
    """Agreed by voice, or decided on paper and written down by the clerk ``by``; ``back`` makes it a 补录."""
    said = row["agreed"]
    given = consents.Given(
        by=said["by"],
        post=said["post"],
        on=world.today + timedelta(days=said["on"]),
        time=said.get("at"),
    )
    common: dict[str, Any] = {
        "acting_user": world.user(row.get("by", row["who"])),
        "person_id": world.users[row["who"]].person_id,
        "wish": wish,
        "given": given,
        "form_key": uuid4().hex,
    }
    if given.time is not None:
        return consents.record_voice(**common).pk
    back = world.today + timedelta(days=said["back"]) if "back" in said else None
    scan = SimpleUploadedFile("纸质审批单.pdf", SCAN, "application/pdf")
    return consents.record_paper(
        **common, files=[scan], past=back is not None, returned=(back, "am") if back else None
    ).pk


def _round(request_id: int) -> SignOff:
    return SignOff.objects.filter(subject_kind=leave.KIND, subject_id=request_id).latest("round")


def _sign(world: World, request_id: int, step: dict[str, Any]) -> None:
    sign_off = _round(request_id)
    sign_offs.sign(
        sign_off_id=sign_off.pk,
        acting_user=world.user(step["by"]),
        decision=step["do"],
        page_hash=sign_off.content_hash,
        request_key=uuid4().hex,
        note=step.get("note", ""),
    )


def _assign(world: World, request_id: int, step: dict[str, Any]) -> None:
    leave.assign_deciders(
        request_id=request_id,
        acting_user=world.user(step["by"]),
        parties=step["parties"],
        together=step.get("together", False),
        reason=step["note"],
        page_hash=_round(request_id).content_hash,
        request_key=uuid4().hex,
    )


def _back(world: World, request_id: int, step: dict[str, Any]) -> None:
    endings.report_back(
        request_id=request_id,
        acting_user=world.user(step["by"]),
        returned_on=world.today + timedelta(days=step["on"]),
        returned_half=step["half"],
        note=step.get("note", ""),
    )


def _withdraw(world: World, request_id: int, step: dict[str, Any]) -> None:
    leave.withdraw(request_id=request_id, acting_user=world.user(step["by"]))


def _cancel(world: World, request_id: int, step: dict[str, Any]) -> None:
    endings.cancel(request_id=request_id, acting_user=world.user(step["by"]))


_STEPS: dict[str, Callable[[World, int, dict[str, Any]], None]] = {
    "agree": _sign,
    "refuse": _sign,
    "return": _sign,
    "assign": _assign,
    "back": _back,
    "withdraw": _withdraw,
    "cancel": _cancel,
}
