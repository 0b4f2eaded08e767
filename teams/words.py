"""The field's own terms: codes in English, labels in Chinese, each in one place."""

from __future__ import annotations

from django.db.models import TextChoices


class Level(TextChoices):
    """Levels of 行政区划, from the whole province down to a village."""

    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县（市、区）"
    TOWN = "town", "乡镇（街道、农场）"
    VILLAGE = "village", "村（社区）"


#: From the top down; a place lies in one of a level before its own.
LEVELS = tuple(Level.values)


class BodyKind(TextChoices):
    OFFICE = "office", "机关"
    UNIT = "unit", "派出单位"
    TEAM = "team", "工作队"


class Function(TextChoices):
    """What a clause names; the office that holds the function on that date answers."""

    PARTY_COMMITTEE = "party_committee", "党（工）委"
    VILLAGE_BRANCH = "village_branch", "村党组织"
    ORGANIZATION = "organization", "组织部门"
    RURAL_WORK = "rural_work", "农办"
    AGRICULTURE = "agriculture", "农业农村部门"
    RURAL_REVITALIZATION = "rural_revitalization", "乡村振兴部门"
    STATIONING_OFFICE = "stationing_office", "驻村办"
    POVERTY_RELIEF = "poverty_relief", "扶贫办"
    PARTY_BUILDING = "party_building", "基层党建办"
    FINANCE = "finance", "财政部门"


class TeamKind(TextChoices):
    TOWN = "town", "驻镇帮镇扶村工作队"
    VILLAGE = "village", "驻村工作队"


class TaskKind(TextChoices):
    """What 永兴 calls a team by its task; empty elsewhere."""

    WEAK_BRANCH = "weak_branch", "软弱涣散整顿"
    POVERTY_RELIEF = "poverty_relief", "扶贫"
    BEAUTIFUL_VILLAGE = "beautiful_village", "美丽乡村"


class Origin(TextChoices):
    """At which level a unit dispatches; 普宁 第十条 turns on it."""

    CENTRAL = "central", "中央驻地方单位"
    PROVINCE = "province", "省直单位"
    PARTNER_CITY = "partner_city", "对口帮扶市"
    CITY = "city", "市直单位"
    COUNTY = "county", "县直单位"
    TOWN = "town", "乡镇单位"


class Post(TextChoices):
    """What a person is in a body. Team posts are postings (驻点)."""

    CAPTAIN = "captain", "队长"
    MEMBER = "member", "队员"
    FIRST_SECRETARY = "first_secretary", "驻村第一书记"
    TECH_COMMISSIONER = "tech_commissioner", "科技特派员"
    RURAL_SERVICE_GRADUATE = "rural_service_graduate", "三支一扶人员"
    GRADUATE_VOLUNTEER = "graduate_volunteer", "高校毕业生志愿者"
    FINANCE_ASSISTANT = "finance_assistant", "金融助理"
    PARTY_SECRETARY = "party_secretary", "党（工）委书记"
    DEPUTY_SECRETARY = "deputy_secretary", "党（工）委副书记"
    ORGANIZATION_MEMBER = "organization_member", "组织委员"
    ATTENDANCE_OFFICER = "attendance_officer", "考勤员"
    SIGNER = "signer", "签批人"
    LEADER = "leader", "主要负责人"
    STAFF = "staff", "工作人员"


