"""The API's view of 查岗 and 督查通报: the same verbs as the pages, under the same secrecy until a check is closed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from approvals import services as sign_offs
from approvals.selectors import told_to
from attendance.inspection import api_shapes as shapes
from attendance.inspection import bulletins, planning, results
from attendance.inspection.authority import desks_of
from attendance.inspection.clauses import BULLETINS, CHECKS
from attendance.inspection.models import SpotCheck
from attendance.inspection.papers import BULLETIN, InspectionBulletin
from core.api.views import Resource
from core.errors import Refused
from policy.carries import carries
from policy.inspection import tickets
from teams.words import TokenScope


class _Inspection(mixins.ListModelMixin, Resource):
    reads = TokenScope.INSPECTION_READ.value
    writes = TokenScope.INSPECTION_WRITE.value


@extend_schema_view(
    list=extend_schema(
        summary="列出查岗",
        description="本单位的全部；别的单位的，结束以后、查到您负责的人才有。新的在前。",
    ),
    retrieve=extend_schema(
        summary="读一次查岗",
        description="一次查岗：安排、名单怎么抽的、您负责的人查到什么。",
        responses=shapes.CheckFull,
    ),
)
class SpotChecks(_Inspection):
    access = "overseer"
    tag = "查岗"
    queryset = SpotCheck.objects.none()
    serializer_class = shapes.CheckOut
    filterset_class = shapes.CheckFilter

    def get_queryset(self) -> QuerySet[SpotCheck]:
        return SpotCheck.objects.visible_to(self.request.user).for_pages().order_by("-day", "-pk")

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._full(pk)

    @extend_schema(
        summary="能查岗、能通报的单位",
        description="您任职的单位里，文件让它查岗或通报的，和依据的条款。",
        responses=shapes.DeskOut(many=True),
    )
    @action(detail=False, pagination_class=None, filter_backends=[])
    def offices(self, request: Request) -> Response:
        found = [desk for desk in desks_of(request.user) if desk.check or desk.bulletin]
        return Response(shapes.DeskOut(found, many=True).data)

    @extend_schema(
        summary="安排查岗",
        description="安排一次查岗。写了 `how_many` 的，名单要在前一天抽；不写的，范围里的人都查。",
        request=shapes.PlanIn,
        responses={201: shapes.CheckFull},
    )
    @carries(*CHECKS)
    def create(self, request: Request) -> Response:
        said: dict[str, Any] = self.said(shapes.PlanIn)
        made = planning.plan(
            acting_user=request.user,
            office_id=said.pop("office"),
            wish=planning.Wish(
                place_ids=tuple(said.pop("places")), checker_ids=tuple(said.pop("checkers")), **said
            ),
            form_key=self.verb_key(),
        )
        return self._full(made.pk, status=201)

    @extend_schema(
        summary="待抽名单",
        description="安排时定下的名单，只有代码；有了种子，谁都能照着重算。不抽取的没有。",
        responses=shapes.TicketOut(many=True),
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def pool(self, request: Request, pk: int) -> Response:
        found = self._seen(pk)
        if found.how_many is None:
            raise Http404
        rows: list[dict[str, Any]] = [
            {"group": each.group, "code": each.code, "digest": "", "drawn": False}
            for each in found.candidates
        ]
        if found.seed:
            rows = [
                {
                    "group": each.candidate.group,
                    "code": each.candidate.code,
                    "digest": each.digest,
                    "drawn": each.drawn and found.drawn_at is not None,
                }
                for each in tickets(found.seed, found.candidates, found.how_many, by_group=found.by_town)
            ]
        return Response(shapes.TicketOut(rows, many=True).data)

    @extend_schema(
        summary="填种子",
        description="用公开的数字抽取的，公布以后填一次，不能再改。",
        request=shapes.SeedIn,
        responses=shapes.CheckFull,
    )
    @action(detail=True, methods=["post"])
    def seed(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        planning.fix_seed(acting_user=request.user, check_id=pk, **self.said(shapes.SeedIn))
        return self._full(pk)

    @extend_schema(
        summary="抽取",
        description="按种子从名单里抽，查岗前一天以前办，只抽一次。",
        request=None,
        responses=shapes.CheckFull,
    )
    @action(detail=True, methods=["post"])
    @carries(*CHECKS)
    def draw(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        planning.draw(acting_user=request.user, check_id=pk)
        return self._full(pk)

    @extend_schema(
        summary="取消查岗",
        description="还没有结束的可以取消，写明原因。",
        request=shapes.WhyIn,
        responses=shapes.CheckFull,
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        planning.cancel(acting_user=request.user, check_id=pk, **self.said(shapes.WhyIn))
        return self._full(pk)

    @extend_schema(
        summary="记一个人的结果",
        description="查岗人记查到的情况；结束以前再记一次就是更正。同一个 `client_key` 只算一次，迟到的重发不会盖掉后来的更正。",
        request=shapes.ResultIn,
        responses=shapes.CheckFull,
    )
    @action(detail=True, methods=["post"])
    @carries(*CHECKS)
    def results(self, request: Request, pk: int) -> Response:
        found = self._seen(pk)
        said = self.said(shapes.ResultIn)
        target = said.pop("target")
        if not found.targets.visible_to(request.user).filter(pk=target).exists():
            raise ValidationError({"target": "没有这个人"}, code="does_not_exist")
        results.find(acting_user=request.user, target_id=target, **said)
        return self._full(pk)

    @extend_schema(
        summary="其余的人都在岗",
        description="还没有记的都记为在岗，已批准请假、公出的记为请假、公出。",
        request=None,
        responses=shapes.CheckFull,
    )
    @action(detail=True, methods=["post"])
    def rest(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        results.find_rest(acting_user=request.user, check_id=pk)
        return self._full(pk)

    @extend_schema(
        summary="结束查岗",
        description="每个人都记了才能结束。结束以后结果记入台账，不能再改，不在岗的人会收到消息。",
        request=None,
        responses=shapes.CheckFull,
    )
    @action(detail=True, methods=["post"])
    @carries(*CHECKS)
    def close(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        results.close(acting_user=request.user, check_id=pk)
        return self._full(pk)

    def _seen(self, pk: int) -> SpotCheck:
        """The check, for whoever sees it; 404 for everybody else, before anything is said of the body."""
        return get_object_or_404(SpotCheck.objects.visible_to(self.request.user), pk=pk)

    def _full(self, pk: int, status: int = 200) -> Response:
        found = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(shapes.CheckFull(found, context={"request": self.request}).data, status=status)


@extend_schema_view(
    list=extend_schema(
        summary="列出督查通报",
        description="本单位的全部；已印发的，发到您职务或写到您负责的人的。新的在前。",
    ),
    retrieve=extend_schema(
        summary="读一份督查通报",
        description="一份通报：文字、您能看的问题、签到哪一步、发给了谁。",
        responses=shapes.BulletinFull,
    ),
)
class Bulletins(_Inspection):
    tag = "督查通报"
    queryset = InspectionBulletin.objects.none()
    serializer_class = shapes.BulletinOut
    filterset_class = shapes.BulletinFilter

    def get_queryset(self) -> QuerySet[InspectionBulletin]:
        return InspectionBulletin.objects.visible_to(self.request.user).for_pages().order_by("-pk")

    def retrieve(self, request: Request, pk: int) -> Response:
        return self._full(pk)

    @extend_schema(
        summary="起草督查通报",
        description="根据已结束的查岗起草；名单里只有认定无故不在岗的人。",
        request=shapes.DraftIn,
        responses={201: shapes.BulletinFull},
    )
    @carries(*BULLETINS)
    def create(self, request: Request) -> Response:
        said = self.said(shapes.DraftIn)
        made = bulletins.draft(
            acting_user=request.user,
            office_id=said["office"],
            check_ids=said["checks"],
            form_key=self.verb_key(),
        )
        return self._full(made.pk, status=201)

    @extend_schema(
        summary="改督查通报",
        description="改草稿的文字和名单；每一项都要写，`items` 里没有列的人去掉。别处先改了回答 409。",
        request=shapes.WordsIn,
        responses=shapes.BulletinFull,
    )
    def update(self, request: Request, pk: int) -> Response:
        found = self._seen(pk)
        said: dict[str, Any] = self.said(shapes.WordsIn)
        revision = said.pop("revision")
        problems = {item["id"]: item["problem"] for item in said.pop("items")}
        if not set(problems) <= set(found.items.values_list("pk", flat=True)):
            raise ValidationError({"items": "通报里没有这一条"}, code="does_not_exist")
        bulletins.edit(
            acting_user=request.user,
            bulletin_id=pk,
            revision=revision,
            wording=bulletins.Wording(**said, problems=problems),
        )
        return self._full(pk)

    @extend_schema(
        summary="送签",
        description="送本单位主要负责人签发。他在“签批”里签，`sign_off` 是那一件的编号；签了就编号、印发。",
        request=None,
        responses=shapes.BulletinFull,
    )
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: int) -> Response:
        return self._act(pk, bulletins.send)

    @extend_schema(
        summary="撤回修改", description="签发以前撤回来改。", request=None, responses=shapes.BulletinFull
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        return self._act(pk, bulletins.withdraw)

    @extend_schema(
        summary="不发了",
        description="草稿不发了，查岗可以另写一份。",
        request=None,
        responses=shapes.BulletinFull,
    )
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: int) -> Response:
        return self._act(pk, bulletins.drop)

    @extend_schema(
        summary="起草更正",
        description="已印发的不再改；起草一份更正它的，回答新的那一份。",
        request=None,
        responses={201: shapes.BulletinFull},
    )
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        made = bulletins.correct(acting_user=request.user, bulletin_id=pk, form_key=self.verb_key())
        return self._full(made.pk, status=201)

    @extend_schema(
        summary="知悉",
        description="通报送到的单位确认看过；一个单位一人确认即可。",
        request=None,
        responses=shapes.BulletinFull,
    )
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: int) -> Response:
        self._seen(pk)
        filing = told_to(request.user).filter(subject_kind=BULLETIN, subject_id=pk).first()
        if filing is None:
            raise Refused("not_told", "这份通报没有发到您的职务，不用确认")
        sign_offs.acknowledge(filing_id=filing.pk, acting_user=request.user)
        return self._full(pk)

    def _seen(self, pk: int) -> InspectionBulletin:
        """The bulletin, for whoever sees it; 404 for everybody else, before anything is said of the body."""
        return get_object_or_404(InspectionBulletin.objects.visible_to(self.request.user), pk=pk)

    def _act(self, pk: int, verb: Any) -> Response:
        self._seen(pk)
        verb(acting_user=self.request.user, bulletin_id=pk)
        return self._full(pk)

    def _full(self, pk: int, status: int = 200) -> Response:
        found = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(shapes.BulletinFull(found, context={"request": self.request}).data, status=status)


ROUTES = {"checks": SpotChecks, "bulletins": Bulletins}
