"""What goes wrong while asking: a sentence beside the field or a clear 4xx, and nothing lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.models import Signature, SignOff
from core.models import Attachment
from leave.models import LeaveRequest
from tests.drive import MONDAY, NEXT_MONDAY, Drive, key, newest, now
from tests.pages import answers, beside, browser, hidden, sign_fields, text

pytestmark = pytest.mark.usefixtures("clock")

PDF = b"%PDF-1.7 a certificate"


@pytest.fixture
def member(drive: Drive) -> Client:
    return browser(drive.world, "liusha_member")


@pytest.mark.parametrize(
    ("field", "changes", "sentence"),
    [
        ("end", {"end": "2026-11-27"}, "结束日期不能早于开始日期（11月30日）"),
        (
            "end_half",
            {"end": "2026-11-30", "start_half": "pm", "end_half": "am"},
            "同一天里，结束不能早于开始：改成上午到下午",
        ),
        ("start", {"start": "2026-11-20"}, "开始日期已过（今天 11月23日），从今天或以后的日期选"),
        ("start", {"start": ""}, "填写开始日期"),
        ("start", {"start": "30/11/2026"}, "开始日期写成 2026-11-24 的样子"),
        ("type", {"type": ""}, "选一个请假类型"),
        ("type", {"type": "holiday"}, "从列出的请假类型里选一个"),
        ("destination", {"destination": " "}, "填写去向，写到县（市、区）"),
        ("reason", {"reason": ""}, "填写事由，一句话即可"),
        ("contact", {"contact": "12345"}, "填写请假期间能打通的电话，11 位手机号或带区号的座机"),
        ("stand_in", {"stand_in": "999999"}, "代岗人从本队队员里选"),
        ("going", {"going": "moon"}, "选一个去向范围"),
    ],
)
def test_each_mistake_has_its_sentence_beside_its_field(
    member: Client, field: str, changes: dict[str, str], sentence: str
) -> None:
    page = member.post(reverse("leave:new"), answers(3) | {"reason": "照看老人"} | changes)
    assert page.status_code == 422
    assert beside(page, field) == sentence
    assert f'href="#id_{field}' in page.content.decode()
    assert "有错误：" in text(page)
    if field != "reason":
        assert "照看老人" in text(page)


def test_overlap_names_the_day_and_the_number(drive: Drive, member: Client) -> None:
    first = drive.ask("liusha_member", 2)
    page = member.post(reverse("leave:new"), answers(3, start=NEXT_MONDAY + timedelta(days=1)))
    assert page.status_code == 422
    assert beside(page, "start") == f"12月1日已有请假（编号 {first.number}），改日期或先撤回那一件"


def test_two_halves_of_one_day_do_not_clash(drive: Drive, member: Client) -> None:
    drive.ask("liusha_member", 0.5)
    page = member.post(reverse("leave:new"), answers(1, start_half="pm"), follow=True)
    assert "提交给队长" in text(page)


def test_a_date_outside_the_posting(drive: Drive, member: Client) -> None:
    posting = drive.world.appointments["liusha_member"]
    posting.valid_to = NEXT_MONDAY
    posting.save()
    page = member.post(reverse("leave:new"), answers(3))
    assert page.status_code == 422
    assert beside(page, "end") == "驻点到 11月30日止，结束日期不能更晚"


def test_what_is_refused_on_page_one_is_kept_as_a_draft(member: Client) -> None:
    page = member.post(reverse("leave:new"), answers(3, contact="1"))
    assert page.status_code == 422
    draft = LeaveRequest.objects.get()
    assert draft.reason == "陪父亲复查身体"
    assert reverse("leave:edit", args=[draft.pk]) in page.content.decode()


def test_a_wrong_file_is_named_and_the_good_one_is_kept(member: Client) -> None:
    files = [
        SimpleUploadedFile("病历.pdf", PDF),
        SimpleUploadedFile("病历.exe", b"MZ"),
        SimpleUploadedFile("改名.pdf", b"MZ not a pdf"),
    ]
    page = member.post(reverse("leave:new"), answers(3, attachments=files))
    assert page.status_code == 422
    assert "“病历.exe”不是可收的文件，换成 PDF、图片、Word 或 Excel 文件" in text(page)
    assert "“改名.pdf”的内容和扩展名不符" in text(page)
    assert [item.name for item in Attachment.objects.all()] == ["病历.pdf"]
    assert "已存的附件 病历.pdf" in text(page)


def test_a_file_too_large(member: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.attachments.MAX_BYTES", 10)
    page = member.post(reverse("leave:new"), answers(3, attachments=[SimpleUploadedFile("大.pdf", PDF)]))
    assert beside(page, "attachments") == "“大.pdf”超过 10 MB，换一个小一点的文件"


def test_removing_a_file_asks_first(drive: Drive, member: Client) -> None:
    member.post(reverse("leave:new"), answers(3, attachments=[SimpleUploadedFile("病历.pdf", PDF)]))
    draft, file = LeaveRequest.objects.get(), Attachment.objects.get()
    url = reverse("leave:remove_file", args=[draft.pk, file.pk])
    assert url in member.get(reverse("leave:edit", args=[draft.pk])).content.decode()
    assert "移除“病历.pdf”" in text(member.get(url))
    assert Attachment.objects.exists()
    member.post(url)
    assert not Attachment.objects.exists()


def test_two_tabs_the_later_one_loses_nothing_and_sees_what_the_other_left(
    drive: Drive, member: Client
) -> None:
    draft = drive.save("liusha_member", 3)
    url = reverse("leave:edit", args=[draft.pk])
    revision = hidden(member.get(url), "revision")
    member.post(url, answers(3, revision=revision, destination="汕头市金平区", keep="1"))
    late = member.post(url, answers(3, revision=revision, destination="深圳市南山区", keep="1"))
    assert late.status_code == 409
    assert "另一个页面刚改过这一件" in text(late)
    assert "去向：汕头市金平区" in text(late)
    assert 'value="深圳市南山区"' in late.content.decode()
    assert now(draft).destination == "汕头市金平区"
    member.post(url, answers(3, revision=hidden(late, "revision"), destination="深圳市南山区", keep="1"))
    assert now(draft).destination == "深圳市南山区"


def test_a_stale_page_two_is_not_submitted(drive: Drive, member: Client) -> None:
    draft = drive.save("liusha_member", 3)
    page = member.get(reverse("leave:check", args=[draft.pk]))
    drive.edit("liusha_member", draft, 4)
    late = member.post(
        reverse("leave:submit", args=[draft.pk]),
        {"revision": hidden(page, "revision"), "submit_key": hidden(page, "submit_key")},
    )
    assert late.status_code == 409
    assert "提交给镇党委书记" in text(late)
    assert now(draft).state == "draft"


def test_one_form_posted_twice_makes_one_draft(member: Client) -> None:
    form = answers(3, form_key=key())
    member.post(reverse("leave:new"), form)
    member.post(reverse("leave:new"), form)
    assert LeaveRequest.objects.count() == 1


def test_one_button_pressed_twice_submits_once(drive: Drive, member: Client) -> None:
    draft = drive.save("liusha_member", 3)
    page = member.get(reverse("leave:check", args=[draft.pk]))
    fields = {"revision": hidden(page, "revision"), "submit_key": hidden(page, "submit_key")}
    answered = [member.post(reverse("leave:submit", args=[draft.pk]), fields) for _ in range(2)]
    assert [page.status_code for page in answered] == [302, 302]
    assert SignOff.objects.count() == 1


def test_a_second_tab_that_submits_is_told_it_is_done(drive: Drive, member: Client) -> None:
    draft = drive.save("liusha_member", 3)
    pages = [member.get(reverse("leave:check", args=[draft.pk])) for _ in range(2)]
    fields = [{name: hidden(page, name) for name in ("revision", "submit_key")} for page in pages]
    member.post(reverse("leave:submit", args=[draft.pk]), fields[0])
    late = member.post(reverse("leave:submit", args=[draft.pk]), fields[1])
    assert late.status_code == 409
    assert "这一件现在是“待批”，不能提交" in text(late)
    assert SignOff.objects.count() == 1


def test_the_edit_form_left_open_after_submitting_changes_nothing(drive: Drive, member: Client) -> None:
    draft = drive.save("liusha_member", 3)
    url = reverse("leave:edit", args=[draft.pk])
    revision = hidden(member.get(url), "revision")
    drive.submit("liusha_member", draft)
    late = member.post(url, answers(5, revision=revision))
    assert late.status_code == 409
    assert now(draft).days == "3"


def test_agreeing_twice_with_one_key_is_one_signature(drive: Drive) -> None:
    request = drive.ask("liusha_member", 3)
    captain = browser(drive.world, "liusha_captain")
    fields = sign_fields(captain.get(request.get_absolute_url()))
    url = reverse("approvals:sign", args=[newest(request).pk])
    answered = [captain.post(url, fields) for _ in range(2)]
    assert [page.status_code for page in answered] == [302, 302]
    assert Signature.objects.count() == 1


def test_deciding_what_has_been_withdrawn_shows_the_present_state(drive: Drive) -> None:
    request = drive.ask("liusha_member", 3)
    captain = browser(drive.world, "liusha_captain")
    fields = sign_fields(captain.get(request.get_absolute_url()))
    url = reverse("approvals:sign", args=[newest(request).pk])
    drive.withdraw("liusha_member", request)
    late = captain.post(url, fields)
    assert late.status_code == 409
    assert "已撤回" in text(late)
    assert not Signature.objects.exists()


def test_the_second_of_two_deciders_reads_who_was_faster(drive: Drive, clock) -> None:
    drive.world.person("liusha_second", "洪书记二", "party_secretary", "liusha_party")
    request = drive.ask("liusha_member", 4)
    slow = browser(drive.world, "liusha_second")
    fields = sign_fields(slow.get(request.get_absolute_url()))
    clock.set(MONDAY, hour=10, minute=5)
    drive.sign("liusha_secretary", request)
    late = slow.post(reverse("approvals:sign", args=[newest(request).pk]), fields)
    assert late.status_code == 409
    assert "洪书记 10:05 已同意，您不用再办" in text(late)


def test_a_return_before_the_leave_began_is_refused(drive: Drive, clock) -> None:
    request = drive.ask("liusha_member", 3)
    drive.sign("liusha_captain", request)
    clock.set(NEXT_MONDAY)
    member = browser(drive.world, "liusha_member")
    page = member.post(
        reverse("leave:back", args=[request.pk]),
        {"returned_on": date(2026, 11, 29).isoformat(), "returned_half": "am", "note": ""},
    )
    assert page.status_code == 422
    assert beside(page, "returned_on") == "返岗不能早于请假开始（11月30日）"
