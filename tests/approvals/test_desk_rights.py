"""Who may act, over every combination of absence, recusal and substitutes: what must hold in each of them."""

from __future__ import annotations

from itertools import product

import pytest

from approvals.desk import Authority, Desk
from approvals.models import Seat
from teams.delegations import delegate
from teams.models import Away
from teams.words import Post
from tests.drive import MONDAY, Drive, newest

pytestmark = pytest.mark.usefixtures("clock")

HOLDER, NAMED, ACTING, ABOVE = "liusha_secretary", "liusha_officer", "liusha_deputy", "pn_agri_chief"
EVERYBODY = (HOLDER, NAMED, ACTING, ABOVE)


@pytest.fixture
def seat(drive: Drive) -> Seat:
    """The town secretary's seat; he has named an officer for these days, his organization has appointed a deputy."""
    world = drive.world
    world.person(ACTING, "洪副书记", Post.DEPUTY_SECRETARY, "liusha_party")
    world.appoint(
        ACTING,
        Post.PARTY_SECRETARY,
        "liusha_party",
        acting_for=world.appointments[HOLDER],
        basis="镇党委会议纪要〔2026〕3号",
    )
    delegate(
        of_id=world.appointments[HOLDER].pk,
        to_id=world.appointments[NAMED].pk,
        valid_from=MONDAY,
        valid_to=MONDAY,
        why="外出开会",
        acting_user=world.user(HOLDER),
    )
    return newest(drive.ask("liusha_member", 4)).seats.get()


def test_what_holds_in_every_combination(drive: Drive, seat: Seat) -> None:
    people = {drive.world.human(who).pk: who for who in EVERYBODY}
    seen = set()
    for away in product((False, True), repeat=4):
        Away.objects.all().delete()
        gone = {who for who, is_away in zip(EVERYBODY, away, strict=True) if is_away}
        for who in gone:
            drive.is_away(who, MONDAY)
        for recused, fallback in product(product((False, True), repeat=4), Seat.Fallback.values):
            barred = {who for who, is_barred in zip(EVERYBODY, recused, strict=True) if is_barred}
            seat.fallback = fallback
            desk = Desk(
                [seat],
                recused=[(seat.sign_off_id, drive.world.human(who).pk) for who in barred],
                signers=[],
            )
            found = {people[item.person_id]: item.via for item in desk.actors(seat)}
            _holds(found, gone, barred, fallback, desk.actors(seat))
            seen.add(tuple(sorted(found.items())))
    assert {"own", "delegated", "acting", "upward"} == {via for each in seen for _, via in each}


def _holds(
    found: dict[str, str], gone: set[str], barred: set[str], fallback: str, actors: list[Authority]
) -> None:
    assert len(actors) == len(found), "nobody twice"
    assert not set(found) & barred, "who must not decide does not"
    assert not (set(found) - {HOLDER}) & gone, "who stands in is there himself"
    if fallback == Seat.Fallback.NONE:
        assert set(found) <= {HOLDER}, "such a seat waits for its own people"
    if HOLDER in barred:
        assert NAMED not in found, "whoever may not decide has nobody decide for him"
    elif fallback != Seat.Fallback.NONE and NAMED not in gone | barred:
        assert found[NAMED] == "delegated", "whom he named may, whether he is there or not"
    if HOLDER not in gone | barred:
        assert set(found) <= {HOLDER, NAMED}, "with the holder at his post nobody steps in"
    if found.get(ABOVE) == "upward":
        assert set(found) <= {HOLDER, ABOVE}, "the next tier only where nobody of the place can"
        assert fallback == Seat.Fallback.UPWARD
    if fallback == Seat.Fallback.UPWARD and ABOVE not in gone | barred:
        assert found, "there is always somebody"
