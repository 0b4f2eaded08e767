"""What checks and bulletins look like to programs: the answers, the bodies, the filters."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.api import ToldOut
from approvals.models import SignOff
from attendance.absence.models import AbsenceCase
from attendance.inspection import bulletins, results
from attendance.inspection.models import SpotCheck, SpotTarget, own_offices
from attendance.inspection.papers import BULLETIN, BulletinItem, InspectionBulletin, filings_of, items_for
from attendance.inspection.planning import MOST
from core.api.filters import LARGEST, DayFilter, IdFilter
from teams.api import BodyBrief, PersonBrief

KEY = r"\A[0-9A-Za-z_-]{1,64}\Z"


def _id(help_text: str) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=LARGEST, help_text=help_text)


def _ids(help_text: str, most: int = MOST, **kwargs: Any) -> serializers.ListField:
    child = serializers.IntegerField(min_value=1, max_value=LARGEST)
    return serializers.ListField(child=child, max_length=most, help_text=help_text, **kwargs)


class PowerOut(serializers.Serializer):
    clause = serializers.CharField(help_text="条款的编号")
    label = serializers.CharField(help_text="文件给的这项职权")


class DeskOut(serializers.Serializer):
    """One of the caller's offices, and by which clauses it may do what."""

    office = BodyBrief()
    check = PowerOut(many=True, help_text="凭哪些条款查岗")
    bulletin = PowerOut(many=True, help_text="凭哪些条款通报")


class CheckOut(serializers.ModelSerializer):
    """One 查岗 as lists show it."""

    office = BodyBrief()

    class Meta:
        model = SpotCheck
        fields = ["id", "office", "year", "serial", "state", "clause", "method", "day", "time"]


class TargetOut(serializers.Serializer):
    """One person whom a check looks for."""

    id = serializers.IntegerField()
    code = serializers.CharField(help_text="抽取用的代码")
    person = PersonBrief(source="posting.person")
    team = BodyBrief(source="posting.body")
    outcome = serializers.ChoiceField(
        choices=[("", "还没有记"), *SpotTarget.Outcome.choices], help_text="查到的结果"
    )
    note = serializers.CharField(help_text="情况")
    found_by = serializers.CharField(source="found_by.name", default=None, allow_null=True)
    found_at = serializers.DateTimeField(allow_null=True)
    case = serializers.SerializerMethodField(help_text="不在岗的那件缺勤处置的编号，没有时为 null")
    case_state = serializers.SerializerMethodField(help_text="那一件现在怎样，没有时为 null")

    def _case(self, target: SpotTarget) -> AbsenceCase | None:
        return self.context["cases"].get(target.posting.person_id)

    def get_case(self, target: SpotTarget) -> int | None:
        case = self._case(target)
        return case.pk if case else None

    @extend_schema_field(serializers.ChoiceField(choices=AbsenceCase.State.choices, allow_null=True))
    def get_case_state(self, target: SpotTarget) -> str | None:
        case = self._case(target)
        return case.state if case else None


