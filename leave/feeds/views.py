"""日历订阅 under 我的: make, renew, revoke; and the feed itself, which its secret opens instead of a login."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import access
from leave.feeds import clocks, content, services
from leave.models import CalendarFeed
from teams.reauth import recent_password

NOTES = {
    CalendarFeed.Reach.OWN: "前 3 个月到后 12 个月，您本人请假和因公外出的日期。",
    CalendarFeed.Reach.OTHERS: "您按职务能看到的人，谁哪天请假或因公外出。任职一结束，链接就失效。",
    CalendarFeed.Reach.CLOCKS: "由您或您的职务办的事，哪天到期：签批、销假、缺勤处置的每一步。超期的写在今天，办完就没有。",
}


@access("whereabouts")
@require_http_methods(["GET", "HEAD", "POST"])
@recent_password
@sensitive_variables("secret", "made_url")
def calendar(http: HttpRequest) -> HttpResponse:
    """One's feeds; a new address is shown here once and nowhere again."""
    if http.method != "POST":
        return _show(http)
    feed, secret = services.make_feed(acting_user=http.user, reach=http.POST.get("reach", ""))
    made_url = http.build_absolute_uri(reverse("leave:calendar_feed", args=[secret]))
    return _show(http, made=feed, made_url=made_url)


@access("whereabouts")
@require_POST
def calendar_revoke(http: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one's own feed; no password, so that nobody is held up who finds the address in wrong hands."""
    feed = services.revoke_feed(feed_id=pk, acting_user=http.user)
    messages.success(http, f"“{feed.get_reach_display()}”的链接已撤销，订阅它的日历从现在起读不到")
    return redirect("leave:calendar")


@access("public")
@require_safe
def calendar_feed(http: HttpRequest, token: str) -> HttpResponse:
    """The feed for a calendar program. An unknown, revoked or ended one is answered as if it did not exist."""
    feed = services.feed_behind(token)
    if feed is None:
        raise Http404
    body = clocks.ical(feed) if feed.reach == CalendarFeed.Reach.CLOCKS else content.ical(feed)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = get_conditional_response(http, etag=etag, response=None)
    if response is None:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    # The program may keep it and asks every time whether it still holds; nobody in between keeps it.
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="zhubang.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _show(http: HttpRequest, **made: Any) -> HttpResponse:
    live = {feed.reach: feed for feed in CalendarFeed.objects.filter(user=http.user, revoked_at=None)}
    rows = [
        {
            "reach": reach,
            "label": CalendarFeed.Reach(reach).label,
            "note": NOTES[CalendarFeed.Reach(reach)],
            "feed": live.get(reach),
        }
        for reach in services.offered(http.user)
    ]
    return render(http, "leave/calendar.html", {"rows": rows, **made})
