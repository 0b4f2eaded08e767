"""What a workbook would do to a county, row by row, before anything is done: the dry run, and what confirming does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import clock
from core.digest import checksum
from core.imported import Problem
from teams.amendments import amend
from teams.imports.county import County, Lookup, Ref
from teams.imports.fields import PAIRINGS, PEOPLE, REGIONS, TEAMS, UNITS
from teams.imports.reading import Book, Row
from teams.models import DispatchingUnit, Office, Region, Team, User
from teams.models.dated import in_force
from teams.pairings import pair
from teams.people import add_body, add_region
from teams.words import Level, Origin, PairingRole, TaskKind, TeamKind

ADDED, CHANGED, ENDED, UNCHANGED = "added", "changed", "ended", "unchanged"
#: kind → the word of it, in the order in which people want to see them.
KINDS = {ADDED: "新增", CHANGED: "修改", ENDED: "结束", UNCHANGED: "不变"}
Act = Callable[[User], None]


@dataclass(frozen=True)
class Step:
    """What one row does: in words for people, as an act for the verb. ``pk`` is the row it rests on, 0 for none."""

    row: Row
    kind: str
    words: str
    pk: int = 0
    act: Act | None = None

    @property
    def line(self) -> dict[str, Any]:
        return {"sheet": self.row.sheet, "row": self.row.number, "kind": self.kind, "words": self.words}


@dataclass
class Plan:
    """All steps of one workbook for one county, and everything that has to be mended first."""

    county: County
    since: date
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, row: Row, key: str, sentence: str) -> None:
        self.problems.append(row.problem(key, sentence))

    def find(self, row: Row, key: str, lookup: Lookup[Any], sheet: str) -> Ref[Any] | None:
        """The one thing that the cell names; otherwise the reason stands among the problems."""
        name = row.get(key)
        found = lookup.find(name)
        if len(found) == 1:
            return found[0]
        if found:
            self.refuse(row, key, f"有 {len(found)} 个“{name}”，{_tell_apart(lookup, self.county)}")
        else:
            self.refuse(row, key, f"没有“{name}”，核对名称，或先在“{sheet}”表里加上")
        return None

    @property
    def fingerprint(self) -> str:
        """Equal for two plans that show the same lines and rest on the same rows."""
        told = [[step.row.sheet, step.row.number, step.kind, step.pk, step.words] for step in self.steps]
        return checksum(told)

    def lines(self) -> list[dict[str, Any]]:
        return [step.line for step in self.steps]


def _tell_apart(lookup: Lookup[Any], county: County) -> str:
    return "前面加上乡镇名" if lookup is county.regions else "写全称"


def begin(county: County, book: Book) -> Plan:
    """Places, units, teams and pairings; people come from :mod:`teams.imports.people_plan` in between."""
    today = clock.today()
    days = [row.get("valid_from") for kind in (PEOPLE, PAIRINGS) for row in book.of(kind)]
    return Plan(county, min([day for day in days if day] + [today]))


def changes_of(obj: Any, row: Row, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the row gives and the registered row has otherwise. An empty cell changes nothing."""
    return {key: value for key, value in keys.items() if key in row.values and getattr(obj, key) != value}


def shown(value: Any, labels: Mapping[str, str] | None = None) -> str:
    """A value in words: the label of a code, 空 where there is none."""
    if value is None or value == "":
        return "空"
    return (labels or {}).get(value, str(value))


def differences(
    obj: Any, row: Row, changes: Mapping[str, Any], labels: Mapping[str, Mapping[str, str]]
) -> str:
    """``简称：县水务局 → 县水利局；选派层级：…``."""
    return "；".join(
        f"{row.kind.heading(key)}：{shown(getattr(obj, key), labels.get(key))} → {shown(value, labels.get(key))}"
        for key, value in changes.items()
    )


def amending(ref: Ref[Any], changes: Mapping[str, Any]) -> Act:
    return lambda user: amend(row=ref.made(), changes=changes, acting_user=user)


# ---- places ----------------------------------------------------------------------------------------------


def plan_regions(plan: Plan, rows: list[Row]) -> None:
    """Towns first, so that a village may stand above its town in the sheet."""
    county, seen = plan.county, {}
    for row in sorted(rows, key=lambda row: row.get("level") != Level.TOWN):
        parent = _parent(plan, row)
        if parent is None:
            continue
        name, code = row.get("name"), row.get("code", "")
        if code and not re.fullmatch(r"\d{6}|\d{9}|\d{12}", code):
            plan.refuse(row, "code", "区划代码要 12 位数字")
            continue
        code = code.ljust(12, "0") if code else ""
        if before := seen.get((parent, name)):
            plan.refuse(row, "name", f"和第 {before} 行重复，留一行")
            continue
        seen[parent, name] = row.number
        named = [ref for ref in county.regions.find(name) if ref.parent is parent]
        ref = named[0] if named else None
        holder = county.by_code.get(code) if code else None
        if holder is not None and holder is not ref:
            plan.refuse(row, "code", f"这个代码已登记给“{holder.name}”，核对代码；改名在“区划与单位”里办")
        elif ref is None:
            plan.steps.append(_new_region(plan, row, parent, code))
        else:
            _known_region(plan, row, ref, code)


