from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from core import clock
from core.crypto import EncryptedTextField
from teams.models.places import Region
from teams.words import Duty


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: User, on: date | None = None) -> PersonQuerySet:
        """Oneself, team-mates, and whoever serves in the places, teams or from the units of the user's posts."""
        from teams.models.appointments import Appointment
        from teams.scope import scope_of

        scope = scope_of(user, on)
        seen = Appointment.objects.filter(
            scope.places_q("body__region__path")
            | Q(body__in=scope.seen_team_ids | scope.own_team_ids)
            | Q(unit__in=scope.seen_unit_ids),
            void=False,
        )
        return self.filter(Q(pk=scope.person_id) | Q(pk__in=seen.values("person")))

    def administered_by(self, user: User) -> PersonQuerySet:
        """Whom one of 三员 looks after: registered in his place, or serving there now or in future.

        Whoever keeps an administrative account for the place belongs to it as well, and who serves nowhere any
        more stays with the place where he served, so that nobody falls out of sight.
        """
        from teams.models.appointments import Appointment
        from teams.scope import scope_of

        scope = scope_of(user)
        if not scope.duty_path:
            return self.all() if scope.duty else self.none()
        held = Appointment.objects.filter(void=False)
        lasting = held.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()))
        here = scope.administered_q("body__region__path")
        return self.filter(
            scope.administered_q("registered_in__path")
            | Q(pk__in=lasting.filter(here).values("person"))
            | Q(pk__in=User.objects.filter(scope.administered_q("duty_region__path")).values("holder"))
            | Q(pk__in=held.filter(here).values("person")) & ~Exists(lasting.filter(person=OuterRef("pk")))
        )


class Person(models.Model):
    """A human being, with or without a login. Identifiers are encrypted at rest and masked on screen."""

    class Gender(models.TextChoices):
        MALE = "m", "男"
        FEMALE = "f", "女"

    name = models.CharField("姓名", max_length=40)
    pinyin = models.CharField("拼音", max_length=120, blank=True, editable=False)
    spelling = models.CharField("拼音连写", max_length=120, blank=True, editable=False, db_index=True)
    initials = models.CharField("拼音首字母", max_length=40, blank=True, editable=False, db_index=True)
    gender = models.CharField("性别", max_length=1, choices=Gender.choices, blank=True)
    born = models.CharField("出生年月（档案）", max_length=7, blank=True, help_text="如 1985-03")
    phone = EncryptedTextField("电话", blank=True, default="", hashed_in="phone_hash")
    phone_hash = models.CharField("电话索引", max_length=64, blank=True, editable=False)
    identity = EncryptedTextField("身份证号", blank=True, default="", hashed_in="identity_hash")
    identity_hash = models.CharField("身份证索引", max_length=64, blank=True, editable=False)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    education = models.CharField("学历", max_length=20, blank=True)
    political_status = models.CharField("政治面貌", max_length=20, blank=True)
    joined_party_on = models.DateField("入党时间", null=True, blank=True)
    full_member_on = models.DateField("转正时间", null=True, blank=True)
    working_since = models.CharField("参加工作", max_length=7, blank=True, help_text="如 2008-07")
    staffing = models.CharField("编制性质", max_length=20, blank=True)
    registered_in = models.ForeignKey(
        Region,
        verbose_name="登记地",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="registered",
        help_text="由这里的系统管理员维护，没有任职时也找得到",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ["pinyin", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_hash"], condition=~Q(identity_hash=""), name="one_person_per_identity"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("teams:person", args=[self.pk])


class UserQuerySet(models.QuerySet["User"]):
    def administered_by(self, user: User) -> UserQuerySet:
        """The accounts of the people one of 三员 looks after, and the administrative accounts for his place."""
        from teams.scope import scope_of

        scope = scope_of(user)
        if not scope.duty_path:
            return self.all() if scope.duty else self.none()
        return self.filter(
            Q(person__in=Person.objects.administered_by(user))
            | scope.administered_q("duty_region__path") & ~Q(duty="")
        )


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):
    """Accounts have no e-mail address, which Django's own manager insists on.

    A user comes with the person, whose name every page and every audit event shows.
    """

    def get_queryset(self) -> UserQuerySet:
        return super().get_queryset().select_related("person", "holder")

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """For the shell's ``createsuperuser``. Without appointments even this account sees nobody's data."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An optional login of a person. What it may do follows from the person's appointments, never from groups.

    An administrative account (三员: system, security, audit) is no person's own login: ``holder`` names who keeps
    it, ``duty_region`` how far it reaches (none: the whole installation). It opens no business page, and nobody
    keeps two that are switched on.
    """

    class TextSize(models.TextChoices):
        NORMAL = "normal", "标准"
        LARGE = "large", "大字"
        XLARGE = "xlarge", "特大"

    username = models.CharField(
        "账号", max_length=40, unique=True, error_messages={"unique": "这个账号已有人用，换一个"}
    )
    person = models.OneToOneField(
        Person, verbose_name="人员", null=True, blank=True, on_delete=models.PROTECT, related_name="user"
    )
    duty = models.CharField("管理职责", max_length=8, choices=Duty.choices, blank=True)
    duty_region = models.ForeignKey(
        Region, verbose_name="管理范围", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    holder = models.ForeignKey(
        Person,
        verbose_name="保管人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duty_accounts",
    )
    is_active = models.BooleanField("启用", default=True)
    is_staff = models.BooleanField("可进后台", default=False)
    password_is_temporary = models.BooleanField("首次登录须改密码", default=False)
    second_step = models.BooleanField("两步验证", default=False)
    granted_until = models.DateField(
        "授权最晚到",
        null=True,
        blank=True,
        editable=False,
        help_text="所得授权里最晚的一天，为空时不必去查",
    )
    text_size = models.CharField("字号", max_length=8, choices=TextSize.choices, default=TextSize.NORMAL)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects: UserManager = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(duty="", holder__isnull=True, duty_region__isnull=True)
                | (~Q(duty="") & Q(person__isnull=True, holder__isnull=False)),
                name="duty_names_its_holder",
            ),
            models.UniqueConstraint(
                fields=["holder"], condition=Q(is_active=True) & ~Q(duty=""), name="one_duty_per_holder"
            ),
        ]

    def __str__(self) -> str:
        if self.duty and self.holder:
            return f"{self.holder.name}（{self.get_duty_display()}）"
        return self.person.name if self.person else self.username
