"""Entering marks into the register: many days at once, all of them or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from attendance.keepers import kept_teams
from attendance.marks import Named, told_apart
from attendance.models import Fact, Part, Source
from attendance.sheets import refuse_held
from core import audit, clock
from core.errors import Conflict, NotYours, Refused, Several
from core.months import day_words, month_number
from core.verbs import verb
from policy.attendance import AWAY_VALUES, CLEARED, MARK_OF, NIGHT, PARTS, Mark, value_label
from teams.away import lock_people
from teams.models import Appointment, Away, Team, User

#: More at once is no person at a keyboard: a whole column of a large town is some hundred.
MOST = 3000
NOTE_LENGTH = 120
#: What a town may say; what the county found later stands above it.
_OWN = (Source.REGISTER, Source.CORRECTION)
#: Where the statement of a town is to stand against its own of an earlier day, or another's, it gives a reason.
_NEEDS_REASON = "要改，写明理由"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One mark on one day of one posting. ``seen``: the newest fact of that person the page knew, 0 for none.

    ``note`` is its own reason; without one the reason given for all of them.
    """

    posting_id: int
    day: date
    mark: str
    seen: int = 0
    note: str = ""

    @property
    def cell(self) -> str:
        """How a refusal names the cell: ``posting:day``."""
        return f"{self.posting_id}:{self.day.day}"


@dataclass
class Known:
    """What the tables say of some people's month; a verb reads it under their locks."""

    newest: dict[tuple[int, int, str, int], Fact] = field(default_factory=dict)
    last: dict[tuple[int, int], Fact] = field(default_factory=dict)
    away: dict[tuple[int, int, str], str] = field(default_factory=dict)

    def of(self, person: int, day: int, part: str) -> Fact | None:
        """The fact that stands, firm absence left aside."""
        said = [
            fact
            for source in sorted(Source.values, reverse=True)
            if (fact := self.newest.get((person, day, part, source))) is not None and fact.value != CLEARED
        ]
        return said[0] if said else None

    def standing(self, person: int, day: int, part: str) -> str:
        """What stands of a part, firm absence included; empty where nothing is said."""
        held = self.away.get((person, day, part), "")
        fact = self.of(person, day, part)
        if held and (fact is None or fact.source < Source.RULING):
            return held
        return fact.value if fact is not None else ""

    def locked(self, person: int, day: int, part: str) -> str:
        """leave or trip where a firm absence holds the half; a night goes with its afternoon."""
        return self.away.get((person, day, Part.PM.value if part == NIGHT else part), "")


@verb("attendance.enter")
def enter(
    *, acting_user: User, team_id: int, month: date, entries: Iterable[Entry], reason: str = ""
) -> list[Fact]:
    """Write marks into a team's month; gives the facts added, none where everything stood so already.

    A first word, and a change on the day of entry, is free. Against an earlier day's entry or another source's it is
    a correction and needs ``reason``. Halves of a firm absence are left as they are. Raises NotYours where the user
    sees no such team, Refused or Conflict (one, or :class:`Several`) with ``field`` naming the cell.
    """
    team = _team(acting_user, team_id)
    wanted = list({(each.posting_id, each.day): each for each in entries}.values())
    note = reason.strip()
    longest = max([len(note), *(len(each.note.strip()) for each in wanted)])
    if longest > NOTE_LENGTH:
        raise Refused("reason_long", f"理由最多 {NOTE_LENGTH} 字，现在 {longest} 字", field="reason")
    if not wanted:
        raise Refused("nothing", "没有要保存的登记", field="entries")
    if len(wanted) > MOST:
        raise Refused("too_many", f"一次最多登记 {MOST} 格，分几次保存", field="entries")
    postings = _postings(team, wanted)
    people = {each.person_id for each in postings.values()}
    # Away is claimed and facts are numbered under the same locks, taken in one order.
    lock_people(people)
    # Whoever sends the month to be closed holds these locks too.
    refuse_held([team.pk], month_number(month))
    known = known_of(people, month_number(month))
    named = _told_apart(team, month, wanted)
    refusals: list[Refused] = []
    facts: list[Fact] = []
    for each in wanted:
        try:
            facts += _facts(
                each, postings[each.posting_id], month, each.note.strip() or note, known, acting_user, named
            )
        except Refused as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0] if len(refusals) == 1 else Several(refusals)
    written = Fact.objects.bulk_create(facts)
    audit.record(
        action="attendance.enter",
        actor=acting_user,
        subject_kind="body",
        subject_id=team.pk,
        after={
            "month": month_number(month),
            "entries": len(written),
            "days": len(wanted),
            **({"why": note} if note else {}),
        },
        place=team.region.path,
    )
    return written


def _team(user: User, team_id: int) -> Team:
    team = kept_teams(user).filter(pk=team_id).first()
    if team is None:
        if Team.objects.visible_to(user).filter(pk=team_id).exists():
            raise Refused("not_keeper", "这支队的台账由乡镇考勤员、副书记或组织委员登记")
        raise NotYours("not_yours", "没有这支队")
    return team


def _postings(team: Team, wanted: list[Entry]) -> dict[int, Appointment]:
    ids = {each.posting_id for each in wanted}
    rows = Appointment.objects.full_time().filter(body=team.pk, void=False, pk__in=ids)
    found = {row.pk: row for row in rows.select_related("person")}
    if ids - set(found):
        raise NotYours("not_yours", "队里没有这个人")
    return found


