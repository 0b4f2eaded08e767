"""Headers, addresses behind proxies, the limits of a session, and what logs say about a request."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.logs import JsonLines, scrub
from config.middleware import ClientAddress, SessionLimits, client_address
from core.context import origin


def test_no_page_allows_inline_code_or_another_host(client: Client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["object-src"] == "'none'"


def test_pages_are_kept_by_nobody_and_framed_by_nobody(client: Client):
    headers = client.get("/healthz").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def _address(settings: Any, proxies: list[str], **meta: str) -> str:
    settings.TRUSTED_PROXIES = proxies
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(client_address(request))
        return HttpResponse()

    ClientAddress(view)(RequestFactory().get("/", **meta))
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "expected"),
    [
        # Nobody is trusted: the header is somebody's invention.
        ([], "203.0.113.9", "10.1.1.1", "203.0.113.9"),
        (["10.0.0.0/8"], "203.0.113.9", "10.1.1.1", "203.0.113.9"),
        (["10.0.0.1"], "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        # The client wrote the first entry itself; the proxy appended the true one.
        (["10.0.0.1"], "10.0.0.1", "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (["10.0.0.0/24"], "10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (["10.0.0.1"], "10.0.0.1", "rubbish", "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", "", "10.0.0.1"),
        (["unix"], "", "198.51.100.7", "198.51.100.7"),
        ([], "", "198.51.100.7", ""),
        (["10.0.0.1"], "10.0.0.1", "2001:db8::5", "2001:db8::5"),
    ],
)
def test_who_asks_behind_proxies(settings: Any, proxies: list[str], peer: str, forwarded: str, expected: str):
    assert _address(settings, proxies, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded) == expected


def test_an_untrusted_client_cannot_claim_to_come_by_https(settings: Any):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.is_secure())
        return HttpResponse()

    for peer in ("203.0.113.9", "10.0.0.1"):
        ClientAddress(view)(RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https"))
    assert seen == [False, True]


# --- Sessions --------------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(db: None, client: Client) -> Client:
    client.force_login(get_user_model().objects.create(username="limits"))
    return client


def _age(client: Client, **seconds: float) -> None:
    session = client.session
    for name, age in seconds.items():
        session[name] = time.time() - age
    session.save()


def _is_in(client: Client) -> bool:
    client.get("/healthz")
    return "_auth_user_id" in client.session


def test_half_an_hour_without_a_request_ends_a_session(signed_in: Client):
    assert _is_in(signed_in)
    _age(signed_in, seen_at=29 * 60)
    assert _is_in(signed_in)
    # That request counted: the half hour runs anew.
    assert time.time() - signed_in.session[SessionLimits.SEEN] < 5
    _age(signed_in, seen_at=30 * 60)
    assert not _is_in(signed_in)


def test_twelve_hours_end_a_session_however_busy(signed_in: Client):
    assert _is_in(signed_in)
    _age(signed_in, started_at=12 * 3600 - 60, seen_at=1)
    assert _is_in(signed_in)
    _age(signed_in, started_at=12 * 3600, seen_at=1)
    assert not _is_in(signed_in)


def test_reading_pages_writes_the_session_once_a_minute_at_most(
    signed_in: Client, django_assert_num_queries: Any
):
    assert _is_in(signed_in)
    with django_assert_num_queries(1) as queries:
        signed_in.get("/healthz")
    assert "SELECT" in queries.captured_queries[0]["sql"]


# --- Logs ------------------------------------------------------------------------------------------------


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("zhubang")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_request_is_one_line_with_the_id_the_answer_carries(client: Client, lines: io.StringIO):
    response = client.get("/healthz?q=陈志远", headers={"X-Request-ID": "chosen-by-a-stranger"})
    (line,) = map(json.loads, lines.getvalue().splitlines())
    assert line["route"] == "healthz"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["request_id"] == response.headers["X-Request-ID"] != "chosen-by-a-stranger"
    assert "陈志远" not in lines.getvalue()
    assert origin().request_id == ""


def test_a_proxy_of_ours_may_name_the_request(client: Client, settings: Any, lines: io.StringIO):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    fresh = Client(headers={"X-Request-ID": "edge-0001"})
    assert fresh.get("/healthz").headers["X-Request-ID"] == "edge-0001"


def test_no_identity_or_mobile_number_reaches_a_log(lines: io.StringIO):
    logger = logging.getLogger("zhubang.test")
    try:
        raise ValueError("Key (id_number)=(44528119900307123X) exists, phone 13800138000")
    except ValueError:
        logger.exception("saving 13912345678 failed")
    text = lines.getvalue()
    assert "13912345678" not in text
    assert "44528119900307123X" not in text
    assert "13800138000" not in text
    assert "*******5678" in text
    assert "ValueError" in json.loads(text)["traceback"]


@pytest.mark.parametrize(
    "text", ["编号 202611240001", "12345678901234567890123", "耗时 13800", "2026-11-24 11:05"]
)
def test_other_numbers_stay_readable(text: str):
    assert scrub(text) == text


@pytest.mark.django_db
def test_pages_are_sent_compressed_to_browsers_that_ask(client) -> None:
    plain = client.get("/login/")
    small = client.get("/login/", headers={"accept-encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert len(small.content) < len(plain.content) / 2
