"""The site's administration decides nothing: no admin site, and no page of 三员 changes a workflow's state."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from approvals.models import SignOff
from leave.models import LeaveRequest
from tests.access import Scene, addresses
from tests.pages import browser, confirmed
from tests.stage import scene, staged

pytestmark = pytest.mark.django_db
__all__ = ["scene", "staged"]

BUSINESS = ("leave", "approvals")


def test_there_is_no_admin_site() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert [address.name for address in addresses() if address.name.startswith("admin")] == []


def test_the_business_pages_carry_no_administrative_word() -> None:
    """A calendar program signs in nowhere: the secret in its address opens the feed."""
    pages = [address for address in addresses() if address.name.partition(":")[0] in BUSINESS]
    words = {address.audience for address in pages if address.name != "leave:calendar_feed"}
    assert words & {"system_admin", "security_admin", "auditor", "login", "public"} == set()


@pytest.mark.parametrize("who", ["pn_system", "pn_security", "pn_auditor"])
def test_nothing_an_administrator_posts_moves_a_request(scene: Scene, who: str) -> None:
    def states() -> list[Any]:
        return [
            *LeaveRequest.objects.order_by("pk").values_list("pk", "state", "revision"),
            *SignOff.objects.order_by("pk").values_list("pk", "state", "step"),
        ]

    before = states()
    assert before
    client = confirmed(browser(scene.world, who))
    for address in addresses():
        if address.name == "teams:logout":
            continue
        response = client.post(scene.path(address), {"decision": "agree", "reason": "试一试能不能办"})
        if address.name.partition(":")[0] in BUSINESS:
            assert response.status_code in (404, 405), address.name
    assert states() == before
    assert client.get(reverse("leave:list")).status_code == 404
