"""The verbs of 因公外出: report, acknowledge, cancel, back. Nobody decides a trip; who sent the person has done so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from core import attachments, audit, clock, notices
from core.errors import Conflict, NotYours, Refused, Several
from core.verbs import check_key, verb
from leave import endings, routing, standing_in, steps
from leave.checks import inside_posting, no_overlap
from leave.models import LeaveRequest, OfficialTrip
from policy.days import Half, Span
from policy.errors import PolicyInputError
from policy.parties import party_label
from policy.trips import TripReport, trip_report
from policy.whom import Whom
from rules.book import rule_book
from teams import away
from teams.holders import users_at
from teams.models import Appointment, User
from teams.parties import Directory, Place
from teams.scope import scope_of
from teams.words import AwayKind

S = OfficialTrip.State
KIND = "trip"
#: A trip that was sudden may be reported when it has begun, for so long.
LATEST = timedelta(days=7)

TRANSITIONS: dict[tuple[str, str], str] = {
    (S.REPORTED, "acknowledge"): S.ACKNOWLEDGED,
    (S.REPORTED, "cancel"): S.CANCELLED,
    (S.REPORTED, "back"): S.BACK,
    (S.ACKNOWLEDGED, "cancel"): S.CANCELLED,
    (S.ACKNOWLEDGED, "back"): S.BACK,
}
_WORDS = {"acknowledge": "再办知悉", "cancel": "取消", "back": "报返岗"}


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What is written in a report."""

    start: date
    start_half: str
    end: date
    end_half: str
    sent_by: str
    purpose: str
    destination: str
    document: str = ""
    going: str = LeaveRequest.Going.COUNTY
    files: Any = field(default=(), compare=False)


def allowed(trip: OfficialTrip, action: str) -> bool:
    """Does the table have the move? Pages ask before they show a button."""
    return (trip.state, action) in TRANSITIONS


def asked_of(posting: Appointment, directory: Directory, on: date) -> TripReport:
    """What the document in force asks of a trip from this posting."""
    whom = Whom(
        region_codes=directory.region_codes(),
        team_kind=posting.body.team.team_kind,
        role=posting.post,
        also_first_secretary=routing.also_first_secretary(posting.person_id, on),
        dispatched_by=posting.unit.origin if posting.unit else "county",
    )
    return trip_report(rule_book(), whom, on)


@verb("trip.report")
def report_trip(*, acting_user: User, person_id: int, journey: Journey, form_key: str) -> OfficialTrip:
    """The person himself, or his captain for him, reports a trip in writing; its half-days are his from now on.

    The same ``form_key`` never makes a second report. Raises Several with every mistake beside its field, NotYours for
    people the user does not report for. Clause: puning-6-official-trip.
    """
    check_key(form_key)
    posting = next((row for row in steps.answers_for(acting_user) if row.person_id == person_id), None)
    if posting is None:
        raise NotYours("not_yours", "没有这个人")
    person = away.lock_person(person_id)
    made = OfficialTrip.objects.filter(form_key=form_key, reported_by=acting_user).first()
    if made is not None:
        return made
    today = clock.today()
    span = _checked(journey, posting, today)
    directory = Directory(posting, today)
    asked = asked_of(posting, directory, today)
    series, number = steps.next_number(directory, today, kind=KIND, mark="公")
    trip = OfficialTrip.objects.create(
        form_key=form_key,
        series=series,
        number=number,
        traveller=person,
        posting=posting,
        reported_by=acting_user,
        reported_at=clock.now(),
        sent_by=journey.sent_by.strip(),
        document=journey.document.strip(),
        purpose=journey.purpose.strip(),
        going=journey.going,
        destination=journey.destination.strip(),
        start=span.start,
        start_half=str(span.start_half),
        end=span.end,
        end_half=str(span.end_half),
        halves=span.halves,
        told=_recipients(asked, directory),
        clauses=list(asked.clauses),
    )
    # Where nobody is to confirm it, the report alone makes it stand.
    away.claim(person_id=person_id, span=span, kind=AwayKind.TRIP, source_id=trip.pk, firm=not asked.to)
    attachments.add(subject_kind=KIND, subject_id=trip.pk, files=journey.files, acting_user=acting_user)
    _tell(trip, users_at(_pairs(trip)) - {acting_user.pk}, "已报告", "reported")
    standing_in.tell(person=person, span=span, what="因公外出", source=f"{KIND}:{trip.pk}")
    if acting_user.person_id != person_id:
        _tell(trip, set(steps.login(person)), "已由队长代为报告", "for")
    audit.record(
        action="trip.report",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=trip.pk,
        after={"number": number, "traveller": person_id, "span": span.to_json(), "clauses": trip.clauses},
    )
    return trip


@verb("trip.acknowledge")
def acknowledge_trip(*, trip_id: int, acting_user: User) -> OfficialTrip:
    """One of those it was reported to confirms that he knows of it. Once is enough; never the person himself."""
    trip = _locked(trip_id, acting_user)
    if not may_acknowledge(trip, acting_user):
        raise Refused("not_told", "这份报告由报告送到的人知悉")
    following = _after(trip, "acknowledge")
    scope = scope_of(acting_user)
    pairs = set(_pairs(trip))
    held = next(
        (
            row
            for row in scope.appointments
            if ((row.acting_for or row).post, (row.acting_for or row).body_id) in pairs
        ),
        scope.appointments[0],
    )
    trip.acknowledged_by, trip.acknowledged_at = acting_user.person, clock.now()
    trip.acknowledged_as = held.capacity[:160]
    _move(trip, following, "trip.acknowledge", acting_user)
    away.firm_up(kind=AwayKind.TRIP, source_id=trip.pk)
    _tell(trip, set(steps.login(trip.traveller)), f"{acting_user.person}已知悉", "acknowledged")
    return trip


