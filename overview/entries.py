"""What the menu can hold: each entry with its words, its address and whom it opens to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from attendance.inspection.authority import written_for
from teams.scope import Scope
from teams.words import BodyKind, Duty, Function, Level


@dataclass(frozen=True)
class Entry:
    """One entry of the menu.

    key    stable name; ``todo`` carries the badge
    label  scope → the words on a desktop       tab  scope → two characters on a phone
    url    scope → the address                  opens  scope → does this person have it at all
    views  view names (or whole namespaces, ending in a colon) under which it is the present one
    on     where it stands: ``nav``, ``tabs`` or both
    note   what it is for, on the home of an administrative account
    """

    key: str
    icon: str
    label: Callable[[Scope], str]
    tab: Callable[[Scope], str]
    url: Callable[[Scope], str]
    opens: Callable[[Scope], bool]
    views: tuple[str, ...]
    on: tuple[str, ...] = ("nav", "tabs")
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


def _fixed(name: str) -> Callable[[Scope], str]:
    return lambda scope: reverse(name)


def _words(text: str) -> Callable[[Scope], str]:
    return lambda scope: text


def _for_duty(duty: Duty, label: str, name: str, *views: str, note: str, whole: bool = False) -> Entry:
    """An entry of one of 三员: on the desktop's menu and on the list that is their home, never a tab.

    ``whole``: only for who administers the whole installation.
    """
    return Entry(
        name,
        "people",
        _words(label),
        _words(label),
        _fixed(name),
        lambda scope: scope.duty == duty and not (whole and scope.duty_path),
        (name, *views),
        ("nav",),
        note,
    )


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

ENTRIES = (
    Entry(
        "home", "home", home_words, home_words, _fixed("overview:home"), lambda s: True, ("overview:home",)
    ),
    Entry(
        "board",
        "people",
        _words("在岗"),
        _words("在岗"),
        _fixed("overview:board"),
        lambda s: bool(s.seen_paths) and not oversees_county(s),
        ("overview:board",),
        ("nav",),
    ),
    Entry(
        "todo",
        "todo",
        _words("待办"),
        _words("待办"),
        _fixed("approvals:todo"),
        lambda s: s.has_todo,
        ("approvals:",),
    ),
    Entry(
        "leave",
        "leave",
        _words("请假"),
        _words("请假"),
        lambda s: reverse("leave:list" if s.sees_others else "leave:mine"),
        sees_leave,
        ("leave:",),
    ),
    Entry(
        "attendance",
        "calendar",
        _words("考勤"),
        _words("考勤"),
        attendance_url,
        sees_leave,
        ("attendance:",),
    ),
    Entry(
        "absences",
        "absence",
        _words("缺勤处置"),
        _words("缺勤"),
        _fixed("attendance:absences"),
        lambda s: s.sees_others,
        ABSENCE_VIEWS,
        ("nav",),
    ),
    Entry(
        "inspection",
        "absence",
        _words("督查通报"),
        _words("督查"),
        _fixed("inspection:bulletins"),
        sees_inspection,
        ("inspection:",),
        ("nav",),
    ),
    Entry(
        "teams",
        "people",
        team_words,
        team_tab,
        team_url,
        sees_teams,
        ("teams:list", "teams:team", "teams:person", "teams:pairing", "overview:timeline"),
    ),
    Entry(
        "library",
        "book",
        _words("制度库"),
        _words("制度"),
        _fixed("rules:library"),
        lambda s: bool(s.appointments),
        ("rules:library", "rules:pack", "rules:clause"),
        ("nav",),
    ),
    Entry(
        "local",
        "book",
        _words("本地制度"),
        _words("制度"),
        _fixed("rules:local_list"),
        lambda s: oversees_county(s) and bool(s.functions & (_MANAGING | {Function.ORGANIZATION})),
        LOCAL_VIEWS,
        ("nav",),
    ),
    Entry(
        "trial",
        "book",
        _words("试算"),
        _words("试算"),
        _fixed("rules:trial"),
        lambda s: bool(s.appointments),
        ("rules:trial",),
        ("nav",),
    ),
    Entry(
        "notices",
        "info",
        _words("消息"),
        _words("消息"),
        _fixed("core:notices"),
        lambda s: not s.has_todo,
        ("core:notices",),
        ("tabs",),
    ),
    Entry(
        "me",
        "me",
        _words("我的"),
        _words("我的"),
        _fixed("teams:account"),
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
        ("tabs",),
    ),
)


#: What the three administrative accounts have instead; in the order of their lists.
DUTY_ENTRIES: tuple[Entry, ...] = (
    _for_duty(
        Duty.SYSTEM,
        "账号",
        "teams:accounts",
        "teams:account_person",
        "teams:account_new",
        "teams:duty_new",
        "teams:account_act",
        note="建立、停用账号，发首次密码，三员",
    ),
    _for_duty(
        Duty.SYSTEM,
        "人员",
        "teams:registry_people",
        "teams:registry_person",
        "teams:registry_person_new",
        "teams:registry_appoint",
        note="登记人员，查任职",
    ),
    _for_duty(
        Duty.SYSTEM,
        "任职",
        "teams:registry_posts",
        "teams:registry_post_end",
        "teams:registry_post_correct",
        note="谁在哪里担任什么，代行，结束",
    ),
    _for_duty(
        Duty.SYSTEM,
        "区划与单位",
        "teams:registry_places",
        "teams:registry_place",
        "teams:registry_place_add",
        "teams:registry_place_change",
        "teams:registry_bodies",
        "teams:registry_body",
        "teams:registry_body_new",
        "teams:registry_body_change",
        note="区划、部门职能、单位、工作队，改名和合并",
    ),
    _for_duty(
        Duty.SYSTEM,
        "名册导入",
        "teams:roster_imports",
        "teams:roster_import",
        note="乡镇、单位、工作队、人员和结对，一份表格导入",
    ),
    _for_duty(
        Duty.SYSTEM,
        "法定日历",
        "core:calendar",
        "core:calendar_enter",
        note="放假和补班的日子，登记新的通知",
    ),
    _for_duty(
        Duty.SYSTEM,
        "运行状态",
        "overview:running",
        "overview:drop",
        note="后台进程、定时任务、没有发出的消息",
    ),
    _for_duty(Duty.SYSTEM, "收到的意见", "overview:feedback_received", note="大家在意见反馈里说的，不进考核"),
    _for_duty(
        Duty.SYSTEM,
        "备份",
        "core:backups",
        note="每晚一份，现在做一份，怎么恢复",
        whole=True,
    ),
    _for_duty(
        Duty.SYSTEM,
        "群机器人",
        "teams:robots",
        "teams:robot_end",
        note="往部门和工作队的群里说有几件待办",
    ),
    _for_duty(
        Duty.SECURITY,
        "权限核查",
        "teams:grants",
        "teams:grant_people",
        "teams:sight",
        "teams:grant_give",
        "teams:grant_revoke",
        note="谁今天能看到什么，临时授权",
    ),
    _for_duty(
        Duty.SECURITY, "代办委托", "teams:delegations_given", note="谁把哪个职务委托给谁代办，到哪一天"
    ),
    _for_duty(
        Duty.SECURITY,
        "登录与锁定",
        "teams:logins",
        "teams:login_history",
        "teams:unlock",
        note="输错密码的、锁定的，解锁",
    ),
    _for_duty(Duty.SECURITY, "密码策略", "teams:password_policy", note="现在执行的规则"),
    _for_duty(
        Duty.AUDIT,
        "审计记录",
        "teams:audit",
        "teams:audit_event",
        "teams:audit_export",
        note="谁在什么时候办了什么，可以导出",
    ),
    _for_duty(Duty.AUDIT, "链校验", "teams:audit_chain", note="记录有没有被改过、删过"),
)
