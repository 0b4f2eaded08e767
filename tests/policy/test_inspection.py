"""A draw that anybody can repeat, and which offices a document lets check, publish and talk."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.inspection import Candidate, pool_hash, powers_of, tickets
from policy.loader import load_all
from policy.whom import Whom

ON = date(2026, 11, 23)
POOL = [Candidate(group, f"P{number:06d}") for number, group in enumerate(["4117", "4118"] * 4, start=1)]


def drawn(seed: str, pool: list[Candidate], how_many: int, *, by_group: bool = False) -> list[str]:
    return sorted(
        each.candidate.code for each in tickets(seed, pool, how_many, by_group=by_group) if each.drawn
    )


def test_by_hand_with_sha256_the_same_come_out() -> None:
    """What a person does with printf and sha256sum, written out."""
    by_hand = sorted(
        (hashlib.sha256(f"20261125|{each.code}".encode()).hexdigest(), each.code) for each in POOL
    )
    assert drawn("20261125", POOL, 3) == sorted(code for _, code in by_hand[:3])
    # printf '%s' '20261125|P000005' | sha256sum
    digest = "3c4e6ef667b19993355ea046f4b6e7719292f7212008fb3f9200641ac59aed79"
    assert by_hand[0] == (digest, "P000005")


def test_of_each_group_so_many_and_all_where_there_are_fewer() -> None:
    found = tickets("s", [*POOL, Candidate("4119", "P000009")], 2, by_group=True)
    assert {
        group: sum(each.drawn for each in found if each.candidate.group == group)
        for group in ("4117", "4118", "4119")
    } == {"4117": 2, "4118": 2, "4119": 1}


@given(st.permutations(POOL), st.text(min_size=1, max_size=20), st.integers(1, 10), st.booleans())
def test_the_order_of_the_list_never_matters(
    shuffled: list[Candidate], seed: str, how_many: int, by_group: bool
) -> None:
    if any("\ud800" <= sign <= "\udfff" for sign in seed):
        return
    assert drawn(seed, shuffled, how_many, by_group=by_group) == drawn(
        seed, POOL, how_many, by_group=by_group
    )
    assert pool_hash(shuffled) == pool_hash(POOL)


def test_another_seed_draws_others_and_a_longer_list_has_another_checksum() -> None:
    assert len({tuple(drawn(str(seed), POOL, 3)) for seed in range(20)}) > 10
    assert pool_hash(POOL[1:]) != pool_hash(POOL)


@pytest.mark.parametrize(("seed", "how_many"), [("", 1), ("s", 0)])
def test_without_seed_or_number_there_is_no_draw(seed: str, how_many: int) -> None:
    with pytest.raises(ValueError, match="seed and a number"):
        tickets(seed, POOL, how_many, by_group=False)


@pytest.mark.parametrize(
    ("codes", "kind", "check", "bulletin", "talk"),
    [
        (
            ("411722000000", "411700000000"), "village",
            {"city:rural_revitalization", "county:rural_revitalization"},
            {"city:rural_revitalization"},
            {"city:rural_revitalization", "county:rural_revitalization"},
        ),
        (
            ("431023000000",), "village",
            {"county:stationing_office"}, {"county:stationing_office"}, {"county:stationing_office"},
        ),
        (("445281000000",), "town", set(), set(), set()),
        (("440233000000",), "town", set(), set(), set()),
        (("360703000000", "360700000000"), "village", set(), set(), set()),
    ],
    ids=["zhumadian", "yongxing", "puning", "xinfeng", "ganzhou"],
)  # fmt: skip
def test_who_may_by_which_document(
    codes: tuple[str, ...], kind: str, check: set[str], bulletin: set[str], talk: set[str]
) -> None:
    powers = powers_of(load_all(), Whom(region_codes=codes, team_kind=kind), ON)
    assert {each.party for each in powers.check} == check
    assert {each.party for each in powers.bulletin} == bulletin
    assert {each.party for each in powers.talk} == talk


def test_how_often_the_document_wants_it() -> None:
    powers = powers_of(load_all(), Whom(region_codes=("431023000000",), team_kind="village"), ON)
    assert [(each.clause, each.per, each.at_least) for each in powers.check] == [
        ("yongxing-3-4-inspect", "week", 2)
    ]
    assert [(each.clause, each.per) for each in powers.bulletin] == [("yongxing-3-4-bulletin", "month")]
