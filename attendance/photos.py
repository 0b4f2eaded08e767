"""A photo with one's own sign-in, where the county takes them: made anew from its pixels, seen by few, forgotten soon."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from attendance.keepers import kept_towns
from attendance.models import SignIn, SignInPhoto
from attendance.signing import rules_at
from core import audit, clock, upload_guard
from core.errors import Conflict, NotYours, Refused
from core.verbs import check_key, verb
from teams.away import lock_people
from teams.models import User
from teams.models.places import path_range
from teams.scope import scope_of
from teams.words import BodyKind, Post

MAX_BYTES = 10 * 1024 * 1024
#: A photo belongs to the moment: later it says nothing of the sign-in.
WITHIN = timedelta(hours=12)


@verb("attendance.add_photo")
def add_photo(*, acting_user: User, client_key: str, file: UploadedFile) -> SignInPhoto:
    """Add a photo to one's own sign-in of that key; once there is one, the same again changes nothing.

    The picture is decoded and written anew in a process with limits: position, time and device do not survive. Raises
    NotYours without such a sign-in, Refused where the county takes none, too late, or for what is no photo.
    """
    check_key(client_key)
    if acting_user.person_id is None:
        raise NotYours("not_yours", "没有这次签到")
    if not file.size:
        raise Refused("photo_empty", "这是空文件，换一张照片", field="photo")
    if file.size > MAX_BYTES:
        raise Refused("photo_size", "照片超过 10 MB，换一张小一点的", field="photo")
    lock_people([acting_user.person_id] if acting_user.person_id else [])
    rows = SignIn.objects.filter(person=acting_user.person_id, client_key=client_key)
    row = rows.select_related("posting__body__region").first()
    if row is None:
        raise NotYours("not_yours", "没有这次签到")
    found = SignInPhoto.objects.filter(sign_in=row).first()
    if found is not None:
        return found
    if not rules_at(row.posting.body.region).photos:
        raise Refused("photo_off", "本县签到不收照片，签到照样算", field="photo")
    if row.sent_at < clock.now() - WITHIN:
        raise Conflict("photo_late", "这次签到过了半天，不用再附照片")
    content = upload_guard.renew_picture(file.read(), field="photo")
    photo = SignInPhoto(sign_in=row, size=len(content), added_at=clock.now())
    digest = hashlib.sha256(content).hexdigest()
    photo.file.save(f"{digest[:32]}.jpg", ContentFile(content), save=False)
    photo.save(force_insert=True)
    audit.record(
        action="attendance.add_photo",
        actor=acting_user,
        subject_kind="body",
        subject_id=row.posting.body_id,
        after={"size": len(content), "sha256": digest},
        place=row.posting.body.region.path,
    )
    return photo


def seen_by(user: User, rows: Iterable[SignInPhoto]) -> list[SignInPhoto]:
    """Those the user may look at: his own, his team's as its captain, his town's as who keeps its register."""
    rows = list(rows)
    if not rows:
        return []
    scope = scope_of(user)
    led = {
        row.body_id
        for row in scope.appointments
        if row.post == Post.CAPTAIN and row.body.kind == BodyKind.TEAM
    }
    ranges = [path_range(town.path) for town in kept_towns(user)]
    return [
        row
        for row in rows
        if row.sign_in.person_id == scope.person_id
        or row.sign_in.posting.body_id in led
        or any(low <= row.sign_in.posting.body.region.path < high for low, high in ranges)
    ]


def photo_seen(user: User, pk: int) -> SignInPhoto | None:
    """The photo, if the user may look at it."""
    rows = SignInPhoto.objects.filter(pk=pk).select_related("sign_in__posting__body__region")
    return next(iter(seen_by(user, rows)), None)


def photos_of(user: User, facts: Iterable[int]) -> dict[int, int]:
    """Fact of a sign-in → its photo's number, of those the user may look at; one query, two where there are any."""
    rows = SignInPhoto.objects.filter(sign_in__fact__in=list(facts))
    rows = rows.select_related("sign_in__posting__body__region")
    return {row.sign_in.fact_id: row.pk for row in seen_by(user, rows)}


@verb("attendance.see_photo")
def see(*, acting_user: User, photo: SignInPhoto) -> None:
    """Record that somebody else than the person looks at a photo."""
    if photo.sign_in.person_id == acting_user.person_id:
        return
    audit.record(
        action="attendance.see_photo",
        actor=acting_user,
        subject_kind="person",
        subject_id=photo.sign_in.person_id,
        place=photo.sign_in.posting.body.region.path,
    )


def forget(sign_ins: Iterable[int]) -> int:
    """Remove the photos of these sign-ins, the files once the rows are gone for good; inside the caller's transaction."""
    rows = list(SignInPhoto.objects.filter(sign_in__in=list(sign_ins)))
    SignInPhoto.objects.filter(pk__in=[row.pk for row in rows]).delete()
    names = [str(row.file.name) for row in rows]

    def clear() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(clear)
    return len(rows)
