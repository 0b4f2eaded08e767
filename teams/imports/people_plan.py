"""Who a row of “人员” is, and what his postings become. Nobody is joined to another of his name by chance."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import identity
from core.crypto import fingerprint, fingerprints
from teams.amendments import amend
from teams.imports.county import County, PersonRef, Ref
from teams.imports.fields import REGIONS, TEAMS, UNITS
from teams.imports.planning import ADDED, CHANGED, ENDED, UNCHANGED, Plan, Step, changes_of, differences
from teams.imports.reading import Row
from teams.models import Appointment, DispatchingUnit, Person, Region, Team, User
from teams.people import add_person, appoint, pinyin_of
from teams.words import FULL_TIME_POSTS, Post

#: What a row says of the person himself and is shown in words when it changes.
OPEN_FIELDS = (
    "gender", "born", "ethnicity", "education", "political_status", "joined_party_on", "full_member_on",
    "working_since", "staffing",
)  # fmt: skip
#: Said only to have been filled in.
SECRET_FIELDS = {"phone": "电话", "identity": "身份证号"}
POSTING_FIELDS = ("home_post", "valid_to", "document", "party_relation", "insured_until", "remark")
FAR = date.max


@dataclass(eq=False)
class Who:
    """A row with everything it names found: the person, the unit, the team, the village."""

    row: Row
    ref: PersonRef
    team: Ref[Team]
    unit: Ref[DispatchingUnit] | None
    station: Ref[Region] | None
    same: list[Appointment] = field(default_factory=list)
    fresh: bool = False
    renamed: str = ""


def plan_people(plan: Plan, rows: list[Row]) -> None:
    """Two passes: who is meant and which postings end, then what is new, so that one may follow the other."""
    found = [who for row in rows if (who := _who(plan, row)) is not None]
    for who in found:
        for known in who.same:
            if who.row.get("valid_to"):
                who.ref.ends[known.pk] = who.row.get("valid_to")
    for who in found:
        _step(plan, who)


# ---- who is meant ----------------------------------------------------------------------------------------


def _who(plan: Plan, row: Row) -> Who | None:
    before = len(plan.problems)
    team = plan.find(row, "team", plan.county.teams, TEAMS.name)
    unit = plan.find(row, "unit", plan.county.units, UNITS.name) if row.get("unit") else None
    station = plan.find(row, "station", plan.county.regions, REGIONS.name) if row.get("station") else None
    if row.get("post") in FULL_TIME_POSTS and not row.get("unit"):
        plan.refuse(row, "unit", "队长和队员要写明派出单位")
    if row.get("identity") and (wrong := identity.problem(row.get("identity"))):
        plan.refuse(row, "identity", wrong)
    if row.get("phone") and not re.fullmatch(r"\+?\d{7,15}", row.get("phone")):
        plan.refuse(row, "phone", "电话要 11 位手机号，或带区号的座机号")
    if row.get("valid_from") and row.get("valid_to") and row.get("valid_to") < row.get("valid_from"):
        plan.refuse(row, "valid_to", "止期不能早于起期")
    if team is None or len(plan.problems) > before:
        return None
    ref = _person(plan, row, unit, team)
    if ref is None:
        return None
    who = Who(row, ref, team, unit, station, fresh=ref.obj is None and not ref.said)
    if ref.name != row.get("name"):
        who.renamed = ref.name
    for key in (*OPEN_FIELDS, *SECRET_FIELDS):
        if key in row.values:
            number, value = ref.said.setdefault(key, (row.number, row.get(key)))
            if value != row.get(key):
                plan.refuse(row, key, f"和第 {number} 行同一个人写的不一样")
    ref.said.setdefault("name", (row.number, row.get("name")))
    if unit is not None:
        ref.units.add(unit)
    ref.teams.add(team)
    who.same = [
        known
        for known in ref.posts
        if known.post == row.get("post")
        and known.body_id == team.pk
        and row.get("valid_from", known.valid_from) == known.valid_from
    ]
    return who


def _person(plan: Plan, row: Row, unit: Ref[DispatchingUnit] | None, team: Ref[Team]) -> PersonRef | None:
    """The person a row means, a new one, or None with the reason among the problems."""
    county, name, same = plan.county, row.get("name"), row.get("same")
    number = fingerprint(row.get("identity")) if row.get("identity") else ""
    if number in county.elsewhere:
        plan.refuse(row, "identity", "这个身份证号登记在别的县，先由那里办结束任职和转出")
        return None
    if known := county.by_identity.get(number):
        if known.name != name and not same:
            plan.refuse(
                row, "name", f"这个身份证号登记的是{known.where}，核对姓名；改名的在“是否同一人”填“是”"
            )
            return None
        return known
    others = [ref for ref in county.by_name.get(name, []) if not (number and ref.identity_hash)]
    exact = [ref for ref in others if _serves(ref, unit, team)]
    if exact and same is False and not number:
        # “否” keeps him apart from the other of his name; what it made the last time is he himself.
        exact, taken = [ref for ref in exact if _posted(ref, row, team)], exact
        if len(exact) == 1:
            return exact[0]
        exact = taken
    if len(exact) > 1 or (exact and same is False and not number):
        plan.refuse(row, "identity", f"已有同名同单位的{exact[0].where}，填身份证号才分得清")
        return None
    if exact and same is not False:
        return _identified(county, exact[0], number)
    pinyin = pinyin_of(name)
    alike = [
        ref
        for ref in county.by_pinyin.get(pinyin, [])
        if ref.obj is not None
        and not (number and ref.identity_hash)
        and (ref.name == name or (unit is not None and unit in ref.units))
    ]
    if alike and same is None:
        told = "、".join(ref.where for ref in alike)
        plan.refuse(row, "same", f"可能是已有的{told}：填同一身份证号，或在“是否同一人”列写是或否")
        return None
    if alike and same:
        if len(alike) > 1:
            told = "、".join(ref.where for ref in alike)
            plan.refuse(row, "identity", f"{told}都可能是，填身份证号才分得清")
            return None
        return _identified(county, alike[0], number)
    return county.add_person(PersonRef(name, identity_hash=number, pinyin=pinyin))


def _posted(ref: PersonRef, row: Row, team: Ref[Team]) -> bool:
    """Does he hold exactly the posting that the row names?"""
    wanted = row.get("post"), team.pk, row.get("valid_from")
    return any((known.post, known.body_id, known.valid_from) == wanted for known in ref.posts)


def _identified(county: County, ref: PersonRef, number: str) -> PersonRef:
    if number and not ref.identity_hash:
        ref.identity_hash = number
        county.by_identity[number] = ref
    return ref


def _serves(ref: PersonRef, unit: Ref[DispatchingUnit] | None, team: Ref[Team]) -> bool:
    if unit is not None and unit in ref.units:
        return True
    return (unit is None or not ref.units) and team in ref.teams


# ---- what a row does -------------------------------------------------------------------------------------


def _step(plan: Plan, who: Who) -> None:
    row, before = who.row, len(plan.problems)
    said = [_about_him(who, plan.county.root)]
    posting = _posting(plan, who, row.get("post"), who.same)
    said.append(posting)
    if row.get("first_secretary") and row.get("post") != Post.FIRST_SECRETARY:
        said.append(_first_secretary(plan, who))
    elif row.get("first_secretary") is False:
        _no_first_secretary(plan, who)
    if len(plan.problems) > before:
        return
    done = [each for each in said if each.kind != UNCHANGED]
    kinds = {each.kind for each in done}
    kind = ADDED if ADDED in kinds else ENDED if ENDED in kinds else CHANGED if kinds else UNCHANGED
    words = "；".join(each.words for each in done) or posting.words
    acts = [each.act for each in said if each.act]

    def act(user: User) -> None:
        for each in acts:
            each(user)

    plan.steps.append(Step(row, kind, f"{row.get('name')}：{words}", who.ref.pk, act if acts else None))


@dataclass(frozen=True)
class _Part:
    kind: str
    words: str
    act: Callable[[User], None] | None = None


def _about_him(who: Who, root: Region) -> _Part:
    """The person: new, changed, or as he was."""
    row, ref = who.row, who.ref
    values = {key: row.get(key) for key in OPEN_FIELDS if key in row.values}
    secret = {key: row.get(key) for key in SECRET_FIELDS if key in row.values}
    if ref.obj is None:
        if not who.fresh:
            return _Part(UNCHANGED, "")

        def add(user: User) -> None:
            ref.obj = add_person(
                name=row.get("name"), registered_in=root, acting_user=user, **values, **secret
            )

        return _Part(ADDED, "新登记", add)
    changes: dict[str, Any] = changes_of(ref.obj, row, values)
    words = differences(ref.obj, row, changes, {"gender": dict(Person.Gender.choices)})
    hidden = {
        key: value
        for key, value in secret.items()
        if getattr(ref.obj, f"{key}_hash") not in fingerprints(value)
    }
    if who.renamed:
        hidden["name"] = row.get("name")
    told = [words] if words else []
    told += [f"{word}改了" for key, word in SECRET_FIELDS.items() if key in hidden]
    if who.renamed:
        told.append(f"姓名：{who.renamed} → {row.get('name')}")
    changes |= hidden
    if not changes:
        return _Part(UNCHANGED, "")
    return _Part(
        CHANGED, "；".join(told), lambda user: amend(row=ref.made(), changes=changes, acting_user=user)
    )


def _posting(plan: Plan, who: Who, post: str, same: list[Appointment]) -> _Part:
    """One posting: new, changed, ended, or as it was."""
    row, ref = who.row, who.ref
    start: date | None = row.get("valid_from")
    end: date | None = row.get("valid_to")
    label = f"{who.team.short or who.team.name} {Post(post).label}"
    known = [each for each in same if start is not None or each.valid_to is None] or same
    if len(known) > 1:
        plan.refuse(row, "valid_from", f"有 {len(known)} 件同样的任职，写明任期起")
        return _Part(UNCHANGED, label)
    if known:
        first = ref.told.setdefault(known[0].pk, row.number)
        if first != row.number and row.get("post") == post:
            plan.refuse(row, "post", f"和第 {first} 行重复，留一行")
        return _known_posting(who, known[0], label)
    if start is None:
        plan.refuse(row, "valid_from", "新任职要写任期起")
        return _Part(UNCHANGED, label)
    _check_overlap(plan, who, post, start, end)
    ref.planned.append((post, who.team, start, end, row.number))
    unit = who.unit if post != Post.FIRST_SECRETARY or row.get("post") == post else None
    fields = {key: row.get(key) for key in POSTING_FIELDS if key in row.values}
    if unit is None:
        fields.pop("home_post", None)

    def act(user: User) -> None:
        appoint(
            person=ref.made(), post=post, body=who.team.made(), valid_from=start, acting_user=user,
            unit=unit.made() if unit else None, stationed_at=who.station.made() if who.station else None, **fields,
        )  # fmt: skip

    sent = f"，{unit.short or unit.name}派出" if unit else ""
    return _Part(ADDED, f"{label}{sent}，{start} 起" + (f"，{end} 止" if end else ""), act)


def _known_posting(who: Who, known: Appointment, label: str) -> _Part:
    row = who.row
    changes = changes_of(known, row, {key: row.get(key) for key in POSTING_FIELDS})
    words = differences(known, row, changes, {})
    refs: dict[str, Ref[Any]] = {}
    if known.post == row.get("post") and who.unit is not None and known.unit_id != who.unit.pk:
        refs["unit"] = who.unit
    if who.station is not None and known.stationed_at_id != who.station.pk:
        refs["stationed_at"] = who.station
    told = [words] if words else []
    told += [
        f"{row.kind.heading({'stationed_at': 'station'}.get(key, key))}改为{ref.name}"
        for key, ref in refs.items()
    ]
    if not told:
        return _Part(UNCHANGED, label)

    def amend_posting(user: User) -> None:
        found = {key: ref.made() for key, ref in refs.items()}
        amend(row=known, changes={**changes, **found}, acting_user=user)

    kind = ENDED if "valid_to" in changes else CHANGED
    return _Part(kind, f"{label}，{'；'.join(told)}", amend_posting)


def _check_overlap(plan: Plan, who: Who, post: str, start: date, end: date | None) -> None:
    """One full-time posting at a time, and one posting of a kind in a team."""
    row, ref = who.row, who.ref
    for known in ref.posts:
        until = ref.ends.get(known.pk, known.valid_to) or FAR
        same_seat = known.post == post and known.body_id == who.team.pk
        both_full = known.post in FULL_TIME_POSTS and post in FULL_TIME_POSTS
        if (same_seat or both_full) and known.valid_from <= (end or FAR) and start <= until:
            what = f"{known.body} {known.get_post_display()}（{known.valid_from} 起）"
            plan.refuse(row, "valid_from", f"这个人已任{what}，先写上那一件的任期止，或改成同一个起期")
            return
    for other, team, since, until_, number in ref.planned:
        same_seat = other == post and team is who.team
        both_full = other in FULL_TIME_POSTS and post in FULL_TIME_POSTS
        if (same_seat or both_full) and since <= (end or FAR) and start <= (until_ or FAR):
            plan.refuse(row, "post", f"和第 {number} 行的任职重叠，一个人同时只有一个专职驻点")
            return


def _first_secretary(plan: Plan, who: Who) -> _Part:
    """驻村第一书记 on top of the posting, from and to the same days."""
    same = [
        known
        for known in who.ref.posts
        if known.post == Post.FIRST_SECRETARY and known.body_id == who.team.pk and known.valid_to is None
    ]
    if same and who.row.get("valid_to") is None:
        return _Part(UNCHANGED, "")
    return _posting(plan, who, Post.FIRST_SECRETARY, same)


def _no_first_secretary(plan: Plan, who: Who) -> None:
    holds = [
        known
        for known in who.ref.posts
        if known.post == Post.FIRST_SECRETARY and known.body_id == who.team.pk and known.valid_to is None
    ]
    if holds:
        plan.refuse(who.row, "first_secretary", "系统里这个人兼第一书记；不再兼任的，在“任职”里结束那一件")
