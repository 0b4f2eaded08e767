"""Region settings: declared here, dated in the table, inherited down the tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import audit, clock
from core.errors import NotYours, Refused
from core.verbs import verb
from rules import yearly
from rules.book import leave_types_known
from rules.desks import desks
from rules.models import RegionSetting
from teams.models import Region, User
from teams.models.dated import in_force
from teams.models.places import STEP
from teams.words import Level

BASIS_LENGTH = 200


@dataclass(frozen=True)
class Shape:
    """How a text that is a value is written: ``help`` says so to people, ``fits`` checks, ``words`` reads it out."""

    help: str
    fits: Callable[[str], bool]
    words: Callable[[str], str]


@dataclass(frozen=True)
class Declared:
    """One setting: its key, what it does in words, its type and what holds where nobody has set it.

    The page shows a switch for bool, a number for int (``unit`` behind it, from ``least`` to ``most``), and for str
    a text or, where there are ``choices`` (value, words), a list; ``shape`` says how a text must be written. For dict
    it shows a number for each of ``rows`` (code, words); the value holds those above 0.
    """

    key: str
    says: str
    kind: type
    default: Any
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    least: int = 0
    most: int = 366
    shape: Shape | None = None
    rows: Callable[[], list[tuple[str, str]]] | None = None

    def words(self, value: Any) -> str:
        """The value as a page says it."""
        if self.shape is not None:
            return self.shape.words(value)
        if self.rows is not None:
            said = [f"{label} {value[code]} {self.unit}" for code, label in self.rows() if value.get(code)]
            return "，".join(said) or "不设"
        if self.kind is bool:
            return "是" if value else "否"
        return f"{dict(self.choices).get(value, value)}{f' {self.unit}' if self.unit else ''}"

    def allows(self, value: Any) -> bool:
        """Is this a value the setting can have?"""
        if type(value) is not self.kind:
            return False
        if self.rows is not None:
            known = dict(self.rows())
            return isinstance(value, dict) and all(
                code in known and type(each) is int and max(1, self.least) <= each <= self.most
                for code, each in value.items()
            )
        if isinstance(value, int) and self.kind is int:
            return self.least <= value <= self.most
        if self.shape is not None:
            return isinstance(value, str) and self.shape.fits(value)
        return not self.choices or value in dict(self.choices)


DECLARED = {
    item.key: item
    for item in [
        Declared("leave.join_touching", "相连的假合并计算天数来定批准人", bool, True),
        Declared(
            "leave.voice_days",
            "口头同意的紧急请假，几天内补办书面手续（0 为不开）",
            int,
            0,
            unit="天",
            most=30,
        ),
        Declared(
            "leave.least_on_post",
            "有人请假时，工作队至少要有多大比例的人在岗（只作提醒，不拦；0 为不规定）",
            int,
            0,
            unit="%",
            most=100,
        ),
        Declared(
            "leave.least_on_duty",
            "节假日轮休，工作队每天至少留几人值班（不够的轮值表不能提交；0 为不规定）",
            int,
            0,
            unit="人",
            most=20,
        ),
        Declared(
            "leave.flood_season",
            "防汛期：这段时间请假从严，填写和批准时提醒",
            str,
            "",
            shape=Shape(
                "写起止的月日，如 04-15 至 10-15；没有的写“无”",
                lambda text: text == "无" or yearly.read(text) is not None,
                lambda text: yearly.words(text) or "不设",
            ),
        ),
        Declared(
            "leave.remind_after_days",
            "请假几个工作日没有批，提醒批的人（0 为不提醒）",
            int,
            1,
            unit="个工作日",
            most=30,
        ),
        Declared(
            "leave.escalate_after_days",
            "请假几个工作日没有批，告诉代行的人、上一级和申请人（只告知，不改由谁批；0 为不告知）",
            int,
            2,
            unit="个工作日",
            most=30,
        ),
        Declared(
            "leave.return_notice_days",
            "假期结束前几天提醒本人（0 为只在最后一天提醒）",
            int,
            1,
            unit="天",
            most=30,
        ),
        Declared(
            "leave.allowance",
            "每人每年各类假可休的天数（超出只提醒，不拦；本人的年休假以派出单位核定的为准）",
            dict,
            {},
            unit="天",
            rows=leave_types_known,
        ),
        Declared(
            "attendance.mode",
            "考勤方式",
            str,
            "register",
            choices=(
                ("register", "乡镇台账"),
                ("sign_in", "本人签到，签不上的由乡镇代记"),
                ("both", "本人签到和乡镇台账并用"),
            ),
        ),
        Declared(
            "attendance.tap",
            "本人签一次在岗，算一天还是半天",
            str,
            "day",
            choices=(("day", "算一天"), ("half", "算当时的半天")),
        ),
        Declared(
            "attendance.place_needed",
            "本人签到要不要定位（没有定位或在范围外的照样收下，记为待核）",
            str,
            "off",
            choices=(("off", "不要"), ("asked", "要，和驻点位置比对")),
        ),
        Declared(
            "attendance.radius",
            "签到定位离驻点多远以内算在岗",
            int,
            1000,
            unit="米",
            least=100,
            most=50_000,
        ),
        Declared(
            "attendance.position_days",
            "签到的位置留几天，到期删去（出勤登记不受影响）",
            int,
            30,
            unit="天",
            least=7,
            most=366,
        ),
        Declared(
            "attendance.photo",
            "本人签到可不可以附一张照片（选填，从不要求；位置、时间和手机信息先去掉，和签到位置一起到期删去）",
            str,
            "off",
            choices=(("off", "不收"), ("allowed", "可以附，选填")),
        ),
        Declared("attendance.captain_enters", "队长也登记本队的考勤台账", bool, False),
        Declared(
            "attendance.daily_summary",
            "每个工作日傍晚向乡镇和县级主管部门通报当天出勤（文件要求的自动开通）",
            bool,
            False,
        ),
        Declared(
            "attendance.absence_cutoff",
            "乡镇记台账的，工作日没有登记到什么时候列为待核",
            str,
            "10:00",
            shape=Shape(
                "写下一个工作日的时刻，如 10:00；不列的写“无”",
                lambda text: text == "无" or re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text) is not None,
                lambda text: "不列" if text == "无" else f"下一个工作日 {text}",
            ),
        ),
        Declared("attendance.count_trip", "因公外出算作在岗（文件没有写明时由县里定）", bool, False),
    ]
}


def setting(region: Region, key: str, on: date | None = None) -> Any:
    """The value of ``key`` for ``region`` on a day: the nearest region upwards that set it, else the default."""
    declared = DECLARED[key]
    row = (
        RegionSetting.objects.filter(
            in_force(on or clock.today()), key=key, region__path__in=region.ancestor_paths()
        )
        .order_by("-region__path")
        .first()
    )
    return declared.default if row is None else row.value


class InForce:
    """Some settings as they hold everywhere on a day, for a job that looks at many places: one query in all."""

    def __init__(self, *keys: str, on: date | None = None) -> None:
        rows = RegionSetting.objects.filter(in_force(on or clock.today()), key__in=keys)
        self._set = {
            (path, key): value for path, key, value in rows.values_list("region__path", "key", "value")
        }

    def at(self, path: str, key: str) -> Any:
        """As :func:`setting` says it for the region at ``path``."""
        for end in range(len(path), 0, -STEP):
            if (path[:end], key) in self._set:
                return self._set[path[:end], key]
        return DECLARED[key].default


@dataclass(frozen=True)
class Standing:
    """What a setting is in a region on a day: ``row`` is the row that says so, ``own`` whether it is the region's."""

    declared: Declared
    value: Any
    row: RegionSetting | None
    own: bool


