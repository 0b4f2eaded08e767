"""The verbs of 督查通报: drafted from what was found, edited, sent to be signed by the office's head, issued."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from approvals import services as sign_offs
from approvals.models import Filing, Seat, SignOff
from approvals.plans import FilingSpec, Plan, SeatSpec, collapse_filings
from attendance.absence import chain, words
from attendance.absence.models import AbsenceCase
from attendance.inspection.authority import Desk, desk_at
from attendance.inspection.drafting import drafted
from attendance.inspection.models import SpotCheck, SpotTarget, own_offices
from attendance.inspection.papers import BULLETIN, InspectionBulletin
from attendance.inspection.texts import fitting
from core import audit, clock, notices
from core.errors import Conflict, NotYours, Refused
from core.models import Sequence
from core.verbs import check_key, verb
from teams.models import Body, User
from teams.models.places import path_range
from teams.parties import Directory
from teams.words import Post

S = InspectionBulletin.State
C = AbsenceCase.State
LIMITS = {"title": 80, "prefix": 20, "method": 200, "overall": 1000, "demands": 1000}
FIELDS = {
    "title": "标题", "prefix": "发文代字", "method": "检查方式", "overall": "总体情况", "demands": "要求",
}  # fmt: skip
#: County bodies that a bulletin about its people reaches beside towns and units.
_COUNTY = ("county:organization", "county:rural_revitalization", "county:stationing_office")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What an editor may change. ``problems``: item id → its words; who is left out is taken off the list."""

    title: str
    prefix: str
    method: str
    overall: str
    demands: str
    deadline: date | None
    problems: Mapping[int, str]


def checks_for(desk: Desk) -> QuerySet[SpotCheck]:
    """The closed checks in the office's places of which no bulletin speaks yet, its own and those below it."""
    low, high = path_range(desk.office.region.path)
    spoken = InspectionBulletin.objects.exclude(state=S.DROPPED).values("checks")
    rows = SpotCheck.objects.filter(
        state=SpotCheck.State.CLOSED, office__region__path__gte=low, office__region__path__lt=high
    )
    return rows.exclude(pk__in=spoken.filter(checks__isnull=False)).select_related("office__region")


@verb("bulletin.draft")
def draft(
    *, acting_user: User, office_id: int, check_ids: Iterable[int], form_key: str
) -> InspectionBulletin:
    """Draft a bulletin from closed checks; the same ``form_key`` makes one.

    Its list has only those of whom 无故不在岗 was found: neither who was away with approval or with another cause,
    nor who still waits to be verified, nor who falls short of a quota.
    """
    check_key(form_key)
    desk = desk_at(acting_user, office_id, "bulletin")
    Body.objects.select_for_update(no_key=True).get(pk=office_id)
    made = InspectionBulletin.objects.filter(form_key=form_key, office=office_id).first()
    if made is not None:
        return made
    wanted = set(check_ids)
    checks = list(checks_for(desk).filter(pk__in=wanted).order_by("day", "pk"))
    if not checks or len(checks) != len(wanted):
        raise Refused("checks", "从列出的已结束的查岗里选，至少一次", field="checks")
    return _draft(desk, checks, form_key, acting_user)


@verb("bulletin.correct")
def correct(*, acting_user: User, bulletin_id: int, form_key: str) -> InspectionBulletin:
    """Draft a new bulletin about the same checks that names the issued one it corrects."""
    check_key(form_key)
    old = _locked(acting_user, bulletin_id)
    desk = desk_at(acting_user, old.office_id, "bulletin")
    made = InspectionBulletin.objects.filter(form_key=form_key, office=old.office_id).first()
    if made is not None:
        return made
    if old.state != S.ISSUED:
        raise Conflict("wrong_state", f"这份通报现在是“{old.get_state_display()}”，直接改")
    later = old.corrected_by.exclude(state=S.DROPPED).first()
    if later is not None:
        raise Conflict("corrected", f"已有更正的通报（{later.get_state_display()}），办那一份")
    return _draft(desk, list(old.checks.order_by("day", "pk")), form_key, acting_user, corrects=old)


