"""The verbs of closing a month: sent by who keeps the register or leads the team, checked by the captain, closed by
the town, and opened again by the town with a reason.
"""

from __future__ import annotations

from datetime import date

from approvals import services as sign_offs
from approvals.models import Seat, SignOff
from approvals.plans import Plan, SeatSpec
from attendance.keepers import kept_teams, kept_towns
from attendance.lines import hash_of, lines_of, postings_of
from attendance.reports.building import final_if_closed
from attendance.sheets import MonthLine, MonthSheet, refuse_held
from core import audit, clock, notices
from core.calendar import statutory_calendar
from core.errors import Conflict, NotYours, Refused
from core.months import month_number, month_words
from core.texts import written
from core.verbs import verb
from teams.away import lock_people
from teams.holders import Holders
from teams.models import Appointment, Team, User
from teams.models.dated import in_force
from teams.scope import scope_of
from teams.words import REGISTER_POSTS, BodyKind, Function, Post

S = MonthSheet.State
KIND = "month_sheet"
REASON_LENGTH = 120


def may_send(user: User, team: Team) -> bool:
    """May the user send the team's month to be closed: who keeps its register, and its captain?"""
    leads = any(
        row.post == Post.CAPTAIN and row.body_id == team.pk and row.acting_for_id is None
        for row in scope_of(user).appointments
    )
    return leads or kept_teams(user).filter(pk=team.pk).exists()


def may_reopen(user: User, team: Team) -> bool:
    """Only who keeps the town's register opens a month again."""
    return any(team.region.path.startswith(town.path) for town in kept_towns(user))


@verb("month_sheet.send")
def send(*, acting_user: User, team_id: int, month: date) -> MonthSheet:
    """Freeze the team's month and open its checking: the captain, then the town.

    Raises NotYours where the user sees no such team, Refused before the month is over or where the town has nobody
    to close it, Conflict where it is being closed or is closed already.
    """
    team = _team(acting_user, team_id)
    first = month.replace(day=1)
    if first >= clock.today().replace(day=1):
        raise Refused("not_over", f"{month_words(first)}还没有过完，下个月再关账")
    postings = postings_of([team.pk], first)
    if not postings:
        raise Refused("nobody", "这个月这支队没有专职队员，不用关账")
    # Whoever enters into the register takes the same locks in the same order: what he wrote is in, or he is refused.
    people = {row.person_id for row in postings}
    lock_people(people)
    number = month_number(first)
    refuse_held([team.pk], number)
    lines = lines_of(postings, first, closed=True)
    earlier = MonthSheet.objects.filter(team=team, month=number, state__in=MonthSheet.COUNTED).count()
    sheet = MonthSheet.objects.create(
        team=team,
        month=number,
        version=earlier + 1,
        hash=hash_of(lines),
        estimated=statutory_calendar().is_estimate(first),
        sent_by=acting_user,
        sent_at=clock.now(),
    )
    for line in lines:
        line.sheet = sheet
    MonthLine.objects.bulk_create(lines)
    _record("month_sheet.send", sheet, acting_user, lines=len(lines), hash=sheet.hash)
    plan = closing_plan(team)
    sign_offs.open_sign_off(kind=KIND, subject_kind=KIND, subject=sheet, plan=plan, acting_user=acting_user)
    return sheet


@verb("month_sheet.withdraw")
def withdraw(*, acting_user: User, sheet_id: int) -> MonthSheet:
    """Take a sheet back that nobody has closed yet, so that the register can be written again."""
    sign_offs.lock_for(KIND, sheet_id)
    sheet = _sheet(acting_user, sheet_id)
    if not may_send(acting_user, sheet.team):
        raise Refused("not_keeper", "送核的月份由乡镇考勤员、副书记、组织委员或队长撤回")
    if sheet.state != S.PENDING:
        raise Conflict("wrong_state", f"这个月现在是“{sheet.get_state_display()}”，不能撤回")
    sign_offs.withdraw(subject_kind=KIND, subject_id=sheet.pk, acting_user=acting_user, why="撤回，继续登记")
    sheet.state = S.WITHDRAWN
    sheet.save(update_fields=["state"])
    _record("month_sheet.withdraw", sheet, acting_user)
    return sheet


