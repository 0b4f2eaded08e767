from __future__ import annotations

from django.db import models
from django.db.models import Q

from leave.models.requests import LeaveRequest
from teams.models import Person


class Consent(models.Model):
    """An agreement given outside the system and written down in it: by voice, or on paper. Never a signature.

    Who gave it is kept in words, because the paper says so and not an account; who wrote it down is a person.
    """

    class Kind(models.TextChoices):
        VOICE = "voice", "口头同意"
        PAPER = "paper", "纸质批准"
        PAST = "past", "纸质批准（补录）"

    request = models.OneToOneField(
        LeaveRequest, verbose_name="请假", on_delete=models.PROTECT, related_name="consent"
    )
    kind = models.CharField("方式", max_length=6, choices=Kind.choices)
    given_by = models.CharField("同意的人", max_length=40)
    given_post = models.CharField("职务", max_length=80)
    given_on = models.DateField("同意日期")
    given_time = models.TimeField("同意时间", null=True, blank=True)
    recorded_by = models.ForeignKey(
        Person, verbose_name="登记人", on_delete=models.PROTECT, related_name="consents_recorded"
    )
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "系统外的同意"
        verbose_name_plural = "系统外的同意"
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_by="") & ~Q(given_post=""), name="consent_names_who_gave_it"
            ),
            models.CheckConstraint(
                condition=~Q(kind="voice") | Q(given_time__isnull=False), name="voice_consent_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.given_by}（{self.given_post}）"