#: Full-time postings: one at a time per person (DESIGN decision “one full-time posting per person”).
FULL_TIME_POSTS = (Post.CAPTAIN, Post.MEMBER)
#: Posts that live in a team and are subject to leave.
TEAM_POSTS = (
    Post.CAPTAIN,
    Post.MEMBER,
    Post.FIRST_SECRETARY,
    Post.TECH_COMMISSIONER,
    Post.RURAL_SERVICE_GRADUATE,
    Post.GRADUATE_VOLUNTEER,
    Post.FINANCE_ASSISTANT,
)
#: Who signs for funds (双签 and its preparation); in the strict profile they sign in with a second step.
FUND_SIGNERS = (Post.CAPTAIN, Post.PARTY_SECRETARY, Post.SIGNER)
#: Who keeps a town's register and its papers, in the order in which they answer for it.
REGISTER_POSTS = (Post.ATTENDANCE_OFFICER, Post.DEPUTY_SECRETARY, Post.ORGANIZATION_MEMBER)
#: Who speaks for an organ that has named no 签批人.
HEADS = (Post.PARTY_SECRETARY, Post.LEADER)
#: Who comes to help a town; in its team, or 未编组 at its office.
HELPERS = (
    Post.TECH_COMMISSIONER,
    Post.RURAL_SERVICE_GRADUATE,
    Post.GRADUATE_VOLUNTEER,
    Post.FINANCE_ASSISTANT,
)
#: Which posts a body of each kind has.
POSTS_OF: dict[str, tuple[Post, ...]] = {
    BodyKind.TEAM.value: TEAM_POSTS,
    BodyKind.OFFICE.value: (
        Post.PARTY_SECRETARY,
        Post.DEPUTY_SECRETARY,
        Post.ORGANIZATION_MEMBER,
        Post.ATTENDANCE_OFFICER,
        Post.SIGNER,
        Post.LEADER,
        Post.STAFF,
        *HELPERS,
    ),
    BodyKind.UNIT.value: (Post.LEADER, Post.SIGNER, Post.STAFF),
}
#: Posts that decide or keep a register, so that somebody may have to act for their holder.
ACTED_FOR = (
    Post.CAPTAIN,
    Post.PARTY_SECRETARY,
    Post.DEPUTY_SECRETARY,
    Post.ORGANIZATION_MEMBER,
    Post.ATTENDANCE_OFFICER,
    Post.SIGNER,
    Post.LEADER,
)


class Duty(TextChoices):
    """三员分立: what an administrative account is for. Nobody holds two."""

    SYSTEM = "system", "系统管理员"
    SECURITY = "security", "安全管理员"
    AUDIT = "audit", "审计管理员"


class GrantPurpose(TextChoices):
    """Why somebody sees, for a time, what his posts do not open."""

    AUDIT = "audit", "审计"
    INSPECTION = "inspection", "督查检查"
    ASSISTANCE = "assistance", "邻近部门协助"
    OTHER = "other", "其他"


class PairingRole(TextChoices):
    """新丰 附件 1: what a unit sends to the town it is paired with."""

    LEAD = "lead", "牵头单位"
    FIRST_SECRETARY = "first_secretary", "选派第一书记单位"
    MEMBER = "member", "选派驻镇队员单位"
    FINANCE_ASSISTANT = "finance_assistant", "金融助理"
    SPECIALIST = "specialist", "科技特派员等"


class Half(TextChoices):
    AM = "am", "上午"
    PM = "pm", "下午"


class AwayKind(TextChoices):
    LEAVE = "leave", "请假"
    TRIP = "trip", "因公外出"


class TokenScope(TextChoices):
    """What a 接口令牌 may be used for, at most as far as its owner's own rights go."""

    PEOPLE_READ = "people:read", "读区划、机构、队伍、人员和任职"
    LEAVE_READ = "leave:read", "读请假和因公外出"
    LEAVE_WRITE = "leave:write", "填写、提交、撤回请假，登记销假；报告因公外出"
    SIGN_READ = "sign:read", "读待办、签批和知会"
    SIGN_WRITE = "sign:write", "签批，指定批准人，确认知悉"
    ATTENDANCE_READ = "attendance:read", "读考勤"
    ATTENDANCE_WRITE = "attendance:write", "本人签到"
    INSPECTION_READ = "inspection:read", "读查岗和督查通报"
    INSPECTION_WRITE = "inspection:write", "安排查岗、记结果，起草和送签督查通报"
    NOTICES_READ = "notices:read", "读消息"
    NOTICES_WRITE = "notices:write", "把消息标为已读"
    RULES_READ = "rules:read", "读条款，问请假由谁批"
