"""Signing in oneself: which day a tap belongs to, what is made of the place, and that nothing is lost or counted twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.derive import standing
from attendance.models import Fact, SignIn, Source
from attendance.points import set_point
from attendance.services import Entry, enter
from attendance.signing import Signed, sign_in
from attendance.tasks import forget_positions
from core import clock as core_clock
from core.errors import NotYours, Refused
from core.models import AuditEvent
from core.months import month_number
from policy.sign_in import Position, metres_between, stronger
from rules.settings import set_setting
from teams.models import Person
from tests.cast import World
from tests.drive import MONDAY, Clock, Drive, key
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
#: The post, a place 120 m north of it, and the county town 8 km off.
POST = Position(32.98, 114.64)
NEAR, FAR = Position(32.98108, 114.64, 30), Position(33.05, 114.64, 20)
WHOLE = {"am": "on_post", "pm": "on_post"}
Tap = Callable[..., Signed]


def opened(world: World, county: str, **settings_: Any) -> None:
    for name, value in {"mode": "both", **settings_}.items():
        set_setting(region=world.regions[county], key=f"attendance.{name}", value=value, basis="驻办〔2026〕8号",
                    acting_user=None, valid_from=date(2026, 1, 1))  # fmt: skip


@pytest.fixture
def tap(drive: Drive) -> Tap:
    """``tap("sc_member")`` by whom; a fresh key unless one is given."""
    opened(drive.world, "shangcai", place_needed="asked", radius=500)
    set_point(acting_user=None, region_id=drive.world.regions["zhuli_village"].pk, latitude=POST.latitude,
              longitude=POST.longitude)  # fmt: skip

    def sign(who: str = "sc_member", kind: str = "on_post", **fields: Any) -> Signed:
        fields = {"client_key": key(), "position": NEAR, **fields}
        return sign_in(acting_user=drive.world.user(who), kind=kind, **fields)

    return sign


def stands(drive: Drive, day: date = MONDAY, who: str = "sc_member") -> dict[str, str]:
    human = drive.world.human(who)
    found = standing(Person.objects.filter(pk=human.pk).values("pk"), [month_number(day)])
    return found[human.pk].values.get(day, {}) if human.pk in found else {}


def test_one_tap_is_a_day_and_says_how_far_it_was(drive: Drive, tap: Tap) -> None:
    tap()
    assert stands(drive) == WHOLE
    row = SignIn.objects.get()
    assert (row.distance, row.latitude, row.longitude) == (120, Decimal("32.981"), Decimal("114.640"))
    page = text(browser(drive.world, "sc_captain").get(f"/attendance/people/{drive.world.human('sc_member').pk}/?day=23"))  # fmt: skip
    assert "本人签到，上队员，11月23日 09:00 距驻点 120 米" in page
    # The unit sees its people's days, not where they were.
    page = text(browser(drive.world, "sc_unit_chief").get(f"/attendance/people/{drive.world.human('sc_member').pk}/?day=23"))  # fmt: skip
    assert "本人签到" in page
    assert "120 米" not in page


@pytest.mark.parametrize(
    ("at", "kind", "day"),
    [
        ((date(2026, 3, 1), 7, 50), "on_post", date(2026, 3, 1)),
        ((date(2026, 3, 1), 0, 0), "on_post", date(2026, 3, 1)),
        ((date(2026, 2, 28), 23, 59), "overnight", date(2026, 2, 28)),
        ((date(2026, 3, 1), 0, 0), "overnight", date(2026, 2, 28)),
        ((date(2026, 3, 1), 5, 59), "overnight", date(2026, 2, 28)),
        ((date(2026, 3, 1), 18, 0), "overnight", date(2026, 3, 1)),
    ],
)
def test_a_day_begins_at_midnight_and_a_night_ends_at_six(
    drive: Drive, tap: Tap, clock: Clock, at: tuple[date, int, int], kind: str, day: date
) -> None:
    clock.set(*at)
    assert tap(kind=kind).day == day
    assert stands(drive, day) == (WHOLE if kind == "on_post" else {"night": "village"})


@pytest.mark.parametrize(("hour", "minute"), [(6, 0), (7, 50), (17, 59)])
def test_a_night_is_not_signed_by_day(tap: Tap, clock: Clock, hour: int, minute: int) -> None:
    clock.set(date(2026, 3, 1), hour, minute)
    with pytest.raises(Refused, match="从 18:00 起，到第二天 6:00"):
        tap(kind="overnight")
    assert not Fact.objects.exists()


def test_where_a_tap_is_half_a_day_it_says_the_present_half(drive: Drive, tap: Tap, clock: Clock) -> None:
    opened(drive.world, "puning", tap="half")
    tap("liusha_member")
    assert stands(drive, who="liusha_member") == {"am": "on_post"}
    clock.set(MONDAY, 12)
    tap("liusha_member")
    assert stands(drive, who="liusha_member") == WHOLE


@pytest.mark.parametrize(("position", "why"), [(FAR, "outside"), (None, "no_position")])
def test_outside_or_without_a_place_it_is_kept_and_asks_for_a_sentence(
    drive: Drive, tap: Tap, position: Position | None, why: str
) -> None:
    one = key()
    assert tap(client_key=one, position=position).needs_reason
    assert stands(drive) == {"am": "unverified", "pm": "unverified"}
    assert SignIn.objects.get().finding == why
    assert not tap(client_key=one, position=None, reason="在县里拉化肥").needs_reason
    assert {fact.note for fact in Fact.objects.filter(revision=2)} == {"在县里拉化肥"}
    # A better one later the same day stands; a worse one never takes it back.
    tap(position=NEAR)
    tap(position=FAR)
    assert stands(drive) == WHOLE


def test_a_wide_guess_of_the_phone_speaks_for_the_person_but_not_endlessly(drive: Drive, tap: Tap) -> None:
    near = Position(32.98 + 0.0117, 114.64, 900)
    assert 1290 < metres_between(near, POST) < 1310
    assert not tap(position=near).needs_reason
    assert tap("sc_captain", position=Position(33.05, 114.64, 30_000)).needs_reason


def test_where_no_place_is_asked_for_none_is_kept(drive: Drive, tap: Tap) -> None:
    opened(drive.world, "puning")
    tap("liusha_member", position=FAR)
    row = SignIn.objects.get()
    assert (row.finding, row.latitude, row.distance, row.accuracy) == ("not_asked", None, None, None)
    assert stands(drive, who="liusha_member") == WHOLE


def test_a_post_without_a_point_is_nobodys_fault(drive: Drive, tap: Tap) -> None:
    opened(drive.world, "puning", place_needed="asked")
    assert not tap("liusha_member", position=None).needs_reason
    assert stands(drive, who="liusha_member") == WHOLE


def test_a_key_counts_once_and_a_second_tap_adds_nothing(drive: Drive, tap: Tap) -> None:
    one = key()
    first = tap(client_key=one)
    assert tap(client_key=one).sign_in == first.sign_in
    tap()
    assert (Fact.objects.count(), SignIn.objects.count()) == (2, 1)


def test_where_the_town_keeps_the_register_alone_it_is_refused(drive: Drive, tap: Tap) -> None:
    with pytest.raises(Refused, match="本县没有开本人签到，出勤由乡镇登记"):
        tap("liusha_member")
    with pytest.raises(NotYours):
        tap("liusha_officer")


def test_an_approved_absence_refuses_and_a_half_of_one_leaves_the_other(drive: Drive, tap: Tap) -> None:
    drive.is_away("sc_member", MONDAY)
    with pytest.raises(Refused, match="11月23日已批准因公外出，不用签到"):
        tap()
    drive.is_away("sc_captain", MONDAY)
    drive.world.human("sc_captain").away.filter(half="am").delete()
    tap("sc_captain")
    assert stands(drive, who="sc_captain") == {"am": "on_post", "pm": "trip"}


def test_kept_on_the_phone_it_counts_for_its_own_day_and_says_so(
    drive: Drive, tap: Tap, clock: Clock
) -> None:
    tapped = core_clock.at(MONDAY - timedelta(days=2), 8, 10)
    tap(device_time=tapped)
    assert stands(drive, MONDAY - timedelta(days=2)) == WHOLE
    assert {fact.note for fact in Fact.objects.all()} == {"补传，手机时间 11月21日 08:10"}
    for bad, words in ((core_clock.at(MONDAY, 9, 6), "比现在晚"), (core_clock.at(MONDAY - timedelta(days=3), 8, 59), "过了三天")):  # fmt: skip
        with pytest.raises(Refused, match=words):
            tap(device_time=bad)


def test_what_the_town_entered_stands_above(drive: Drive, tap: Tap) -> None:
    world = drive.world
    set_setting(region=world.regions["shangcai"], key="attendance.captain_enters", value=True, basis="纪要", acting_user=None)  # fmt: skip
    posting = world.appointments["sc_member"]
    entry = Entry(posting_id=posting.pk, day=MONDAY, mark="training")
    enter(acting_user=world.user("sc_captain"), team_id=posting.body_id, month=MONDAY.replace(day=1), entries=[entry])  # fmt: skip
    tap()
    assert stands(drive) == {"am": "training", "pm": "training"}


def test_the_place_is_removed_in_time_the_day_stays_and_no_trail_knows_it(
    drive: Drive, tap: Tap, clock: Clock
) -> None:
    tap()
    event = AuditEvent.objects.get(action="attendance.sign_in", outcome="done")
    assert event.after == {"month": 202611, "day": 23, "entries": 2, "unverified": False, "offline": False}
    clock.set(MONDAY + timedelta(days=30))
    assert forget_positions() == 0
    clock.set(MONDAY + timedelta(days=30), 9, 1)
    assert forget_positions() == 1
    assert not SignIn.objects.exists()
    assert stands(drive) == WHOLE


SAID = st.lists(st.sampled_from(["", "unverified", "on_post"]), min_size=1, max_size=5)


@given(SAID)
@settings(max_examples=50)
def test_the_order_of_arrival_never_changes_what_sign_ins_say(said: list[str]) -> None:
    def last(order: tuple[str, ...]) -> str:
        now = ""
        for each in order:
            now = each if stronger(now, each) else now
        return now

    assert len({last(order) for order in itertools.permutations(said)}) == 1


def test_the_order_of_arrival_never_changes_a_day(drive: Drive, tap: Tap, clock: Clock) -> None:
    """A good tap, one from outside, one kept on the phone, and the town's word of another day: in every order."""
    earlier = core_clock.at(MONDAY, 7, 30)
    taps = [{"position": NEAR}, {"position": FAR}, {"position": None, "device_time": earlier}]
    found = set()
    for order in itertools.permutations(taps):
        with transaction.atomic():
            for fields in order:
                tap(**fields)
            found.add(tuple(sorted(stands(drive).items())))
            transaction.set_rollback(True)
    assert found == {tuple(sorted(WHOLE.items()))}


