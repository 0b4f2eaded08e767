"""A photo with one's own sign-in: only where the county takes them, clean of what the camera wrote, seen by few."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from attendance import evidence
from attendance.models import Fact, SignIn, SignInPhoto
from attendance.photos import MAX_BYTES, add_photo
from attendance.signing import sign_in
from core.errors import NotYours, Refused
from core.models import AuditEvent
from rules.settings import set_setting
from tests.drive import MONDAY, Clock, Drive
from tests.pages import browser

pytestmark = pytest.mark.usefixtures("clock")
DEVICE, PLACE = b"HUAWEI Mate 60", 23.29712


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def county(drive: Drive, **values: str) -> None:
    for key, value in values.items():
        set_setting(
            region=drive.world.regions["puning"], key=f"attendance.{key}", value=value,
            basis="普驻办〔2026〕8号", acting_user=None,
        )  # fmt: skip


def picture(size: tuple[int, int] = (2400, 1800), kind: str = "JPEG") -> bytes:
    """As a phone makes it: lying on its side, with where, when and by which phone it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, DEVICE.decode()
    exif[0x8825] = {1: "N", 2: (23.0, 17.0, 49.6), 3: "E", 4: (116.0, 10.0, 12.0)}
    out = io.BytesIO()
    Image.new("RGB", size, (40, 120, 60)).save(out, kind, exif=exif, comment=b"place 23.29712")
    return out.getvalue()


def file(content: bytes, name: str = "IMG_20261123.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def tap(drive: Drive, who: str = "liusha_member") -> SignIn:
    signed = sign_in(acting_user=drive.world.user(who), kind="on_post", client_key=f"k-{who}")
    assert signed.sign_in is not None
    return signed.sign_in


def add(drive: Drive, content: bytes, who: str = "liusha_member", key: str = "") -> SignInPhoto:
    return add_photo(acting_user=drive.world.user(who), client_key=key or f"k-{who}", file=file(content))


def test_nothing_the_camera_wrote_survives_and_the_picture_stands_upright(drive: Drive) -> None:
    county(drive, mode="both", photo="allowed")
    row = tap(drive)
    sent = picture()
    assert DEVICE in sent
    kept = add(drive, sent)
    with kept.file.open("rb") as opened:
        content = opened.read()
    assert DEVICE not in content
    assert b"Exif" not in content
    assert b"place" not in content
    found = Image.open(io.BytesIO(content))
    assert (found.format, found.size, dict(found.getexif())) == ("JPEG", (960, 1280), {})
    assert "IMG_20261123" not in kept.file.name
    # Once is enough, and the same again is the same.
    assert add(drive, picture((100, 100))).pk == kept.pk
    assert row.photo == kept
    event = AuditEvent.objects.get(action="attendance.add_photo")
    assert event.after["size"] == len(content)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空文件"),
        (b"GIF89a" + b"0" * 99, "读不出来"),
        (b"\xff\xd8\xff" + b"0" * 99, "读不出来"),
        (b"%PDF-1.7", "读不出来"),
        (b"x" * (MAX_BYTES + 1), "超过 10 MB"),
    ],
)
def test_what_is_no_photo_is_refused_and_the_sign_in_stands(drive: Drive, content: bytes, word: str) -> None:
    county(drive, mode="both", photo="allowed")
    tap(drive)
    with pytest.raises(Refused) as refused:
        add(drive, content)
    assert word in refused.value.sentence
    assert Fact.objects.count() == 2
    assert not SignInPhoto.objects.exists()


def test_a_bomb_of_pixels_is_refused(drive: Drive) -> None:
    county(drive, mode="both", photo="allowed")
    tap(drive)
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    with pytest.raises(Refused) as refused:
        add(drive, out.getvalue())
    assert "像素太多" in refused.value.sentence


def test_a_county_that_has_not_turned_it_on_takes_none(drive: Drive) -> None:
    county(drive, mode="both")
    tap(drive)
    with pytest.raises(Refused) as refused:
        add(drive, picture())
    assert refused.value.code == "photo_off"
    page = browser(drive.world, "liusha_member").get(reverse("attendance:sign_in")).content.decode()
    assert "照片" not in page


def test_nobody_adds_to_anothers_sign_in_nor_the_next_day(drive: Drive, clock: Clock) -> None:
    county(drive, mode="both", photo="allowed")
    tap(drive)
    with pytest.raises(NotYours):
        add(drive, picture((60, 60)), who="liusha_mate", key="k-liusha_member")
    clock.set(MONDAY + timedelta(days=1))
    with pytest.raises(Refused) as late:
        add(drive, picture((60, 60)))
    assert late.value.code == "photo_late"


def test_who_may_look_and_who_is_told_there_is_nothing(drive: Drive) -> None:
    county(drive, mode="both", photo="allowed")
    tap(drive)
    photo = add(drive, picture((60, 60)))
    drive.grant("pn_agri_staff", drive.world.bodies["liusha_team"])
    address = reverse("attendance:photo", args=[photo.pk])
    for who, expected in {
        "liusha_member": 200, "liusha_captain": 200, "liusha_officer": 200,
        "liusha_mate": 404, "lihu_captain": 404, "lihu_officer": 404, "pn_unit_chief": 404,
        "pn_agri_chief": 404, "pn_agri_staff": 404, "xf_rural_chief": 404,
    }.items():  # fmt: skip
        answer = browser(drive.world, who).get(address)
        assert answer.status_code == expected, who
        if expected == 200:
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["X-Content-Type-Options"] == "nosniff"
    looked = AuditEvent.objects.filter(action="attendance.see_photo").values_list(
        "actor__username", flat=True
    )
    assert set(looked) == {"liusha_captain", "liusha_officer"}
    posting = drive.world.appointments["liusha_member"].pk
    day = reverse("attendance:day", args=[posting])
    assert address in browser(drive.world, "liusha_officer").get(day).content.decode()
    assert address not in browser(drive.world, "pn_agri_chief").get(day).content.decode()


def test_it_is_forgotten_with_the_position_row_and_file(
    drive: Drive, clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    county(drive, mode="both", photo="allowed")
    tap(drive)
    photo = add(drive, picture((60, 60)))
    storage, name = photo.file.storage, photo.file.name
    clock.set(MONDAY + timedelta(days=30))
    with django_capture_on_commit_callbacks(execute=True):
        assert evidence.forget(acting_user=None) == 0
    assert storage.exists(name)
    clock.set(MONDAY + timedelta(days=32))
    with django_capture_on_commit_callbacks(execute=True):
        assert evidence.forget(acting_user=None) == 1
    assert not SignInPhoto.objects.exists()
    assert not storage.exists(name)
    assert Fact.objects.count() == 2


def test_the_way_on_the_phone_without_script(drive: Drive) -> None:
    county(drive, mode="both", photo="allowed")
    tap(drive)
    member = browser(drive.world, "liusha_member")
    page = member.get(reverse("attendance:sign_in")).content.decode()
    assert "附一张照片（选填）" in page
    missing = member.post(reverse("attendance:sign_in_photo"), {"client_key": "k-liusha_member"})
    assert missing.status_code == 422
    assert "不附也算签到" in missing.content.decode()
    fields = {"client_key": "k-liusha_member", "photo": file(picture((60, 60)))}
    done = member.post(reverse("attendance:sign_in_photo"), fields, follow=True).content.decode()
    assert "照片已附上" in done
    assert reverse("attendance:photo", args=[SignInPhoto.objects.get().pk]) in done
