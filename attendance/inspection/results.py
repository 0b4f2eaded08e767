"""The verbs of a check: what was found at each post, and its end.

At the end what was found becomes facts of the register, all at once: until then the town's register does not give
away that somebody is being checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.urls import reverse

from attendance.absence.cases import open_case
from attendance.absence.models import AbsenceCase, How
from attendance.inspection.authority import desk_at
from attendance.inspection.models import SpotCheck, SpotTarget, own_offices, when_words
from attendance.inspection.planning import KIND, locked, record
from attendance.models import Fact, Source
from attendance.signing import night_value
from core import attachments, clock, notices
from core.errors import Conflict, NotYours, Refused
from core.months import month_number
from core.texts import written
from core.verbs import check_key, verb
from policy.attendance import CLEARED, NIGHT, PM
from teams.away import lock_people
from teams.holders import users_at
from teams.models import Appointment, Away, User
from teams.words import REGISTER_POSTS, AwayKind, BodyKind

TARGET_KIND = "spot_target"
NOTE_LENGTH = 120
#: Keys of one person that are remembered; he is seldom put right more than once.
KEYS_KEPT = 50
Outcome = SpotTarget.Outcome
S = SpotCheck.State
#: What a firm absence makes of somebody who is not at his post.
OF_AWAY: dict[str, str] = {AwayKind.LEAVE.value: Outcome.LEAVE, AwayKind.TRIP.value: Outcome.TRIP}


def away_at(check: SpotCheck) -> dict[int, str]:
    """person → leave or trip, of those firmly away on the check's half; a night goes with its afternoon. One query."""
    half = PM if check.time == NIGHT else check.time
    rows = Away.objects.filter(
        month=check.month,
        day=check.day.day,
        half=half,
        firm=True,
        person__in=check.targets.values("posting__person"),
    )
    return dict(rows.values_list("person", "kind"))


@verb("spot_check.find")
def find(
    *,
    acting_user: User,
    target_id: int,
    outcome: str,
    note: str = "",
    files: Iterable[UploadedFile] = (),
    client_key: str = "",
) -> SpotTarget:
    """Write down what was found of one person; said again it is put right, until the check is closed.

    A ``client_key`` says it once: sent again, however late, it changes nothing and gives what stands.

    请假在外 and 公出 only where an absence has been approved. Raises NotYours for who was not sent, Refused before the
    day and for one's own person, Conflict once it is closed. Photos are made anew: where and when they were taken is gone.
    """
    if client_key:
        check_key(client_key)
    check, target = _target(acting_user, target_id)
    if client_key and client_key in target.keys:
        return target
    _may_find(check, acting_user)
    note = written(note, field="note", most=NOTE_LENGTH, label="情况")
    if client_key:
        target.keys = [*target.keys, client_key][-KEYS_KEPT:]
    _write(check, target, outcome, note, acting_user, away_at(check).get(target.posting.person_id, ""))
    attachments.add(
        subject_kind=TARGET_KIND,
        subject_id=target.pk,
        files=attachments.photos(files),
        acting_user=acting_user,
    )
    record("spot_check.find", check, acting_user, target=target.code, outcome=target.outcome)
    return target


@verb("spot_check.find_rest")
def find_rest(*, acting_user: User, check_id: int) -> int:
    """Everybody not written down yet was at his post, or is away with approval; returns how many that were."""
    check = locked(acting_user, check_id)
    _may_find(check, acting_user)
    away = away_at(check)
    left = list(check.targets.select_for_update(of=("self",)).select_related("posting").filter(outcome=""))
    for target in left:
        kind = away.get(target.posting.person_id, "")
        _write(check, target, OF_AWAY.get(kind, Outcome.ON_POST), "", acting_user, kind)
    if left:
        record("spot_check.find_rest", check, acting_user, people=len(left))
    return len(left)


