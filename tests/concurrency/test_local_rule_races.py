"""Two confirmations at once, a version against another, a withdrawal against a confirmation: one outcome."""

from __future__ import annotations

import pytest

from approvals import services as sign_offs
from core.errors import Conflict, Declined, Refused
from rules.book import rule_book
from rules.local import services
from rules.models import LocalRule, LocalRuleScope
from teams.models import User
from tests.concurrency.race import lost, race, without_locks, won
from tests.drive import Drive, key
from tests.rules.local import Registrar, fresh, later, newest, paper, tiers, xinfeng_tiers

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def registrar(drive: Drive) -> Registrar:
    return Registrar(drive.world)


def agree(rule: LocalRule, user: User) -> None:
    sign_off = newest(rule)
    sign_offs.sign(
        sign_off_id=sign_off.pk,
        acting_user=user,
        decision="agree",
        page_hash=sign_off.content_hash,
        request_key=key(),
    )


def two_waiting(registrar: Registrar) -> list[LocalRule]:
    """Two drafts on the same matter, both sent before either is confirmed."""
    rules = [
        registrar.draft(who, paper(xinfeng_tiers(), title=f"办法{who}"))
        for who in ("xf_rural_chief", "xf_rural_staff")
    ]
    for rule, who in zip(rules, ("xf_rural_chief", "xf_rural_staff"), strict=True):
        registrar.submit(who, rule)
    return rules


def test_of_two_rules_confirmed_at_once_one_holds(registrar: Registrar) -> None:
    rules, chief = two_waiting(registrar), registrar.world.user("xf_org_chief")
    outcomes = race(20, lambda number: agree(rules[number % 2], chief))
    assert len(won(outcomes)) == 1
    assert {type(item) for item in lost(outcomes)} <= {Conflict, Refused}
    assert sorted(fresh(rule).state for rule in rules) == ["confirmed", "pending"]
    assert (
        LocalRuleScope.objects.filter(valid_to=None, topic="leave").count() == 2
    )  # one for each kind of team
    assert [pack.id for pack in rule_book().packs.values() if pack.pack.under] == [
        next(rule.code for rule in rules if fresh(rule).state == "confirmed")
    ]


def test_without_locks_the_database_lets_one_hold(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, chief = two_waiting(registrar), registrar.world.user("xf_org_chief")
    without_locks(monkeypatch)
    race(20, lambda number: agree(rules[number % 2], chief))
    assert sorted(fresh(rule).state for rule in rules) == ["confirmed", "pending"]


def test_confirming_against_withdrawing_ends_in_one_state(registrar: Registrar) -> None:
    chief, staff = registrar.world.user("xf_org_chief"), registrar.world.user("xf_rural_staff")
    for week in range(10):
        rule = registrar.draft("xf_rural_chief", paper(tiers(("", ["team:captain"])), valid_from=later(1)))
        registrar.submit("xf_rural_chief", rule)
        acts = [
            lambda rule=rule: agree(rule, chief),
            lambda rule=rule: services.withdraw(rule_id=rule.pk, acting_user=staff),
        ]
        outcomes = race(2, lambda number, acts=acts: acts[number]())
        assert len(won(outcomes)) == 1, week
        state = fresh(rule).state
        assert state == ("confirmed" if not isinstance(outcomes[0], Declined) else "withdrawn")
        if state == "confirmed":
            break


def test_many_who_start_a_next_version_make_one(registrar: Registrar) -> None:
    rule = registrar.confirmed(paper(xinfeng_tiers()))
    users = [registrar.world.user(who) for who in ("xf_rural_chief", "xf_org_chief", "xf_rural_staff")]
    outcomes = race(
        12,
        lambda number: services.new_version(
            rule_id=rule.pk, acting_user=User.objects.get(pk=users[number % 3].pk), form_key=key()
        ),
    )
    assert len(won(outcomes)) == 1
    assert {item.code for item in lost(outcomes)} == {"next_exists"}


def test_one_key_tapped_many_times_is_one_draft(registrar: Registrar) -> None:
    chief, region = registrar.world.user("xf_rural_chief"), registrar.world.regions["xinfeng"].pk
    race(
        12,
        lambda number: services.save_draft(
            acting_user=User.objects.get(pk=chief.pk),
            paper=paper(xinfeng_tiers()),
            form_key="one",
            region_id=region,
        ),
    )
    assert LocalRule.objects.count() == 1
