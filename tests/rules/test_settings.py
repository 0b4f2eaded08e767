"""A setting is kept by every process that has read it, and known anew everywhere once it changes or a place moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.context import one_verb
from core.models import Edition
from rules.settings import InForce, set_setting, setting, standing_settings, standings_at, values_at
from teams.places import move_region, rename_region
from teams.words import Level
from tests.cast import World
from tests.drive import MONDAY

pytestmark = pytest.mark.usefixtures("clock")
KEY = "attendance.radius"
SINCE = date(2026, 1, 1)


def say(world: World, place: str, metres: int, since: date = SINCE) -> None:
    set_setting(region=world.regions[place], key=KEY, value=metres, basis="普驻办〔2026〕8号", acting_user=None,
                valid_from=since)  # fmt: skip


def test_the_nearest_place_upwards_says_it_else_the_default(world: World) -> None:
    say(world, "puning", 800)
    say(world, "liusha", 300)
    liusha, lihu, shangcai = (world.regions[name] for name in ("liusha", "lihu", "shangcai"))
    default = setting(shangcai, KEY)
    assert default not in (300, 800)
    assert [setting(each, KEY) for each in (liusha, lihu)] == [300, 800]
    paths = [each.path for each in (liusha, lihu, shangcai)]
    assert list(values_at(paths, KEY).values()) == [300, 800, default]
    found = standings_at(paths, [KEY])
    assert [found[path][KEY].own for path in paths] == [True, False, False]
    assert (found[lihu.path][KEY].row.place, found[lihu.path][KEY].row.basis) == (
        "普宁市",
        "普驻办〔2026〕8号",
    )
    assert found[shangcai.path][KEY].row is None


def test_what_was_said_for_a_later_day_does_not_hold_yet(world: World) -> None:
    say(world, "puning", 800)
    say(world, "puning", 500, since=date(2026, 12, 1))
    place = world.regions["liusha"]
    days = (date(2025, 12, 31), SINCE, date(2026, 11, 30), date(2026, 12, 1))
    values = [setting(place, KEY, day) for day in days]
    assert values[1:] == [800, 800, 500]
    assert values[0] not in (500, 800)
    assert InForce(days[2]).at(place.path, KEY) == 800
    assert InForce(days[3]).at(place.path, KEY) == 500


def test_settings_are_read_once_and_again_after_a_change(world: World) -> None:
    say(world, "puning", 800)
    place = world.regions["liusha"]
    assert setting(place, KEY) == 800
    with one_verb(), CaptureQueriesContext(connection) as asked:
        assert setting(place, KEY) == 800
        assert values_at([place.path], "attendance.mode") == {place.path: "register"}
    assert len(asked) == 1, "the stamps alone"
    say(world, "puning", 500, since=SINCE + timedelta(days=1))
    assert setting(place, KEY) == 500


def test_a_change_that_was_taken_back_is_known_to_nobody(world: World) -> None:
    say(world, "puning", 800)
    with transaction.atomic():
        say(world, "puning", 500, since=SINCE + timedelta(days=1))
        assert setting(world.regions["liusha"], KEY) == 500
        transaction.set_rollback(True)
    assert setting(world.regions["liusha"], KEY) == 800


def test_a_town_that_moves_takes_its_own_settings_along_and_the_new_countys_for_the_rest(
    world: World,
) -> None:
    say(world, "liusha", 300)
    say(world, "shangcai", 900)
    set_setting(region=world.regions["shangcai"], key="attendance.tap", value="half", basis="上驻办〔2026〕1号",
                acting_user=None, valid_from=SINCE)  # fmt: skip
    liusha = world.regions["liusha"]
    assert (setting(liusha, KEY), setting(liusha, "attendance.tap")) == (300, "day")
    assert liusha.level == Level.TOWN
    moved = move_region(
        region_id=liusha.pk,
        parent_id=world.regions["shangcai"].pk,
        document="驻政〔2026〕3号",
        acting_user=None,
    )
    assert (setting(moved, KEY), setting(moved, "attendance.tap")) == (300, "half")


def test_what_is_set_after_a_place_was_renamed_holds_at_once_and_on_its_page_alike(world: World) -> None:
    say(world, "puning", 300)
    renamed = rename_region(
        region_id=world.regions["puning"].pk, name="普宁区", first_day=MONDAY, document="揭府〔2026〕1号",
        acting_user=None,
    )  # fmt: skip
    place = world.regions["liusha"]
    assert setting(place, KEY, MONDAY) == 300
    set_setting(
        region=renamed, key=KEY, value=800, basis="普驻办〔2026〕9号", acting_user=None, valid_from=MONDAY
    )
    place.refresh_from_db()
    shown = {each.declared.key: each.value for each in standing_settings(place, MONDAY)}
    assert [setting(place, KEY, MONDAY), InForce(MONDAY).at(place.path, KEY), shown[KEY]] == [800, 800, 800]
    assert setting(place, KEY, MONDAY - timedelta(days=1)) == 300


def test_a_question_that_fails_is_never_taken_for_nothing_set(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(world, "puning", 300)

    def away(*_: object) -> None:
        raise OperationalError("FATAL: sorry, too many clients already")

    with monkeypatch.context() as patch:
        patch.setattr(Edition.objects, "values_list", away)
        with pytest.raises(OperationalError):
            setting(world.regions["liusha"], KEY)
    assert setting(world.regions["liusha"], KEY) == 300
