"""名册导入 through its verbs: what is understood, what is refused and where, and that nothing changes twice."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from core import clock
from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent
from teams import people
from teams.imports import services
from teams.models import Appointment, DispatchingUnit, Person, Region, RosterImport, Team
from teams.words import Post
from tests.teams import rosters_typed as typed
from tests.teams.clerk import Clerk, kinds, posting
from tests.teams.rosters_typed import PEOPLE, person, workbook

pytestmark = pytest.mark.usefixtures("clock", "read_here")
START = date(2026, 3, 1)


# ---- what comes in ---------------------------------------------------------------------------------------


def test_a_whole_county_comes_in_from_one_workbook_and_stays_as_it_is(clerk: Clerk) -> None:
    content = workbook(
        区划=[["名称", "级别", "上级", "区划代码"], ["宝塔村", "村", "云落镇", None], ["云落镇", "镇", None, "445281112000"]],
        派出单位=[["单位全称", "简称", "选派层级"], ["普宁市民政局", "市民政局", "县直"]],
        工作队=[["队名", "驻地"], ["驻宝塔村工作队", "宝塔村"]],
        人员=[PEOPLE, person("林菱角", "驻宝塔村工作队", "市民政局", 驻村第一书记="是", 出生年月="1985.3", 性别="女")],
        组团结对=[["工作队", "角色", "单位", "起"], ["驻宝塔村工作队", "牵头单位", "市民政局", "2026.3.1"]],
    )  # fmt: skip
    first = clerk.import_(content)
    assert kinds(first) == ["added"] * 6
    village = Region.objects.get(name="宝塔村")
    assert (village.parent.name, village.parent.code) == ("云落镇", "445281112000")
    assert Team.objects.get(name="驻宝塔村工作队").team_kind == "village"
    row = Appointment.objects.get(person__name="林菱角", post=Post.MEMBER)
    assert (str(row.unit), row.valid_from) == ("市民政局", START)
    assert (row.person.gender, row.person.born) == ("f", "1985-03")
    assert row.person.registered_in == clerk.world.regions["puning"]
    assert Appointment.objects.filter(person=row.person, post=Post.FIRST_SECRETARY).count() == 1
    counted = [model.objects.count() for model in (Region, DispatchingUnit, Team, Person, Appointment)]
    again = clerk.check(content)
    assert kinds(again) == ["unchanged"] * 6
    clerk.apply(again)
    assert [
        model.objects.count() for model in (Region, DispatchingUnit, Team, Person, Appointment)
    ] == counted


def test_the_dry_run_writes_nothing_and_the_workbook_is_kept_unreadable(clerk: Clerk) -> None:
    number = typed.number()
    row = clerk.check(typed.people(person("林菱角", 身份证号=number, 电话="13800138001")))
    assert not Person.objects.filter(name="林菱角").exists()
    assert "林菱角：新登记；驻洪阳镇工作队 队员，普宁市林业局派出，2026-03-01 起" in row.lines[0]["words"]
    told = str([row.lines, row.notes, list(AuditEvent.objects.values_list("after", flat=True))])
    assert number not in told
    assert "13800138001" not in told
    applied = clerk.apply(row)
    assert applied.content == ""
    assert Person.objects.get(name="林菱角").identity == number


def test_headings_as_people_write_them(clerk: Clerk) -> None:
    """A title above, other words, another order, full-width digits and blanks, examples, a signature beneath."""
    content = workbook(
        驻村人员=[
            ["普宁市驻镇帮镇扶村工作队花名册", None, None],
            ["填报单位：（盖章）"],
            ["序号", "职务 *", "队伍", "选派单位（必填）", "名字", "任职时间", "手机号码", "备用"],
            ["示例", None, "驻云溪镇工作队", "县水利局", "赵一鸣"],
            [
                1,
                None,
                "驻洪阳镇工作队",
                "普宁市林业局",
                "林　菱角",
                "２０２６年３月１日",
                "１３８００１３８００１",
                "x",
            ],
            ["填表人：陈会计"],
        ]
    )
    assert clerk.mend(content) == ["“驻村人员”第 3 行“队内职务”：缺这一列"]
    content = content_with_post(content)
    row = clerk.import_(content)
    assert row.notes == ["“驻村人员”的“备用”这一列不认识，没有读"]
    assert posting("林菱角").valid_from == START
    assert posting("林菱角").person.phone == "13800138001"


def content_with_post(content: bytes) -> bytes:
    """The same workbook with 岗位 beside it."""
    book = load_workbook(io.BytesIO(content))
    sheet = book["驻村人员"]
    sheet["I3"], sheet["I5"] = "岗位", "工作队员"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "cell",
    [START, 46082, "2026-03-01", "2026.3.1", "2026/3/1", "2026年3月1日", 20260301, "二〇二六年三月一日"],
)
def test_a_date_in_any_shape_is_that_day(clerk: Clerk, cell: Any) -> None:
    clerk.import_(typed.people(person("林菱角", 任期起=cell)))
    assert posting("林菱角").valid_from == START


# ---- what is refused -------------------------------------------------------------------------------------


def test_row_499_of_500_is_wrong_and_nothing_is_written(clerk: Clerk) -> None:
    before = Person.objects.count(), Appointment.objects.count(), RosterImport.objects.count()
    rows = [person(f"林{chr(0x4E00 + n)}") for n in range(500)]
    rows[498] = person("林菱角", 任期起="2026-02-30")
    assert clerk.mend(typed.people(*rows)) == [
        "“人员”第 500 行“任期起”：“2026-02-30”这一天不存在，核对月份和日子"
    ]
    assert (Person.objects.count(), Appointment.objects.count(), RosterImport.objects.count()) == before


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"姓名": None}, "姓名", "没有填姓名"),
        ({"姓名": "林" * 41}, "姓名", "最多 40 字，现在 41 字"),
        ({"工作队": "驻火星工作队"}, "工作队", "没有“驻火星工作队”"),
        ({"派出单位": "普宁市林业厅"}, "派出单位", "没有“普宁市林业厅”"),
        ({"派出单位": None}, "派出单位", "要写明派出单位"),
        ({"队内职务": "主任"}, "队内职务", "没有“主任”这一项，从这些里选：队长、队员"),
        ({"性别": "不详"}, "性别", "没有“不详”这一项"),
        ({"身份证号": "990000198503144420"}, "身份证号", "校验不对"),
        ({"电话": "打听一下"}, "电话", "电话要 11 位"),
        ({"任期起": None}, "任期起", "新任职要写任期起"),
        ({"任期起": "2026.3"}, "任期起", "只有年月"),
        ({"任期止": "2026-02-01"}, "任期止", "止期不能早于起期"),
        ({"出生年月": 1985.1}, "出生年月", "分不清是 1 月还是 10 月"),
        ({"驻村第一书记": "也许"}, "驻村第一书记", "填“是”或“否”"),
    ],
)
def test_what_cannot_be_taken_is_named_by_row_and_column(
    clerk: Clerk, change: dict[str, Any], column: str, words: str
) -> None:
    row = dict(zip(PEOPLE, person("林菱角"), strict=True)) | change
    (told,) = clerk.mend(workbook(人员=[PEOPLE, person("林荸荠"), [row[heading] for heading in PEOPLE]]))
    assert told.startswith(f"“人员”第 3 行“{column}”：")
    assert words in told


def test_every_mistake_is_named_at_once(clerk: Clerk) -> None:
    content = workbook(
        区划=[["名称", "级别", "上级"], ["甲村", "村", None], ["乙村", "村", "无此镇"], ["洪阳镇", "村", "里湖镇"]],
        派出单位=[["单位全称", "选派层级"], ["某局", "县直"], ["某局", "县直"]],
        工作队=[["队名", "驻地"], ["驻洪阳镇工作队", "里湖镇"]],
        人员=[PEOPLE, person("林菱角"), person("林菱角")],
        组团结对=[["工作队", "角色", "单位", "原文", "起"], ["驻洪阳镇工作队", "牵头单位", None, None, "2026-03-01"]],
    )  # fmt: skip
    told = clerk.mend(content)
    for where, words in [
        ("“区划”第 2 行“上级”", "写明村在哪个乡镇"),
        ("“区划”第 3 行“上级”", "没有叫“无此镇”的乡镇"),
        ("“派出单位”第 3 行“单位全称”", "和第 2 行重复"),
        ("“工作队”第 2 行“驻地”", "登记在洪阳镇"),
        ("“人员”第 3 行“队内职务”", "和第 2 行的任职重叠"),
        ("“组团结对”第 2 行“单位”", "写明单位，或把文件原文抄"),
    ]:
        assert any(each.startswith(where) and words in each for each in told), (where, told)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (workbook(人员=[PEOPLE]), "没有可导入的行"),
        (workbook(说明=[["怎样填写"]]), "没有找到标题行"),
        (workbook(人员=[["甲", "乙"], ["丙", "丁"]]), "没有找到标题行"),
        (workbook(人员=[[*PEOPLE, "名字"], person("林菱角")]), "有两列是同一个标题"),
        (workbook(人员=[PEOPLE, person("林菱角")], 名册=[PEOPLE]), "有两张“人员”表"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_why(clerk: Clerk, content: bytes, words: str) -> None:
    assert words in " ".join(clerk.mend(content))


def test_a_file_that_is_no_workbook_is_refused(clerk: Clerk) -> None:
    with pytest.raises(Refused, match=r"另存为 \.xlsx"):
        services.check_roster(
            acting_user=clerk.world.user("pn_system"),
            region_id=clerk.world.regions["puning"].pk,
            file=typed.upload(b"a,b", "名册.csv"),
        )
    with pytest.raises(Refused, match="已损坏"):
        clerk.check(b"PK\x03\x04 not a zip")


# ---- confirming ------------------------------------------------------------------------------------------


def test_what_changed_meanwhile_is_told_and_nothing_is_written(clerk: Clerk) -> None:
    row = clerk.check(typed.people(person("洪队员", 任期起="2020-01-01", 职务职级="股长"), person("林菱角")))
    people.end_appointment(
        appointment_id=clerk.world.appointments["liusha_member"].pk, last_day=START, acting_user=None
    )
    other = clerk.check(
        typed.people(person("洪队友", 派出单位="普宁市水利局", 任期起="2020-01-01", 职务职级="股长"))
    )
    clerk.apply(other)
    assert kinds(clerk.apply(row)) == ["changed", "added"]
    row = clerk.check(typed.people(person("林荸荠")))
    clerk.import_(typed.people(person("林荸荠")))
    with pytest.raises(Conflict, match="已经不准"):
        clerk.apply(row)
    assert Person.objects.filter(name="林荸荠").count() == 1
    again = services.recheck_roster(import_id=row.pk, acting_user=clerk.world.user("pn_system"))
    assert kinds(again) == ["unchanged"]
    clerk.apply(again)


def test_confirming_twice_is_confirming_once(clerk: Clerk) -> None:
    row = clerk.check(typed.people(person("林菱角")))
    assert clerk.apply(row).settled_at == clerk.apply(row).settled_at
    assert AuditEvent.objects.filter(action="roster.apply", outcome="done").count() == 1
    assert AuditEvent.objects.filter(action="person.add", after__name="林菱角").count() == 1


def test_a_page_that_showed_something_else_confirms_nothing(clerk: Clerk) -> None:
    row = clerk.check(typed.people(person("林菱角")))
    with pytest.raises(Conflict):
        services.apply_roster(import_id=row.pk, acting_user=clerk.world.user("pn_system"), plan_hash="x")


def test_what_was_given_up_cannot_be_confirmed(clerk: Clerk) -> None:
    row = clerk.check(typed.people(person("林菱角")))
    dropped = services.drop_roster(import_id=row.pk, acting_user=clerk.world.user("pn_system"))
    assert (dropped.state, dropped.content) == ("dropped", "")
    with pytest.raises(Conflict, match="已放弃"):
        clerk.apply(row)
    assert not Person.objects.filter(name="林菱角").exists()


def test_what_nobody_confirms_in_thirty_days_is_cleared_and_said(clerk: Clerk) -> None:
    """Identity numbers do not lie about in a workbook that was forgotten."""
    row = clerk.check(typed.people(person("林菱角")))
    late, young = clock.now() - timedelta(days=30, minutes=1), clock.now() - timedelta(days=29)
    RosterImport.objects.filter(pk=row.pk).update(uploaded_at=young)
    assert services.expire_rosters(acting_user=None) == 0
    RosterImport.objects.filter(pk=row.pk).update(uploaded_at=late)
    assert services.expire_rosters(acting_user=None) == 1
    assert services.expire_rosters(acting_user=None) == 0
    row.refresh_from_db()
    assert (row.state, row.content) == ("expired", "")
    assert AuditEvent.objects.get(action="roster.expire").actor is None
    with pytest.raises(Conflict, match="过期未确认，要再导入就重新上传"):
        clerk.apply(row)


@pytest.mark.parametrize("who", ["pn_security", "pn_auditor", "pn_org_chief", "liusha_secretary"])
def test_only_the_system_administrator_of_the_county_imports(clerk: Clerk, who: str) -> None:
    content = typed.people(person("林菱角"))
    with pytest.raises(NotYours):
        clerk.check(content, who)
    row = clerk.check(content)
    with pytest.raises(NotYours):
        clerk.apply(row, who)


def test_another_county_is_out_of_reach(clerk: Clerk) -> None:
    with pytest.raises(NotYours):
        clerk.check(typed.people(person("林菱角", "驻梅坑镇工作队")), county="xinfeng")
    (told,) = clerk.mend(typed.people(person("林菱角", "驻梅坑镇工作队")))
    assert "没有“驻梅坑镇工作队”" in told
