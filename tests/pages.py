"""Looking at pages the way a person does: log in, read the words, press what is there."""

from __future__ import annotations

import html
import re
import time
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from config.middleware import SessionLimits
from leave.models import LeaveRequest
from teams import reauth
from teams.models import User
from tests.cast import World
from tests.drive import NEXT_MONDAY, key


def browser(world: World, who: str) -> Client:
    """A browser in which this person has signed in."""
    return signed_in(world.user(who))


def signed_in(user: User) -> Client:
    """A browser in which this user has signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def confirmed(client: Client) -> Client:
    """The same browser, after the person has just typed the password (``teams.reauth.recent_password``)."""
    session = client.session
    session[reauth.TYPED_AT] = time.time()
    session.save()
    return client


def in_use(client: Client) -> Client:
    """The same browser, after its first page: from then on a session is written once a minute."""
    session = client.session
    session[SessionLimits.STARTED] = session[SessionLimits.SEEN] = time.time()
    session.save()
    return client


def text(page: HttpResponse) -> str:
    """The page's words, one space between them."""
    plain = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", plain)))


def hidden(page: HttpResponse, name: str) -> str:
    """The value of the first field of that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, f"the page has no field {name}"
    return found[1]


def beside(page: HttpResponse, field: str) -> str:
    """The sentence that stands beside a field."""
    found = re.search(rf'id="id_{field}_error">(.*?)</div>', page.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def answers(days: int = 3, *, start: date = NEXT_MONDAY, **changes: Any) -> dict[str, Any]:
    """Page one of a request, filled in."""
    return {
        "type": "personal",
        "start": start.isoformat(),
        "start_half": "am",
        "end": (start + timedelta(days=days - 1)).isoformat(),
        "end_half": "pm",
        "going": "province",
        "destination": "广州市天河区",
        "stand_in": "",
        "contact": "13800138000",
        "reason": "陪父亲复查身体",
        "form_key": key(),
        **changes,
    }


def sign_fields(page: HttpResponse, decision: str = "agree", **changes: Any) -> dict[str, Any]:
    """What the bar of a card posts."""
    fields = {name: hidden(page, name) for name in ("page_hash", "request_key")}
    return {**fields, "decision": decision, "note": "", **changes}


def submit(client: Client, request: LeaveRequest) -> HttpResponse:
    """Page two, read and sent; leads to the card."""
    page = client.get(reverse("leave:check", args=[request.pk]))
    fields = {name: hidden(page, name) for name in ("revision", "submit_key")}
    return client.post(reverse("leave:submit", args=[request.pk]), fields, follow=True)
