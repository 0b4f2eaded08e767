"""What must be true of a wish for leave before it may be submitted. Each mistake has its sentence and its field."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import Conflict, Refused, Several
from core.months import day_words
from leave import links
from leave.models import LeaveRequest, OfficialTrip
from policy.days import Half, Span
from policy.errors import PolicyInputError
from policy.leave import leave_types
from rules.book import rule_book
from teams import away
from teams.models import Appointment, Away, Person
from teams.parties import Directory
from teams.words import AwayKind

PHONE = re.compile(r"^(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?)$")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the applicant fills in. Days are never typed: policy counts them.

    ``extends_id``, ``replaces_id``: the approved leave that this one carries on, or takes the place of.
    """

    type: str
    start: date
    start_half: str
    end: date
    end_half: str
    going: str = LeaveRequest.Going.COUNTY
    destination: str = ""
    reason: str = ""
    stand_in_id: int | None = None
    contact: str = ""
    exit_document: str = ""
    extends_id: int | None = None
    replaces_id: int | None = None


def span_of(wish: Wish) -> Span:
    """The wish's span; Refused beside the field when the end comes first or the halves clash."""
    try:
        return Span(wish.start, Half(wish.start_half), wish.end, Half(wish.end_half))
    except PolicyInputError as error:
        raise Refused("dates", str(error), field=error.field or "end") from error
    except ValueError as error:
        raise Refused("half", "选上午或下午", field="start_half") from error


def type_label(wish: Wish, posting: Appointment, directory: Directory, on: date) -> str:
    """The type's Chinese name; Refused when this place's document does not know the type."""
    for known in leave_types(rule_book(), directory.region_codes(), posting.body.team.team_kind, on):
        if known.code == wish.type:
            return known.label
    raise Refused("type", "从列出的请假类别里选一个", field="type")


def check(
    wish: Wish,
    *,
    posting: Appointment,
    directory: Directory,
    today: date,
    request_id: int | None,
    since: date | None = None,
    asks_contact: bool = True,
    held: Sequence[Away] | None = None,
) -> Span:
    """Everything at once: returns the span, or raises Several with every mistake found.

    ``since``: the earliest first day, today where none is given; leave agreed by voice or on paper may have begun.
    ``held``: the half-days he holds in these months, where the caller has read them under his lock.
    """
    earliest = since or today
    found: list[Refused] = []

    def attempt(function, *args):
        try:
            return function(*args)
        except Refused as refusal:
            found.append(refusal)
            return None

    extends, replaces = linked(wish)
    links.check_link(
        extends=extends, replaces=replaces, person_id=posting.person_id, today=today, own_id=request_id
    )
    if extends is not None:
        _follows(wish, extends)
    attempt(type_label, wish, posting, directory, today)
    span = attempt(span_of, wish)
    if wish.start < earliest and extends is None:
        words = f"开始日期已过（今天 {day_words(today)}），从今天或以后的日期选"
        if since is not None:
            words = f"开始日期不能早于 {day_words(earliest)}"
        found.append(Refused("past", words, field="start"))
    if span is not None:
        attempt(inside_posting, span, posting)
        others = {pk for pk in (request_id, *links.member_ids(wish.replaces_id)) if pk is not None}
        attempt(no_overlap, span, posting.person_id, others, held)
    if not wish.destination.strip():
        found.append(Refused("destination", "填写去向，写到县（市、区）", field="destination"))
    elif len(wish.destination.strip()) > 120:
        found.append(Refused("destination_long", "去向最多 120 字", field="destination"))
    if not wish.reason.strip():
        found.append(Refused("reason", "填写事由，一句话即可", field="reason"))
    elif len(wish.reason.strip()) > 500:
        found.append(
            Refused("reason_long", f"事由最多 500 字，现在 {len(wish.reason.strip())} 字", field="reason")
        )
    if wish.going not in LeaveRequest.Going.values:
        found.append(Refused("going", "选一个去向范围", field="going"))
    if wish.going == LeaveRequest.Going.ABROAD and not wish.exit_document.strip():
        found.append(
            Refused(
                "exit_document",
                "填写出国（境）批件的文号；还没有批件的，先按派出单位的规定报批",
                field="exit_document",
            )
        )
    if len(wish.exit_document.strip()) > 80:
        found.append(Refused("exit_document_long", "批件文号最多 80 字", field="exit_document"))
    if asks_contact and not PHONE.match(wish.contact.strip()):
        found.append(
            Refused("contact", "填写请假期间能打通的电话，11 位手机号或带区号的座机", field="contact")
        )
    if wish.stand_in_id is not None:
        attempt(_stand_in, wish.stand_in_id, posting, span, today)
    if found:
        raise Several(found)
    assert span is not None
    return span


