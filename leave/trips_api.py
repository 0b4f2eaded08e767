"""The API's view of 因公外出: the same verbs as the pages, from the report to the return."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.filters import LARGEST, DayFilter, IdFilter
from core.api.views import Resource
from leave import trips
from leave.api_shapes import HALF, SpanIn
from leave.clauses import REPORTED
from leave.models import LeaveRequest, OfficialTrip, TripPhase
from policy.carries import carries
from teams.api import BodyBrief, PersonBrief
from teams.words import Half, TokenScope


class TripTold(serializers.Serializer):
    """One of those the report went to."""

    label = serializers.CharField(help_text="职务")
    kind = serializers.ChoiceField(
        choices=[("named", "文件点名"), ("copy", "本系统知会")], help_text="named 文件点名，copy 本系统知会"
    )


class TripOut(serializers.ModelSerializer):
    """One trip, as it was reported and as it stands."""

    traveller = PersonBrief()
    team = BodyBrief(source="posting.body")
    phase = serializers.ChoiceField(choices=TripPhase.choices, help_text="按今天的日期细分的状态")
    days = serializers.SerializerMethodField(help_text="天数")
    told = TripTold(many=True, help_text="报告给谁")
    clauses = serializers.ListField(child=serializers.CharField(), help_text="依据的条款")

    class Meta:
        model = OfficialTrip
        fields = [
            "id", "number", "state", "phase", "traveller", "team", "start", "start_half", "end", "end_half", "days",
            "sent_by", "document", "purpose", "going", "destination", "told", "clauses", "reported_at",
            "acknowledged_as", "acknowledged_at", "returned_on", "returned_half", "outcome",
        ]  # fmt: skip

    def get_days(self, trip: OfficialTrip) -> float:
        return trip.halves / 2


class TripIn(SpanIn):
    type = None  # type: ignore[assignment]
    traveller = serializers.IntegerField(
        min_value=1, max_value=LARGEST, required=False, help_text="谁外出，队长代队员报告时写；不写是本人"
    )
    sent_by = serializers.CharField(max_length=120, help_text="派遣单位")
    document = serializers.CharField(max_length=80, allow_blank=True, default="", help_text="通知文号")
    purpose = serializers.CharField(max_length=500, help_text="事由")
    going = serializers.ChoiceField(
        choices=LeaveRequest.Going.choices, default=LeaveRequest.Going.COUNTY, help_text="去向范围"
    )
    destination = serializers.CharField(max_length=120, help_text="去向，写到县（市、区）")


class TripReturnIn(serializers.Serializer):
    returned_on = serializers.DateField(input_formats=["%Y-%m-%d"], help_text="返岗日期")
    returned_half = serializers.ChoiceField(choices=Half.choices, help_text=HALF)
    note = serializers.CharField(max_length=200, allow_blank=True, default="", help_text="办理情况")


class TripFilter(django_filters.FilterSet):
    phase = django_filters.ChoiceFilter(choices=TripPhase.choices, help_text="按今天的日期细分的状态")
    team = IdFilter(field_name="posting__body", help_text="工作队的编号")
    traveller = IdFilter(field_name="traveller", help_text="外出人的编号")
    since = DayFilter(field_name="end", lookup_expr="gte", help_text="这一天还没有结束的")
    until = DayFilter(field_name="start", lookup_expr="lte", help_text="这一天已经开始的")


@extend_schema_view(
    list=extend_schema(summary="列出因公外出", description="您看得到的因公外出，新的在前。"),
    retrieve=extend_schema(
        summary="读一件因公外出", description="一件因公外出：报告了什么、报告给谁、现在怎样。"
    ),
)
class Trips(mixins.ListModelMixin, Resource):
    reads = TokenScope.LEAVE_READ.value
    writes = TokenScope.LEAVE_WRITE.value
    tag = "因公外出"
    queryset = OfficialTrip.objects.none()
    serializer_class = TripOut
    filterset_class = TripFilter

    def get_queryset(self) -> QuerySet[OfficialTrip]:
        return OfficialTrip.objects.visible_to(self.request.user).for_lists().order_by("-reported_at", "-pk")

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._full(pk)

    @extend_schema(
        summary="报告因公外出",
        description="书面报告，本人或队长代报；文件点名的人会收到，点名要知悉的由他知悉。有几处不对，就在 `errors` 里列几处。",
        request=TripIn,
        responses={201: TripOut},
    )
    @carries(*REPORTED)
    def create(self, request: Request) -> Response:
        said: dict[str, Any] = self.said(TripIn)
        traveller = said.pop("traveller", request.user.person_id)
        made = trips.report_trip(
            acting_user=request.user,
            person_id=traveller,
            journey=trips.Journey(**said),
            form_key=self.verb_key(),
        )
        return self._full(made.pk, status=201)

    @extend_schema(
        summary="知悉", description="报告送到的人确认知道了；一次就够。", request=None, responses=TripOut
    )
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        trips.acknowledge_trip(trip_id=pk, acting_user=request.user)
        return self._full(pk)

    @extend_schema(summary="取消外出", description="取消还没有开始的外出。", request=None, responses=TripOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        trips.cancel_trip(trip_id=pk, acting_user=request.user)
        return self._full(pk)

    @extend_schema(
        summary="报返岗",
        description="登记返岗的第一个半天；本人、队长或驻地乡镇可以登记。",
        request=TripReturnIn,
        responses=TripOut,
    )
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def back(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        trips.back_from_trip(trip_id=pk, acting_user=request.user, **self.said(TripReturnIn))
        return self._full(pk)

    def _seen(self, pk: int) -> OfficialTrip:
        """The trip, for whoever sees it; 404 for everybody else, before anything is said of the body."""
        return get_object_or_404(OfficialTrip.objects.visible_to(self.request.user), pk=pk)

    def _full(self, pk: int, status: int = 200) -> Response:
        found = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(TripOut(found, context={"request": self.request}).data, status=status)


ROUTES = {"trips": Trips}