def known_of(people: set[int], month: int) -> Known:
    """What the tables say of these people's month: facts and firm absences; two queries."""
    known = Known()
    for fact in (
        Fact.objects.filter(month=month, person__in=people)
        .select_related("entered_by__person")
        .order_by("pk")
    ):
        key = (fact.person_id, fact.day, fact.part, fact.source)
        if key not in known.newest or known.newest[key].revision < fact.revision:
            known.newest[key] = fact
        known.last[fact.person_id, fact.day] = fact
    rows = Away.objects.filter(month=month, person__in=people, firm=True)
    known.away = {(row.person_id, row.day, row.half): row.kind for row in rows}
    return known


def _told_apart(team: Team, month: date, wanted: Iterable[Entry]) -> Named:
    """What the team's documents tell apart; asked only where something of it is entered."""
    asked = any(each.mark in MARK_OF and MARK_OF[each.mark].named for each in wanted)
    return told_apart([team], month)[team.pk] if asked else frozenset()


def _facts(
    entry: Entry, posting: Appointment, month: date, note: str, known: Known, user: User, named: Named
) -> list[Fact]:
    """The facts one entry adds, or its refusal."""
    where = f"{posting.person.name} {day_words(entry.day)}"
    mark = MARK_OF.get(entry.mark)
    if mark is None:
        raise Refused("mark", f"{where}：没有这个符号", field=entry.cell)
    if mark.named and mark.named not in named:
        raise Refused(
            "not_named", f"{where}：本地文件没有要求单独登记{mark.label}，登记在岗", field=entry.cell
        )
    _check_day(entry, posting, month, where)
    if posting.person_id == user.person_id:
        raise Refused("own", f"{where}：本人的出勤由别人登记", field=entry.cell)
    person, day = posting.person_id, entry.day.day
    held = {part: kind for part in PARTS if (kind := known.locked(person, day, part))}
    changes = {
        part: mark.value(part)
        for part in PARTS
        if part not in held and mark.value(part) != _value(known.of(person, day, part))
    }
    if not changes:
        if held and all(part in held for part in PARTS if mark.value(part) or mark.code == "clear"):
            kind = AWAY_VALUES[next(iter(held.values()))]
            raise Refused("away", f"{where}：已批准{kind}，不用登记", field=entry.cell)
        return []
    latest = known.last.get((person, day))
    if latest is not None and latest.pk > entry.seen:
        raise Conflict("stale", f"{where}：{_who(latest)}，看过最新的情况再改", field=entry.cell)
    return [
        fact
        for part, value in changes.items()
        for fact in _change(entry, where, person, part, value, mark, note, known, user)
    ]


def _check_day(entry: Entry, posting: Appointment, month: date, where: str) -> None:
    if (entry.day.year, entry.day.month) != (month.year, month.month):
        raise Refused("month", f"{where}：不在这个月里", field=entry.cell)
    if entry.day > clock.today():
        raise Refused("future", f"{where}：还没有到，到了那天再登记", field=entry.cell)
    if not posting.holds(entry.day):
        raise Refused("posting", f"{where}：这一天不在本队任职", field=entry.cell)


def _change(
    entry: Entry,
    where: str,
    person: int,
    part: str,
    value: str,
    mark: Mark,
    note: str,
    known: Known,
    user: User,
) -> Iterator[Fact]:
    """The facts that make ``value`` stand for a part that says something else now."""
    now = known.of(person, entry.day.day, part)
    if now is not None and now.source > Source.CORRECTION:
        how = "到缺勤处置里更正" if now.source == Source.FINDING else "由县里更改"
        raise Refused("above", f"{where}：{Source(now.source).label}已有结论，{how}", field=entry.cell)
    own = {
        source: said
        for source in _OWN
        if (said := known.newest.get((person, entry.day.day, part, source))) is not None
    }
    free = now is None or (now.source == Source.REGISTER and _of_today(now))
    if not free and not note:
        assert now is not None
        words = f"{value_label(part, now.value)}（{_who(now)}）"
        raise Refused(
            "reason", f"{where}{Part(part).label}：现在是{words}。{_NEEDS_REASON}", field=entry.cell
        )

    def fact(source: Source, value: str) -> Fact:
        before = own.get(source)
        return Fact(
            person_id=person,
            month=month_number(entry.day),
            day=entry.day.day,
            part=part,
            source=source,
            revision=before.revision + 1 if before else 1,
            value=value,
            note=note,
            entered_by=user,
            entered_at=clock.now(),
        )

    if value == CLEARED:
        if now is not None and now.source not in _OWN:
            if part != NIGHT:
                raise Refused(
                    "not_own",
                    f"{where}{Part(part).label}：这是{Source(now.source).label}，不能清除，登记实际情况并写理由",
                    field=entry.cell,
                )
            # Whoever corrects a day to one without a stay says that there was none.
            yield fact(Source.CORRECTION, "none")
            return
        # What the town said is taken back, its correction and what the correction stood on.
        yield from (fact(source, CLEARED) for source, before in own.items() if before.value != CLEARED)
        return
    yield fact(Source.REGISTER if free else Source.CORRECTION, value)


def _value(fact: Fact | None) -> str:
    return fact.value if fact is not None else CLEARED


def _of_today(fact: Fact) -> bool:
    return timezone.localtime(fact.entered_at).date() == clock.today()


def _who(fact: Fact) -> str:
    """洪考勤 11月5日 09:12 登记, 更正 …"""
    at = timezone.localtime(fact.entered_at)
    who = str(fact.entered_by) if fact.entered_by else "系统"
    return f"{who} {day_words(at)} {at:%H:%M} {Source(fact.source).label}"


def cells_of(refused: Refused) -> Mapping[str, list[Refused]]:
    """The refusals of one call by the cell (or field) they name."""
    found: dict[str, list[Refused]] = defaultdict(list)
    each: Any
    for each in refused.refusals if isinstance(refused, Several) else [refused]:
        found[each.field].append(each)
    return found
