"""Every page a person can open, at 390 and 1440 px: fit for screen readers and keyboards, and no wider than the window.

The pages are found by walking the addresses of the site, so a new one is looked at without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Browser, Error, Page

from tests import cast, emptied
from tests.access import ROLES, Scene, addresses, matrix
from tests.browser.conftest import DESKTOP, PHONE, watched
from tests.browser.people import OnPhone
from tests.drive import MONDAY, Drive
from tests.stage import UNHURRIED

pytestmark = pytest.mark.django_db(transaction=True)

#: What axe calls moderate or minor is advice about markup; these two are what a person stumbles over.
STUMBLES = ("serious", "critical")
HOME = "overview:home"
#: Stylesheets are not fetched anew: no rule that runs reads them. Of what is found, the markup is enough.
_LOOK = "axe.run({resultTypes: ['violations'], preload: false, selectors: false}).then((found) => found.violations)"


@dataclass(frozen=True)
class Site:
    """A server, and what stands on its pages."""

    url: str
    scene: Scene


@pytest.fixture(scope="module")
def site(live_server: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """The scene of the access matrix, standing on its Monday: made once, since here it is only looked at."""
    with (
        django_db_blocker.unblock(),
        override_settings(ZHUBANG_TODAY=MONDAY, **UNHURRIED),
        emptied.only_at_the_end(),
    ):
        cast.published()
        yield Site(live_server.url, Scene(Drive(cast.build())))


@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_nobody_stumbles_and_nothing_sticks_out(browser: Browser, site: Site, role: str) -> None:
    wrong, axe = [], Axe().axe_script
    with watched(browser, site.url, DESKTOP, has_touch=True) as page:
        if role != "anonymous":
            OnPhone(page).sign_in(ROLES[role])
        for path in _addresses(site.scene, role):
            if not _is_page(page, path):
                continue
            page.evaluate(axe)
            for viewport in (DESKTOP, PHONE):
                page.set_viewport_size(viewport)
                wrong += [f"{path} at {viewport['width']} px: {each}" for each in _faults(page)]
    assert not wrong, "\n".join(wrong)


def _faults(page: Page) -> list[str]:
    """What of the page sticks out of its window, and what a person stumbles over in it."""
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = page.evaluate(_LOOK)
    faults = [f"{too_wide} px too wide"] if too_wide > 0 else []
    return faults + [
        f"{each['id']} ({each['help']}) at {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in STUMBLES
    ]


def _is_page(page: Page, path: str) -> bool:
    """Open it; a file is none, nor a fragment that htmx fetches, which has no frame of its own."""
    try:
        response = page.goto(path)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    assert response is not None
    assert response.status == 200, path
    return page.evaluate("document.doctype !== null")


def _addresses(scene: Scene, role: str) -> list[str]:
    """What is this role's to look at: the first in the access matrix who gets it; its own home always."""
    columns = ["anonymous", *ROLES]
    rows = {row["url_name"]: row for row in matrix() if row["method"] == "GET"}
    mine = []
    for address in addresses():
        row = rows.get(address.name, {})
        first = next((each for each in columns if row.get(each) == "200"), None)
        if first == role or (address.name == HOME and row.get(role) == "200"):
            mine.append(scene.path(address))
    return mine
