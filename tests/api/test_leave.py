"""A leave from draft to 销假 without a page, and who reads what of it."""

from __future__ import annotations

from datetime import date

from leave.models import LeaveRequest
from teams.delegations import delegate
from tests.cast import add_yongxing
from tests.drive import MONDAY

WISH = {
    "type": "personal", "start": "2026-11-30", "end": "2026-12-03", "going": "province",
    "destination": "广州市天河区", "reason": "家中有事", "contact": "13800138000",
}  # fmt: skip


def asked(member, **changes) -> dict:
    draft = member.post("leave/", {**WISH, **changes})
    assert draft.status_code == 201, draft.content
    found = draft.json()
    answer = member.post(f"leave/{found['id']}/submit/", {"revision": found["revision"]})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_from_draft_to_return(program, clock) -> None:
    member, secretary = program("liusha_member"), program("liusha_secretary")
    seen_before = member.post(
        "leave/preview/", {"type": "personal", "start": "2026-11-30", "end": "2026-12-03"}
    )
    leave = asked(member)
    assert leave["state"] == "pending"
    assert leave["days"] == 4.0
    assert leave["decision"] == seen_before.json()
    assert leave["decision"]["clauses"][0] == "puning-6-member-4-5"
    waiting = secretary.get("sign-offs/").json()["results"]
    assert [(row["id"], row["subject"]["id"]) for row in waiting] == [(leave["sign_off"], leave["id"])]
    page = secretary.get(f"sign-offs/{leave['sign_off']}/").json()
    assert page["mine"]["voice"] == "decide"
    signed = secretary.post(
        f"sign-offs/{page['id']}/sign/",
        {"decision": "agree", "page_hash": page["page_hash"], "request_key": "k-1", "note": "注意安全"},
    ).json()
    assert signed["state"] == "agreed"
    assert [seat["signature"]["note"] for seat in signed["seats"]] == ["注意安全"]
    assert secretary.get("sign-offs/").json()["count"] == 0
    clock.set(date(2026, 12, 4))
    back = member.post(
        f"leave/{leave['id']}/return/", {"returned_on": "2026-12-04", "returned_half": "am"}
    ).json()
    assert (back["state"], back["returned_on"]) == ("back", "2026-12-04")


