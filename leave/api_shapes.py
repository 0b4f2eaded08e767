"""What leave looks like to programs: the answers, the bodies, the filters."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.models import SignOff
from core import subjects
from core.api.filters import LARGEST, DayFilter, IdFilter
from core.templatetags.zhubang import mask_phone
from leave import services
from leave.models import LeaveRequest, Phase
from rules.api import DecisionOut
from teams.api import BodyBrief, PersonBrief
from teams.words import Half

HALF = "am 上午，pm 下午"


class LeaveOut(serializers.ModelSerializer):
    """One request as lists show it."""

    applicant = PersonBrief()
    team = BodyBrief(source="posting.body")
    phase = serializers.ChoiceField(choices=Phase.choices, help_text="按今天的日期细分的状态")
    days = serializers.SerializerMethodField(help_text="离岗天数")
    charged_days = serializers.SerializerMethodField(help_text="计假天数")

    class Meta:
        model = LeaveRequest
        fields = [
            "id", "number", "state", "phase", "revision", "applicant", "team", "type", "type_label", "start",
            "start_half", "end", "end_half", "days", "charged_days", "going", "destination", "stand_in",
            "extends", "replaces",
            "submitted_at", "settled_at", "returned_on", "returned_half",
        ]  # fmt: skip

    def get_days(self, request: LeaveRequest) -> float:
        return request.absence_halves / 2

    def get_charged_days(self, request: LeaveRequest) -> float:
        return request.charged_halves / 2


class LeaveFull(LeaveOut):
    """One request with what only some may read, and the decision under which it was routed."""

    reason = serializers.SerializerMethodField(help_text="事由；不该看的人得到 null")
    contact = serializers.SerializerMethodField(
        help_text="请假期间电话，只有开头和末尾；完整号码在页面上写明理由再看"
    )
    decision = serializers.SerializerMethodField(help_text="由谁批、依据哪一条；草稿为 null")
    sign_off = serializers.SerializerMethodField(help_text="最新一轮签批的编号；草稿为 null")

    class Meta(LeaveOut.Meta):
        fields = [*LeaveOut.Meta.fields, "reason", "contact", "return_note", "decision", "sign_off"]

    @property
    def _user(self) -> Any:
        return self.context["request"].user

    def _private(self, request: LeaveRequest) -> bool:
        return subjects.subject(services.KIND).sees_files(request, self._user)

    def get_reason(self, request: LeaveRequest) -> str | None:
        return request.reason if self._private(request) else None

    def get_contact(self, request: LeaveRequest) -> str:
        return mask_phone(request.contact)

    @extend_schema_field(DecisionOut(allow_null=True))
    def get_decision(self, request: LeaveRequest) -> dict[str, Any] | None:
        return request.routed.as_json() if request.routed else None

    def get_sign_off(self, request: LeaveRequest) -> int | None:
        rounds = SignOff.objects.filter(subject_kind=services.KIND, subject_id=request.pk)
        return rounds.order_by("-round").values_list("pk", flat=True).first()


class SpanIn(serializers.Serializer):
    type = serializers.CharField(max_length=20, help_text="类别代号，如 personal")
    start = serializers.DateField(input_formats=["%Y-%m-%d"], help_text="开始日期")
    start_half = serializers.ChoiceField(choices=Half.choices, default=Half.AM, help_text=HALF)
    end = serializers.DateField(input_formats=["%Y-%m-%d"], help_text="结束日期")
    end_half = serializers.ChoiceField(choices=Half.choices, default=Half.PM, help_text=HALF)


class WishIn(SpanIn):
    going = serializers.ChoiceField(
        choices=LeaveRequest.Going.choices, default=LeaveRequest.Going.COUNTY, help_text="去向范围"
    )
    destination = serializers.CharField(
        max_length=120, allow_blank=True, default="", help_text="去向，写到县（市、区）"
    )
    reason = serializers.CharField(max_length=500, allow_blank=True, default="", help_text="事由")
    stand_in = serializers.IntegerField(
        source="stand_in_id", min_value=1, max_value=LARGEST, allow_null=True, default=None,
        help_text="代岗人的编号",
    )  # fmt: skip
    contact = serializers.CharField(max_length=20, allow_blank=True, default="", help_text="请假期间电话")
    exit_document = serializers.CharField(
        max_length=80, allow_blank=True, default="", help_text="出国（境）批件文号"
    )


class NewWishIn(WishIn):
    extends = serializers.IntegerField(
        source="extends_id", min_value=1, max_value=LARGEST, allow_null=True, default=None,
        help_text="续哪一件已批准的假",
    )  # fmt: skip
    replaces = serializers.IntegerField(
        source="replaces_id", min_value=1, max_value=LARGEST, allow_null=True, default=None,
        help_text="改哪一件已批准的假",
    )  # fmt: skip

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """The leave that is meant must be one the caller sees, and it is either extended or changed."""
        named = {name: said[f"{name}_id"] for name in ("extends", "replaces") if said[f"{name}_id"]}
        seen = LeaveRequest.objects.visible_to(self.context["request"].user)
        wrong = [name for name, pk in named.items() if not seen.filter(pk=pk).exists()]
        if wrong:
            raise serializers.ValidationError(dict.fromkeys(wrong, "没有这一件"), code="does_not_exist")
        if len(named) == 2:
            raise serializers.ValidationError({"replaces": "续假和改期只能选一种"}, code="invalid_choice")
        return said


class SubmitIn(serializers.Serializer):
    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="您看到的修订号")


class WishAgainIn(SubmitIn, WishIn):
    pass


class ReturnIn(serializers.Serializer):
    returned_on = serializers.DateField(input_formats=["%Y-%m-%d"], help_text="返岗日期")
    returned_half = serializers.ChoiceField(choices=Half.choices, help_text=HALF)
    note = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="晚于批准的日期返岗时写明原因"
    )


class DeciderOut(serializers.Serializer):
    party = serializers.CharField(help_text="主体的代号")
    label = serializers.CharField()


class AssignIn(serializers.Serializer):
    parties = serializers.ListField(
        child=serializers.CharField(max_length=60), allow_empty=False, max_length=20, help_text="由谁批准"
    )
    together = serializers.BooleanField(default=False, help_text="true 都要签，false 一人即可")
    reason = serializers.CharField(max_length=500, help_text="指定的理由，申请人会看到")
    page_hash = serializers.CharField(max_length=64, help_text="签批里的 page_hash")


class LeaveFilter(django_filters.FilterSet):
    phase = django_filters.ChoiceFilter(choices=Phase.choices, help_text="按今天的日期细分的状态")
    type = django_filters.CharFilter(help_text="类别代号")
    team = IdFilter(field_name="posting__body", help_text="工作队的编号")
    applicant = IdFilter(field_name="applicant", help_text="申请人的编号")
    mine = django_filters.BooleanFilter(method="one_s_own", help_text="true 只看自己的，false 只看别人的")
    since = DayFilter(field_name="end", lookup_expr="gte", help_text="这一天还没有结束的")
    until = DayFilter(field_name="start", lookup_expr="lte", help_text="这一天已经开始的")

    def one_s_own(self, rows: QuerySet[LeaveRequest], name: str, value: bool) -> QuerySet[LeaveRequest]:
        own = {"applicant": self.request.user.person_id}
        return rows.filter(**own) if value else rows.exclude(**own)
