"""The sentence a person reads when one of this room's constraints refuses."""

from __future__ import annotations

from core.errors import say
from teams.models import Appointment, Away, Pairing, Person, Robot, RosterImport, User

say(
    Away,
    "one_cause_per_half_day",
    code="overlap",
    sentence="这几天里已有请假或因公外出，改日期或先撤回那一件",
)
say(
    Appointment,
    "one_open_full_time_posting",
    code="second_posting",
    sentence="这个人已有一个专职驻点，先结束原来的驻点",
)
say(Appointment, "acting_needs_written_basis", code="no_basis", sentence="代行职务要写明书面依据")
say(Appointment, "posting_names_its_unit", code="no_unit", sentence="队长和队员要写明派出单位")
say(Person, "one_person_per_identity", code="same_identity", sentence="这个身份证号已登记在另一个人名下")
say(
    Pairing,
    "one_pairing_per_team_role_unit",
    code="paired_already",
    sentence="这个单位已以同一角色和这支队结对",
)
say(User, "one_duty_per_holder", code="second_duty", sentence="这个人已保管一个管理账号，三员不能兼任")
say(
    User, "duty_names_its_holder", code="no_holder", sentence="管理账号要写明保管人，不能同时是本人的业务账号"
)
say(
    RosterImport,
    "roster_import_settled_by_somebody",
    code="import_settled",
    sentence="导入或放弃要有办理人和时间",
)
say(
    RosterImport,
    "roster_import_keeps_no_workbook",
    code="import_settled",
    sentence="办结的导入不再保留名册文件",
)
say(Robot, "one_robot_per_webhook", code="robot_known", sentence="这个机器人已经添加过")
