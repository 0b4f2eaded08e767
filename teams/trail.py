"""The words of this room in the audit trail, the places events belong to, and who may read them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core import audit, trail
from core.errors import Refused
from core.models import AuditEvent
from core.verbs import verb
from teams.grants import path_of
from teams.models import (
    Appointment,
    Body,
    Delegation,
    Grant,
    Pairing,
    Person,
    Region,
    Robot,
    RosterImport,
    User,
)
from teams.scope import scope_of
from teams.words import BodyKind, Duty, Function, GrantPurpose, PairingRole, Post

#: Events in one file.
MOST_EXPORTED = 20_000

trail.name_actions(
    {
        "region.add": "登记区划",
        "region.correct": "修改区划登记",
        "region.rename": "区划更名",
        "region.merge": "区划并入",
        "region.move": "调整管理范围",
        "body.add": "登记机构",
        "body.rename": "机构更名",
        "body.merge": "单位或工作队并入",
        "body.end": "机构撤销",
        "function.add": "增加职能",
        "function.end": "结束职能",
        "person.add": "登记人员",
        "person.edit": "修改人员登记",
        "person.unmask": "查看完整号码",
        "user.add": "开通账号",
        "user.password": "修改密码",
        "user.text_size": "选择字号",
        "user.open": "建立账号",
        "user.first_password": "发首次密码",
        "user.off": "停用账号",
        "user.on": "启用账号",
        "user.end_sessions": "退出账号的全部登录",
        "user.end_devices": "退出自己的其他设备",
        "duty.first": "建立第一个系统管理员",
        "duty.open": "建立管理账号",
        "login.unlock": "解锁账号",
        "second_step.begin": "开始设置两步验证",
        "second_step.on": "开启两步验证",
        "second_step.codes": "换一组恢复码",
        "second_step.off": "关闭两步验证",
        "second_step.drop": "取消别人的两步验证",
        "second_step.recovery": "用恢复码登录",
        "appointment.make": "登记任职",
        "appointment.end": "结束任职",
        "appointment.end_now": "马上结束任职",
        "appointment.correct": "修改任职",
        "grant.give": "授权",
        "grant.revoke": "收回授权",
        "grant.clear": "清理到期授权",
        "delegation.give": "委托代办",
        "delegation.end": "收回代办委托",
        "office.absorb": "部门并入",
        "pairing.add": "登记结对",
        "robot.add": "添加群机器人",
        "robot.try": "试发群机器人",
        "robot.end": "停用群机器人",
        "record.amend": "更正登记",
        "roster.check": "核对名册",
        "roster.recheck": "重新核对名册",
        "roster.apply": "导入名册",
        "roster.drop": "放弃导入名册",
        "roster.expire": "清掉过期的名册",
        "roster.export": "导出花名册",
    }
)
trail.name_kinds(
    {
        "region": "区划",
        "body": "机构",
        "person": "人员",
        "user": "账号",
        "appointment": "任职",
        "grant": "授权",
        "delegation": "代办委托",
    }
)
trail.name_kinds({"pairing": "结对", "roster_import": "名册导入", "robot": "群机器人"})
trail.name_fields(
    {
        "username": "账号",
        "shown": "显示了",
        "text_size": "字号",
        "active": "启用",
        "sessions_ended": "退出的登录数",
        "duty": "管理职责",
        "holder": "保管人编号",
        "address": "网络地址",
        "failures": "输错次数",
        "left": "剩余个数",
        "attempt_id": "锁定编号",
        "person": "人员编号",
        "post": "职务",
        "body": "机构编号",
        "unit": "派出单位编号",
        "role": "角色",
        "functions": "职能",
        "into": "并入的机构编号",
        "last_day": "最后一天",
        "appointment_id": "任职编号",
        "person_id": "人员编号",
        "of_id": "委托的任职编号",
        "to_id": "代办人的任职编号",
        "delegation_id": "委托编号",
        "appointment": "任职编号",
        "delegate": "代办人编号",
        "user_id": "账号编号",
        "office_id": "部门编号",
        "into_id": "并入的编号",
        "region": "区划编号",
        "region_id": "区划编号",
        "import_id": "导入编号",
        "sha256": "文件校验码",
        "added": "新增行数",
        "changed": "修改行数",
        "ended": "结束行数",
        "unchanged": "不变行数",
        "support_class": "镇类型",
        "short_name": "简称",
        "origin": "选派层级",
        "task": "任务",
        "gender": "性别",
        "born": "出生年月",
        "phone": "电话",
        "identity": "身份证号",
        "ethnicity": "民族",
        "education": "学历",
        "political_status": "政治面貌",
        "joined_party_on": "入党时间",
        "full_member_on": "转正时间",
        "working_since": "参加工作",
        "staffing": "编制性质",
        "home_post": "派出单位职务",
        "stationed_at": "驻点编号",
        "valid_to": "止",
        "document": "文号",
        "party_relation": "组织关系",
        "insured_until": "保险止期",
        "remark": "备注",
        "body_id": "机构编号",
        "robot_id": "机器人编号",
        "provider": "软件",
        "group": "群名称",
        "parent_id": "上级编号",
        "function_id": "职能编号",
        "grant_id": "授权编号",
        "function": "职能",
        "phone_changed": "电话有改动",
        "identity_changed": "身份证号有改动",
        "registered_in": "登记地编号",
        "acting_for": "代行的任职编号",
        "basis": "书面依据",
        "called_off": "未生效即撤销",
        "successor": "接着办的编号",
        "appointments": "转过去的任职",
        "path": "位置",
        "under": "新上级编号",
        "user": "账号编号",
        "target": "对象",
        "purpose": "用途",
        "rows": "条数",
    }
)
trail.name_values("post", Post.choices)
trail.name_values("kind", BodyKind.choices, about="body")
trail.name_values("functions", Function.choices)
trail.name_values("function", Function.choices)
trail.name_values("purpose", GrantPurpose.choices)
trail.name_values("gender", Person.Gender.choices)
trail.name_values("role", PairingRole.choices)
trail.name_values("duty", Duty.choices)
trail.name_values("text_size", User.TextSize.choices)


def seen_by(user: User) -> QuerySet[AuditEvent]:
    """The events an audit administrator may read: those about his place, or all of the installation's."""
    scope = scope_of(user)
    if scope.duty != Duty.AUDIT:
        return AuditEvent.objects.none()
    return AuditEvent.objects.filter(scope.administered_q("place"))