# ---- pages


def test_home_has_the_buttons_only_where_the_county_wants_them(drive: Drive, tap: Tap, clock: Clock) -> None:
    home = browser(drive.world, "sc_member").get("/")
    assert 'data-tap="在岗"' in home.content.decode()
    assert 'data-tap="住村"' not in home.content.decode()
    assert "住村从 18:00 起签" in text(home)
    assert "依据驻办〔2026〕8号" in text(home)
    clock.set(MONDAY, 18)
    assert 'data-tap="住村"' in browser(drive.world, "sc_member").get("/").content.decode()
    other = browser(drive.world, "liusha_member").get("/")
    assert "data-tap" not in other.content.decode()
    assert "由乡镇登记" in text(other)


def press(client: Client, **fields: str) -> Any:
    return client.post("/attendance/sign-in/", {"kind": "on_post", "client_key": key(), **fields})


def test_without_script_a_tap_comes_back_to_the_home(drive: Drive, tap: Tap) -> None:
    client = browser(drive.world, "sc_member")
    assert press(client)["Location"] == "/"
    page = client.get("/")
    assert "没有定位，已记为“待核”，写一句原因即可" in text(page)
    row = SignIn.objects.get()
    press(client, client_key=row.client_key, reason="手机定位坏了")
    page = text(client.get("/"))
    assert "已补上原因" in page
    assert "写一句原因即可" not in page
    refused = press(browser(drive.world, "liusha_member"))
    assert refused.status_code == 422
    assert "本县没有开本人签到" in text(refused)
    assert press(browser(drive.world, "liusha_officer")).status_code == 404


