"""驻点位置: where a post is, recorded by who keeps its register."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db.models import Q, QuerySet

from attendance.keepers import kept_teams
from attendance.models import PostPoint
from core import audit, clock
from core.errors import NotYours, Refused
from core.verbs import verb
from policy.sign_in import Position
from teams.models import Appointment, Region, User

_STEP = Decimal("0.00001")
#: Degrees in which the country lies.
NORTH, EAST = (3, 54), (73, 136)


def point_of(region: Region) -> Position | None:
    """The point of a place, under whatever name it was recorded; one query."""
    row = PostPoint.objects.filter(path=region.path).order_by("-pk").first()
    return Position(float(row.latitude), float(row.longitude)) if row else None


def points_of(paths: Iterable[str]) -> dict[str, PostPoint]:
    """The newest point of each place; one query."""
    rows = PostPoint.objects.filter(path__in=set(paths)).select_related("set_by__person").order_by("pk")
    return {row.path: row for row in rows}


def kept_places(user: User) -> QuerySet[Region]:
    """The places of the posts whose register the user keeps: of the teams, and where their people are stationed."""
    teams = kept_teams(user).values("pk")
    posts = Appointment.objects.on(clock.today()).full_time().filter(body__in=teams, void=False)
    return (
        Region.objects.filter(
            Q(pk__in=kept_teams(user).values("region")) | Q(pk__in=posts.values("stationed_at"))
        )
        .select_related("parent")
        .order_by("path", "pk")
    )


@verb("attendance.set_point")
def set_point(*, acting_user: User | None, region_id: int, latitude: Any, longitude: Any) -> PostPoint:
    """Record where a post is: degrees north and east in WGS 84, kept to about a metre.

    ``acting_user`` None is the installation itself. Raises NotYours for who does not keep its register, Refused for
    degrees outside the country.
    """
    rows = kept_places(acting_user) if acting_user is not None else Region.objects.all()
    region = rows.filter(pk=region_id).first()
    if region is None:
        raise NotYours("not_yours", "没有这个驻点")
    if not (NORTH[0] <= latitude <= NORTH[1] and EAST[0] <= longitude <= EAST[1]):
        raise Refused("point", "这个位置不在国内，看看纬度和经度有没有写反", field="latitude")
    # Two at once make two rows, and the later one stands: what one sees next is the truth.
    row = PostPoint.objects.create(
        path=region.path,
        region=region,
        latitude=Decimal(latitude).quantize(_STEP, ROUND_HALF_EVEN),
        longitude=Decimal(longitude).quantize(_STEP, ROUND_HALF_EVEN),
        set_by=acting_user,
        set_at=clock.now(),
    )
    audit.record(
        action="attendance.set_point",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        after={"region": region.name},
        place=region.path,
    )
    return row
