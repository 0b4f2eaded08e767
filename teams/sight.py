"""这个人今天能看到什么: in words, from the same functions that compute the scope."""

from __future__ import annotations

from dataclasses import dataclass

from core import clock
from teams.models import Appointment, Body, Delegation, Grant, Person, Region, User
from teams.scope import Opened, functions_lent, granted, opened_by, opened_by_grant, serving


@dataclass(frozen=True)
class Line:
    """One appointment or grant: what it is, until when, and what it opens."""

    title: str
    until: str
    opens: list[str]
    grant: Grant | None = None


@dataclass(frozen=True)
class Sight:
    """Everything that opens anything to a person today; ``account`` says why perhaps nothing does."""

    account: str
    works: bool
    posts: list[Line]
    delegations: list[Line]
    grants: list[Line]


def sight_of(person: Person) -> Sight:
    """What a person may see today, appointment by appointment, grant by grant."""
    today = clock.today()
    user = User.objects.filter(person=person).first()
    rows = serving(person.pk, today)
    grants = granted(user, today) if user is not None else []
    lent = functions_lent(grants, today)
    return Sight(
        account=_account(user),
        works=user is not None and user.is_active,
        posts=[Line(_title(row), _until(row), _words(opened_by(row), row)) for row in rows],
        delegations=_delegations(rows, person),
        grants=[
            Line(
                str(grant.target),
                f"{_until(grant)}，只能看。{grant.get_purpose_display()}，{grant.document}",
                _words(opened_by_grant(grant, lent[grant.body_id])) or ["这个部门今天不看人员，授权不起作用"],
                grant,
            )
            for grant in grants
        ],
    )


def _delegations(rows: list[Appointment], person: Person) -> list[Line]:
    """In whose place he decides today: the seats of that post, and what reaches them."""
    if not any(row.delegates for row in rows):  # type: ignore[attr-defined]
        return []
    found = Delegation.objects.live(clock.today()).filter(to__person=person).for_pages().order_by("pk")
    opens = ["这个职务现在要批的事项，双签和委托人本人的事除外"]
    return [Line(each.words, f"{each.valid_from} 至 {each.valid_to}。{each.why}", opens) for each in found]


def _account(user: User | None) -> str:
    if user is None:
        return "没有账号，登录不了"
    return f"账号 {user.username}" if user.is_active else f"账号 {user.username} 已停用，什么也看不到"


def _title(row: Appointment) -> str:
    return f"{row.capacity}（代{row.acting_for.person}，{row.basis}）" if row.acting_for else row.capacity


def _until(row: Appointment | Grant) -> str:
    return f"{row.valid_from} 至 {row.valid_to}" if row.valid_to else f"{row.valid_from} 起"


def _words(opened: Opened, row: Appointment | None = None) -> list[str]:
    """What is opened, in sentences."""
    words = []
    for path in sorted(opened.paths):
        words.append(f"{_place(path)}范围内的队伍、人员和请假")
    for body in Body.objects.filter(pk__in=opened.teams):
        words.append(f"{body}的人员和请假")
    for body in Body.objects.filter(pk__in=opened.rosters):
        words.append(f"{body}的人员名单，不看别人的请假")
    for body in Body.objects.filter(pk__in=opened.units):
        words.append(f"{body}派出的人员和他们的请假")
    if row is not None and not words:
        words.append("不看别人，只办本人和本职务的事")
    return words


def _place(path: str) -> str:
    found = Region.objects.filter(path=path).order_by("-valid_from").first()
    return found.name if found else ""
