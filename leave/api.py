"""The API's view of leave: the same verbs as the pages, from draft to 销假."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.views import Resource
from core.errors import Conflict
from leave import api_shapes as shapes
from leave import endings, routing, services
from leave.checks import Wish, span_of
from leave.clauses import ASKED, NAMED_BY_HAND, RETURNED
from leave.models import LeaveRequest
from policy.carries import carries
from rules.api import DecisionOut
from teams.parties import Directory
from teams.words import TokenScope


@extend_schema_view(
    list=extend_schema(
        summary="列出请假", description="您看得到的请假，新的在前；草稿只有本人看得到。不含事由。"
    ),
    retrieve=extend_schema(
        summary="读一件请假",
        description="一件请假。事由只给本人和批的人，别人得到 null。",
        responses=shapes.LeaveFull,
    ),
)
class Leave(mixins.ListModelMixin, Resource):
    reads = TokenScope.LEAVE_READ.value
    writes = TokenScope.LEAVE_WRITE.value
    scopes = {"preview": TokenScope.LEAVE_READ.value, "assign": TokenScope.SIGN_WRITE.value}
    tag = "请假"
    queryset = LeaveRequest.objects.none()
    serializer_class = shapes.LeaveOut
    filterset_class = shapes.LeaveFilter

    def get_queryset(self) -> QuerySet[LeaveRequest]:
        return LeaveRequest.objects.visible_to(self.request.user).for_lists().order_by("-created_at", "-pk")

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._full(pk)

    @extend_schema(
        summary="存一份草稿",
        description="为自己写一份请假草稿。天数由系统算，不用填。",
        request=shapes.NewWishIn,
        responses={201: shapes.LeaveFull},
    )
    def create(self, request: Request) -> Response:
        saved = services.save_draft(
            acting_user=request.user, wish=self._wish(shapes.NewWishIn), form_key=self.verb_key()
        )
        return self._full(saved.pk, status=201)

    @extend_schema(
        summary="改草稿",
        description="改自己的草稿，或退回给自己的请假；每一项都要写。`revision` 是您看到的修订号，别处先改了回答 409。",
        request=shapes.WishAgainIn,
        responses=shapes.LeaveFull,
    )
    def update(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        services.save_draft(
            acting_user=request.user,
            wish=self._wish(shapes.WishAgainIn),
            form_key=self.verb_key(),
            request_id=pk,
            revision=self._revision,
        )
        return self._full(pk)

    @extend_schema(summary="删去草稿", description="删去自己的草稿。", responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        services.discard_draft(request_id=pk, acting_user=request.user)
        return Response(status=204)

    @extend_schema(
        summary="先看由谁批",
        description="这样请假算几天、由谁批、依据哪一条。什么也不写。",
        request=shapes.SpanIn,
        responses=DecisionOut,
    )
    @action(detail=False, methods=["post"], filter_backends=[])
    def preview(self, request: Request) -> Response:
        wish = Wish(**self.said(shapes.SpanIn))
        span_of(wish)
        return Response(services.preview(acting_user=request.user, wish=wish).as_json())

    @extend_schema(
        summary="提交",
        description="提交自己的草稿，送给按文件该批的人。有几处不对，就在 `errors` 里列几处。",
        request=shapes.SubmitIn,
        responses=shapes.LeaveFull,
    )
    @action(detail=True, methods=["post"])
    @carries(*ASKED)
    def submit(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        revision = self.said(shapes.SubmitIn)["revision"]
        services.submit(
            request_id=pk, acting_user=request.user, revision=revision, submit_key=self.verb_key()
        )
        return self._full(pk)

    @extend_schema(
        summary="撤回", description="撤回还没有批的请假。", request=None, responses=shapes.LeaveFull
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        services.withdraw(request_id=pk, acting_user=request.user)
        return self._full(pk)

    @extend_schema(
        summary="取消",
        description="取消已批准、还没有开始的请假。",
        request=None,
        responses=shapes.LeaveFull,
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        endings.cancel(request_id=pk, acting_user=request.user)
        return self._full(pk)

    @extend_schema(
        summary="销假",
        description="登记返岗的第一个半天；本人、队长或驻地乡镇可以登记。",
        request=shapes.ReturnIn,
        responses=shapes.LeaveFull,
    )
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    @carries(*RETURNED)
    def back(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        endings.report_back(request_id=pk, acting_user=request.user, **self.said(shapes.ReturnIn))
        return self._full(pk)

    @extend_schema(
        summary="可以指定谁批",
        description="文件没有规定时，主管部门可以指定的批准人。",
        responses=shapes.DeciderOut(many=True),
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def deciders(self, request: Request, pk: int) -> Response:
        found = self._seen(pk)
        if found.routed is None:
            raise Conflict("wrong_state", "草稿还没有提交，不用指定批准人")
        offered = routing.choices_by_hand(Directory(found.posting, clock.today()), found.routed)
        return Response([{"party": party, "label": label} for party, label in offered])

    @extend_schema(
        summary="指定批准人",
        description="文件没有规定时，由主管部门指定谁批并写明理由。",
        request=shapes.AssignIn,
        responses=shapes.LeaveFull,
    )
    @action(detail=True, methods=["post"])
    @carries(*NAMED_BY_HAND)
    def assign(self, request: Request, pk: int) -> Response:
        if self._seen(pk).routed is None:
            raise Conflict("wrong_state", "草稿还没有提交，不用指定批准人")
        services.assign_deciders(
            request_id=pk,
            acting_user=request.user,
            request_key=self.verb_key(),
            **self.said(shapes.AssignIn),
        )
        return self._full(pk)

    def _seen(self, pk: int) -> LeaveRequest:
        """The request, for whoever sees it; 404 for everybody else, before anything is said of the body."""
        rows = LeaveRequest.objects.visible_to(self.request.user)
        return get_object_or_404(rows.select_related("posting__body__region", "posting__unit"), pk=pk)

    def _full(self, pk: int, status: int = 200) -> Response:
        found = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(shapes.LeaveFull(found, context={"request": self.request}).data, status=status)

    def _wish(self, serializer: type) -> Wish:
        said: dict[str, Any] = self.said(serializer)
        self._revision = said.pop("revision", None)
        return Wish(**said)


ROUTES = {"leave": Leave}