def _parent(plan: Plan, row: Row) -> Ref[Region] | None:
    county, name = plan.county, row.get("parent")
    if row.get("level") == Level.TOWN:
        if name and name != county.root.name:
            plan.refuse(row, "parent", f"乡镇的上级是{county.root.name}，这一格不用填")
            return None
        return county.root_ref
    if not name:
        plan.refuse(row, "parent", "写明村在哪个乡镇")
        return None
    towns = [ref for ref in county.regions.find(name) if ref.level == Level.TOWN]
    if len(towns) != 1:
        plan.refuse(row, "parent", f"没有叫“{name}”的乡镇，核对名称，或先在“区划”表里加上")
        return None
    return towns[0]


def _new_region(plan: Plan, row: Row, parent: Ref[Region], code: str) -> Step:
    name, level = row.get("name"), row.get("level")
    ref = plan.county.add_region(Ref(name, parent=parent, level=level))
    if code:
        plan.county.by_code[code] = ref

    def act(user: User) -> None:
        ref.obj = add_region(
            parent=parent.made(), name=name, level=level, code=code, valid_from=plan.since,
            support_class=row.get("support_class", ""), acting_user=user,
        )  # fmt: skip

    return Step(row, ADDED, f"{parent.name}下加{name}", act=act)


def _known_region(plan: Plan, row: Row, ref: Ref[Region], code: str) -> None:
    if ref.level != row.get("level"):
        plan.refuse(row, "level", f"“{ref.name}”登记为{Level(ref.level).label}，核对级别")
        return
    wanted = {"code": code, "support_class": row.get("support_class")}
    changes = changes_of(ref.obj, row, wanted)
    if changes:
        words = f"{ref.name}：{differences(ref.obj, row, changes, {})}"
        plan.steps.append(Step(row, CHANGED, words, ref.pk, amending(ref, changes)))
    else:
        plan.steps.append(Step(row, UNCHANGED, ref.name, ref.pk))


# ---- units and teams -------------------------------------------------------------------------------------


def plan_units(plan: Plan, rows: list[Row]) -> None:
    county, seen = plan.county, {}
    offices = Office.objects.filter(
        in_force(clock.today()),
        region__path__in=[county.root.path],
        name__in=[row.get("name") for row in rows],
    )
    same_institution = {office.name: office for office in offices}
    for row in rows:
        name = row.get("name")
        if before := seen.get(name):
            plan.refuse(row, "name", f"和第 {before} 行重复，留一行")
            continue
        seen[name] = row.number
        ended = county.merged_units.get(name)
        found = county.units.find(name)
        if ended is not None and not found:
            into = f"，已并入“{ended.successor}”，改填它" if ended.successor else "，核对名称"
            plan.refuse(row, "name", f"这个单位已于 {ended.valid_to} 撤并{into}")
        elif len(found) > 1:
            plan.refuse(row, "name", f"有 {len(found)} 个“{name}”，写全称")
        elif found:
            _known_unit(plan, row, found[0])
        else:
            _new_unit(plan, row, same_institution.get(name))


def _known_unit(plan: Plan, row: Row, ref: Ref[DispatchingUnit]) -> None:
    wanted = {key: row.get(key) for key in ("short_name", "origin", "code")}
    changes = changes_of(ref.obj, row, wanted) if ref.own else {}
    labels = {"origin": dict(Origin.choices)}
    if changes:
        words = f"{ref.name}：{differences(ref.obj, row, changes, labels)}"
        plan.steps.append(Step(row, CHANGED, words, ref.pk, amending(ref, changes)))
        if "short_name" in changes:
            plan.county.units.add(ref, changes["short_name"])
    else:
        words = ref.name if ref.own else f"{ref.name}（外地登记的单位，直接用）"
        plan.steps.append(Step(row, UNCHANGED, words, ref.pk))


def _new_unit(plan: Plan, row: Row, office: Office | None) -> None:
    county, name = plan.county, row.get("name")
    place: Ref[Region] | None = county.root_ref
    if row.get("place"):
        place = plan.find(row, "place", county.regions, REGIONS.name)
        if place is None:
            return
    ref: Ref[DispatchingUnit] = Ref(name, short=row.get("short_name", ""))
    county.units.add(ref, name, ref.short)

    def act(user: User) -> None:
        ref.obj = add_body(
            model=DispatchingUnit, name=name, short_name=ref.short, region=place.made(), origin=row.get("origin"),
            code=row.get("code", ""), institution=office, valid_from=plan.since, acting_user=user,
        )  # fmt: skip

    words = f"{name}（{Origin(row.get('origin')).label}）"
    plan.steps.append(Step(row, ADDED, words, office.pk if office else 0, act))


