"""设置: what holds in a place, from where it comes, and setting it anew with a basis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.errors import NotYours
from core.models import AuditEvent
from rules import settings as declared
from rules.declared import Declared
from rules.settings import set_setting, setting
from tests.cast import World
from tests.drive import MONDAY
from tests.pages import beside, text

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("clock")
KEY = "leave.join_touching"


def post(client: Client, world: World, place: str = "xinfeng", **changes: Any):
    said = {"value": "no", "basis": "县驻村办〔2026〕3号", "valid_from": "2026-11-23", **changes}
    fields = {f"leave-join_touching-{name}": value for name, value in said.items()}
    return client.post(
        "/rules/settings/", {"region": world.regions[place].pk, "key": KEY, **fields}, follow=True
    )


def test_a_county_sets_a_value_and_its_towns_inherit_it(world: World, signed_in: SignIn) -> None:
    client = signed_in("xf_rural_chief")
    assert "没有设置过，按系统的默认值" in text(client.get("/rules/settings/"))
    page = text(post(client, world))
    assert "已设置，从 2026-11-23 起按新的值办" in page
    assert "本地设置，2026-11-23 起。依据：县驻村办〔2026〕3号。由新振兴设置" in page
    town = text(client.get(f"/rules/settings/?region={world.regions['meikeng'].pk}"))
    assert "沿用新丰县的设置" in town
    assert setting(world.regions["meikeng"], KEY) is False
    assert setting(world.regions["puning"], KEY) is True
    assert AuditEvent.objects.filter(action="setting.set", outcome="done").count() == 1


def test_a_town_may_differ_and_the_past_stays_readable(world: World, signed_in: SignIn, clock) -> None:
    client = signed_in("xf_rural_chief")
    post(client, world, "meikeng")
    assert setting(world.regions["xinfeng"], KEY) is True
    clock.set(MONDAY.replace(day=30))
    page = text(post(client, world, "meikeng", value="yes", valid_from="2026-11-30"))
    assert "2026-11-23 起，到 2026-11-29 止：否。依据：县驻村办〔2026〕3号。新振兴设置" in page
    assert setting(world.regions["meikeng"], KEY, MONDAY) is False


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"basis": " "}, "basis", "写明依据的文号或会议"),
        ({"basis": "据" * 201}, "basis", "依据最多 200 字，现在 201 字"),
        ({"value": "maybe"}, "value", "改为从列表里选"),
        ({"valid_from": ""}, "valid_from", "填写从哪天起"),
    ],
)
def test_a_mistake_stands_beside_its_field(
    world: World, signed_in: SignIn, changes: dict[str, str], field: str, sentence: str
) -> None:
    page = post(signed_in("xf_rural_chief"), world, **changes)
    assert page.status_code == 422
    assert beside(page, f"leave-join_touching-{field}") == sentence
    assert setting(world.regions["xinfeng"], KEY) is True


def test_it_is_the_county_that_sets_its_own(world: World, signed_in: SignIn) -> None:
    for who in ("meikeng_secretary", "xf_captain", "pn_finance_chief"):
        assert signed_in(who).get("/rules/settings/").status_code == 404
    # 洪阳镇 registers its own stricter rules, and sets nothing.
    assert signed_in("liusha_secretary").get("/rules/settings/").status_code == 404
    assert post(signed_in("pn_agri_chief"), world).status_code == 404
    with pytest.raises(NotYours):
        set_setting(
            region=world.regions["xinfeng"],
            key=KEY,
            value=False,
            basis="x",
            acting_user=world.user("pn_agri_chief"),
        )


def test_a_number_and_a_choice_are_declared_in_one_line(
    world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page shows whatever rooms declare."""
    more = [
        Declared("test.days", "几个工作日内补交", int, 3, unit="个工作日", least=1, most=10),
        Declared("test.way", "怎样登记", str, "town", choices=(("town", "乡镇台账"), ("self", "本人签到"))),
    ]
    monkeypatch.setattr(declared, "DECLARED", {each.key: each for each in more})
    monkeypatch.setattr("rules.setting_views.DECLARED", {each.key: each for each in more})
    client = signed_in("xf_rural_chief")
    page = text(client.get("/rules/settings/"))
    assert "几个工作日内补交 3 个工作日" in page
    assert "怎样登记 乡镇台账" in page
    place = {"region": world.regions["xinfeng"].pk}
    said = {"test-days-basis": "纪要", "test-days-valid_from": "2026-11-23"}
    bad = client.post("/rules/settings/", {**place, **said, "key": "test.days", "test-days-value": "11"})
    assert beside(bad, "test-days-value") == "写 1 到 10 之间的整数"
    client.post("/rules/settings/", {**place, **said, "key": "test.days", "test-days-value": "5"})
    assert setting(world.regions["meikeng"], "test.days") == 5


def test_settings_stand_under_headings_one_can_jump_to(world: World, signed_in: SignIn) -> None:
    page = signed_in("xf_rural_chief").get("/rules/settings/")
    said = text(page)
    for heading in ("请假", "人手和防汛", "提醒", "考勤登记", "本人签到"):
        assert f">{heading}</a>" in page.content.decode()
    assert (
        said.index("人手和防汛") < said.index("节假日轮休，工作队每天至少留几人值班") < said.index("考勤方式")
    )
    assert "其他" not in said
