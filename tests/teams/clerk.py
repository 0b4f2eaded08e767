"""Who imports a roster, and what he reads of it, for the tests of 名册导入."""

from __future__ import annotations

import pytest

from teams.imports import services
from teams.imports.services import ToMend
from teams.models import Appointment, RosterImport
from tests.cast import World
from tests.teams import rosters_typed as typed


class Clerk:
    """The system administrator of 普宁, with a workbook in hand."""

    def __init__(self, world: World) -> None:
        self.world = world

    def check(self, content: bytes, who: str = "pn_system", county: str = "puning") -> RosterImport:
        return services.check_roster(
            acting_user=self.world.user(who),
            region_id=self.world.regions[county].pk,
            file=typed.upload(content),
        )

    def apply(self, row: RosterImport, who: str = "pn_system") -> RosterImport:
        return services.apply_roster(
            import_id=row.pk, acting_user=self.world.user(who), plan_hash=row.plan_hash
        )

    def import_(self, content: bytes) -> RosterImport:
        return self.apply(self.check(content))

    def mend(self, content: bytes) -> list[str]:
        """Where and what has to be mended."""
        with pytest.raises(ToMend) as refusal:
            self.check(content)
        return [f"{problem.where}：{problem.sentence}" for problem in refusal.value.problems]


def kinds(row: RosterImport) -> list[str]:
    return [line["kind"] for line in row.lines]


def posting(name: str) -> Appointment:
    return Appointment.objects.select_related("person", "unit", "body", "stationed_at").get(person__name=name)