def test_with_script_the_card_comes_back_and_says_the_outcome(drive: Drive, tap: Tap) -> None:
    client = browser(drive.world, "sc_member")
    fields = {"kind": "on_post", "client_key": key(), "latitude": "32.98108", "longitude": "114.64", "accuracy": "30"}  # fmt: skip
    answer = client.post("/attendance/sign-in/", fields, headers={"X-Sign-In": "1"})
    assert answer["X-Sign-In"] == "done"
    assert "在岗 09:00 ，距驻点 120 米" in text(answer)
    assert 'data-tap="在岗"' not in answer.content.decode()
    late = {**fields, "client_key": key(), "ago": str(73 * 3600)}
    answer = client.post("/attendance/sign-in/", late, headers={"X-Sign-In": "1"})
    assert (answer.status_code, answer["X-Sign-In"]) == (422, "refused")
    kept = {**fields, "client_key": key(), "ago": str(48 * 3600)}
    assert client.post("/attendance/sign-in/", kept, headers={"X-Sign-In": "1"})["X-Sign-In"] == "done"
    assert stands(drive, MONDAY - timedelta(days=2)) == WHOLE
    for junk in ("nan", "1e400", "x", "-181", "9" * 40):
        press(client, latitude=junk, longitude=junk, accuracy=junk, ago=junk)


def test_the_town_records_where_its_posts_are_and_the_next_town_does_not(drive: Drive) -> None:
    world = drive.world
    address = f"/attendance/points/{world.regions['liusha'].pk}/"
    officer = browser(world, "liusha_officer")
    assert "还没有登记" in text(officer.get("/attendance/points/"))
    wrong = officer.post(address, {"latitude": "116.2", "longitude": "23.3"})
    assert wrong.status_code == 422
    assert officer.post(address, {"latitude": "23.301234", "longitude": "116.2"}).status_code == 302
    assert "纬度 23.30123，经度 116.20000" in text(officer.get("/attendance/points/"))
    for who in ("lihu_officer", "liusha_captain", "pn_unit_chief"):
        assert browser(world, who).get(address).status_code == 404
    event = AuditEvent.objects.get(action="attendance.set_point", outcome="done")
    assert "23.3" not in str(event.after)


def test_source_of_the_facts_is_the_person_himself(drive: Drive, tap: Tap) -> None:
    tap()
    assert {fact.source for fact in Fact.objects.all()} == {Source.SIGN_IN}
