"""Files, messages and 意见反馈: each to the right people only."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import Attachment, Feedback, Notice
from leave import services as leave
from tests import bombs
from tests.drive import Drive, key, wish
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")

PDF = b"%PDF-1.7 <script>alert(1)</script>"


@pytest.fixture
def file(drive: Drive) -> Attachment:
    """A certificate on a member's request of four days, which the town secretary decides."""
    request = leave.save_draft(
        acting_user=drive.world.user("liusha_member"),
        wish=wish(4),
        form_key=key(),
        files=[SimpleUploadedFile("诊断证明.pdf", PDF)],
    )
    drive.submit("liusha_member", request)
    return Attachment.objects.get()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("liusha_member", 200),
        ("liusha_secretary", 200),
        ("liusha_captain", 404),
        ("liusha_mate", 404),
        ("liusha_officer", 404),
        ("lihu_secretary", 404),
        ("pn_unit_chief", 404),
        ("pn_finance_chief", 404),
    ],
)
def test_a_certificate_is_for_the_applicant_and_those_who_decide(
    drive: Drive, file: Attachment, who: str, status: int
) -> None:
    page = browser(drive.world, who).get(reverse("core:file", args=[file.pk]))
    assert page.status_code == status


def test_a_file_is_saved_and_never_opened_in_the_page(drive: Drive, file: Attachment) -> None:
    page = browser(drive.world, "liusha_member").get(reverse("core:file", args=[file.pk]))
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Type"] == "application/pdf"
    assert b"".join(page.streaming_content) == PDF


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("病历.pdf", b"%PDF-1.4 <html><script>alert(1)</script></html>"),
        ("照片.jpg", b"\xff\xd8\xff\xe0<svg onload=alert(1)>" + bombs.zipped({"a.class": b"x"})),
        ("台账.xlsx", bombs.changed({"xl/media/image1.png": b"<html><script>alert(1)</script></html>"})),
    ],
)
def test_a_file_that_is_two_things_at_once_is_only_ever_saved(
    drive: Drive, name: str, content: bytes
) -> None:
    request = drive.save("liusha_member", 4, files=[SimpleUploadedFile(name, content, "text/html")])
    kept = Attachment.objects.get(subject_kind="leave", subject_id=str(request.pk))
    page = browser(drive.world, "liusha_member").get(reverse("core:file", args=[kept.pk]))
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Security-Policy"].startswith("sandbox")
    assert "html" not in page.headers["Content-Type"]
    assert b"".join(page.streaming_content) == content


def test_anonymous_people_are_led_to_sign_in(drive: Drive, file: Attachment, client) -> None:
    page = client.get(reverse("core:file", args=[file.pk]))
    assert page.status_code == 302
    assert reverse("teams:login") in page.headers["Location"]


def test_a_message_opens_what_it_is_about_and_is_then_read(drive: Drive) -> None:
    request = drive.ask("liusha_member", 1)
    captain = browser(drive.world, "liusha_captain")
    assert "待您办理：洪队员 事假 1 天" in text(captain.get(reverse("core:notices")))
    notice = Notice.objects.get(recipient=drive.world.users["liusha_captain"])
    page = captain.post(reverse("core:notices_read"), {"notice": notice.pk})
    assert page.headers["Location"] == request.get_absolute_url()
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_messages_of_others_are_neither_seen_nor_marked(drive: Drive) -> None:
    drive.ask("liusha_member", 1)
    notice = Notice.objects.get(recipient=drive.world.users["liusha_captain"])
    other = browser(drive.world, "lihu_captain")
    assert "还没有消息" in text(other.get(reverse("core:notices")))
    assert other.post(reverse("core:notices_read"), {"notice": notice.pk}).status_code == 404
    other.post(reverse("core:notices_read"))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_feedback_is_kept_with_its_page_and_once(drive: Drive) -> None:
    member = browser(drive.world, "liusha_member")
    url = reverse("core:feedback")
    assert 'value="/leave/mine/"' in member.get(url, {"page": "/leave/mine/"}).content.decode()
    for _ in range(2):
        page = member.post(url, {"text": "开始日期希望默认明天", "page": "/leave/mine/"}, follow=True)
    assert "意见已收到" in text(page)
    assert [(row.text, row.page) for row in Feedback.objects.all()] == [
        ("开始日期希望默认明天", "/leave/mine/")
    ]


@pytest.mark.parametrize(
    ("said", "sentence"), [("  ", "写下意见再提交"), ("长" * 1001, "意见最多 1000 字，现在 1001 字")]
)
def test_feedback_that_cannot_be_kept_says_why(drive: Drive, said: str, sentence: str) -> None:
    page = browser(drive.world, "liusha_member").post(reverse("core:feedback"), {"text": said})
    assert page.status_code == 422
    assert sentence in text(page)
    assert not Feedback.objects.exists()
