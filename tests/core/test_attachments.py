"""Files on the way in: what is refused, in which words, and what is kept."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import attachments
from core.errors import Refused
from core.models import Attachment, AuditEvent
from tests.cast import World

PDF = b"%PDF-1.4 x"


@pytest.fixture
def add(world: World, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }

    def act(*files: SimpleUploadedFile) -> list[Attachment]:
        return attachments.add(
            subject_kind="leave", subject_id=1, files=files, acting_user=world.user("liusha_member")
        )

    return act


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("病历.exe", b"MZ", "file_kind"),
        ("病历", PDF, "file_kind"),
        ("病历.svg", b"<svg onload=alert(1)>", "file_kind"),
        ("病历.html", b"<html>", "file_kind"),
        ("病历.pdf", b"", "file_empty"),
        ("病历.pdf", b"<html>", "file_content"),
        ("照片.jpg", PDF, "file_content"),
        ("证明.docx", b"not a zip", "file_content"),
    ],
)
def test_a_wrong_file_is_refused_by_its_name(add, name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        add(SimpleUploadedFile(name, content))
    assert (refusal.value.code, refusal.value.field) == (code, "attachments")
    assert name in refusal.value.sentence
    assert not Attachment.objects.exists()


def test_a_large_file_is_refused(add, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_BYTES", 9)
    with pytest.raises(Refused) as refusal:
        add(SimpleUploadedFile("病历.pdf", PDF))
    assert refusal.value.code == "file_size"


def test_a_file_is_kept_under_its_hash_and_shown_under_its_name(add) -> None:
    (kept,) = add(SimpleUploadedFile("../../病历 3月.PDF", PDF, "text/html"))
    assert kept.name == "病历 3月.PDF"
    assert kept.content_type == "application/pdf"
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    assert "病历" not in kept.file.name
    assert kept.file.read() == PDF
    assert AuditEvent.objects.filter(action="attachment.add").count() == 1


def test_the_same_bytes_twice_are_one_file(add) -> None:
    add(SimpleUploadedFile("病历.pdf", PDF))
    assert add(SimpleUploadedFile("另一个名字.pdf", PDF)) == []
    assert Attachment.objects.count() == 1


def test_there_is_a_most(add) -> None:
    files = [SimpleUploadedFile(f"{n}.pdf", PDF + bytes([n])) for n in range(attachments.MAX_FILES + 1)]
    with pytest.raises(Refused) as refusal:
        add(*files)
    assert refusal.value.code == "file_count"


def test_the_fingerprint_changes_with_every_file(add) -> None:
    (first,) = add(SimpleUploadedFile("病历.pdf", PDF))
    before = attachments.fingerprint("leave", 1)
    add(SimpleUploadedFile("证明.pdf", PDF + b"2"))
    assert attachments.fingerprint("leave", 1) != before
    attachments.remove(attachment=first, acting_user=first.added_by)
    assert [name for name, _ in attachments.fingerprint("leave", 1)] == ["证明.pdf"]
