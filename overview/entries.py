"""What the menu can hold: each entry with its words, its address and whom it opens to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.urls import reverse

from attendance.inspection.authority import written_for
from teams.scope import Scope
from teams.words import REGISTER_POSTS, BodyKind, Function, Level


@dataclass(frozen=True)
class Entry:
    """One entry of the menu.

    key    stable name; ``todo`` carries the badge
    label  scope → the words on a desktop       tab  scope → two characters on a phone
    url    scope → the address                  opens  scope → does this person have it at all
    views  view names (or whole namespaces, ending in a colon) under which it is the present one
    nav    does it stand in the menu of a desktop    folds  scope → there under 更多
    tabs   scope → is it among the few of a phone; what is not stands under 我的
    note   what it is for, on the home of an administrative account
    """

    key: str
    icon: str
    label: Callable[[Scope], str]
    tab: Callable[[Scope], str]
    url: Callable[[Scope], str]
    opens: Callable[[Scope], bool]
    views: tuple[str, ...]
    nav: bool = True
    folds: Callable[[Scope], bool] = lambda scope: False
    tabs: Callable[[Scope], bool] = lambda scope: False
    note: str = ""


def oversees_county(scope: Scope) -> bool:
    """Does one of the posts look after a county or more, in an office that sees people?"""
    return any(
        row.body.kind == BodyKind.OFFICE
        and row.body.region.path in scope.paths
        and row.body.region.level in (Level.COUNTY, Level.CITY, Level.PROVINCE)
        for row in scope.appointments
    )


def sees_leave(scope: Scope) -> bool:
    """People with a posting ask for leave, overseers look after it; 财政 sees none."""
    return scope.posting is not None or scope.sees_others


def sees_teams(scope: Scope) -> bool:
    return scope.sees_others or bool(scope.own_team_ids)


def team_words(scope: Scope) -> str:
    """What the people of this scope are called: 队伍, 队员 of one's own team, 派出人员 of a unit."""
    if scope.seen_paths or scope.granted_team_ids:
        return "队伍"
    if scope.team_ids:
        return "队员"
    return "派出人员" if scope.seen_unit_ids else "队伍"


def team_tab(scope: Scope) -> str:
    if team_words(scope) == "派出人员" or (scope.paths and scope.functions & _MANAGING):
        return "人员"
    return team_words(scope)


_MANAGING = {Function.STATIONING_OFFICE, Function.RURAL_REVITALIZATION, Function.AGRICULTURE}


def speaks_for_own(scope: Scope) -> bool:
    """Does he lead a team or speak for a unit, so that its people are the first he looks for?"""
    return bool(scope.team_ids or scope.unit_ids)


def reads_only(scope: Scope) -> bool:
    """Has he people to read about by grant alone, or none but himself?"""
    return not scope.answers_for_others


def keeps_register(scope: Scope) -> bool:
    """Does he keep a town's register, so that what nobody accounted for is his to verify?"""
    return scope.has_post(REGISTER_POSTS) and not oversees_county(scope)


def team_url(scope: Scope) -> str:
    """The one team at once where there is only one, otherwise the list."""
    mine = {row.body_id for row in scope.appointments if row.body.kind == BodyKind.TEAM}
    if len(mine) == 1 and not (scope.seen_paths or scope.seen_unit_ids or scope.granted_team_ids):
        return reverse("teams:team", args=[next(iter(mine))])
    return reverse("teams:list")


def attendance_url(scope: Scope) -> str:
    """The register for who looks after others, one's own month otherwise."""
    return reverse("attendance:register" if scope.sees_others else "attendance:mine")


def sees_inspection(scope: Scope) -> bool:
    """Managing offices and the organization department, where the document writes of 查岗."""
    wanted = _MANAGING | {Function.ORGANIZATION}
    return oversees_county(scope) and bool(scope.functions & wanted) and written_for(scope)


def fixed(name: str) -> Callable[[Scope], str]:
    return lambda scope: reverse(name)


def words(text: str) -> Callable[[Scope], str]:
    return lambda scope: text


def home_words(scope: Scope) -> str:
    return "总览" if oversees_county(scope) else "首页"


#: Pages about local rules and the settings beside them.
LOCAL_VIEWS = tuple(
    f"rules:{name}"
    for name in (
        "local_list", "local_new", "local_import", "local_card", "local_edit", "local_check", "local_versions",
        "local_remove_file", "standing", "settings",
    )
)  # fmt: skip

