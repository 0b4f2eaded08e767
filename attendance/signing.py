"""Signing in by oneself, where the county has turned that on: one tap, taken whatever the network and the place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from attendance.models import Fact, SignIn, SignInKind, Source
from attendance.own_days import OwnDays, present_days, sign_ins_of
from attendance.points import point_of
from core import audit, clock
from core.errors import NotYours, Refused
from core.months import day_of, day_words, month_number
from core.texts import written
from core.verbs import check_key, verb
from policy.attendance import AWAY_VALUES, CLEARED, NIGHT, PM, Part
from policy.sign_in import EVENING, Finding, Position, coarse, evening_of, find, halves_of, stronger
from rules.settings import standings
from teams.away import lock_people
from teams.models import Appointment, Region, User
from teams.scope import scope_of
from teams.words import Level

MODE, TAP, PLACE, RADIUS = (
    "attendance.mode", "attendance.tap", "attendance.place_needed", "attendance.radius",
)  # fmt: skip
PHOTO = "attendance.photo"
SELF = ("sign_in", "both")
REASON_LENGTH = 60
#: A phone's clock may be this much ahead, and what it kept this old.
AHEAD, OLDEST = timedelta(minutes=5), timedelta(hours=72)


@dataclass(frozen=True)
class Rules:
    """How the place of a posting lets its people sign in, on a day."""

    signs: bool
    mode: str
    basis: str
    whole: bool
    asked: bool
    radius: int
    photos: bool = False


def rules_at(region: Region, on: date | None = None) -> Rules:
    """The settings of signing in at a region."""
    found = standings(region, (MODE, TAP, PLACE, RADIUS, PHOTO), on)
    mode = found[MODE]
    return Rules(
        signs=mode.value in SELF,
        mode=mode.declared.words(mode.value),
        basis=mode.row.basis if mode.row else "",
        whole=found[TAP].value == "day",
        asked=found[PLACE].value == "asked",
        radius=found[RADIUS].value,
        photos=found[PHOTO].value == "allowed",
    )


def place_of(posting: Appointment) -> Region:
    """驻点: where the person is stationed, else where the team is."""
    return posting.stationed_at or posting.body.region


def night_value(posting: Appointment) -> str:
    """What a night at the post is: 住村, or 住镇 where the post is the town."""
    return "village" if place_of(posting).level == Level.VILLAGE else "town"


@dataclass(frozen=True)
class Signed:
    """What came of a tap. ``facts`` is empty where everything stood so already; ``needs_reason``: it is 待核.

    ``rules``: those of that day, and ``known`` what is known of his present days with it, where they were looked up.
    """

    day: date
    facts: list[Fact]
    sign_in: SignIn | None
    needs_reason: bool
    rules: Rules | None = None
    known: OwnDays | None = None


@verb("attendance.sign_in")
def sign_in(
    *,
    acting_user: User,
    kind: str,
    client_key: str,
    device_time: datetime | None = None,
    position: Position | None = None,
    reason: str = "",
) -> Signed:
    """The person says that he is on post, or stays the night. The same key again does nothing but add a reason.

    ``device_time`` is given by a phone that was offline: the moment of the tap. Without a position that was asked for,
    or outside the radius, the sign-in is taken as 待核. Where a position is not asked for none is kept. Raises NotYours
    for who is posted nowhere, Refused where the county keeps the register alone, by day for a night, over an
    approved absence, and for a time that is still to come or older than 72 hours.
    """
    check_key(client_key)
    if kind not in SignInKind.values:
        raise Refused("kind", "选在岗或过夜", field="kind")
    why = written(reason, field="reason", most=REASON_LENGTH, label="原因")
    if acting_user.person_id is None:
        raise NotYours("not_yours", "没有驻点任职")
    # One person's taps are taken one after the other: a key is used once, and revisions count on.
    lock_people([acting_user.person_id])
    present = present_days(clock.now())
    sign_ins = sign_ins_of(acting_user.person_id, min(present), key=client_key)
    before = next((row for row in sign_ins if row.client_key == client_key), None)
    if before is not None:
        return _again(before, why, acting_user)
    moment = _moment(device_time)
    day = moment.date() if kind == SignInKind.ON_POST else evening_of(moment)
    if day is None:
        raise Refused(
            "by_day", f"过夜的签到从 {EVENING}:00 起，到第二天 6:00；过了时间的由乡镇代记", field="kind"
        )
    posting = _posting(acting_user, day)
    rules = rules_at(posting.body.region, day)
    if not rules.signs:
        raise Refused("mode", "本县没有开本人签到，出勤由乡镇登记", field="kind")
    finding, distance = find(
        position, point_of(place_of(posting)) if rules.asked else None, asked=rules.asked, radius=rules.radius
    )
    value = "on_post" if kind == SignInKind.ON_POST else night_value(posting)
    known = OwnDays.of(acting_user.person_id, [*present, day], sign_ins)
    facts = _facts(
        acting_user,
        day,
        _open_parts(known, day, halves_of(moment, whole=rules.whole) if value == "on_post" else (NIGHT,)),
        value if finding.verified else "unverified",
        _note(device_time is not None, moment, why),
        known,
    )
    row = None
    if facts:
        kept = position if rules.asked else None
        row = SignIn.objects.create(
            fact=facts[0],
            person_id=acting_user.person_id,
            posting=posting,
            client_key=client_key,
            kind=kind,
            finding=finding.value,
            latitude=coarse(kept.latitude) if kept else None,
            longitude=coarse(kept.longitude) if kept else None,
            accuracy=kept.accuracy if kept else None,
            distance=distance,
            device_time=moment if device_time is not None else None,
            sent_at=clock.now(),
        )
        known.add(facts, row)
        _record(acting_user, posting, day, facts, offline=device_time is not None)
    return Signed(day, facts, row, bool(facts) and not finding.verified and not why, rules, known)


def _again(row: SignIn, why: str, user: User) -> Signed:
    """The first outcome of a key; a reason is added where its sign-in still waits for one."""
    first = row.fact
    day = day_of(first.month, first.day)
    waits = not Finding(row.finding).verified
    facts: list[Fact] = []
    if why and waits:
        newest, at = _newest(user, day), clock.now()
        parts = [part for part, fact in newest.items() if fact.value == "unverified"]
        parts = [part for part in parts if (part == NIGHT) == (row.kind == SignInKind.OVERNIGHT)]
        note = _note(row.device_time is not None, row.device_time or row.sent_at, why)
        facts = [
            _fact(user, day, part, "unverified", note, newest[part].revision, at)
            for part in parts
            if newest[part].note != note
        ]
        facts = Fact.objects.bulk_create(facts)
        if facts:
            _record(user, row.posting, day, facts, offline=False)
    return Signed(day, facts, row, waits and not why and not reason_of(first))


def _moment(device_time: datetime | None) -> datetime:
    """When the tap was, in Beijing: now, or what a phone says that was offline."""
    now = clock.now()
    if device_time is None:
        return now
    if device_time > now + AHEAD:
        raise Refused("ahead", "手机上的时间比现在晚，校准手机时间再签", field="device_time")
    if device_time < now - OLDEST:
        raise Refused("too_old", "这次签到过了三天才联网，请乡镇考勤员代记", field="device_time")
    return timezone.localtime(min(device_time, now))


def _posting(user: User, day: date) -> Appointment:
    """The posting of that day; under his lock it is asked whether it still stands."""
    posting = scope_of(user, day).posting
    # Whose it is and that it counts lies still; of which days, and whether it was called off, does not.
    if posting is not None:
        row = Appointment.objects.filter(pk=posting.pk, void=False).order_by()
        for first, last in row.values_list("valid_from", "valid_to"):
            if first <= day <= (last or day):
                return posting
    if Appointment.objects.full_time().filter(person=user.person_id, void=False).exists():
        raise Refused("posting", f"{day_words(day)}不在驻点任职，不用签到", field="kind")
    raise NotYours("not_yours", "没有驻点任职")


def _open_parts(known: OwnDays, day: date, parts: tuple[Part, ...]) -> list[Part]:
    """The parts that no approved absence holds; a night goes with its afternoon."""
    away = known.away(day)
    open_ = [part for part in parts if (PM if part == NIGHT else part) not in away]
    if not open_:
        kind = AWAY_VALUES[next(iter(away.values()))]
        raise Refused("away", f"{day_words(day)}已批准{kind}，不用签到", field="kind")
    return open_


def _newest(user: User, day: date) -> dict[Part, Fact]:
    """What the person's own sign-ins of a day say last, by part."""
    rows = Fact.objects.filter(
        person=user.person_id, month=month_number(day), day=day.day, source=Source.SIGN_IN
    )
    return {fact.part: fact for fact in sorted(rows.order_by(), key=lambda fact: fact.revision)}


