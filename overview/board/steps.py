"""What an empty place wants first, in four steps."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from overview.board.ranges import Range
from rules.desks import desks
from teams.models import Appointment, DispatchingUnit, Team, User


@dataclass(frozen=True)
class Step:
    """One step: what, who does it, whether it is done; ``url`` where the viewer does it himself."""

    label: str
    who: str
    done: bool
    url: str = ""


def steps(user: User, here: Range) -> list[Step]:
    """Four steps from nothing to a board with people on it."""
    keeper = "县系统管理员"
    low, high = here.bounds if here.name == "place" else ("", "")
    teams = Team.objects.filter(region__path__gte=low, region__path__lt=high)
    units = DispatchingUnit.objects.filter(region__path__gte=low, region__path__lt=high)
    posted = Appointment.objects.full_time().filter(here.q(), void=False)
    registers = bool(desks(user))
    return [
        Step(
            "登记乡镇、派出单位和工作队", f"{keeper}，可以用名册一次导入", teams.exists() and units.exists()
        ),
        Step("登记队员和任职", f"{keeper}，可以用名册一次导入", posted.exists()),
        Step(
            "登记本地制度，核对地区设置",
            "县级主管部门，县委组织部",
            False,
            reverse("rules:local_list") if registers else "",
        ),
        Step("乡镇开始登记台账", "乡镇考勤员", False),
    ]