def plan_teams(plan: Plan, rows: list[Row]) -> None:
    county, seen = plan.county, {}
    for row in rows:
        name = row.get("name")
        place = plan.find(row, "place", county.regions, REGIONS.name)
        if before := seen.get(name):
            plan.refuse(row, "name", f"和第 {before} 行重复，留一行")
            continue
        seen[name] = row.number
        if place is None:
            continue
        found = county.teams.find(name)
        if len(found) > 1:
            plan.refuse(row, "name", f"有 {len(found)} 支队叫“{name}”，写全称")
        elif found:
            _known_team(plan, row, found[0], place)
        else:
            _new_team(plan, row, place)


def _known_team(plan: Plan, row: Row, ref: Ref[Team], place: Ref[Region]) -> None:
    if ref.obj is not None and ref.obj.region_id != place.pk:
        plan.refuse(row, "place", f"“{ref.name}”登记在{ref.obj.region}，换驻地在“区划与单位”里办")
        return
    kind = row.get("team_kind")
    if kind and ref.made().team_kind != kind:
        plan.refuse(row, "team_kind", f"“{ref.name}”登记为{ref.made().get_team_kind_display()}，核对类型")
        return
    wanted = {key: row.get(key) for key in ("short_name", "task")}
    changes = changes_of(ref.obj, row, wanted)
    if changes:
        words = f"{ref.name}：{differences(ref.obj, row, changes, {'task': dict(TaskKind.choices)})}"
        plan.steps.append(Step(row, CHANGED, words, ref.pk, amending(ref, changes)))
        if "short_name" in changes:
            plan.county.teams.add(ref, changes["short_name"])
    else:
        plan.steps.append(Step(row, UNCHANGED, ref.name, ref.pk))


def _new_team(plan: Plan, row: Row, place: Ref[Region]) -> None:
    name = row.get("name")
    ref: Ref[Team] = Ref(name, short=row.get("short_name", ""), parent=place)
    plan.county.teams.add(ref, name, ref.short)
    by_place = TeamKind.VILLAGE if place.level == Level.VILLAGE else TeamKind.TOWN

    def act(user: User) -> None:
        ref.obj = add_body(
            model=Team, name=name, short_name=ref.short, region=place.made(), valid_from=plan.since,
            team_kind=row.get("team_kind") or by_place, task=row.get("task", ""), acting_user=user,
        )  # fmt: skip

    plan.steps.append(Step(row, ADDED, f"{name}，驻{place.name}", act=act))


# ---- pairings --------------------------------------------------------------------------------------------


def plan_pairings(plan: Plan, rows: list[Row]) -> None:
    seen: dict[Any, int] = {}
    for row in rows:
        team = plan.find(row, "team", plan.county.teams, TEAMS.name)
        unit = plan.find(row, "unit", plan.county.units, UNITS.name) if row.get("unit") else None
        if team is None or (row.get("unit") and unit is None):
            continue
        if unit is None and not row.get("note"):
            plan.refuse(row, "unit", "写明单位，或把文件原文抄在“原文或按语”里")
            continue
        if row.get("valid_to") and row.get("valid_to") < row.get("valid_from"):
            plan.refuse(row, "valid_to", "止期不能早于起期")
            continue
        place = team, row.get("role"), unit or row.get("note")
        if place in seen:
            plan.refuse(row, "", f"和第 {seen[place]} 行重复，留一行")
            continue
        seen[place] = row.number
        plan.steps.append(_pairing(plan, row, team, unit))


def _pairing(plan: Plan, row: Row, team: Ref[Team], unit: Ref[DispatchingUnit] | None) -> Step:
    role, note = row.get("role"), row.get("note", "")
    known = None
    if team.pk and (unit is None or unit.pk):
        known = plan.county.pairings.get((team.pk, role, unit.pk if unit else 0, "" if unit else note))
    words = (
        f"{team.short or team.name} {PairingRole(role).label}：{(unit.short or unit.name) if unit else note}"
    )
    if known is None:

        def act(user: User) -> None:
            pair(
                team=team.made(), role=role, unit=unit.made() if unit else None, note=note, acting_user=user,
                document=row.get("document", ""), valid_from=row.get("valid_from"), valid_to=row.get("valid_to"),
            )  # fmt: skip

        return Step(row, ADDED, words, act=act)
    changes = changes_of(known, row, {key: row.get(key) for key in ("note", "document", "valid_to")})
    if not changes:
        return Step(row, UNCHANGED, words, known.pk)
    kind = ENDED if "valid_to" in changes else CHANGED
    ref = Ref(words, known)
    return Step(
        row, kind, f"{words}：{differences(known, row, changes, {})}", known.pk, amending(ref, changes)
    )
