"""Who may open what. Every address, every method, every kind of person; and whose names stand in the answers."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from config import api
from teams.models import User
from teams.words import Post
from tests.access import METHODS, REASON, ROLES, Scene, addresses, matrix, names_in, whitelist
from tests.stage import scene, staged

__all__ = ["scene", "staged"]

FOREIGN = ("上蔡", "朱里", "新丰", "梅坑")
NUMBER = re.compile(r"/\d+/")
#: Whose names a person must never meet.
HIDDEN = {
    "outsider": ("洪阳", *FOREIGN),
    "member": ("里湖", *FOREIGN),
    "captain": ("里湖", *FOREIGN),
    "secretary": ("里湖", *FOREIGN),
    "county": FOREIGN,
    "unit": FOREIGN,
    "system": FOREIGN,
    "security": FOREIGN,
    "auditor": FOREIGN,
}
#: Pages that show people when asked in a particular way, beside every address as it is.
QUERIES = {
    "leave:list": ["?q=队", "?state=approved", "?page=2"],
    "leave:away": ["?view=week", "?view=month", "?view=month&month=2026-12"],
    "leave:ledger": ["?part=year", "?part=year&page=2"],
    "attendance:register": ["?team=all", "?month=2026-10"],
    "attendance:mine": ["?month=2026-10&day=5"],
    "overview:board": ["?day=2026-11-20", "?day=2026-10-09"],
    "teams:list": ["?q=队"],
    "approvals:todo": ["?tab=done", "?tab=told", "?tab=mine"],
    "api:people-list": ["?page_size=100"],
    "api:appointments-list": ["?page_size=100"],
    "api:leave-list": ["?page_size=100"],
    "api:trips-list": ["?page_size=100"],
}


#: Every field some page of the site reads, and a few that none does.
FIELDS = (
    "note request_key page_hash form_key submit_key revision reason parties together returned_on returned_half "
    "q state type start end start_half end_half going destination stand_in contact username password "
    "old_password new_password1 new_password2 text page text_size next decision tab place role days on town "
    "device code only username duty confirm_password "
    "month unit post person order view also_first_secretary dispatched_by request_id region kind name gender born "
    "phone registered_in another told body title home_post stationed_at valid_from valid_to when acting_for basis "
    "code level support_class first_day last_day into parent document short_name functions function origin "
    "institution team_kind task target purpose why traveller sent_by exit_document extends_id replaces_id "
    "page_size team applicant mine since until phase unread extends replaces "
    "number issuer issued under answers team_kinds do g0-row g0-roles g0-types g0-t0-row "
    "g0-t0-upto g0-t0-article g0-t0-told g0-t0-s0-row g0-t0-s0-parties g0-t0-s0-mode q0-row q0-code q0-per "
    "q0-at_least q0-article count-article count-count_personal try_role try_type try_days with how topic key "
    "leave-join_touching-value leave-join_touching-basis leave-join_touching-valid_from "
    "given_by given_post given_on given_time past leave-voice_days-value leave-voice_days-basis "
    "seen confirm mend year part day leave-allowance-value_annual leave-allowance-basis "
    "view reach leave-flood_season-value leave-flood_season-basis leave-least_on_post-value "
    "leave-least_on_post-basis leave-remind_after_days-value leave-escalate_after_days-value leave-return_notice_days-value to "
    "duty first last leave-least_on_duty-value leave-least_on_duty-basis "
    "entry seen d1 d23 attendance-mode-value attendance-captain_enters-value attendance-count_trip-value "
    "kind client_key device_time ago latitude longitude accuracy attendance-tap-value attendance-place_needed-value "
    "attendance-radius-value attendance-position_days-value attendance-photo-value "
    "clause day time method checkers others places how_many by_town seed_from seed_basis office outcome seed "
    "checks prefix method overall demands deadline unit talker with_whom cases held_on "
    "halves note mark also posting signer signed_on whereabouts remedy papers evidence case due "
    "attendance-absence_cutoff-value"
)


def test_every_view_says_who_may_use_it() -> None:
    silent = {address.name for address in addresses() if address.audience is None}
    assert silent == whitelist()


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    """For a page to read it and to send it something, for the API each action."""
    known = {
        (address.name, method)
        for address in addresses()
        if address.name not in whitelist()
        for method in address.methods
    }
    assert {(row["url_name"], row["method"]) for row in matrix()} == known


def test_the_matrix_expects_no_crash_and_leads_strangers_away() -> None:
    for row in matrix():
        assert not [role for role in ROLES if row[role] >= "500"], row
        if row["url_name"].startswith("api:") and row["url_name"] != "api:docs":
            assert row["anonymous"] == "401", row


def test_strangers_reach_only_what_is_public(scene: Scene) -> None:
    wrong = []
    for address in addresses():
        open_to_all = address.audience == "public" or address.name in whitelist()
        for method in METHODS:
            response = scene.ask(None, method, scene.path(address))
            to_login = response.status_code == 302 and response["Location"].startswith("/login/")
            shut = to_login or response.status_code in (401, 403, 404, 405)
            if not shut and not open_to_all:
                wrong.append(f"{method} {address.name}: {response.status_code}")
    assert wrong == []


@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_the_matrix(scene: Scene, role: str) -> None:
    wrong = []
    by_name = {}
    for address in addresses():
        by_name.setdefault(address.name, []).append(address)
    for row in matrix():
        for address in by_name.get(row["url_name"], []):
            response = _answer(scene, ROLES.get(role), row["method"], scene.path(address))
            if str(response.status_code) not in row[role].split("/"):
                wrong.append(
                    f"{row['method']} {row['url_name']}: {response.status_code}, the matrix says {row[role]}"
                )
    assert wrong == []


#: What a whole county may know: which unit is paired with which town, and its dispatching units.
OF_THE_COUNTY = {"teams:pairing", "api:units-detail"}
#: A unit that has people in the same team knows the team, not the member of another unit.
OF_THE_TEAM = {"teams:team", "api:teams-detail"}
OF_THE_TOWN = {"api:regions-detail", "api:offices-detail"}
NEAR_MISSES = {
    "xf_captain": set(),
    "sc_member": set(),
    "pn_finance_chief": OF_THE_COUNTY,
    "lihu_secretary": OF_THE_COUNTY,
    "lihu_member": OF_THE_COUNTY,
    "pn_unit2_chief": OF_THE_COUNTY | OF_THE_TEAM,
    "next_captain": OF_THE_COUNTY | OF_THE_TOWN,
}


@pytest.mark.parametrize("who", NEAR_MISSES)
def test_what_belongs_to_one_team_does_not_exist_for_others(scene: Scene, who: str) -> None:
    """Page, action, file and API: for the next team, the next town, the next unit, 财政, another county."""
    answers = {
        (address.name, method): _answer(scene, who, method, scene.path(address)).status_code
        for address in addresses()
        if address.about_one_object and address.name not in NEAR_MISSES[who]
        for method in address.methods
    }
    assert {item: code for item, code in answers.items() if code not in (404, 405)} == {}


def test_no_method_on_any_address_ends_in_a_crash(scene: Scene) -> None:
    """Of whoever is no role everything is asked; of the first who gets to see a page, what the matrix does not ask."""
    _nobody(scene)
    rows = {row["url_name"]: row for row in matrix() if row["method"] == "GET"}
    crashed = []
    for address in addresses():
        seen_by = next((role for role in ROLES if rows.get(address.name, {}).get(role) == "200"), None)
        unasked = [("nobody", method) for method in METHODS]
        if seen_by is not None:
            unasked += [(ROLES[seen_by], method) for method in METHODS if method not in address.methods]
        for who, method in unasked:
            response = _answer(scene, who, method, scene.path(address))
            if response.status_code >= 500 and address.name != "readyz":
                crashed.append(f"{method} {address.name} as {who}: {response.status_code}")
    assert crashed == []


@pytest.mark.parametrize("who", ["liusha_member", "pn_system"])
def test_a_number_no_database_holds_names_nothing(scene: Scene, who: str) -> None:
    answers = {
        (address.name, method): scene.ask(who, method, NUMBER.sub(f"/{10**24}/", path)).status_code
        for address in addresses()
        if NUMBER.search(path := scene.path(address))
        for method in address.methods
    }
    assert len(answers) > 40
    assert {item: code for item, code in answers.items() if code not in (404, 405)} == {}


@pytest.mark.postgres
@pytest.mark.parametrize(
    "text", ["\0", "长" * 3000, "-1", "9" * 20], ids=["control", "long", "minus", "huge"]
)
def test_no_text_in_any_field_ends_in_a_crash(scene: Scene, text: str) -> None:
    """What PostgreSQL refuses and SQLite swallows: control characters, endless text, numbers past its range.

    Each address is asked by the first two whom the matrix lets in: with others no field is ever read.
    """
    crashed = []
    rows = {(row["url_name"], row["method"]): row for row in matrix()}
    asked = [(address, method, row) for address in addresses() for method in address.methods
             if (row := rows.get((address.name, method)))]  # fmt: skip
    for address, method, row in asked:
        for role in [role for role in ROLES if row[role] not in ("403", "404", "405")][:2]:
            # An address is never longer than a server takes; a body may be.
            fields = dict.fromkeys(FIELDS.split(), text[:200] if method == "GET" else text)
            if text != "9" * 20:
                fields["decision"] = "agree"
            response = scene.ask(ROLES[role], method, scene.path(address), fields, as_json=address.is_api)
            if response.status_code >= 500 and address.name != "readyz":
                crashed.append(f"{method} {address.name} as {role}: {response.status_code}")
    assert crashed == []


#: Who never reads why somebody asks for leave, and who does: the near side, where it would have been found.
NO_REASON = {"outsider", "captain", "unit", "liusha_mate", "liusha_officer"}
READS_REASON = {"member", "secretary"}


@pytest.mark.parametrize("role", [*ROLES, "liusha_mate", "liusha_officer"])
def test_what_is_hidden_stands_on_no_page(scene: Scene, role: str) -> None:
    """Names of foreign places, for a unit those of other units' people, and reasons for leave."""
    hidden = names_in(scene.world, *HIDDEN.get(role, ("里湖", *FOREIGN)))
    assert len(hidden) > 4
    if role == "unit":
        hidden |= {"洪队友", "洪第一"}
    if role in NO_REASON:
        hidden.add(REASON)
    pages = _pages(scene, ROLES.get(role, role))
    assert [f"{path}: {word}" for path, body in pages for word in hidden if word in body] == []
    assert role not in READS_REASON or any(REASON in body for _, body in pages)


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_the_page_of_what_does_not_exist_names_nobody(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setattr("config.urls.handler404", api.not_found)
    _nobody(scene)
    response = scene.ask(ROLES.get(role, role), "GET", f"/leave/{10**9}/")
    body = response.content.decode()
    assert (response.status_code, "<h1" in body) == (404, True)
    assert [name for name in names_in(scene.world, *HIDDEN.get(role, FOREIGN)) if name in body] == []


@pytest.mark.parametrize("who", ["nobody", "liusha_disabled"])
def test_who_holds_no_post_meets_nobody(scene: Scene, who: str) -> None:
    """A login without a person, and an account that was switched off while its page was open."""
    _nobody(scene)
    if who == "liusha_disabled":
        team, unit = "liusha_team", scene.world.bodies["pn_unit"]
        scene.admit(who, scene.world.person(who, "洪停用", Post.CAPTAIN, team, unit=unit))
        assert "洪队员" in scene.ask(who, "GET", "/leave/").content.decode()
        User.objects.filter(pk=scene.world.users[who].pk).update(is_active=False)
    names = names_in(scene.world, "洪阳", "里湖", *FOREIGN)
    found = {(path, name) for path, body in _pages(scene, who) for name in names if name in body}
    assert found == set()


def _answer(scene: Scene, who: str | None, method: str, path: str) -> HttpResponse:
    return scene.look(who, path) if method == "GET" else scene.ask(who, method, path)


def _pages(scene: Scene, who: str) -> list[tuple[str, str]]:
    """Every page a person can get, with its body."""
    pages = []
    for address in addresses():
        for query in ["", *QUERIES.get(address.name, [])]:
            path = scene.path(address) + query
            response = scene.look(who, path)
            if response.status_code == 200 and not response.streaming:
                pages.append((path, response.content.decode(errors="replace")))
    return pages


def _nobody(scene: Scene) -> None:
    scene.admit("nobody", User.objects.create(username="nobody", password="!"))
