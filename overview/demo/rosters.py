"""Rosters that 新丰's system administrator brought in by workbook: one confirmed, one that waits."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.workbooks import Column, Table, write
from overview.demo.world import World
from teams.imports.services import apply_roster, check_roster
from teams.models import RosterImport

WHO, COUNTY = "xinfeng-system", "xinfeng"
#: Days before the demo's today, and the hours of the day.
CONFIRMED, WAITING = 20, 1


def load(world: World) -> None:
    """Two workbooks, each uploaded on its day as the administrator would."""
    with (Path(__file__).parent / "rosters.toml").open("rb") as file:
        data = tomllib.load(file)
    with clock.standing_on(clock.at(world.today - timedelta(days=CONFIRMED), 10)):
        row = _upload(world, "新丰县驻镇队员档案补录.xlsx", data["headings"], data["applied"])
        apply_roster(import_id=row.pk, acting_user=world.user(WHO), plan_hash=row.plan_hash)
    with clock.standing_on(clock.at(world.today - timedelta(days=WAITING), 16)):
        _upload(world, "新丰县调整人员名册.xlsx", data["headings"], data["waiting"])


def _upload(world: World, name: str, headings: Sequence[str], rows: Sequence[Any]) -> RosterImport:
    columns = [Column(heading, lambda row, place=place: row[place]) for place, heading in enumerate(headings)]
    content = write(Table("人员", columns, rows, title=name.removesuffix(".xlsx")))
    return check_roster(
        acting_user=world.user(WHO),
        region_id=world.regions[COUNTY].pk,
        file=SimpleUploadedFile(name, content),
    )
