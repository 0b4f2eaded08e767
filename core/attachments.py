"""Files that people add: checked on the way in, handed out only through a permission check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.urls import reverse

from core import audit, clock, upload_guard
from core.errors import Refused
from core.models import Attachment

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 9

#: extension → (content type handed out, the bytes such a file starts with)
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)


def check(file: UploadedFile, *, field: str = "attachments") -> str:
    """The file's extension if it may come in; otherwise Refused with the sentence for the form."""
    name = PurePath(file.name or "").name
    ending = PurePath(name).suffix.lstrip(".").lower()
    if ending not in KINDS:
        raise Refused("file_kind", f"“{name}”不是可收的文件，换成 PDF、图片、Word 或 Excel 文件", field=field)
    if not file.size:
        raise Refused("file_empty", f"“{name}”是空文件，换一个文件", field=field)
    if file.size > MAX_BYTES:
        raise Refused("file_size", f"“{name}”超过 10 MB，换一个小一点的文件", field=field)
    file.seek(0)
    content = file.read()
    file.seek(0)
    if content.startswith(upload_guard.OLD_CONTAINER) or content.startswith(KINDS[ending][1]):
        upload_guard.look(content, ending, name=name, field=field)
    else:
        raise Refused("file_content", f"“{name}”的内容和扩展名不符，用原来的程序另存一次再上传", field=field)
    return ending


def photos(files: Iterable[UploadedFile]) -> list[UploadedFile]:
    """The photos made anew from their pixels, as plain JPEGs: position, time and device do not survive.

    Raises Refused for what may not come in and for what is no photo.
    """
    plain: list[UploadedFile] = []
    for file in files:
        check(file)
        content = upload_guard.renew_picture(file.read(), field="attachments")
        name = f"{PurePath(file.name or '').stem}.jpg"
        plain.append(SimpleUploadedFile(name, content, "image/jpeg"))
    return plain


def add(
    *, subject_kind: str, subject_id: object, files: Iterable[UploadedFile], acting_user: Any
) -> list[Attachment]:
    """Store checked files for a subject, inside the caller's transaction.

    The same bytes twice on one subject are kept once. Raises Refused for a wrong file or too many files.
    """
    mine = Attachment.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id))
    present = set(mine.values_list("sha256", flat=True))
    added = []
    for file in files:
        ending = check(file)
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        if digest.hexdigest() in present:
            continue
        if len(present) >= MAX_FILES:
            raise Refused("file_count", f"附件最多 {MAX_FILES} 个，先删去不用的", field="attachments")
        present.add(digest.hexdigest())
        name = PurePath(file.name or "").name[:200]
        file.name = f"{digest.hexdigest()[:32]}.{ending}"
        added.append(
            Attachment.objects.create(
                subject_kind=subject_kind,
                subject_id=str(subject_id),
                file=file,
                name=name,
                content_type=KINDS[ending][0],
                size=file.size,
                sha256=digest.hexdigest(),
                added_by=acting_user,
                added_at=clock.now(),
            )
        )
        audit.record(
            action="attachment.add",
            actor=acting_user,
            subject_kind=subject_kind,
            subject_id=subject_id,
            after={"name": name, "sha256": digest.hexdigest(), "size": file.size},
        )
    return added


def remove(*, attachment: Attachment, acting_user: Any) -> None:
    """Take a file off a subject that may still be edited; the bytes stay until the backup cycle clears them."""
    audit.record(
        action="attachment.remove",
        actor=acting_user,
        subject_kind=attachment.subject_kind,
        subject_id=attachment.subject_id,
        before={"name": attachment.name, "sha256": attachment.sha256},
    )
    attachment.delete()


def of(subject_kind: str, subject_id: object) -> list[Attachment]:
    """The files of one subject in the order they were added."""
    return list(Attachment.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id)))


def rows_of(files: Iterable[Attachment]) -> list[dict[str, Any]]:
    """The files as ``components/attachments.html`` takes them."""
    return [{"name": row.name, "url": reverse("core:file", args=[row.pk]), "size": row.size} for row in files]


def fingerprint(subject_kind: str, subject_id: object) -> list[list[str]]:
    """Names and hashes, sorted: the part of a signed content that stands for the files."""
    rows = Attachment.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id))
    return sorted([name, sha] for name, sha in rows.values_list("name", "sha256"))
