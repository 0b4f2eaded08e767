"""Signing in from the phone: one address, with script a fragment of the home, without it a page."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.photos import add_photo, photo_seen, see
from attendance.sign_in_card import card_of
from attendance.signing import Signed, sign_in
from core import clock
from core.access import access
from core.errors import Refused
from policy.sign_in import Position

#: The page's script sends it and finds the outcome in the answer under the same name.
HEADER = "X-Sign-In"
#: No phone on the earth is farther off.
_FARTHEST = 40_000_000
#: Seconds, ten years: far beyond what is taken, and within what a date can hold.
_LONG_AGO = 315_360_000


@access("attendance")
@require_http_methods(["GET", "HEAD", "POST"])
def own(http: HttpRequest) -> HttpResponse:
    """今天, with the buttons; POST: kind, client_key and, where they are known, place, how long the phone kept it, and a reason."""
    said, refused, status, rules, known = "", "", 200, None, None
    if http.method == "POST":
        try:
            signed = _signed(http)
            said, known = _words(signed), signed.known
            rules = signed.rules if signed.day == clock.today() else None
        except Refused as error:
            refused, status = error.sentence, error.status
    scripted = HEADER in http.headers
    if said and not scripted:
        messages.success(http, said)
        return redirect(reverse("overview:home"))
    card = card_of(http.user, rules, known)
    if card is None:
        raise Http404
    context = {"today_card": card, "said": said, "refused": refused}
    if scripted:
        response = render(http, "attendance/sign_in_card.html", context, status=status)
        response[HEADER] = "refused" if refused else "done" if said else "shown"
        return response
    return render(http, "attendance/sign_in.html", context, status=status)


def _signed(http: HttpRequest) -> Signed:
    fields = http.POST
    return sign_in(
        acting_user=http.user,
        kind=fields.get("kind", ""),
        client_key=fields.get("client_key", ""),
        device_time=_moment(fields.get("ago", "")),
        position=_position(fields),
        reason=fields.get("reason", ""),
    )


def _moment(text: str) -> datetime | None:
    """When the tap was that a phone kept for ``text`` seconds; None for one that came at once.

    The phone says how long ago, not what its clock shows: a clock that is wrong is wrong by the same amount twice.
    """
    if not text:
        return None
    if not (text.isdecimal() and text.isascii()):
        raise Refused("ago", "手机上留的签到时间读不出来，请乡镇考勤员代记", field="ago")
    return clock.now() - timedelta(seconds=min(int(text[:12]), _LONG_AGO))


def _position(fields: Any) -> Position | None:
    """The place a phone sent; what is no place counts as none, so that the sign-in is never lost over it."""
    try:
        latitude, longitude = float(fields["latitude"][:30]), float(fields["longitude"][:30])
        accuracy = float(fields.get("accuracy", "")[:30] or 0)
    except (KeyError, ValueError):
        return None
    if not (isfinite(accuracy) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return Position(latitude, longitude, min(_FARTHEST, max(0, round(accuracy))) or None)


def _words(signed: Signed) -> str:
    if signed.needs_reason:
        return "已收到，记为“待核”"
    if not signed.facts and signed.sign_in is None:
        return "已经收到过，登记没有变"
    return (
        "已补上原因" if signed.facts and signed.facts[0].revision > 1 and signed.facts[0].note else "已签到"
    )


@access("attendance")
@require_POST
def add(http: HttpRequest) -> HttpResponse:
    """A photo to one's own sign-in; fields: client_key, photo. The sign-in counts whatever comes of it."""
    file = http.FILES.get("photo")
    try:
        if file is None:
            raise Refused("photo_missing", "选一张照片再点“附上照片”；不附也算签到", field="photo")
        add_photo(acting_user=http.user, client_key=http.POST.get("client_key", ""), file=file)
    except Refused as refused:
        card = card_of(http.user)
        if card is None:
            raise Http404 from refused
        context = {"today_card": card, "said": "", "refused": refused.sentence}
        return render(http, "attendance/sign_in.html", context, status=refused.status)
    messages.success(http, "照片已附上")
    return redirect(reverse("overview:home"))


@access("attendance")
@require_safe
def photo(http: HttpRequest, pk: int) -> HttpResponse:
    """The photo of a sign-in, to the person, his captain and who keeps the town's register; always saved, recorded."""
    found = photo_seen(http.user, pk)
    if found is None:
        raise Http404
    try:
        opened = found.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    see(acting_user=http.user, photo=found)
    return FileResponse(
        opened,
        as_attachment=True,
        filename="签到照片.jpg",
        content_type="image/jpeg",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
