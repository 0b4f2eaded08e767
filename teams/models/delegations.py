"""A holder names for some days who decides in his place; beside the acting holders his organization appoints."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from teams.models.appointments import Appointment
from teams.models.dated import Dated, in_force
from teams.words import HEADS, Post

if TYPE_CHECKING:
    from collections.abc import Iterable


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def live(self, day: date) -> DelegationQuerySet:
        """Those that count on that day: not ended, and both still hold the posts they had."""
        return self.filter(in_force(day), in_force(day, "of__"), in_force(day, "to__"), ended_at=None)

    def unspent(self, today: date) -> DelegationQuerySet:
        """Those that count today or will, as far as one can know."""
        return self.filter(ended_at=None, valid_to__gte=today)

    def for_pages(self) -> DelegationQuerySet:
        """With everything a page or a desk says about one, in one query."""
        return self.select_related("of__person", "of__body__region", "to__person__user", "to__body")

    def speaking(self, day: date) -> DelegationQuerySet:
        """Annotate ``has_signer``: the holder's body has named a 签批人, so its head does not speak for it."""
        signers = Appointment.objects.on(day).filter(
            body=OuterRef("of__body"), post=Post.SIGNER, acting_for=None
        )
        return self.annotate(has_signer=Exists(signers))


class Delegation(Dated):
    """代办委托: the holder of ``of`` lets the person of ``to`` decide in his place, from one day to another.

    The holder may still decide himself. It gives the seats of that one post and nothing else: no page, no register,
    no seat that allows no substitute. Depth one: neither end is an acting post, and what was delegated is no
    appointment that could be delegated on. Never lengthened nor passed to another; ended early by its holder.
    """

    of = models.ForeignKey(
        Appointment, verbose_name="委托的职务", on_delete=models.PROTECT, related_name="handed_on"
    )
    to = models.ForeignKey(
        Appointment, verbose_name="代办人的任职", on_delete=models.PROTECT, related_name="taken_on"
    )
    why = models.CharField("原因", max_length=100)
    given_at = models.DateTimeField("设定时间")
    ended_at = models.DateTimeField("提前结束时间", null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = "代办委托"
        verbose_name_plural = "代办委托"
        ordering = ["-pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(valid_to__isnull=False), name="delegation_names_its_last_day"),
            models.CheckConstraint(condition=~Q(why=""), name="delegation_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.to.person}代{self.of.person}（{self.of.capacity}）"

    @property
    def words(self) -> str:
        """In whose place, as the record keeps it: ``代刘海峰（回龙镇党委 党委书记）``."""
        return f"代{self.of.person.name}（{self.of.capacity}）"

    def pairs(self, older: Iterable[int] = ()) -> frozenset[tuple[str, int]]:
        """(post, body) of the seats it reaches; ``older``: bodies whose affairs the holder's body took over.

        Of rows from :meth:`DelegationQuerySet.speaking` alone.
        """
        posts = {self.of.post}
        if self.of.post in HEADS and not self.has_signer:  # type: ignore[attr-defined]
            posts.add(Post.SIGNER.value)
        return frozenset((post, body) for post in posts for body in {self.of.body_id, *older})
