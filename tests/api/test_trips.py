"""A trip from the report to the return without a page; the neighbours know nothing of it."""

from __future__ import annotations

from datetime import date

TRIP = {
    "start": "2026-11-30", "end": "2026-12-01", "sent_by": "县乡村振兴局", "purpose": "参加业务培训",
    "destination": "揭阳市榕城区",
}  # fmt: skip


def test_from_report_to_return(program, clock) -> None:
    member, captain = program("liusha_member"), program("liusha_captain")
    answer = member.post("trips/", TRIP, key="trip-1")
    assert answer.status_code == 201, answer.content
    trip = answer.json()
    assert (trip["state"], trip["days"], trip["traveller"]["name"]) == ("reported", 2.0, "洪队员")
    assert trip["clauses"] == ["puning-6-official-trip"]
    # The same key again is the same report.
    assert member.post("trips/", TRIP, key="trip-1").json()["id"] == trip["id"]
    assert captain.get("trips/").json()["count"] == 1
    assert program("lihu_captain").get("trips/").json()["count"] == 0
    assert program("lihu_captain").get(f"trips/{trip['id']}/").status_code == 404
    own = member.post(f"trips/{trip['id']}/acknowledge/")
    assert (own.status_code, own.json()["code"]) == (422, "not_told")
    clock.set(date(2026, 12, 1))
    back = captain.post(
        f"trips/{trip['id']}/return/", {"returned_on": "2026-12-01", "returned_half": "pm", "note": "已参训"}
    ).json()
    assert (back["state"], back["outcome"]) == ("back", "已参训")


def test_whom_it_was_reported_to_acknowledges_once(program) -> None:
    trip = program("liusha_member").post("trips/", TRIP).json()
    assert "队长" in [row["label"] for row in trip["told"]]
    known = program("liusha_captain").post(f"trips/{trip['id']}/acknowledge/")
    assert (known.status_code, known.json()["state"]) == (200, "acknowledged")
    again = program("liusha_captain").post(f"trips/{trip['id']}/acknowledge/")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert program("lihu_captain").post(f"trips/{trip['id']}/acknowledge/").status_code == 404


def test_every_mistake_is_said_and_nobody_reports_for_a_neighbour(program, world) -> None:
    member = program("liusha_member")
    answer = member.post("trips/", {**TRIP, "end": "2026-11-29"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["end"])
    mate = {**TRIP, "traveller": world.human("liusha_mate").pk}
    assert member.post("trips/", mate).status_code == 404
    neighbour = {**TRIP, "traveller": world.human("lihu_member").pk}
    assert program("liusha_captain").post("trips/", neighbour).status_code == 404
    assert program("liusha_captain").post("trips/", mate).status_code == 201
    assert program("liusha_member", "leave:read").post("trips/", TRIP).status_code == 403
