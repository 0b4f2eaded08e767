"""每日汇总: what the towns entered of a day, told to each town and to the county's office where a clause or the county asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from attendance.tallies import FIGURES, Tally, by_town, one_day, total, workday_before
from core import clock
from core.calendar import statutory_calendar
from core.months import day_words
from core.notices import Word
from policy.days import format_days
from policy.management import Arrangement, arrangements
from policy.whom import Whom, rules_for
from rules.book import rule_book
from rules.places import chains_of
from rules.settings import InForce
from teams.holders import Holders, Pair
from teams.models import Appointment, Team
from teams.models.dated import in_force
from teams.parties import Directory
from teams.words import REGISTER_POSTS, Post

SUMMARY = "attendance.daily_summary"
WHAT = "sign_in_summary"
#: From this time on the day is summed up; before it the working day before.
EVENING = time(17, 30)
#: A message holds so many characters.
BODY = 400


@dataclass(frozen=True)
class Asked:
    """That a team's days are summed up: by which clause, none where the county chose so; told to which county party."""

    clause: str
    party: str


def asked(teams: Iterable[Team], day: date) -> dict[int, Asked]:
    """Those of the teams, by id, whose days are summed up on that day."""
    book, settings, teams = rule_book(), InForce(day), list(teams)
    found: dict[int, Asked] = {}
    for team, (_, codes) in zip(teams, chains_of([team.region for team in teams]), strict=True):
        whom = Whom(region_codes=codes, team_kind=team.team_kind)
        rule: Arrangement | None = next(iter(arrangements(book, whom, day, WHAT)), None)
        if rule is not None and rule.parties:
            found[team.pk] = Asked(rule.clause, rule.parties[0])
        elif settings.at(team.region.path, SUMMARY):
            pack = rules_for(book, "management", whom, day).pack
            found[team.pk] = Asked("", pack.pack.managing_office if pack else "")
    return found


def due() -> date | None:
    """The day to be summed up now; None on a rest day, on which nobody is told anything."""
    now, calendar = timezone.localtime(clock.now()), statutory_calendar()
    today = clock.today()
    if not calendar.is_workday(today):
        return None
    return today if now.time() >= EVENING else workday_before(today, calendar)


def words() -> list[Word]:
    """The messages of the latest due day. The keys name town and day: each reader hears of it once.

    After days without a run only the latest day is told of; a rest day has no summary.
    """
    day = due()
    if day is None:
        return []
    teams = list(Team.objects.filter(in_force(day)).select_related("region__parent").order_by("region__path"))
    wanted = asked(teams, day)
    rows = list(
        Appointment.objects.on(day)
        .full_time()
        .filter(body__in=wanted, void=False)
        .select_related("person", "body__region", "body__team__region__parent", "unit")
        .order_by("body__region__path", "body", "unit__pinyin", "person__pinyin", "pk")
    )
    return _words(rows, wanted, day) if rows else []


def _words(rows: Sequence[Appointment], wanted: dict[int, Asked], day: date) -> list[Word]:
    directories = Directory.for_many(rows, day)
    towns: dict[str, Directory] = {}
    counties: dict[Pair, set[str]] = defaultdict(set)
    for row in rows:
        path, directory = row.body.team.region.town.path, directories[row.body_id]
        towns.setdefault(path, directory)
        party = wanted[row.body_id].party
        if party and directory.knows(party):
            counties[directory.place(party).pair].add(path)
    offices = {
        path: directory.place("town:party_committee").body.pk
        for path, directory in towns.items()
        if directory.knows("town:party_committee")
    }
    posts = [Post.PARTY_SECRETARY, *REGISTER_POSTS]
    pairs = {(post.value, office) for office in offices.values() for post in posts}
    holders = Holders(pairs | set(counties), clock.today(), clock.half_now())
    lines = {line.path: line for line in by_town(rows, one_day(day))}
    said = [
        Word(
            users=holders.users(_readers(holders, offices[path])),
            title=f"{line.label}{day_words(day)}出勤：{figures(line)}",
            body=_silent([line]),
            url=address(day, path),
            key=f"attendance:daily:{path}:{day}",
        )
        for path, line in lines.items()
        if path in offices
    ]
    for pair, paths in counties.items():
        own = [lines[path] for path in sorted(paths)]
        whole = total(own)
        said.append(
            Word(
                users=holders.users([pair]),
                title=f"{day_words(day)}各乡镇出勤：{figures(whole)}",
                body=_silent(own, named=True),
                url=address(day),
                key=f"attendance:daily:county:{pair[1]}:{day}",
            )
        )
    return [word for word in said if word.users]


def _readers(holders: Holders, office: int) -> list[Pair]:
    """The town's secretary, and who keeps its register: the first of the posts somebody holds."""
    keeping = [(post.value, office) for post in REGISTER_POSTS]
    keeper = next((pair for pair in keeping if holders.own(pair)), keeping[0])
    return [(Post.PARTY_SECRETARY.value, office), keeper]


def figures(line: Tally) -> str:
    """在岗 8，请假 1，公出 0.5，待核 1，没有登记 2 人; what is nought is left out, but for 在岗."""
    return _parts(line) + (f"，没有登记 {line.silent} 人" if line.silent else "")


def _parts(line: Tally) -> str:
    parts = [f"在岗 {format_days(line.on_post)}"]
    for label, halves in (("请假", line.leave), ("公出", line.trip), ("待核", line.unverified)):
        if halves:
            parts.append(f"{label} {format_days(halves)}")
    return "，".join(parts)


def figures_of(kept: Mapping[str, int]) -> str:
    """The same of figures that were kept, with how many people they are of."""
    line = Tally("", "", **{name: kept.get(name, 0) for name in FIGURES})
    silent = f"，没有登记 {line.silent} 人次" if line.silent else ""
    nights = f"，住下 {line.nights} 夜" if line.nights else ""
    return f"专职 {line.people} 人，{_parts(line)}{nights}{silent}"


def _silent(lines: Iterable[Tally], *, named: bool = False) -> str:
    """Who has nothing entered, by town; nobody is called absent."""
    parts = [f"{line.label if named else ''}{'、'.join(line.names)}" for line in lines if line.names]
    if not parts:
        return "都登记了。"
    text = f"没有登记的：{'；'.join(parts)}。"
    return text if len(text) <= BODY else f"{text[: BODY - 12]}……名单见汇总。"


def address(day: date, town: str = "") -> str:
    """Where the summary of a day stands."""
    query = {"day": day.isoformat(), **({"town": town} if town else {})}
    return f"{reverse('attendance:daily')}?{urlencode(query)}"