@verb("trip.cancel")
def cancel_trip(*, trip_id: int, acting_user: User) -> OfficialTrip:
    """The person, or who reported for him, gives up a trip before it has begun. Those who were told hear so."""
    trip = _locked(trip_id, acting_user)
    if acting_user.person_id != trip.traveller_id and acting_user.pk != trip.reported_by_id:
        raise Refused("not_traveller", "这一件由外出的人或报告的人取消")
    following = _after(trip, "cancel")
    if trip.start <= clock.today():
        raise Refused("begun", "外出已经开始，报返岗即可")
    _move(trip, following, "trip.cancel", acting_user)
    away.free(kind=AwayKind.TRIP, source_id=trip.pk)
    _tell(trip, users_at(_pairs(trip)) - {acting_user.pk}, "已取消", "cancel")
    return trip


@verb("trip.back")
def back_from_trip(
    *, trip_id: int, acting_user: User, returned_on: date, returned_half: str, note: str = ""
) -> OfficialTrip:
    """Back on post: the person, his captain or the town records the first half-day; an earlier return frees the rest."""
    trip = _locked(trip_id, acting_user)
    if not endings.may_record_return(trip.posting, acting_user):
        raise Refused("not_yours_to_record", "返岗由本人、队长或驻地乡镇登记")
    following = _after(trip, "back")
    half, note = Half(returned_half), note.strip()
    endings.check_return(trip.span, returned_on, half, note, today=clock.today(), what="外出")
    trip.returned_on, trip.returned_half, trip.outcome = returned_on, half, note[:200]
    trip.return_recorded_by, trip.return_recorded_at = acting_user.person, clock.now()
    _move(trip, following, "trip.back", acting_user)
    away.free_after(kind=AwayKind.TRIP, source_id=trip.pk, day=returned_on, half=half)
    away.firm_up(kind=AwayKind.TRIP, source_id=trip.pk)
    return trip


def may_acknowledge(trip: OfficialTrip, user: User) -> bool:
    """Does the report go to one of the user's posts? Nobody confirms his own trip."""
    return user.person_id != trip.traveller_id and user.pk in users_at(_pairs(trip))


def _pairs(trip: OfficialTrip) -> list[tuple[str, int]]:
    return [(row["post"], row["body_id"]) for row in trip.told]


def _checked(journey: Journey, posting: Appointment, today: date) -> Span:
    """The span of a complete report; Several with every mistake otherwise."""
    found: list[Refused] = []
    span = None
    try:
        span = Span(journey.start, Half(journey.start_half), journey.end, Half(journey.end_half))
        inside_posting(span, posting)
        no_overlap(span, posting.person_id)
    except PolicyInputError as error:
        found.append(Refused("dates", str(error), field=error.field or "end"))
    except Refused as refused:
        found.append(refused)
    if journey.start < today - LATEST:
        found.append(Refused("past", f"开始日期已过 {LATEST.days} 天以上，找乡镇考勤员补登", field="start"))
    for name, label, most in (
        ("sent_by", "派遣单位", 120),
        ("purpose", "事由", 500),
        ("destination", "去向", 120),
    ):
        text = getattr(journey, name).strip()
        if not text:
            found.append(Refused(name, f"填写{label}", field=name))
        elif len(text) > most:
            found.append(Refused(f"{name}_long", f"{label}最多 {most} 字", field=name))
    if len(journey.document.strip()) > 80:
        found.append(Refused("document_long", "通知文号最多 80 字", field="document"))
    if journey.going not in LeaveRequest.Going.values:
        found.append(Refused("going", "选一个去向范围", field="going"))
    if found:
        raise Several(found)
    assert span is not None
    return span


def _recipients(asked: TripReport, directory: Directory) -> list[dict[str, Any]]:
    """Whom the document names, or whom we tell; frozen with the report."""
    pack = rule_book().pack(asked.pack_id) if asked.pack_id else None
    kind = "named" if asked.to else "copy"
    rows = []
    for party in asked.to or asked.copies:
        if kind == "copy" and not directory.knows(party):
            continue
        place: Place = (
            steps.register_keeper(directory) if party == "town:attendance_officer" else directory.place(party)
        )
        label = party_label(party, pack)
        rows.append(
            {"party": party, "label": label, "post": place.post, "body_id": place.body.pk, "kind": kind}
        )
    return rows


def _locked(trip_id: int, user: User) -> OfficialTrip:
    trip = OfficialTrip.objects.select_for_update().filter(pk=trip_id).first()
    if trip is None or not OfficialTrip.objects.visible_to(user).filter(pk=trip_id).exists():
        raise NotYours("not_yours", "没有这一件")
    return trip


def _after(trip: OfficialTrip, action: str) -> str:
    following = TRANSITIONS.get((trip.state, action))
    if following is None:
        raise Conflict("wrong_state", f"这一件现在是“{trip.get_state_display()}”，不能{_WORDS[action]}")
    return following


def _move(trip: OfficialTrip, following: str, action: str, user: User) -> None:
    before = trip.state
    trip.state = following
    trip.save()
    audit.record(
        action=action,
        actor=user,
        subject_kind=KIND,
        subject_id=trip.pk,
        before={"state": before},
        after={"state": following},
    )


def _tell(trip: OfficialTrip, users: set[int], words: str, key: str) -> None:
    notices.tell(
        users=users,
        title=f"{trip}：{words}",
        url=trip.get_absolute_url(),
        key=f"trip:{trip.pk}:{key}",
        subject_kind=KIND,
        subject_id=trip.pk,
    )
