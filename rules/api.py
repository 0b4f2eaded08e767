"""The API's view of the rules: who decides a leave, and where each clause works."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import Resource
from core.errors import Refused
from policy.base import DISPATCHER_LABELS, ROLE_LABELS
from policy.carries import carries
from policy.errors import PolicyInputError
from rules.asking import as_json, ask
from rules.book import rule_book
from rules.carriers import PLANNED, WORKING, clause_rows
from rules.clauses import ROUTED
from teams.words import TokenScope


class StepOut(serializers.Serializer):
    mode = serializers.ChoiceField(choices=["any", "all"], help_text="其中一方即可，或都要")
    parties = serializers.ListField(child=serializers.CharField(), help_text="条款中的主体")


class InterpretationOut(serializers.Serializer):
    id = serializers.CharField()
    says = serializers.CharField(help_text="怎样理解")
    why = serializers.CharField(help_text="理由")


class DecisionOut(serializers.Serializer):
    """Who decides, who is told, by which clause; as ``manage.py explain --json`` prints it."""

    outcome = serializers.ChoiceField(
        choices=["route", "unspecified", "yields"], help_text="按文件走、文件没有规定、让位于别的规定"
    )
    steps = StepOut(many=True)
    filings = serializers.ListField(child=serializers.CharField(), help_text="报谁备案")
    clauses = serializers.ListField(child=serializers.CharField(), help_text="依据的条款")
    interpretations = InterpretationOut(many=True)
    days = serializers.FloatField(help_text="离岗天数")
    text = serializers.CharField(help_text="一段话说明")


class ExplainIn(serializers.Serializer):
    place = serializers.CharField(max_length=60, help_text="文件代号（puning）、区划代码（445281）或名称")
    role = serializers.ChoiceField(choices=list(ROLE_LABELS.items()), help_text="身份")
    days = serializers.CharField(max_length=10, help_text="天数，以半天为单位，如 3 或 3.5")
    type = serializers.CharField(max_length=40, default="personal", help_text="假别代号")
    on = serializers.CharField(max_length=10, required=False, help_text="申请日期，默认今天")
    start = serializers.CharField(max_length=10, required=False, help_text="开始日期，默认申请当天")
    dispatched_by = serializers.ChoiceField(
        choices=list(DISPATCHER_LABELS.items()), default="county", help_text="派出机关的层级"
    )
    also_first_secretary = serializers.BooleanField(default=False, help_text="兼任驻村第一书记")


class ClauseOut(serializers.Serializer):
    """One clause, as ``manage.py clauses --json`` prints it."""

    id = serializers.CharField()
    pack = serializers.CharField(help_text="哪份文件")
    article = serializers.CharField(help_text="第几条")
    kind = serializers.CharField(help_text="种类")
    mode = serializers.CharField(help_text="系统怎样执行它")
    topic = serializers.CharField(help_text="主题")
    where = serializers.ListField(child=serializers.CharField(), help_text="在系统的哪里")
    test = serializers.CharField(allow_blank=True, help_text="由哪个测试证明")
    status = serializers.ChoiceField(choices=[WORKING, PLANNED], help_text="已执行，还是没有")


class _Asked(Resource):
    access = "login"
    reads = TokenScope.RULES_READ.value
    tag = "制度"
    pagination_class = None
    filter_backends: list = []


class Explain(_Asked):
    """试算 for programs."""

    @extend_schema(
        summary="请假由谁批",
        description="按文件回答：由谁批、报谁备案、依据哪一条。和 `manage.py explain --json` 相同。",
        parameters=[ExplainIn],
        responses=DecisionOut,
    )
    @carries(*ROUTED)
    def retrieve(self, request: Request) -> Response:
        asked = ExplainIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        try:
            decision, note = ask(rule_book(), **asked.validated_data)
        except PolicyInputError as error:
            raise Refused("cannot_decide", str(error), field=error.field or "") from error
        return Response(as_json(decision, note))


class Clauses(_Asked):
    @extend_schema(
        summary="列出条款",
        description="每一条由系统的哪里执行、由哪个测试证明。和 `manage.py clauses --json` 相同，不分页。",
        parameters=[OpenApiParameter("pack", str, description="只看一份文件，如 puning")],
        responses=ClauseOut(many=True),
    )
    def list(self, request: Request) -> Response:
        book, pack = rule_book(), request.query_params.get("pack")
        if pack is not None and pack not in book.packs:
            raise ValidationError({"pack": "没有这份文件"}, code="invalid_choice")
        return Response(clause_rows(book, pack))


ROUTES = {"clauses": Clauses}