@verb("bulletin.edit")
def edit(
    *, acting_user: User, bulletin_id: int, revision: int | None, wording: Wording
) -> InspectionBulletin:
    """Change the words of a draft. Raises Conflict where another page was faster, Refused with ``field``."""
    bulletin = _locked(acting_user, bulletin_id)
    if bulletin.state != S.DRAFT:
        raise Conflict("wrong_state", f"这份通报现在是“{bulletin.get_state_display()}”，不能改")
    if bulletin.revision != revision:
        raise Conflict("stale", "另一个页面刚改过这份通报，看过最新的再改")
    said = fitting(wording, LIMITS, FIELDS, optional=("demands",))
    if wording.deadline is not None and wording.deadline < clock.today():
        raise Refused("deadline", "时限不能早于今天", field="deadline")
    for name, value in said.items():
        setattr(bulletin, name, value)
    bulletin.deadline = wording.deadline
    bulletin.revision += 1
    bulletin.save()
    for item in bulletin.items.all():
        problem = wording.problems.get(item.pk)
        if problem is None:
            item.delete()
            continue
        item.problem = problem.strip()[:300]
        if not item.problem:
            raise Refused("problem", f"写{item.name}的问题，不写进通报的去掉勾", field=f"problem{item.pk}")
        item.save(update_fields=["problem"])
    _record("bulletin.edit", bulletin, acting_user, revision=bulletin.revision, items=bulletin.items.count())
    return bulletin


@verb("bulletin.send")
def send(*, acting_user: User, bulletin_id: int) -> InspectionBulletin:
    """Send a draft to be signed by the head of the office.

    Raises Refused where somebody on its list is no longer found to have been away without cause.
    """
    bulletin = _locked(acting_user, bulletin_id)
    if bulletin.state != S.DRAFT:
        raise Conflict("wrong_state", f"这份通报现在是“{bulletin.get_state_display()}”，不用再送")
    wrong = bulletin.items.exclude(case__state=C.UNEXCUSED)
    if wrong:
        names = "、".join(item.name for item in wrong)
        raise Refused("not_found", f"{names}没有认定为无故，不能写进通报，先改过再送")
    bulletin.state = S.PENDING
    bulletin.save(update_fields=["state"])
    _record("bulletin.send", bulletin, acting_user, items=bulletin.items.count())
    sign_offs.open_sign_off(
        kind=BULLETIN,
        subject_kind=BULLETIN,
        subject=bulletin,
        plan=_plan(bulletin),
        acting_user=acting_user,
    )
    return bulletin


@verb("bulletin.withdraw")
def withdraw(*, acting_user: User, bulletin_id: int) -> InspectionBulletin:
    """Take it back before it is signed, to change it."""
    sign_offs.lock_for(BULLETIN, bulletin_id)
    bulletin = _locked(acting_user, bulletin_id)
    if bulletin.state != S.PENDING:
        raise Conflict("wrong_state", f"这份通报现在是“{bulletin.get_state_display()}”，不能撤回")
    sign_offs.withdraw(subject_kind=BULLETIN, subject_id=bulletin.pk, acting_user=acting_user, why="撤回修改")
    bulletin.state = S.DRAFT
    bulletin.save(update_fields=["state"])
    _record("bulletin.withdraw", bulletin, acting_user)
    return bulletin


@verb("bulletin.drop")
def drop(*, acting_user: User, bulletin_id: int) -> InspectionBulletin:
    """Give a draft up; its checks are free for another."""
    bulletin = _locked(acting_user, bulletin_id)
    if bulletin.state != S.DRAFT:
        raise Conflict("wrong_state", f"这份通报现在是“{bulletin.get_state_display()}”，先撤回")
    bulletin.state = S.DROPPED
    bulletin.save(update_fields=["state"])
    _record("bulletin.drop", bulletin, acting_user)
    return bulletin


def settle(*, subject: InspectionBulletin, outcome: str, sign_off: SignOff, acting_user: User) -> None:
    """Carry out a settled signing, in its transaction: numbered and issued, or back to be written again."""
    if outcome == SignOff.State.AGREED:
        today = clock.today()
        subject.state, subject.issued_by, subject.issued_at = S.ISSUED, acting_user.person, clock.now()
        subject.year = today.year
        subject.serial = Sequence.next(f"{BULLETIN}:{subject.office_id}:{today.year}")
        subject.hash = hash_of(subject)
        _tell_named(subject)
        _step_done(subject, sign_off, acting_user)
    else:
        subject.state = S.DROPPED if outcome == SignOff.State.REFUSED else S.DRAFT
    subject.save(update_fields=["state", "issued_by", "issued_at", "year", "serial", "hash"])
    _record(f"bulletin.{subject.state}", subject, acting_user, number=subject.number, hash=subject.hash)
    user = getattr(subject.drafted_by, "user", None)
    if user is not None and user.pk != acting_user.pk:
        word = {S.ISSUED: "已印发", S.DRAFT: "退回修改", S.DROPPED: "不同意印发"}[S(subject.state)]
        notices.tell(
            users=[user.pk],
            title=f"{word}：{subject}",
            body=sign_off.settled_why,
            url=subject.get_absolute_url(),
            key=f"{BULLETIN}:{subject.pk}:{sign_off.pk}",
            subject_kind=BULLETIN,
            subject_id=subject.pk,
        )