def standing_settings(region: Region, on: date | None = None) -> list[Standing]:
    """Every declared setting as it holds in the region, in the order of the registry; one query."""
    rows = (
        RegionSetting.objects.filter(in_force(on or clock.today()), region__path__in=region.ancestor_paths())
        .select_related("region", "set_by__person")
        .order_by("region__path")
    )
    nearest = {row.key: row for row in rows}
    return [_standing(each, nearest.get(each.key), region.path) for each in DECLARED.values()]


def may_set(user: User, region: Region) -> bool:
    """The county's managing office and organization department set the county's values and its towns'."""
    return any(
        desk.region.level == Level.COUNTY and region.path.startswith(desk.region.path) for desk in desks(user)
    )


def standings(region: Region, keys: Iterable[str], on: date | None = None) -> dict[str, Standing]:
    """Several settings with the row that says so, in one query."""
    return standings_at([region.path], keys, on)[region.path]


def standings_at(
    paths: Iterable[str], keys: Iterable[str], on: date | None = None
) -> dict[str, dict[str, Standing]]:
    """The same at each of these region paths; one query for all."""
    keys = list(dict.fromkeys(keys))
    above = {path: Region(path=path).ancestor_paths() for path in paths}
    rows = (
        RegionSetting.objects.filter(
            in_force(on or clock.today()),
            key__in=keys,
            region__path__in={each for own in above.values() for each in own},
        )
        .select_related("region", "set_by__person")
        .order_by("region__path")
    )
    known = list(rows)
    found = {}
    for path, own in above.items():
        nearest = {row.key: row for row in known if row.region.path in own}
        found[path] = {key: _standing(DECLARED[key], nearest.get(key), path) for key in keys}
    return found


