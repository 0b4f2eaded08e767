from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from approvals.selectors import involved_subjects
from core import clock
from rules.desks import desk_paths
from teams.models import Person, Region
from teams.models.dated import Dated
from teams.scope import scope_of
from teams.words import TeamKind

if TYPE_CHECKING:
    from teams.models import User


class RegionSetting(Dated):
    """A declared setting of one region, in force from a day on, inherited by everything below it.

    Keys are declared in :mod:`rules.settings`; each row says who set it and on what basis.
    """

    region = models.ForeignKey(Region, verbose_name="区划", on_delete=models.PROTECT, related_name="settings")
    key = models.CharField("设置项", max_length=60)
    value = models.JSONField("值")
    basis = models.CharField("依据", max_length=200)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="设置人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField("设置时间")

    class Meta(Dated.Meta):
        verbose_name = "区域设置"
        verbose_name_plural = "区域设置"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["region", "key"],
                condition=Q(valid_to__isnull=True),
                name="one_open_setting_per_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.key}"


class LocalRuleQuerySet(models.QuerySet["LocalRule"]):
    def visible_to(self, user: User, on: date | None = None) -> LocalRuleQuerySet:
        """Confirmed rules of the places one serves in, above and below; the rest where one registers or confirms.

        A draft is for those alone who register there.
        """
        scope = scope_of(user, on)
        if scope.person_id is None or not scope.appointments:
            return self.none()
        every = LocalRule.objects.order_by().values("pk")
        confirmed = every.filter(state=LocalRule.State.CONFIRMED).filter(
            scope.places_q("region__path") | Q(region__path__in=scope.ancestor_paths())
        )
        registered = every.filter(region__path__in=desk_paths(user, on))
        involved = involved_subjects(user, "local_rule")
        return self.filter(pk__in=confirmed.union(registered, *involved, all=True))

    def for_lists(self) -> LocalRuleQuerySet:
        """With everything one row of a list shows, in one query."""
        return self.select_related("region__parent", "proposer", "supersedes")


class LocalRule(models.Model):
    """本地制度: what a county registers beside, instead of or below a document, as far as the document lets it.

    ``body`` holds the tables of a rule pack as plain data, without its header, which the columns give.
    Confirmed by a second person; superseded by a later version and never edited. A rule that ``repeals`` has no
    body: from its day on the one it supersedes no longer holds.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PENDING = "pending", "待确认"
        RETURNED = "returned", "退回修改"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "不同意"
        WITHDRAWN = "withdrawn", "已撤回"

    class Phase(models.TextChoices):
        """What a confirmed rule is on a day."""

        COMING = "coming", "待施行"
        IN_FORCE = "in_force", "现行"
        SUPERSEDED = "superseded", "已被替代"
        REPEALED = "repealed", "已废止"
        REPEALING = "repealing", "废止通知"

    form_key = models.CharField("表单键", max_length=64, unique=True, editable=False)
    submit_key = models.CharField("提交键", max_length=64, blank=True, editable=False)
    region = models.ForeignKey(
        Region, verbose_name="区划", on_delete=models.PROTECT, related_name="local_rules"
    )
    under = models.CharField("依据的文件", max_length=60)
    answers = models.CharField("作为哪套制度", max_length=60, blank=True)
    number = models.CharField("文号", max_length=80, blank=True)
    title = models.CharField("名称", max_length=120)
    issuer = models.CharField("印发机关", max_length=120, blank=True)
    issued = models.DateField("印发日", null=True, blank=True)
    valid_from = models.DateField("施行日", null=True, blank=True)
    valid_to = models.DateField("最后有效日", null=True, blank=True)
    team_kinds = models.JSONField("适用的工作队", default=list)
    topics = models.JSONField("内容", default=list)
    body = models.JSONField("规则", default=dict)
    body_hash = models.CharField("校验码", max_length=64, blank=True)
    repeals = models.BooleanField("只废止", default=False)
    supersedes = models.ForeignKey(
        "self",
        verbose_name="替代",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successors",
    )
    drafted_by = models.ForeignKey(
        Person, verbose_name="起草人", on_delete=models.PROTECT, related_name="rules_drafted"
    )
    proposer = models.ForeignKey(
        Person, verbose_name="登记人", on_delete=models.PROTECT, related_name="rules_proposed"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField("修订号", default=1)
    created_at = models.DateTimeField("建立时间")
    updated_at = models.DateTimeField("修改时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = LocalRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "本地制度"
        verbose_name_plural = "本地制度"
        ordering = ["region__path", "-valid_from", "-pk"]
        indexes = [models.Index(fields=["region", "state"], name="local_rule_region")]
        constraints = [
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(state__in=["refused", "withdrawn"]),
                name="one_next_version",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="local_rule_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(submitted_at__isnull=False, valid_from__isnull=False)
                & ~Q(number="")
                & ~Q(issuer="")
                & ~Q(body_hash=""),
                name="submitted_local_rule_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(repeals=False) | Q(supersedes__isnull=False), name="repeal_names_a_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region.name}：{self.title}"

    def get_absolute_url(self) -> str:
        return reverse("rules:local_card", args=[self.pk])

    @property
    def code(self) -> str:
        """The id of its pack; of one that is not saved yet, the form's own."""
        return f"local_{self.pk}" if self.pk else "draft"

    @property
    def citation(self) -> str:
        """How a sentence names it: its number, else its title in 《》."""
        return self.number or f"《{self.title}》"

    @property
    def kinds_label(self) -> str:
        return "、".join(str(TeamKind(kind).label) for kind in self.team_kinds)

    def phase_on(self, today: date) -> str:
        """The state; a confirmed rule's is split by the day."""
        if self.state != self.State.CONFIRMED or self.valid_from is None:
            return self.state
        if self.repeals:
            return self.Phase.REPEALING
        if today < self.valid_from:
            return self.Phase.COMING
        if self.valid_to is None or today <= self.valid_to:
            return self.Phase.IN_FORCE
        ended_by = self.successors.filter(state=self.State.CONFIRMED).first()
        return self.Phase.REPEALED if ended_by is not None and ended_by.repeals else self.Phase.SUPERSEDED

    @property
    def phase(self) -> str:
        return self.phase_on(clock.today())


class LocalRuleScope(models.Model):
    """Where a confirmed rule holds: one row for each kind of team and topic. Two may not hold at once."""

    rule = models.ForeignKey(
        LocalRule, verbose_name="本地制度", on_delete=models.PROTECT, related_name="scopes"
    )
    region = models.ForeignKey(Region, verbose_name="区划", on_delete=models.PROTECT, related_name="+")
    team_kind = models.CharField("工作队", max_length=8, choices=TeamKind.choices)
    topic = models.CharField("内容", max_length=20)
    answers = models.CharField("作为哪套制度", max_length=60, blank=True)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "本地制度适用"
        verbose_name_plural = "本地制度适用"
        ordering = ["region__path", "topic", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "team_kind", "topic", "answers"],
                condition=Q(valid_to__isnull=True),
                name="one_open_local_rule",
            ),
            models.UniqueConstraint(
                fields=["rule", "team_kind", "topic"], name="one_scope_per_kind_and_topic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.topic}"
