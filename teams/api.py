"""The API's view of places, bodies, people and posts: read only, as far as today's appointments reach."""

from __future__ import annotations

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.filters import DayFilter, IdFilter
from core.api.views import Resource
from core.templatetags.zhubang import mask_phone
from teams import api_schemes, rosters, seen  # noqa: F401  (the description needs the schemes)
from teams.models import Appointment, DispatchingUnit, Office, OfficeFunction, Person, Region, Team
from teams.models.dated import in_force
from teams.names import so_named
from teams.words import BodyKind, Function, Level, Post, TokenScope

DATED = ["valid_from", "valid_to"]


class RegionOut(serializers.ModelSerializer):
    class Meta:
        model = Region
        fields = ["id", "name", "level", "code", "parent", *DATED]


class BodyBrief(serializers.Serializer):
    """A body as others mention it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=BodyKind.choices)


class OfficeOut(serializers.ModelSerializer):
    functions = serializers.SerializerMethodField(help_text="今天的职能")

    class Meta:
        model = Office
        fields = ["id", "name", "short_name", "region", "functions", "successor", *DATED]

    def get_functions(self, office: Office) -> list[str]:
        return [row.function for row in office.functions.all()]


class UnitOut(serializers.ModelSerializer):
    class Meta:
        model = DispatchingUnit
        fields = ["id", "name", "short_name", "code", "origin", "region", "successor", *DATED]


class TeamOut(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ["id", "name", "short_name", "team_kind", "task", "region", *DATED]


class PersonBrief(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ["id", "name"]


class PersonOut(serializers.ModelSerializer):
    phone = serializers.SerializerMethodField(help_text="只给开头三位和末四位")

    class Meta:
        model = Person
        fields = ["id", "name", "phone"]

    def get_phone(self, person: Person) -> str:
        return mask_phone(person.phone)


class AppointmentOut(serializers.ModelSerializer):
    person = PersonBrief()
    body = BodyBrief()
    post_name = serializers.CharField(help_text="职务全称")

    class Meta:
        model = Appointment
        fields = ["id", "person", "post", "post_name", "body", "unit", "stationed_at", "acting_for", *DATED]


class RegionFilter(django_filters.FilterSet):
    level = django_filters.ChoiceFilter(choices=Level.choices, help_text="级别")
    parent = IdFilter(field_name="parent", help_text="上级区划的编号")
    code = django_filters.CharFilter(help_text="12 位统计用区划代码")


class OfficeFilter(django_filters.FilterSet):
    region = IdFilter(field_name="region", help_text="所在区划的编号")
    function = django_filters.ChoiceFilter(
        choices=Function.choices, method="holding", help_text="今天有这项职能的"
    )

    def holding(self, rows: QuerySet[Office], name: str, value: str) -> QuerySet[Office]:
        held = OfficeFunction.objects.filter(in_force(clock.today()), function=value)
        return rows.filter(pk__in=held.values("office"))


class PlacedFilter(django_filters.FilterSet):
    region = IdFilter(field_name="region", help_text="所在区划的编号")


class PersonFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(method="so_named", help_text="姓名的一部分，或拼音、首字母的开头")
    team = IdFilter(method="in_team", help_text="今天在这支队的")

    def so_named(self, rows: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return so_named(rows, value)

    def in_team(self, rows: QuerySet[Person], name: str, value: int) -> QuerySet[Person]:
        seen = rosters.postings_seen(self.request.user).filter(body=value)
        return rows.filter(pk__in=seen.order_by().values("person"))


class AppointmentFilter(django_filters.FilterSet):
    person = IdFilter(field_name="person", help_text="人员的编号")
    body = IdFilter(field_name="body", help_text="机构的编号")
    post = django_filters.ChoiceFilter(choices=Post.choices, help_text="职务")
    on = DayFilter(method="on_day", help_text="这一天在任的")

    def on_day(self, rows: QuerySet[Appointment], name: str, value) -> QuerySet[Appointment]:
        return rows.filter(in_force(value))


class _Read(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    reads = TokenScope.PEOPLE_READ.value
    tag = "队伍和人员"


@extend_schema_view(
    list=extend_schema(summary="列出区划", description="您任职所在的区划，和它们的上级。"),
    retrieve=extend_schema(summary="读一个区划", description="一个区划。"),
)
class Regions(_Read):
    queryset = Region.objects.none()
    serializer_class = RegionOut
    filterset_class = RegionFilter

    def get_queryset(self) -> QuerySet[Region]:
        return Region.objects.visible_to(self.request.user).order_by("path")


@extend_schema_view(
    list=extend_schema(summary="列出部门", description="您看得到的区划里的部门，带今天的职能。"),
    retrieve=extend_schema(summary="读一个部门", description="一个部门，带今天的职能。"),
)
class Offices(_Read):
    queryset = Office.objects.none()
    serializer_class = OfficeOut
    filterset_class = OfficeFilter

    def get_queryset(self) -> QuerySet[Office]:
        held = OfficeFunction.objects.filter(in_force(clock.today())).order_by("function")
        return seen.offices_seen(self.request.user).prefetch_related(Prefetch("functions", held))


@extend_schema_view(
    list=extend_schema(summary="列出派出单位", description="您看得到的区划里的派出单位，和您本单位。"),
    retrieve=extend_schema(summary="读一个派出单位", description="一个派出单位。"),
)
class Units(_Read):
    queryset = DispatchingUnit.objects.none()
    serializer_class = UnitOut
    filterset_class = PlacedFilter

    def get_queryset(self) -> QuerySet[DispatchingUnit]:
        return seen.units_seen(self.request.user)


@extend_schema_view(
    list=extend_schema(summary="列出工作队", description="您看得到的工作队。"),
    retrieve=extend_schema(summary="读一支工作队", description="一支工作队。"),
)
class Teams(_Read):
    queryset = Team.objects.none()
    serializer_class = TeamOut
    filterset_class = PlacedFilter

    def get_queryset(self) -> QuerySet[Team]:
        return Team.objects.visible_to(self.request.user).order_by("region__path", "pk")


@extend_schema_view(
    list=extend_schema(summary="列出人员", description="您看得到的人，按拼音。电话只给开头和末尾。"),
    retrieve=extend_schema(summary="读一个人", description="一个人。"),
)
class People(_Read):
    queryset = Person.objects.none()
    serializer_class = PersonOut
    filterset_class = PersonFilter

    def get_queryset(self) -> QuerySet[Person]:
        return seen.people_shown(self.request.user).order_by("pinyin", "pk")


@extend_schema_view(
    list=extend_schema(summary="列出任职", description="您看得到的任职，最近的在前。"),
    retrieve=extend_schema(summary="读一项任职", description="一项任职。"),
)
class Appointments(_Read):
    queryset = Appointment.objects.none()
    serializer_class = AppointmentOut
    filterset_class = AppointmentFilter

    def get_queryset(self) -> QuerySet[Appointment]:
        rows = seen.appointments_shown(self.request.user)
        return rows.select_related("person", "body").order_by("-valid_from", "-pk")


class MeOut(serializers.Serializer):
    username = serializers.CharField(help_text="账号")
    name = serializers.CharField(help_text="姓名")
    person = serializers.IntegerField(allow_null=True, help_text="人员的编号，没有时为 null")
    appointments = AppointmentOut(many=True, help_text="今天的任职")
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="令牌的权限；用会话登录时为 null"
    )


class Me(Resource):
    """Who the API takes the caller for."""

    access = "login"
    tag = "账号"
    pagination_class = None
    filter_backends: list = []

    @extend_schema(summary="我是谁", description="当前账号、今天的任职和令牌的权限。", responses=MeOut)
    def retrieve(self, request: Request) -> Response:
        user, token = request.user, request.auth
        rows = seen.appointments_shown(user).filter(in_force(clock.today()), person=user.person_id)
        said = {
            "username": user.username,
            "name": str(user),
            "person": user.person_id,
            "appointments": rows.select_related("person", "body").order_by("pk"),
            "scopes": token.scopes if token else None,
        }
        return Response(MeOut(said).data)


ROUTES = {
    "regions": Regions,
    "offices": Offices,
    "units": Units,
    "teams": Teams,
    "people": People,
    "appointments": Appointments,
}
