"""督查通报: only who was found away without cause stands in it, signed by the head, numbered, never changed; 约谈."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from approvals.models import Filing
from attendance.absence import cases
from attendance.absence.models import AbsenceCase
from attendance.inspection import bulletins, talks
from attendance.inspection.papers import BULLETIN, BulletinItem, InspectionBulletin, UnitTalk
from core.errors import Conflict, NotYours, Refused
from core.models import Attachment, Notice
from tests import cast
from tests.attendance.inspections import (
    CITY,
    COUNTY,
    TOMORROW,
    case_of,
    city_world,
    closed,
    drafted,
    excuse,
    judge,
    signed,
)
from tests.cast import World
from tests.drive import MONDAY, Clock, Drive, key
from tests.pages import browser, hidden, sign_fields, text

pytestmark = pytest.mark.usefixtures("clock")
S = InspectionBulletin.State


@pytest.fixture
def w(db: None) -> World:
    return city_world()


def wording(bulletin: InspectionBulletin, **changes: object) -> bulletins.Wording:
    said = {name: getattr(bulletin, name) for name in bulletins.LIMITS}
    problems = {item.pk: item.problem for item in bulletin.items.all()}
    return bulletins.Wording(**{**said, "deadline": None, "problems": problems, **changes})  # type: ignore[arg-type]


def test_it_is_drafted_from_what_was_found_and_names_nobody_with_a_cause(w: World, clock: Clock) -> None:
    """Away with approval, with another cause, or still to be verified: nobody of them, whatever somebody tries."""
    Drive(w).is_away("houyang_captain", TOMORROW)
    check = closed(w, clock, absent=["sc_member", "houyang_member", "sc_captain"])
    judge(w, "sc_member")
    excuse(w, "houyang_member")
    bulletin = drafted(w, check)
    assert [(item.town, item.village, item.name, item.unit) for item in bulletin.items.all()] == [
        ("朱里镇", "拐子杨村", "上队员", "上蔡县教育局")
    ]
    assert bulletin.overall == (
        "涉及 2 个乡镇。共查 4 人次，在岗 0 人次，请假、公出和有其他正当事由 2 人次，无故不在岗 1 人次，"
        "正在核实 1 人次，核实以后另行通报。"
    )
    assert "派出单位一把手签字" in bulletin.demands
    for who in ("houyang_member", "sc_captain"):
        with pytest.raises(DatabaseError), transaction.atomic():
            BulletinItem.objects.create(
                bulletin=bulletin,
                order=9,
                case=case_of(w, who),
                town="t",
                name="n",
                post="p",
                problem="q",
                basis="b",
            )
    client = browser(w, CITY)
    for address in ("bulletin", "bulletin_paper", "bulletin_edit"):
        page = text(client.get(reverse(f"inspection:{address}", args=[bulletin.pk])))
        assert "上队员" in page
        assert not {"邵队长", "邵队员", "上队长"} & set(page.split())
    cases.withdraw_finding(acting_user=w.user(CITY), case_id=case_of(w, "sc_member").pk, reason="补交了病历")
    with pytest.raises(Refused) as refused:
        bulletins.send(acting_user=w.user("zmd_staff"), bulletin_id=bulletin.pk)
    assert refused.value.code == "not_found"


def test_signed_numbered_sent_and_read(w: World, clock: Clock) -> None:
    check = closed(w, clock, absent=["sc_member"])
    judge(w, "sc_member")
    bulletin = drafted(w, check)
    with pytest.raises(NotYours):
        bulletins.send(acting_user=w.user(COUNTY), bulletin_id=bulletin.pk)
    bulletins.send(acting_user=w.user("zmd_staff"), bulletin_id=bulletin.pk)
    with pytest.raises(Conflict):
        cases.withdraw_finding(acting_user=w.user(CITY), case_id=case_of(w, "sc_member").pk, reason="x")
    assert "督查通报" in text(browser(w, CITY).get(reverse("approvals:todo")))
    client = browser(w, CITY)
    page = client.get(bulletin.get_absolute_url())
    sign_off = page.content.decode().split("/sign-offs/")[1].partition("/")[0]
    client.post(reverse("approvals:sign", args=[sign_off]), sign_fields(page))
    bulletin.refresh_from_db()
    assert (bulletin.state, bulletin.number, len(bulletin.hash)) == (S.ISSUED, "驻督通〔2026〕1号", 64)
    assert bulletin.hash == bulletins.hash_of(bulletin)
    told = set(Filing.objects.filter(subject_kind=BULLETIN).values_list("label", flat=True))
    assert told == {
        "中共朱里镇委员会",
        "中共邵店镇委员会",
        "上蔡县教育局",
        "中共上蔡县委组织部",
        "上蔡县乡村振兴局",
    }
    town = browser(w, "zhuli_secretary")
    assert "知悉" in text(town.get(bulletin.get_absolute_url()))
    filing = Filing.objects.get(body=w.bodies["zhuli_party"])
    town.post(reverse("approvals:acknowledge", args=[filing.pk]))
    assert "朱书记" in text(client.get(bulletin.get_absolute_url()))
    assert Notice.objects.filter(recipient=w.users["sc_member"], title__startswith="督查通报提到您").exists()
    step = case_of(w, "sc_member").steps.get(code="bulletin")
    assert (step.done_by, step.text.endswith("〔2026〕1号）")) == (w.human(CITY), True)
    assert case_of(w, "sc_member").steps.get(code="statement").started_at is not None


def test_each_reads_what_is_for_him(w: World, clock: Clock) -> None:
    check = closed(w, clock, absent=["sc_member", "houyang_member"])
    judge(w, "sc_member")
    judge(w, "houyang_member")
    bulletin = signed(w, drafted(w, check))
    for who, reads, never in (
        ("shaodian_secretary", {"上队员", "邵队员"}, set()),
        (COUNTY, {"上队员", "邵队员"}, set()),
        ("sc_unit_chief", {"上队员"}, {"邵队员"}),
        ("water_chief", {"邵队员"}, {"上队员"}),
        ("sc_member", {"上队员"}, {"邵队员"}),
        ("sc_captain", {"上队员"}, {"邵队员"}),
    ):
        for address in ("bulletin", "bulletin_paper"):
            page = text(browser(w, who).get(reverse(f"inspection:{address}", args=[bulletin.pk])))
            assert [name for name in reads if name not in page] == [], who
            assert [name for name in never if name in page] == [], who
    for who in ("xp_rural_chief", "pn_agri_chief", "xf_rural_chief", "houyang_captain_of_nobody"):
        if who in w.users:
            assert browser(w, who).get(bulletin.get_absolute_url()).status_code == 404
    draft = drafted(w, closed(w, clock, day=TOMORROW + timedelta(days=1)))
    for who in (COUNTY, "zhuli_secretary", "sc_unit_chief"):
        assert browser(w, who).get(draft.get_absolute_url()).status_code == 404


def test_issued_it_never_changes_and_a_new_one_names_it(w: World, clock: Clock) -> None:
    check = closed(w, clock, absent=["sc_member"])
    judge(w, "sc_member")
    old = signed(w, drafted(w, check))
    for verb in (bulletins.send, bulletins.withdraw, bulletins.drop):
        with pytest.raises(Conflict):
            verb(acting_user=w.user(CITY), bulletin_id=old.pk)
    for sql in (
        "UPDATE attendance_inspectionbulletin SET overall = 'x'",
        "UPDATE attendance_inspectionbulletin SET state = 'draft'",
        "UPDATE attendance_bulletinitem SET name = 'x'",
        "DELETE FROM attendance_bulletinitem",
        "DELETE FROM attendance_inspectionbulletin",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    cases.withdraw_finding(acting_user=w.user(CITY), case_id=case_of(w, "sc_member").pk, reason="补交了病历")
    new = bulletins.correct(acting_user=w.user("zmd_staff"), bulletin_id=old.pk, form_key=key())
    assert (new.corrects, new.items.count(), new.state) == (old, 0, S.DRAFT)
    with pytest.raises(Conflict):
        bulletins.correct(acting_user=w.user("zmd_staff"), bulletin_id=old.pk, form_key=key())
    new = signed(w, new)
    assert new.number == "驻督通〔2026〕2号"
    page = text(browser(w, CITY).get(reverse("inspection:bulletin_paper", args=[new.pk])))
    assert "更正《关于11月24日驻村工作队在岗情况的督查通报》（驻督通〔2026〕1号）" in page
    assert "这份通报已更正" in text(browser(w, "zhuli_secretary").get(old.get_absolute_url()))


def test_numbers_have_no_gaps_and_a_returned_draft_takes_none(w: World, clock: Clock) -> None:
    first = drafted(w, closed(w, clock))
    first = signed(w, first, "return", "把总体情况写清楚")
    assert (first.state, first.number) == (S.DRAFT, "")
    second = signed(w, drafted(w, closed(w, clock, day=TOMORROW + timedelta(days=1))))
    assert (second.serial, signed(w, first).serial) == (1, 2)
    third = drafted(w, closed(w, clock, day=TOMORROW + timedelta(days=2)))
    bulletins.drop(acting_user=w.user(CITY), bulletin_id=third.pk)
    assert signed(w, drafted(w, *third.checks.all())).serial == 3


def test_the_words_are_edited_and_people_taken_off(w: World, clock: Clock) -> None:
    check = closed(w, clock, absent=["sc_member", "houyang_member"])
    judge(w, "sc_member")
    judge(w, "houyang_member")
    bulletin = drafted(w, check)
    user = w.user("zmd_staff")
    for changes, field in (
        ({"title": " "}, "title"),
        ({"overall": "x" * 1001}, "overall"),
        ({"deadline": MONDAY}, "deadline"),
    ):
        with pytest.raises(Refused) as refused:
            bulletins.edit(
                acting_user=user, bulletin_id=bulletin.pk, revision=1, wording=wording(bulletin, **changes)
            )
        assert refused.value.field == field
    client = browser(w, "zmd_staff")
    page = client.get(reverse("inspection:bulletin_edit", args=[bulletin.pk]))
    one, two = bulletin.items.order_by("order")
    said = {name: getattr(bulletin, name) for name in bulletins.LIMITS} | {
        "revision": hidden(page, "revision"), "prefix": "驻乡振督", f"keep{one.pk}": "on",
        f"problem{one.pk}": "查岗时不在村，未请假", f"problem{two.pk}": "x", "deadline": "2026-12-04",
    }  # fmt: skip
    assert (
        client.post(
            reverse("inspection:bulletin_edit", args=[bulletin.pk]), {**said, "title": ""}
        ).status_code
        == 422
    )
    assert client.post(reverse("inspection:bulletin_edit", args=[bulletin.pk]), said).status_code == 302
    bulletin.refresh_from_db()
    assert [item.problem for item in bulletin.items.all()] == ["查岗时不在村，未请假"]
    assert (bulletin.prefix, bulletin.deadline) == ("驻乡振督", date(2026, 12, 4))
    stale = client.post(reverse("inspection:bulletin_edit", args=[bulletin.pk]), said)
    assert "另一个页面刚改过" in text(stale)


def test_only_who_publishes_by_the_document_drafts(w: World, clock: Clock) -> None:
    check = closed(w, clock, by=COUNTY)
    for who, office in ((COUNTY, "sc_rural"), ("sc_org_chief", "sc_org"), ("zhuli_secretary", "zhuli_party")):
        with pytest.raises(NotYours):
            drafted(w, check, by=who, office=office)
        assert browser(w, who).get(reverse("inspection:bulletin_new")).status_code == 404
    assert drafted(w, check).checks.get() == check
    with pytest.raises(Refused):
        drafted(w, check)
    client = browser(w, CITY)
    assert client.post(reverse("inspection:bulletin_new"), {"form_key": key()}).status_code == 422
    assert "没有可以通报的查岗" in text(client.get(reverse("inspection:bulletin_new")))


@pytest.mark.parametrize("clause", ["yongxing-3-4-bulletin"])
def test_the_stationing_office_publishes_what_it_found(world: World, clock: Clock, clause: str) -> None:
    cast.add_yongxing(world)
    check = closed(
        world, clock, by="yx_office_chief", office="yx_office", clause="yongxing-3-4-inspect", day=TOMORROW
    )
    bulletin = drafted(world, check, by="yx_office_chief", office="yx_office")
    assert bulletin.clause == clause
    assert bulletin.overall.endswith("没有发现无故不在岗。")
    page = browser(world, "yx_office_chief").get(bulletin.get_absolute_url())
    assert f"/rules/clause/{clause}/" in page.content.decode()


@pytest.mark.parametrize("clause", ["zhumadian-18-unit-talk"])
def test_a_talk_is_seen_by_the_unit_and_the_office_alone(w: World, clock: Clock, clause: str) -> None:
    closed(w, clock, absent=["sc_member", "houyang_member"])
    one, other = judge(w, "sc_member"), judge(w, "houyang_member")
    client = browser(w, CITY)
    page = client.get(reverse("inspection:talk_new"))
    said = {
        "unit": w.bodies["sc_unit"].pk, "clause": clause, "held_on": TOMORROW.isoformat(), "talker": "驻振兴（局长）",
        "with_whom": "上教育（局长）", "why": "队员无故不在岗", "outcome": "单位批评教育本人", "cases": [one.pk],
        "form_key": hidden(page, "form_key"), "office": hidden(page, "office"),
    }  # fmt: skip
    wrong = client.post(reverse("inspection:talk_new"), {**said, "cases": [other.pk], "outcome": ""})
    assert (wrong.status_code, "写结果" in text(wrong)) == (422, True)
    wrong = client.post(reverse("inspection:talk_new"), {**said, "cases": [other.pk]})
    assert "只能选这个单位的人" in text(wrong)
    paper = SimpleUploadedFile("约谈记录.pdf", b"%PDF-1.4 x", "application/pdf")
    for _ in range(2):
        client.post(reverse("inspection:talk_new"), {**said, "attachments": paper})
    talk = UnitTalk.objects.get()
    unit = browser(w, "sc_unit_chief")
    words = text(unit.get(talk.get_absolute_url()))
    assert "单位批评教育本人" in words
    assert f"/rules/clause/{clause}/" in unit.get(talk.get_absolute_url()).content.decode()
    assert unit.get(reverse("core:file", args=[Attachment.objects.get().pk])).status_code == 200
    assert Notice.objects.filter(recipient=w.users["sc_unit_chief"], subject_kind="unit_talk").count() == 1
    for who in ("water_chief", COUNTY, "zhuli_secretary", "sc_member", "sc_org_chief", "xp_rural_chief"):
        assert browser(w, who).get(talk.get_absolute_url()).status_code == 404, who
        assert (
            browser(w, who).post(reverse("inspection:talk_void", args=[talk.pk]), {"why": "x"}).status_code
            == 404
        )
        assert (
            browser(w, who).get(reverse("core:file", args=[Attachment.objects.get().pk])).status_code == 404
        )
    assert unit.post(reverse("inspection:talk_void", args=[talk.pk]), {"why": "没谈过"}).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        UnitTalk.objects.update(outcome="x")
    talks.void(acting_user=w.user("zmd_staff"), talk_id=talk.pk, why="日期写错")
    assert "登记作废" in text(unit.get(talk.get_absolute_url()))
    with pytest.raises(NotYours):
        talks.void(acting_user=w.user("sc_org_chief"), talk_id=talk.pk, why="x")


def test_a_talk_begins_at_the_case_and_ends_with_the_heads_word_that_he_knows(w: World, clock: Clock) -> None:
    closed(w, clock, absent=["sc_member"])
    case = judge(w, "sc_member")
    office, head = browser(w, CITY), browser(w, "sc_unit_chief")
    begin = f"{reverse('inspection:talk_new')}?case={case.pk}"
    assert begin in office.get(case.get_absolute_url()).content.decode()
    assert begin not in head.get(case.get_absolute_url()).content.decode()
    page = office.get(begin)
    html = page.content.decode()
    assert re.search(rf'<option value="{w.bodies["sc_unit"].pk}" selected', html)
    assert re.search(rf'name="cases" value="{case.pk}"[^>]*checked', html)
    said = {
        "unit": w.bodies["sc_unit"].pk, "clause": "zhumadian-18-unit-talk", "held_on": TOMORROW.isoformat(),
        "talker": "驻振兴", "with_whom": "上教育", "why": "队员无故不在岗", "outcome": "单位批评教育",
        "cases": [case.pk], "form_key": hidden(page, "form_key"), "office": hidden(page, "office"),
    }  # fmt: skip
    office.post(reverse("inspection:talk_new"), said)
    talk = UnitTalk.objects.get()
    assert "待单位知悉" in text(office.get(reverse("inspection:talks")))
    assert talk.get_absolute_url() in head.get(reverse("approvals:todo")).content.decode()
    know = reverse("inspection:talk_acknowledge", args=[talk.pk])
    for who in (COUNTY, "water_chief", "sc_member", "zhuli_secretary"):
        assert browser(w, who).post(know).status_code == 404, who
    early = office.post(know)
    assert (early.status_code, "由上蔡县教育局主要负责人确认" in text(early)) == (422, True)
    for _ in range(2):
        assert "已记下您知悉" in text(head.post(know, follow=True))
    with pytest.raises(DatabaseError), transaction.atomic():
        UnitTalk.objects.update(seen_by=None, seen_at=None)
    assert "单位知悉 上教育" in text(office.get(talk.get_absolute_url()))
    assert talk.get_absolute_url() not in head.get(reverse("approvals:todo")).content.decode()
    assert Notice.objects.filter(recipient=w.users[CITY], title__contains="已知悉").count() == 1
    talks.void(acting_user=w.user("zmd_staff"), talk_id=talk.pk, why="日期写错")
    with pytest.raises(Conflict):
        talks.acknowledge(acting_user=w.user("sc_unit_chief"), talk_id=talk.pk)


def test_whatever_is_typed_is_answered_with_a_sentence(w: World, clock: Clock) -> None:
    check = closed(w, clock, absent=["sc_member"])
    judge(w, "sc_member")
    bulletin = drafted(w, check)
    item = bulletin.items.get()
    client = browser(w, CITY)
    names = (*bulletins.LIMITS, "deadline", "revision", "checks", "form_key", "office", *talks.LIMITS, "unit", "clause",
             "held_on", "cases", f"keep{item.pk}", f"problem{item.pk}")  # fmt: skip
    for nasty in ("\0", "x" * 5000, "<script>alert(1)</script>", "９" * 200):
        for path in (
            reverse("inspection:bulletin_new"),
            reverse("inspection:bulletin_edit", args=[bulletin.pk]),
            reverse("inspection:talk_new"),
        ):
            assert client.post(path, dict.fromkeys(names, nasty)).status_code in (302, 404, 422)
    assert AbsenceCase.objects.count() == 1
