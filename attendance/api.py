"""The API's view of attendance: signing in oneself, one's own month, a team's register."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attendance import selectors
from attendance.derive import people_of
from attendance.evidence import place_words
from attendance.frozen import counting
from attendance.models import SignInKind
from attendance.signing import REASON_LENGTH, sign_in
from core import clock
from core.api.filters import LARGEST
from core.api.views import Resource
from core.errors import NotYours
from core.months import bounds, month_number
from policy import dayset
from policy.attendance import NOTHING_SAID, PARTS, PersonDays, said
from policy.sign_in import Position
from teams.api import BodyBrief, PersonBrief
from teams.models import Appointment, Person
from teams.scope import scope_of
from teams.words import TokenScope


class PositionIn(serializers.Serializer):
    latitude = serializers.FloatField(min_value=-90, max_value=90, help_text="纬度，WGS 84")
    longitude = serializers.FloatField(min_value=-180, max_value=180, help_text="经度，WGS 84")
    accuracy = serializers.IntegerField(
        min_value=0, max_value=40_000_000, required=False, help_text="误差，米"
    )


class SignInIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=SignInKind.choices, help_text="on_post 在岗，overnight 过夜")
    client_key = serializers.RegexField(
        r"\A[0-9A-Za-z_-]{1,64}\Z", help_text="这次签到的提交键；同一个键只算一次，再发只补原因"
    )
    device_time = serializers.DateTimeField(
        required=False, help_text="没有网络时点的，写手机上的时间；72 小时以内"
    )
    position = PositionIn(required=False, help_text="县里要定位的才用；不要的地方不留")
    reason = serializers.CharField(
        max_length=REASON_LENGTH, required=False, allow_blank=True, help_text="待核的原因"
    )


class SignInOut(serializers.Serializer):
    """What came of it; never the place itself."""

    day = serializers.DateField(help_text="算哪一天")
    parts = serializers.ListField(child=serializers.ChoiceField(choices=PARTS), help_text="新记下的时段")
    unverified = serializers.BooleanField(help_text="记为待核")
    needs_reason = serializers.BooleanField(help_text="等您写一句原因")
    place = serializers.CharField(allow_blank=True, help_text="距驻点多远，一句话")


class DayOut(serializers.Serializer):
    date = serializers.DateField()
    am = serializers.CharField(allow_blank=True, help_text="上午的情况，空为没有登记")
    pm = serializers.CharField(allow_blank=True, help_text="下午的情况")
    night = serializers.CharField(allow_blank=True, help_text="夜间的情况")
    words = serializers.CharField(help_text="一句话")


class TotalsOut(serializers.Serializer):
    on_post = serializers.FloatField(help_text="在岗天数")
    leave = serializers.FloatField(help_text="请假天数")
    trip = serializers.FloatField(help_text="因公外出天数")
    village = serializers.IntegerField(help_text="住村夜数")
    town = serializers.IntegerField(help_text="住镇夜数")


class MonthOut(serializers.Serializer):
    month = serializers.CharField(help_text="如 2026-11")
    totals = TotalsOut()
    days = DayOut(many=True, help_text="有登记的日子")


class RegisterRowOut(serializers.Serializer):
    posting = serializers.IntegerField(help_text="任职编号")
    person = PersonBrief()
    totals = TotalsOut()
    days = DayOut(many=True, help_text="有登记的日子")


class RegisterOut(serializers.Serializer):
    month = serializers.CharField(help_text="如 2026-11")
    team = BodyBrief()
    people = RegisterRowOut(many=True, help_text="按单位和姓名排，不按天数排")


class MonthIn(serializers.Serializer):
    month = serializers.RegexField(r"\A20\d\d-(0[1-9]|1[0-2])\Z", required=False, help_text="月份，默认本月")


class RegisterIn(MonthIn):
    team = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="工作队编号")


class _Attendance(Resource):
    access = "attendance"
    reads = TokenScope.ATTENDANCE_READ.value
    writes = TokenScope.ATTENDANCE_WRITE.value
    tag = "考勤"
    pagination_class = None
    filter_backends: list = []


class SignIns(_Attendance):
    @extend_schema(
        summary="本人签到",
        description="为自己签到，县里开了本人签到的才收。没有定位或在范围外的照样收下，记为待核。",
        request=SignInIn,
        responses={201: SignInOut},
    )
    def create(self, request: Request) -> Response:
        wanted: dict[str, Any] = self.said(SignInIn)
        place = wanted.pop("position", None)
        signed = sign_in(acting_user=request.user, position=Position(**place) if place else None, **wanted)
        row = signed.sign_in
        answer = {
            "day": signed.day,
            "parts": [fact.part for fact in signed.facts],
            "unverified": any(fact.value == "unverified" for fact in signed.facts),
            "needs_reason": signed.needs_reason,
            "place": place_words(row) if row else "",
        }
        return Response(SignInOut(answer).data, status=201)


class OwnMonth(_Attendance):
    @extend_schema(
        summary="本人的一个月",
        description="自己这个月每天的情况和合计。",
        parameters=[MonthIn],
        responses=MonthOut,
    )
    def retrieve(self, request: Request) -> Response:
        first, last = bounds(_month(MonthIn, request)["month"])
        person = scope_of(request.user).person_id
        rows = Appointment.objects.full_time().filter(person=person, void=False)
        held = [row for row in rows if row.valid_from <= last and (row.valid_to or last) >= first]
        if scope_of(request.user).posting is None and not held:
            raise NotYours("not_yours", "没有驻点任职")
        people = Person.objects.filter(pk=person).values("pk")
        known = counting(people, [month_number(first)]).get(person or 0, NOTHING_SAID)
        inside = dayset.NONE
        for row in held:
            inside |= dayset.stretch(row.valid_from, row.valid_to)
        answer = {"month": f"{first:%Y-%m}", **_days(known.among(inside))}
        return Response(MonthOut(answer).data)


class RegisterOfTeam(_Attendance):
    access = "register"

    @extend_schema(
        summary="一支工作队的台账",
        description="您看得到的队员这个月每天的情况和合计。",
        parameters=[RegisterIn],
        responses=RegisterOut,
    )
    def retrieve(self, request: Request) -> Response:
        asked = _month(RegisterIn, request)
        first, last = bounds(asked["month"])
        teams = selectors.teams_between(request.user, first, last)
        team = next((each for each in teams if each.pk == asked["team"]), None)
        if team is None:
            raise NotYours("not_yours", "没有这支队")
        rows = selectors.rows_of(request.user, [team], first, last)
        people = people_of(rows)
        known = counting(people, [month_number(first)])
        answer = {
            "month": f"{first:%Y-%m}",
            "team": team,
            "people": [
                {
                    "posting": row.pk,
                    "person": row.person,
                    **_days(
                        known.get(row.person_id, NOTHING_SAID).among(
                            dayset.stretch(row.valid_from, row.valid_to)
                        )
                    ),
                }
                for row in rows
            ],
        }
        return Response(RegisterOut(answer, context={"request": request}).data)


def _month(serializer: type[MonthIn], request: Request) -> dict[str, Any]:
    """The query as it was asked, its month as the first day of it."""
    asked = serializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    said_: dict[str, Any] = dict(asked.validated_data)
    found = re.fullmatch(r"(\d{4})-(\d\d)", said_.get("month", ""))
    said_["month"] = date(int(found[1]), int(found[2]), 1) if found else clock.today().replace(day=1)
    return said_


def _days(days: PersonDays) -> dict[str, Any]:
    found, values = days.totals, days.values
    return {
        "totals": {
            "on_post": found.on_post / 2,
            "leave": found.leave / 2,
            "trip": found.trip / 2,
            "village": found.village,
            "town": found.town,
        },
        "days": [
            {
                "date": day,
                **{part: values[day].get(part, "") for part in PARTS},
                "words": said(*(values[day].get(part, "") for part in PARTS)),
            }
            for day in sorted(values)
        ],
    }