class CheckFull(CheckOut):
    """One 查岗 with its draw, and of its people those the caller may see."""

    checkers = PersonBrief(many=True, help_text="查岗人")
    places = serializers.SerializerMethodField(help_text="范围的区划编号，空为全部")
    pool_size = serializers.SerializerMethodField(help_text="范围里共几人")
    targets = serializers.SerializerMethodField(help_text="要查的人，按乡镇、单位和拼音排")
    unlisted = serializers.SerializerMethodField(help_text="还查了几个您不负责的人")

    class Meta(CheckOut.Meta):
        fields = [
            *CheckOut.Meta.fields, "places", "checkers", "others", "how_many", "by_town", "pool_size",
            "pool_hash", "seed_from", "seed_basis", "seed", "seeded_at", "planned_at", "drawn_at", "closed_at",
            "cancelled_at", "cancelled_why", "targets", "unlisted",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_places(self, check: SpotCheck) -> list[int]:
        return list(check.places.order_by("path").values_list("pk", flat=True))

    def get_pool_size(self, check: SpotCheck) -> int:
        return len(check.pool)

    def _seen(self, check: SpotCheck) -> list[SpotTarget]:
        if "targets" not in self.context:
            rows = check.targets.visible_to(self.context["request"].user).in_order()
            self.context["targets"] = list(rows)
        return self.context["targets"]

    @extend_schema_field(TargetOut(many=True))
    def get_targets(self, check: SpotCheck) -> list[dict[str, Any]]:
        seen = self._seen(check)
        context = {**self.context, "cases": results.cases_of(check, seen)}
        return TargetOut(seen, many=True, context=context).data

    def get_unlisted(self, check: SpotCheck) -> int:
        return check.targets.count() - len(self._seen(check))


class TicketOut(serializers.Serializer):
    """One of those who could be drawn; no name stands there."""

    group = serializers.CharField(help_text="乡镇的区划代码")
    code = serializers.CharField(help_text="代码")
    digest = serializers.CharField(help_text="“种子|代码”的 SHA-256，没有种子时为空")
    drawn = serializers.BooleanField(help_text="抽中了")


class PlanIn(serializers.Serializer):
    office = _id("组织单位的编号")
    clause = serializers.CharField(max_length=60, help_text="依据的条款")
    method = serializers.ChoiceField(choices=SpotCheck.Method.choices, help_text="on_site 线下，online 线上")
    day = serializers.DateField(input_formats=["%Y-%m-%d"], help_text="哪一天去")
    time = serializers.ChoiceField(choices=SpotCheck.Time.choices, help_text="am 上午，pm 下午，night 夜间")
    checkers = _ids("查岗人，本单位的人", allow_empty=False)
    others = serializers.CharField(max_length=80, allow_blank=True, default="", help_text="会同的人")
    places = _ids("范围，区划的编号；不写是全部", most=5000, default=list)
    how_many = serializers.IntegerField(
        min_value=1, max_value=MOST, allow_null=True, default=None, help_text="抽几个人；不写就都查"
    )
    by_town = serializers.BooleanField(default=False, help_text="每个乡镇各抽这么多人")
    seed_from = serializers.ChoiceField(
        choices=[("system", "系统随机产生"), ("published", "公开的数字")],
        default="system",
        help_text="种子来源",
    )
    seed_basis = serializers.CharField(
        max_length=80, allow_blank=True, default="", help_text="用哪个还没有公布的数字"
    )


class SeedIn(serializers.Serializer):
    seed = serializers.CharField(max_length=64, help_text="公布的数字，填一次")


class WhyIn(serializers.Serializer):
    why = serializers.CharField(max_length=120, help_text="原因")


class ResultIn(serializers.Serializer):
    target = _id("查岗对象的编号")
    outcome = serializers.ChoiceField(choices=SpotTarget.Outcome.choices, help_text="查到的结果")
    note = serializers.CharField(
        max_length=results.NOTE_LENGTH, allow_blank=True, default="", help_text="情况"
    )
    client_key = serializers.RegexField(KEY, help_text="这一次记录的提交键；同一个键只算一次，再发什么也不改")


class CheckFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=SpotCheck.State.choices, help_text="状态")
    office = IdFilter(field_name="office", help_text="组织单位的编号")
    since = DayFilter(field_name="day", lookup_expr="gte", help_text="从这一天起")
    until = DayFilter(field_name="day", lookup_expr="lte", help_text="到这一天为止")


class BulletinOut(serializers.ModelSerializer):
    """One 督查通报 as lists show it."""

    office = BodyBrief()
    number = serializers.CharField(help_text="文号，印发以后才有")

    class Meta:
        model = InspectionBulletin
        fields = ["id", "office", "number", "title", "state", "first", "last", "corrects", "issued_at"]


class ItemOut(serializers.ModelSerializer):
    class Meta:
        model = BulletinItem
        fields = ["id", "order", "case", "town", "village", "name", "post", "unit", "problem", "basis"]


