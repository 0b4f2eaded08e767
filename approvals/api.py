"""The API's view of 待办: what waits for whom, one sign-off with its seats, signing, and what one was told."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from approvals import selectors, services
from approvals.models import Filing, Seat, Signature, SignOff
from core import subjects
from core.api.idempotency import HEADER, key_of
from core.api.views import Resource
from teams.words import TokenScope

#: Where a step stands (selectors.Step.state).
STEP_STATES = [
    ("done", "已办"),
    ("now", "正在办"),
    ("later", "还没轮到"),
    ("refused", "不同意"),
    ("returned", "退回修改"),
    ("dropped", "没有办到"),
]


class SubjectOut(serializers.Serializer):
    """What is being decided."""

    kind = serializers.CharField(help_text="类别，如 leave")
    id = serializers.IntegerField()
    label = serializers.CharField(help_text="一行话，不含事由")
    url = serializers.CharField(help_text="它的页面")


class TaskOut(serializers.Serializer):
    """One line of 待我办."""

    id = serializers.IntegerField(help_text="签批的编号")
    subject = SubjectOut()
    voice = serializers.ChoiceField(choices=Seat.Voice.choices, help_text="要您做什么")
    via = serializers.ChoiceField(
        choices=[("own", "本职"), ("delegated", "受托代办"), ("acting", "代行"), ("upward", "上一级办理")],
        help_text="您凭什么办",
    )
    due = serializers.DateTimeField(allow_null=True, help_text="截止，没有时为 null")


class SignatureOut(serializers.ModelSerializer):
    signer = serializers.CharField(source="signer.name", help_text="签字人")

    class Meta:
        model = Signature
        fields = ["signer", "capacity", "decision", "note", "at"]


class SeatOut(serializers.Serializer):
    """One seat of a step, signed or not."""

    step = serializers.IntegerField(help_text="第几步，从 0 开始")
    state = serializers.ChoiceField(choices=STEP_STATES, help_text="这一步的状态")
    need = serializers.ChoiceField(choices=Seat.Need.choices)
    voice = serializers.ChoiceField(choices=Seat.Voice.choices)
    party = serializers.CharField(help_text="条款中的主体，如 town:party_secretary")
    label = serializers.CharField()
    holders = serializers.CharField(help_text="现在由谁办")
    signature = SignatureOut(allow_null=True)


class FilingOut(serializers.ModelSerializer):
    subject = serializers.SerializerMethodField(help_text="报备或知会的是哪一件")
    seen_by = serializers.CharField(source="seen_by.name", default=None, allow_null=True)

    class Meta:
        model = Filing
        fields = ["id", "kind", "label", "clause", "subject", "told_at", "seen_by", "seen_at"]

    def get_subject(self, filing: Filing) -> dict[str, Any]:
        return {"kind": filing.subject_kind, "id": filing.subject_id}


class ToldOut(serializers.ModelSerializer):
    seen_by = serializers.CharField(source="seen_by.name", default=None, allow_null=True)

    class Meta:
        model = Filing
        fields = ["kind", "label", "clause", "told_at", "seen_by", "seen_at"]


class MineOut(serializers.Serializer):
    """The seat in which the caller may act now."""

    party = serializers.CharField()
    voice = serializers.ChoiceField(choices=Seat.Voice.choices)
    capacity = serializers.CharField(help_text="签字时记下的身份")


class SignOffOut(serializers.Serializer):
    """One round of decisions. ``page_hash`` is what :meth:`SignOffs.sign` wants to see again."""

    id = serializers.IntegerField()
    subject = SubjectOut()
    round = serializers.IntegerField(help_text="第几轮")
    state = serializers.ChoiceField(choices=SignOff.State.choices)
    newest = serializers.BooleanField(help_text="是不是最新一轮")
    page_hash = serializers.CharField(help_text="内容校验码，签批时原样交回")
    opened_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    due = serializers.DateTimeField(allow_null=True, help_text="截止，没有时为 null")
    mine = MineOut(allow_null=True, help_text="您现在能办的席位，没有时为 null")
    seats = SeatOut(many=True)
    filings = ToldOut(many=True)


class SignIn(serializers.Serializer):
    decision = serializers.ChoiceField(choices=["agree", "refuse", "return", "opinion"], help_text="决定")
    page_hash = serializers.CharField(max_length=64, help_text="您看到的 page_hash")
    request_key = serializers.RegexField(
        r"^[0-9A-Za-z_-]{1,64}$", required=False, help_text=f"一次一个；没有时用 {HEADER}"
    )
    note = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="意见；不同意、退回修改和提意见时必填"
    )


def subject_out(kind: str, found: Any) -> dict[str, Any]:
    """The reference to a subject the caller sees."""
    registered = subjects.subject(kind)
    return {"kind": kind, "id": found.pk, "label": registered.label(found), "url": registered.url(found)}


def sign_off_out(user: Any, sign_off: SignOff, subject: Any) -> dict[str, Any]:
    """One round as the caller sees it; what may be done now belongs to the newest round alone."""
    state = selectors.card(user, sign_off.subject_kind, sign_off.subject_id)
    newest = state.sign_off is not None and state.sign_off.pk == sign_off.pk
    mine = state.mine if newest else None
    seats = [
        {
            "step": number,
            "state": step.state,
            "need": step.need,
            "voice": item["seat"].voice,
            "party": item["seat"].party,
            "label": item["seat"].label,
            "holders": item["holders"],
            "signature": item["signature"],
        }
        for number, step in enumerate(state.steps)
        for item in step.seats
    ]
    return {
        "id": sign_off.pk,
        "subject": subject_out(sign_off.subject_kind, subject),
        "round": sign_off.round,
        "state": sign_off.state,
        "newest": newest,
        "page_hash": sign_off.content_hash,
        "opened_at": sign_off.opened_at,
        "settled_at": sign_off.settled_at,
        "due": state.due if newest else None,
        "mine": mine and {"party": mine.seat.party, "voice": mine.seat.voice, "capacity": mine.capacity},
        "seats": seats if newest else [],
        "filings": state.filings if newest else [],
    }


@extend_schema_view(
    list=extend_schema(
        summary="待我办", description="现在等您办的签批，快到期的在前。", responses=TaskOut(many=True)
    ),
    retrieve=extend_schema(summary="读一件签批", description="一轮签批：席位、签字、您现在能办什么。"),
)
class SignOffs(Resource):
    reads = TokenScope.SIGN_READ.value
    writes = TokenScope.SIGN_WRITE.value
    tag = "签批"
    queryset = SignOff.objects.none()
    serializer_class = SignOffOut
    filter_backends: list = []

    def list(self, request: Request) -> Response:
        rows = [
            {
                "id": task.sign_off.pk,
                "subject": {
                    "kind": task.sign_off.subject_kind,
                    "id": task.sign_off.subject_id,
                    "label": f"{task.summary['person']} {task.summary['what']}",
                    "url": task.summary["url"],
                },
                "voice": task.authority.seat.voice,
                "via": task.authority.via,
                "due": task.due,
            }
            for task in self.paginate_queryset(selectors.waiting_for(request.user))
        ]
        return self.get_paginated_response(TaskOut(rows, many=True).data)

    def retrieve(self, request: Request, pk: int) -> Response:
        return Response(SignOffOut(sign_off_out(request.user, *selectors.round_seen(request.user, pk))).data)

    @extend_schema(
        summary="签批",
        description="在当前一步作决定或提意见，回答这一件的现状。内容变了、别人先办了，回答 409。",
        request=SignIn,
        responses=SignOffOut,
    )
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: int) -> Response:
        selectors.round_seen(request.user, pk)
        said = self.said(SignIn)
        if "request_key" not in said and not key_of(request):
            raise ValidationError({"request_key": [f"带上 request_key 或 {HEADER}"]}, code="required")
        services.sign(
            sign_off_id=pk,
            acting_user=request.user,
            decision=said["decision"],
            page_hash=said["page_hash"],
            request_key=said.get("request_key") or self.verb_key(),
            note=said.get("note", ""),
        )
        return Response(SignOffOut(sign_off_out(request.user, *selectors.round_seen(request.user, pk))).data)


@extend_schema_view(
    list=extend_schema(summary="知会我", description="报备或知会到您职务的，没有阅知的在前。")
)
class Filings(mixins.ListModelMixin, Resource):
    reads = TokenScope.SIGN_READ.value
    writes = TokenScope.SIGN_WRITE.value
    tag = "签批"
    queryset = Filing.objects.none()
    serializer_class = FilingOut
    filter_backends: list = []

    def get_queryset(self) -> QuerySet[Filing]:
        return selectors.told_to(self.request.user).select_related("seen_by")

    @extend_schema(
        summary="确认知悉",
        description="确认已阅；一个职务上一人确认即可。",
        request=None,
        responses=FilingOut,
    )
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: int) -> Response:
        filing = services.acknowledge(filing_id=pk, acting_user=request.user)
        return Response(FilingOut(filing).data)


ROUTES = {"sign-offs": SignOffs, "filings": Filings}
