"""Walking every address of the site as every kind of person: its pages and, action by action, its API."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from approvals.models import Filing
from attendance.absence.cases import open_case
from attendance.absence.models import AbsenceCase, AbsenceStatement, CaseStep, How
from attendance.imports.services import check as check_register
from attendance.models import RegisterImport
from attendance.objections import object_to
from attendance.reports.building import build_due, due
from attendance.reports.models import ReportPart
from core import clock, feedback
from core.models import Attachment, AuditEvent, Feedback, Notice
from leave.feeds.services import make_feed
from leave.models import HolidayRota
from leave.rotas.services import Plan, save_rota
from rules.settings import set_setting
from teams.delegations import delegate
from teams.imports.services import check_roster
from teams.models import Appointment, RosterImport, Team, User
from teams.tokens import make_token
from teams.words import Post, TeamKind
from tests.attendance import inspections
from tests.attendance.months import OCTOBER, closed
from tests.behind import OBJECTS
from tests.drive import NEXT_MONDAY, Drive
from tests.outgoing import add_robot, unsent
from tests.pages import browser, confirmed, in_use
from tests.rules.local import waiting_rule
from tests.teams.rosters_typed import people, person, upload, workbook

HERE = Path(__file__).parent
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: Column of the matrix → the person of the cast who stands for it.
ROLES = {
    "outsider": "lihu_captain",
    "member": "liusha_member",
    "captain": "liusha_captain",
    "secretary": "liusha_secretary",
    "county": "pn_agri_chief",
    "unit": "pn_unit_chief",
    "system": "pn_system",
    "security": "pn_security",
    "auditor": "pn_auditor",
}
REASON = "肝病复查"


@dataclass(frozen=True)
class Address:
    """One URL pattern: its full name, its view and the names of its arguments."""

    name: str
    view: Callable[..., HttpResponse]
    arguments: tuple[str, ...]

    @property
    def audience(self) -> str | None:
        return getattr(self.view, "access", None)

    @property
    def actions(self) -> dict[str, str]:
        """Of the API: method → action of the resource; empty for a page, which says by itself what it takes."""
        actions = getattr(self.view, "actions", {})
        return {method.upper(): name for method, name in actions.items() if method != "head"}

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    @property
    def methods(self) -> tuple[str, ...]:
        """What the matrix asks: each action of the API, and of a page to read it and to send it something."""
        return tuple(self.actions) if self.actions else ("GET", "POST")

    @property
    def about_one_object(self) -> bool:
        return any(name == "pk" or name.endswith("_pk") for name in self.arguments)


def addresses() -> list[Address]:
    """Every pattern the site answers to."""
    return list(_walk(get_resolver(), ()))


def _walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern):
            name = ":".join([*spaces, entry.name or f"without a name: {entry.pattern}"])
            yield Address(name, entry.callback, tuple(entry.pattern.converters))


def whitelist() -> set[str]:
    """Names of addresses that need no audience."""
    lines = (HERE / "access_whitelist.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def matrix() -> list[dict[str, str]]:
    """The checked-in rows: who is answered with what."""
    with (HERE / "access_matrix.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Scene:
    """Something behind every address: in 洪阳镇 a request that waits, one decided, a file; requests elsewhere."""

    def __init__(self, drive: Drive) -> None:
        self.world = drive.world
        set_setting(
            region=self.world.regions["puning"],
            key="leave.voice_days",
            value=3,
            basis="普驻办〔2026〕3号",
            acting_user=None,
        )
        self._next_team()
        draft = drive.save("liusha_member", 4, reason=REASON, files=[pdf()])
        self.waiting = drive.submit("liusha_member", draft)
        self.decided = drive.ask("liusha_member", 6, start=NEXT_MONDAY.replace(month=12, day=21))
        drive.sign("pn_agri_chief", self.decided)
        drive.ask("liusha_mate", 1)
        for who, chief in (("lihu_member", "lihu_captain"), ("sc_member", "zhuli_secretary")):
            away = drive.ask(who, 1)
            drive.sign(chief, away)
        drive.ask("xf_member", 1)
        self.trip = drive.travel("liusha_member", 2, start=NEXT_MONDAY.replace(month=12, day=14))
        for who in ("lihu_member", "sc_member", "xf_member"):
            drive.travel(who, 1, start=NEXT_MONDAY.replace(month=12, day=14))
        self.robot = add_robot(self.world, "pn_system", "liusha_party")
        self.unsent = unsent(self.world.users["liusha_captain"])
        unsent(self.world.users["xf_captain"])
        self.coming = self.world.appoint("pn_agri_staff", Post.STAFF, "pn_org", valid_from=NEXT_MONDAY)
        self.grant = drive.grant("pn_agri_staff", self.world.bodies["lihu_team"])
        self.delegation = delegate(
            of_id=self.world.appointments["liusha_secretary"].pk,
            to_id=self.world.appointments["liusha_officer"].pk,
            valid_from=NEXT_MONDAY,
            valid_to=NEXT_MONDAY,
            why="外出开会",
            acting_user=self.world.user("liusha_secretary"),
        )
        self.token, _ = make_token(
            acting_user=self.world.user("liusha_member"), name="对接", scopes=["people:read"], days=30
        )
        self.rule = waiting_rule(self.world)
        self.rota = self._rota()
        self.sheet = closed(drive)
        with transaction.atomic():
            due(self.world.regions["puning"], OCTOBER, "provisional", "first")
        build_due()
        self.objection = object_to(
            acting_user=self.world.user("liusha_member"), month=OCTOBER, text="20 日我在岗", day=20
        )
        feedback.send(acting_user=self.world.user("liusha_member"), text="去向能不能记住", page="/leave/new/")
        self.spot_check = inspections.plan(self.world, inspections.COUNTY)
        self.absence, self.statement = self._absence()
        self.feed, _ = make_feed(acting_user=self.world.user("liusha_member"), reach="own")
        self.locked = AccessAttempt.objects.create(
            username="liusha_member",
            ip_address="198.51.100.7",
            failures_since_start=settings.AXES_FAILURE_LIMIT,
        ).pk
        self._roster = check_roster(
            acting_user=self.world.user("pn_system"),
            region_id=self.world.regions["puning"].pk,
            file=upload(people(person("洪新人"))),
        )
        self._register = check_register(
            acting_user=self.world.user("pn_agri_chief"),
            month=OCTOBER.replace(month=11),
            file=upload(workbook(考勤=[["姓名", 2], ["邻队长", "√"]]), "考勤.xlsx"),
        )
        self._signed_in = {who: self._browser(who) for who in self.world.users}
        self._paths: dict[tuple[str, tuple[str, ...]], str] = {}
        self._looked: dict[tuple[str | None, str], HttpResponse] = {}

    def _next_team(self) -> None:
        """A second team in the same town, with a captain of its own."""
        self.world.body("next_team", Team, "驻洪阳镇二队", "liusha", team_kind=TeamKind.TOWN)
        self.world.person(
            "next_captain", "邻队长", Post.CAPTAIN, "next_team", unit=self.world.bodies["pn_unit2"]
        )

    def _rota(self) -> HolidayRota:
        """A 轮值表 of the team, for a Saturday in December."""
        saturday, who = NEXT_MONDAY.replace(month=12, day=26), self.world.human("liusha_mate").pk
        plan = Plan(name="周末值守", first=saturday, last=saturday, duty=frozenset({(who, saturday)}))
        team = self.world.bodies["liusha_team"].pk
        captain = self.world.user("liusha_captain")
        return save_rota(acting_user=captain, team_id=team, plan=plan, form_key="scene")

    def _absence(self) -> tuple[AbsenceCase, AbsenceStatement]:
        """A day of the member that waits to be verified, and a statement on paper of an earlier one."""
        posting = Appointment.objects.select_related("body__region", "unit").get(
            pk=self.world.appointments["liusha_member"].pk
        )
        days = [clock.today() - timedelta(days=back) for back in (4, 5)]
        with transaction.atomic():
            earlier, case = (
                open_case(posting=posting, day=day, how=How.REPORTED, acting_user=None, note="到村不在")
                for day in days
            )
        step = CaseStep.objects.create(
            case=earlier, round=1, order=1, code="statement", form="statement", party="person:self", label="本人",
            what="写情况说明", clause="zhumadian-18-absence-statement",
        )  # fmt: skip
        statement = AbsenceStatement.objects.create(
            case=earlier, step=step, whereabouts="县城", reason="有事", remedy="改正", state="paper",
            written_at=clock.now(), entered_by=self.world.users["liusha_officer"], paper_signer="林业局长",
            paper_on=clock.today(),
        )  # fmt: skip
        return case, statement

    def path(self, address: Address) -> str:
        """The address with this scene's objects in it, looked up once: they stay the same."""
        key = (address.name, address.arguments)
        if key not in self._paths:
            values = {name: self._value(address, name) for name in address.arguments}
            self._paths[key] = reverse(address.name, kwargs=values)
        return self._paths[key]

    def _value(self, address: Address, argument: str) -> Any:
        known = [name for name, known in OBJECTS if known == argument and address.name.startswith(name)]
        if not known:
            raise LookupError(f"no object for {argument} of {address.name}: name one with objects()")
        return OBJECTS[max(known, key=len), argument](self)

    def register_import(self) -> RegisterImport:
        return self._register

    def event(self) -> AuditEvent:
        return AuditEvent.objects.get(action="leave.submit", subject_id=self.waiting.pk)

    def file(self) -> Attachment:
        return Attachment.objects.get(subject_kind="leave", subject_id=str(self.waiting.pk))

    def roster(self) -> RosterImport:
        """A roster of 普宁 that waits to be confirmed."""
        return self._roster

    def report_part(self) -> ReportPart:
        """The workbook of 洪阳镇."""
        return ReportPart.objects.get(path=self.world.regions["liusha"].path)

    def said(self) -> Feedback:
        """What the member says of the system."""
        return Feedback.objects.get()

    def notice(self) -> Notice:
        """What the applicant was told of his decided request."""
        return Notice.objects.filter(recipient=self.world.users["liusha_member"]).earliest("pk")

    def rule_file(self) -> Attachment:
        return Attachment.objects.get(subject_kind="local_rule", subject_id=str(self.rule.pk))

    def told(self, party: str) -> Filing:
        """The filing of the decided request to this party."""
        return Filing.objects.get(subject_id=self.decided.pk, party=party)

    def _browser(self, who: str | None) -> Client:
        """The browser of a person who has just typed the password, or of a stranger; a crash is an answer of 500, not an exception."""
        client = Client() if who is None else in_use(confirmed(browser(self.world, who)))
        client.raise_request_exception = False
        return client

    def admit(self, who: str, user: User) -> None:
        """Somebody who is not of the cast has signed in, once for all that he asks."""
        self.world.users[who] = user
        self._signed_in[who] = self._browser(who)

    def look(self, who: str | None, path: str) -> HttpResponse:
        """The page as this person gets it, got once: what he did to see it is undone, so it stays the same."""
        key = (who, path)
        if key not in self._looked:
            self._looked[key] = self.ask(who, "GET", path)
        return self._looked[key]

    def ask(
        self,
        who: str | None,
        method: str,
        path: str,
        fields: dict[str, Any] | None = None,
        *,
        as_json: bool = False,
    ) -> HttpResponse:
        """The answer, with everything undone that the request did, signing out included."""
        with transaction.atomic():
            client = self._signed_in.get(who) or self._browser(who)
            cookies = client.cookies.copy()
            if fields is None:
                response = client.generic(method, path)
            elif as_json and method != "GET":
                send = getattr(client, method.lower())
                response = send(path, fields, content_type="application/json")
            else:
                response = {"GET": client.get, "POST": client.post}[method](path, fields)
            if hasattr(response, "streaming_content"):
                list(response.streaming_content)
            transaction.set_rollback(True)
            client.cookies = cookies
        return response


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("病历.pdf", b"%PDF-1.4 x", "application/pdf")


def names_in(world: Any, *towns: str) -> set[str]:
    """The names of the people of these places, which begin with one sign per place."""
    signs = {"洪阳": "洪", "里湖": "里", "上蔡": "上", "朱里": "朱", "新丰": "新", "梅坑": "梅"}
    wanted = {signs[town] for town in towns}
    people = [user.person.name for user in world.users.values() if user.person is not None]
    return {name for name in people if name[0] in wanted}