@verb("month_sheet.reopen")
def reopen(*, acting_user: User, sheet_id: int, reason: str) -> MonthSheet:
    """Open a closed month again; its sheet stays, and the next closing is its next version.

    Raises NotYours for outsiders, Refused without a reason or for somebody who keeps no register of the town.
    """
    sheet = _sheet(acting_user, sheet_id)
    if not may_reopen(acting_user, sheet.team):
        raise Refused("not_keeper", "重开由乡镇考勤员、副书记或组织委员办")
    if sheet.state != S.CLOSED:
        raise Conflict("wrong_state", f"这个月现在是“{sheet.get_state_display()}”，不用重开")
    missing = "写明重开的原因，队长和县里会看到"
    reason = written(reason, field="reason", most=REASON_LENGTH, missing=missing, label="原因")
    assert acting_user.person is not None
    sheet.state, sheet.reason = S.REOPENED, reason
    sheet.reopened_by, sheet.reopened_at = acting_user.person, clock.now()
    sheet.save(update_fields=["state", "reason", "reopened_by", "reopened_at"])
    _record("month_sheet.reopen", sheet, acting_user, why=reason)
    captains = Appointment.objects.on(clock.today()).filter(body=sheet.team_id, post=Post.CAPTAIN)
    users = set(captains.exclude(person__user=None).values_list("person__user", flat=True))
    _tell(sheet, users | {sheet.sent_by_id}, f"已重开：{sheet}", reason, acting_user)
    return sheet


def settle(*, subject: MonthSheet, outcome: str, sign_off: SignOff, acting_user: User) -> None:
    """Carry out a settled checking, in its transaction."""
    if outcome == SignOff.State.AGREED:
        subject.state, subject.closed_at, subject.closed_by = S.CLOSED, clock.now(), acting_user.person
        word = "已关账"
    else:
        subject.state, word = S.RETURNED, "退回修改"
    subject.save(update_fields=["state", "closed_at", "closed_by"])
    _record(f"month_sheet.{subject.state}", subject, acting_user, hash=subject.hash)
    if subject.state == S.CLOSED:
        final_if_closed(subject)
    _tell(subject, {subject.sent_by_id}, f"{word}：{subject}", sign_off.settled_why, acting_user)


def closing_plan(team: Team) -> Plan:
    """The captain checks; then any one of those who keep the town's register closes.

    Where the team has no captain the town closes at once. Nobody signs twice, so a captain who is the town's deputy
    secretary too has checked, and another closes; where nobody else keeps the register, the town's party secretary.
    """
    today, half = clock.today(), clock.half_now()
    town = team.region.town
    secretaries = tuple(
        Appointment.objects.on(today)
        .filter(
            in_force(today, "body__office__functions__"),
            post=Post.PARTY_SECRETARY,
            body__region__path=town.path,
            body__office__functions__function=Function.PARTY_COMMITTEE,
        )
        .values_list("post", "body")
        .distinct()
    )
    kept = (
        Appointment.objects.on(today)
        .filter(
            post__in=REGISTER_POSTS, acting_for=None, body__kind=BodyKind.OFFICE, body__region__path=town.path
        )
        .values_list("post", "body")
        .distinct()
    )
    pairs = sorted(set(kept), key=lambda pair: (REGISTER_POSTS.index(Post(pair[0])), pair[1])) or secretaries
    if not pairs:
        raise Refused(
            "nobody_closes", f"{town}还没有考勤员、副书记或组织委员，由系统管理员登记任职以后再关账"
        )
    closing = tuple(
        SeatSpec(
            party=f"town:{post}",
            label=f"{town}{Post(post).label}",
            post=post,
            body_id=body,
            need=Seat.Need.ANY,
            upward=tuple(each for each in secretaries if each != (post, body)),
        )
        for post, body in pairs
    )
    captain = (Post.CAPTAIN.value, team.pk)
    holders = Holders([captain], today, half)
    if not holders.own(captain) and not holders.acting(captain):
        return Plan(steps=(closing,), remarks=("队里现在没有队长，由乡镇直接关账",))
    checking = SeatSpec(
        party="team:captain", label="队长", post=Post.CAPTAIN, body_id=team.pk, upward=secretaries
    )
    return Plan(steps=((checking,), closing))


def _team(user: User, team_id: int) -> Team:
    team = Team.objects.visible_to(user).select_related("region__parent").filter(pk=team_id).first()
    if team is None:
        raise NotYours("not_yours", "没有这支队")
    if not may_send(user, team):
        raise Refused("not_keeper", "关账由乡镇考勤员、副书记、组织委员或队长送核")
    return team


def _sheet(user: User, sheet_id: int) -> MonthSheet:
    rows = MonthSheet.objects.select_for_update(of=("self",)).select_related("team__region__parent")
    sheet = rows.visible_to(user).filter(pk=sheet_id).first()
    if sheet is None:
        raise NotYours("not_yours", "没有这一件")
    return sheet


def _record(action: str, sheet: MonthSheet, user: User, **said: object) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind=KIND,
        subject_id=sheet.pk,
        after={
            "team_id": sheet.team_id,
            "month": sheet.month,
            "version": sheet.version,
            "state": sheet.state,
            **said,
        },
        place=sheet.team.region.path,
    )


def _tell(sheet: MonthSheet, users: set[int], title: str, body: str, by: User) -> None:
    notices.tell(
        users=users - {by.pk},
        title=title,
        body=body,
        url=sheet.get_absolute_url(),
        key=f"{KIND}:{sheet.pk}:{sheet.state}",
        subject_kind=KIND,
        subject_id=sheet.pk,
    )
