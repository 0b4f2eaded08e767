"""``make pictures``: take the pictures of the README from a demonstration standing on 24 November 2026."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from overview.demo.loader import PASSWORD
from tests.machine import chromium

IMAGES = ROOT / "docs" / "images"
PORT = int(os.environ.get("PORT") or 8099)


@contextmanager
def demonstration() -> Iterator[str]:
    """A system of its own on fresh demo data, for as long as the pictures take."""
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "ZHUBANG_PROFILE": "demo",
            "ZHUBANG_DATA": data,
            "ZHUBANG_TODAY": "2026-11-24",
            "PORT": str(PORT),
        }
        server = subprocess.Popen(
            [sys.executable, "scripts/serve.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        address = f"http://127.0.0.1:{PORT}"
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
                    break
                except (urllib.error.URLError, OSError):
                    if server.poll() is not None:
                        sys.exit("The demonstration did not start; `make run` says why.")
                    time.sleep(0.1)
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def sign_in(page: Page, account: str) -> None:
    page.goto("/login/")
    page.fill("[name=username]", account)
    page.fill("[name=password]", PASSWORD)
    page.click("form[data-login] button.btn-primary")
    page.wait_for_url("**/")


def approval(page: Page) -> None:
    """The first request that waits for 普宁's agricultural bureau, which decides from 5.5 days on."""
    sign_in(page, "puning-agriculture")
    page.goto("/todo/")
    page.locator(".todo-row a").first.click()
    page.wait_for_load_state()


def home(page: Page) -> None:
    """What a county's office sees first."""
    sign_in(page, "xinfeng-agriculture")


PICTURES: dict[str, tuple[int, int, Callable[[Page], None]]] = {
    "approval-390.png": (390, 844, approval),
    "home-1440.png": (1440, 900, home),
}


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit("There is no Chromium here (Debian: apt install chromium fonts-noto-cjk).")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name, (width, height, visit) in PICTURES.items():
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": height},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                device_scale_factor=2 if width < 600 else 1,
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            visit(page)
            # Taller than the device where the page is, so that the clause under the fold is in the picture.
            full = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(height, min(full, 1480))})
            page.screenshot(path=IMAGES / name)
            print(IMAGES / name)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