def _standing(declared: Declared, row: RegionSetting | None, path: str) -> Standing:
    return Standing(
        declared, row.value if row else declared.default, row, row is not None and row.region.path == path
    )


def values_at(paths: Iterable[str], key: str, on: date | None = None) -> dict[str, Any]:
    """What ``key`` is at each of these region paths: the nearest region upwards that set it; one query."""
    paths = list(dict.fromkeys(paths))
    above = {path: Region(path=path).ancestor_paths() for path in paths}
    rows = RegionSetting.objects.filter(
        in_force(on or clock.today()),
        key=key,
        region__path__in={each for own in above.values() for each in own},
    )
    known = dict(rows.values_list("region__path", "value"))
    return {
        path: next(
            (known[each] for each in sorted(above[path], key=len, reverse=True) if each in known),
            DECLARED[key].default,
        )
        for path in paths
    }


@verb("setting.set")
def set_setting(
    *,
    region: Region,
    key: str,
    value: Any,
    basis: str,
    acting_user: User | None,
    valid_from: date | None = None,
) -> RegionSetting:
    """Set a region's value from a day on; the earlier row ends the day before. A basis is required.

    ``acting_user`` None is the installation itself. Raises NotYours for whoever manages nothing there.
    """
    if acting_user is not None and not may_set(acting_user, region):
        raise NotYours("not_yours", "没有这个地方")
    declared = DECLARED.get(key)
    if declared is None:
        raise Refused("unknown_setting", f"没有“{key}”这个设置项", field="key")
    if not declared.allows(value):
        raise Refused("setting_type", f"“{declared.says}”的值不对", field="value")
    if not basis.strip():
        raise Refused("no_basis", "写明依据的文号或会议", field="basis")
    if len(basis.strip()) > BASIS_LENGTH:
        raise Refused(
            "basis_long", f"依据最多 {BASIS_LENGTH} 字，现在 {len(basis.strip())} 字", field="basis"
        )
    first = valid_from or clock.today()
    Region.objects.select_for_update(of=("self",)).get(pk=region.pk)
    current = (
        RegionSetting.objects.select_for_update()
        .filter(region=region, key=key, valid_to__isnull=True)
        .first()
    )
    if current is not None:
        if current.valid_from >= first:
            raise Refused(
                "setting_order", f"现行设置从 {current.valid_from} 起，新的要晚于这一天", field="valid_from"
            )
        current.valid_to = first - timedelta(days=1)
        current.save(update_fields=["valid_to"])
    row = RegionSetting.objects.create(
        region=region,
        key=key,
        value=value,
        basis=basis.strip(),
        valid_from=first,
        set_by=acting_user,
        set_at=clock.now(),
    )
    audit.record(
        action="setting.set",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        before={"value": current.value if current else declared.default},
        after={"key": key, "value": value},
    )
    return row