def stand_in_choices(posting: Appointment, on: date) -> list[Person]:
    """Team-mates who may stand in, by pinyin."""
    mates = (
        Appointment.objects.on(on).postings().filter(body=posting.body_id).exclude(person=posting.person_id)
    )
    return list(Person.objects.filter(pk__in=mates.values("person")).order_by("pinyin", "pk"))


def inside_posting(span: Span, posting: Appointment) -> None:
    """Refused for days before or after the posting."""
    if span.start < posting.valid_from:
        raise Refused(
            "before_posting", f"驻点从 {day_words(posting.valid_from)}起，开始日期不能更早", field="start"
        )
    if posting.valid_to is not None and span.end > posting.valid_to:
        raise Refused(
            "after_posting", f"驻点到 {day_words(posting.valid_to)}止，结束日期不能更晚", field="end"
        )


def linked(wish: Wish) -> tuple[LeaveRequest | None, LeaveRequest | None]:
    """(the leave it extends, the leave it replaces), as they stand now."""
    wanted = [pk for pk in (wish.extends_id, wish.replaces_id) if pk is not None]
    found = LeaveRequest.objects.in_bulk(wanted) if wanted else {}
    return found.get(wish.extends_id), found.get(wish.replaces_id)


def _follows(wish: Wish, extended: LeaveRequest) -> None:
    """An extension begins where the leave ends, and is of its type."""
    if (wish.start, wish.start_half) != links.next_half(extended) or wish.type != extended.type:
        raise Conflict("moved", "原来的请假已有变化，从原来的请假重新办续假")


def no_overlap(
    span: Span, person_id: int, own: Collection[int] = (), held: Sequence[Away] | None = None
) -> None:
    """Refused with the name of the leave or trip that holds a half-day of ``span``, ``own`` leave aside."""
    row = away.taken(person_id, span, kind=AwayKind.LEAVE, leaving_out=own, known=held)
    if row is None:
        return
    day = f"{row.month % 100}月{row.day}日"
    if row.kind == AwayKind.TRIP:
        number = OfficialTrip.objects.filter(pk=row.source_id).values_list("number", flat=True).first()
        which = f"（编号 {number}）" if number else ""
        raise Refused("overlap", f"{day}已有因公外出{which}，改日期或先取消那一件", field="start")
    number = LeaveRequest.objects.filter(pk=row.source_id).values_list("number", flat=True).first() or ""
    raise Refused("overlap", f"{day}已有请假（编号 {number}），改日期或先撤回那一件", field="start")


def known_stand_in(person_id: int, posting: Appointment, on: date) -> Person:
    """The team-mate of that number; Refused for anybody else, also in a draft."""
    person = next((item for item in stand_in_choices(posting, on) if item.pk == person_id), None)
    if person is None:
        raise Refused("stand_in", "代岗人从本队队员里选", field="stand_in")
    return person


def _stand_in(person_id: int, posting: Appointment, span: Span | None, today: date) -> None:
    person = known_stand_in(person_id, posting, today)
    if span is not None and away.away_between([person.pk], span):
        raise Refused("stand_in_away", f"{person.name}这几天也不在岗，换一位代岗人", field="stand_in")
