"""批量同意 against others and against itself: each signed once, each outcome told truly, no deadlock."""

from __future__ import annotations

import pytest

from approvals.batch import Chosen, Outcome, agree_to_each
from approvals.models import Signature
from leave import services as leave
from teams.models import User
from teams.words import Post
from tests.concurrency.race import race
from tests.drive import Drive, key, newest, now

pytestmark = pytest.mark.postgres


def chosen(requests: list) -> list[Chosen]:
    """What one review page would post."""
    return [Chosen(newest(each).pk, newest(each).content_hash, key()) for each in requests]


def fresh(user: User) -> User:
    return User.objects.select_related("person").get(pk=user.pk)


def asked(drive: Drive, number: int) -> list:
    """Requests of as many members that 朱里镇党委 decides."""
    found = []
    for place in range(number):
        drive.world.person(
            f"m{place}", f"员{place}", Post.MEMBER, "sc_team", unit=drive.world.bodies["sc_unit"]
        )
        found.append(drive.ask(f"m{place}", 3))
    return found


def test_one_page_pressed_by_ten_fingers_says_the_same_to_all(drive: Drive) -> None:
    requests = asked(drive, 6)
    page, secretary = chosen(requests), drive.world.user("zhuli_secretary")
    outcomes: list[list[Outcome]] = race(
        10, lambda number: agree_to_each(acting_user=fresh(secretary), chosen=page)
    )
    assert {tuple((each.done, each.words) for each in one) for one in outcomes} == {
        tuple((True, each.words) for each in outcomes[0])
    }
    assert Signature.objects.count() == 6
    assert {now(each).state for each in requests} == {"approved"}


def test_two_signers_from_both_ends_and_an_applicant_who_takes_his_back(drive: Drive) -> None:
    requests = asked(drive, 8)
    drive.world.person("deputy", "书副", Post.SIGNER, "zhuli_party")
    signers = [drive.world.user("zhuli_secretary"), drive.world.user("deputy")]
    pages = [chosen(requests), chosen(requests[::-1])]

    def act(number: int) -> list[Outcome]:
        if number == 2:
            leave.withdraw(request_id=requests[3].pk, acting_user=drive.world.user("m3"))
            return []
        return agree_to_each(acting_user=fresh(signers[number]), chosen=pages[number])

    outcomes = race(3, act)
    done = [[each.done for each in outcomes[0]], [each.done for each in outcomes[1]][::-1]]
    for place, request in enumerate(requests):
        signed = [column[place] for column in done]
        state = now(request).state
        assert state == ("approved" if any(signed) else "withdrawn")
        assert sum(signed) == (state == "approved")
    assert Signature.objects.count() == sum(map(sum, done))
