"""今天 on a person's home: what is said of his day, and the buttons by which he says it where the county lets him."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.utils import timezone

from attendance.evidence import place_words
from attendance.models import Fact, SignIn, SignInKind, SignInPhoto, Source
from attendance.own_days import OwnDays, present_days, sign_ins_of
from attendance.photos import WITHIN
from attendance.signing import Rules, night_value, reason_of, rules_at
from core import clock
from core.months import month_number
from policy.attendance import AM, AWAY_VALUES, NIGHT, NIGHT_VALUES, PM, said
from policy.sign_in import Finding, evening_of, halves_of
from teams.models import Appointment, User
from teams.scope import scope_of


@dataclass(frozen=True)
class Button:
    """One tap: what it says, and whether it is ``again``, over a 待核. ``key`` makes it count once, however often sent."""

    kind: str
    label: str
    again: bool
    key: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class Line:
    """One sign-in of today: when, where in words; ``asks``: it is 待核 and waits for a sentence from the person."""

    what: str
    at: datetime
    place: str
    later: bool
    asks: str
    kind: str
    key: str
    photo: int = 0
    takes_photo: bool = False


@dataclass(frozen=True)
class Card:
    """``stands``: what the register says of today, whoever said it. ``by``: how the county keeps attendance.

    ``night_later``: by day, what may be signed in the evening.
    """

    day: date
    who: int
    stands: str
    buttons: list[Button]
    lines: list[Line]
    signs: bool
    asked: bool
    by: str
    basis: str
    night_later: str
    photos: bool = False


def card_of(user: User, rules: Rules | None = None, known: OwnDays | None = None) -> Card | None:
    """The card of a person's own posting; None without one. Two queries, one or two more where he may sign in himself.

    ``rules``: those of today, ``known``: what is known of his present days; one or two queries less each.
    """
    posting = scope_of(user).posting
    if posting is None:
        return None
    now = clock.now()
    today, evening = now.date(), evening_of(now)
    rules = rules or rules_at(posting.body.region)
    days = present_days(now)
    if known is None:
        known = OwnDays.of(posting.person_id, days)
        if rules.signs:
            known.sign_ins = sign_ins_of(posting.person_id, min(days))
    stands = known.standing.values
    values = stands.get(today, {})
    night = stands.get(evening, {}).get(NIGHT, "") if evening else ""
    shown = {**values, NIGHT: night}
    buttons: list[Button] = []
    lines: list[Line] = []
    if rules.signs:
        buttons = _buttons(posting, values, night, stands, evening, now, whole=rules.whole)
        lines = _lines(known.sign_ins, days, photos=rules.photos)
    later = rules.signs and evening is None and values.get(PM) not in AWAY_VALUES
    return Card(
        day=today,
        who=posting.person_id,
        stands=said(shown.get(AM, ""), shown.get(PM, ""), night),
        buttons=buttons,
        lines=lines,
        signs=rules.signs,
        asked=rules.asked,
        by=rules.mode,
        basis=rules.basis,
        photos=rules.signs and rules.photos,
        night_later=NIGHT_VALUES[night_value(posting)] if later else "",
    )


def _buttons(
    posting: Appointment,
    values: dict[str, str],
    night: str,
    stands: dict[date, dict[str, str]],
    evening: date | None,
    now: datetime,
    *,
    whole: bool,
) -> list[Button]:
    """What is not said yet, or is still 待核; whoever said it, it need not be said again."""
    found = []
    halves = halves_of(now, whole=whole)
    if any(values.get(half, "") in ("", "unverified") for half in halves):
        label = "在岗" if whole else f"{'上午' if halves[0] == AM else '下午'}在岗"
        again = all(values.get(half, "") for half in halves)
        found.append(Button(SignInKind.ON_POST.value, label, again))
    away = evening is not None and stands.get(evening, {}).get(PM) in AWAY_VALUES
    if evening is not None and night in ("", "unverified") and not away:
        found.append(Button(SignInKind.OVERNIGHT.value, NIGHT_VALUES[night_value(posting)], bool(night)))
    return found


def _lines(rows: list[SignIn], days: list[date], *, photos: bool) -> list[Line]:
    """The sign-ins of these days: today's, and last night's where its evening is the last of them."""
    found: list[Line] = []
    # What is verified asks for nothing.
    waits = any(not Finding(row.finding).verified for row in rows)
    reasons = _reasons(rows[0].person_id, days) if waits else {}
    taken = (
        dict(SignInPhoto.objects.filter(sign_in__in=[row.pk for row in rows]).values_list("sign_in", "pk"))
        if photos and rows
        else {}
    )
    for row in rows:
        wanted = days[-1] if row.kind == SignInKind.OVERNIGHT else days[0]
        if (row.fact.month, row.fact.day) != (month_number(wanted), wanted.day):
            continue
        verified = Finding(row.finding).verified
        reason = reasons.get(row.fact.part, "")
        found.append(
            Line(
                what=row.fact.get_value_display() if verified else f"{row.get_kind_display()}待核",
                at=timezone.localtime(row.device_time or row.sent_at),
                place=place_words(row),
                later=row.device_time is not None,
                asks="" if verified or reason else _ASKS[row.finding],
                kind=row.kind,
                key=row.client_key,
                photo=taken.get(row.pk, 0),
                takes_photo=photos and row.pk not in taken and row.sent_at >= clock.now() - WITHIN,
            )
        )
    # A better one later the same day has answered the question.
    answered = {line.kind for line in found if not line.what.endswith("待核")}
    return [replace(line, asks="") if line.kind in answered else line for line in found]


_ASKS = {
    Finding.OUTSIDE.value: "定位不在范围内，已记为“待核”，写一句原因即可",
    Finding.NO_POSITION.value: "没有定位，已记为“待核”，写一句原因即可",
}


def _reasons(person_id: int, days: list[date]) -> dict[str, str]:
    """Part → the reason the newest of the person's own sign-ins carries."""
    rows = Fact.objects.filter(
        person=person_id,
        month__in={month_number(day) for day in days},
        day__in={day.day for day in days},
        source=Source.SIGN_IN,
    ).order_by("revision")
    return {fact.part: reason_of(fact) for fact in rows}
