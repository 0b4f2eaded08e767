"""帮助, the first part: what each post does in the system in a day, each line with the page it is done on.

A guide is shown to whoever holds the post; who holds several sees several. A link is only offered to whom it opens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import resolve, reverse

from core.access import allows
from overview.entries import oversees_county
from teams.models import User
from teams.scope import Scope, scope_of
from teams.words import HEADS, REGISTER_POSTS, BodyKind, Duty, Function, Post

#: What to do, and on which page; none where it depends on what the county has turned on.
Task = tuple[str, str]


@dataclass(frozen=True)
class Guide:
    """One post's day: ``opens`` says whose; the words stand on the page in this order."""

    title: str
    opens: Callable[[Scope], bool]
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Shown:
    """A guide for one reader: his tasks, each ``{words, url}``; no url where the page is not his."""

    title: str
    tasks: list[dict[str, str]] = field(default_factory=list)


def _signs_in_town(scope: Scope) -> bool:
    return any(
        row.body.kind == BodyKind.OFFICE and row.post in (*HEADS, Post.SIGNER) for row in scope.appointments
    ) and not oversees_county(scope)


def _keeps_county(scope: Scope) -> bool:
    managing = {Function.STATIONING_OFFICE, Function.RURAL_REVITALIZATION, Function.AGRICULTURE}
    return oversees_county(scope) and bool(scope.functions & managing)


GUIDES = (
    Guide(
        "队员",
        lambda scope: scope.posting is not None,
        (
            ("要离岗：填请假，填的时候就看得到算几天、谁批、依据哪一条", "leave:new"),
            ("单位派您出差、开会：报因公外出，不用请假", "leave:new_trip"),
            ("回到驻点：打开那件请假，登记返岗", "leave:mine"),
            ("看本月：哪天在岗、住村，还差几天；不对的提一次异议", "attendance:mine"),
            ("被认定无故不在岗、文件要写情况说明的：首页“待办”里写，送单位主要负责人签字", ""),
            ("看节假日谁值班", "leave:rotas"),
        ),
    ),
    Guide(
        "队长",
        lambda scope: bool(scope.team_ids),
        (
            ("先看待办：短假由您批，卡片上写着为什么到您这里、谁还不在岗", "approvals:todo"),
            ("今天、本周谁不在岗", "leave:away"),
            ("月末核对本队考勤，有不对的退回并写明理由", "attendance:register"),
            ("本队的待核和缺勤处置办到哪一步", "attendance:absences"),
            ("排节假日值班", "leave:rotas"),
            ("队员突然要走来不及填：县里准许的，先记口头同意，再补书面手续", ""),
            ("自己要离开几天：设代办委托", "teams:delegations"),
        ),
    ),
    Guide(
        "乡镇党委负责同志",
        _signs_in_town,
        (
            ("先看待办：点开一件，看完点一下就办完", "approvals:todo"),
            ("今天谁在岗、谁不在岗", "leave:away"),
            ("本镇队员的请假", "leave:list"),
            ("缺勤处置：轮到镇党委报告的，待办里有，写明时限", "attendance:absences"),
            ("不在的几天：设代办委托，双签不能代", "teams:delegations"),
        ),
    ),
    Guide(
        "乡镇考勤员",
        lambda scope: scope.has_post(REGISTER_POSTS),
        (
            ("登记今天的台账：电脑上方向键加数字键，批准的请假自动填入", "attendance:register"),
            ("核实待核：查明有因，或者写理由认定无故不在岗", "attendance:absences"),
            ("看哪些人按文件还差几天", "attendance:quotas"),
            ("补录纸质审批的请假，扫描件一并附上", "leave:paper"),
            ("月末关账，打印出勤登记表", "attendance:reports"),
            ("请销假台账", "leave:ledger"),
        ),
    ),
    Guide(
        "县级主管部门",
        _keeps_county,
        (
            ("总览里先看需要处理的和各镇在岗人数", "overview:home"),
            ("没有规定谁批的请假：在待办里指定批准人，写明理由", "approvals:todo"),
            ("缺勤处置：处理意见、通报、反馈、汇总和问责，待办里有，超期的在前", "attendance:absences"),
            ("登记本地制度，由第二个人确认", "rules:local_list"),
            ("设本县的选项：签到、提醒、轮值，写明依据", "rules:settings"),
            ("定额：谁可能达不到，还能怎么补", "attendance:quotas"),
            ("每月出勤登记表", "attendance:reports"),
        ),
    ),
    Guide(
        "组织部门",
        lambda scope: Function.ORGANIZATION in scope.functions,
        (
            ("待办里是要您会签和备案的", "approvals:todo"),
            ("导出花名册：先按镇或姓名筛选，再点“导出花名册”", "teams:list"),
            ("请销假台账，可以导出", "leave:ledger"),
            ("每月出勤登记表", "attendance:reports"),
        ),
    ),
    Guide(
        "派出单位",
        lambda scope: bool(scope.unit_ids),
        (
            ("会签本单位人员的长假，签情况说明", "approvals:todo"),
            ("本单位人员的缺勤处置办到哪一步", "attendance:absences"),
            ("看本单位派出的人在哪里、今天在不在岗", "teams:list"),
            ("看他们的请假", "leave:list"),
        ),
    ),
    Guide(
        "系统管理员",
        lambda scope: scope.duty == Duty.SYSTEM,
        (
            ("建账号：先登记人员，再建账号，首次密码当面告诉本人", "teams:accounts"),
            ("任职有变动：在任职里结束旧的、登记新的，权限当天随之变", "teams:registry_posts"),
            ("放假通知出来：粘贴原文，登记到法定日历", "core:calendar_enter"),
            ("看后台有没有停、消息有没有发不出", "overview:running"),
            ("看大家提的意见，逐条答复", "overview:feedback_received"),
        ),
    ),
    Guide(
        "安全管理员",
        lambda scope: scope.duty == Duty.SECURITY,
        (
            ("有人说登不上：查登录与锁定，核实是本人再解锁", "teams:logins"),
            ("审计、督查要看：给有期限的授权，到期自己失效", "teams:grants"),
        ),
    ),
    Guide(
        "审计管理员",
        lambda scope: scope.duty == Duty.AUDIT,
        (("查谁在什么时候办了什么", "teams:audit"), ("校验记录有没有被改过、删过", "teams:audit_chain")),
    ),
)


def guides_of(user: Any) -> list[Shown]:
    """The reader's own guides; before signing in all of the county's, without links."""
    if not user.is_authenticated:
        return [Shown(each.title, [_words(words) for words, _ in each.tasks]) for each in GUIDES]
    scope = scope_of(user)
    return [
        Shown(each.title, [_task(user, *task) for task in each.tasks]) for each in GUIDES if each.opens(scope)
    ]


def _words(words: str, url: str = "") -> dict[str, str]:
    return {"words": words, "url": url}


def _task(user: User, words: str, name: str) -> dict[str, str]:
    if not name:
        return _words(words)
    url = reverse(name)
    audience = getattr(resolve(url).func, "access", None)
    return _words(words, url if audience is None or allows(audience, user) else "")
