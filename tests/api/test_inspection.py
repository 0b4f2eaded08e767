"""查岗 and 督查通报 without a page: the same secrecy, the same refusals, each thing once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from approvals.models import SignOff
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.inspection.papers import BULLETIN
from tests.api.program import Program
from tests.attendance.inspections import CITY, TOMORROW, city_world, judge
from tests.cast import World
from tests.drive import MONDAY, Clock

CLAUSE = "zhumadian-18-absence-statement"
LATER = TOMORROW + timedelta(days=1)


@pytest.fixture
def city(db, clock: Clock) -> World:
    return city_world()


@pytest.fixture
def of(city: World):
    def program(who: str, *scopes: str) -> Program:
        return Program.acting_for(city.user(who), *scopes)

    return program


def plan_of(city: World, **changes: Any) -> dict[str, Any]:
    wanted = {
        "office": city.bodies["zmd_rural"].pk,
        "clause": CLAUSE,
        "method": "on_site",
        "day": TOMORROW.isoformat(),
        "time": "am",
        "checkers": [city.human(CITY).pk],
    }
    return {**wanted, **changes}


def planned(of: Any, city: World, **changes: Any) -> dict[str, Any]:
    answer = of(CITY).post("checks/", plan_of(city, **changes))
    assert answer.status_code == 201, answer.content
    return answer.json()


def target_of(check: dict[str, Any], city: World, who: str) -> int:
    return SpotTarget.objects.get(check_of=check["id"], posting=city.appointments[who]).pk


def result(
    check: dict[str, Any], city: World, who: str, outcome: str, key: str, note: str = ""
) -> dict[str, Any]:
    return {"target": target_of(check, city, who), "outcome": outcome, "note": note, "client_key": key}


def closed(of: Any, city: World, clock: Clock, absent: str = "houyang_member") -> dict[str, Any]:
    check = planned(of, city)
    clock.set(TOMORROW)
    chief = of(CITY)
    chief.post(f"checks/{check['id']}/results/", result(check, city, absent, "absent", "k-1", "村部没有人"))
    chief.post(f"checks/{check['id']}/rest/")
    answer = chief.post(f"checks/{check['id']}/close/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_who_may_check_and_by_which_clause(of, city: World) -> None:
    offices = of(CITY).get("checks/offices/").json()
    assert [row["office"]["name"] for row in offices] == ["驻马店市乡村振兴局"]
    assert CLAUSE in [power["clause"] for power in offices[0]["check"]]
    assert of("shaodian_secretary").get("checks/offices/").json() == []


def test_a_draw_from_plan_to_end_and_again_by_hand(of, city: World, clock: Clock) -> None:
    check = planned(of, city, day=LATER.isoformat(), how_many=1, seed_from="published", seed_basis="收盘点位")
    address = f"checks/{check['id']}/"
    chief = of(CITY)
    early = chief.post(f"{address}draw/")
    assert (early.status_code, early.json()["code"], list(early.json()["errors"])) == (422, "seed", ["seed"])
    assert chief.post(f"{address}seed/", {"seed": "3456.78"}).json()["seed"] == "3456.78"
    again = chief.post(f"{address}seed/", {"seed": "1"})
    assert (again.status_code, again.json()["code"]) == (409, "seeded")
    drawn = chief.post(f"{address}draw/").json()
    assert (drawn["state"], len(drawn["targets"]), drawn["pool_size"]) == (
        "drawn",
        1,
        len(SpotCheck.objects.get().pool),
    )
    pool = chief.get(f"{address}pool/").json()
    lowest = min(pool, key=lambda row: row["digest"])
    assert [row["code"] for row in pool if row["drawn"]] == [lowest["code"]] == [drawn["targets"][0]["code"]]
    assert (chief.post(f"{address}draw/").json()["code"]) == "wrong_state"
    gone = chief.post(f"{address}cancel/", {"why": "台风"}).json()
    assert (gone["state"], gone["cancelled_why"]) == ("cancelled", "台风")


def test_a_result_counts_once_under_its_key_however_late_it_comes_again(
    of, city: World, clock: Clock
) -> None:
    check = planned(of, city)
    clock.set(TOMORROW)
    chief, address = of(CITY), f"checks/{check['id']}/results/"
    first = result(check, city, "houyang_member", "absent", "tap-1", "没有人")

    def said() -> tuple[str, str]:
        row = SpotTarget.objects.get(pk=first["target"])
        return row.outcome, row.note

    assert chief.post(address, first).status_code == 200
    chief.post(address, {**first, "outcome": "on_post", "note": "在地里", "client_key": "tap-2"})
    assert said() == ("on_post", "在地里")
    # The first tap, sent again by a telephone that heard no answer, does not come over the correction.
    assert chief.post(address, first).status_code == 200
    assert said() == ("on_post", "在地里")
    chief.post(f"checks/{check['id']}/rest/")
    assert chief.post(f"checks/{check['id']}/close/").json()["state"] == "closed"
    assert chief.post(address, first).status_code == 200
    late = chief.post(address, {**first, "client_key": "tap-3"})
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    bad = chief.post(address, {**first, "client_key": "no spaces"})
    assert (bad.status_code, list(bad.json()["errors"])) == (422, ["client_key"])


def test_every_refusal_has_its_code(of, city: World, clock: Clock) -> None:
    chief = of(CITY)
    for changes, field in (
        ({"clause": "puning-6-member-3"}, "clause"),
        ({"day": (MONDAY - timedelta(days=1)).isoformat()}, "day"),
        ({"checkers": [city.human("zhuli_officer").pk]}, "checkers"),
        ({"places": [city.regions["liusha"].pk]}, "places"),
        ({"time": "noon"}, "time"),
    ):
        answer = chief.post("checks/", plan_of(city, **changes))
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    check = planned(of, city)
    row = result(check, city, "houyang_member", "on_post", "a")
    assert chief.post(f"checks/{check['id']}/results/", row).json()["code"] == "early"
    clock.set(TOMORROW)
    staff = of("zmd_staff").post(f"checks/{check['id']}/results/", row)
    assert (staff.status_code, staff.json()["code"]) == (422, "not_sent")
    away = chief.post(f"checks/{check['id']}/results/", {**row, "outcome": "leave"})
    assert (away.json()["code"], list(away.json()["errors"])) == ("no_away", ["outcome"])
    stranger = chief.post(f"checks/{check['id']}/results/", {**row, "target": 10**9})
    assert (stranger.status_code, list(stranger.json()["errors"])) == (422, ["target"])
    assert chief.post(f"checks/{check['id']}/close/").json()["code"] == "left"


def test_until_it_is_closed_a_check_is_nobodys_but_its_offices(of, city: World, clock: Clock) -> None:
    check = planned(of, city)
    outside = (
        "xp_rural_chief",
        "sc_rural_chief",
        "shaodian_secretary",
        "houyang_captain",
        "houyang_member",
        "water_chief",
    )
    for who in outside:
        program = of(who)
        for method, action in (
            ("GET", ""),
            ("GET", "pool/"),
            ("POST", "draw/"),
            ("POST", "close/"),
            ("POST", "results/"),
        ):
            assert program.send(method, f"checks/{check['id']}/{action}", {}).status_code == 404, (
                who,
                action,
            )
        listed = program.get("checks/")
        assert listed.status_code == 404 or listed.json()["count"] == 0
    # A plan in the name of another office.
    foreign = of("xp_rural_chief").post("checks/", plan_of(city))
    assert foreign.status_code == 404
    assert of(CITY, "inspection:read").post(f"checks/{check['id']}/close/").status_code == 403
    assert of(CITY, "attendance:read").get(f"checks/{check['id']}/").status_code == 403


def test_closed_each_reads_his_own_people(of, city: World, clock: Clock) -> None:
    check = closed(of, city, clock)
    town = of("shaodian_secretary").get(f"checks/{check['id']}/").json()
    assert {row["team"]["name"] for row in town["targets"]} == {"驻后杨村工作队"}
    assert town["unlisted"] == len(check["targets"]) - len(town["targets"]) > 0
    row = next(row for row in town["targets"] if row["outcome"] == "absent")
    assert (row["case_state"], row["note"]) == ("pending", "村部没有人")
    assert of("xp_rural_chief").get(f"checks/{check['id']}/").status_code == 404


def test_a_bulletin_from_draft_to_the_word_that_it_was_read(of, city: World, clock: Clock) -> None:
    check = closed(of, city, clock)
    judge(city, "houyang_member")
    staff, chief, town = of("zmd_staff"), of(CITY), of("shaodian_secretary")
    wanted = {"office": city.bodies["zmd_rural"].pk, "checks": [check["id"]]}
    answer = staff.post("bulletins/", wanted, key="draft-1")
    assert answer.status_code == 201, answer.content
    draft = answer.json()
    assert staff.post("bulletins/", wanted, key="draft-1").json()["id"] == draft["id"]
    assert (draft["number"], [item["name"] for item in draft["items"]]) == ("", ["邵队员"])
    spoken = staff.post("bulletins/", wanted)
    assert (spoken.status_code, list(spoken.json()["errors"])) == (422, ["checks"])
    address = f"bulletins/{draft['id']}/"
    assert town.get(address).status_code == 404
    words = {name: draft[name] for name in ("revision", "title", "prefix", "method", "overall", "demands")}
    words["items"] = [{"id": item["id"], "problem": "上午不在岗"} for item in draft["items"]]
    edited = staff.send("PUT", address, {**words, "prefix": "驻乡振督"}).json()
    assert (edited["prefix"], edited["items"][0]["problem"]) == ("驻乡振督", "上午不在岗")
    stale = staff.send("PUT", address, words)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    wrong = staff.send("PUT", address, {**words, "revision": 2, "items": [{"id": 10**9, "problem": "无"}]})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["items"])
    sent = staff.post(f"{address}send/").json()
    assert sent["state"] == "pending"
    assert staff.post(f"{address}withdraw/").json()["state"] == "draft"
    sent = staff.post(f"{address}send/").json()
    seen = chief.get(f"sign-offs/{sent['sign_off']}/").json()
    signed = chief.post(
        f"sign-offs/{sent['sign_off']}/sign/",
        {"decision": "agree", "page_hash": seen["page_hash"], "request_key": "issue-1"},
    )
    assert signed.status_code == 200, signed.content
    issued = chief.get(address).json()
    assert (issued["state"], issued["number"]) == ("issued", "驻乡振督〔2026〕1号")
    assert SignOff.objects.filter(subject_kind=BULLETIN).latest("round").state == SignOff.State.AGREED
    # The town reads it whole and says so once; who it was not sent to does not.
    assert [item["name"] for item in town.get(address).json()["items"]] == ["邵队员"]
    assert town.post(f"{address}acknowledge/").status_code == 200
    read = [row["label"] for row in chief.get(address).json()["filings"] if row["seen_by"] == "邵书记"]
    assert len(read) == 1
    told = of("houyang_member").post(f"{address}acknowledge/")
    assert (told.status_code, told.json()["code"]) == (422, "not_told")
    assert of("xp_rural_chief").get(address).status_code == 404
    assert of("xp_rural_chief").post(f"{address}acknowledge/").status_code == 404
    # What is issued is put right by another one.
    assert staff.post(f"{address}drop/").json()["code"] == "wrong_state"
    later = staff.post(f"{address}correct/", key="again-1")
    assert (later.status_code, later.json()["corrects"]) == (201, draft["id"])
    assert staff.post(f"bulletins/{later.json()['id']}/drop/").json()["state"] == "dropped"