def _facts(user: User, day: date, parts: list[Part], value: str, note: str, known: OwnDays) -> list[Fact]:
    before, at = known.signed(day), clock.now()
    facts = [
        _fact(user, day, part, value, note, before[part].revision if part in before else 0, at)
        for part in parts
        if stronger(before[part].value if part in before else CLEARED, value)
    ]
    # The evidence needs the first one's number; both databases tell it.
    return Fact.objects.bulk_create(facts)


def _fact(user: User, day: date, part: Part, value: str, note: str, before: int, at: datetime) -> Fact:
    """``before``: the revision that stood, 0 for none."""
    return Fact(
        person=user.person,
        month=month_number(day),
        day=day.day,
        part=part,
        source=Source.SIGN_IN,
        revision=before + 1,
        value=value,
        note=note,
        entered_by=user,
        entered_at=at,
    )


_LATER = "补传，手机时间 "


def _note(offline: bool, moment: datetime, why: str) -> str:
    at = timezone.localtime(moment)
    said = f"{_LATER}{day_words(at)} {at:%H:%M}" if offline else ""
    return "；".join(filter(None, (said, why)))


def reason_of(fact: Fact) -> str:
    """What the person wrote himself: the note without what says that it was sent later."""
    return fact.note.partition("；")[2] if fact.note.startswith(_LATER) else fact.note


def _record(user: User, posting: Appointment, day: date, facts: list[Fact], **more: Any) -> None:
    """Into the trail: who, which day, how many parts; never where."""
    audit.record(
        action="attendance.sign_in",
        actor=user,
        subject_kind="body",
        subject_id=posting.body_id,
        after={
            "month": month_number(day),
            "day": day.day,
            "entries": len(facts),
            "unverified": facts[0].value == "unverified",
            **more,
        },
        place=posting.body.region.path,
    )
