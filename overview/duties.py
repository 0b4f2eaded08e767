"""What the three administrative accounts (三员) find in the menu instead of business, in the order of their lists."""

from __future__ import annotations

from overview.entries import Entry, fixed, words
from teams.words import Duty


def _for_duty(duty: Duty, label: str, name: str, *views: str, note: str, whole: bool = False) -> Entry:
    """An entry of one of 三员: on the desktop's menu and on the list that is their home, never a tab.

    ``whole``: only for who administers the whole installation.
    """
    return Entry(
        name,
        "people",
        words(label),
        words(label),
        fixed(name),
        lambda scope: scope.duty == duty and not (whole and scope.duty_path),
        (name, *views),
        note=note,
    )


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
    _for_duty(
        Duty.SYSTEM,
        "收到的意见",
        "overview:feedback_received",
        "overview:feedback_answer",
        note="大家在意见反馈里说的，答复一次，不进考核",
    ),
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
