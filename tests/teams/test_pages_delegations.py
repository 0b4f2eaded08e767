"""代办委托 in the browser: set by the holder, said to both while it runs, ended at once; read by the security administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from teams.models import Delegation
from tests.cast import World
from tests.drive import MONDAY, Drive, now
from tests.pages import beside, browser, confirmed, sign_fields, text
from tests.teams.delegating import give

pytestmark = pytest.mark.usefixtures("clock")

PAGE = "/account/delegations/"


def fields(world: World, to: str, first: int = 0, days: int = 5) -> dict[str, Any]:
    return {
        "to": world.appointments[to].pk,
        "valid_from": (MONDAY + timedelta(days=first)).isoformat(),
        "valid_to": (MONDAY + timedelta(days=first + days - 1)).isoformat(),
        "why": "外出开会",
    }


def form_of(world: World, who: str) -> str:
    return reverse("teams:delegate", args=[world.appointments[who].pk])


def test_a_captain_sets_it_up_and_ends_it(world: World) -> None:
    captain = browser(world, "liusha_captain")
    assert "代办委托" in text(captain.get("/account/"))
    page = captain.get(PAGE)
    assert form_of(world, "liusha_captain") in page.content.decode()
    offered = text(captain.get(form_of(world, "liusha_captain")))
    assert "洪队友（队员）" in offered
    assert "里队员" not in offered
    page = captain.post(form_of(world, "liusha_captain"), fields(world, "liusha_mate"), follow=True)
    assert "已委托：11月23日（周一）至 11月27日（周五）由洪队友代您办理" in text(page)
    assert "由洪队友代办：驻洪阳镇工作队 队长" in text(page)
    given = Delegation.objects.get()
    page = captain.post(reverse("teams:delegation_end", args=[given.pk]), follow=True)
    assert "已结束委托，洪队友不再代您办理" in text(page)
    assert "已提前结束" in text(page)
    page = captain.post(reverse("teams:delegation_end", args=[given.pk]), follow=True)
    assert "已经结束" in text(page)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"why": ""}, "why", "写一句为什么"),
        ({"to": ""}, "to", "选一个代办的人"),
        ({"valid_from": "2026-11-20"}, "valid_from", "今天或以后"),
        ({"valid_to": "2027-03-01"}, "valid_to", "最多委托 90 天"),
        ({"valid_to": "2026-11-22"}, "valid_to", "止期不能早于起期"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(world: World, changes: Any, field: str, words: str) -> None:
    page = browser(world, "liusha_captain").post(
        form_of(world, "liusha_captain"), fields(world, "liusha_mate") | changes
    )
    assert page.status_code == 422
    assert words in beside(page, field)
    assert not Delegation.objects.exists()


def test_other_peoples_posts_and_people_are_not_offered(world: World) -> None:
    neighbour = browser(world, "lihu_captain")
    assert neighbour.get(form_of(world, "liusha_captain")).status_code == 404
    assert neighbour.post(form_of(world, "liusha_captain"), fields(world, "liusha_mate")).status_code == 404
    assert browser(world, "liusha_member").get(form_of(world, "liusha_member")).status_code == 404
    page = browser(world, "liusha_captain").post(
        form_of(world, "liusha_captain"), fields(world, "lihu_member")
    )
    assert page.status_code == 422
    given = give(world, "liusha_captain", "liusha_mate")
    for who in ("liusha_mate", "lihu_captain", "liusha_secretary"):
        end = reverse("teams:delegation_end", args=[given.pk])
        assert browser(world, who).post(end).status_code == 404


def test_a_member_decides_for_his_captain_from_his_own_list(drive: Drive, clock) -> None:
    world = drive.world
    request = drive.ask("liusha_member", 2)
    mate = browser(world, "liusha_mate")
    assert mate.get(request.get_absolute_url()).status_code == 404
    assert "代办委托" not in text(mate.get("/account/"))
    give(world, "liusha_captain", "liusha_mate")
    home = text(mate.get("/"))
    assert "您代洪队长（驻洪阳镇工作队 队长）办理" in home
    assert "洪队员" in home
    todo = text(mate.get("/todo/"))
    assert "代洪队长办" in todo
    card = mate.get(request.get_absolute_url())
    assert "您代洪队长（驻洪阳镇工作队 队长）批，他委托您代办到 11月27日（周五）" in text(card)
    assert "家中有事" in text(card)
    assert "由洪队友代您（驻洪阳镇工作队 队长）办理" in text(browser(world, "liusha_captain").get("/todo/"))
    assert "可由洪队友代办" in text(browser(world, "liusha_member").get(request.get_absolute_url()))
    sign = reverse("approvals:sign", args=[_sign_off(card)])
    done = mate.post(sign, sign_fields(card), follow=True)
    assert "您已同意" in text(done)
    assert "洪队友代洪队长（驻洪阳镇工作队 队长）" in text(done)
    assert now(request).state == "approved"
    clock.set(MONDAY + timedelta(days=5))
    assert mate.get(request.get_absolute_url()).status_code == 200
    assert "洪队员" in text(mate.get("/todo/?tab=done"))
    assert "您代洪队长" not in text(mate.get("/"))


def _sign_off(card: Any) -> int:
    return int(card.content.decode().partition("/sign-offs/")[2].partition("/")[0])


def test_ended_while_his_page_was_open(drive: Drive) -> None:
    world = drive.world
    request = drive.ask("liusha_member", 2)
    given = give(world, "liusha_captain", "liusha_mate")
    mate = browser(world, "liusha_mate")
    card = mate.get(request.get_absolute_url())
    browser(world, "liusha_captain").post(reverse("teams:delegation_end", args=[given.pk]))
    sign = reverse("approvals:sign", args=[_sign_off(card)])
    assert mate.post(sign, sign_fields(card)).status_code == 404
    assert now(request).state == "pending"


def test_the_security_administrator_reads_them(world: World) -> None:
    give(world, "liusha_captain", "liusha_mate")
    give(world, "liusha_secretary", "liusha_officer", MONDAY + timedelta(days=7))
    keeper = confirmed(browser(world, "pn_security"))
    live = text(keeper.get("/grants/delegations/"))
    assert "洪队长" in live
    assert "洪书记" not in live
    assert "洪书记" in text(keeper.get("/grants/delegations/?state=later"))
    sight = text(keeper.get(reverse("teams:sight", args=[world.human("liusha_mate").pk])))
    assert "代洪队长（驻洪阳镇工作队 队长）" in sight
    assert "洪队长" not in text(confirmed(browser(world, "xf_security")).get("/grants/delegations/"))
    for who in ("pn_system", "pn_auditor", "liusha_captain", "pn_agri_chief"):
        assert browser(world, who).get("/grants/delegations/").status_code == 404
