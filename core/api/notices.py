"""The API's view of one's own messages."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core import notices
from core.api.views import Resource
from core.models import Notice


class NoticeOut(serializers.ModelSerializer):
    class Meta:
        model = Notice
        fields = ["id", "title", "body", "url", "subject_kind", "subject_id", "created_at", "read_at"]


class NoticeFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(
        field_name="read_at", lookup_expr="isnull", help_text="true 只看未读，false 只看已读"
    )


class MarkedOut(serializers.Serializer):
    marked = serializers.IntegerField(help_text="这次标为已读的条数")


@extend_schema_view(list=extend_schema(summary="列出消息", description="您自己的消息，新的在前。"))
class Notices(mixins.ListModelMixin, Resource):
    access = "login"
    reads = "notices:read"
    writes = "notices:write"
    tag = "消息"
    queryset = Notice.objects.none()
    serializer_class = NoticeOut
    filterset_class = NoticeFilter

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.filter(recipient=self.request.user).order_by("-pk")

    @extend_schema(summary="标为已读", description="把一条消息标为已读。", request=None, responses=NoticeOut)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(self.get_queryset(), pk=pk)
        notices.mark_read(user=request.user, notice_ids=[found.pk])
        found.refresh_from_db()
        return Response(NoticeOut(found).data)

    @extend_schema(
        summary="全部标为已读", description="把全部消息标为已读。", request=None, responses=MarkedOut
    )
    @action(detail=False, methods=["post"], url_path="read-all", url_name="read-all", filter_backends=[])
    def read_all(self, request: Request) -> Response:
        return Response({"marked": notices.mark_read(user=request.user)})


ROUTES = {"notices": Notices}
