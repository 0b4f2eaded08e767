"""Rows that hold from one day to another. Nothing is deleted when it ends; old papers keep the old name."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q


def in_force(on: date, prefix: str = "") -> Q:
    """Rows whose validity covers ``on`` (both ends included; an open end lasts)."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})
    )


class Dated(models.Model):
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_dates_in_order",
            )
        ]

    def holds(self, on: date) -> bool:
        """Is the row in force on that day?"""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)
