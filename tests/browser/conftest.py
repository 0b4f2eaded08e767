"""Two browsers, a phone and a desktop, that fail the test for what a person would not see at once.

``phone`` and ``desktop`` are pages on the live server. At the end of the test they must have seen no error in
the console, no violation of the content security policy, no request to another host and no server error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import get_resolver
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from tests import machine

# Playwright runs an event loop of its own in the thread in which tests use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

#: 409 and 422 are answers the pages show, though the console calls them failed loads; a preview that a newer one
#: replaces is aborted on purpose. Real failures are found by their status.
_SAID_OTHERWISE = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
#: What htmx says of a network that a test took away, besides the page's own sentence.
LOST_NETWORK = ("htmx:sendError",)
#: Milliseconds to wait for what must come. A slow machine is no finding.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI}`));
"""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium instead of a download."""
    path = machine.chromium()
    if path is None:
        pytest.skip("there is no Chromium here (Debian: apt install chromium fonts-noto-cjk)")
    return {
        "executable_path": path,
        "headless": True,
        "args": [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ],
    }


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_known() -> None:
    """The first request to a fresh server imports every view; here that happens before somebody waits for a page."""
    assert get_resolver().url_patterns


@contextmanager
def watched(
    browser: Browser, base_url: str, viewport: dict[str, int], expected: tuple[str, ...] = (), **options: Any
) -> Iterator[Page]:
    """A page in a context of its own, with the four promises checked at the end; ``expected`` words may be heard."""
    host = urlsplit(base_url).netloc
    findings: list[str] = []

    def asked(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.netloc != host:
            findings.append(f"request to another host: {request.url}")

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith((*_SAID_OTHERWISE, *expected)):
            findings.append(f"console: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            findings.append(f"{response.status} from {response.url}")

    context = browser.new_context(
        base_url=base_url, viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", **options
    )
    try:
        # Only listened to: whoever stands between a browser and its server takes its cache away.
        context.on("request", asked)
        context.add_init_script(_REPORT_VIOLATIONS)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", heard)
        page.on("pageerror", lambda error: findings.append(f"script: {error}"))
        page.on("response", answered)
        yield page
    finally:
        context.close()
    assert not findings, "\n".join(findings)


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A phone of 390 × 844 with touch."""
    with watched(
        browser, live_server.url, PHONE, has_touch=True, is_mobile=True, device_scale_factor=2
    ) as page:
        yield page


@pytest.fixture
def desktop(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A window of 1440 × 900."""
    with watched(browser, live_server.url, DESKTOP) as page:
        yield page


@pytest.fixture
def open_phone(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """More phones in one test, each signed in as somebody else: ``open_phone()`` gives a fresh one each time."""
    opened: list[Any] = []

    def open_one(**options: Any) -> Page:
        keeper = watched(
            browser, live_server.url, PHONE,
            **{"has_touch": True, "is_mobile": True, "device_scale_factor": 2, **options},
        )  # fmt: skip
        opened.append(keeper)
        return keeper.__enter__()

    yield open_one
    for keeper in opened:
        keeper.__exit__(None, None, None)
