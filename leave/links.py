"""Requests that concern an earlier leave: an extension (续假) carries it on, a change of plan takes its place.

A chain is the first leave with its approved extensions, in order of time. Each link is signed by itself; what was
signed before is never rewritten.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from core.calendar import statutory_calendar
from core.errors import Conflict, NotYours, Refused
from core.months import day_words
from leave.models import LeaveRequest
from policy.calendar import ONE_DAY, Calendar
from policy.days import Half

S = LeaveRequest.State
STANDING = (S.APPROVED, S.BACK)
#: Extensions and changes that may still come to be.
OPEN = (S.DRAFT, S.PENDING, S.RETURNED)


def members(first_id: int) -> list[LeaveRequest]:
    """The first leave and its standing extensions, in order of time."""
    rows = LeaveRequest.objects.filter(Q(pk=first_id) | Q(extends=first_id, state__in=STANDING))
    return list(rows.order_by("start", "start_half", "pk"))


def member_ids(first_id: int | None) -> set[int]:
    """Ids of the chain; none for no chain."""
    return {row.pk for row in members(first_id)} if first_id else set()


def open_link(first_id: int, *states: str) -> LeaveRequest | None:
    """The extension or change of this leave that is in one of ``states`` (waiting for a decision where none is named)."""
    wanted = states or (S.PENDING.value,)
    rows = LeaveRequest.objects.filter(Q(extends=first_id) | Q(replaces=first_id), state__in=wanted)
    return rows.order_by("-pk").first()


def open_extension(first_id: int) -> LeaveRequest | None:
    """The extension somebody has begun and nobody has decided."""
    return LeaveRequest.objects.filter(extends=first_id, state__in=OPEN).order_by("-pk").first()


def next_half(request: LeaveRequest) -> tuple[date, Half]:
    """The half-day on which an extension begins: the first after the leave, extensions included."""
    if request.until_half == Half.AM:
        return request.until, Half.PM
    return request.until + ONE_DAY, Half.AM


def first_day_missed(request: LeaveRequest, calendar: Calendar) -> date:
    """The day of the first working half-day after the leave, extensions included."""
    if request.until_half == Half.AM and calendar.is_workday(request.until):
        return request.until
    return calendar.next_workday(request.until)


def may_extend(request: LeaveRequest, today: date) -> bool:
    """An approved leave that is not over; the working half-day after it may still come."""
    return (
        request.state == S.APPROVED
        and request.extends_id is None
        and first_day_missed(request, statutory_calendar()) >= today
    )


def may_change(request: LeaveRequest, today: date) -> bool:
    """An approved leave that has not begun."""
    return request.state == S.APPROVED and request.extends_id is None and request.start > today


def check_link(
    *,
    extends: LeaveRequest | None,
    replaces: LeaveRequest | None,
    person_id: int,
    today: date,
    own_id: int | None,
) -> None:
    """May this person extend, or change, this leave today? Raises Conflict or Refused with the reason."""
    concerned = extends or replaces
    if concerned is None:
        return
    what = "续假" if extends else "变更"
    if concerned.applicant_id != person_id or concerned.state == S.DRAFT:
        raise NotYours("not_yours", "没有这一件")
    if concerned.extends_id is not None:
        raise Refused("not_first", f"这一件本身是续假，从原来的请假办{what}")
    if concerned.state != S.APPROVED:
        raise Conflict("wrong_state", f"原来的请假现在是“{concerned.get_state_display()}”，不能再{what}")
    if extends is not None and not may_extend(extends, today):
        last = day_words(extends.until)
        raise Refused("expired", f"假期 {last}已到期，不能再续。先办销假，还要请假的另写一份", field="end")
    if replaces is not None and not may_change(replaces, today):
        raise Refused("begun", "假期已经开始，不能再变更。要多休就续假，要早回就提前销假", field="start")
    pending = open_link(concerned.pk)
    if pending is not None and pending.pk != own_id:
        raise Refused(
            "link_pending",
            f"这次请假已有一件{'续假' if pending.extends_id else '变更'}在办（编号 {pending.number}），办完或撤回以后再提",
        )