#: Cases of absence and what is written in them; the rest of that namespace stands under 考勤.
ABSENCE_VIEWS = tuple(
    f"attendance:absence{name}"
    for name in (
        "s", "_case", "_report", "_explain", "_find", "_withdraw", "_step", "_state", "_paper", "_statement",
        "_statement_sheet", "_summary",
    )
)  # fmt: skip

#: Local rules are the county's to register; others read them in 制度库.
_KEEPS_RULES = _MANAGING | {Function.ORGANIZATION}
_TEAMS = Entry(
    "teams",
    "people",
    team_words,
    team_tab,
    team_url,
    sees_teams,
    ("teams:list", "teams:team", "teams:person", "teams:pairing", "overview:timeline"),
    tabs=lambda s: oversees_county(s) or s.granted or not sees_leave(s),
)

#: In the order of the menu, and of a phone's tabs: what waits, whom one looks after, then the rest.
ENTRIES = (
    Entry(
        "home",
        "home",
        home_words,
        home_words,
        fixed("overview:home"),
        lambda s: True,
        ("overview:home", "overview:board"),
        tabs=lambda s: True,
    ),
    Entry(
        "todo",
        "todo",
        words("待办"),
        words("待办"),
        fixed("approvals:todo"),
        lambda s: s.has_todo,
        ("approvals:",),
        tabs=lambda s: True,
    ),
    Entry(
        "board",
        "post",
        words("在岗"),
        words("在岗"),
        fixed("overview:board"),
        lambda s: bool(s.seen_paths) and not oversees_county(s),
        ("overview:board",),
        tabs=lambda s: True,
    ),
    # Before 请假 for whoever first looks for his own people, further down for others.
    replace(_TEAMS, opens=lambda s: sees_teams(s) and speaks_for_own(s), tabs=lambda s: True),
    Entry(
        "leave",
        "leave",
        words("请假"),
        words("请假"),
        lambda s: reverse("leave:list" if s.sees_others else "leave:mine"),
        sees_leave,
        ("leave:",),
        tabs=reads_only,
    ),
    Entry(
        "attendance",
        "calendar",
        words("考勤"),
        words("考勤"),
        attendance_url,
        sees_leave,
        ("attendance:",),
        tabs=lambda s: reads_only(s) or bool(s.team_ids),
    ),
    Entry(
        "absences",
        "absence",
        words("缺勤处置"),
        words("缺勤"),
        fixed("attendance:absences"),
        lambda s: s.sees_others,
        ABSENCE_VIEWS,
        folds=oversees_county,
        tabs=keeps_register,
    ),
    Entry(
        "inspection",
        "absence",
        words("督查通报"),
        words("督查"),
        fixed("inspection:bulletins"),
        sees_inspection,
        ("inspection:",),
        folds=oversees_county,
    ),
    replace(_TEAMS, opens=lambda s: sees_teams(s) and not speaks_for_own(s)),
    Entry(
        "local",
        "book",
        words("本地制度"),
        words("制度"),
        fixed("rules:local_list"),
        lambda s: oversees_county(s) and bool(s.functions & _KEEPS_RULES),
        LOCAL_VIEWS,
        folds=oversees_county,
    ),
    Entry(
        "library",
        "book",
        words("制度库"),
        words("制度"),
        fixed("rules:library"),
        lambda s: bool(s.appointments),
        ("rules:library", "rules:pack", "rules:clause", "rules:trial", "core:calendar"),
        folds=oversees_county,
    ),
    Entry(
        "trial",
        "book",
        words("试算"),
        words("试算"),
        fixed("rules:trial"),
        oversees_county,
        ("rules:trial",),
        folds=oversees_county,
    ),
    Entry(
        "calendar",
        "calendar",
        words("法定日历"),
        words("日历"),
        fixed("core:calendar"),
        oversees_county,
        ("core:calendar",),
        folds=oversees_county,
    ),
    Entry(
        "notices",
        "info",
        words("消息"),
        words("消息"),
        fixed("core:notices"),
        lambda s: not (s.has_todo or sees_leave(s)),
        ("core:notices",),
        nav=False,
        tabs=lambda s: True,
    ),
    Entry(
        "me",
        "me",
        words("我的"),
        words("我的"),
        fixed("teams:account"),
        lambda s: True,
        (
            "teams:account",
            "teams:password",
            "teams:password_again",
            "teams:tokens",
            "teams:delegations",
            "teams:delegate",
            "teams:second_step",
            "teams:second_step_confirm",
            "core:delivery",
        ),
        nav=False,
        tabs=lambda s: True,
    ),
)
