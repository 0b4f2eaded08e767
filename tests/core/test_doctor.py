"""``manage.py doctor`` names what is wrong, in words an administrator can act on, and exits 1."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from core.models import CalendarNotice
from teams import people
from teams.models import OfficeFunction
from tests.cast import World
from tests.drive import MONDAY, Drive

pytestmark = pytest.mark.usefixtures("clock", "world")


def doctor() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_healthy_system_has_nothing_to_say() -> None:
    code, said = doctor()
    assert code == 0, said
    assert "没有发现问题" in said
    assert "✗" not in said


def test_a_missing_trigger_is_named() -> None:
    target = "" if connection.vendor == "sqlite" else " ON leave_leaverequest"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER leave_leaverequest_unsigned{target}")
    code, said = doctor()
    assert code == 1
    assert "缺少 leave_leaverequest_unsigned" in said


def test_a_year_without_holidays_is_named() -> None:
    CalendarNotice.objects.filter(pk=2026).delete()
    code, said = doctor()
    assert code == 1
    assert "没有 2026 年的放假安排" in said


@pytest.mark.parametrize(
    ("keys", "words"), [([], "没有设置 FIELD_ENCRYPTION_KEYS"), (["short"], "第 1 把不是有用的密钥")]
)
def test_a_missing_or_broken_key_is_named(settings, keys: list[str], words: str) -> None:
    settings.FIELD_ENCRYPTION_KEYS = keys
    code, said = doctor()
    assert code == 1
    assert words in said


def test_an_office_that_a_document_needs_is_named_with_the_document() -> None:
    OfficeFunction.objects.filter(function="organization", office__region__name="上蔡县").delete()
    code, said = doctor()
    assert code == 1
    assert "上蔡县还没有登记承担“组织部门”职能的部门" in said
    assert "普宁市" not in said


def test_an_account_without_a_post_is_named(world: World) -> None:
    people.end_appointment(
        appointment_id=world.appointments["liusha_mate"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    code, said = doctor()
    assert code == 1
    assert "洪队友 有账号，但今天没有任职" in said


def test_what_waits_for_nobody_is_named(drive: Drive) -> None:
    drive.ask("sc_member", 8)
    people.end_appointment(
        appointment_id=drive.world.appointments["sc_rural_chief"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    code, said = doctor()
    assert code == 1
    assert "但上蔡县乡村振兴局现在没有人能办" in said
    assert "中共上蔡县委组织部现在" not in said


def test_a_team_without_a_captain_is_named(world: World) -> None:
    people.end_appointment(
        appointment_id=world.appointments["lihu_captain"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    code, said = doctor()
    assert code == 1
    assert "驻里湖镇工作队 有队员，没有队长" in said