def test_a_signature_on_what_has_changed_is_a_conflict(program) -> None:
    leave = asked(program("liusha_member"))
    answer = program("liusha_secretary").post(
        f"sign-offs/{leave['sign_off']}/sign/",
        {"decision": "agree", "page_hash": "0" * 64, "request_key": "k-2"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")


def test_signing_needs_a_key_of_one_kind_or_the_other(program) -> None:
    leave = asked(program("liusha_member"))
    secretary = program("liusha_secretary")
    path = f"sign-offs/{leave['sign_off']}/"
    body = {"decision": "agree", "page_hash": secretary.get(path).json()["page_hash"]}
    answer = secretary.post(f"{path}sign/", body)
    assert answer.json()["errors"]["request_key"][0]["code"] == "required"
    assert secretary.post(f"{path}sign/", body, key="k-3").status_code == 200


def test_nobody_signs_his_own_nor_a_neighbours(program) -> None:
    leave = asked(program("liusha_captain"), end="2026-11-30")
    body = {"decision": "agree", "page_hash": "0" * 64, "request_key": "k-4"}
    path = f"sign-offs/{leave['sign_off']}/sign/"
    own = program("liusha_captain").post(path, body)
    assert (own.status_code, own.json()["code"]) == (422, "recused")
    assert program("lihu_secretary").post(path, body).status_code == 404


def test_a_changed_draft_needs_the_revision_that_was_read(program) -> None:
    member = program("liusha_member")
    draft = member.post("leave/", WISH).json()
    changed = member.send("PUT", f"leave/{draft['id']}/", {**WISH, "reason": "看病", "revision": 1})
    assert (changed.status_code, changed.json()["reason"]) == (200, "看病")
    late = member.send("PUT", f"leave/{draft['id']}/", {**WISH, "reason": "出游", "revision": 1})
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert member.send("DELETE", f"leave/{draft['id']}/").status_code == 204
    assert not LeaveRequest.objects.exists()


def test_withdrawn_and_cancelled(program, drive) -> None:
    member = program("liusha_member")
    leave = asked(member)
    assert member.post(f"leave/{leave['id']}/withdraw/").json()["state"] == "withdrawn"
    approved = drive.ask("liusha_member", 1, start=date(2026, 12, 14))
    drive.sign("liusha_captain", approved)
    assert member.post(f"leave/{approved.pk}/cancel/").json()["state"] == "cancelled"


def test_the_reason_is_for_those_who_need_it_and_the_telephone_is_masked(program) -> None:
    leave = asked(program("liusha_member"))
    path = f"leave/{leave['id']}/"
    read = {
        who: program(who).get(path).json() for who in ("liusha_secretary", "liusha_captain", "pn_unit_chief")
    }
    assert read["liusha_secretary"]["reason"] == "家中有事"
    assert read["liusha_captain"]["reason"] is None
    assert read["liusha_captain"]["contact"] == "138****8000"
    assert read["pn_unit_chief"]["reason"] is None
    assert read["pn_unit_chief"]["contact"] == "138****8000"
    assert "reason" not in program("liusha_secretary").get("leave/").json()["results"][0]


def test_a_draft_is_in_nobody_elses_list(program) -> None:
    program("liusha_member").post("leave/", WISH)
    assert program("liusha_captain").get("leave/").json()["count"] == 0
    assert program("liusha_member").get("leave/?phase=draft").json()["count"] == 1


def test_filters_narrow_and_pages_keep_their_order(program, drive, world) -> None:
    requests = [drive.ask(who, 1) for who in ("liusha_member", "liusha_mate", "liusha_captain")]
    captain = program("liusha_captain")
    own = captain.get("leave/?mine=true").json()["results"]
    assert [row["id"] for row in own] == [requests[2].pk]
    person = world.human("liusha_mate").pk
    assert captain.get(f"leave/?applicant={person}").json()["count"] == 1
    pages = [captain.get(f"leave/?page_size=2&page={page}").json() for page in (1, 2)]
    assert [row["id"] for page in pages for row in page["results"]] == [row.pk for row in reversed(requests)]
    assert pages[0]["next"].endswith("/api/leave/?page=2&page_size=2")


def test_where_the_document_is_silent_the_office_names_who_decides(program, world, clock) -> None:
    add_yongxing(world)
    leave = asked(program("yx_member"))
    office = program("yx_office_chief")
    offered = office.get(f"leave/{leave['id']}/deciders/").json()
    assert {"party": "town:party_secretary", "label": "镇党委书记"}["party"] in {
        row["party"] for row in offered
    }
    page = office.get(f"sign-offs/{leave['sign_off']}/").json()
    assert page["mine"]["voice"] == "assign"
    named = office.post(
        f"leave/{leave['id']}/assign/",
        {"parties": ["town:party_secretary"], "reason": "按以往做法", "page_hash": page["page_hash"]},
    )
    assert named.status_code == 200, named.content
    assert program("matian_secretary").get("sign-offs/").json()["count"] == 1


def test_those_who_are_told_confirm_it(program, drive) -> None:
    request = drive.ask("liusha_member", 6)
    drive.sign("pn_agri_chief", request)
    captain = program("liusha_captain")
    told = captain.get("filings/").json()["results"]
    assert told[0]["subject"] == {"kind": "leave", "id": request.pk}
    seen = captain.post(f"filings/{told[0]['id']}/acknowledge/").json()
    assert seen["seen_by"] == "洪队长"
    assert program("lihu_captain").post(f"filings/{told[0]['id']}/acknowledge/").status_code == 404


def test_whom_the_decider_named_signs_through_the_api_too(program, world) -> None:
    """代办委托: his list says by which right, and the signature for whom; the neighbouring member finds nothing."""
    leave = asked(program("liusha_member"), end="2026-12-01")
    mate = program("liusha_mate")
    assert mate.get(f"sign-offs/{leave['sign_off']}/").status_code == 404
    delegate(
        of_id=world.appointments["liusha_captain"].pk,
        to_id=world.appointments["liusha_mate"].pk,
        valid_from=MONDAY,
        valid_to=MONDAY,
        why="外出开会",
        acting_user=world.user("liusha_captain"),
    )
    waiting = mate.get("sign-offs/").json()["results"]
    assert [(row["id"], row["via"]) for row in waiting] == [(leave["sign_off"], "delegated")]
    page = mate.get(f"sign-offs/{leave['sign_off']}/").json()
    said = {"decision": "agree", "page_hash": page["page_hash"], "request_key": "k-3"}
    assert program("lihu_member").post(f"sign-offs/{page['id']}/sign/", said).status_code == 404
    signed = mate.post(f"sign-offs/{page['id']}/sign/", said).json()
    assert signed["state"] == "agreed"
    assert signed["seats"][0]["signature"]["capacity"] == "代洪队长（驻洪阳镇工作队 队长）"