@verb("spot_check.close")
def close(*, acting_user: User, check_id: int) -> SpotCheck:
    """End a check: what was found stands, goes into the register, and those not there are told.

    Raises Refused while somebody is not written down, Conflict where it is closed already.
    """
    check = locked(acting_user, check_id)
    if check.state != S.DRAWN:
        raise Conflict("wrong_state", f"这次查岗现在是“{check.get_state_display()}”，不用再办")
    targets = list(check.targets.in_order())
    left = [target.posting.person.name for target in targets if not target.outcome]
    if left:
        names = "、".join(left[:5]) + (f"等 {len(left)} 人" if len(left) > 5 else "")
        raise Refused("left", f"还没有记的：{names}")
    _write_facts(check, targets, acting_user)
    check.state, check.closed_by, check.closed_at = S.CLOSED, acting_user.person, clock.now()
    check.save(update_fields=["state", "closed_by", "closed_at"])
    counts = {each: sum(target.outcome == each for target in targets) for each in Outcome.values}
    record("spot_check.close", check, acting_user, **counts)
    _open_cases(check, targets, acting_user)
    _tell_absent(check, [each for each in targets if each.outcome == Outcome.ABSENT])
    return check


def _target(user: User, target_id: int) -> tuple[SpotCheck, SpotTarget]:
    """A target under the lock of its check, for the people of the check's office."""
    found = SpotTarget.objects.filter(pk=target_id, check_of__office__in=own_offices(user)).first()
    if found is None:
        raise NotYours("not_yours", "没有这一件")
    check = locked(user, found.check_of_id)
    rows = SpotTarget.objects.select_for_update(of=("self",)).select_related(
        "posting__person", "posting__body"
    )
    return check, rows.get(pk=target_id)


def _may_find(check: SpotCheck, user: User) -> None:
    if check.state != S.DRAWN:
        raise Conflict("wrong_state", f"这次查岗现在是“{check.get_state_display()}”，不能再记")
    if clock.today() < check.day:
        raise Refused("early", f"还没有到查岗的日子（{when_words(check)}）")
    if user.person_id is None or not check.checkers.filter(pk=user.person_id).exists():
        raise Refused("not_sent", "结果由安排去查岗的人记")


def _write(check: SpotCheck, target: SpotTarget, outcome: str, note: str, user: User, away: str) -> None:
    if outcome not in Outcome.values:
        raise Refused("outcome", "选一个结果", field="outcome")
    if target.posting.person_id == user.person_id:
        raise Refused("own", "本人由别人查")
    if outcome in OF_AWAY.values() and OF_AWAY.get(away) != outcome:
        word = Outcome(outcome).label
        raise Refused(
            "no_away", f"没有这半天已批准的{word}，记“不在岗，待核”，写明听到的情况", field="outcome"
        )
    target.outcome, target.note = outcome, note
    target.found_by, target.found_at = user.person, clock.now()
    target.save(update_fields=["outcome", "note", "found_by", "found_at", "keys"])


def _write_facts(check: SpotCheck, targets: list[SpotTarget], user: User) -> None:
    """One fact for each found there or not there; an approved absence stands by itself. Three statements."""
    said = [(each, _value(check, each.posting, each.outcome)) for each in targets]
    said = [(target, value) for target, value in said if value]
    people = sorted({target.posting.person_id for target, _ in said})
    # Facts are numbered under the locks that who enters into the register takes.
    lock_people(people)
    revisions = _revisions(check, people)
    by = dict(
        User.objects.filter(person__in={each.found_by_id for each, _ in said}).values_list("person", "pk")
    )
    Fact.objects.bulk_create(
        _fact(
            check,
            target.posting.person_id,
            value,
            target.note,
            revisions,
            entered_by_id=by.get(target.found_by_id, user.pk),
            entered_at=target.found_at,
        )
        for target, value in said
    )


def _value(check: SpotCheck, posting: Appointment, outcome: str) -> str:
    if outcome == Outcome.ABSENT:
        return "unverified"
    if outcome != Outcome.ON_POST:
        return CLEARED
    return night_value(posting) if check.time == NIGHT else "on_post"