class BulletinFull(BulletinOut):
    """One 督查通报 with its text, and of its list what the caller may read."""

    items = serializers.SerializerMethodField(help_text="问题清单里您能看的")
    hidden_items = serializers.SerializerMethodField(help_text="还有几条您不能看")
    checks = serializers.SerializerMethodField(help_text="根据哪几次查岗，您看得到的")
    sign_off = serializers.SerializerMethodField(help_text="最新一轮签批的编号；没有送签、不归您看的为 null")
    filings = serializers.SerializerMethodField(help_text="发给谁、谁看过；只给发文单位")

    class Meta(BulletinOut.Meta):
        fields = [
            *BulletinOut.Meta.fields, "clause", "prefix", "method", "overall", "demands", "deadline", "revision",
            "hash", "items", "hidden_items", "checks", "sign_off", "filings",
        ]  # fmt: skip

    def _own(self, bulletin: InspectionBulletin) -> bool:
        return bulletin.office_id in own_offices(self.context["request"].user)

    def _items(self, bulletin: InspectionBulletin) -> list[BulletinItem]:
        if "items" not in self.context:
            self.context["items"] = items_for(self.context["request"].user, bulletin)
        return self.context["items"]

    @extend_schema_field(ItemOut(many=True))
    def get_items(self, bulletin: InspectionBulletin) -> list[dict[str, Any]]:
        return ItemOut(self._items(bulletin), many=True).data

    def get_hidden_items(self, bulletin: InspectionBulletin) -> int:
        return bulletin.items.count() - len(self._items(bulletin))

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_checks(self, bulletin: InspectionBulletin) -> list[int]:
        seen = SpotCheck.objects.visible_to(self.context["request"].user)
        rows = bulletin.checks.filter(pk__in=seen.order_by().values("pk"))
        return list(rows.order_by("day", "pk").values_list("pk", flat=True))

    def get_sign_off(self, bulletin: InspectionBulletin) -> int | None:
        if not self._own(bulletin):
            return None
        rounds = SignOff.objects.filter(subject_kind=BULLETIN, subject_id=bulletin.pk)
        return rounds.order_by("-round").values_list("pk", flat=True).first()

    @extend_schema_field(ToldOut(many=True))
    def get_filings(self, bulletin: InspectionBulletin) -> list[dict[str, Any]]:
        return ToldOut(filings_of(bulletin), many=True).data if self._own(bulletin) else []


class DraftIn(serializers.Serializer):
    office = _id("发文单位的编号")
    checks = _ids("已结束、还没有通报过的查岗", allow_empty=False)


class ItemIn(serializers.Serializer):
    id = _id("问题清单里一条的编号")
    problem = serializers.CharField(max_length=300, help_text="问题")


class WordsIn(serializers.Serializer):
    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="您看到的修订号")
    title = serializers.CharField(max_length=bulletins.LIMITS["title"], help_text="标题")
    prefix = serializers.CharField(max_length=bulletins.LIMITS["prefix"], help_text="发文代字")
    method = serializers.CharField(max_length=bulletins.LIMITS["method"], help_text="检查方式")
    overall = serializers.CharField(max_length=bulletins.LIMITS["overall"], help_text="总体情况")
    demands = serializers.CharField(
        max_length=bulletins.LIMITS["demands"], allow_blank=True, default="", help_text="要求"
    )
    deadline = serializers.DateField(
        input_formats=["%Y-%m-%d"], allow_null=True, default=None, help_text="完成时限"
    )
    items = ItemIn(many=True, help_text="写进通报的；没有列的去掉")


class BulletinFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=InspectionBulletin.State.choices, help_text="状态")
    office = IdFilter(field_name="office", help_text="发文单位的编号")
    since = DayFilter(field_name="last", lookup_expr="gte", help_text="查岗在这一天以后的")
    until = DayFilter(field_name="first", lookup_expr="lte", help_text="查岗在这一天以前的")