@audit.homes
def _home(user: Any) -> str:
    """Where an actor belongs: what he administers, else where he is posted, else where he serves."""
    scope = scope_of(user)
    if scope.duty:
        return scope.duty_path
    rows = [scope.posting, *scope.appointments] if scope.posting else scope.appointments
    return rows[0].body.region.path if rows else _registered(user.person_id)


@audit.locates("region")
def _region(pk: str) -> str:
    return Region.objects.filter(pk=pk).values_list("path", flat=True).first() or ""


@audit.locates("body")
def _body(pk: str) -> str:
    return Body.objects.filter(pk=pk).values_list("region__path", flat=True).first() or ""


@audit.locates("robot")
def _robot(pk: str) -> str:
    return Robot.objects.filter(pk=pk).values_list("body__region__path", flat=True).first() or ""


@audit.locates("appointment")
def _appointment(pk: str) -> str:
    return Appointment.objects.filter(pk=pk).values_list("body__region__path", flat=True).first() or ""


@audit.locates("delegation")
def _delegation(pk: str) -> str:
    rows = Delegation.objects.filter(pk=pk)
    return rows.values_list("of__body__region__path", flat=True).first() or ""


@audit.locates("pairing")
def _pairing(pk: str) -> str:
    return Pairing.objects.filter(pk=pk).values_list("team__region__path", flat=True).first() or ""


@audit.locates("roster_import")
def _roster_import(pk: str) -> str:
    return RosterImport.objects.filter(pk=pk).values_list("region__path", flat=True).first() or ""


@audit.locates("grant")
def _grant(pk: str) -> str:
    row = Grant.objects.select_related("region", "body__region").filter(pk=pk).first()
    return path_of(row.target) if row is not None else ""


@audit.locates("person")
def _person(pk: str) -> str:
    return _registered(int(pk))


@audit.locates("user")
def _user(pk: str) -> str:
    row = User.objects.select_related("duty_region").filter(pk=pk).first()
    if row is None:
        return ""
    return row.duty_region.path if row.duty_region else _registered(row.person_id)


def _registered(person_id: int | None) -> str:
    """Where a person is registered, else where he was appointed last."""
    if person_id is None:
        return ""
    path = Person.objects.filter(pk=person_id).values_list("registered_in__path", flat=True).first()
    if path:
        return path
    rows = Appointment.objects.filter(person=person_id).order_by("-pk")
    return rows.values_list("body__region__path", flat=True).first() or ""


@verb("audit.read")
def note_reading(*, acting_user: User, filters: dict[str, str], event_id: int | None = None) -> None:
    """Reading the trail leaves a trail: which part of it somebody looked at."""
    audit.record(
        action="audit.read",
        actor=acting_user,
        subject_kind="audit_event" if event_id is not None else "",
        subject_id=event_id if event_id is not None else "",
        after={"filters": filters} if filters else {},
    )


@verb("audit.export")
def take_along(*, acting_user: User, rows: QuerySet[AuditEvent], filters: dict[str, str], form: str) -> int:
    """How many events leave in a file, noted before they do. Refused for more than one file holds."""
    count = rows.count()
    if count > MOST_EXPORTED:
        raise Refused(
            "too_many", f"符合条件的有 {count} 条，一次最多导出 {MOST_EXPORTED} 条，缩短日期范围再导出"
        )
    audit.record(
        action="audit.export",
        actor=acting_user,
        after={"count": count, "format": form, **({"filters": filters} if filters else {})},
    )
    return count