def _facts_at(check: SpotCheck, people: list[int]) -> Any:
    return Fact.objects.filter(
        person__in=people, month=month_number(check.day), day=check.day.day, part=check.time,
        source=Source.SPOT_CHECK,
    )  # fmt: skip


def _revisions(check: SpotCheck, people: list[int]) -> Mapping[int, int]:
    rows = _facts_at(check, people).order_by().values("person").annotate(last=Max("revision"))
    return dict(rows.values_list("person", "last"))


def _fact(
    check: SpotCheck, person: int, value: str, note: str, revisions: Mapping[int, int], **entered: Any
) -> Fact:
    return Fact(
        person_id=person,
        month=month_number(check.day),
        day=check.day.day,
        part=check.time,
        source=Source.SPOT_CHECK,
        revision=revisions.get(person, 0) + 1,
        value=value,
        note=note,
        **entered,
    )


def _open_cases(check: SpotCheck, targets: list[SpotTarget], user: User) -> None:
    """Somebody not at his post by day gets a case, in which a person says what it was; a night waits as 待核.

    No document speaks of 无故 at night: they count nights (驻马店 第十三条, 永兴 一 4) and write their chains for 不在岗.
    """
    if check.time == NIGHT:
        return
    for target in targets:
        if target.outcome == Outcome.ABSENT:
            open_case(
                posting=target.posting,
                day=check.day,
                halves=check.time,
                how=How.SPOT_CHECK,
                acting_user=user,
                note=f"{when_words(check)}{check.get_method_display()}查岗不在岗。{target.note}",
                origin=(KIND, check.pk),
            )


def cases_of(check: SpotCheck, targets: Iterable[SpotTarget]) -> dict[int, AbsenceCase]:
    """person → the case of that day, of those not at their posts; one query."""
    people = {each.posting.person_id for each in targets if each.outcome == Outcome.ABSENT}
    if not people or check.state != S.CLOSED:
        return {}
    rows = AbsenceCase.objects.for_lists().filter(day=check.day, person__in=people)
    return {row.person_id: row for row in rows}


def _tell_absent(check: SpotCheck, absent: list[SpotTarget]) -> None:
    """Each hears that he was not found and may explain; who keeps his town's register hears the names."""
    towns: dict[str, list[SpotTarget]] = {}
    for target in absent:
        _tell_person(
            target,
            f"{when_words(check)}查岗时没有找到您，记为待核",
            "有请假、公出或其他原因的，告诉乡镇考勤员或查岗的单位，附上依据。",
            f"{TARGET_KIND}:{target.pk}:absent",
        )
        towns.setdefault(target.posting.body.region.town.path, []).append(target)
    for path, found in towns.items():
        pairs = (
            Appointment.objects.on(clock.today())
            .filter(post__in=REGISTER_POSTS, body__kind=BodyKind.OFFICE, body__region__path=path)
            .values_list("post", "body")
        )
        notices.tell(
            users=users_at(set(pairs)),
            title=f"{when_words(check)}查岗：{len(found)} 人不在岗，待核",
            body="、".join(each.posting.person.name for each in found)[:400],
            url=check.get_absolute_url(),
            key=f"{KIND}:{check.pk}:town:{path}",
            subject_kind=KIND,
            subject_id=check.pk,
        )


def _tell_person(target: SpotTarget, title: str, body: str, key: str) -> None:
    user = getattr(target.posting.person, "user", None)
    check = target.check_of
    if user is not None and user.is_active:
        notices.tell(
            users=[user.pk],
            title=title,
            body=body,
            url=f"{reverse('attendance:mine')}?month={check.day:%Y-%m}&day={check.day.day}",
            key=key,
            subject_kind=TARGET_KIND,
            subject_id=target.pk,
        )


def may_judge(user: User, check: SpotCheck) -> bool:
    """Does the user serve in the check's office while it may check?"""
    if check.office_id not in own_offices(user):
        return False
    try:
        desk_at(user, check.office_id, "check")
    except NotYours:
        return False
    return True
