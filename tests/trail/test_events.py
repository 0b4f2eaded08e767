"""Every verb leaves an event: who, when, what, old and new, from where, with what outcome, about which place."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import audit, context, trail, verbs
from core.checks import ROOMS
from core.errors import NotYours, Refused
from core.models import AuditEvent
from core.verbs import verb
from leave.models import LeaveRequest
from teams import accounts
from teams.models import User
from teams.people import add_region, end_appointment
from tests.cast import World
from tests.drive import MONDAY, Drive, now
from tests.watch import Watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ROOT = Path(__file__).resolve().parents[2]


def every_verb() -> dict[str, Callable[..., Any]]:
    """Every function marked as a verb in any module of any room, by its dotted name."""
    found = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" in module.name:
                continue
            for name, item in vars(importlib.import_module(module.name)).items():
                if inspect.isfunction(item) and hasattr(item, "verb") and item.__module__ == module.name:
                    found[f"{module.name}.{name}"] = item
    return found


def recorded_codes() -> Iterator[tuple[str, str]]:
    """Every action code written out in a call of audit.record, with the file it stands in."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.record", "record"):
                    for keyword in node.keywords:
                        if keyword.arg == "action" and isinstance(keyword.value, ast.Constant):
                            yield keyword.value.value, str(path.relative_to(ROOT))


def test_every_verb_takes_keywords_and_says_who_acts() -> None:
    verbs = every_verb()
    assert len(verbs) > 20
    wrong = [
        name
        for name, function in verbs.items()
        if "acting_user" not in (parameters := inspect.signature(function).parameters)
        or any(item.kind == item.POSITIONAL_OR_KEYWORD for item in parameters.values())
    ]
    assert wrong == []


def test_every_action_has_a_name_in_chinese() -> None:
    """A verb without one: name it in the trail.py of its room."""
    codes = {function.verb: name for name, function in every_verb().items()}
    codes.update(recorded_codes())
    nameless = {code: where for code, where in codes.items() if trail.action_words(code).isascii()}
    assert nameless == {}


def test_the_names_of_actions_are_told_apart() -> None:
    assert len(set(trail.ACTIONS.values())) == len(trail.ACTIONS)


def test_one_request_from_draft_to_return_leaves_the_whole_story(drive: Drive, clock: Any) -> None:
    request = drive.ask("liusha_member", 1)
    drive.sign("liusha_captain", request)
    clock.set(now(request).end)
    drive.back("liusha_member", request, now(request).end, "pm")
    events = AuditEvent.objects.filter(subject_kind="leave", subject_id=request.pk).order_by("pk")
    assert [trail.action_words(event.action) for event in events] == [
        "保存请假草稿",
        "开始签批",
        "提交请假",
        "签批",
        "请假获批准",
        "销假",
    ]
    assert {event.actor_name for event in events} == {"洪队员", "洪队长"}
    approved = events[4]
    assert trail.changes(approved.before, approved.after, "leave") == [("状态", "待批", "已批准")]
    signed = events[3]
    assert signed.capacity == "驻洪阳镇工作队 队长"
    assert ("决定", "—", "同意") in trail.changes(signed.before, signed.after)
    town = drive.world.regions["liusha"].path
    assert {event.place for event in events} == {town}


def test_a_refusal_is_one_event_and_nothing_else(drive: Drive, verbs_watched: Watch) -> None:
    request = drive.ask("liusha_member", 4)
    before, mutations = AuditEvent.objects.count(), verbs_watched.mutations
    with pytest.raises(NotYours):
        drive.withdraw("xf_member", request)
    assert AuditEvent.objects.count() == before + 1
    assert verbs_watched.mutations == mutations
    event = AuditEvent.objects.first()
    assert (event.action, event.outcome, event.actor_name) == ("leave.withdraw", "refused", "新队员")
    assert event.after == {"code": "not_yours", "why": "没有这一件", "request_id": str(request.pk)}
    # Whoever tried belongs somewhere, and whoever oversees that place sees it.
    assert event.place == drive.world.regions["meikeng"].path


def test_an_audit_that_fails_undoes_the_act(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = drive.save("liusha_member", 2)
    events = AuditEvent.objects.count()

    def full(**fields: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(audit, "record", full)
    with pytest.raises(OSError, match="no space left"):
        drive.submit("liusha_member", draft)
    assert now(draft).state == LeaveRequest.State.DRAFT
    assert AuditEvent.objects.count() == events


def test_a_silent_verb_is_found_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch around every test does see it."""

    @verb("test.silent")
    def silently(*, acting_user: Any) -> None:
        User.objects.filter(pk=world.users["liusha_member"].pk).update(text_size="large")

    watch = Watch(context.one_verb)
    monkeypatch.setattr(verbs, "one_verb", watch.one_verb)
    silently(acting_user=None)
    assert watch.silent == ["wrote to teams_user without an event"]


def test_events_of_people_and_bodies_know_their_place(world: World) -> None:
    puning, town = world.regions["puning"].path, world.regions["liusha"].path

    def place(action: str, **about: Any) -> str:
        return AuditEvent.objects.filter(action=action, **about).latest("pk").place

    assert place("body.add", subject_id=world.bodies["pn_agri"].pk) == puning
    assert place("region.add", subject_id=world.regions["liusha"].pk) == town
    mine = world.appointments["liusha_member"]
    assert place("appointment.make", subject_id=mine.pk) == town
    end_appointment(appointment_id=mine.pk, last_day=MONDAY, acting_user=world.user("pn_system"))
    assert place("appointment.end") == town
    accounts.choose_text_size(acting_user=world.user("liusha_mate"), text_size="large")
    assert place("user.text_size") == town
    with pytest.raises(Refused):
        accounts.choose_text_size(acting_user=world.user("pn_auditor"), text_size="giant")
    assert place("user.text_size") == puning
    add_region(parent=None, name="某省", level="province", code="", valid_from=MONDAY, acting_user=None)
    assert place("region.add") != ""


def test_values_are_written_for_people() -> None:
    assert trail.value_words("x", None) == trail.value_words("x", []) == "—"
    assert trail.value_words("x", True) == "是"
    assert trail.value_words("post", "captain") == "队长"
    assert trail.value_words("state", "pending", "leave") == "待批"
    assert trail.value_words("state", "pending", "local_rule") == "待确认"
    assert trail.value_words("functions", ["organization", "finance"]) == "组织部门、财政部门"
    assert trail.value_words("x", {"post": "captain"}) == "职务 队长"
    assert trail.changes({"to": "a"}, {"to": "b", "name": "c"}) == [("止", "a", "b"), ("名称", "—", "c")]