def _step_done(bulletin: InspectionBulletin, sign_off: SignOff, user: User) -> None:
    """通报 is a step of the chain of some documents: it is done for those named, and the next one begins."""
    assert user.person is not None
    signature = sign_off.signatures.order_by("-pk").first()
    capacity = signature.capacity if signature is not None else str(bulletin.office)
    rows = (
        AbsenceCase.objects.select_for_update(of=("self",))
        .for_lists()
        .filter(bulletin_items__bulletin=bulletin)
    )
    for case in rows.order_by("pk"):
        for step in chain.steps_of(case):
            if (
                step.form == "bulletin"
                and step.started_at
                and step.done_at is None
                and step.dropped_at is None
            ):
                begun = chain.finish(case, step, by=user.person, capacity=capacity, text=f"{bulletin}")
                words.tell_begun(case, begun, user)


def hash_of(bulletin: InspectionBulletin) -> str:
    """The checksum of everything that is printed, with its number."""
    said = {**bulletin.content, "number": bulletin.number}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _locked(user: User, bulletin_id: int) -> InspectionBulletin:
    rows = InspectionBulletin.objects.select_for_update(of=("self",)).for_pages()
    bulletin = rows.filter(pk=bulletin_id, office__in=own_offices(user)).first()
    if bulletin is None:
        raise NotYours("not_yours", "没有这一件")
    desk_at(user, bulletin.office_id, "bulletin")
    return bulletin


def _draft(
    desk: Desk,
    checks: list[SpotCheck],
    form_key: str,
    user: User,
    corrects: InspectionBulletin | None = None,
) -> InspectionBulletin:
    bulletin = drafted(desk, checks, form_key, user, corrects)
    _record("bulletin.draft", bulletin, user, checks=len(checks), items=bulletin.items.count())
    return bulletin


def _plan(bulletin: InspectionBulletin) -> Plan:
    """One seat, the head of the office; told are the towns checked, the units of those named, the county's bodies."""
    seat = SeatSpec(
        party="office:leader",
        label=f"{bulletin.office}主要负责人",
        post=Post.LEADER,
        body_id=bulletin.office_id,
        need=Seat.Need.ANY,
        fallback=Seat.Fallback.ACTING,
    )
    return Plan(steps=((seat,),), filings=addressees(bulletin), clauses=(bulletin.clause,))


def addressees(bulletin: InspectionBulletin) -> tuple[FilingSpec, ...]:
    """Main addressees first: towns, then units; county bodies last. Never the office itself."""
    rows = SpotTarget.objects.filter(check_of__bulletins=bulletin).in_order()
    postings = [target.posting for target in rows]
    directories = Directory.for_many(postings, clock.today())
    named = set(bulletin.items.values_list("case__posting", flat=True))
    specs: list[FilingSpec] = []

    def tell(party: str, label: str, post: str, body_id: int) -> None:
        if body_id != bulletin.office_id:
            specs.append(
                FilingSpec(kind=Filing.Kind.COPY, party=party, label=label, post=post, body_id=body_id)
            )

    for posting in postings:
        directory = directories[posting.body_id]
        if directory.knows("town:party_committee"):
            place = directory.place("town:party_committee")
            tell("town:party_committee", str(place.body), place.post, place.body.pk)
    for posting in postings:
        if posting.pk in named and posting.unit_id is not None:
            tell("unit:leader", str(posting.unit), Post.LEADER, posting.unit_id)
    for posting in postings:
        directory = directories[posting.body_id]
        for party in _COUNTY:
            if directory.knows(party):
                place = directory.place(party)
                tell(party, str(place.body), place.post, place.body.pk)
    return collapse_filings(specs)


def _tell_named(bulletin: InspectionBulletin) -> None:
    """Each person named hears of it himself."""
    rows = bulletin.items.filter(case__person__user__is_active=True)
    notices.tell(
        users=set(rows.values_list("case__person__user", flat=True)),
        title=f"督查通报提到您：{bulletin.title}",
        body=bulletin.demands[:400],
        url=bulletin.get_absolute_url(),
        key=f"{BULLETIN}:{bulletin.pk}:named",
        subject_kind=BULLETIN,
        subject_id=bulletin.pk,
    )


def _record(action: str, bulletin: InspectionBulletin, user: User, **said: object) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind=BULLETIN,
        subject_id=bulletin.pk,
        after={"title": bulletin.title, "state": bulletin.state, **said},
        place=bulletin.office.region.path,
    )
