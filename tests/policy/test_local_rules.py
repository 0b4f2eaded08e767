"""Local rules reach only as far as the document lets them; a refusal names the article."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest

from policy.loader import build_pack, load_all, load_pack
from policy.local_rules import check_local_rule
from tests.policy.helpers import HERE

BOOK = load_all()
REGIONS = {
    "county": {"code": "411722000000", "name": "上蔡县", "level": "county"},
    "town": {"code": "445281102000", "name": "占陇镇", "level": "town"},
    "puning": {"code": "445281000000", "name": "普宁市", "level": "county"},
}


def local(under: str, region: str = "county", **tables: Any):
    data: dict[str, Any] = {
        "pack": {
            "id": "ours",
            "title": "本地制度",
            "issuer": "本地",
            "from": "2025-01-01",
            "region": REGIONS[region],
            "team_kinds": ["village"],
            "managing_office": "county:rural_revitalization",
            "under": under,
        },
        "clause": [
            {
                "id": "ours-1",
                "article": "第一条",
                "kind": "leave",
                "mode": "enforce",
                "topic": "leave",
                "text": "本地规定",
            }
        ],
        **tables,
    }
    return build_pack(data, "本地制度")


def leave(
    *tiers: tuple[float | None, list[dict[str, Any]]],
    roles: tuple[str, ...] = ("member",),
    told: tuple[str, ...] = (),
):
    rows = []
    for upto, steps in tiers:
        row: dict[str, Any] = {"clause": "ours-1", "steps": steps, "file_with": list(told)}
        rows.append(row if upto is None else row | {"upto": upto})
    return [{"roles": list(roles), "tiers": rows}]


CAPTAIN = [{"any": ["team:captain"]}]
SECRETARY = [{"any": ["town:party_secretary"]}]
BUREAU = [{"any": ["county:agriculture"]}]
QUOTA = {
    "clause": "ours-1", "code": "month", "label": "每月在岗", "per": "month", "measure": "on_post",
    "on": "workdays", "at_least": 18,
}  # fmt: skip


def says(base: str, ours) -> list[tuple[str, str]]:
    return [(each.topic, each.article) for each in check_local_rule(BOOK.pack(base), ours)]


def test_zhumadian_lets_counties_replace_leave_even_by_shorter_ways() -> None:
    assert says("zhumadian", local("zhumadian", leave=leave((None, CAPTAIN)))) == []


def test_zhumadian_does_not_let_a_town_make_its_own_leave_rule() -> None:
    ours = local("zhumadian", "town", leave=leave((None, CAPTAIN)))
    refusals = check_local_rule(BOOK.pack("zhumadian"), ours)
    assert [(each.clause, each.article) for each in refusals] == [("zhumadian-16-local", "第十六条")]
    assert "第十六条只让县级制定本地制度，乡镇不能登记" in refusals[0].says


def test_zhumadian_opens_leave_alone() -> None:
    refusals = check_local_rule(BOOK.pack("zhumadian"), local("zhumadian", quota=[QUOTA]))
    assert [each.article for each in refusals] == ["第十三条"]
    assert "第十六条只开放了请销假" in refusals[0].says


def test_puning_lets_localities_refine() -> None:
    stricter = leave((2, CAPTAIN), (4, SECRETARY), (None, BUREAU))
    assert says("puning", local("puning", "town", leave=stricter)) == []
    extra_step = leave((3, CAPTAIN + SECRETARY), (None, SECRETARY + BUREAU))
    assert says("puning", local("puning", "puning", leave=extra_step)) == []


@pytest.mark.parametrize(
    "tiers",
    [
        leave((3.5, CAPTAIN), (5, SECRETARY), (None, BUREAU)),
        leave((3, CAPTAIN), (6, SECRETARY), (None, BUREAU)),
        leave((None, CAPTAIN)),
        leave((3, CAPTAIN), (None, [{"any": ["town:deputy_secretary"]}])),
        leave((3, CAPTAIN), (None, [{"any": ["county:agriculture", "town:party_secretary"]}])),
        leave((5, CAPTAIN), (None, BUREAU), roles=("captain",)),
    ],
    ids=[
        "3.5 to the captain",
        "6 to the secretary",
        "all to the captain",
        "a deputy",
        "a lower one may do",
        "captains",
    ],
)
def test_puning_refuses_what_is_looser(tiers: Any) -> None:
    refusals = check_local_rule(BOOK.pack("puning"), local("puning", "town", leave=tiers))
    assert refusals
    assert {each.article for each in refusals} == {"第六条"}
    assert "第十条只许细化，不许放宽" in refusals[0].says
    assert refusals[0].says.startswith("请假 ")


def test_a_joint_decision_may_not_lose_a_party_or_a_filing() -> None:
    base = load_pack(HERE / "made_up.toml")
    over = [{"any": ["town:party_secretary"], "voice": "opinion"}]
    kept = leave(
        (None, [*over, {"all": ["county:organization", "county:stationing_office"]}]), told=("unit:leader",)
    )
    assert check_local_rule(base, local("liuxi", "town", leave=kept)) == []
    lost = leave((None, [*over, {"all": ["county:organization"]}]), told=("unit:leader",))
    assert [each.article for each in check_local_rule(base, local("liuxi", "town", leave=lost))] == [
        "第五条（二）"
    ]
    untold = leave((None, [*over, {"all": ["county:organization", "county:stationing_office"]}]))
    assert [each.article for each in check_local_rule(base, local("liuxi", "town", leave=untold))] == [
        "第五条（二）"
    ]


@pytest.mark.parametrize("base", ["xinfeng", "yongxing", "ganzhou"])
def test_a_county_may_register_what_the_document_leaves_open(base: str) -> None:
    assert says(base, local(base, leave=leave((3, CAPTAIN), (None, SECRETARY)))) == []


@pytest.mark.parametrize("base", ["xinfeng", "yongxing", "ganzhou"])
def test_a_town_may_not_register_it(base: str) -> None:
    refusals = check_local_rule(BOOK.pack(base), local(base, "town", leave=leave((None, SECRETARY))))
    assert [each.topic for each in refusals] == ["leave"]
    assert "乡镇不能登记" in refusals[0].says


def test_what_a_document_rules_and_does_not_open_is_refused_by_its_article() -> None:
    rule = {
        "clause": "ours-1", "code": "meeting", "label": "例会", "holder": "town:party_committee",
        "about": "例会", "each": "town", "per": "month",
    }  # fmt: skip
    refusals = check_local_rule(BOOK.pack("yongxing"), local("yongxing", obligation=[rule]))
    assert refusals
    assert refusals[0].article == "一 2、六 2"
    assert "没有允许各地另定" in refusals[0].says


def test_refined_quotas_may_only_ask_more() -> None:
    base = load_pack(HERE / "made_up.toml")
    same = tomllib.loads((HERE / "made_up.toml").read_text(encoding="utf-8"))["quota"][0] | {
        "clause": "ours-1"
    }
    for change, looser in (
        ({}, False),
        ({"at_least": 220}, False),
        ({"at_least": 199}, True),
        ({"exempt": ["training", "leave"]}, True),
        ({"count_trip": False}, False),
        ({"code": "another", "at_least": 1}, False),
        ({"cap": "workdays"}, True),
    ):
        refusals = check_local_rule(base, local("liuxi", "town", quota=[same | change]))
        assert bool(refusals) is looser, change
        if looser:
            assert refusals[0].article == "第六条"


def test_a_local_rule_must_say_what_it_stands_on_and_may_not_open_further() -> None:
    assert check_local_rule(BOOK.pack("puning"), local("zhumadian", leave=leave((None, BUREAU))))
    opening = [{"clause": "ours-1", "topics": ["leave"], "levels": ["town"], "how": "replace"}]
    refusals = check_local_rule(BOOK.pack("zhumadian"), local("zhumadian", delegable=opening))
    assert [each.article for each in refusals] == ["第十六条"]


def test_rules_to_which_the_document_yields_are_registered_as_they_are() -> None:
    ours = local("puning", "puning", leave=leave((None, CAPTAIN)))
    header = ours.pack.model_copy(update={"answers": ("first_secretary",)})
    assert check_local_rule(BOOK.pack("puning"), ours.model_copy(update={"pack": header})) == []
    header = ours.pack.model_copy(update={"answers": ("somebody",)})
    assert check_local_rule(BOOK.pack("puning"), ours.model_copy(update={"pack": header}))
    header = ours.pack.model_copy(update={"answers": ("first_secretary",)})
    wide = local("puning", "puning", quota=[QUOTA]).model_copy(update={"pack": header})
    assert [each.article for each in check_local_rule(BOOK.pack("puning"), wide)] == ["第六条"]


def test_a_refining_rule_keeps_the_rows_it_does_not_restate() -> None:
    base = load_pack(HERE / "made_up.toml")
    extra = tomllib.loads((HERE / "made_up.toml").read_text(encoding="utf-8"))["quota"][0]
    ours = local("liuxi", "town", quota=[extra | {"clause": "ours-1", "code": "nights"}])
    book = BOOK.with_packs(base, ours)
    found = book.resolve("quota", ("445281102000", "990101000000"), "village", date(2025, 6, 1))
    assert [rule.code for rule in found.rules] == ["nights", "year_days", "month_nights", "week_days"]
